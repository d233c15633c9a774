//! The endpoints about tokens: introspection (RFC 7662) and revocation (RFC 7009).

use super::AuthorizationServer;
use super::Error;
use super::unit::Unit;
use crate::access::Introspection;
use crate::access::Standing;
use crate::access::introspect;
use crate::access::introspect_refresh;
use crate::access::may_introspect;
use crate::audit::Action;
use crate::audit::Actor;
use crate::audit::Attempt;
use crate::audit::Subject;
use crate::change::Changes;
use crate::grant::AuthenticatedClient;
use crate::grant::AuthenticationFailure;
use crate::grant::Authenticator;
use crate::grant::authenticate;
use crate::grant::record_use;
use crate::grant::revocation;
use crate::grant::revocation::RevocationRefusal;
use crate::grant::revocation::Target;
use crate::store::Store;
use crate::value::ClientId;
use crate::value::EventId;
use crate::value::Timestamp;
use crate::wire;
use crate::wire::AboutToken;
use crate::wire::OAuthError;
use crate::wire::PresentedToken;
use crate::wire::Response;
use crate::wire::TokenRequest;

impl<S: Store> AuthorizationServer<S> {
    /// Answers a request to the introspection endpoint (TK-09): what holds of a token of the asking client's
    /// organization, or `{"active":false}` and nothing more. The token is not used by it: its idle clock runs on. The
    /// client's secret is (CL-10).
    ///
    /// # Errors
    ///
    /// [`Error`] where the store or the random source failed; [`OAuthError::TemporarilyUnavailable`] is the answer
    /// then.
    pub async fn introspect(
        &self,
        request: &TokenRequest<'_>,
        now: Timestamp,
    ) -> Result<Response, Error<S::Error>> {
        let parsed = match request.parse_about_token() {
            Ok(parsed) => parsed,
            Err(malformed) => return Ok(malformed.response()),
        };
        Ok(match self.introspect_token(&parsed, now).await? {
            Ok(found) => wire::introspection_response(found.as_ref(), &self.settings.issuer),
            Err(_) => OAuthError::InvalidClient.response(),
        })
    }

    /// The same for a host that has parsed the request. None for a token that is not active, or that the client may
    /// not ask about.
    ///
    /// # Errors
    ///
    /// As [`introspect`](Self::introspect).
    pub async fn introspect_token(
        &self,
        request: &AboutToken,
        now: Timestamp,
    ) -> Result<Result<Option<Introspection>, AuthenticationFailure>, Error<S::Error>> {
        let Some(id) = request.credentials.client else {
            return Ok(Err(AuthenticationFailure::UnknownClient));
        };
        for mut unit in self.tries() {
            let attempt = self.about_token(Action::IntrospectToken, id, now)?;
            let client = unit.client(id).await?.map(|stored| stored.record);
            let organization = client.as_ref().and_then(|client| client.organization());
            let attempt = Attempt { organization, ..attempt };
            let proof = match authenticate(client, request.credentials.secret().as_ref(), now) {
                // RFC 7662 §2.1: to ask needs authentication, and a public client has none.
                Ok(proof) if proof.authenticator() == Authenticator::Nothing => {
                    Err(AuthenticationFailure::NoSecret)
                }
                proved => proved,
            };
            let proof = match proof {
                Ok(proof) => proof,
                Err(failure) => {
                    let refusal = RevocationRefusal::NotAuthenticated(failure);
                    match unit.commit::<(), _>(attempt, Err(refusal)).await? {
                        Some(_) => return Ok(Err(failure)),
                        None => continue,
                    }
                }
            };
            let found = self.look_up(&mut unit, &request.token, now).await?;
            let client = proof.client();
            let told = found.filter(|found| may_introspect(client, found.organization, now));
            let used = self.secret_use(&mut unit, &proof).await?;
            let changes = record_use(Changes::new(), &proof, used, now);
            if changes.is_empty() || unit.commit_quietly(changes).await? {
                return Ok(Ok(told));
            }
        }
        Err(Error::Contended)
    }

