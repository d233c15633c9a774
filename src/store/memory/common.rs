//! What the tokens of one client have in common, kept once.

use core::borrow::Borrow;
use core::hash::Hash;
use core::hash::Hasher;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use super::hash::shard_of;
use super::shards::Shards;
use crate::access::Roles;
use crate::access::Standing;
use crate::model::AccessToken;
use crate::value::AuthorizationId;
use crate::value::ClientId;
use crate::value::Epoch;
use crate::value::OrganizationId;
use crate::value::Scopes;

/// What tokens have in common, and what was last found of the records that they hang on.
pub(super) struct Common {
    pub(super) terms: Terms,
    found: RwLock<Option<Found>>,
}

/// What a token hangs on, and what it was issued with.
#[derive(Clone, Eq, Hash, PartialEq)]
pub(super) struct Terms {
    pub(super) organization: OrganizationId,
    pub(super) client: ClientId,
    pub(super) authorization: AuthorizationId,
    pub(super) scopes: Scopes,
    pub(super) client_epoch: Epoch,
    pub(super) organization_epoch: Epoch,
    pub(super) authorization_epoch: Epoch,
}

/// The records that a token hangs on. For a client's own tokens, these are they while the generation is this
/// one.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) generation: u64,
    pub(super) standing: Standing,
    pub(super) roles: Roles,
}

impl Terms {
    /// The terms of the token.
    pub(super) fn of(token: &AccessToken) -> Self {
        Self {
            organization: token.organization,
            client: token.client,
            authorization: token.authorization,
            scopes: token.scopes.clone(),
            client_epoch: token.client_epoch,
            organization_epoch: token.organization_epoch,
            authorization_epoch: token.authorization_epoch,
        }
    }
}

impl Common {
    /// What was found for a client's own token, if it was in this generation.
    pub(super) fn found(&self, generation: u64) -> Option<Found> {
        let found = self.found.read().unwrap_or_else(PoisonError::into_inner);
        found.as_ref().filter(|found| found.generation == generation).cloned()
    }

    /// Keeps what was found for the next call.
    pub(super) fn keep(&self, found: Found) {
        *self.found.write().unwrap_or_else(PoisonError::into_inner) = Some(found);
    }
}

/// All that tokens share.
///
/// Which scopes are asked for is up to a client, so that these tables hash with a secret key.
#[derive(Default)]
pub(super) struct Commons(Shards<HashSet<Shared>>);

/// In the table, told apart by its terms alone.
struct Shared(Arc<Common>);

impl Borrow<Terms> for Shared {
    fn borrow(&self) -> &Terms {
        &self.0.terms
    }
}

impl Eq for Shared {}

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        self.0.terms == other.0.terms
    }
}

impl Hash for Shared {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.terms.hash(state);
    }
}

impl Commons {
    /// What tokens on these terms have in common.
    pub(super) fn share(&self, terms: Terms) -> Arc<Common> {
        let number = shard_of(terms.client);
        if let Some(Shared(there)) = self.0.read(number).get(&terms) {
            return Arc::clone(there);
        }
        let mut shard = self.0.write(number);
        if let Some(Shared(there)) = shard.get(&terms) {
            return Arc::clone(there);
        }
        if shard.len() == shard.capacity() {
            // What no token shares any more goes before the table grows. It gets room for twice what is left,
            // so that this costs each insertion a constant.
            shard.retain(|Shared(there)| Arc::strong_count(there) > 1);
            let left = shard.len();
            shard.reserve(left.max(4));
        }
        let common = Arc::new(Common { terms, found: RwLock::default() });
        shard.insert(Shared(Arc::clone(&common)));
        common
    }

    /// How many there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.read_all().iter().map(|shard| shard.len()).sum()
    }
}
