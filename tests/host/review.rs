//! The console's review, and its downloads.

use grantor::review::report::Report;

use super::process::Process;

/// GV-03: findings with their severity, evidence and remedy, each with a link to what it is about.
#[test]
fn gv_03_the_review_is_shown() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    let page = ada.get("/console/review");
    for told in [
        "Clients of the implicit grant",
        "client.implicit",
        "Medium",
        "What to do: migrate it",
        "What ends next",
    ] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    assert_eq!(ada.get(&page.link("Legacy Softphone")).status, 200);
    assert!(!page.body.contains("Globex Partners"), "another organization's are not reviewed");
    let mut vera = host.logged_in("vera@acme.example");
    for path in ["/console/review", "/console/review/html", "/console/review/json"] {
        let reply = vera.get(path);
        assert_eq!(reply.status, 403, "{path}");
        assert!(reply.body.contains("oauth:client:authorize"), "{path}: {}", reply.body);
    }
}

/// GV-03, threat 42: the downloads are files of their kind, and the page has the policy that suffices for it.
#[test]
fn gv_03_the_review_is_downloaded() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    for (format, kind, ending) in [
        ("html", "text/html; charset=utf-8", ".html"),
        ("markdown", "text/markdown; charset=utf-8", ".md"),
        ("json", "application/json", ".json"),
    ] {
        let reply = ada.get(&format!("/console/review/{format}"));
        assert_eq!((reply.status, reply.header("content-type")), (200, Some(kind)));
        let named = reply.header("content-disposition").unwrap();
        assert!(named.starts_with("attachment; filename=\"review-2") && named.contains(ending), "{named}");
        assert_eq!(reply.all("content-security-policy").count(), 1);
        let policy = reply.header("content-security-policy").unwrap();
        assert_eq!(policy == Report::CONTENT_SECURITY_POLICY, format == "html", "{policy}");
        assert!(reply.body.contains("Legacy Softphone"), "{format}");
        match format {
            "html" => assert!(reply.body.starts_with("<!DOCTYPE html>"), "{}", reply.body),
            "markdown" => assert!(reply.body.starts_with("# "), "{}", reply.body),
            _ => assert_eq!(reply.json()["severities"]["medium"], 1, "{}", reply.body),
        }
    }
    assert_eq!(ada.get("/console/review/pdf").status, 404);
}
