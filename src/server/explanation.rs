//! Why a call or a request for a token is allowed or refused, for administrators (GV-05).

use super::Administration;
use super::Error;
use crate::access;
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
use crate::store::Store;
use crate::value::ClientId;
use crate::value::Digest;
use crate::value::Permission;
use crate::value::Timestamp;
use crate::value::UserId;
use crate::value::kind;

type Answer<T, S> = Result<T, Error<<S as Store>::Error>>;

impl<S: Store> Administration<'_, S> {
    /// Why a call with this token is allowed or refused, with every reason, as it is by the records of now at the instant
    /// `at` (GV-05). It is no use of the token. Needs `oauth:client:authorize`.
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
    /// [`Denial::MissingPermission`](crate::change::Denial::MissingPermission), [`Error`].
    pub async fn explain_call(
        &self,
        token: &Digest<kind::AccessToken>,
        requirement: &Requirement,
        at: Timestamp,
        now: Timestamp,
    ) -> Answer<Explanation<CallRefused>, S> {
        self.may_ask(Subject::Organization(self.organization), now).await?;
        let found = self.server.store.access(token).await.map_err(Error::NotDone)?;
        let own = found.filter(|access| {
            let record = &access.token.record;
            record.digest.as_bytes() == token.as_bytes() && record.organization == self.organization
        });
        Ok(match own {
            Some(access) => {
                access::explain_call(&access, requirement, self.server.settings.implicit_sunset, at)
            }
            None => {
                let verdict = Verdict::Refuses(CallRefused::UnknownToken);
                Explanation { at, layers: vec![Judged { layer: Layer::Token, verdict }] }
            }
        })
    }

    /// Why a client could obtain a token in the organization or could not, with every reason, as it is by the records of
    /// now at the instant `at` (GV-05): in the name of this user by a new login, or for itself. That it is who it says is
    /// taken for granted. Needs `oauth:client:authorize`.
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
        at: Timestamp,
        now: Timestamp,
    ) -> Answer<Explanation<Refusal>, S> {
        let organization = self.organization;
        self.may_ask(Subject::Authorization { organization, client, authorization: None }, now).await?;
        let mut unit = self.server.unit();
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
        let asked = IssueFor { organization, client, user, family: None };
        Ok(access::explain_admission(&standing, &asked, self.server.settings.implicit_sunset, at))
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
