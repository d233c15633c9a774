//! Judging a call: from its `Authorization` header to an allowed call, or to a denial with reason, remedy and challenge.

use super::AuthorizationServer;
use super::Error;
use crate::access;
use crate::access::Access;
use crate::access::Allowed;
use crate::access::CallRefused;
use crate::access::PermissionsRequired;
use crate::access::Requirement;
use crate::access::ScopesRequired;
use crate::audit::Action;
use crate::audit::Actor;
use crate::audit::Attempt;
use crate::audit::Subject;
use crate::change::Changes;
use crate::change::Key;
use crate::change::Reason;
use crate::model::AccessToken;
use crate::store::Commit;
use crate::store::Store;
use crate::value::Digest;
use crate::value::EventId;
use crate::value::Timestamp;
use crate::value::kind;
use crate::wire;
use crate::wire::Bearer;
use crate::wire::OAuthError;
use crate::wire::Response;

/// How often the use of a token is tried to be recorded while others use it too.
const TRIES: usize = 16;

/// A call that was denied.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{reason}")]
pub struct CallDenial {
    /// Why, for whoever runs the application or administers the organization. Not for the caller (TK-11).
    pub reason: CallRefused,
    /// What the caller is told: status and challenge (RFC 6750 §3).
    pub response: Response,
}

impl CallDenial {
    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        self.reason.remedy()
    }
}

/// Why a call is not allowed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CallError<E> {
    /// It was judged, and denied.
    #[error(transparent)]
    Denied(Box<CallDenial>),
    /// It could not be judged. It is not allowed.
    #[error(transparent)]
    Failed(Error<E>),
}

impl<E> CallError<E> {
    /// What the caller is told.
    #[must_use]
    pub fn response(&self) -> Response {
        match self {
            Self::Denied(denial) => denial.response.clone(),
            Self::Failed(_) => OAuthError::TemporarilyUnavailable.response(),
        }
    }
}

impl<E> From<Error<E>> for CallError<E> {
    fn from(error: Error<E>) -> Self {
        Self::Failed(error)
    }
}

impl<S: Store> AuthorizationServer<S> {
    /// Judges a call by the values of its `Authorization` headers and what it needs (TK-06).
    ///
    /// One read of the store. A write only where the organization has an idle timeout and the token was not used in this
    /// second yet (TK-04), and where a known token is refused: that goes to the organization's audit trail. What carries no
    /// token that was ever issued here belongs to no trail, and leaves none.
    ///
    /// # Errors
    ///
    /// [`CallError::Denied`] with reason, remedy and challenge; [`CallError::Failed`] where the store failed. Neither
    /// allows the call.
    pub async fn authorize_call(
        &self,
        authorization: &[&[u8]],
        requirement: &Requirement,
        now: Timestamp,
    ) -> Result<Allowed, CallError<S::Error>> {
        let digest = match Bearer::parse(authorization) {
            Ok(Bearer::Token(digest)) => digest,
            Ok(Bearer::NotIssuedHere) => return Err(self.denied(CallRefused::UnknownToken)),
            Ok(Bearer::Absent) => return Err(self.denied(CallRefused::NoToken)),
            Err(_) => return Err(self.denied(CallRefused::MalformedToken)),
        };
        self.authorize_token(&digest, requirement, now).await
    }

