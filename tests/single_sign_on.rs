//! Logins by identity providers, with the store: what is asked, what answers it, and who it is (SA-06, SA-10 to SA-13,
//! SA-16, threats 39, 53 and 54, DX-09).
#![cfg(all(feature = "testing", feature = "saml", feature = "aws-lc-rs"))]

mod common;

use std::sync::Arc;

use grantor::audit::Action;
use grantor::audit::Actor;
use grantor::audit::Outcome;
use grantor::audit::Subject;
use grantor::change::Key;
use grantor::change::Kind;
use grantor::change::Reason;
use grantor::change::Record;
use grantor::change::Version;
use grantor::change::Versioned;
use grantor::login;
use grantor::login::Expectation;
use grantor::login::Found;
use grantor::login::LoginRefusal;
use grantor::login::LoopCause;
use grantor::login::Passed;
use grantor::model::IdentityProvider;
use grantor::model::Policy;
use grantor::model::ProviderState;
use grantor::model::RequestState;
use grantor::model::SamlRequest;
use grantor::model::User;
use grantor::saml::binding::Outgoing;
use grantor::server::BeginLogin;
use grantor::server::BeginLogout;
use grantor::server::LoginPassed;
use grantor::server::LoginRefused;
use grantor::server::SingleSignOn;
use grantor::testing::IdentityProviderForTests;
use grantor::testing::Says;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::CERTIFICATE;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::OTHER_CERTIFICATE;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::YESTERDAY;
use grantor::value::Binding;
use grantor::value::ClockSkew;
use grantor::value::Deviation;
use grantor::value::Digest;
use grantor::value::Timestamp;
use grantor::wire::SamlPost;

use common::House;
use common::assert_same;
use common::done;
use common::sign_on::ADMIN;
use common::sign_on::IDP;
use common::sign_on::SignOn;
use common::sign_on::Way;
use common::sign_on::encrypted;
use common::sign_on::form;
use common::sign_on::globex_idp;
use common::sign_on::idp;
use common::sign_on::provider;
use common::sign_on::redirected;
use common::sign_on::says;
use common::sign_on::unnamed;

/// A house whose provider may begin logins, and is the one of its name.
fn unasked() -> SignOn {
    SignOn::with(|world| {
        world.provider.settings.policy.idp_initiated = true;
        world.globex_provider.state = ProviderState::Draft;
    })
}

/// The form of a login that the provider begins.
fn of_its_own(says: &Says<'_>, now: Timestamp) -> Vec<u8> {
    form(&idp().response(says, now))
}

/// The form that answers the way for this user, with a `RelayState`.
fn with_relay_state(way: &Way, relay_state: &str, now: Timestamp) -> Vec<u8> {
    let response = idp().response(&says(ADMIN).answering(&way.id), now);
    IdentityProviderForTests::form(&response, Some(relay_state))
}

fn allow(provider: &mut IdentityProvider, deviation: Deviation) {
    let policy = &mut provider.settings.policy;
    policy.deviations = policy.deviations.with(deviation);
}

#[track_caller]
fn code(answer: Result<LoginPassed, LoginRefused>) -> &'static str {
    answer.expect_err("refused").refusal.code()
}

/// SA-06: a login that begins here, by Redirect: the provider is asked, answers, and the user is who it says.
#[test]
fn sa_06_a_login_begins_here_and_passes() {
    let sign_on = SignOn::new();
    let begun = sign_on.begin_by(sign_on.house.world.provider.id, None, NOON).unwrap();
    assert!(redirected(&begun.send).starts_with("https://idp.example.com/sso?SAMLRequest="));
    assert_eq!(begun.expires, NOON.plus(600));
    let way = Way::of(&begun);
    assert!(redirected(&begun.send).contains(&format!("&RelayState={}", way.id)));
    let (passed, events) = sign_on.house.events_of(|| sign_on.answer(&way, ADMIN, NOON.plus(30)));
    let passed = passed.unwrap();
    assert_eq!(
        (passed.logged_in().unwrap().organization, passed.logged_in().unwrap().user),
        (ACME, ADMINISTRATOR)
    );
    assert_eq!((passed.return_to.as_deref(), passed.relay_state.as_deref()), (Some("/home"), None));
    assert_eq!((passed.provider, passed.tested().is_some()), (sign_on.house.world.provider.id, false));
    let [event] = events.as_slice() else { panic!("{events:?}") };
    let by = Actor::User { organization: ACME, user: ADMINISTRATOR };
    let on = Subject::IdentityProvider { organization: ACME, provider: passed.provider };
    assert_eq!((event.actor, event.action, event.subject), (by, Action::LogIn, on));
    assert_eq!((event.organization, &event.outcome, event.at), (Some(ACME), &Outcome::Done, NOON.plus(30)));
    let told: Vec<&str> = event.changes.iter().map(|change| change.field.as_ref()).collect();
    assert_eq!(told, ["user", "assertion", "request"]);
}

/// SA-06: the same by POST: the browser is given a form.
#[test]
fn sa_06_a_login_begins_by_a_form() {
    let sign_on = SignOn::with_provider(|provider| provider.settings.sso.binding = Binding::Post);
    let begun = sign_on.begin_by(sign_on.house.world.provider.id, None, NOON).unwrap();
    assert!(matches!(&begun.send, Outgoing::Form(_)), "{:?}", begun.send);
    let answer = sign_on.answer(&Way::of(&begun), ADMIN, NOON);
    assert_eq!(answer.unwrap().logged_in().unwrap().user, ADMINISTRATOR);
}

/// SA-06: requests are signed where the policy says so, and only then.
#[test]
fn sa_06_requests_are_signed_by_policy() {
    for (sign_requests, expected) in [(false, false), (true, true)] {
        let sign_on =
            SignOn::with_provider(|provider| provider.settings.policy.sign_requests = sign_requests);
        let begun = sign_on.begin_by(sign_on.house.world.provider.id, None, NOON).unwrap();
        assert_eq!(redirected(&begun.send).contains("&Signature="), expected);
    }
}

/// SA-06, threat 53: a request is answered once: a second answer is refused, even by another assertion.
#[test]
fn sa_06_threat_53_a_request_is_answered_once() {
    let sign_on = SignOn::new();
    let way = sign_on.begin(NOON);
    let _ = sign_on.answer(&way, ADMIN, NOON.plus(1)).unwrap();
    let again = form(&idp().response(&says(ADMIN).answering(&way.id), NOON.plus(1)));
    sign_on.assert_refused(&again, Some(&way.ticket), NOON.plus(2), "sso.request.answered");
    sign_on.assert_way_refused(&way, ADMIN, NOON.plus(2), "sso.request.answered");
    let _ = sign_on.answer(&sign_on.begin(NOON.plus(3)), ADMIN, NOON.plus(3)).unwrap();
}

