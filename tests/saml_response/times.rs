//! The edges of every time, at exactly the skew (SA-10).

use crate::ISSUED;
use crate::REQUEST;
use crate::STRICT;
use crate::World;
use crate::facts::Credulous;
use crate::facts::base;
use crate::facts::changed;
use crate::facts::judge_at;
use crate::saml_book::NOW;
use crate::saml_book::certificates;
use grantor::saml::Peer;
use grantor::saml::response::Answers;
use grantor::saml::response::Expected;
use grantor::value::ClockSkew;
use grantor::value::Timestamp;

/// The code by which the message is refused at an instant; nothing where it is accepted.
fn refused(text: &str, skew: u32, now: Timestamp) -> Option<&'static str> {
    let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
    let clock_skew = ClockSkew::new(skew).unwrap();
    let peer = Peer { verifier: &Credulous, clock_skew, ..world.peer(&keys, STRICT) };
    judge_at(text, &peer, &world.expected(), now).err().map(|refusal| refusal.error.code())
}

/// SA-10, threat 53: whatever begins does so the skew before its instant, whatever ends does so the skew after it,
/// and not a second later or earlier.
#[test]
fn sa_10_every_edge_is_at_the_skew() {
    const EARLY: &str = "2026-11-25T12:00:30Z";
    let base = base();
    let issued = " IssueInstant=\"2026-11-25T12:00:00Z\"";
    let ends = "NotOnOrAfter=\"2026-11-25T12:05:00Z\"";
    let at = |name: &str| format!("{name}=\"{EARLY}\"");
    let late = "2026-11-25T12:00:30Z";
    // Where the times are all right but for one, which begins or ends at `NOW`.
    let begins = [
        (changed(&base, issued, &format!(" {}", at("IssueInstant"))), "saml.issue.instant.future"),
        (changed(&base, "NotBefore=\"2026-11-25T12:00:00Z\"", &at("NotBefore")), "saml.conditions.early"),
        (
            changed(&base, "AuthnInstant=\"2026-11-25T12:00:00Z\"", &at("AuthnInstant")),
            "saml.authn.instant.future",
        ),
    ];
    let over = [
        (
            changed(&base, &format!("{ends} R"), &format!("NotOnOrAfter=\"{late}\" R")),
            "saml.confirmation.late",
        ),
        (changed(&base, &format!("{ends}>"), &format!("NotOnOrAfter=\"{late}\">")), "saml.conditions.late"),
        (
            changed(&base, " SessionIndex", &format!(" SessionNotOnOrAfter=\"{late}\" SessionIndex")),
            "saml.authn.session.over",
        ),
    ];
    for skew in [0, 1, 10, 300] {
        // Of what else has a time, nothing begins or ends near it.
        let calm = |text: &str| {
            text.replace("2026-11-25T12:00:00Z", "2026-11-25T11:00:00Z")
                .replace("2026-11-25T12:05:00Z", "2026-11-25T13:00:00Z")
        };
        for (text, code) in &begins {
            assert_eq!(refused(&calm(text), skew, NOW.minus(skew)), None, "{code} {skew}");
            assert_eq!(refused(&calm(text), skew, NOW.minus(skew + 1)), Some(*code), "{skew}");
        }
        for (text, code) in &over {
            assert_eq!(refused(&calm(text), skew, NOW.plus(skew).minus(1)), None, "{code} {skew}");
            assert_eq!(refused(&calm(text), skew, NOW.plus(skew)), Some(*code), "{skew}");
        }
    }
}

/// SA-10: the ends of time are no exception.
#[test]
fn sa_10_the_ends_of_time_are_instants() {
    let text = base();
    assert!(refused(&text, 300, Timestamp::MIN).is_some());
    assert!(refused(&text, 300, Timestamp::MAX).is_some());
    let forever = text.replace("2026-11-25T12:05:00Z", "9999-12-31T23:59:59Z");
    assert_eq!(refused(&forever, 300, NOW), None);
    let reversed = changed(&text, "NotBefore=\"2026-11-25T12:00:00Z\"", "NotBefore=\"2026-11-25T12:05:00Z\"");
    assert_eq!(
        refused(&reversed, 300, NOW),
        Some("saml.conditions.reversed"),
        "an assertion that holds at no time"
    );
}

/// SA-11: until an assertion could not be accepted any more, by whatever skew, it is to be remembered, and not longer.
#[test]
fn sa_11_it_is_remembered_while_it_could_be_accepted() {
    let base = base();
    let ends = "NotOnOrAfter=\"2026-11-25T12:05:00Z\"";
    let bearer = "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">";
    let later = "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><saml:SubjectConfirmationData \
        NotOnOrAfter=\"2026-11-25T14:10:00+02:00\" Recipient=\"urn:x\"/></saml:SubjectConfirmation>";
    for text in [
        base.clone(),
        changed(&base, &format!("{ends}>"), "NotOnOrAfter=\"2026-11-25T12:03:00Z\">"),
        changed(&base, &format!("{ends} R"), "NotOnOrAfter=\"2026-11-25T12:03:00Z\" R"),
        changed(&base, &format!("{ends}>"), ">"),
        changed(&base, bearer, &format!("{later}{bearer}")),
    ] {
        let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
        let peer = Peer { verifier: &Credulous, ..world.peer(&keys, STRICT) };
        let found = judge_at(&text, &peer, &world.expected(), NOW).unwrap();
        assert!(refused(&text, 300, found.usable_until()).is_some());
        assert!(found.usable_until() <= NOW.plus(1_000), "not longer than any of its ends");
    }
    // By one of two confirmations it can be accepted later than by the other.
    let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
    let peer = Peer { verifier: &Credulous, ..world.peer(&keys, STRICT) };
    let open = changed(&base, &format!("{ends}>"), ">");
    let both = changed(&open, bearer, &format!("{later}{bearer}"));
    let until = judge_at(&both, &peer, &world.expected(), NOW).unwrap().usable_until();
    assert_eq!(until.to_string(), "2026-11-25T12:15:00Z", "the later one, whatever is wrong with it now");
}

/// SA-10: where the user was to be authenticated anew, an older authentication is refused.
#[test]
fn sa_10_an_old_authentication_is_refused_where_a_new_one_was_asked_for() {
    let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
    let peer = Peer { verifier: &Credulous, ..world.peer(&keys, STRICT) };
    let judged = |text: &str, force_authn| {
        let answers = Answers::Request { id: REQUEST, issued: ISSUED, force_authn };
        let expected = Expected { answers, ..world.expected() };
        judge_at(text, &peer, &expected, NOW).err().map(|refusal| refusal.error.code())
    };
    let at = |instant: &str| {
        changed(&base(), "AuthnInstant=\"2026-11-25T12:00:00Z\"", &format!("AuthnInstant=\"{instant}\""))
    };
    assert_eq!(judged(&at("2026-11-25T11:59:50Z"), true), None);
    assert_eq!(judged(&at("2026-11-25T11:59:49Z"), true), Some("saml.authn.stale"));
    assert_eq!(judged(&at("2026-11-25T11:59:49Z"), false), None);
    // Of several, none is older.
    let old = "<saml:AuthnStatement AuthnInstant=\"2026-11-25T08:00:00Z\"><saml:AuthnContext/></saml:AuthnStatement>";
    let both = changed(&base(), "<saml:AttributeStatement>", &format!("{old}<saml:AttributeStatement>"));
    assert_eq!(judged(&both, true), Some("saml.authn.stale"));
    assert_eq!(judged(&both, false), None);
}
