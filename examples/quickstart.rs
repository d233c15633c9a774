//! A client's life from registration to revocation, on a store in memory: `cargo run --example quickstart`.

use std::time::SystemTime;

use base64::{Engine, engine::general_purpose::STANDARD};
use grantor::access::Requirement;
use grantor::admin::{ClientDraft, authorizations::Acknowledgement};
use grantor::change::Changes;
use grantor::model::{Division, GrantType, Organization, Role, RoleGrant, RoleGrants, User, UserState};
use grantor::server::CallError;
use grantor::value::{ClientId, DivisionId, Name, OrganizationId, Permissions, RoleId, ScopeCatalog, UserId};
use grantor::wire::{Response, TokenRequest};
use grantor::{AuthorizationServer, MemoryStore, Settings, Store, Timestamp, ready};

type Server = AuthorizationServer<MemoryStore>;
type Answer<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Answer<()> {
    // The host's own: two organizations, a role and an administrator in each, and divisions.
    let [acme, other] = [1, 2].map(|n| OrganizationId::from_random([n; 16]));
    let [sales, support] = [3, 4].map(|n| DivisionId::from_random([n; 16]));
    let (admin, role) = (UserId::from_random([5; 16]), RoleId::from_random([6; 16]));
    let server = Server::new(
        MemoryStore::new(),
        Settings::new("https://login.example.com".parse()?, ScopeCatalog::new([])?),
    );
    for (organization, name) in [(acme, "Acme"), (other, "Other")] {
        let permitted = ["oauth:*:*".parse()?, "routing:queue:view".parse()?, "usage:*:*".parse()?];
        let permissions = Permissions::new(permitted)?;
        let roles = RoleGrants::new([RoleGrant { role, division: Division::All }])?;
        let planted = Changes::new()
            .insert(Organization::new(organization, Name::new(name)?, now()))
            .insert(Role { organization, id: role, name: Name::new("Integration")?, permissions })
            .insert(User { organization, id: admin, state: UserState::Active(roles), email: None });
        let _ = ready(server.store().commit(planted))??;
    }
    let administrator = server.administration(acme, admin);

    // Register: client credentials, with a role in one division. The secret is seen here, and never again.
    let draft = ClientDraft {
        name: "CRM_Integration_Client".into(),
        grant_type: Some(GrantType::ClientCredentials),
        roles: vec![RoleGrant { role, division: Division::One(sales) }],
        ..ClientDraft::default()
    };
    let created = ready(administrator.create_client(&draft, now()))??;
    let (client, secret) = (created.client.id, created.secret.ok_or("a confidential client has a secret")?);
    step("register", format!("client {client}; its secret {}… is seen once", &secret.expose()[..7]));

    // Approve, and obtain a token.
    step("approve", ready(administrator.authorize(client, None, now()))??.state);
    let answer = request_token(&server, client, secret.expose())?;
    let token = access_token(&answer)?;
    step("obtain a token", shown(&answer));

    // Call: allowed by the role in its division; refused for what the role does not permit, and elsewhere.
    let view = Requirement::permission("routing:queue:view".parse()?).in_division(sales);
    step("call", call(&server, &token, &view)?);
    let delete = Requirement::permission("routing:queue:delete".parse()?).in_division(sales);
    step("call for more", call(&server, &token, &delete)?);
    step("call elsewhere", call(&server, &token, &view.clone().in_division(support))?);

    // Count: an addition at each call, recorded every minute or so, told by day, week and month.
    let mut usage = server.usage_counter()?;
    let queues = usage.endpoint("GET", "/api/v2/routing/queues/{id}", &view)?;
    let allowed = ready(server.authorize_call(&[format!("Bearer {token}").as_bytes()], &view, now()))??;
    usage.count(&allowed, queues, 200, now());
    for batch in usage.take(100, now()) {
        let _recorded = ready(server.record_usage(&batch, now()))??;
    }
    let last = ready(administrator.last_use(client, now()))??;
    step("last use", last.last_call.ok_or("it was used")?);

    // Regenerate the secret: the old one fails from that instant.
    let renewed = ready(administrator.regenerate_secret(client, None, now()))??;
    step("use the old secret", shown(&request_token(&server, client, secret.expose())?));
    step("use the new secret", shown(&request_token(&server, client, renewed.secret.expose())?));

    // Revoke: the live token fails at its next use, and approving again does not bring it back.
    step("revoke", ready(administrator.revoke(client, Acknowledgement::NotGiven, now()))??.state);
    step("call", call(&server, &token, &view)?);
    step("ask for another", shown(&request_token(&server, client, renewed.secret.expose())?));
    step("approve anew", ready(administrator.reauthorize(client, None, now()))??.state);
    step("call as before", call(&server, &token, &view)?);
    let fresh = access_token(&request_token(&server, client, renewed.secret.expose())?)?;
    step("call with a new token", call(&server, &fresh, &view)?);

    // Another organization sees nothing of it.
    let stranger = server.administration(other, admin);
    step("list elsewhere", format!("{} clients", ready(stranger.clients(None, 10, now()))??.items.len()));
    step("ask for it by id", ready(stranger.client(client, now()))?.err().ok_or("it was seen elsewhere")?);
    Ok(())
}

/// The request of a client, byte for byte. A host has its HTTP library in place of the splitting.
fn request_token(server: &Server, id: ClientId, secret: &str) -> Answer<Response> {
    let basic = STANDARD.encode(format!("{id}:{secret}"));
    let http = format!(
        "POST /oauth/token HTTP/1.1\r\nHost: login.example.com\r\nAuthorization: Basic {basic}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\ngrant_type=client_credentials"
    );
    let (head, body) = http.split_once("\r\n\r\n").ok_or("no body")?;
    let header = |name| head.lines().find_map(|line| line.strip_prefix(name)).map(str::as_bytes);
    let authorization = [header("Authorization: ").ok_or("no header")?];
    let content_type = header("Content-Type: ");
    let request = TokenRequest { authorization: &authorization, content_type, body: body.as_bytes() };
    Ok(ready(server.token(&request, now()))??)
}

fn access_token(response: &Response) -> Answer<String> {
    let body = serde_json::from_slice::<serde_json::Value>(&response.body)?;
    Ok(body["access_token"].as_str().ok_or("no token in the answer")?.to_owned())
}

fn call(server: &Server, token: &str, needs: &Requirement) -> Answer<String> {
    match ready(server.authorize_call(&[format!("Bearer {token}").as_bytes()], needs, now()))? {
        Ok(allowed) => Ok(format!("allowed in organization {}", allowed.organization)),
        Err(CallError::Denied(no)) => Ok(format!("{}: {no}; {}", no.response.status, no.remedy())),
        Err(failed) => Err(failed.into()),
    }
}

fn shown(response: &Response) -> String {
    let body = String::from_utf8_lossy(&response.body).into_owned();
    format!("{} {}", response.status, body.split_inclusive("gat_").next().unwrap_or_default())
}

fn step(name: &str, outcome: impl std::fmt::Display) {
    println!("{name:>21}: {outcome}");
}

#[expect(clippy::disallowed_methods, reason = "the host has the clock")]
fn now() -> Timestamp {
    Timestamp::from(SystemTime::now())
}