/// SA-06: an answer is taken for ten minutes, to the second.
#[test]
fn sa_06_an_answer_is_taken_for_ten_minutes() {
    let sign_on = SignOn::new();
    let (one, other) = (sign_on.begin(NOON), sign_on.begin(NOON));
    let _ = sign_on.answer(&one, ADMIN, NOON.plus(599)).unwrap();
    sign_on.assert_way_refused(&other, ADMIN, NOON.plus(600), "sso.request.expired");
}

/// SA-06, threat 53: an answer is for the browser that asked: without its ticket, or with another's, it logs nobody in,
/// and stays good for that browser.
#[test]
fn sa_06_threat_53_an_answer_is_for_the_browser_that_asked() {
    let sign_on = SignOn::new();
    let (way, other) = (sign_on.begin(NOON), sign_on.begin(NOON));
    let answer = form(&idp().response(&says(ADMIN).answering(&way.id), NOON));
    let unknown: grantor::value::Plain<grantor::value::kind::SamlTicket> = fixtures::plain(1);
    for ticket in
        [None, Some(other.ticket.as_str()), Some(unknown.expose()), Some("no ticket"), Some(&way.id)]
    {
        sign_on.assert_refused(&answer, ticket, NOON, "sso.other.browser");
    }
    let passed = sign_on.finish(&answer, Some(&way.ticket), NOON).unwrap();
    assert_eq!(passed.logged_in().unwrap().user, ADMINISTRATOR);
}

/// SA-06, threat 53: an answer to a request that was not made here, to one of another provider or organization, or to one
/// that is no login, logs nobody in.
#[test]
fn sa_06_threat_53_an_answer_is_to_a_request_of_its_provider() {
    let sign_on = SignOn::with(|world| {
        world.draft_provider.state = world.provider.state;
        world.globex_provider.state = ProviderState::Draft;
    });
    let world = &sign_on.house.world;
    let never = SamlRequest::id_of(fixtures::plain(1).digest());
    for id in ["_1", never.as_str(), &never.to_uppercase()] {
        let answer = form(&idp().response(&says(ADMIN).answering(id), NOON));
        sign_on.assert_refused(&answer, None, NOON, "sso.request.unknown");
    }
    let way = Way::of(&sign_on.begin_by(world.draft_provider.id, None, NOON).unwrap());
    sign_on.assert_way_refused(&way, ADMIN, NOON, "saml.issuer");

    let name_id = grantor::saml::NameId::new(ADMIN);
    let begin = BeginLogout {
        organization: ACME,
        provider: world.provider.id,
        name_id: &name_id,
        session_index: None,
        return_to: None,
    };
    let logout = Way::of(&done(sign_on.logins().begin_logout(&begin, NOON)).unwrap());
    sign_on.assert_way_refused(&logout, ADMIN, NOON, "sso.request.unknown");
    let _ = sign_on.answer(&sign_on.begin(NOON), ADMIN, NOON).unwrap();
}

/// SA-06, threat 53: a request of one organization is answered for that one, whatever the provider of another that has
/// the same name signs.
#[test]
fn threat_53_another_organizations_provider_of_that_name_answers_nothing() {
    let sign_on = SignOn::new();
    let way = sign_on.begin(NOON);
    let forged = globex_idp().response(&says(ADMIN).answering(&way.id), NOON);
    sign_on.assert_refused(&form(&forged), Some(&way.ticket), NOON, "saml.signature.untrusted");
    let event = sign_on.assert_refused(&form(&forged), None, NOON, "sso.other.browser");
    assert_eq!(event.organization, Some(ACME), "it is in the trail of whose request it is");
    let begin = BeginLogin {
        organization: GLOBEX,
        provider: sign_on.house.world.globex_provider.id,
        return_to: None,
        ticket: None,
    };
    let theirs = Way::of(&done(sign_on.logins().begin(&begin, NOON)).unwrap());
    let answer = globex_idp().response(&says(ADMIN).answering(&theirs.id), NOON);
    let passed = sign_on.finish(&form(&answer), Some(&theirs.ticket), NOON).unwrap();
    assert_eq!(
        (passed.logged_in().unwrap().organization, passed.logged_in().unwrap().user),
        (GLOBEX, ADMINISTRATOR)
    );
}

/// SA-06: what comes back beside the answer is what was sent, or nothing.
#[test]
fn sa_06_the_relay_state_is_the_one_that_was_sent() {
    let sign_on = SignOn::new();
    let way = sign_on.begin(NOON);
    for other in ["https://evil.example", "_1", &way.id.to_uppercase(), &way.ticket] {
        let answer = with_relay_state(&way, other, NOON);
        sign_on.assert_refused(&answer, Some(&way.ticket), NOON, "sso.relay.state.differs");
    }
    let answer = with_relay_state(&way, &way.id, NOON);
    assert!(sign_on.finish(&answer, Some(&way.ticket), NOON).is_ok());
}

/// SA-06: a provider begins a login only where its policy lets it, and then answers no request.
#[test]
fn sa_06_a_provider_begins_logins_by_policy_alone() {
    let strict = SignOn::with(|world| world.globex_provider.state = ProviderState::Draft);
    let way = strict.begin(NOON);
    let answer = of_its_own(&says(ADMIN), NOON);
    strict.assert_refused(&answer, None, NOON, "sso.not.asked");
    strict.assert_refused(&answer, Some(&way.ticket), NOON, "sso.not.asked");

    let sign_on = unasked();
    let answering = form(&idp().response(&says(ADMIN).answering("_1"), NOON));
    sign_on.assert_refused(&answering, None, NOON, "sso.request.unknown");
    let response = idp().response(&says(ADMIN), NOON);
    let answer = IdentityProviderForTests::form(&response, Some("https://anywhere.example"));
    let passed = sign_on.finish(&answer, None, NOON).unwrap();
    assert_eq!(
        (passed.logged_in().unwrap().user, passed.return_to.as_deref(), passed.tested().is_some()),
        (ADMINISTRATOR, None, false)
    );
    assert_eq!(passed.relay_state.as_deref(), Some("https://anywhere.example"));
}

/// SA-06, SA-18: a response that names no request is, by its own switch, the answer to the one that its assertion names:
/// once, in the browser that asked, in its time. An assertion that names none either is refused all the same.
#[test]
fn sa_18_a_response_without_its_request_is_taken_by_its_own_switch() {
    let sign_on = SignOn::new();
    let (way, late) = (sign_on.begin(NOON), sign_on.begin(NOON.minus(600)));
    let answer = |way: &Way| form(&unnamed(&idp().response(&says(ADMIN).answering(&way.id), NOON)));
    let missing = "saml.response.in.response.to.missing";
    sign_on.assert_refused(&answer(&way), Some(&way.ticket), NOON, missing);
    sign_on.change_provider(|provider| allow(provider, Deviation::MissingInResponseTo));
    sign_on.assert_refused(&answer(&way), None, NOON, "sso.other.browser");
    sign_on.assert_refused(&answer(&late), Some(&late.ticket), NOON, "sso.request.expired");
    let nameless = of_its_own(&says(ADMIN), NOON);
    sign_on.assert_refused(&nameless, Some(&way.ticket), NOON, "saml.confirmation.unanswered");
    let passed = sign_on.finish(&answer(&way), Some(&way.ticket), NOON).unwrap();
    assert_eq!(
        (passed.logged_in().unwrap().user, passed.return_to.as_deref()),
        (ADMINISTRATOR, Some("/home"))
    );
    sign_on.assert_refused(&answer(&way), Some(&way.ticket), NOON, "sso.request.answered");
}

