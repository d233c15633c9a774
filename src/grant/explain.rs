//! Why a request for a token is served or refused, with every reason (GV-05).

use std::sync::Arc;

use super::AuthenticationFailure;
use super::TokenRefusal;
use super::authenticate::check_grant_type;
use super::authenticate::check_secret;
use super::authenticate::there;
use super::authorization_code;
use super::client_credentials;
use super::refresh_token;
#[cfg(feature = "saml")]
use super::saml2_bearer;
use crate::access::Explanation;
use crate::access::IssueFor;
use crate::access::Judged;
use crate::access::Layer;
use crate::access::Refusal;
use crate::access::Standing;
use crate::access::Verdict;
#[cfg(feature = "saml")]
use crate::access::assertion::user_with;
use crate::access::explain_admission;
use crate::access::scopes_to_be_had;
use crate::model::AuthorizationCode;
use crate::model::Client;
use crate::model::GrantType;
use crate::model::ImplicitSunset;
use crate::model::TokenFamily;
#[cfg(feature = "saml")]
use crate::model::User;
use crate::value::ClientId;
#[cfg(feature = "saml")]
use crate::value::EmailAddress;
use crate::value::OrganizationId;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::UserId;

/// What a client asks for a token by, as it was found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TokenAsked<'a> {
    /// For itself (GR-01).
    ClientCredentials {
        /// The `scope` parameter, if it was sent.
        scope: Option<&'a str>,
    },
    /// By an authorization code (GR-02). The login that it began is in the standing.
    AuthorizationCode {
        /// The code; none where there is no such code.
        code: Option<Arc<AuthorizationCode>>,
    },
    /// By the refresh token in force of the login that is in the standing, if there is one (GR-08).
    RefreshToken {
        /// The `scope` parameter, if it was sent.
        scope: Option<&'a str>,
    },
    /// In the name of a user whom an assertion names (GR-07).
    #[cfg(feature = "saml")]
    Saml2Bearer {
        /// The email address in the assertion.
        email: &'a EmailAddress,
        /// The users of the organization with that address, as a list gave them.
        users: &'a [Arc<User>],
        /// The `scope` parameter, if it was sent.
        scope: Option<&'a str>,
    },
}

type Layers = Vec<Judged<TokenRefusal>>;

/// What is asked about, and what the answers rest on.
struct Question<'a> {
    standing: &'a Standing,
    place: (OrganizationId, ClientId),
    /// The client, if it is there.
    client: Option<Arc<Client>>,
    sunset: ImplicitSunset,
    now: Timestamp,
}

/// Why the client may have a token in the organization for what it asks by, or may not: what each grant type decides, with
/// all its reasons.
///
/// Its first refusal is the answer of the grant, and it allows what the grant allows. That the client is who it says is taken
/// for granted; so is, of a code, that the verifier and the redirect URI go with it, of a refresh token that it is the one in
/// force, and of an assertion that it holds and was not used.
pub fn explain_token(
    asked: &TokenAsked<'_>,
    standing: &Standing,
    (organization, client, sunset): (OrganizationId, ClientId, ImplicitSunset),
    now: Timestamp,
) -> Explanation<TokenRefusal> {
    let known = there(standing.client.clone().filter(|there| there.id == client), now);
    let question = Question { standing, place: (organization, client), client: known, sunset, now };
    let layers = match asked {
        TokenAsked::ClientCredentials { scope } => question.client_credentials(*scope),
        TokenAsked::AuthorizationCode { code } => question.authorization_code(code.as_deref()),
        TokenAsked::RefreshToken { scope } => question.refresh_token(*scope),
        #[cfg(feature = "saml")]
        TokenAsked::Saml2Bearer { email, users, scope } => question.saml2_bearer((email, users), *scope),
    };
    Explanation { at: now, layers }
}

