//! What the host is started with.

use std::{net::SocketAddr, path::PathBuf};

use grantor::value::Issuer;

use crate::{Stopped, store::StoreUrl};

pub const HELP: &str = "\
A complete small authorization server on the library `grantor`.

Usage: host [--listen ADDR] [--store URL] [--seed FILE | none] [--issuer URL]

  --listen ADDR   where to listen; default 127.0.0.1:8080, and port 0 takes a free one
  --store URL     `memory`, the default, `sqlite:PATH` or `postgres://…`
  --seed FILE     a JSON document with organizations, roles, users, clients and scopes; `none` for nothing.
                  Default: a demo of two organizations, whose users have a password that is drawn at each start
  --issuer URL    what names the server, and where browsers find it; default http://ADDR
  --help          this text

It stops on SIGTERM and ctrl-c, when what is under way is done. Exit status: 0, or 2 if it could not start.
";

/// What the host is started with. It is not printed: the URL of a store may hold a password.
pub struct Arguments {
    pub listen: SocketAddr,
    pub store: StoreUrl,
    pub seed: SeedFrom,
    pub issuer: Option<Issuer>,
}

/// Where the first records come from.
pub enum SeedFrom {
    Demo,
    File(PathBuf),
    Nothing,
}

/// What is asked of the program.
pub enum Asked {
    Run(Arguments),
    Help,
}

impl Arguments {
    /// Reads the arguments that follow the name of the program: each option once, and nothing else.
    pub fn read(arguments: impl IntoIterator<Item = String>) -> Result<Asked, Stopped> {
        let (mut listen, mut store, mut seed, mut issuer) = (None, None, None, None);
        let mut arguments = arguments.into_iter();
        while let Some(option) = arguments.next() {
            let slot = match option.as_str() {
                "--help" | "-h" => return Ok(Asked::Help),
                "--listen" => &mut listen,
                "--store" => &mut store,
                "--seed" => &mut seed,
                "--issuer" => &mut issuer,
                _ => {
                    return Err(Stopped::new(format!(
                        "`{option}` is no option; `--help` tells which there are"
                    )));
                }
            };
            let value = arguments.next().ok_or_else(|| Stopped::new(format!("`{option}` needs a value")))?;
            if slot.replace(value).is_some() {
                return Err(Stopped::new(format!("`{option}` is there twice")));
            }
        }
        let listen = listen.unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let listen = listen
            .parse()
            .map_err(|_| Stopped::new(format!("`--listen {listen}`: an address is like 127.0.0.1:8080")))?;
        // A URL may hold a password, so that what was given is not repeated.
        let store = store.as_deref().unwrap_or("memory").parse();
        let issuer = issuer.map(|text| {
            text.parse::<Issuer>().map_err(|error| Stopped::new(format!("`--issuer {text}`: {error}")))
        });
        let seed = match seed {
            None => SeedFrom::Demo,
            Some(name) if name == "none" => SeedFrom::Nothing,
            Some(path) => SeedFrom::File(path.into()),
        };
        Ok(Asked::Run(Self {
            listen,
            store: store.map_err(|error| Stopped::new(format!("`--store`: {error}")))?,
            seed,
            issuer: issuer.transpose()?,
        }))
    }
}
