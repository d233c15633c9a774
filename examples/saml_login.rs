//! Logins by an organization's identity provider (SAML 2.0), on a store in memory: `cargo run --example saml_login`.

use std::cell::Cell;
use std::fmt::Display;

use grantor::access::Requirement;
use grantor::admin::{ClientDraft, identity_providers::ProviderDraft};
use grantor::change::{Changes, Reason};
use grantor::model::{Division, GrantType, Organization, Role, RoleGrant, RoleGrants, User, UserState};
use grantor::saml::{ServiceProvider, binding::Outgoing, crypto::AwsLcSigner, metadata};
use grantor::server::{Administration, BeginLogin, LoggedIn, LoginBegun, SingleSignOn};
use grantor::testing::{IdentityProviderForTests, Says};
use grantor::value::{
    IdentityProviderId, OrganizationId, Permissions, RoleId, ScopeCatalog, ScopeEntry, UserId,
};
use grantor::wire::{SamlPost, TokenRequest};
use grantor::{AuthorizationServer, MemoryStore, Settings, Store, Timestamp, ready};

type Server = AuthorizationServer<MemoryStore>;
type Answer<T> = Result<T, Box<dyn std::error::Error>>;

/// This service, as identity providers know it, and as an authorization server.
const SERVICE: &str = "https://login.example.com/saml/metadata";
const ACS: &str = "https://login.example.com/saml/acs";
const ISSUER: &str = "https://login.example.com";
const TOKEN_ENDPOINT: &str = "https://login.example.com/oauth/token";
/// An administrator, who is logged in by the host.
const ADMIN: LoggedIn =
    LoggedIn { organization: OrganizationId::from_random([1; 16]), user: UserId::from_random([2; 16]) };
/// Whom the organization has an account for.
const MARIA: &str = "maria@example.com";

/// What the administrator was sent: the other side's metadata. It and its keys are for tests: everybody has them.
const METADATA: &[u8] = include_bytes!("../tests/saml/fixtures/metadata/simple.xml");
const KEY: &str = include_str!("../tests/saml/keys/idp-rsa-2048.key.pem");
const NEXT_KEY: &str = include_str!("../tests/saml/keys/idp-rsa-2048-next.key.pem");
const NEXT_CERTIFICATE: &[u8] = include_bytes!("../tests/saml/keys/idp-rsa-2048-next.cert.pem");

fn main() -> Answer<()> {
    let server = host()?;
    let mut acme = Acme::set_up(&server)?;

    // Maria opens the service, and is sent to the identity provider. What it answers logs in once, in her browser.
    let (begun, request) = acme.begin()?;
    let answer = acme.says(MARIA, Some(&request))?;
    acme.finish("log in", &answer, Some(&begun))?;
    acme.finish("replay the answer", &answer, Some(&begun))?;
    // She opens it at the identity provider, which the policy allows. That works once as well.
    let answer = acme.says(MARIA, None)?;
    acme.finish("log in, unasked", &answer, None)?;
    acme.finish("replay the answer", &answer, None)?;
    // Nobody is created by logging in.
    let (begun, request) = acme.begin()?;
    acme.finish("log in a stranger", &acme.says("noah@example.com", Some(&request))?, Some(&begun))?;

    // The identity provider takes its next key. Until an administrator adds the certificate, nothing is accepted.
    acme.provider = provider(NEXT_KEY)?;
    acme.finish("log in, next key", &acme.says(MARIA, None)?, None)?;
    let changed = ready(acme.administration.add_certificate(acme.id, NEXT_CERTIFICATE, acme.now()))??;
    step("add a certificate", format!("{} now, no new test", changed.certificates.len()));
    acme.finish("log in, next key", &acme.says(MARIA, None)?, None)?;

    // An application that has an assertion of hers exchanges it for a token, once (RFC 7522).
    let application = acme.register()?;
    let says = Says::login(MARIA, TOKEN_ENDPOINT, ISSUER);
    let assertion = acme.provider.bearer(&says, acme.now());
    let token = acme.exchange("exchange", &assertion, &application)?;
    acme.call(&token)?;
    acme.exchange("exchange it again", &assertion, &application)?;
    Ok(())
}