    async fn look_up(
        &self,
        unit: &mut Unit<'_, S>,
        token: &PresentedToken,
        now: Timestamp,
    ) -> Result<Option<Introspection>, Error<S::Error>> {
        let sunset = self.settings.implicit_sunset;
        match token {
            PresentedToken::NotIssuedHere => Ok(None),
            PresentedToken::Access(digest) => {
                let found = self.store.access(digest).await.map_err(Error::NotDone)?;
                let found = found.filter(|access| access.token.record.digest.as_bytes() == digest.as_bytes());
                Ok(found.and_then(|access| introspect(&access, sunset, now)))
            }
            PresentedToken::Refresh(presented) => {
                let Some(family) = unit.family(presented.family()).await? else {
                    return Ok(None);
                };
                let family = family.record;
                let client = unit.client(family.client).await?.map(|stored| stored.record);
                let mut standing = Standing { client, ..Standing::default() };
                unit.login(&mut standing, &family).await?;
                Ok(introspect_refresh(&family, &presented.digest(), &standing, sunset, now))
            }
        }
    }

    /// Answers a request to the revocation endpoint (TK-10): an access token is ended alone, and a refresh token with
    /// its login and all that descends from it. A token that is unknown or another client's is answered the same,
    /// and stays as it is (RFC 7009 §2.2).
    ///
    /// # Errors
    ///
    /// [`Error`] where the store or the random source failed: never a success that is none (threat 34).
    pub async fn revoke_token(
        &self,
        request: &TokenRequest<'_>,
        now: Timestamp,
    ) -> Result<Response, Error<S::Error>> {
        let parsed = match request.parse_about_token() {
            Ok(parsed) => parsed,
            Err(malformed) => return Ok(malformed.response()),
        };
        Ok(match self.revoke_presented(&parsed, now).await? {
            Err(RevocationRefusal::NotAuthenticated(_)) => OAuthError::InvalidClient.response(),
            Ok(()) | Err(RevocationRefusal::UnknownToken | RevocationRefusal::TokenOfAnotherClient) => {
                wire::revocation_response()
            }
        })
    }

    /// The same for a host that has parsed the request.
    ///
    /// # Errors
    ///
    /// As [`revoke_token`](Self::revoke_token).
    pub async fn revoke_presented(
        &self,
        request: &AboutToken,
        now: Timestamp,
    ) -> Result<Result<(), RevocationRefusal>, Error<S::Error>> {
        let Some(id) = request.credentials.client else {
            let failure = AuthenticationFailure::UnknownClient;
            return Ok(Err(RevocationRefusal::NotAuthenticated(failure)));
        };
        let attempt = self.about_token(Action::RevokeToken, id, now)?;
        for mut unit in self.tries() {
            let client = unit.client(id).await?.map(|stored| stored.record);
            let mut attempt =
                Attempt { organization: client.as_ref().and_then(|client| client.organization()), ..attempt };
            let decided = match authenticate(client, request.credentials.secret().as_ref(), now) {
                Err(failure) => Err(RevocationRefusal::NotAuthenticated(failure)),
                Ok(proof) => {
                    let target = target(&mut unit, &request.token).await?;
                    attempt = of_target(attempt, &proof, &target);
                    let used = self.secret_use(&mut unit, &proof).await?;
                    revocation::revoke(&proof, &target, used, now)
                }
            };
            if let Some(outcome) = unit.commit(attempt, decided).await? {
                return Ok(outcome);
            }
        }
        Err(Error::Contended)
    }

    fn about_token(
        &self,
        action: Action,
        client: ClientId,
        now: Timestamp,
    ) -> Result<Attempt, Error<S::Error>> {
        let event = EventId::at(now, self.random()?);
        let (actor, subject) = (Actor::Client(client), Subject::Client(client));
        Ok(Attempt { event, organization: None, actor, action, subject, at: now })
    }
}

async fn target<S: Store>(unit: &mut Unit<'_, S>, token: &PresentedToken) -> Result<Target, Error<S::Error>> {
    Ok(match token {
        PresentedToken::NotIssuedHere => Target::Nothing,
        PresentedToken::Access(digest) => Target::Access(unit.access_token(*digest).await?),
        PresentedToken::Refresh(presented) => Target::Refresh(unit.family(presented.family()).await?),
    })
}

/// The attempt in the trail of the organization whose token it is. What is another client's is not told of.
fn of_target(attempt: Attempt, proof: &AuthenticatedClient, target: &Target) -> Attempt {
    let client = proof.client().id;
    match target {
        Target::Access(Some(token)) if token.record.client == client => Attempt {
            organization: Some(token.record.organization),
            subject: Subject::AccessToken { client, digest: token.record.digest },
            ..attempt
        },
        Target::Refresh(Some(family)) if family.record.client == client => Attempt {
            organization: Some(family.record.organization),
            subject: Subject::Login { client, family: family.record.id },
            ..attempt
        },
        Target::Access(_) | Target::Refresh(_) | Target::Nothing => attempt,
    }
}
