//! The chain from an OAuth client to what a flow says in the end, and what each failure in it looks like:
//! `cargo run --example chain`.
//!
//! OAuth client -> integration -> data action -> flow -> result. Where a link fails, the administrator asks why: the
//! explanation has the verdict of every layer, and the diagnosis the cause, the remedy, and the change that did it.

use std::fmt;

use grantor::access::Requirement;
use grantor::admin::authorizations::Acknowledgement;
use grantor::admin::{ClientDraft, Proposal};
use grantor::audit::{Event, Outcome, Subject};
use grantor::change::{Changes, Index, Record};
use grantor::model::{Division, GrantType, Organization, Role, RoleGrant, RoleGrants, User, UserState};
use grantor::review::diagnosis::Diagnosis;
use grantor::server::{Administration, Authorize, Choice, LoggedIn, Supposing};
use grantor::store::Range;
use grantor::value::{ClientId, CodeChallenge, Digest, OrganizationId, Permissions, RoleId};
use grantor::value::{ScopeCatalog, ScopeEntry, UserId};
use grantor::wire::{AuthorizeRequest, TokenRequest};
use grantor::{AuthorizationServer, MemoryStore, Settings, Store, Timestamp, ready};

type Server = AuthorizationServer<MemoryStore>;
type Answer<T> = Result<T, Box<dyn std::error::Error>>;

/// The administrator, as the host has authenticated the user.
const ADMIN: LoggedIn =
    LoggedIn { organization: OrganizationId::from_random([1; 16]), user: UserId::from_random([2; 16]) };
/// The role of whoever looks after orders.
const AGENT: RoleId = RoleId::from_random([3; 16]);
const MORNING: Timestamp = Timestamp::from_unix(1_768_478_400);
const CALLBACK: &str = "https://desk.example.com/callback";
/// That of RFC 7636 appendix B. An application draws another one at random for each login.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// So many minutes into the day: the host has the clock.
const fn minute(number: u32) -> Timestamp {
    MORNING.plus(60 * number)
}

pub fn main() -> Answer<()> {
    for step in story()? {
        println!("{step}\n");
    }
    Ok(())
}

/// What happens, step by step.
pub fn story() -> Answer<Vec<Step>> {
    let server = host()?;
    let admin = server.administration(ADMIN.organization, ADMIN.user);
    let look_up = Requirement::permission("orders:order:view".parse()?);
    let change = Requirement::permission("orders:order:edit".parse()?);
    let mut steps = Vec::new();

    // The OAuth client, whose credentials are entered in the integration; its data action, which a flow runs.
    let roles = vec![RoleGrant { role: AGENT, division: Division::All }];
    let grant_type = Some(GrantType::ClientCredentials);
    let draft = ClientDraft { name: "Order Desk".into(), grant_type, roles, ..ClientDraft::default() };
    let created = ready(admin.create_client(&draft, minute(0)))??;
    let (id, secret) = (created.client.id, created.secret.ok_or("no secret")?);
    let mut integration = Integration::new(&server, id, secret.expose());
    steps.push(integration.run_flow("nobody has approved it", &look_up, minute(1))?);
    ready(admin.authorize(id, None, minute(2)))??;
    steps.push(integration.run_flow("approved", &look_up, minute(3))?);

    let mut mistyped = Integration::new(&server, id, &secret.expose().replace("gcs_", "gcs_x"));
    steps.push(mistyped.run_flow("the secret is mistyped", &look_up, minute(4))?);
    steps.push(integration.run_flow("the role does not permit it", &change, minute(5))?);
    let tomorrow = 24 * 60 + 3;
    steps.push(integration.run_flow("the token has expired", &look_up, minute(tomorrow))?);
    integration.token = None;
    steps.push(integration.run_flow("a new token is requested", &look_up, minute(tomorrow + 1))?);

    // Fails after a change: the secret is rotated, and the integration has the old one.
    let rotated = ready(admin.regenerate_secret(id, None, minute(tomorrow + 2)))??;
    integration.token = None;
    steps.push(integration.run_flow("the secret was rotated", &look_up, minute(tomorrow + 3))?);
    let mut integration = Integration::new(&server, id, rotated.secret.expose());
    steps.push(integration.run_flow("the new secret is entered", &look_up, minute(tomorrow + 4))?);

    // Fails after a change: the application is revoked, and its token dies with it.
    ready(admin.revoke(id, Acknowledgement::NotGiven, minute(tomorrow + 5)))??;
    steps.push(integration.run_flow("the application was revoked", &look_up, minute(tomorrow + 6))?);
    ready(admin.reauthorize(id, None, minute(tomorrow + 7)))??;
    integration.token = None;
    steps.push(integration.run_flow("authorized anew", &look_up, minute(tomorrow + 8))?);

    // An integration that acts in a user's name is bound by scopes too.
    let later = tomorrow + 10;
    let mut desk = log_in(&server, minute(later))?;
    let reads = look_up.clone().any_scope_of(["orders".parse()?]);
    let bills = look_up.any_scope_of(["billing".parse()?]);
    steps.push(desk.run_flow("in the name of a user", &reads, minute(later + 1))?);
    steps.push(desk.run_flow("the scope was never granted", &bills, minute(later + 2))?);
    steps.push(desk.what_if("if the scope were taken away", "users", &reads, minute(later + 3))?);
    ready(admin.edit_scopes(desk.client, &["users".into()], minute(later + 4)))??;
    steps.push(desk.run_flow("the scope was taken away", &reads, minute(later + 5))?);
    ready(admin.edit_scopes(desk.client, &["orders".into(), "users".into()], minute(later + 6)))??;
    steps.push(desk.run_flow("the scope is given back", &reads, minute(later + 7))?);
    Ok(steps)
}