/// The organization: its administrator at this service, and its identity provider on the other side.
struct Acme<'a> {
    server: &'a Server,
    administration: Administration<'a, MemoryStore>,
    provider: IdentityProviderForTests,
    id: IdentityProviderId,
    clock: Cell<Timestamp>,
}

impl<'a> Acme<'a> {
    /// An administrator imports the metadata, tries it, and lets everybody log in by it.
    fn set_up(server: &'a Server) -> Answer<Self> {
        let administration = server.administration(ADMIN.organization, ADMIN.user);
        let clock = Cell::new(Timestamp::from_unix(1_795_608_000));
        // Without metadata the fields of the draft are entered one by one.
        let mut draft =
            ProviderDraft::of_metadata("Acme", &metadata::read(METADATA, None, None, clock.get())?);
        draft.policy.idp_initiated = true;
        draft.policy.saml2_bearer = true;
        let created = ready(administration.create_identity_provider(&draft, clock.get()))??;
        step("import", format!("{}, {}", created.settings.entity_id, created.settings.sso.url));
        let acme = Self { server, administration, provider: provider(KEY)?, id: created.id, clock };

        let untested = ready(acme.administration.enable_identity_provider(acme.id, acme.now()))?;
        step("enable", untested.err().ok_or("enabled without a test")?);
        let logins = server.logins().ok_or("no single sign-on")?;
        let begun = ready(logins.begin_test(&acme.administration, acme.id, acme.now()))??;
        let begun = begun.map_err(|refused| refused.refusal)?;
        let answer = acme.says("admin@example.com", Some(&request_of(&begun)?))?;
        acme.finish("test", &answer, Some(&begun))?;
        let _enabled = ready(acme.administration.enable_identity_provider(acme.id, acme.now()))??;
        step("enable", "done");
        Ok(acme)
    }

    /// The browser is sent to the identity provider. Answers what it was sent with.
    fn begin(&self) -> Answer<(LoginBegun, String)> {
        let logins = self.server.logins().ok_or("no single sign-on")?;
        let begin = BeginLogin {
            organization: ADMIN.organization,
            provider: self.id,
            return_to: Some("/inbox"),
            ticket: None,
        };
        let begun = ready(logins.begin(&begin, self.now()))??.map_err(|refused| refused.refusal)?;
        let request = request_of(&begun)?;
        Ok((begun, request))
    }

    /// What the browser is to post to the assertion consumer service.
    fn says(&self, email: &str, request: Option<&str>) -> Answer<Vec<u8>> {
        let says = Says { in_response_to: request, ..Says::login(email, ACS, SERVICE) };
        Ok(IdentityProviderForTests::form(&self.provider.response(&says, self.now()), request))
    }

    /// It posts that, with the ticket that the host left in its cookie.
    fn finish(&self, name: &str, form: &[u8], begun: Option<&LoginBegun>) -> Answer<()> {
        let logins = self.server.logins().ok_or("no single sign-on")?;
        let post = SamlPost { content_type: Some(b"application/x-www-form-urlencoded"), body: form };
        let ticket = begun.map(|begun| begun.ticket.expose());
        match ready(logins.finish(&post, ticket, self.now()))?? {
            // Now the host begins a session, unless it was a test.
            Ok(passed) => {
                let to = passed.return_to.as_deref().unwrap_or("/");
                step(name, format!("{} is let in, to {to}", passed.assertion.email()?));
            }
            // The user is shown `shown`; the rest is for administrators, who find it in the audit trail.
            Err(refused) => {
                let refusal = refused.refusal;
                step(name, format!("{}: {refusal}; {}", refusal.code(), refusal.remedy()));
            }
        }
        Ok(())
    }

    /// An application that presents assertions, and that the organization approves. Answers its credentials.
    fn register(&self) -> Answer<String> {
        let draft = ClientDraft {
            name: "Agent Desk".into(),
            grant_type: Some(GrantType::Saml2Bearer),
            redirect_uris: vec!["https://desk.example.com/".into()],
            scopes: vec!["usage".into()],
            ..ClientDraft::default()
        };
        let created = ready(self.administration.create_client(&draft, self.now()))??;
        let _approved = ready(self.administration.authorize(created.client.id, None, self.now()))??;
        let secret = created.secret.ok_or("a confidential client has a secret")?;
        Ok(format!("client_id={}&client_secret={}", created.client.id, secret.expose()))
    }