/// SA-06, SA-13, SA-18: where the assertion is encrypted, what it names is seen once it is decrypted: until then the
/// answer is to what the browser waits for.
#[test]
fn sa_18_an_encrypted_answer_is_to_what_the_browser_waits_for() {
    let sign_on = SignOn::with_provider(|provider| allow(provider, Deviation::MissingInResponseTo));
    let (way, other, late) = (sign_on.begin(NOON), sign_on.begin(NOON), sign_on.begin(NOON.minus(600)));
    let answer =
        |way: &Way| form(&encrypted(&unnamed(&idp().response(&says(ADMIN).answering(&way.id), NOON))));
    let refused = |way: &Way, ticket: Option<&str>| {
        sign_on.finish(&answer(way), ticket, NOON).unwrap_err().refusal.code()
    };
    // Without the browser's ticket nothing tells whose provider is meant: two organizations have one of that name.
    assert_eq!(refused(&way, None), "sso.organization.missing");
    assert_eq!(refused(&late, Some(&late.ticket)), "sso.not.asked");
    sign_on.assert_refused(&answer(&way), Some(&other.ticket), NOON, "saml.confirmation.in.response.to");
    let passed = sign_on.finish(&answer(&way), Some(&way.ticket), NOON).unwrap();
    assert_eq!(
        (passed.logged_in().unwrap().user, passed.return_to.as_deref()),
        (ADMINISTRATOR, Some("/home"))
    );
    assert_eq!(refused(&way, Some(&way.ticket)), "sso.not.asked");
}

/// SA-05, GV-01: a test that is answered without naming its request is a test in the trail too, and in what is answered.
#[test]
fn sa_05_a_test_without_its_request_is_told_as_a_test() {
    let sign_on = SignOn::with_provider(|provider| {
        allow(provider, Deviation::MissingInResponseTo);
        provider.state = ProviderState::Draft;
    });
    let way = sign_on.begin_test(sign_on.house.world.provider.id, NOON);
    let answer = form(&encrypted(&unnamed(&idp().response(&says(ADMIN).answering(&way.id), NOON))));
    let (passed, events) = sign_on.house.events_of(|| sign_on.finish(&answer, Some(&way.ticket), NOON));
    assert!(passed.unwrap().tested().is_some());
    assert_eq!(events[0].action, Action::TestProvider);
    assert_eq!(sign_on.provider().state.name(), "tested");
}

/// SA-06: a ticket that another provider's login left in the browser stands in nobody's way.
#[test]
fn sa_06_another_providers_ticket_stands_in_nobodys_way() {
    let sign_on = unasked();
    sign_on.change_provider(|provider| allow(provider, Deviation::MissingInResponseTo));
    let draft = sign_on.begin_test(sign_on.house.world.draft_provider.id, NOON);
    let answer = of_its_own(&says(ADMIN), NOON);
    let passed = sign_on.finish(&answer, Some(&draft.ticket), NOON).unwrap();
    assert_eq!((passed.tested().is_some(), passed.return_to), (false, None));
}

/// SA-10: the clocks may be apart by ten seconds, or by what the policy says; to the second, both ways.
#[test]
fn sa_10_clocks_are_apart_by_no_more_than_the_policy_says() {
    for skew in [0, 10, 60] {
        let sign_on = SignOn::with(|world| {
            world.provider.settings.policy.clock_skew = ClockSkew::new(skew).unwrap();
        });
        let at = |now: Timestamp| {
            let way = sign_on.begin(NOON.minus(100));
            let response = idp().response(&says(ADMIN).answering(&way.id), NOON);
            sign_on.finish(&form(&response), Some(&way.ticket), now)
        };
        assert_eq!(code(at(NOON.minus(skew + 1))), "saml.issue.instant.future", "{skew}");
        assert_eq!(code(at(NOON.plus(300 + skew))), "saml.confirmation.late", "{skew}");
        assert!(at(NOON.plus(299 + skew)).is_ok(), "{skew}");
        let early = SignOn::with(|world| {
            world.provider.settings.policy.clock_skew = ClockSkew::new(skew).unwrap();
        });
        let way = early.begin(NOON.minus(100));
        let response = idp().response(&says(ADMIN).answering(&way.id), NOON);
        assert!(early.finish(&form(&response), Some(&way.ticket), NOON.minus(skew)).is_ok(), "{skew}");
    }
}

/// SA-10, threat 53: an answer to another address, for another service, or by another issuer logs nobody in.
#[test]
fn sa_10_threat_53_an_answer_is_to_us_and_for_us() {
    let sign_on = SignOn::new();
    let way = sign_on.begin(NOON);
    let answered = |says: Says<'_>| form(&idp().response(&says.answering(&way.id), NOON));
    let elsewhere = answered(Says { recipient: "https://login.example.com/saml/acs/", ..says(ADMIN) });
    sign_on.assert_refused(&elsewhere, Some(&way.ticket), NOON, "saml.response.destination");
    let for_others = answered(Says { audience: "https://login.example.com", ..says(ADMIN) });
    sign_on.assert_refused(&for_others, Some(&way.ticket), NOON, "saml.audience");
    let other = provider("https://idp.example.com/metadata/", "idp-rsa-2048");
    let by_others = form(&other.response(&says(ADMIN).answering(&way.id), NOON));
    sign_on.assert_refused(&by_others, Some(&way.ticket), NOON, "saml.issuer");
    let _ = sign_on.answer(&way, ADMIN, NOON).unwrap();
}

/// SA-11, threat 53: an assertion is accepted once: the same bytes, another response around it, the same id signed again,
/// and in whichever organization.
#[test]
fn sa_11_threat_53_an_assertion_is_accepted_once() {
    let sign_on = SignOn::with(|world| {
        world.provider.settings.policy.idp_initiated = true;
        world.globex_provider.settings = world.provider.settings.clone();
    });
    let says = |organization| Says { id: Some("_one"), ..says(ADMIN) }.with("OrganizationName", organization);
    let answer = of_its_own(&says("Acme"), NOON);
    let passed = sign_on.finish(&answer, None, NOON).unwrap();
    assert_eq!(passed.logged_in().unwrap().organization, ACME);
    sign_on.assert_refused(&answer, None, NOON, "saml.assertion.used");
    sign_on.assert_refused(&answer, None, NOON.plus(309), "saml.assertion.used");
    sign_on.assert_refused(
        &of_its_own(&says("Acme"), NOON.plus(1)),
        None,
        NOON.plus(1),
        "saml.assertion.used",
    );
    let theirs = of_its_own(&says("Globex"), NOON);
    let event = sign_on.assert_refused(&theirs, None, NOON, "saml.assertion.used");
    assert_eq!(event.organization, Some(GLOBEX));
    // What could no longer be accepted is refused for that, and forgotten with the next sweep.
    sign_on.assert_refused(&answer, None, NOON.plus(310), "saml.confirmation.late");
    sign_on.house.sweep_all(NOON.plus(DAY));
    sign_on.assert_refused(&answer, None, NOON.plus(DAY), "saml.confirmation.late");
    let another = Says { id: Some("_another"), ..says("Globex") };
    let passed = sign_on.finish(&of_its_own(&another, NOON), None, NOON).unwrap();
    assert_eq!(passed.logged_in().unwrap().organization, GLOBEX);
}