/// A link to the service: credentials, and the token that was obtained with them.
struct Integration<'a> {
    server: &'a Server,
    client: ClientId,
    credentials: String,
    token: Option<String>,
}

impl<'a> Integration<'a> {
    fn new(server: &'a Server, client: ClientId, secret: &str) -> Self {
        let credentials = format!("client_id={client}&client_secret={secret}");
        Self { server, client, credentials, token: None }
    }

    /// A flow, which runs a data action, and says what came of it. Where it failed, the administrator asks why.
    fn run_flow(&mut self, title: &'static str, needs: &Requirement, now: Timestamp) -> Answer<Step> {
        let result = self.run_data_action(needs, now)?;
        let (explanation, diagnosis) = match &result {
            Ok(_) => (None, None),
            Err(_) => self.ask_why(needs, now)?,
        };
        Ok(Step { title, result, explanation, diagnosis })
    }

    /// A data action: one call of the service's interface, with the integration's token.
    fn run_data_action(&mut self, needs: &Requirement, now: Timestamp) -> Answer<Result<String, String>> {
        if self.token.is_none() {
            self.token = match self.request("grant_type=client_credentials", now)? {
                Ok(token) => Some(token),
                Err(refused) => return Ok(Err(format!("no token: {refused}"))),
            };
        }
        let header = format!("Bearer {}", self.token.as_deref().unwrap_or_default());
        let judged = ready(self.server.authorize_call(&[header.as_bytes()], needs, now))?;
        Ok(match judged {
            Ok(_) => Ok("order 4711 is on its way".into()),
            Err(refused) => Err(format!("the call is answered {}", refused.response().status)),
        })
    }

    /// A request to the token endpoint.
    fn request(&self, form: &str, now: Timestamp) -> Answer<Result<String, String>> {
        let body = format!("{form}&{}", self.credentials);
        let content_type: Option<&[u8]> = Some(b"application/x-www-form-urlencoded");
        let request = TokenRequest { authorization: &[], content_type, body: body.as_bytes() };
        let response = ready(self.server.token(&request, now))??;
        let members: serde_json::Value = serde_json::from_slice(&response.body)?;
        let text = |name: &str| members[name].as_str().map(str::to_owned);
        Ok(text("access_token").ok_or_else(|| text("error").unwrap_or_default()))
    }

    /// The refusal is in the audit trail: it leads to its explanation and its diagnosis, and nobody handles a token.
    fn ask_why(&self, needs: &Requirement, now: Timestamp) -> Answer<(Option<String>, Option<Diagnosis>)> {
        let admin = self.admin();
        let refused = last_refusal(self.server)?.ok_or("no refusal in the trail")?;
        let explanation = match refused.subject {
            Subject::AccessToken { digest, .. } => {
                ready(admin.explain_call(&digest, needs, refused.at, now))??.to_string()
            }
            _ => ready(admin.explain_client(self.client, None, refused.at, now))??.to_string(),
        };
        Ok((Some(explanation), ready(admin.diagnose(refused.id, now))??))
    }

    /// Before a change is made: what would be then.
    fn what_if(&self, title: &'static str, keeps: &str, needs: &Requirement, now: Timestamp) -> Answer<Step> {
        let digest = Digest::of_presented(self.token.as_deref().ok_or("no token")?)?;
        let scopes = keeps.split_whitespace().map(str::to_owned).collect();
        let edited = Proposal::EditScopes { client: self.client, scopes };
        let supposing = Supposing::at(now).after(&edited);
        let explained = ready(self.admin().explain_call(&digest, needs, supposing, now))??;
        let result = Ok(if explained.is_allowed() { "it would go on" } else { "it would fail" }.into());
        Ok(Step { title, result, explanation: Some(explained.to_string()), diagnosis: None })
    }

