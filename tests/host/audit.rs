//! The console's page on the audit trail: searched, explained, and what was on a day.

use super::browser::Reply;
use super::flow::access_token;
use super::flow::register;
use super::flow::token;
use super::process::Process;
use super::single_sign_on::now;

/// The events on the page, without the form above them.
fn events(reply: &Reply) -> &str {
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply
        .body
        .split("<ol class=\"events\">")
        .nth(1)
        .and_then(|rest| rest.split("</ol>").next())
        .unwrap_or_default()
}

fn count(reply: &Reply) -> usize {
    events(reply).matches("<article class=\"event\"").count()
}

/// GV-01: by who, what and how it ended, with what changed, before and after.
#[test]
fn gv_01_the_trail_is_searched() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    let insights = ada.get("/console/applications").link("Globex Insights");
    let fields = [("scope", "analytics:readonly"), ("scope", "users:readonly")];
    assert_eq!(ada.submit(&insights, &format!("{insights}/scopes"), &fields).status, 303);

    let found = ada.get("/console/audit?action=edit_scopes&outcome=done");
    assert_eq!(count(&found), 1, "{}", found.body);
    let event = events(&found);
    for told in ["Edit scopes", "Ada Admin", "Globex Insights", "Granted"] {
        assert!(event.contains(told), "{told}: {event}");
    }
    let (before, after) = event.split_once("data-label=\"After\"").unwrap();
    assert!(before.contains("analytics:readonly") && !before.contains("users:readonly"), "{event}");
    assert!(after.contains("users:readonly"), "{event}");

    let approved = ada.get("/console/audit?from=&action=approve");
    assert!(events(&approved).contains(">everyone<"), "{}", approved.body);
    let id = insights.rsplit('/').next().unwrap();
    assert_eq!(count(&ada.get(&format!("/console/audit?action=edit_scopes&client={id}"))), 1);
    let emil = "0a000000-0000-4000-8000-0000000000b3";
    assert_eq!(count(&ada.get(&format!("/console/audit?action=edit_scopes&actor={emil}"))), 0);
    assert_eq!(count(&ada.get(&format!("/console/audit?actor={emil}"))), 1, "what Emil asked for");
    assert_eq!(count(&ada.get("/console/audit?action=edit_scopes&to=2026-01-01T00:00")), 0);
}

/// GV-01: page by page, with the same search on each.
#[test]
fn gv_01_a_search_goes_on() {
    let host = Process::start();
    let mut vera = host.logged_in("vera@acme.example");
    for _ in 0..30 {
        assert_eq!(vera.get("/console/applications").status, 403);
    }
    let mut ada = host.logged_in("ada@acme.example");
    let first = ada.get("/console/audit?outcome=refused&action=view_authorizations");
    assert_eq!(count(&first), 25);
    let second = ada.get(&first.link("Next page"));
    assert_eq!(count(&second), 5, "{}", second.body);
    assert!(!events(&second).contains("Done"));
}

/// GV-01: what cannot be searched for is told beside its field, and nothing is searched.
#[test]
fn gv_01_a_wrong_search_is_told() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    for (query, code) in [
        ("from=yesterday", "bad.instant"),
        ("to=2026-02-30T00:00", "bad.instant"),
        ("from=2026-02-02&to=2026-02-01", "bad.range"),
        ("actor=ada", "bad.actor"),
        ("client=desk", "client.not.found"),
        ("action=fly", "bad.action"),
        ("outcome=maybe", "bad.outcome"),
    ] {
        let reply = ada.get(&format!("/console/audit?{query}"));
        assert_eq!(reply.status, 422, "{query}");
        assert!(
            reply.body.contains(code) && !reply.body.contains("class=\"event\""),
            "{query}: {}",
            reply.body
        );
    }
    assert_eq!(ada.get("/console/audit?from=%FF").status, 400);
    assert_eq!(ada.get("/console/audit/then?at=then").status, 422);
    assert_eq!(ada.get("/console/audit/why/none").status, 404);
}

/// GV-01, OR-01: the trail is for those who may audit, and each organization has its own.
#[test]
fn gv_01_the_trail_needs_its_permission() {
    let host = Process::start();
    let mut vera = host.logged_in("vera@acme.example");
    for path in ["", "/verify", "/verify?number=x", "/then"] {
        let reply = vera.get(&format!("/console/audit{path}"));
        assert_eq!(reply.status, 403, "{path}");
        assert!(reply.body.contains("audits:audit:view"), "{path}: {}", reply.body);
    }
    let mut gus = host.logged_in("gus@globex.example");
    let desk = host.logged_in("ada@acme.example").get("/console/clients").link("Agent Desk");
    assert_eq!(gus.get(&desk).status, 404);
    let theirs = gus.get("/console/audit?from=");
    assert!(events(&theirs).contains(&desk), "what Gus tried is in it, without the name");
    assert!(events(&theirs).contains("Globex Insights"), "{}", theirs.body);
    assert!(!theirs.body.contains("Agent Desk") && !theirs.body.contains("Ada Admin"), "{}", theirs.body);
}

/// DX-05: a refusal in the trail leads to the change that brought it about.
#[test]
fn dx_05_why_names_the_change() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    let (id, secret) = register(&mut ada, "Test Desk", &["users:readonly"]);
    let (_, refresh) = access_token(&mut ada, (&id, &secret));
    let application = format!("/console/applications/{id}");
    assert_eq!(ada.submit(&application, &format!("{application}/revoke"), &[]).status, 303);
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &*refresh),
        ("client_id", &*id),
        ("client_secret", &*secret),
    ];
    assert_eq!(token(&mut host.browser(), &fields).status, 400);

    let refused = ada.get(&format!("/console/audit?outcome=refused&client={id}"));
    assert_eq!(count(&refused), 1, "{}", refused.body);
    let why = refused.body.split("href=\"/console/audit/why/").nth(1).unwrap().split('"').next().unwrap();
    let told = ada.get(&format!("/console/audit/why/{why}"));
    for part in ["authorization.revoked", "Brought about by", "Revoke", "Ada Admin", "What to do"] {
        assert!(told.body.contains(part), "{part}: {}", told.body);
    }
    let done = ada.get("/console/audit?action=revoke").body;
    let done = done.split("<article class=\"event\" id=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(ada.get(&format!("/console/audit/why/{done}")).status, 404, "nothing was refused there");
}

/// GV-01: who could do what on a day is told as it was then.
#[test]
fn gv_01_applications_are_told_as_they_were() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    let recorder = |page: Reply| {
        assert_eq!(page.status, 200, "{}", page.body);
        let row = page.body.split("<th scope=\"row\">Globex Recorder</th>").nth(1).expect(&page.body);
        row.split("</tr>").next().unwrap().to_owned()
    };
    let then = now().minus(10 * 86_400).to_string();
    let row = recorder(ada.get(&format!("/console/audit/then?at={}", &then[..16])));
    assert!(row.contains("Approved") && row.contains("<code>recordings</code>"), "{row}");
    let row = recorder(ada.get("/console/audit/then"));
    assert!(row.contains("Revoked") && row.contains("nothing") && row.contains("nobody"), "{row}");
    let long_ago = ada.get("/console/audit/then?at=2020-01-01").body;
    assert!(long_ago.contains("There was no application"), "{long_ago}");
}