    /// An application posts an assertion to the token endpoint. Answers the access token, if there is one.
    fn exchange(&self, name: &str, assertion: &str, credentials: &str) -> Answer<String> {
        let (grant_type, organization) =
            ("urn:ietf:params:oauth:grant-type:saml2-bearer", ADMIN.organization);
        let body = format!(
            "grant_type={grant_type}&assertion={assertion}&organization={organization}&{credentials}"
        );
        let content_type: Option<&[u8]> = Some(b"application/x-www-form-urlencoded");
        let request = TokenRequest { authorization: &[], content_type, body: body.as_bytes() };
        let response = ready(self.server.token(&request, self.now()))??;
        let body = String::from_utf8_lossy(&response.body);
        let shown = body.split_inclusive("gat_").next().unwrap_or_default();
        step(name, format!("{} {shown}", response.status));
        let members: serde_json::Value = serde_json::from_str(&body)?;
        Ok(members["access_token"].as_str().unwrap_or_default().to_owned())
    }

    /// A call of the host's own interface, with the access token.
    fn call(&self, access: &str) -> Answer<()> {
        let needs = Requirement::permission("usage:query:view".parse()?).any_scope_of(["usage".parse()?]);
        let header = format!("Bearer {access}");
        let allowed = ready(self.server.authorize_call(&[header.as_bytes()], &needs, self.now()))??;
        step("call", format!("allowed in organization {}", allowed.organization));
        Ok(())
    }

    /// Every look at the clock is a second later.
    fn now(&self) -> Timestamp {
        self.clock.replace(self.clock.get().plus(1))
    }
}

/// The identity provider, with this key.
fn provider(key: &str) -> Answer<IdentityProviderForTests> {
    let entity_id = "https://idp.example.com/metadata".parse()?;
    Ok(IdentityProviderForTests::new(entity_id, AwsLcSigner::from_pem(key)?))
}

/// The request in the URL that the browser is sent to, by its id. That is also the `RelayState`.
fn request_of(begun: &LoginBegun) -> Answer<String> {
    let Outgoing::Redirect(url) = &begun.send else { return Err("no redirect".into()) };
    let request = url.split(['?', '&']).find_map(|pair| pair.strip_prefix("RelayState="));
    Ok(request.ok_or("no request")?.to_owned())
}

/// The host's own: an organization with an administrator, a user, and a scope.
fn host() -> Answer<Server> {
    let (organization, role) = (ADMIN.organization, RoleId::from_random([3; 16]));
    let entry = ScopeEntry { scope: "usage".parse()?, description: "See and change usage reports".parse()? };
    let settings = Settings::new(ISSUER.parse()?, ScopeCatalog::new([entry])?);
    let service = ServiceProvider::new(SERVICE.parse()?, ACS.parse()?);
    let server = Server::new(MemoryStore::new(), settings).with_single_sign_on(SingleSignOn::new(service));
    let permissions = ["oauth:*:*", "sso:*:*", "usage:query:view"].map(str::parse);
    let permissions = Permissions::new(permissions.into_iter().collect::<Result<Vec<_>, _>>()?)?;
    let roles = RoleGrants::new([RoleGrant { role, division: Division::All }])?;
    let user = |id, email: &str| -> Answer<User> {
        Ok(User { organization, id, state: UserState::Active(roles.clone()), email: Some(email.parse()?) })
    };
    let planted = Changes::new()
        .insert(Organization::new(organization, "Acme".parse()?, Timestamp::from_unix(1_795_000_000)))
        .insert(Role { organization, id: role, name: "Everything".parse()?, permissions })
        .insert(user(ADMIN.user, "admin@example.com")?)
        .insert(user(UserId::from_random([4; 16]), MARIA)?);
    let _ = ready(server.store().commit(planted))??;
    Ok(server)
}

fn step(name: &str, outcome: impl Display) {
    println!("{name:>18}: {outcome}");
}
