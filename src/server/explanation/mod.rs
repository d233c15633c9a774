//! Why a call, a request for a token, an authorization request or a login is allowed or refused, for administrators (GV-05):
//! as it would be at another instant, and after a change that is not made yet.

#[cfg(feature = "saml")]
mod login;
mod request;
mod supposing;
mod token;

pub use supposing::Supposing;
pub use token::RequestedToken;

use super::Administration;
use super::Error;
use super::unit::Unit;
use crate::access;
use crate::access::Access;
use crate::access::CallRefused;
use crate::access::Explanation;
use crate::access::IssueFor;
use crate::access::Judged;
use crate::access::Layer;
use crate::access::Refusal;
use crate::access::Requirement;
use crate::access::Standing;
use crate::access::Verdict;
use crate::audit::Action;
use crate::audit::Subject;
use crate::change::Changes;
use crate::change::Key;
use crate::store::Store;
use crate::value::ClientId;
use crate::value::Digest;
use crate::value::Permission;
use crate::value::Timestamp;
use crate::value::UserId;
use crate::value::kind;

type Answer<T, S> = Result<T, Error<<S as Store>::Error>>;

impl<S: Store> Administration<'_, S> {
    /// Why a call with this token is allowed or refused, with every reason, as it would be at another instant, or after a
    /// change that is not made yet (GV-05). It is no use of the token. Needs `oauth:client:authorize`.
    ///
    /// The token is named by its digest, as the events of refused calls name it: nobody has to hand over a token to ask
    /// why it fails. Whoever has its text gets the digest from [`Bearer::parse`](crate::wire::Bearer::parse).
    ///
    /// One permission does, since what is told is what it is about: whether the organization's word lets an application in,
    /// and how far. Neither the client's nor the user's roles are listed. A token of another organization is answered as
    /// one that was never issued (OR-01).
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownActor`](crate::change::Denial::UnknownActor),
    /// [`Denial::MissingPermission`](crate::change::Denial::MissingPermission), those of the change that is supposed, and
    /// [`Error`].
    pub async fn explain_call(
        &self,
        token: &Digest<kind::AccessToken>,
        requirement: &Requirement,
        supposing: impl Into<Supposing<'_>>,
        now: Timestamp,
    ) -> Answer<Explanation<CallRefused>, S> {
        let supposing = supposing.into();
        let at = supposing.instant();
        self.may_ask(Subject::Organization(self.organization), now).await?;
        let changes = self.supposed(supposing, now).await?;
        let found = self.server.store.access(token).await.map_err(Error::NotDone)?;
        let own = found.filter(|access| {
            let record = &access.token.record;
            record.digest.as_bytes() == token.as_bytes() && record.organization == self.organization
        });
        Ok(match own {
            Some(access) => {
                let access = self.access_after(access, &changes).await?;
                access::explain_call(&access, requirement, self.server.settings.implicit_sunset, at)
            }
            None => {
                let verdict = Verdict::Refuses(CallRefused::UnknownToken);
                Explanation { at, layers: vec![Judged { layer: Layer::Token, verdict }] }
            }
        })
    }

    /// Why a client could obtain a token in the organization or could not, with every reason, as it would be at another
    /// instant, or after a change that is not made yet (GV-05): in the name of this user by a new login, or for itself. That it
    /// is who it says is taken for granted. Needs `oauth:client:authorize`.
    ///
    /// What it asks for beyond that is not looked at: see [`explain_authorize`](Self::explain_authorize) and
    /// [`explain_token`](Self::explain_token).
    ///
    /// A client of another organization on which this one has no word is answered as one that does not exist (OR-01).
    ///
    /// # Errors
    ///
    /// As [`explain_call`](Self::explain_call).
    pub async fn explain_client(
        &self,
        client: ClientId,
        user: Option<UserId>,
        supposing: impl Into<Supposing<'_>>,
        now: Timestamp,
    ) -> Answer<Explanation<Refusal>, S> {
        let supposing = supposing.into();
        let organization = self.organization;
        self.may_ask(Subject::Authorization { organization, client, authorization: None }, now).await?;
        let changes = self.supposed(supposing, now).await?;
        let standing = self.standing_of(&mut self.server.unit(), client, user).await?.after(&changes);
        let asked = IssueFor { organization, client, user, family: None };
        let sunset = self.server.settings.implicit_sunset;
        Ok(access::explain_admission(&standing, &asked, sunset, supposing.instant()))
    }

    /// What a client stands on in the organization, and this user, if one is named. A client of another organization on which
    /// this one has no word is none (OR-01).
    async fn standing_of(
        &self,
        unit: &mut Unit<'_, S>,
        client: ClientId,
        user: Option<UserId>,
    ) -> Answer<Standing, S> {
        let organization = self.organization;
        let mut standing = Standing {
            organization: unit.organization(organization).await?.map(|stored| stored.record),
            client: unit.client(client).await?.map(|stored| stored.record),
            authorization: unit.authorization(organization, client).await?.map(|stored| stored.record),
            ..Standing::default()
        };
        if let Some(user) = user {
            standing.user = unit.user(organization, user).await?.map(|stored| stored.record);
        }
        let is_told_of = standing.authorization.is_some()
            || standing
                .client
                .as_ref()
                .is_some_and(|client| client.organization().is_none_or(|owner| owner == organization));
        if !is_told_of {
            standing.client = None;
        }
        Ok(standing)
    }

    /// All that bears on the token after the changes, with the roles that it would be judged by then.
    async fn access_after(&self, access: Access, changes: &Changes) -> Answer<Access, S> {
        if changes.is_empty() {
            return Ok(access);
        }
        let mut access = access.after(changes);
        let missing: Vec<Key> = access.missing_roles().collect();
        let mut unit = self.server.unit();
        for key in missing {
            access.extend(unit.record(key).await?.map(|stored| stored.record));
        }
        Ok(access)
    }

    /// Whoever may see authorized applications may ask why. A refusal goes to the audit trail.
    pub(super) async fn may_ask(&self, subject: Subject, now: Timestamp) -> Answer<(), S> {
        let attempt = self.attempt(Action::ViewAuthorizations, subject, now)?;
        let mut unit = self.server.unit();
        let acting = self.acting(&mut unit).await?;
        let allowed = acting.and_then(|acting| acting.require(&Permission::OAUTH_CLIENT_AUTHORIZE));
        unit.answer(attempt, allowed).await
    }
}
