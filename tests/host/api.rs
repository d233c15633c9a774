//! The administration as JSON: what each call needs, as whom it acts, and the shapes of the platform.

use serde_json::Value;
use serde_json::json;

use super::browser::Browser;
use super::browser::Reply;
use super::flow::access_token;
use super::flow::register;
use super::flow::token;
use super::process::Process;

/// An application that calls with a token.
pub struct Caller {
    pub browser: Browser,
    bearer: String,
}

impl Caller {
    /// Of the lines to try: a client that acts as the robot.
    pub fn robot(host: &Process) -> Self {
        let (id, secret) = host.credentials();
        Self::of_client(host, id, secret)
    }

    pub fn of_client(host: &Process, id: &str, secret: &str) -> Self {
        let mut browser = host.browser();
        let fields = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
        let issued = token(&mut browser, &fields);
        assert_eq!(issued.status, 200, "{}", issued.body);
        let bearer = format!("Bearer {}", issued.json()["access_token"].as_str().unwrap());
        Self { browser, bearer }
    }

    /// In the name of this user, with these scopes.
    pub fn user(host: &Process, email: &str, scopes: &[&str]) -> Self {
        let mut ada = host.logged_in("ada@acme.example");
        let (id, secret) = register(&mut ada, "Interface", scopes);
        let mut browser = host.logged_in(email);
        let (access, _) = access_token(&mut browser, (&id, &secret));
        Self { browser, bearer: format!("Bearer {access}") }
    }

    pub fn call(&mut self, method: &str, path: &str, body: Value) -> Reply {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let headers = [("authorization", self.bearer.as_str()), ("content-type", "application/json")];
        self.browser.send(method, path, &headers, &text)
    }

    #[track_caller]
    pub fn done(&mut self, method: &str, path: &str, body: Value) -> Value {
        let reply = self.call(method, path, body);
        assert_eq!(reply.status, 200, "{method} {path}: {}", reply.body);
        reply.json()
    }

    #[track_caller]
    pub fn refused(&mut self, method: &str, path: &str, body: Value, (status, code): (u16, &str)) -> Value {
        let reply = self.call(method, path, body);
        let told = reply.json();
        assert_eq!((reply.status, told["code"].as_str()), (status, Some(code)), "{method} {path}: {told}");
        assert_eq!(told["status"], status, "{told}");
        told
    }
}

/// Every route there is, and a path that fits it.
const ROUTES: [(&str, &str); 25] = [
    ("GET", "/api/v2/oauth/clients"),
    ("POST", "/api/v2/oauth/clients"),
    ("GET", "/api/v2/oauth/clients/x"),
    ("PUT", "/api/v2/oauth/clients/x"),
    ("DELETE", "/api/v2/oauth/clients/x"),
    ("POST", "/api/v2/oauth/clients/x/secret"),
    ("GET", "/api/v2/oauth/clients/x/deletion"),
    ("POST", "/api/v2/oauth/clients/x/restore"),
    ("GET", "/api/v2/oauth/clients/x/usage/summary"),
    ("GET", "/api/v2/oauth/authorizations"),
    ("GET", "/api/v2/oauth/authorizations/x"),
    ("POST", "/api/v2/oauth/authorizations/x"),
    ("PUT", "/api/v2/oauth/authorizations/x"),
    ("DELETE", "/api/v2/oauth/authorizations/x"),
    ("PUT", "/api/v2/oauth/authorizations/x/audience"),
    ("POST", "/api/v2/oauth/authorizations/x/reauthorize"),
    ("GET", "/api/v2/oauth/scopes"),
    ("GET", "/api/v2/oauth/audit"),
    ("GET", "/api/v2/oauth/review"),
    ("POST", "/api/v2/oauth/impact"),
    ("POST", "/api/v2/oauth/explain"),
    ("GET", "/api/v2/identityproviders"),
    ("GET", "/api/v2/identityproviders/x"),
    ("GET", "/api/v2/tokens/me"),
    ("DELETE", "/api/v2/tokens/me"),
];

/// TK-06, TK-11: no call goes without a token, and none of a user's without its scope.
#[test]
fn tk_06_every_call_is_judged() {
    let host = Process::start();
    let mut nobody = Caller { browser: host.browser(), bearer: "Basic YTpi".to_owned() };
    for (method, path) in ROUTES {
        let reply = nobody.call(method, path, Value::Null);
        assert_eq!(reply.status, 401, "{method} {path}");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer realm=\"api\""), "{method} {path}");
        assert_eq!(reply.json()["code"], "bad.credentials");
    }
    let mut without_scope = Caller::user(&host, "ada@acme.example", &["users:readonly"]);
    for (method, path) in ROUTES.into_iter().filter(|(_, path)| !path.contains("tokens")) {
        let reply = without_scope.call(method, path, Value::Null);
        assert_eq!(reply.status, 403, "{method} {path}");
        assert!(reply.header("www-authenticate").unwrap().contains("insufficient_scope"), "{method} {path}");
    }
    let mut reader = Caller::user(&host, "vera@acme.example", &["oauth"]);
    reader.done("GET", "/api/v2/oauth/clients", Value::Null);
    reader.refused("GET", "/api/v2/oauth/authorizations", Value::Null, (403, "not.authorized"));
    reader.refused("POST", "/api/v2/oauth/clients", json!({}), (403, "not.authorized"));
}

