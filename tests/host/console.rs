//! The console: what forms say of what is wrong, and what is refused.

use super::flow::access_token;
use super::flow::register;
use super::process::Process;

const CODE: &str = "/console/clients/new?grant_type=authorization_code";

/// CL-16: every bad field at once, each with its cause and its remedy, and nothing is lost of what was entered.
#[test]
fn cl_16_a_form_shows_every_bad_field() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    let fields = [
        ("name", ""),
        ("grant_type", "authorization_code"),
        ("lifetime", "soon"),
        ("redirect_uris", "http://a.example/\nhttps://b.example/"),
        ("description", "Kept <as> entered"),
    ];
    let reply = ada.submit(CODE, "/console/clients", &fields);
    assert_eq!(reply.status, 422);
    for told in [
        "name.required",
        "bad.token.lifetime",
        "missing.client.scope",
        "Give the client a name",
        "Kept &lt;as&gt; entered",
        "https://b.example/",
    ] {
        assert!(reply.body.contains(told), "{told}: {}", reply.body);
    }
}

/// CL-08: a secret is seen once.
#[test]
fn cl_08_a_secret_is_shown_once() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    let desk = ada.get("/console/clients").link("Agent Desk");
    let shown = ada.submit(&desk, &format!("{desk}/secret"), &[("overlap", "3600")]);
    assert!(shown.body.contains("value=\"gcs_"), "{}", shown.body);
    let page = ada.get(&desk).body;
    assert!(!page.contains("gcs_") && page.matches("Last used: ").count() == 0);
    assert_eq!(page.matches("data-label=\"Last used\"").count(), 2, "both secrets are listed");
    let refused = ada.submit(&desk, &format!("{desk}/secret"), &[("overlap", "700000")]);
    assert_eq!(refused.status, 400);
}

/// LC-04: a deletion is confirmed as it was shown.
#[test]
fn lc_04_a_deletion_is_confirmed_by_its_plan() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    let desk = ada.get("/console/clients").link("Agent Desk");
    let plan = ada.get(&format!("{desk}/delete"));
    assert!(plan.body.contains("cannot be restored"), "{}", plan.body);
    let plan = plan.hidden("plan");
    assert_eq!(
        ada.submit(&desk, &format!("{desk}/delete"), &[]).status,
        400,
        "without a plan nothing is deleted"
    );
    ada.submit(&desk, &format!("{desk}/secret"), &[]);
    let outdated = ada.submit(&desk, &format!("{desk}/delete"), &[("plan", &plan)]);
    assert_eq!(outdated.status, 409);
    assert!(outdated.body.contains("plan.outdated"), "{}", outdated.body);
    let plan = ada.get(&format!("{desk}/delete")).hidden("plan");
    assert_eq!(ada.submit("/console/clients", &format!("{desk}/delete"), &[("plan", &plan)]).status, 303);
    assert_eq!(ada.get(&desk).status, 404);

    let old = ada.get("/console/clients").link("Old Dialer");
    assert_eq!(ada.submit(&old, &format!("{old}/restore"), &[]).status, 303);
    assert!(ada.get(&old).body.contains("Active"));
}

/// OR-04: a refusal names the permission and the remedy, and changes nothing.
#[test]
fn or_04_a_refusal_says_why() {
    let host = Process::start();
    let mut vera = host.logged_in("vera@acme.example");
    let desk = vera.get("/console/clients").link("Agent Desk");
    for (reply, permission) in [
        (vera.get("/console/applications"), "oauth:client:authorize"),
        (vera.submit(&desk, &format!("{desk}/secret"), &[]), "oauth:client:edit"),
    ] {
        assert_eq!(reply.status, 403);
        assert!(reply.body.contains(permission) && reply.body.contains("assign a role"), "{}", reply.body);
    }
}

/// OR-01: what is another organization's is not there.
#[test]
fn or_01_another_organizations_client_is_not_there() {
    let host = Process::start();
    let mut gus = host.logged_in("gus@globex.example");
    let mut ada = host.logged_in("ada@acme.example");
    let desk = ada.get("/console/clients").link("Agent Desk");
    for path in
        [desk.clone(), format!("{desk}/edit"), format!("{desk}/delete"), "/console/clients/none".to_owned()]
    {
        let reply = gus.get(&path);
        assert_eq!(reply.status, 404, "{path}: {}", reply.body);
        assert!(!reply.body.contains("Agent Desk"));
    }
    assert!(!gus.get("/console/applications").body.contains("Agent Desk"));
}

/// GV-05: every layer is told of, for a client and for a call.
#[test]
fn gv_05_why_is_answered_layer_by_layer() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    let revoked = ada.get("/console/applications?state=revoked").link("Globex Recorder");
    let id = revoked.rsplit('/').next().unwrap();
    let told = ada.get(&format!("/console/why?client={id}")).body;
    assert!(told.contains("authorization.revoked") && told.contains("from scratch"), "{told}");
    let fields = [("token", "gat_unknown"), ("permission", "oauth:client:view")];
    let told = ada.submit("/console/why", "/console/why/call", &fields).body;
    assert!(told.contains("Would the call be allowed?") && told.contains("token.unknown"), "{told}");
    assert!(ada.get("/console/why?client=nothing").body.contains("client.not.found"));
}

/// AA-08: a revocation in the console is told at once.
#[test]
fn aa_08_an_application_is_revoked() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    let insights = ada.get("/console/applications").link("Globex Insights");
    let wrong = ada.submit(&insights, &format!("{insights}/scopes"), &[("scope", "oauth")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("scope.not.registered"), "{}", wrong.body);
    assert_eq!(ada.submit(&insights, &format!("{insights}/revoke"), &[]).status, 303);
    assert!(ada.get(&insights).body.contains("Authorize anew"));
}

/// Threat 42: names are text, whatever is in them.
#[test]
fn threat_42_a_name_is_no_markup() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    let fields = [
        ("name", "Say \"cheese\" & run"),
        ("grant_type", "authorization_code"),
        ("redirect_uris", "https://a.example/"),
        ("scope", "routing"),
    ];
    assert_eq!(ada.submit(CODE, "/console/clients", &fields).status, 200);
    let list = ada.get("/console/clients").body;
    assert!(list.contains("Say &quot;cheese&quot; &amp; run") && !list.contains("\"cheese\""), "{list}");
    let refused = ada.submit(
        CODE,
        "/console/clients",
        &[("name", "<b>Bold</b>"), ("grant_type", "authorization_code")],
    );
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("&lt;b&gt;Bold") && !refused.body.contains("<b>"), "{}", refused.body);
}

/// GV-04: what would stop working is shown before it is done, and asking changes nothing.
#[test]
fn gv_04_a_revocation_is_confirmed_by_what_it_stops() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    let (id, secret) = register(&mut ada, "Test Desk", &["users:readonly"]);
    let (_, _) = access_token(&mut ada, (&id, &secret));
    let application = format!("/console/applications/{id}");
    let told = ada.get(&format!("{application}/revoke")).body;
    assert!(
        told.contains("1 access token would stop working") && told.contains("authorization.revoked"),
        "{told}"
    );
    assert!(ada.get(&format!("{application}/end")).body.contains("1 access token would stop working"));
    assert!(ada.get(&application).body.contains("Approved"));
    assert_eq!(ada.get(&format!("{application}/none")).status, 404);
    let provider = ada.get("/console/providers").link("Acme sign-in");
    assert_eq!(ada.get(&format!("{provider}/delete")).status, 200);
    assert_eq!(ada.submit(&provider, &format!("{provider}/delete"), &[]).status, 303);
    assert_eq!(ada.get(&provider).status, 404);
}
