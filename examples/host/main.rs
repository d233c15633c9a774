//! A complete small authorization server: `cargo run --example host`, and then open the address that it prints.
//!
//! | room | what is there |
//! |---|---|
//! | `http` | routes, sessions and the OAuth and SAML endpoints: bytes in, library, bytes out |
//! | `api` | the administration as JSON, each call judged by `authorize_call` |
//! | `console` | the same for people, in a browser |
//! | `store` | where records are kept |
//! | `seed` | organizations, people and applications to begin with |

mod api;
mod arguments;
mod attempts;
mod console;
mod directory;
mod host;
mod house;
mod http;
mod instant;
mod seed;
mod sessions;
mod store;
mod usage;

use std::{fmt, process::ExitCode, sync::Arc, time::Duration};

use grantor::{
    AuthorizationServer, Settings,
    saml::ServiceProvider,
    server::SingleSignOn,
    value::{Issuer, ScopeCatalog},
};
use tokio::net::TcpListener;

use crate::{
    arguments::{Arguments, Asked, HELP},
    directory::Directory,
    host::{Host, now},
    seed::{Planted, Seed},
    sessions::Sessions,
    store::AnyStore,
    usage::Usage,
};

/// Why the host did not start: one line.
#[derive(Debug)]
pub struct Stopped(String);

impl Stopped {
    pub fn new(why: impl fmt::Display) -> Self {
        Self(why.to_string().replace(['\n', '\r'], " "))
    }
}

impl<E: fmt::Display> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::new(error)
    }
}

/// How long what is under way may take, once the host is asked to stop.
const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::main]
async fn main() -> ExitCode {
    // Logs go to stderr: what is printed on stdout is for people and programs.
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::INFO).init();
    let outcome = match Arguments::read(std::env::args().skip(1)) {
        Ok(Asked::Help) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Ok(Asked::Run(arguments)) => run(arguments).await,
        Err(stopped) => Err(stopped),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stopped(why)) => {
            eprintln!("host: {why}");
            ExitCode::from(2)
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Stopped> {
    // All that can be wrong with what was given is found before anything is written.
    let seed = Seed::read(&arguments.seed)?;
    let listener = TcpListener::bind(arguments.listen)
        .await
        .map_err(|error| Stopped::new(format!("cannot listen on {}: {error}", arguments.listen)))?;
    let address = listener.local_addr()?;
    let issuer = match arguments.issuer {
        Some(issuer) => issuer,
        None => format!("http://{address}").parse().map_err(|error| {
            Stopped::new(format!(
                "`http://{address}` is no issuer: {error}; give the `--issuer` that browsers see"
            ))
        })?,
    };
    let store = AnyStore::open(&arguments.store)
        .await
        .map_err(|error| Stopped::new(format!("`--store`: {error}")))?;
    let server = server(store, &issuer, seed.scopes()?)?;
    let mut directory = Directory::new()?;
    let planted = seed.plant(&server, &mut directory, now()).await?;
    let usage = Usage::new(server.usage_counter()?)?;
    let host = Arc::new(Host { server, directory, sessions: Sessions::default(), usage });

    let stop = stop_asked()?;
    announce(&format!("http://{address}"), &issuer, &host, &planted);
    let keeper = Arc::clone(&host);
    let keeper = tokio::spawn(async move { house::keep(&keeper).await });
    let (stopping, mut stopped) = tokio::sync::watch::channel(false);
    let serving = axum::serve(listener, http::router(Arc::clone(&host))).with_graceful_shutdown(async move {
        stop.await;
        stopping.send_replace(true);
    });
    let too_long = async move {
        let _asked = stopped.wait_for(|stopping| *stopping).await;
        tokio::time::sleep(PATIENCE).await;
    };
    tokio::select! {
        served = serving => served?,
        () = too_long => tracing::warn!("some requests did not end in time"),
    }
    keeper.abort();
    house::close(&host).await;
    Ok(())
}

/// Until somebody asks the process to stop: from now on it does not end at once.
#[cfg(unix)]
fn stop_asked() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupted, mut terminated) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

/// The same where there is ctrl-c alone.
#[cfg(not(unix))]
fn stop_asked() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "ctrl-c is not told of");
            std::future::pending::<()>().await;
        }
    })
}

/// The library's server over this store, at which users may log in by identity providers too.
fn server(store: AnyStore, issuer: &Issuer, scopes: ScopeCatalog) -> Result<host::Server, Stopped> {
    let entity_id = issuer.endpoint("/saml/metadata").as_str().parse()?;
    let mut service = ServiceProvider::new(entity_id, issuer.endpoint("/saml/acs"));
    service.logout = Some(issuer.endpoint("/saml/logout"));
    let settings = Settings::new(issuer.clone(), scopes);
    Ok(AuthorizationServer::new(store, settings).with_single_sign_on(SingleSignOn::new(service)))
}

/// Says where it is, who may log in, and what to try. The line with the address comes last: it is ready then.
fn announce(address: &str, issuer: &Issuer, host: &Host, planted: &Planted) {
    if let Some(password) = &planted.password {
        println!("Demo users, until this process ends; the password of each is {password}");
        for person in host.directory.people().iter().filter(|person| person.password.is_some()) {
            let organization = host.directory.name_of_organization(person.who.organization);
            println!("  {:<24} {}, {organization}", person.email.as_str(), person.name);
        }
    }
    for (name, id, secret) in &planted.secrets {
        println!("The secret of {name}, seen here and never again: {id} {secret}");
    }
    if let Some((id, secret)) = &planted.command_line {
        let base = issuer.as_str().trim_end_matches('/');
        println!("Try:");
        println!("  curl -s -u {id}:{secret} -d grant_type=client_credentials {base}/oauth/token");
        println!(
            "  TOKEN=$(curl -s -u {id}:{secret} -d grant_type=client_credentials {base}/oauth/token \
             | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/') \
             && curl -s -H \"Authorization: Bearer $TOKEN\" {base}/api/v2/oauth/clients"
        );
        println!("  curl -s {base}/.well-known/oauth-authorization-server");
    }
    println!("listening on {address}");
}
