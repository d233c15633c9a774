//! Whether a login by an organization's identity providers can succeed (SA-14).

use std::sync::Arc;

use crate::change::Versioned;
use crate::model::IdentityProvider;
use crate::value::Timestamp;

/// An identity provider as it was read.
pub type StoredProvider = Versioned<Arc<IdentityProvider>>;

/// Whether a login by one of the providers can succeed now.
pub fn is_open(providers: &[StoredProvider], now: Timestamp) -> bool {
    providers.iter().any(|stored| stored.record.admits(now))
}