/// SA-12: the user is found by the attribute `email`, else by the `NameID`; as the address is written in whatever case.
#[test]
fn sa_12_the_user_is_found_by_email_address() {
    let sign_on = SignOn::new();
    for (at, (says, expected)) in (0..).zip([
        (says(ADMIN), ADMINISTRATOR),
        (says("Administrator@ACME.example"), ADMINISTRATOR),
        (says("nobody@acme.example").with("email", ADMIN), ADMINISTRATOR),
        (says(ADMIN).with("email", "viewer@acme.example"), VIEWER),
        (says("bystander@acme.example"), BYSTANDER),
    ]) {
        let now = NOON.plus(at);
        let way = sign_on.begin(now);
        let response = idp().response(&says.answering(&way.id), now);
        let passed = sign_on.finish(&form(&response), Some(&way.ticket), now).unwrap();
        assert_eq!(passed.logged_in().unwrap().user, expected);
    }
}

/// SA-12: nobody is created by logging in; who is not provisioned, inactive, or one of several is told apart.
#[test]
fn sa_12_nobody_is_created_and_each_reason_is_its_own() {
    let sign_on = SignOn::new();
    let twin: User = fixtures::user(ACME, fixtures::id(50), fixtures::role_grants([]));
    sign_on.house.put(User { email: Some(fixtures::email("viewer@acme.example")), ..twin });
    let users = |sign_on: &SignOn| sign_on.house.dump().keys().filter(|key| key.kind() == Kind::User).count();
    let before = users(&sign_on);
    for (email, code) in [
        ("nobody@acme.example", "user.not.provisioned"),
        ("former@acme.example", "user.inactive"),
        ("viewer@acme.example", "user.ambiguous"),
        ("no address", "saml.email.malformed"),
    ] {
        let event = sign_on.assert_answer_refused(email, NOON, code);
        let by = Actor::IdentityProvider { organization: ACME, provider: sign_on.house.world.provider.id };
        assert_eq!((event.actor, event.action), (by, Action::LogIn));
    }
    assert_eq!(users(&sign_on), before);
    let _ = sign_on.answer(&sign_on.begin(NOON), "bystander@acme.example", NOON).unwrap();
}

/// SA-12: a user of another organization with that address is nobody here.
#[test]
fn sa_12_a_user_of_another_organization_is_nobody_here() {
    let sign_on = SignOn::with(|world| {
        world.globex_administrator.email = Some(fixtures::email("only@globex.example"));
    });
    sign_on.assert_answer_refused("only@globex.example", NOON, "user.not.provisioned");
}

/// SA-12: an assertion that was refused for its user is not spent: once there is such a user it lets in.
#[test]
fn sa_12_an_assertion_that_is_refused_is_not_spent() {
    let sign_on = SignOn::new();
    let way = sign_on.begin(NOON);
    let answer = form(&idp().response(&says("new@acme.example").answering(&way.id), NOON));
    sign_on.assert_refused(&answer, Some(&way.ticket), NOON, "user.not.provisioned");
    let user: User = fixtures::user(ACME, fixtures::id(50), fixtures::role_grants([]));
    sign_on.house.put(User { email: Some(fixtures::email("new@acme.example")), ..user });
    assert!(sign_on.finish(&answer, Some(&way.ticket), NOON).is_ok());
}

/// SA-12: `OrganizationName`, where it is there, is the organization's; in whatever case.
#[test]
fn sa_12_the_organization_that_is_named_is_the_one() {
    let sign_on = SignOn::new();
    for (name, refused) in [("Globex", true), ("", true), ("ACME", false), ("Acme", false)] {
        let way = sign_on.begin(NOON);
        let says = Says { id: Some(&way.id[..20]), ..says(ADMIN) };
        let response = idp().response(&says.with("OrganizationName", name).answering(&way.id), NOON);
        if refused {
            sign_on.assert_refused(&form(&response), Some(&way.ticket), NOON, "sso.organization.differs");
        } else {
            assert!(sign_on.finish(&form(&response), Some(&way.ticket), NOON).is_ok(), "{name}");
        }
    }
}

/// A house with another organization that has a provider of the same name; both may begin logins.
fn two_organizations(certificate_of_the_other: &str) -> SignOn {
    SignOn::with(|world| {
        world.provider.settings.policy.idp_initiated = true;
        world.globex_provider.settings.policy.idp_initiated = true;
        world.globex_provider.settings.certificates = fixtures::certificates(&[certificate_of_the_other]);
    })
}

/// The answer is refused with this code, and there is no trail that it belongs to.
#[track_caller]
fn assert_in_nobodys_trail(sign_on: &SignOn, form: &[u8], now: Timestamp, code: &str) {
    let before = (sign_on.house.dump(), sign_on.house.events());
    let refused = sign_on.finish(form, None, now).unwrap_err();
    assert_eq!((refused.refusal.code(), refused.event), (code, None));
    assert_same(&sign_on.house.dump(), &before.0, "nothing changes");
    assert_eq!(sign_on.house.events(), before.1, "it is in nobody's trail");
}

/// SA-06, SA-12: of several organizations with one provider, a login that it begins is for the one that it names.
#[test]
fn sa_12_of_several_organizations_one_is_named() {
    let sign_on = two_organizations(CERTIFICATE);
    let of = |name| says(ADMIN).with("OrganizationName", name);
    let missing = "sso.organization.missing";
    assert_in_nobodys_trail(&sign_on, &of_its_own(&says(ADMIN), NOON), NOON, missing);
    assert_in_nobodys_trail(&sign_on, &of_its_own(&of("Initech"), NOON), NOON, missing);
    for (at, (name, expected)) in (0..).zip([("acme", ACME), ("Globex", GLOBEX)]) {
        let now = NOON.plus(at);
        let passed = sign_on.finish(&of_its_own(&of(name), now), None, now).unwrap();
        assert_eq!(passed.logged_in().unwrap().organization, expected);
    }
}

