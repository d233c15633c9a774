//! The token endpoint: from the bytes of a request to the bytes of its answer (RFC 6749 §3.2).

use zeroize::Zeroizing;

use super::AuthorizationServer;
use super::Error;
use super::unit::Unit;
use crate::access::Standing;
use crate::audit::Action;
use crate::audit::Actor;
use crate::audit::Attempt;
use crate::audit::Subject;
use crate::change::Done;
use crate::change::Versioned;
use crate::grant::AuthenticatedClient;
use crate::grant::AuthenticationFailure;
use crate::grant::Authenticator;
use crate::grant::FreshToken;
use crate::grant::Issued;
use crate::grant::TokenRefusal;
use crate::grant::authenticate;
use crate::grant::client_credentials;
use crate::model::AccessToken;
use crate::model::GrantType;
use crate::model::SecretUse;
use crate::store::Store;
use crate::value::ClientId;
use crate::value::EventId;
use crate::value::OrganizationId;
use crate::value::Plain;
use crate::value::Timestamp;
use crate::value::kind;
use crate::wire;
use crate::wire::OAuthError;
use crate::wire::ParsedTokenRequest;
use crate::wire::RequestedGrant;
use crate::wire::Response;
use crate::wire::TokenRequest;
use crate::wire::TokenResponse;

/// 32 bytes for the token, 10 for the event: one draw.
const RANDOM: usize = 42;

impl<S: Store> AuthorizationServer<S> {
    /// Answers a request to the token endpoint: status, headers and body, to be sent as they are.
    ///
    /// A malformed request, and one that names no client there could be, reads nothing and leaves no trace;
    /// any other refusal is in the audit trail with its reason, of which the client is told only what RFC
    /// 6749 §5.2 allows (GR-10).
    ///
    /// # Errors
    ///
    /// [`Error`] where the store or the random source failed; [`OAuthError::TemporarilyUnavailable`] is the
    /// answer then. A token may have been recorded, and nobody has it.
    pub async fn token(
        &self,
        request: &TokenRequest<'_>,
        now: Timestamp,
    ) -> Result<Response, Error<S::Error>> {
        let parsed = match request.parse() {
            Ok(parsed) => parsed,
            Err(malformed) => return Ok(malformed.response()),
        };
        Ok(match self.issue(&parsed, now).await? {
            Ok(issued) => {
                let Issued { token, expires_in, scopes } = &issued;
                let answer = TokenResponse {
                    access_token: token,
                    expires_in: *expires_in,
                    refresh_token: None,
                    scopes,
                };
                answer.response()
            }
            Err(refusal) => wire::token_error(&refusal).response(),
        })
    }

    /// Issues a token, or says why not: [`token`](Self::token) for a host that has parsed the request.
    ///
    /// # Errors
    ///
    /// As [`token`](Self::token).
    pub async fn issue(
        &self,
        request: &ParsedTokenRequest,
        now: Timestamp,
    ) -> Result<Result<Issued, TokenRefusal>, Error<S::Error>> {
        let Some(client) = request.credentials.client else {
            return Ok(Err(TokenRefusal::NotAuthenticated(AuthenticationFailure::UnknownClient)));
        };
        let (token, event) = self.draw(now)?;
        let fresh = FreshToken { digest: token.digest() };
        for mut unit in self.tries() {
            let (organization, decided) = self.decide(&mut unit, client, request, fresh, now).await?;
            let attempt = Attempt {
                event,
                organization,
                actor: Actor::Client(client),
                action: Action::IssueToken,
                subject: match &decided {
                    Ok(done) => Subject::AccessToken { client, digest: done.value.digest },
                    Err(_) => Subject::Client(client),
                },
                at: now,
            };
            if let Some(outcome) = unit.commit(attempt, decided).await? {
                return Ok(outcome.map(|record| issued(token, record)));
            }
        }
        Err(Error::Contended)
    }

    /// One try: authenticate first, and read no more for whoever does not.
    async fn decide(
        &self,
        unit: &mut Unit<'_, S>,
        id: ClientId,
        request: &ParsedTokenRequest,
        fresh: FreshToken,
        now: Timestamp,
    ) -> Result<(Option<OrganizationId>, Result<Done<AccessToken>, TokenRefusal>), Error<S::Error>> {
        let client = unit.client(id).await?.map(|stored| stored.record);
        let organization = client.as_ref().and_then(|client| client.organization());
        let proof = match authenticate(client, request.credentials.secret().as_ref(), now) {
            Ok(proof) => proof,
            Err(failure) => return Ok((organization, Err(TokenRefusal::NotAuthenticated(failure)))),
        };
        let registered = proof.client().grant.grant_type();
        let decided = match &request.grant {
            RequestedGrant::ClientCredentials { scope } => {
                let (standing, secret_use) = self.standing(unit, &proof).await?;
                let asked = client_credentials::Request { scope: scope.as_deref(), secret_use };
                let drawn = (fresh, self.settings.implicit_sunset);
                client_credentials::issue(&proof, &standing, &asked, drawn, now)
            }
            RequestedGrant::Targeted => Err(TokenRefusal::ResourceNamed),
            RequestedGrant::Unsupported => Err(TokenRefusal::UnsupportedGrantType),
            // Known by name, and not served yet: GR-09 tells a client of another type first.
            RequestedGrant::AuthorizationCode
            | RequestedGrant::RefreshToken
            | RequestedGrant::Saml2Bearer
                if registered == GrantType::ClientCredentials =>
            {
                Err(TokenRefusal::WrongGrantType { registered })
            }
            RequestedGrant::AuthorizationCode
            | RequestedGrant::RefreshToken
            | RequestedGrant::Saml2Bearer => Err(TokenRefusal::UnsupportedGrantType),
        };
        Ok((organization, decided))
    }

    /// What a client stands on in the organization that owns it, and the recorded use of its secret.
    async fn standing(
        &self,
        unit: &mut Unit<'_, S>,
        proof: &AuthenticatedClient,
    ) -> Result<(Standing, Option<Versioned<SecretUse>>), Error<S::Error>> {
        let client = proof.client();
        let mut standing = Standing { client: Some(client.clone()), ..Standing::default() };
        if let Some(owner) = client.organization() {
            standing.organization = unit.organization(owner).await?.map(|stored| stored.record);
            standing.authorization = unit.authorization(owner, client.id).await?.map(|stored| stored.record);
        }
        let secret_use = match proof.authenticator() {
            Authenticator::Secret(secret) => unit.secret_use(secret).await?,
            Authenticator::Nothing => None,
        };
        Ok((standing, secret_use))
    }

    fn draw(&self, now: Timestamp) -> Result<(Plain<kind::AccessToken>, EventId), Error<S::Error>> {
        let mut random = Zeroizing::new([0; RANDOM]);
        self.entropy.fill(random.as_mut_slice())?;
        let [token @ .., a, b, c, d, e, f, g, h, i, j] = &*random;
        Ok((Plain::from_random(token), EventId::at(now, [*a, *b, *c, *d, *e, *f, *g, *h, *i, *j])))
    }
}

impl<E> Error<E> {
    /// What a client is told of it.
    #[must_use]
    pub fn response(&self) -> Response {
        OAuthError::TemporarilyUnavailable.response()
    }
}

fn issued(token: Plain<kind::AccessToken>, record: AccessToken) -> Issued {
    let lifetime = record.expires.seconds_since(record.issued);
    Issued { token, expires_in: u32::try_from(lifetime).unwrap_or(0), scopes: record.scopes }
}
