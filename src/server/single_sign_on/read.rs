//! What single sign-on reads of the store.

use std::sync::Arc;

use crate::admin::StoredProvider;
use crate::change::Index;
use crate::change::Key;
use crate::change::Record;
use crate::change::Versioned;
use crate::model::SamlRequest;
use crate::model::UsedAssertion;
use crate::model::User;
use crate::server::Error;
use crate::server::unit::Unit;
use crate::server::unit::read;
use crate::store::Range;
use crate::store::Store;
use crate::value::AssertionKey;
use crate::value::Digest;
use crate::value::EmailAddress;
use crate::value::EntityId;
use crate::value::OrganizationId;
use crate::value::kind;

impl<S: Store> Unit<'_, S> {
    /// The identity providers with the entity id, in all organizations: the first 256, by organization. More that share
    /// one are no organizations of one company, and each of them begins its logins here.
    pub(super) async fn providers_of_entity(
        &mut self,
        entity_id: &EntityId,
    ) -> Result<Vec<StoredProvider>, Error<S::Error>> {
        let mut providers = Vec::new();
        let range = Range { limit: 256, ..Range::of(Index::IdentityProvidersOfEntity(entity_id.key())) };
        for (_, stored) in self.list(range).await?.items {
            if let Key::IdentityProvider(organization, id) = stored.record.key() {
                let found = self.identity_provider(organization, id).await?;
                providers.extend(found.filter(|found| found.record.settings.entity_id == *entity_id));
            }
        }
        Ok(providers)
    }

    /// The users of the organization with the email address.
    pub(in crate::server) async fn users_with(
        &mut self,
        organization: OrganizationId,
        email: &EmailAddress,
    ) -> Result<Vec<Arc<User>>, Error<S::Error>> {
        let mut users = Vec::new();
        // Two tell that it is not one: no more are looked at.
        let range = Range { limit: 2, ..Range::of(Index::UsersByEmail(organization, email.key())) };
        let page = self.list(range).await?;
        for (_, stored) in page.items {
            if let Key::User(owner, id) = stored.record.key()
                && owner == organization
            {
                users.extend(self.user(organization, id).await?.map(|user| user.record));
            }
        }
        Ok(users)
    }

    pub(super) async fn saml_request(
        &mut self,
        digest: Digest<kind::SamlTicket>,
    ) -> Result<Option<Versioned<Arc<SamlRequest>>>, Error<S::Error>> {
        let key = Key::SamlRequest(digest);
        read(key, self.record(key).await?, |record| match record {
            Record::SamlRequest(request) => Some(request),
            _ => None,
        })
    }

    pub(super) async fn used_assertion(
        &mut self,
        assertion: AssertionKey,
    ) -> Result<Option<UsedAssertion>, Error<S::Error>> {
        let key = Key::UsedAssertion(assertion);
        let found = read(key, self.record(key).await?, |record| match record {
            Record::UsedAssertion(used) => Some(used),
            _ => None,
        })?;
        Ok(found.map(|found| found.record))
    }
}