/// OR-04: a client of client credentials is no user. It acts as one that the host names, or not at all.
#[test]
fn or_04_a_client_acts_as_a_user_that_is_named_for_it() {
    let host = Process::start();
    let mut robot = Caller::robot(&host);
    robot.done("GET", "/api/v2/oauth/clients", Value::Null);
    robot.refused("POST", "/api/v2/oauth/clients", json!({"name": "More"}), (403, "not.authorized"));

    let mut ada = host.logged_in("ada@acme.example");
    let fields = [
        ("name", "No robot"),
        ("grant_type", "client_credentials"),
        ("role", "0a000000-0000-4000-8000-0000000000a1 *"),
    ];
    let created =
        ada.submit("/console/clients/new?grant_type=client_credentials", "/console/clients", &fields);
    let secret = created.body.split("value=\"gcs_").nth(1).expect(&created.body).split('"').next().unwrap();
    let id = created.link("To the client").rsplit('/').next().unwrap().to_owned();
    ada.submit("/console/applications/authorize", "/console/applications/authorize", &[("client", &id)]);
    let mut other = Caller::of_client(&host, &id, &format!("gcs_{secret}"));
    other.refused("GET", "/api/v2/oauth/clients", Value::Null, (403, "user.needed"));
    assert_eq!(other.done("GET", "/api/v2/tokens/me", Value::Null)["OAuthClient"]["name"], "No robot");
}

#[test]
fn a_client_lives_through_the_interface() {
    let host = Process::start();
    let mut ada = Caller::user(&host, "ada@acme.example", &["oauth"]);
    let wrong = json!({"name": "", "authorizedGrantType": "CODE", "registeredRedirectUri": ["https://a.example/*"], "scope": ["oauht"]});
    let told = ada.refused("POST", "/api/v2/oauth/clients", wrong, (400, "name.required"));
    let fields: Vec<&str> =
        told["details"].as_array().unwrap().iter().filter_map(|one| one["fieldName"].as_str()).collect();
    assert_eq!(fields, ["name", "registeredRedirectUri[0]", "scope[0]"]);
    assert!(told["details"][2]["message"].as_str().unwrap().contains("did you mean `oauth`?"), "{told}");

    let body = json!({
        "name": "Made here", "authorizedGrantType": "CODE", "accessTokenValiditySeconds": 600,
        "registeredRedirectUri": ["https://made.example/"], "scope": ["routing"],
    });
    let created = ada.done("POST", "/api/v2/oauth/clients", body);
    assert!(created["secret"].as_str().unwrap().starts_with("gcs_"));
    let path = created["selfUri"].as_str().unwrap().to_owned();
    let mut seen = ada.done("GET", &path, Value::Null);
    assert_eq!((&seen["state"], &seen["secret"]), (&json!("active"), &Value::Null));

    // What was read is sent back changed, as programs do.
    seen["description"] = json!("Edited");
    assert_eq!(ada.done("PUT", &path, seen)["description"], "Edited");
    let renewed = ada.done("POST", &format!("{path}/secret"), json!({"overlapSeconds": 60}));
    assert_ne!(renewed["secret"], created["secret"]);
    ada.refused("POST", &format!("{path}/secret"), json!({"overlapSeconds": 700_000}), (400, "bad.request"));

    let plan = ada.done("GET", &format!("{path}/deletion"), Value::Null);
    assert_eq!(plan["removal"], "at_once");
    let mut stale = plan.clone();
    stale["version"] = json!(1);
    ada.refused("DELETE", &path, stale, (409, "plan.outdated"));
    assert_eq!(ada.call("DELETE", &path, plan).status, 204);
    ada.refused("GET", &path, Value::Null, (404, "client.not.found"));
}

#[test]
fn lists_come_in_pages_of_the_platform() {
    let host = Process::start();
    let mut robot = Caller::robot(&host);
    let whole = robot.done("GET", "/api/v2/oauth/clients?pageSize=100", Value::Null);
    let total = whole["total"].as_u64().unwrap();
    let first = robot.done("GET", "/api/v2/oauth/clients?pageSize=3", Value::Null);
    assert_eq!((first["entities"].as_array().unwrap().len(), first["total"].as_u64()), (3, Some(total)));
    let second = robot.done("GET", first["nextUri"].as_str().unwrap(), Value::Null);
    assert_eq!(second["pageNumber"], 2);
    assert_eq!(second["entities"][0]["id"], whole["entities"][3]["id"]);
    robot.refused("GET", "/api/v2/oauth/clients?pageSize=0", Value::Null, (400, "bad.request"));

    let old =
        whole["entities"].as_array().unwrap().iter().find(|client| client["name"] == "Old Dialer").unwrap();
    assert_eq!(old["state"], "inactive");
    assert!(old["dateToDelete"].is_string() && old["roleDivisions"][0]["divisionId"] == "*", "{old}");
    let names: Vec<&str> =
        whole["entities"].as_array().unwrap().iter().filter_map(|client| client["name"].as_str()).collect();
    assert!(
        !names.iter().any(|name| name.starts_with("Globex")),
        "another organization's clients are not listed"
    );
}

