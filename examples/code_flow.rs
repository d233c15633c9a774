//! Logins by authorization code with PKCE, on a store in memory: `cargo run --example code_flow`.

use grantor::access::Requirement;
use grantor::admin::ClientDraft;
use grantor::change::Changes;
use grantor::model::{Division, GrantType, Organization, Role, RoleGrant, RoleGrants, User, UserState};
use grantor::server::{Authorize, Choice, LoggedIn};
use grantor::value::{CodeChallenge, OrganizationId, Permissions, RoleId, ScopeCatalog, ScopeEntry, UserId};
use grantor::wire::{AuthorizeRequest, TokenRequest};
use grantor::{AuthorizationServer, MemoryStore, Settings, Store, Timestamp, ready};

type Server = AuthorizationServer<MemoryStore>;
type Answer<T> = Result<T, Box<dyn std::error::Error>>;

/// Who sits at the browser, as the host has authenticated the user: an administrator.
const ADMIN: LoggedIn =
    LoggedIn { organization: OrganizationId::from_random([1; 16]), user: UserId::from_random([2; 16]) };
/// When all of it happens: the host has the clock.
const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);
/// That of RFC 7636 appendix B. An application draws another one at random for each login.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn main() -> Answer<()> {
    let server = host()?;
    let desk = Application::register(&server, "Agent Desk", "https://desk.example.com/callback", false)?;
    // The first login: an administrator is asked, and approves for the organization. A code goes back.
    let exchange = desk.log_in()?;
    let [access, _] = desk.post("exchange the code", &exchange)?;
    desk.call(&access)?;
    // The same code once more, from whoever has it: refused, and all that it gave is dead.
    desk.post("replay the code", &exchange)?;
    desk.call(&access)?;

    // The second goes without a question: the answer is remembered. A refresh token works once, too.
    let [_, refresh] = desk.post("exchange the code", &desk.log_in()?)?;
    let refresh = format!("grant_type=refresh_token&refresh_token={refresh}");
    let [access, _] = desk.post("refresh", &refresh)?;
    desk.post("replay the refresh", &refresh)?;
    desk.call(&access)?;

    // The third is ended by the application: the refresh token, with all that descends from the login.
    let [access, refresh] = desk.post("exchange the code", &desk.log_in()?)?;
    desk.post("introspect", &format!("token={access}"))?;
    desk.post("revoke", &format!("token={refresh}"))?;
    desk.post("introspect", &format!("token={access}"))?;

    // Anybody can claim to be a public application: its user is asked each time.
    let pocket = Application::register(&server, "Pocket Desk", "com.example.desk:/callback", true)?;
    pocket.log_in()?;
    pocket.post("exchange the code", &pocket.log_in()?)?;
    Ok(())
}

/// An application: where it is answered, and what it authenticates with in a form.
struct Application<'a> {
    server: &'a Server,
    redirect_uri: &'static str,
    credentials: String,
}

impl<'a> Application<'a> {
    fn register(server: &'a Server, name: &str, redirect_uri: &'static str, public: bool) -> Answer<Self> {
        let draft = ClientDraft {
            name: name.into(),
            grant_type: Some(GrantType::AuthorizationCode),
            redirect_uris: vec![redirect_uri.into()],
            scopes: vec!["usage".into()],
            public,
            ..ClientDraft::default()
        };
        let administration = server.administration(ADMIN.organization, ADMIN.user);
        let created = ready(administration.create_client(&draft, NOW))??;
        let secret = created.secret.map(|secret| format!("&client_secret={}", secret.expose()));
        let credentials = format!("client_id={}{}", created.client.id, secret.unwrap_or_default());
        Ok(Self { server, redirect_uri, credentials })
    }

