//! What the interface has of its own: the audit trail, the review, impacts and explanations.

use serde_json::Value;
use serde_json::json;

use super::api::Caller;
use super::process::Process;

/// The client of this name.
fn client(robot: &mut Caller, name: &str) -> String {
    let clients = robot.done("GET", "/api/v2/oauth/clients?pageSize=100", Value::Null);
    let found = clients["entities"].as_array().unwrap().iter().find(|client| client["name"] == name);
    found.unwrap_or_else(|| panic!("{clients}"))["id"].as_str().unwrap().to_owned()
}

/// GV-01: events by filter and by page, each once, with who did what and what it changed.
#[test]
fn gv_01_the_trail_is_searched_by_program() {
    let host = Process::start();
    let mut robot = Caller::robot(&host);
    let found = robot.done("GET", "/api/v2/oauth/audit?action=revoke&outcome=done", Value::Null);
    let [event] = found["entities"].as_array().unwrap().as_slice() else { panic!("{found}") };
    assert_eq!((&event["action"], &event["outcome"]), (&json!("revoke"), &json!("done")));
    assert_eq!(event["user"]["id"], "0a000000-0000-4000-8000-0000000000b1");
    assert_eq!(event["subject"]["kind"], "authorization");
    let state =
        event["changes"].as_array().unwrap().iter().find(|change| change["field"] == "state").unwrap();
    assert_eq!((&state["before"], &state["after"]), (&json!("approved"), &json!("revoked")));

    let whole = robot.done("GET", "/api/v2/oauth/audit?pageSize=500&to=2100-01-01", Value::Null);
    let whole: Vec<&Value> = whole["entities"].as_array().unwrap().iter().map(|event| &event["id"]).collect();
    let (mut walked, mut next) =
        (Vec::new(), Some("/api/v2/oauth/audit?pageSize=3&to=2100-01-01".to_owned()));
    while let Some(uri) = next {
        let page = robot.done("GET", &uri, Value::Null);
        walked.extend(page["entities"].as_array().unwrap().iter().map(|event| event["id"].clone()));
        assert!(walked.len() <= whole.len(), "no event comes twice");
        next = page["nextUri"].as_str().map(str::to_owned);
    }
    assert!(walked.len() > 10);
    assert_eq!(walked.iter().collect::<Vec<_>>(), whole);

    for wrong in [
        "from=soon",
        "to=2026-13-01",
        "actor=ada",
        "clientId=x",
        "action=fly",
        "outcome=maybe",
        "pageSize=0",
        "after=!",
    ] {
        robot.refused("GET", &format!("/api/v2/oauth/audit?{wrong}"), Value::Null, (400, "bad.request"));
    }
}

/// GV-01: with the permission, and a scope of its own.
#[test]
fn gv_01_the_trail_is_not_open_to_all() {
    let host = Process::start();
    let mut vera = Caller::user(&host, "vera@acme.example", &["audits:readonly"]);
    vera.refused("GET", "/api/v2/oauth/audit", Value::Null, (403, "not.authorized"));
    let mut ada = Caller::user(&host, "ada@acme.example", &["oauth"]);
    ada.refused("GET", "/api/v2/oauth/audit", Value::Null, (403, "not.authorized"));
    let mut auditor = Caller::user(&host, "ada@acme.example", &["audits:readonly"]);
    assert!(auditor.done("GET", "/api/v2/oauth/audit", Value::Null)["entities"].is_array());
}

/// GV-03
#[test]
fn gv_03_the_review_is_read_by_program() {
    let host = Process::start();
    let mut robot = Caller::robot(&host);
    let review = robot.done("GET", "/api/v2/oauth/review", Value::Null);
    assert_eq!(
        (&review["organization"]["name"], &review["severities"]["medium"]),
        (&json!("Acme"), &json!(1))
    );
    let first = &review["entities"][0];
    assert_eq!(
        (&first["code"], &first["subject"]["name"]),
        (&json!("client.implicit"), &json!("Legacy Softphone"))
    );
    assert!(first["remedy"].as_str().unwrap().contains("PKCE") && first["evidence"].is_string(), "{first}");
    let uri = first["subject"]["selfUri"].as_str().unwrap();
    assert_eq!(robot.done("GET", uri, Value::Null)["name"], "Legacy Softphone");
    let mut vera = Caller::user(&host, "vera@acme.example", &["oauth"]);
    vera.refused("GET", "/api/v2/oauth/review", Value::Null, (403, "not.authorized"));
}