/// Threat 37: an organization that enters the name of another's provider is in nobody's way, and whose message it is tell
/// the keys.
#[test]
fn threat_37_the_name_of_anothers_provider_is_in_nobodys_way() {
    let sign_on = two_organizations(OTHER_CERTIFICATE);
    let of = |name| says(ADMIN).with("OrganizationName", name);
    let ours = sign_on.finish(&of_its_own(&says(ADMIN), NOON), None, NOON).unwrap();
    assert_eq!(ours.logged_in().unwrap().organization, ACME);
    let later = NOON.plus(1);
    let theirs = form(&globex_idp().response(&says(ADMIN), later));
    assert_eq!(sign_on.finish(&theirs, None, later).unwrap().logged_in().unwrap().organization, GLOBEX);
    // Who is named has no say against the keys.
    let later = NOON.plus(2);
    let event =
        sign_on.assert_refused(&of_its_own(&of("Globex"), later), None, later, "sso.organization.differs");
    assert_eq!(event.organization, Some(ACME));
    let nobodys = provider(common::sign_on::IDP, "sp-rsa-2048");
    let forged = form(&nobodys.response(&says(ADMIN), later));
    assert_in_nobodys_trail(&sign_on, &forged, later, "sso.organization.missing");
    let forged = form(&nobodys.response(&of("Globex"), later));
    let event = sign_on.assert_refused(&forged, None, later, "saml.signature.untrusted");
    assert_eq!(event.organization, Some(GLOBEX));
}

/// SA-06, SA-12: of several organizations with one provider, a login that it begins is for the one whose policy lets it
/// begin logins, where that is one.
#[test]
fn sa_06_who_takes_no_such_login_stands_in_nobodys_way() {
    let sign_on = SignOn::with(|world| {
        world.globex_provider.settings = world.provider.settings.clone();
        world.provider.settings.policy.idp_initiated = true;
    });
    let passed = sign_on.finish(&of_its_own(&says(ADMIN), NOON), None, NOON).unwrap();
    assert_eq!(passed.logged_in().unwrap().organization, ACME);
    sign_on.change_provider(|provider| provider.settings.policy.idp_initiated = false);
    let refused = sign_on.finish(&of_its_own(&says(ADMIN), NOON.plus(1)), None, NOON.plus(1)).unwrap_err();
    assert_eq!(refused.refusal.code(), "sso.organization.missing");

    // Whose message it is comes first: its refusal is in its own trail, and not in that of one with its name alone.
    let sign_on = SignOn::with(|world| world.globex_provider.settings.policy.idp_initiated = true);
    let event = sign_on.assert_refused(&of_its_own(&says(ADMIN), NOON), None, NOON, "sso.not.asked");
    assert_eq!(event.organization, Some(ACME));
}

/// SA-11, threat 20: an organization that enters the entity id of another's provider, and its certificate beside one of its
/// own, uses up none of that provider's assertions, whatever ids it gives.
#[test]
fn threat_20_nobody_uses_up_the_assertions_of_another_key() {
    let sign_on = SignOn::with(|world| {
        world.globex_provider.settings.policy.idp_initiated = true;
        world.globex_provider.settings.certificates =
            fixtures::certificates(&[CERTIFICATE, OTHER_CERTIFICATE]);
    });
    let way = sign_on.begin(NOON);
    let says = |email| Says { id: Some("_a1"), ..says(email) };
    let theirs = form(&globex_idp().response(&says(ADMIN), NOON));
    assert_eq!(sign_on.finish(&theirs, None, NOON).unwrap().logged_in().unwrap().organization, GLOBEX);
    let ours = form(&idp().response(&says(ADMIN).answering(&way.id), NOON));
    assert_eq!(
        sign_on.finish(&ours, Some(&way.ticket), NOON).unwrap().logged_in().unwrap().organization,
        ACME
    );
    // Each of them once.
    let way = sign_on.begin(NOON);
    let again = form(&idp().response(&says(ADMIN).answering(&way.id), NOON));
    sign_on.assert_refused(&again, Some(&way.ticket), NOON, "saml.assertion.used");
    let again = sign_on.finish(&theirs, None, NOON).unwrap_err();
    assert_eq!(again.refusal.code(), "saml.assertion.used");
}

/// Threats 43 and 44: what comes with a login that the provider begins is short, and of no controls, so that it may stand in
/// a header: SAML bindings §3.5.3 has 80 bytes, and some send more.
#[test]
fn threat_44_a_relay_state_is_one_line() {
    let sign_on = unasked();
    let with = |relay_state: &str, now: Timestamp| {
        let response = idp().response(&says(ADMIN), now);
        sign_on.finish(&IdentityProviderForTests::form(&response, Some(relay_state)), None, now)
    };
    let passed = with(&"a".repeat(1_024), NOON).unwrap();
    assert_eq!(passed.relay_state.map(|text| text.len()), Some(1_024));
    for odd in [&"a".repeat(1_025), "/home\r\nSet-Cookie: a=b", "a\tb"] {
        let refused = with(odd, NOON.plus(1)).unwrap_err();
        assert_eq!((refused.refusal.code(), refused.event), ("saml.form", None), "{odd}");
    }
    assert_eq!(with("", NOON.plus(2)).unwrap().relay_state, None);
}

/// SA-13: where the policy requires it, an assertion in plain text is refused; one that is encrypted is taken where there
/// is a key.
#[test]
fn sa_13_an_assertion_is_encrypted_where_the_policy_requires_it() {
    let sign_on = SignOn::with_provider(|provider| provider.settings.policy.require_encryption = true);
    sign_on.assert_answer_refused(ADMIN, NOON, "sso.not.encrypted");
    let answered = |way: &Way| form(&encrypted(&idp().response(&says(ADMIN).answering(&way.id), NOON)));
    let way = sign_on.begin(NOON);
    assert!(sign_on.finish(&answered(&way), Some(&way.ticket), NOON).unwrap().assertion.is_encrypted());
    sign_on.change_provider(|provider| provider.settings.policy.require_encryption = false);
    let _ = sign_on.answer(&sign_on.begin(NOON), ADMIN, NOON.plus(1)).unwrap();

    let House { server, world } = House::new();
    let server = server.with_single_sign_on(SingleSignOn::new(common::sign_on::service()));
    let keyless = SignOn { house: House { server, world } };
    let way = keyless.begin(NOON);
    keyless.assert_refused(&answered(&way), Some(&way.ticket), NOON, "saml.encryption.no.key");
}

/// SA-16: a browser that comes back again and again without success is in a loop, of which the likely cause is told.
#[test]
fn sa_16_a_loop_is_seen_and_its_cause_is_told() {
    type Step = fn(&SignOn, &Way, Timestamp);
    let steps: [(Step, LoopCause); 3] = [
        (|_, _, _| {}, LoopCause::Unanswered),
        (
            |sign_on, way, now| {
                sign_on.assert_way_refused(way, "nobody@acme.example", now, "user.not.provisioned");
            },
            LoopCause::Refused { code: "user.not.provisioned".into() },
        ),
        (|sign_on, way, now| drop(sign_on.answer(way, ADMIN, now).unwrap()), LoopCause::SessionLost),
    ];
    for (step, cause) in steps {
        let sign_on = SignOn::new();
        let id = sign_on.house.world.provider.id;
        let mut ticket = None;
        for round in 0..SamlRequest::MAX_ROUNDS {
            let now = NOON.plus(round);
            let way = Way::of(&sign_on.begin_by(id, ticket.as_deref(), now).unwrap());
            step(&sign_on, &way, now);
            ticket = Some(way.ticket);
        }
        let before = sign_on.house.dump();
        let (refused, events) =
            sign_on.house.events_of(|| sign_on.begin_by(id, ticket.as_deref(), NOON.plus(9)));
        let refused = refused.unwrap_err();
        assert_eq!(refused.refusal, LoginRefusal::Loop { rounds: SamlRequest::MAX_ROUNDS, cause });
        assert_eq!(refused.refusal.code(), "sso.redirect.loop");
        assert_same(&sign_on.house.dump(), &before, "nothing is begun");
        assert_eq!((events.len(), refused.event), (1, Some(events[0].id)));
        // Another browser, and this one once the time of its last request is over, begin from one.
        assert!(sign_on.begin_by(id, None, NOON.plus(9)).is_ok());
        assert!(sign_on.begin_by(id, ticket.as_deref(), NOON.plus(603)).is_err());
        assert!(sign_on.begin_by(id, ticket.as_deref(), NOON.plus(604)).is_ok());
    }
}

