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
use crate::change::Refused;
use crate::change::Versioned;
use crate::grant::AuthenticatedClient;
use crate::grant::AuthenticationFailure;
use crate::grant::Authenticator;
use crate::grant::FreshRefresh;
use crate::grant::FreshToken;
use crate::grant::Issued;
use crate::grant::IssuedTokens;
use crate::grant::TokenRefusal;
use crate::grant::Verifier;
use crate::grant::authenticate;
use crate::grant::authorization_code;
use crate::grant::client_credentials;
use crate::grant::refresh_token;
use crate::model::GrantType;
use crate::model::SecretUse;
use crate::store::Store;
use crate::value::ClientId;
use crate::value::Digest;
use crate::value::EventId;
use crate::value::OrganizationId;
use crate::value::Plain;
use crate::value::PresentedRefreshToken;
use crate::value::Salt;
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

/// Whose trail it belongs to, and what was decided.
pub(super) type Decided = (Option<OrganizationId>, Result<Done<IssuedTokens>, Refused<TokenRefusal>>);

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
    ///
    /// Where the error is [unknown](Error::Unknown) the code or refresh token may be spent: a client that sends it again
    /// is then answered as whoever uses one twice, and the login ends. A client's grace for refresh tokens is for this.
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
                let Issued { token, expires_in, refresh_token, scopes } = &issued;
                let answer = TokenResponse {
                    access_token: token,
                    expires_in: *expires_in,
                    refresh_token: refresh_token.as_ref(),
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
                    Ok(done) => Subject::AccessToken { client, digest: done.value.access.digest },
                    Err(_) => Subject::Client(client),
                },
                at: now,
            };
            if let Some(outcome) = unit.commit_refused(attempt, decided).await? {
                return Ok(outcome.map(|tokens| Issued::of(token, tokens)));
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
    ) -> Result<Decided, Error<S::Error>> {
        let client = unit.client(id).await?.map(|stored| stored.record);
        let organization = client.as_ref().and_then(|client| client.organization());
        let proof = match authenticate(client, request.credentials.secret().as_ref(), now) {
            Ok(proof) => proof,
            Err(failure) => {
                return Ok((organization, Err(TokenRefusal::NotAuthenticated(failure).into())));
            }
        };
        let registered = proof.client().grant.grant_type();
        let refused = match &request.grant {
            RequestedGrant::ClientCredentials { scope } => {
                let (standing, secret_use) = self.standing(unit, &proof).await?;
                let asked = client_credentials::Request { scope: scope.as_deref(), secret_use };
                let drawn = (fresh, self.settings.implicit_sunset);
                let decided = client_credentials::issue(&proof, &standing, &asked, drawn, now);
                return Ok((organization, decided.map_err(Refused::from)));
            }
            RequestedGrant::AuthorizationCode { code, redirect_uri, verifier } => {
                let sent = (*code, redirect_uri.as_deref(), *verifier);
                return self.exchange(unit, &proof, sent, fresh, now).await;
            }
            RequestedGrant::RefreshToken { token, scope } => {
                let sent = (token.as_ref(), scope.as_deref());
                return self.refresh(unit, &proof, sent, fresh, now).await;
            }
            RequestedGrant::Incomplete { parameter } if registered == GrantType::AuthorizationCode => {
                TokenRefusal::ParameterMissing { parameter }
            }
            RequestedGrant::Incomplete { .. } => TokenRefusal::WrongGrantType { registered },
            RequestedGrant::Targeted => TokenRefusal::ResourceNamed,
            RequestedGrant::Unsupported => TokenRefusal::UnsupportedGrantType,
            // GR-09 tells a client of another type first.
            RequestedGrant::Saml2Bearer { .. } if registered != GrantType::Saml2Bearer => {
                TokenRefusal::WrongGrantType { registered }
            }
            #[cfg(feature = "saml")]
            RequestedGrant::Saml2Bearer { assertion, organization, scope }
                if self.single_sign_on.is_some() =>
            {
                let sent = (assertion.as_ref(), organization.as_deref(), scope.as_deref());
                return self.saml2_bearer(unit, &proof, sent, fresh, now).await;
            }
            RequestedGrant::Saml2Bearer { .. } => TokenRefusal::UnsupportedGrantType,
        };
        Ok((organization, Err(refused.into())))
    }

    /// A code for tokens.
    async fn exchange(
        &self,
        unit: &mut Unit<'_, S>,
        proof: &AuthenticatedClient,
        (digest, redirect_uri, verifier): (Option<Digest<kind::AuthorizationCode>>, Option<&str>, Verifier),
        fresh: FreshToken,
        now: Timestamp,
    ) -> Result<Decided, Error<S::Error>> {
        let client = proof.client();
        let mut organization = client.organization();
        let mut standing = Standing { client: Some(client.clone()), ..Standing::default() };
        let code = match digest {
            Some(digest) => unit.code(digest).await?,
            None => None,
        };
        let mut family = None;
        // What another client's code leads to is neither read nor told of.
        if let Some(code) = code.as_ref().filter(|code| code.record.client == client.id) {
            organization = Some(code.record.organization);
            family = unit.family(code.record.family).await?;
            if let Some(login) = &family {
                unit.login(&mut standing, &login.record).await?;
            }
        }
        let request = authorization_code::Request {
            code,
            family,
            redirect_uri,
            verifier,
            secret_use: self.secret_use(unit, proof).await?,
        };
        let drawn = self.fresh_refresh()?;
        let drawn = (fresh, &drawn, self.settings.implicit_sunset);
        Ok((organization, authorization_code::exchange(proof, &standing, &request, drawn, now)))
    }

    /// A refresh token for tokens.
    async fn refresh(
        &self,
        unit: &mut Unit<'_, S>,
        proof: &AuthenticatedClient,
        (presented, scope): (Option<&PresentedRefreshToken>, Option<&str>),
        fresh: FreshToken,
        now: Timestamp,
    ) -> Result<Decided, Error<S::Error>> {
        let client = proof.client();
        let mut organization = client.organization();
        let mut standing = Standing { client: Some(client.clone()), ..Standing::default() };
        let family = match presented {
            Some(presented) => unit.family(presented.family()).await?,
            None => None,
        };
        if let Some(login) = family.as_ref().filter(|login| login.record.client == client.id) {
            organization = Some(login.record.organization);
            unit.login(&mut standing, &login.record).await?;
        }
        let secret_use = self.secret_use(unit, proof).await?;
        let request = refresh_token::Request { presented, family, scope, secret_use };
        let drawn = self.fresh_refresh()?;
        let drawn = (fresh, &drawn, self.settings.implicit_sunset);
        Ok((organization, refresh_token::refresh(proof, &standing, &request, drawn, now)))
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
        Ok((standing, self.secret_use(unit, proof).await?))
    }

    /// The recorded use of the secret that a client authenticated with.
    pub(super) async fn secret_use(
        &self,
        unit: &mut Unit<'_, S>,
        proof: &AuthenticatedClient,
    ) -> Result<Option<Versioned<SecretUse>>, Error<S::Error>> {
        match proof.authenticator() {
            Authenticator::Secret(secret) => unit.secret_use(secret).await,
            Authenticator::Nothing => Ok(None),
        }
    }

    fn fresh_refresh(&self) -> Result<FreshRefresh, Error<S::Error>> {
        let mut secret = Zeroizing::new([0; 32]);
        self.entropy.fill(secret.as_mut_slice())?;
        Ok(FreshRefresh { secret, salt: Salt::from_random(self.random()?) })
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
