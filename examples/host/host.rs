//! What every request is answered with.

use std::{sync::Arc, time::SystemTime};

use grantor::{
    AuthorizationServer, Timestamp,
    server::{Administration, LoggedIn},
    value::Issuer,
};

use crate::{directory::Directory, sessions::Sessions, store::AnyStore, usage::Usage};

pub type Server = AuthorizationServer<AnyStore>;
pub type Shared = Arc<Host>;

/// The library's server, and what the host brings beside it.
pub struct Host {
    pub server: Server,
    pub directory: Directory,
    pub sessions: Sessions,
    pub usage: Usage,
}

impl Host {
    pub const fn issuer(&self) -> &Issuer {
        &self.server.settings().issuer
    }

    /// Whether browsers come by https: then cookies are sent by nothing else.
    pub fn is_secure(&self) -> bool {
        self.issuer().as_str().starts_with("https:")
    }

    pub const fn administration(&self, who: LoggedIn) -> Administration<'_, AnyStore> {
        self.server.administration(who.organization, who.user)
    }
}

/// The only place that reads the clock.
#[expect(clippy::disallowed_methods, reason = "the host has the clock")]
pub fn now() -> Timestamp {
    Timestamp::from(SystemTime::now())
}