/// SA-16: another provider is no loop, and a test login is none either.
#[test]
fn sa_16_another_provider_is_no_loop() {
    let sign_on = SignOn::with(|world| world.draft_provider.state = world.provider.state);
    let [one, other] = [&sign_on.house.world.provider, &sign_on.house.world.draft_provider].map(|p| p.id);
    let mut ticket = None;
    for round in 0..3 * SamlRequest::MAX_ROUNDS {
        let by = if round % 2 == 0 { one } else { other };
        let begun = sign_on.begin_by(by, ticket.as_deref(), NOON).unwrap();
        ticket = Some(Way::of(&begun).ticket);
    }
    for _ in 0..2 * SamlRequest::MAX_ROUNDS {
        let _ = sign_on.begin_test(one, NOON);
    }
}

/// SA-05: nobody is sent to a provider that is not in use, and none that was disabled meanwhile answers.
#[test]
fn sa_05_users_log_in_by_an_enabled_provider_alone() {
    let by = fixtures::administrator();
    for state in [
        ProviderState::Draft,
        ProviderState::Tested { at: NOON, by },
        ProviderState::Disabled { at: NOON, by },
    ] {
        let sign_on = SignOn::new();
        let way = sign_on.begin(NOON);
        sign_on.change_provider(|provider| provider.state = state);
        let refused = sign_on.begin_by(sign_on.house.world.provider.id, None, NOON).unwrap_err();
        assert_eq!(refused.refusal, LoginRefusal::ProviderNotEnabled { state: state.name() });
        sign_on.assert_way_refused(&way, ADMIN, NOON, "sso.provider.not.enabled");
        sign_on.change_provider(|provider| provider.state = ProviderState::Enabled { at: NOON, by });
        assert!(sign_on.answer(&way, ADMIN, NOON).is_ok());
    }
}

/// SA-06, SA-18: what a browser waits for at one provider is answered by that one alone, and only where its policy takes
/// answers that name no request: a login that another provider begins passes by it.
#[test]
fn sa_18_a_waiting_request_stands_in_no_other_providers_way() {
    let other = "https://other.example.com";
    for (is_allowed, entity_id) in [(true, other), (false, other), (false, IDP)] {
        let sign_on = SignOn::with(|world| {
            if is_allowed {
                allow(&mut world.provider, Deviation::MissingInResponseTo);
            }
            world.globex_provider.settings.entity_id = entity_id.parse().unwrap();
            world.globex_provider.settings.policy.idp_initiated = true;
        });
        let way = sign_on.begin(NOON);
        let theirs = form(&provider(entity_id, "other-rsa-2048").response(&says(ADMIN), NOON));
        let passed = sign_on.finish(&theirs, Some(&way.ticket), NOON).unwrap();
        assert_eq!(passed.logged_in().unwrap().organization, GLOBEX, "{is_allowed} {entity_id}");
        assert!(sign_on.answer(&way, ADMIN, NOON).is_ok());
    }
}

/// SA-16: why another provider's answer was refused says nothing of the request that the browser waits for.
#[test]
fn sa_16_another_providers_refusal_is_no_cause() {
    let other = "https://other.example.com";
    let sign_on = SignOn::with(|world| world.globex_provider.settings.entity_id = other.parse().unwrap());
    let way = sign_on.begin(NOON);
    let state = || {
        let digest = Digest::of_presented(&way.ticket).unwrap();
        match sign_on.house.find(Key::SamlRequest(digest)).map(|found| found.record) {
            Some(Record::SamlRequest(request)) => request.state.clone(),
            found => panic!("{found:?}"),
        }
    };
    let theirs = form(&provider(other, "other-rsa-2048").response(&says(ADMIN), NOON));
    sign_on.assert_refused(&theirs, Some(&way.ticket), NOON, "sso.not.asked");
    assert_eq!(state(), RequestState::Waiting { refused: None });
    sign_on.assert_refused(&of_its_own(&says(ADMIN), NOON), Some(&way.ticket), NOON, "sso.not.asked");
    assert_eq!(state(), RequestState::Waiting { refused: Some("sso.not.asked".into()) });
}

/// SA-12: what a list of users gives is believed as far as the records say the same: a list that lags behind, or that is
/// another organization's, logs nobody in as somebody else.
#[test]
fn sa_12_a_list_that_is_wrong_leads_to_nobody() {
    let sign_on = unasked();
    let passed = sign_on.finish(&of_its_own(&says(ADMIN), NOON), None, NOON).unwrap();
    let found = |users: &[&User]| Found {
        organization: Arc::new(sign_on.organization(ACME)),
        provider: Versioned { version: Version::FIRST, record: Arc::new(sign_on.provider()) },
        used: None,
        users: users.iter().map(|user| Arc::new((*user).clone())).collect(),
    };
    let world = &sign_on.house.world;
    let finish = |users: &[&User]| {
        let done = login::finish(&passed.assertion, &Expectation::Unasked, &found(users), NOON);
        done.map(|done| done.value).map_err(|refusal| refusal.code())
    };
    let own = Ok(Passed::Login(ADMINISTRATOR));
    assert_eq!(finish(&[&world.administrator]), own);
    let nobody = Err("user.not.provisioned");
    assert_eq!(world.globex_administrator.email, world.administrator.email);
    assert_eq!(finish(&[&world.globex_administrator]), nobody, "of another organization");
    assert_eq!(finish(&[&world.viewer]), nobody, "of another address");
    assert_eq!(finish(&[&User { email: None, ..world.administrator.clone() }]), nobody);
    assert_eq!(finish(&[]), nobody);
    assert_eq!(finish(&[&world.viewer, &world.globex_administrator, &world.administrator]), own);
    let twin = User { id: BYSTANDER, ..world.administrator.clone() };
    assert_eq!(finish(&[&world.administrator, &twin]), Err("user.ambiguous"));
}