impl Question<'_> {
    fn client_credentials(&self, scope: Option<&str>) -> Layers {
        let mut layers = vec![
            self.application(),
            self.of_client(Layer::GrantType, |client| {
                client_credentials::organization_of(client).map(|_| ())
            }),
            self.of_client(Layer::Secret, check_secret),
        ];
        layers.extend(self.gate(self.issue_for(None)));
        layers.push(Judged::new(Layer::Scopes, Verdict::of(client_credentials::check_no_scope(scope))));
        layers
    }

    fn authorization_code(&self, code: Option<&AuthorizationCode>) -> Layers {
        let found = self.standing.family.as_deref();
        let usable = match (&self.client, code) {
            (Some(client), Some(code)) => {
                Verdict::of(authorization_code::check_code(client, code, found, self.now))
            }
            (_, None) => Verdict::Refuses(TokenRefusal::UnknownCode),
            (None, Some(_)) => Verdict::RestsOn(Layer::Application),
        };
        let of_code =
            |layer, check: &dyn Fn(&Client, &AuthorizationCode) -> Result<(), TokenRefusal>| match code {
                Some(code) => self.of_client(layer, |client| check(client, code)),
                None => Judged::new(layer, Verdict::RestsOn(Layer::Presented)),
            };
        let mut layers = vec![
            self.application(),
            self.of_client(Layer::GrantType, |client| check_grant_type(client, GrantType::AuthorizationCode)),
            Judged::new(Layer::Presented, usable),
            of_code(Layer::RedirectUri, &authorization_code::check_redirect),
            of_code(Layer::Challenge, &authorization_code::check_challenge),
        ];
        let login = code.and_then(|code| found.filter(|login| login.id == code.family));
        layers.extend(self.gate_of_login(login));
        layers.push(self.scopes_of_login(login, &authorization_code::scopes));
        layers
    }

    fn refresh_token(&self, scope: Option<&str>) -> Layers {
        let login = self.standing.family.as_deref();
        let presented = match login {
            Some(login) => self
                .of_client(Layer::Presented, |client| refresh_token::check_login(client, login).map(|_| ())),
            None => Judged::new(Layer::Presented, Verdict::Refuses(TokenRefusal::UnknownRefreshToken)),
        };
        let mut layers = vec![
            self.application(),
            self.of_client(Layer::GrantType, |client| check_grant_type(client, GrantType::AuthorizationCode)),
            self.of_client(Layer::Secret, check_secret),
            presented,
        ];
        layers.extend(self.gate_of_login(login));
        let own = self.standing.organization.as_deref().filter(|there| there.id() == self.place.0);
        let refreshed = match own {
            Some(organization) => Verdict::of(refresh_token::check_idle(organization)),
            None => Verdict::RestsOn(Layer::Organization),
        };
        layers.push(Judged::new(Layer::Refresh, refreshed));
        layers.push(
            self.scopes_of_login(login, &|login, approved| refresh_token::scopes(approved, login, scope)),
        );
        layers
    }

    #[cfg(feature = "saml")]
    fn saml2_bearer(&self, (email, users): (&EmailAddress, &[Arc<User>]), scope: Option<&str>) -> Layers {
        let mut layers = vec![
            self.application(),
            self.of_client(Layer::GrantType, |client| check_grant_type(client, GrantType::Saml2Bearer)),
            self.of_client(Layer::Secret, check_secret),
        ];
        let own = self.standing.organization.as_deref().filter(|there| there.id() == self.place.0);
        let found = own.map(|organization| user_with(email, organization, users));
        let user = found.as_ref().and_then(|found| found.as_ref().ok().copied()).cloned();
        let asked = self.issue_for(Some(user.as_ref().map_or(NOBODY, |user| user.id)));
        let is_found = user.is_some();
        let standing = Standing { user, ..self.standing.clone() };
        let identity = match found {
            Some(found) => Verdict::of(found).map(TokenRefusal::Assertion),
            None => Verdict::RestsOn(Layer::Organization),
        };
        let mut identity = Some(Judged::new(Layer::Identity, identity));
        for judged in explain_admission(&standing, &asked, self.sunset, self.now).layers {
            let of_user = judged.layer == Layer::User;
            // Who it is is asked after everything that does not depend on it.
            layers.extend(identity.take_if(|_| of_user));
            layers.push(match of_user && !is_found {
                true => Judged::new(Layer::User, Verdict::RestsOn(Layer::Identity)),
                false => judged.map(TokenRefusal::NotAdmitted),
            });
        }
        let verdict = match scopes_to_be_had(&standing, &asked, self.sunset, self.now) {
            Ok(approved) => Verdict::of(saml2_bearer::scopes(scope, approved)),
            Err(layer) => Verdict::RestsOn(layer),
        };
        layers.push(Judged::new(Layer::Scopes, verdict));
        layers
    }

    /// The client, which would be authenticated.
    fn application(&self) -> Judged<TokenRefusal> {
        let unknown = TokenRefusal::NotAuthenticated(AuthenticationFailure::UnknownClient);
        Judged::new(Layer::Application, Verdict::of(self.client.as_ref().ok_or(unknown)))
    }

    fn of_client(
        &self,
        layer: Layer,
        check: impl FnOnce(&Client) -> Result<(), TokenRefusal>,
    ) -> Judged<TokenRefusal> {
        let verdict = match self.client.as_deref() {
            Some(client) => Verdict::of(check(client)),
            None => Verdict::RestsOn(Layer::Application),
        };
        Judged::new(layer, verdict)
    }

    const fn issue_for(&self, user: Option<UserId>) -> IssueFor {
        let (organization, client) = self.place;
        IssueFor { organization, client, user, family: None }
    }

    fn gate(&self, asked: IssueFor) -> impl Iterator<Item = Judged<TokenRefusal>> {
        let gate = explain_admission(self.standing, &asked, self.sunset, self.now);
        gate.layers.into_iter().map(|judged: Judged<Refusal>| judged.map(TokenRefusal::NotAdmitted))
    }

    /// Whether the login is one with the client in the organization.
    fn is_own(&self, login: &TokenFamily) -> bool {
        (login.organization, login.client) == self.place
    }

    /// The gate for this login; without one, what does not depend on it.
    fn gate_of_login(&self, login: Option<&TokenFamily>) -> Layers {
        let Some(login) = login.filter(|login| self.is_own(login)) else {
            let of_login = [Layer::Login, Layer::Consent, Layer::User];
            let gate = self.gate(self.issue_for(Some(NOBODY)));
            return gate
                .map(|judged| match of_login.contains(&judged.layer) {
                    true => Judged::new(judged.layer, Verdict::RestsOn(Layer::Presented)),
                    false => judged,
                })
                .collect();
        };
        self.gate(IssueFor::login(login)).collect()
    }

    fn scopes_of_login(
        &self,
        login: Option<&TokenFamily>,
        scopes: &dyn Fn(&TokenFamily, &Scopes) -> Result<Scopes, TokenRefusal>,
    ) -> Judged<TokenRefusal> {
        let verdict = match login.filter(|login| self.is_own(login)) {
            None => Verdict::RestsOn(Layer::Presented),
            Some(login) => {
                let asked = IssueFor::login(login);
                match scopes_to_be_had(self.standing, &asked, self.sunset, self.now) {
                    Ok(approved) => Verdict::of(scopes(login, &approved)),
                    Err(layer) => Verdict::RestsOn(layer),
                }
            }
        };
        Judged::new(Layer::Scopes, verdict)
    }
}

/// Stands for whichever user: the layers above the user do not look at who it is.
const NOBODY: UserId = UserId::from_bytes([0; 16]);