    fn admin(&self) -> Administration<'a, MemoryStore> {
        self.server.administration(ADMIN.organization, ADMIN.user)
    }
}

/// The application of a user: registered, approved and logged in by the administrator, as `code_flow` shows in full.
fn log_in(server: &Server, now: Timestamp) -> Answer<Integration<'_>> {
    let draft = ClientDraft {
        name: "Agent Desk".into(),
        grant_type: Some(GrantType::AuthorizationCode),
        redirect_uris: vec![CALLBACK.into()],
        scopes: vec!["orders".into(), "users".into()],
        ..ClientDraft::default()
    };
    let admin = server.administration(ADMIN.organization, ADMIN.user);
    let created = ready(admin.create_client(&draft, now))??;
    let (client, secret) = (created.client.id, created.secret.ok_or("no secret")?);
    let challenge = CodeChallenge::of_verifier(VERIFIER)?;
    let pkce = format!("code_challenge={challenge}&code_challenge_method=S256");
    let query = format!("response_type=code&client_id={client}&redirect_uri={CALLBACK}&{pkce}");
    let request = AuthorizeRequest { query: query.as_bytes() };
    let Authorize::Ask(page) = ready(server.authorize(&request, Some(ADMIN), now))?? else {
        return Err("nobody is asked".into());
    };
    let all = Choice::Approve { scopes: None };
    let Authorize::Redirect(back) = ready(server.answer_consent(page.ticket.expose(), &all, ADMIN, now))??
    else {
        return Err("nobody is sent back".into());
    };
    let [(_, location), ..] = &*back.response.headers else { return Err("no location".into()) };
    let code = location.split(['?', '&']).find_map(|pair| pair.strip_prefix("code=")).ok_or("no code")?;
    let mut integration = Integration::new(server, client, secret.expose());
    let form =
        format!("grant_type=authorization_code&code={code}&redirect_uri={CALLBACK}&code_verifier={VERIFIER}");
    integration.token = Some(integration.request(&form, now)??);
    Ok(integration)
}

/// The host's own: an organization, its administrator, two roles, and the scopes that there are.
fn host() -> Answer<Server> {
    let (LoggedIn { organization, user }, administrator) = (ADMIN, RoleId::from_random([4; 16]));
    let mut scopes = Vec::new();
    for (scope, opens) in [("orders", "See orders"), ("billing", "See bills"), ("users", "See users")] {
        scopes.push(ScopeEntry { scope: scope.parse()?, description: opens.parse()? });
    }
    let settings = Settings::new("https://login.example.com".parse()?, ScopeCatalog::new(scopes)?);
    let server = Server::new(MemoryStore::new(), settings);
    let held = [administrator, AGENT].map(|role| RoleGrant { role, division: Division::All });
    let state = UserState::Active(RoleGrants::new(held)?);
    let mut planted = Changes::new()
        .insert(Organization::new(organization, "Acme".parse()?, MORNING))
        .insert(User { organization, id: user, state, email: None });
    for (id, name, permission) in
        [(administrator, "Administrator", "oauth:*:*"), (AGENT, "Agent", "orders:order:view")]
    {
        let permissions = Permissions::new([permission.parse()?])?;
        planted = planted.insert(Role { organization, id, name: name.parse()?, permissions });
    }
    let _ = ready(server.store().commit(planted))??;
    Ok(server)
}

/// The newest refusal in the trail: what an administrator's console lists.
fn last_refusal(server: &Server) -> Answer<Option<Event>> {
    let trail = ready(server.store().list(Range::of(Index::Events(Some(ADMIN.organization)))))??;
    Ok(trail.items.into_iter().rev().find_map(|(_, stored)| match stored.record {
        Record::Event(event) if event.outcome != Outcome::Done => Some((*event).clone()),
        _ => None,
    }))
}

/// One run of the chain, and what the administrator is told of it.
pub struct Step {
    pub title: &'static str,
    pub result: Result<String, String>,
    pub explanation: Option<String>,
    pub diagnosis: Option<Diagnosis>,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.result {
            Ok(result) => write!(f, "== {}: {result}", self.title)?,
            Err(failure) => write!(f, "== {}: FAILED, {failure}", self.title)?,
        }
        if let Some(explanation) = &self.explanation {
            write!(f, "\n{explanation}")?;
        }
        if let Some(diagnosis) = &self.diagnosis {
            write!(f, "\n{diagnosis}")?;
        }
        Ok(())
    }
}