/// SA-12: of two organizations of one name and with one provider, neither is meant for sure.
#[test]
fn sa_12_two_organizations_of_one_name_are_both_refused() {
    let sign_on = SignOn::with(|world| {
        world.provider.settings.policy.idp_initiated = true;
        world.globex_provider.settings = world.provider.settings.clone();
        world.globex = fixtures::organization(GLOBEX, "ACME").with_identity_provider();
    });
    let says = says(ADMIN).with("OrganizationName", "Acme");
    let refused = sign_on.finish(&of_its_own(&says, NOON), None, NOON).unwrap_err();
    assert_eq!(refused.refusal.code(), "sso.organization.missing");
}

/// SA-05, SA-06: a provider that is not in use begins no logins either, whatever its policy says.
#[test]
fn sa_05_a_provider_that_is_not_in_use_begins_no_login() {
    let by = fixtures::administrator();
    let sign_on = unasked();
    let answer = of_its_own(&says(ADMIN), NOON);
    for state in [
        ProviderState::Draft,
        ProviderState::Tested { at: NOON, by },
        ProviderState::Disabled { at: NOON, by },
    ] {
        sign_on.change_provider(|provider| provider.state = state);
        sign_on.assert_refused(&answer, None, NOON, "sso.provider.not.enabled");
    }
    sign_on.change_provider(|provider| {
        provider.state = ProviderState::Enabled { at: NOON, by };
        provider.settings.valid_until = Some(NOON);
    });
    sign_on.assert_refused(&answer, None, NOON, "sso.metadata.expired");
    sign_on.change_provider(|provider| provider.settings.valid_until = Some(NOON.plus(1)));
    assert!(sign_on.finish(&answer, None, NOON).is_ok());
}

/// SA-02: metadata that ends ends logins, of tests too, to the second.
#[test]
fn sa_02_metadata_that_ended_lets_nobody_in() {
    let until = NOON.plus(60);
    let sign_on = SignOn::with_provider(|provider| provider.settings.valid_until = Some(until));
    let id = sign_on.house.world.provider.id;
    let (in_time, late, test) = (sign_on.begin(NOON), sign_on.begin(NOON), sign_on.begin_test(id, NOON));
    assert!(sign_on.begin_by(id, None, until.minus(1)).is_ok());
    assert!(sign_on.answer(&in_time, ADMIN, until.minus(1)).is_ok());
    let refused = sign_on.begin_by(id, None, until).unwrap_err();
    assert_eq!(refused.refusal, LoginRefusal::MetadataExpired { until });
    sign_on.assert_way_refused(&late, ADMIN, until, "sso.metadata.expired");
    sign_on.assert_way_refused(&test, ADMIN, until, "sso.metadata.expired");
    let tested = done(sign_on.logins().begin_test(&sign_on.house.admin(), id, until)).unwrap_err();
    assert_eq!(tested.refusal.code(), "sso.metadata.expired");
}

/// SA-03, threat 54: a signature counts by a certificate that the provider has at the time of the answer, and that is
/// valid then.
#[test]
fn sa_03_threat_54_certificates_are_judged_when_the_answer_comes() {
    let certificates = |provider: &mut IdentityProvider, texts: &[&str]| {
        provider.settings.certificates = fixtures::certificates(texts);
    };
    let sign_on = SignOn::new();
    let way = sign_on.begin(NOON);
    sign_on.change_provider(|provider| certificates(provider, &[OTHER_CERTIFICATE]));
    sign_on.assert_way_refused(&way, ADMIN, NOON, "saml.signature.untrusted");
    sign_on.change_provider(|provider| certificates(provider, &[OTHER_CERTIFICATE, CERTIFICATE]));
    assert!(sign_on.answer(&way, ADMIN, NOON).is_ok(), "any one of them");

    let expired = include_str!("saml/keys/idp-rsa-2048-expired.cert.pem");
    let early = include_str!("saml/keys/idp-rsa-2048-not-yet-valid.cert.pem");
    for (text, code) in [(expired, "certificate.expired"), (early, "certificate.not.yet.valid")] {
        let way = sign_on.begin(NOON.plus(1));
        sign_on.change_provider(|provider| certificates(provider, &[text]));
        sign_on.assert_way_refused(&way, ADMIN, NOON.plus(1), code);
        let refused = sign_on.begin_by(sign_on.house.world.provider.id, None, NOON).unwrap_err();
        assert_eq!(refused.refusal, LoginRefusal::NoValidCertificate, "nobody is sent there");
        sign_on.change_provider(|provider| certificates(provider, &[CERTIFICATE]));
    }
    sign_on.change_provider(|provider| {
        certificates(provider, &[expired]);
        allow(provider, Deviation::ExpiredCertificate);
    });
    assert!(sign_on.answer(&sign_on.begin(NOON.plus(2)), ADMIN, NOON.plus(2)).is_ok(), "by its own switch");
}

/// Threat 54: the key of another provider of the same organization signs nothing for this one.
#[test]
fn threat_54_another_provider_of_the_organization_signs_for_itself() {
    let sign_on = SignOn::with(|world| {
        world.draft_provider.state = world.provider.state;
        world.draft_provider.settings.certificates = fixtures::certificates(&[OTHER_CERTIFICATE]);
    });
    let world = &sign_on.house.world;
    let way = sign_on.begin(NOON);
    let forged = form(&globex_idp().response(&says(ADMIN).answering(&way.id), NOON));
    sign_on.assert_refused(&forged, Some(&way.ticket), NOON, "saml.signature.untrusted");
    let second = world.draft_provider.settings.entity_id.as_str();
    let their_way = Way::of(&sign_on.begin_by(world.draft_provider.id, None, NOON).unwrap());
    let answer = provider(second, "other-rsa-2048").response(&says(ADMIN).answering(&their_way.id), NOON);
    assert!(sign_on.finish(&form(&answer), Some(&their_way.ticket), NOON).is_ok());
    let swapped = provider(second, "other-rsa-2048").response(&says(ADMIN).answering(&way.id), NOON);
    sign_on.assert_refused(&form(&swapped), Some(&way.ticket), NOON, "saml.issuer");
}

/// Threats 43 and 44: whatever the bytes are, there is an answer with a code and a remedy, and no trace.
#[test]
fn threat_44_bytes_that_are_no_answer_leave_no_trace() {
    let sign_on = SignOn::new();
    let way = sign_on.begin(NOON);
    let (records, events) = (sign_on.house.dump(), sign_on.house.events());
    for (body, code) in [
        ("", "saml.form"),
        ("SAMLRequest=YQ%3D%3D", "saml.form"),
        ("SAMLResponse=a&SAMLResponse=b", "saml.form"),
        ("SAMLResponse=%21", "saml.encoding.base64"),
        ("SAMLResponse=YQ%3D%3D", "saml.xml"),
        ("SAMLResponse=PGEvPg%3D%3D", "sso.provider.unknown"),
    ] {
        let refused = sign_on.finish(body.as_bytes(), None, NOON).unwrap_err();
        assert_eq!((refused.refusal.code(), refused.event), (code, None), "{body}");
        assert!(!refused.refusal.remedy().is_empty());
    }
    let unknown = provider("https://unknown.example", "idp-rsa-2048").response(&says(ADMIN), NOON);
    let refused = sign_on.finish(&form(&unknown), None, NOON).unwrap_err();
    assert_eq!((refused.refusal, refused.event), (LoginRefusal::ProviderUnknown, None));
    let other = SamlPost { content_type: Some(b"text/plain"), body: &form(&unknown) };
    assert_eq!(done(sign_on.logins().finish(&other, None, NOON)).unwrap_err().refusal.code(), "saml.form");
    assert_same(&sign_on.house.dump(), &records, "no trace");
    assert_eq!(sign_on.house.events(), events);
    // What says nothing of where it comes from is a matter of the browser's request, where there is one.
    let silent = b"SAMLResponse=PGEvPg%3D%3D";
    sign_on.assert_refused(silent, Some(&way.ticket), NOON, "sso.not.asked");
}

