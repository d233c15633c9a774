//! Why a login by an identity provider passes or does not, for administrators (GV-05).

use super::Answer;
use super::Supposing;
use crate::access::Explanation;
use crate::audit::Action;
use crate::audit::Subject;
use crate::change::Denial;
use crate::change::Key;
use crate::change::Record;
use crate::login::LoginAsked;
use crate::login::LoginRefusal;
use crate::login::explain;
use crate::server::Administration;
use crate::store::Store;
use crate::value::EmailAddress;
use crate::value::IdentityProviderId;
use crate::value::Permission;
use crate::value::Timestamp;

impl<S: Store> Administration<'_, S> {
    /// Why a login by an identity provider of the organization passes or does not, with every reason, when it says that a user
    /// with this email address logged in (GV-05). Needs `sso:provider:view`.
    ///
    /// What the identity provider sends is taken for granted: that it answers what was asked, with an assertion that holds. Of
    /// the host only its key to sign by is looked at. An identity provider of another organization is answered as none
    /// (OR-01).
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownActor`], [`Denial::MissingPermission`], those of the change that is supposed, and
    /// [`Error`](crate::server::Error).
    pub async fn explain_login(
        &self,
        provider: IdentityProviderId,
        email: &EmailAddress,
        supposing: impl Into<Supposing<'_>>,
        now: Timestamp,
    ) -> Answer<Explanation<LoginRefusal>, S> {
        let supposing = supposing.into();
        let organization = self.organization;
        let subject = Subject::IdentityProvider { organization, provider };
        let attempt = self.attempt(Action::ViewProviders, subject, now)?;
        let mut unit = self.server.unit();
        let acting = self.acting(&mut unit).await?;
        let allowed: Result<_, Denial> = acting.and_then(|acting| {
            acting.require(&Permission::SSO_PROVIDER_VIEW)?;
            Ok(acting)
        });
        let acting = unit.answer(attempt, allowed).await?;
        let changes = self.supposed(supposing, now).await?;
        let mut unit = self.server.unit();
        let stored = unit.identity_provider(organization, provider).await?.map(|stored| stored.record);
        let users = unit.users_with(organization, email).await?;
        let found = match changes.written(Key::IdentityProvider(organization, provider)) {
            Some(Some(Record::IdentityProvider(changed))) => Some(changed),
            Some(Some(_) | None) => None,
            None => stored.as_ref(),
        };
        let asked = LoginAsked {
            organization: acting.organization(),
            id: provider,
            provider: found.map(|found| &**found),
            email,
            users: &users,
            signs: self.server.single_sign_on.as_ref().is_some_and(|single_sign_on| single_sign_on.signs()),
        };
        Ok(explain(&asked, supposing.instant()))
    }
}
