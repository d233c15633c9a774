//! What bears on a token, gathered under the locks of one moment and without an allocation.
//!
//! The tokens that a client obtains for itself hang on records that are written seldom. What was found of
//! them is kept for the next call, with the *generation*: the number of commits so far that wrote a record of
//! these kinds. While the generation is the same, so are the records:
//!
//! - a commit counts while it holds the locks of the records that it writes;
//! - what is kept was read, and the generation with it, under the locks of all its records: no commit to them
//!   was on its way, and one that comes later counts later.
//!
//! Every call compares, so nothing is used for as much as one call too long (threat 31). The moment at which
//! it reads the generation, with the token locked, is the one moment of its answer.

use core::sync::atomic::Ordering;

use super::MemoryStore;
use super::common::Common;
use super::common::Found;
use super::common::Terms;
use super::hash::shard_of;
use super::tokens::shard_of_token;
use crate::access::Access;
use crate::access::Standing;
use crate::change::Change;
use crate::change::Changes;
use crate::change::Key;
use crate::model::RoleGrants;
use crate::model::User;
use crate::value::Digest;
use crate::value::FamilyId;
use crate::value::UserId;
use crate::value::kind;

impl MemoryStore {
    /// What bears on the token, if there is one.
    pub(super) fn gather(&self, digest: &Digest<kind::AccessToken>) -> Option<Access> {
        let tokens = self.tokens.read(shard_of_token(digest));
        let row = tokens.row(digest)?;
        let Found { standing, roles, .. } = match &row.user {
            Some(user) => self.find(&row.common.terms, Some(**user)),
            None => self.find_or_recall(&row.common),
        };
        Some(Access { token: row.token(digest), standing, roles })
    }

    fn find_or_recall(&self, common: &Common) -> Found {
        common.found(self.generation.load(Ordering::Acquire)).unwrap_or_else(|| {
            let found = self.find(&common.terms, None);
            common.keep(found.clone());
            found
        })
    }

    fn find(&self, terms: &Terms, user: Option<(UserId, FamilyId)>) -> Found {
        let (organization, client) = (terms.organization, terms.client);
        let (user, family) = user.unzip();

        let of_organization = shard_of(organization);
        let of_client = shard_of(client);
        let of_family = family.map_or(of_client, shard_of);
        let records = self.records.read_some([of_organization, of_client, of_family]);
        let of_organization = records.shard(of_organization);
        let of_client = records.shard(of_client);
        let of_family = records.shard(of_family);

        let generation = self.generation.load(Ordering::Acquire);
        let standing = Standing {
            organization: of_organization.and_then(|there| there.organization(organization)),
            client: of_client.and_then(|there| there.client(client)),
            authorization: of_client.and_then(|there| there.authorization(organization, client)),
            family: of_family.zip(family).and_then(|(there, family)| there.family(family)),
            consent: of_client.zip(user).and_then(|(there, user)| there.consent(organization, client, user)),
            user: of_organization.zip(user).and_then(|(there, user)| there.user(organization, user)),
        };
        let grants = match user {
            Some(_) => standing.user.as_deref().and_then(User::roles),
            None => standing.client.as_deref().and_then(|client| client.grant.roles()),
        };
        let roles = grants.into_iter().flat_map(RoleGrants::roles);
        let roles = roles.filter_map(|role| of_organization?.role(organization, role)).collect();
        Found { generation, standing, roles }
    }

    /// Counts a commit that writes what a client's own tokens hang on. Its locks are held, and nothing is
    /// written yet.
    pub(super) fn count(&self, changes: &Changes) {
        let bears_on_clients = |change: &Change| match change.key() {
            Key::Organization(_) | Key::Role(..) | Key::Client(_) | Key::Authorization(..) => change.writes(),
            Key::User(..)
            | Key::UserConsent(..)
            | Key::Family(_)
            | Key::AccessToken(_)
            | Key::AuthorizationCode(_)
            | Key::ConsentPrompt(_)
            | Key::IdentityProvider(..)
            | Key::SamlRequest(_)
            | Key::UsedAssertion(_)
            | Key::UsageDay(..)
            | Key::UsageSource(_)
            | Key::UsageSummary(..)
            | Key::ClientTally(_)
            | Key::SecretUse(_)
            | Key::Event(_)
            | Key::TrailSeal(..)
            | Key::TrailHead(_) => false,
        };
        if changes.iter().any(bears_on_clients) {
            self.generation.fetch_add(1, Ordering::AcqRel);
        }
    }
}
