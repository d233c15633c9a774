//! Which store, as one text: of a command line or an environment variable.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::OpenError;

/// Which store: `memory`, `sqlite:PATH` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. Shown without the password.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum StoreUrl {
    /// In memory, until the process ends.
    Memory,
    /// A file of SQLite. It is created where it is missing.
    Sqlite(PathBuf),
    /// A database of PostgreSQL.
    Postgres(Box<Config>),
}

impl FromStr for StoreUrl {
    type Err = OpenError;

    fn from_str(text: &str) -> Result<Self, OpenError> {
        if text == "memory" {
            return Ok(Self::Memory);
        }
        if let Some(path) = text.strip_prefix("sqlite:") {
            // A database in memory would be another one for each connection.
            return match path {
                "" | ":memory:" => Err(OpenError::BadUrl),
                path => Ok(Self::Sqlite(path.into())),
            };
        }
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(OpenError::BadUrl);
        }
        let config: Config = text.parse().map_err(|_| OpenError::BadUrl)?;
        match config.get_hosts() {
            [] => Err(OpenError::BadUrl),
            [..] => Ok(Self::Postgres(Box::new(config))),
        }
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("memory"),
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(config) => f.write_str(&shown(config)),
        }
    }
}

/// The URL without the password and the options.
pub fn shown(config: &Config) -> String {
    let user = config.get_user().map(|user| format!("{user}@")).unwrap_or_default();
    let hosts = config.get_hosts().iter().enumerate().map(|(index, host)| {
        let name = match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        };
        // One port for all of them, or one for each.
        let ports = config.get_ports();
        match ports.get(index).or(ports.first()) {
            Some(port) => format!("{name}:{port}"),
            None => name,
        }
    });
    let database = config.get_dbname().unwrap_or_default();
    format!("postgres://{user}{}/{database}", hosts.collect::<Vec<_>>().join(","))
}