/// GV-04: what a change would stop is told, needs what the change needs, and changes nothing.
#[test]
fn gv_04_an_impact_is_foreseen_by_program() {
    let host = Process::start();
    let mut robot = Caller::robot(&host);
    let desk = client(&mut robot, "Agent Desk");
    let path = "/api/v2/oauth/impact";
    let told = robot.done("POST", path, json!({"change": "revoke", "clientId": desk}));
    assert_eq!(told["applicationsEnded"], json!({"about": 1, "low": 1, "high": 1}), "{told}");
    let scopes: Vec<&Value> = told["scopes"].as_array().unwrap().iter().map(|lost| &lost["id"]).collect();
    assert_eq!(scopes, ["oauth:readonly", "routing", "users:readonly"]);
    let narrowed = json!({"change": "editScopes", "clientId": desk, "scope": ["routing"]});
    let told = robot.done("POST", path, narrowed);
    assert_eq!(
        (&told["applicationsEnded"]["about"], &told["applicationsNarrowed"]["about"]),
        (&json!(0), &json!(1))
    );
    let view = robot.done("GET", &format!("/api/v2/oauth/authorizations/{desk}"), Value::Null);
    assert_eq!((&view["state"], view["scope"].as_array().unwrap().len()), (&json!("Authorized"), 3));

    // The robot's role has neither of these.
    for change in ["delete", "regenerateSecret", "migrateImplicit"] {
        robot.refused("POST", path, json!({"change": change, "clientId": desk}), (403, "not.authorized"));
    }
    for wrong in [
        json!({}),
        json!({"change": "explode", "clientId": desk}),
        json!({"change": "revoke", "clientId": desk, "scope": []}),
        json!({"change": "editScopes", "clientId": desk}),
        json!({"change": "editAudience", "clientId": desk, "roles": ["none"]}),
    ] {
        robot.refused("POST", path, wrong, (400, "bad.request"));
    }
    robot.refused("POST", path, json!({"change": "revoke", "clientId": "none"}), (404, "client.not.found"));
    let mut ada = Caller::user(&host, "ada@acme.example", &["oauth"]);
    let told = ada.done("POST", path, json!({"change": "delete", "clientId": desk}));
    assert_eq!(told["organizations"], 1, "{told}");
    assert_eq!(
        ada.done("POST", path, json!({"change": "regenerateSecret", "clientId": desk}))["secrets"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

/// GV-05: each layer with its verdict, cause and remedy, of a client and of a call.
#[test]
fn gv_05_a_decision_is_explained_by_program() {
    let host = Process::start();
    let mut robot = Caller::robot(&host);
    let path = "/api/v2/oauth/explain";
    let revoked = robot.done("GET", "/api/v2/oauth/authorizations?state=revoked", Value::Null);
    let recorder = revoked["entities"][0]["client"]["id"].clone();
    let ada = "0a000000-0000-4000-8000-0000000000b1";
    let told = robot.done("POST", path, json!({"clientId": recorder, "userId": ada}));
    assert_eq!(told["allowed"], false);
    let refuses =
        told["layers"].as_array().unwrap().iter().find(|layer| layer["verdict"] == "refuses").unwrap();
    assert_eq!(
        (&refuses["layer"], &refuses["code"]),
        (&json!("authorization"), &json!("authorization.revoked"))
    );
    assert!(refuses["remedy"].is_string() && refuses["cause"].is_string());

    let desk = client(&mut robot, "Agent Desk");
    assert_eq!(robot.done("POST", path, json!({"clientId": desk, "userId": ada}))["allowed"], true);
    let phone = client(&mut robot, "Legacy Softphone");
    let on = |day: &str| json!({"clientId": phone, "userId": ada, "at": day});
    assert_eq!(robot.done("POST", path, on("2027-04-30"))["allowed"], true);
    let told = robot.done("POST", path, on("2027-05-01T00:00:00Z"));
    assert_eq!((&told["allowed"], &told["date"]), (&json!(false), &json!("2027-05-01T00:00:00Z")));
    let call =
        json!({"token": "gat_unknown", "permission": "oauth:client:view", "scope": ["oauth:readonly"]});
    assert_eq!(robot.done("POST", path, call)["layers"][0]["code"], "token.unknown");
    for wrong in [
        json!({}),
        json!({"clientId": desk, "token": "gat_x", "permission": "oauth:client:view"}),
        json!({"token": "gat_x"}),
        json!({"token": "gat_x", "permission": "everything"}),
        json!({"clientId": desk, "userId": "ada"}),
        json!({"clientId": desk, "at": "then"}),
        json!({"clientId": desk, "scope": ["oauth"]}),
    ] {
        robot.refused("POST", path, wrong, (400, "bad.request"));
    }
}