    /// The browser is sent to the authorization endpoint. Answers the form that exchanges the code.
    fn log_in(&self) -> Answer<String> {
        let Self { server, redirect_uri: uri, credentials } = self;
        let client = credentials.split('&').next().ok_or("no client")?;
        let challenge = CodeChallenge::of_verifier(VERIFIER)?;
        let pkce = format!("code_challenge={challenge}&code_challenge_method=S256");
        let query = format!("response_type=code&{client}&redirect_uri={uri}&state=xyz&{pkce}");
        let request = AuthorizeRequest { query: query.as_bytes() };
        if let Authorize::LogIn(page) = ready(server.authorize(&request, None, NOW))?? {
            step("log in", format!("for {}", page.application));
        }
        let mut answer = ready(server.authorize(&request, Some(ADMIN), NOW))??;
        if let Authorize::Ask(page) = answer {
            let scopes: Vec<_> = page.scopes.iter().flat_map(|shown| &shown.description).collect();
            step("ask", format!("as {:?}: may {} do this? {scopes:?}", page.asks, page.application));
            let all = Choice::Approve { scopes: None };
            answer = ready(server.answer_consent(page.ticket.expose(), &all, ADMIN, NOW))??;
        }
        let Authorize::Redirect(back) = answer else { return Err(format!("{answer:?}").into()) };
        let [(_, location), ..] = &*back.response.headers else { return Err("no location".into()) };
        let code = location.split(['?', '&']).find_map(|pair| pair.strip_prefix("code=")).ok_or("no code")?;
        step("send back", format!("{uri} with a code"));
        Ok(format!("grant_type=authorization_code&code={code}&redirect_uri={uri}&code_verifier={VERIFIER}"))
    }

    /// What the application posts, each to its endpoint. Answers access and refresh token, where there are any.
    fn post(&self, name: &str, form: &str) -> Answer<[String; 2]> {
        let body = format!("{form}&{}", self.credentials);
        let content_type: Option<&[u8]> = Some(b"application/x-www-form-urlencoded");
        let request = TokenRequest { authorization: &[], content_type, body: body.as_bytes() };
        let response = match name {
            "introspect" => ready(self.server.introspect(&request, NOW))??,
            "revoke" => ready(self.server.revoke_token(&request, NOW))??,
            _ => ready(self.server.token(&request, NOW))??,
        };
        let body = String::from_utf8_lossy(&response.body);
        let shown = body.split_inclusive("gat_").next().unwrap_or_default();
        step(name, format!("{} {shown}", response.status));
        let members: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
        let text = |name: &str| members[name].as_str().unwrap_or_default().to_owned();
        Ok([text("access_token"), text("refresh_token")])
    }

    /// A call of the host's own interface, with the access token.
    fn call(&self, access: &str) -> Answer<()> {
        let needs = Requirement::permission("usage:query:view".parse()?).any_scope_of(["usage".parse()?]);
        let header = format!("Bearer {access}");
        let judged = ready(self.server.authorize_call(&[header.as_bytes()], &needs, NOW))?;
        let allowed = judged.map(|allowed| format!("allowed in organization {}", allowed.organization));
        step("call", allowed.unwrap_or_else(|refused| refused.to_string()));
        Ok(())
    }
}

/// The host's own: an organization with its administrator, and a scope.
fn host() -> Answer<Server> {
    let (LoggedIn { organization, user }, role) = (ADMIN, RoleId::from_random([3; 16]));
    let entry = ScopeEntry { scope: "usage".parse()?, description: "See and change usage reports".parse()? };
    let settings = Settings::new("https://login.example.com".parse()?, ScopeCatalog::new([entry])?);
    let server = Server::new(MemoryStore::new(), settings);
    let permissions = Permissions::new(["oauth:*:*".parse()?, "usage:query:view".parse()?])?;
    let roles = RoleGrants::new([RoleGrant { role, division: Division::All }])?;
    let planted = Changes::new()
        .insert(Organization::new(organization, "Acme".parse()?, NOW))
        .insert(Role { organization, id: role, name: "Administrator".parse()?, permissions })
        .insert(User { organization, id: user, state: UserState::Active(roles), email: None });
    let _ = ready(server.store().commit(planted))??;
    Ok(server)
}

fn step(name: &str, outcome: impl std::fmt::Display) {
    println!("{name:>18}: {outcome}");
}
