//! An authorization server over a store: logins that can be redeemed, refreshed, revoked and used.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::change::Changes;
use grantor::model::AuthorizationCode;
use grantor::model::TokenFamily;
use grantor::server::AuthorizationServer;
use grantor::server::CallError;
use grantor::server::Error;
use grantor::server::Settings;
use grantor::store::Commit;
use grantor::store::Store;
use grantor::testing::SeededEntropy;
use grantor::testing::fixtures;
use grantor::testing::fixtures::MINUTE;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::World;
use grantor::value::CodeChallenge;
use grantor::value::Digest;
use grantor::value::Plain;
use grantor::value::Scope;
use grantor::value::ScopeCatalog;
use grantor::value::kind;
use grantor::wire::Response;
use grantor::wire::TokenRequest;
use serde_json::Value;

use crate::databases::block_on;
use crate::store::AnyStore;
use crate::store::StoreError;

/// That of RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A server of its own, as a process has it.
pub struct Service {
    server: AuthorizationServer<AnyStore>,
    world: World,
}

/// What a client was given.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
}

/// How a request ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Ended {
    /// With tokens.
    Given(Tokens),
    /// With this error of OAuth.
    Refused(String),
    /// The store failed, or others were in the way: nothing was changed.
    NotDone(String),
    /// The store failed, and it is not known.
    Unknown(String),
}

/// The text of the code with this number.
pub fn code(number: u64) -> Plain<kind::AuthorizationCode> {
    fixtures::plain(number)
}

pub fn code_digest(number: u64) -> Digest<kind::AuthorizationCode> {
    code(number).digest()
}

impl Service {
    /// Over a store that holds the world. No other server may have the seed.
    pub fn over(store: AnyStore, seed: u64) -> Self {
        let issuer = "https://login.example.com".parse().unwrap();
        let scopes = ["routing", "users:readonly"].map(|scope| grantor::value::ScopeEntry {
            scope: Scope::new(scope).unwrap(),
            description: grantor::value::Description::new("A scope").unwrap(),
        });
        let settings = Settings::new(issuer, ScopeCatalog::new(scopes).unwrap());
        let server = AuthorizationServer::with_entropy(store, SeededEntropy::new(seed), settings);
        Self { server, world: fixtures::world() }
    }

    pub fn store(&self) -> &AnyStore {
        self.server.store()
    }

    /// The world, in an empty store.
    pub fn install(&self) {
        block_on(self.world.install(self.store()));
    }

    /// Logins with these numbers, each with a code that was not exchanged yet.
    pub fn log_in(&self, numbers: impl IntoIterator<Item = u64>) {
        let World { web, web_login, .. } = &self.world;
        let like = fixtures::code(web, web_login);
        let mut changes = Changes::new();
        for number in numbers {
            let family = TokenFamily { id: fixtures::id(number), ..web_login.clone() };
            let code = AuthorizationCode {
                digest: code_digest(number),
                family: family.id,
                challenge: Some(CodeChallenge::of_verifier(VERIFIER).unwrap()),
                issued: NOON,
                expires: NOON.plus(MINUTE),
                ..like.clone()
            };
            changes = changes.insert(family).insert(code);
        }
        assert_eq!(block_on(self.store().commit(changes)).unwrap(), Commit::Applied);
    }

    /// The client exchanges the code.
    pub fn redeem(&self, code: &str) -> Ended {
        let redirect = "redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback";
        self.ask(&format!("grant_type=authorization_code&code={code}&{redirect}&code_verifier={VERIFIER}"))
    }

    /// The client refreshes.
    pub fn refresh(&self, token: &str) -> Ended {
        self.ask(&format!("grant_type=refresh_token&refresh_token={token}"))
    }

    /// The client ends the login of a refresh token, or an access token. Whether it was answered that it did.
    pub fn revoke(&self, token: &str) -> Result<(), String> {
        let body = format!("token={token}");
        let answer = self.posting(&body, |request| block_on(self.server.revoke_token(request, NOON)));
        match answer {
            Ok(response) if response.status == 200 => Ok(()),
            other => Err(format!("{other:?}")),
        }
    }

    /// Whether a call with the token is allowed.
    pub fn allows(&self, token: &str) -> Result<bool, StoreError> {
        let header = format!("Bearer {token}");
        let requirement = fixtures::requirement("", "");
        match block_on(self.server.authorize_call(&[header.as_bytes()], &requirement, NOON)) {
            Ok(_) => Ok(true),
            Err(CallError::Denied(_)) => Ok(false),
            Err(CallError::Failed(Error::NotDone(error) | Error::Unknown(error))) => Err(error),
            Err(CallError::Failed(error)) => panic!("not judged: {error}"),
        }
    }

    fn ask(&self, body: &str) -> Ended {
        match self.posting(body, |request| block_on(self.server.token(request, NOON))) {
            Ok(response) => {
                let body: Value = serde_json::from_slice(&response.body).unwrap();
                let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
                match response.status {
                    200 => {
                        Ended::Given(Tokens { access: text("access_token"), refresh: text("refresh_token") })
                    }
                    _ => Ended::Refused(text("error")),
                }
            }
            Err(error) if error.is_not_done() => Ended::NotDone(error.to_string()),
            Err(error) => Ended::Unknown(error.to_string()),
        }
    }

    fn posting(
        &self,
        body: &str,
        answer: impl FnOnce(&TokenRequest<'_>) -> Result<Response, Error<StoreError>>,
    ) -> Result<Response, Error<StoreError>> {
        let client = self.world.web.id;
        let secret = fixtures::secret_of(client);
        let header = format!("Basic {}", STANDARD.encode(format!("{client}:{}", secret.expose())));
        answer(&TokenRequest {
            authorization: &[header.as_bytes()],
            content_type: Some(b"application/x-www-form-urlencoded"),
            body: body.as_bytes(),
        })
    }
}

impl Ended {
    /// What was given.
    #[track_caller]
    pub fn given(self) -> Tokens {
        match self {
            Self::Given(tokens) => tokens,
            other => panic!("nothing was given: {other:?}"),
        }
    }

    pub fn is_given(&self) -> bool {
        matches!(self, Self::Given(_))
    }
}