    /// Judges a call by the digest of its token: [`authorize_call`](Self::authorize_call) for a host that reads headers
    /// itself.
    ///
    /// # Errors
    ///
    /// As [`authorize_call`](Self::authorize_call).
    pub async fn authorize_token(
        &self,
        digest: &Digest<kind::AccessToken>,
        requirement: &Requirement,
        now: Timestamp,
    ) -> Result<Allowed, CallError<S::Error>> {
        for _ in 0..TRIES {
            let found = self.store.access(digest).await.map_err(Error::NotDone)?;
            // A store that gives another token is broken; what it gives is no secret of the caller's, so that the
            // comparison need not take constant time.
            let Some(access) =
                found.filter(|access| access.token.record.digest.as_bytes() == digest.as_bytes())
            else {
                return Err(self.denied(CallRefused::UnknownToken));
            };
            match access::authorize_call(&access, requirement, self.settings.implicit_sunset, now) {
                Ok(allowed) if !allowed.records_use() => return Ok(allowed),
                Ok(allowed) => match self.record_use(&access, now).await? {
                    Commit::Applied => return Ok(allowed),
                    // Another call used it, or a sweep forgot it: it is judged again.
                    Commit::Conflict => {}
                },
                Err(refused) => return Err(self.refused(&access, refused, now).await?),
            }
        }
        Err(CallError::Failed(Error::Contended))
    }

    /// Ends the token that a call carries: whoever has it may give it up, and needs nothing else for it (TK-10). That
    /// token alone is ended; what renews it is not.
    ///
    /// # Errors
    ///
    /// As [`authorize_call`](Self::authorize_call): a token that does not work is refused, and stays as it is.
    pub async fn end_token_of_call(
        &self,
        authorization: &[&[u8]],
        now: Timestamp,
    ) -> Result<(), CallError<S::Error>> {
        let nothing = Requirement {
            scopes: ScopesRequired::Nothing,
            permissions: PermissionsRequired::Nothing,
            ..Requirement::default()
        };
        for _ in 0..TRIES {
            let _allowed = self.authorize_call(authorization, &nothing, now).await?;
            let Ok(Bearer::Token(digest)) = Bearer::parse(authorization) else {
                return Err(self.denied(CallRefused::UnknownToken));
            };
            let found = self.store.access(&digest).await.map_err(Error::NotDone)?;
            let Some(Access { token, .. }) = found else {
                return Err(self.denied(CallRefused::UnknownToken));
            };
            let attempt = self.attempt_by(&token.record, Action::RevokeToken, now)?;
            let changes = Changes::new()
                .delete(token.version, Key::AccessToken(token.record.digest))
                .insert(attempt.done(Vec::new()));
            match self.store.commit(changes).await.map_err(Error::from)? {
                Commit::Applied => return Ok(()),
                // Another call used it or ended it: it is judged again.
                Commit::Conflict => {}
            }
        }
        Err(CallError::Failed(Error::Contended))
    }

    async fn record_use(&self, access: &Access, now: Timestamp) -> Result<Commit, Error<S::Error>> {
        let used = access.token.record.used(now);
        Ok(self.store.commit(Changes::new().update(access.token.version, used)).await?)
    }

    /// The refusal of a known token goes to its organization's trail first (GV-01).
    async fn refused(
        &self,
        access: &Access,
        refused: CallRefused,
        now: Timestamp,
    ) -> Result<CallError<S::Error>, Error<S::Error>> {
        let attempt = self.attempt_by(&access.token.record, Action::UseToken, now)?;
        let event = attempt.refused(refused.code(), refused.to_string());
        match self.store.commit(Changes::new().insert(event)).await? {
            Commit::Applied => Ok(self.denied(refused)),
            Commit::Conflict => Err(Error::Contended),
        }
    }

    /// What whoever holds the token tries.
    fn attempt_by(
        &self,
        token: &AccessToken,
        action: Action,
        now: Timestamp,
    ) -> Result<Attempt, Error<S::Error>> {
        Ok(Attempt {
            event: EventId::at(now, self.random()?),
            organization: Some(token.organization),
            actor: match token.user() {
                Some(user) => Actor::User { organization: token.organization, user },
                None => Actor::Client(token.client),
            },
            action,
            subject: Subject::AccessToken { client: token.client, digest: token.digest },
            at: now,
        })
    }

    fn denied(&self, reason: CallRefused) -> CallError<S::Error> {
        let response = wire::call_response(&reason, &self.settings.realm);
        CallError::Denied(Box::new(CallDenial { reason, response }))
    }
}