#[test]
fn an_application_is_approved_edited_revoked_and_authorized_anew() {
    let host = Process::start();
    let mut robot = Caller::robot(&host);
    let state = |robot: &mut Caller, state: &str| {
        let listed = robot.done("GET", &format!("/api/v2/oauth/authorizations?state={state}"), Value::Null);
        listed["entities"][0].clone()
    };
    let pending = state(&mut robot, "pending");
    assert_eq!((&pending["state"], &pending["pending"]), (&json!("Requested"), &json!(true)));
    let path = pending["selfUri"].as_str().unwrap().to_owned();
    let approved = robot.done("POST", &path, json!({"scope": ["users:readonly"]}));
    assert_eq!((&approved["state"], &approved["scope"]), (&json!("Authorized"), &json!(["users:readonly"])));
    assert_eq!(robot.done("PUT", &path, json!({"scope": ["recordings"]}))["scope"], json!(["recordings"]));
    robot.refused("PUT", &path, json!({"scope": ["oauth"]}), (400, "scope.not.registered"));
    let audience = json!({"roles": ["0a000000-0000-4000-8000-0000000000a3"]});
    assert_eq!(robot.done("PUT", &format!("{path}/audience"), audience)["roleCount"], 1);
    assert_eq!(robot.done("DELETE", &path, Value::Null)["state"], "Revoked");
    robot.refused("PUT", &path, json!({"scope": ["recordings"]}), (409, "bad.authorization.state"));
    let anew = robot.done("POST", &format!("{path}/reauthorize"), json!({"scope": ["recordings"]}));
    assert_eq!(anew["state"], "Authorized");
    assert_ne!(anew["id"], approved["id"]);
}

#[test]
fn scopes_providers_usage_and_the_token_are_told() {
    let host = Process::start();
    let mut robot = Caller::robot(&host);
    assert_eq!(robot.done("GET", "/api/v2/oauth/scopes/oauth", Value::Null)["id"], "oauth");
    assert_eq!(robot.call("GET", "/api/v2/oauth/scopes/none", Value::Null).status, 404);
    let providers = robot.done("GET", "/api/v2/identityproviders", Value::Null);
    assert_eq!(providers["entities"][0]["issuerURI"], "https://idp.example.com/metadata");
    let clients = robot.done("GET", "/api/v2/oauth/clients?pageSize=100", Value::Null);
    let desk =
        clients["entities"].as_array().unwrap().iter().find(|client| client["name"] == "Agent Desk").unwrap();
    let usage = robot.done(
        "GET",
        &format!("{}/usage/summary?days=2", desk["selfUri"].as_str().unwrap()),
        Value::Null,
    );
    assert_eq!(usage["results"].as_array().unwrap().len(), 2);
    assert_eq!(usage["results"][0]["templateUri"], "/api/v2/routing/queues");

    assert_eq!(robot.done("GET", "/api/v2/tokens/me", Value::Null)["organization"]["name"], "Acme");
    assert_eq!(robot.call("DELETE", "/api/v2/tokens/me", Value::Null).status, 204);
    robot.refused("GET", "/api/v2/tokens/me", Value::Null, (401, "bad.credentials"));
}

/// GV-02: each call that was allowed is counted, with its endpoint and its status.
#[test]
fn gv_02_calls_are_counted() {
    let host = Process::start();
    let mut robot = Caller::robot(&host);
    for _ in 0..3 {
        robot.done("GET", "/api/v2/oauth/clients", Value::Null);
    }
    robot.refused("GET", "/api/v2/oauth/clients/none", Value::Null, (404, "client.not.found"));
    let (id, _) = host.credentials();
    let usage = robot.done("GET", &format!("/api/v2/oauth/clients/{id}/usage/summary"), Value::Null);
    let rows = usage["results"].as_array().unwrap();
    let row = |template: &str| {
        let found =
            rows.iter().find(|row| row["templateUri"] == template).unwrap_or_else(|| panic!("{usage}"));
        (found["httpMethod"].as_str().unwrap(), found["status200"].as_u64(), found["status400"].as_u64())
    };
    assert_eq!(row("/api/v2/oauth/clients"), ("GET", Some(3), Some(0)));
    assert_eq!(row("/api/v2/oauth/clients/{clientId}"), ("GET", Some(0), Some(1)));
}