/// DX-09: each row of the table of single sign-on's troubles: it is reached, and told with its cause and a remedy.
#[test]
fn dx_09_each_trouble_has_its_cause_and_remedy() {
    #[track_caller]
    fn assert_told(refused: &LoginRefused, cause: &str, remedy: &str) {
        assert!(refused.refusal.to_string().contains(cause), "{}", refused.refusal);
        assert!(refused.refusal.remedy().contains(remedy), "{}", refused.refusal.remedy());
        assert!(refused.event.is_some());
    }
    let failed = |sign_on: &SignOn, email: &str| {
        let way = sign_on.begin(NOON);
        sign_on.answer(&way, email, NOON).unwrap_err()
    };
    // The certificate does not match.
    let sign_on = SignOn::new();
    let way = sign_on.begin(NOON);
    let forged = form(&globex_idp().response(&says(ADMIN).answering(&way.id), NOON));
    let refused = sign_on.finish(&forged, Some(&way.ticket), NOON).unwrap_err();
    assert_told(&refused, "certificate", "certificate");
    // It expired.
    let expiring = include_str!("saml/keys/idp-rsa-2048-expired.cert.pem");
    let sign_on = SignOn::with_provider(|provider| {
        provider.settings.certificates = fixtures::certificates(&[expiring]);
    });
    let refused = sign_on.begin_by(sign_on.house.world.provider.id, None, NOON).unwrap_err();
    assert_told(&refused, "no certificate of the identity provider is valid", "signing certificate");
    // The user is not provisioned.
    let sign_on = SignOn::new();
    let refused = failed(&sign_on, "nobody@acme.example");
    assert_told(&refused, "`nobody@acme.example`", "create the user");
    // The metadata is wrong: the expected and the received value are told.
    let way = sign_on.begin(NOON);
    let wrong = Says { recipient: "https://old.example.com/acs", ..says(ADMIN) };
    let answer = form(&idp().response(&wrong.answering(&way.id), NOON));
    let refused = sign_on.finish(&answer, Some(&way.ticket), NOON).unwrap_err();
    assert_told(&refused, "https://old.example.com/acs", "address");
    assert_told(&refused, common::sign_on::ACS, "");
    let way = sign_on.begin(NOON);
    let other = provider("https://old.example.com/metadata", "idp-rsa-2048");
    let answer = form(&other.response(&says(ADMIN).answering(&way.id), NOON));
    let refused = sign_on.finish(&answer, Some(&way.ticket), NOON).unwrap_err();
    assert_told(&refused, "https://old.example.com/metadata", "");
    assert_told(&refused, common::sign_on::IDP, "");
    // A redirect loop.
    let mut ticket = None;
    let refused = loop {
        match sign_on.begin_by(sign_on.house.world.provider.id, ticket.as_deref(), NOON) {
            Ok(begun) => ticket = Some(Way::of(&begun).ticket),
            Err(refused) => break refused,
        }
    };
    assert_told(&refused, "no answer came", "SSO URL");
}

/// Threat 39: neither the ticket nor a message is in an event, in an error or in what is printed.
#[test]
fn threat_39_nothing_tells_a_ticket_or_a_message() {
    let sign_on = unasked();
    let mut printed = String::new();
    let begun = sign_on.begin_by(sign_on.house.world.provider.id, None, NOON).unwrap();
    printed += &format!("{begun:?}");
    let way = Way::of(&begun);
    let planted = says("nobody@acme.example").with("secret", "planted-attribute");
    let response = idp().response(&planted.answering(&way.id), NOON);
    let refused = sign_on.finish(&form(&response), Some(&way.ticket), NOON).unwrap_err();
    printed += &format!("{refused:?} {} {}", refused.refusal, refused.refusal.remedy());
    let planted = says(ADMIN).with("secret", "planted-attribute");
    let passing = idp().response(&planted.answering(&way.id), NOON.plus(1));
    let _ = sign_on.finish(&form(&passing), Some(&way.ticket), NOON.plus(1)).unwrap();
    let body = form(&passing);
    printed += &format!("{:?} {:?}", sign_on.logins(), common::sign_on::post(&body));
    printed += &format!("{:?}", sign_on.house.events());
    assert!(printed.contains("nobody@acme.example"), "what an administrator needs is told");
    let digest = way.id.trim_start_matches('_').to_owned();
    for secret in [&way.ticket, &response, &passing, "planted-attribute"] {
        assert!(!printed.contains(secret), "{secret}");
    }
    let stored = format!("{:?}", sign_on.house.dump());
    assert!(stored.contains(&digest) || !stored.contains(&way.ticket));
    assert!(!stored.contains(&way.ticket) && !stored.contains("planted-attribute"));
}

/// Whoever sits at the browser is told nothing of the reason: the same for a forged message as for any other.
#[test]
fn threat_39_the_browser_is_not_told_why() {
    let sign_on = SignOn::new();
    let way = sign_on.begin(NOON);
    let forged = form(&globex_idp().response(&says(ADMIN).answering(&way.id), NOON));
    let elsewhere = Says { recipient: "https://old.example.com/acs", ..says(ADMIN) }.answering(&way.id);
    let shown: Vec<&str> = [forged, form(&idp().response(&elsewhere, NOON))]
        .iter()
        .map(|form| sign_on.finish(form, Some(&way.ticket), NOON).unwrap_err().refusal.shown())
        .collect();
    assert_eq!(shown, ["The login did not work. Please ask your administrator."; 2]);
    // Whether an account is inactive or is not there is not told apart.
    let users = ["nobody@acme.example", "former@acme.example"].map(|email| {
        let way = sign_on.begin(NOON);
        sign_on.answer(&way, email, NOON).unwrap_err().refusal.shown()
    });
    assert_eq!(users[0], users[1]);
}

/// SA-14: where users log in by a provider alone, nothing of a login changes.
#[test]
fn sa_14_a_login_passes_where_it_is_the_only_way_in() {
    let sign_on = SignOn::new();
    sign_on.house.set_policy(ACME, Policy { sso_only: true, ..Policy::default() }, YESTERDAY);
    assert!(sign_on.answer(&sign_on.begin(NOON), ADMIN, NOON).is_ok());
}
