//! Every refusal there is, reached by a request: what is shown, and what is sent back (GR-11, GR-12, threats 4
//! and 44).

use std::collections::BTreeSet;

use grantor::admin::ClientDraft;
use grantor::admin::authorizations::Acknowledgement;
use grantor::audit::Outcome;
use grantor::model::Approval;
use grantor::model::Audience;
use grantor::model::Authorization;
use grantor::model::Consent;
use grantor::model::GrantType;
use grantor::model::Granted;
use grantor::model::ImplicitSunset;
use grantor::server::Authorize;
use grantor::server::Choice;
use grantor::server::LoggedIn;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::FORMER;
use grantor::testing::fixtures::MINUTE;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWERS;
use grantor::value::Scopes;

use crate::browser::ADMIN;
use crate::browser::App;
use crate::browser::Asking;
use crate::browser::CHALLENGE;
use crate::browser::NOBODY;
use crate::browser::SOMEBODY;
use crate::browser::YES;
use crate::browser::answer;
use crate::browser::approved;
use crate::browser::confidential;
use crate::browser::implicit;
use crate::browser::page;
use crate::browser::public;
use crate::browser::sent;
use crate::browser::shown;
use crate::browser::unapproved;
use crate::browser::visit;
use crate::browser::with_roles;
use crate::browser::yes_to;
use crate::common::House;
use crate::common::done;

/// A request, or an answer to a page, that reaches a refusal.
type Reach = fn(&House) -> Authorize;

/// What a request of an approved application comes to, made otherwise in this.
#[track_caller]
fn made(house: &House, otherwise: impl FnOnce(Asking) -> Asking) -> Authorize {
    let app = approved(house, &confidential());
    visit(house, &otherwise(Asking::code(app.id)), SOMEBODY, NOON)
}

/// What an answer comes to of a page that an approved application had shown to somebody.
#[track_caller]
fn answered(house: &House, choice: &Choice, who: LoggedIn, after: u32) -> Authorize {
    let app = approved(house, &confidential());
    let page = page(house, &Asking::code(app.id), SOMEBODY, NOON);
    answer(house, page.ticket.expose(), choice, who, NOON.plus(after))
}

/// What is shown, and sent nowhere: of a client or a redirect URI that is not to be trusted, of an answer that
/// is not.
const SHOWN: [(&str, Reach); 17] = [
    ("client.not.found", |house| made(house, |asking| asking.without("client_id"))),
    ("client.not.found", |house| made(house, |asking| asking.with("client_id", ""))),
    ("client.not.found", |house| made(house, |asking| asking.with("client_id", "s6BhdRkqt3"))),
    ("client.not.found", |house| visit(house, &Asking::code(fixtures::id(999)), SOMEBODY, NOON)),
    ("client.not.found", |house| visit(house, &Asking::code(house.world.removed.id), SOMEBODY, NOON)),
    ("client.inactive", |house| {
        let app = approved(house, &confidential());
        let client = house.client(app.id);
        house.put(client.deactivate(fixtures::administrator(), NOON.plus(7 * DAY), NOON).unwrap());
        visit(house, &Asking::code(app.id), SOMEBODY, NOON)
    }),
    ("client.disabled", |house| {
        let app = approved(house, &confidential());
        let _ = done(house.server.operator().disable_client(app.id, NOON));
        visit(house, &Asking::code(app.id), SOMEBODY, NOON)
    }),
    ("redirect.uri.none", |house| visit(house, &Asking::code(house.world.service.id), SOMEBODY, NOON)),
    ("redirect.uri.missing", |house| {
        let asking = Asking::code(house.world.mobile.id).without("redirect_uri");
        visit(house, &asking, SOMEBODY, NOON)
    }),
    ("redirect.uri.missing", |house| {
        visit(house, &Asking::code(house.world.mobile.id).with("redirect_uri", ""), SOMEBODY, NOON)
    }),
    ("redirect.uri.unknown", |house| {
        made(house, |asking| asking.with("redirect_uri", "https://evil.example/callback"))
    }),
    ("redirect.uri.unknown", |house| made(house, |asking| asking.with("redirect_uri", "/callback"))),
    ("consent.prompt.unknown", |house| answer(house, "no ticket", &YES, SOMEBODY, NOON)),
    ("consent.prompt.unknown", |house| answered(house, &YES, SOMEBODY, 10 * MINUTE)),
    ("consent.prompt.other.user", |house| answered(house, &YES, NOBODY, 1)),
    ("consent.bad.selection", |house| answered(house, &yes_to(""), SOMEBODY, 1)),
    ("consent.bad.selection", |house| answered(house, &yes_to("routing analytics"), SOMEBODY, 1)),
];

/// What is sent back to the application that is known: the code of the refusal, the error that the application
/// is told, and a request that reaches it.
const SENT_BACK: [(&str, &str, Reach); 34] = [
    ("response.type.missing", "invalid_request", |house| made(house, |ask| ask.without("response_type"))),
    ("response.type.missing", "invalid_request", |house| made(house, |ask| ask.with("response_type", ""))),
    ("response.type.unsupported", "unsupported_response_type", |house| {
        made(house, |ask| ask.with("response_type", "id_token"))
    }),
    ("response.type.unsupported", "unsupported_response_type", |house| {
        made(house, |ask| ask.with("response_type", "code token"))
    }),
    ("response.type.unsupported", "unsupported_response_type", |house| {
        made(house, |ask| ask.with("response_type", "Code"))
    }),
    ("resource.named", "invalid_target", |house| {
        made(house, |ask| ask.with("resource", "https://api.example"))
    }),
    ("request.object.unsupported", "request_not_supported", |house| {
        made(house, |ask| ask.with("request", "eyJhbGciOiJub25lIn0.e30."))
    }),
    ("request.uri.unsupported", "request_uri_not_supported", |house| {
        made(house, |ask| ask.with("request_uri", "https://app.example.com/request"))
    }),
    ("response.mode.unsupported", "invalid_request", |house| {
        made(house, |ask| ask.with("response_mode", "form_post"))
    }),
    ("response.mode.unsupported", "invalid_request", |house| {
        made(house, |ask| ask.with("response_mode", "fragment"))
    }),
    ("grant.type.wrong", "unauthorized_client", |house| {
        let app = approved(house, &confidential());
        visit(house, &Asking::token(app.id), SOMEBODY, NOON)
    }),
    ("grant.type.wrong", "unauthorized_client", |house| {
        let app = approved(house, &implicit());
        visit(house, &Asking::code(app.id), SOMEBODY, NOON)
    }),
    ("grant.type.wrong", "unauthorized_client", |house| {
        let saml = ClientDraft { grant_type: Some(GrantType::Saml2Bearer), ..confidential() };
        let app = approved(house, &saml);
        visit(house, &Asking::code(app.id), SOMEBODY, NOON)
    }),
    ("grant.implicit.ended", "unauthorized_client", |house| {
        let app = approved(house, &implicit());
        visit(house, &Asking::token(app.id), SOMEBODY, ImplicitSunset::default().use_ends)
    }),
    ("pkce.challenge.missing", "invalid_request", |house| made(house, |ask| ask.unchallenged())),
    ("pkce.challenge.method", "invalid_request", |house| {
        made(house, |ask| ask.with("code_challenge_method", "plain"))
    }),
    ("pkce.challenge.method", "invalid_request", |house| {
        made(house, |ask| ask.without("code_challenge_method"))
    }),
    ("pkce.challenge.malformed", "invalid_request", |house| {
        made(house, |ask| ask.with("code_challenge", &CHALLENGE[1..]))
    }),
    ("pkce.challenge.malformed", "invalid_request", |house| made(house, |ask| ask.without("code_challenge"))),
    ("pkce.challenge.unexpected", "invalid_request", |house| {
        let app = approved(house, &implicit());
        visit(house, &Asking::token(app.id).with("code_challenge", CHALLENGE), SOMEBODY, NOON)
    }),
    ("scope.malformed", "invalid_scope", |house| {
        made(house, |ask| ask.with("scope", "routing  users:readonly"))
    }),
    ("scope.not.approved", "invalid_scope", |house| made(house, |ask| ask.with("scope", "routing users"))),
    ("scope.not.approved", "invalid_scope", |house| {
        let app = unapproved(house, &confidential());
        visit(house, &Asking::code(app.id).with("scope", "analytics"), ADMIN, NOON)
    }),
    ("scope.none.left", "invalid_scope", |house| {
        let app = approved(house, &ClientDraft { scopes: vec!["analytics".into()], ..confidential() });
        let _ = done(house.admin().edit_client(app.id, &confidential(), NOON));
        visit(house, &Asking::code(app.id), SOMEBODY, NOON)
    }),
    ("user.unknown", "access_denied", |house| {
        let app = approved(house, &confidential());
        visit(house, &Asking::code(app.id), LoggedIn { organization: ACME, user: FORMER }, NOON)
    }),
    ("user.unknown", "access_denied", |house| {
        let app = approved(house, &confidential());
        visit(house, &Asking::code(app.id), LoggedIn { organization: ACME, user: fixtures::id(999) }, NOON)
    }),
    ("user.unknown", "access_denied", |house| {
        let app = approved(house, &confidential());
        let nowhere = LoggedIn { organization: fixtures::id(999), user: ADMINISTRATOR };
        visit(house, &Asking::code(app.id), nowhere, NOON)
    }),
    ("user.outside.audience", "access_denied", |house| {
        let app = approved(house, &confidential());
        let _ = done(house.admin().edit_audience(app.id, &[VIEWERS], NOON));
        visit(house, &Asking::code(app.id), NOBODY, NOON)
    }),
    ("authorization.revoked", "access_denied", |house| {
        let app = approved(house, &confidential());
        let _ = done(house.admin().revoke(app.id, Acknowledgement::NotGiven, NOON));
        visit(house, &Asking::code(app.id), SOMEBODY, NOON)
    }),
    ("authorization.other.grant", "access_denied", |house| {
        let app = unapproved(house, &confidential());
        let consent = Consent {
            by: fixtures::administrator(),
            at: NOON,
            shown: Scopes::empty(),
            granted: Scopes::empty(),
        };
        let approval = Approval { granted: Granted::Roles, audience: Audience::everyone(), consent };
        house.put(Authorization::approved(ACME, app.id, fixtures::id(700), approval));
        visit(house, &Asking::code(app.id), SOMEBODY, NOON)
    }),
    ("authorization.missing", "access_denied", |house| {
        let app = unapproved(house, &confidential());
        let page = page(house, &Asking::code(app.id), ADMIN, NOON);
        with_roles(house, ADMINISTRATOR, fixtures::role_grants([]));
        answer(house, page.ticket.expose(), &YES, ADMIN, NOON)
    }),
    ("authorization.pending", "access_denied", |house| {
        let app = unapproved(house, &confidential());
        let page = page(house, &Asking::code(app.id), ADMIN, NOON);
        with_roles(house, ADMINISTRATOR, fixtures::role_grants([]));
        let _ = visit(house, &Asking::code(app.id), NOBODY, NOON);
        answer(house, page.ticket.expose(), &YES, ADMIN, NOON)
    }),
    ("consent.denied", "access_denied", |house| answered(house, &Choice::Deny, SOMEBODY, 1)),
    ("consent.denied", "access_denied", |house| {
        let app = unapproved(house, &public());
        let page = page(house, &Asking::code(app.id), ADMIN, NOON);
        answer(house, page.ticket.expose(), &Choice::Deny, ADMIN, NOON)
    }),
];

/// What the gate refuses of a login or a token that is there already, or what is refused for an earlier reason
/// before the gate is asked.
const NEVER_AT_THE_BROWSER: [&str; 19] = [
    "organization.unknown",
    "organization.ended.tokens",
    "client.gone",
    "client.inactive",
    "client.disabled",
    "client.ended.tokens",
    "grant.implicit.ended",
    "grant.type.wrong",
    "authorization.superseded",
    "authorization.ended.tokens",
    "login.unknown",
    "login.revoked",
    "login.expired",
    "consent.unknown",
    "user.ended.tokens",
    "user.unknown",
    "user.inactive",
    "token.expired",
    "token.idle",
];

/// The codes in the first function `code` after this line of a source.
pub fn codes_after(source: &'static str, line: &str) -> BTreeSet<&'static str> {
    let (_, after) = source.split_once(line).expect("the line");
    let (_, after) = after.split_once("fn code(").expect("the function");
    let (body, _) = after.split_once("\n    }\n").expect("its end");
    body.split("=> \"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// threat 4: the tables hold every refusal that the source knows, and none that it does not.
#[test]
fn threat_04_every_refusal_there_is_is_reached() {
    let source = include_str!("../../src/grant/authorize/refusal.rs");
    let reached: BTreeSet<&str> = SHOWN.iter().map(|(code, _)| *code).collect();
    assert_eq!(reached, codes_after(source, "impl Reason for NotTrusted"));

    let of_the_gate = codes_after(include_str!("../../src/access/refusal.rs"), "impl Reason for Refusal");
    let never: BTreeSet<&str> = NEVER_AT_THE_BROWSER.into();
    assert!(never.is_subset(&of_the_gate), "{never:?}");
    let mut expected = codes_after(source, "impl Reason for AuthorizeRefusal");
    expected.extend(of_the_gate.difference(&never));
    let reached: BTreeSet<&str> = SENT_BACK.iter().map(|(code, ..)| *code).collect();
    assert_eq!(reached, expected);
}

/// GR-11, threat 4: before client and redirect URI are known, an error is shown, and nothing is sent anywhere.
/// The trail has the reason.
#[test]
fn threat_04_what_is_not_trusted_is_shown_and_sent_nowhere() {
    for (number, (code, reach)) in SHOWN.into_iter().enumerate() {
        let house = House::new();
        let (answered, events) = house.events_of(|| reach(&house));
        assert_eq!(shown(answered), code, "{number}");
        // No client could have the id, and no page the ticket: nothing is read, and nothing told of it.
        let reads_nothing = matches!(number, 0..=2 | 12);
        let told = events
            .iter()
            .any(|event| matches!(&event.outcome, Outcome::Refused { code: told, .. } if told == code));
        assert_eq!(told, !reads_nothing, "{number}: {code}: {events:?}");
    }
}

/// GR-11, threat 4: from then on every error goes to the redirect URI, with `state` and `iss`, and without a
/// code or token. The trail has the reason, and the application is told no more than RFC 6749 §4.1.2.1 allows.
#[test]
fn threat_04_every_other_error_goes_to_the_redirect_uri() {
    for (number, (code, error, reach)) in SENT_BACK.into_iter().enumerate() {
        let house = House::new();
        let (answered, events) = house.events_of(|| reach(&house));
        let sent = sent(answered);
        assert_eq!(sent.error(), (code, error), "{number}");
        assert_eq!(sent.one("state"), Some("xyz"), "{number}: {code}");
        assert!(sent.location.starts_with("https://app.example.com/callback?tenant=7"), "{}", sent.location);
        let told = events
            .iter()
            .filter(|event| matches!(&event.outcome, Outcome::Refused { code: told, .. } if told == code));
        assert_eq!(told.count(), 1, "{number}: {code}: {events:?}");
    }
}

/// RFC 6749 §4.1.2.1, §4.2.2.1: an error goes where the answer would have gone: into the query, or for a token
/// into the fragment.
#[test]
fn gr_11_an_error_goes_where_the_answer_would_have_gone() {
    let house = House::new();
    let (web, app) = (approved(&house, &confidential()), approved(&house, &implicit()));
    let of = |asking: &Asking| sent(visit(&house, &asking.clone().with("scope", "users"), SOMEBODY, NOON));
    assert!(of(&Asking::code(web.id)).location.starts_with("https://app.example.com/callback?tenant=7&"));
    assert!(of(&Asking::token(app.id)).location.starts_with("https://app.example.com/callback?tenant=7#"));
    assert!(of(&Asking::token(web.id)).location.contains('#'), "whatever the client may ask for");
}

/// Requests of which client or redirect URI is not to be trusted, each in another way.
fn untrusted(house: &House, app: &App) -> [Asking; 5] {
    [
        Asking::code(fixtures::id(999)),
        Asking::code(house.world.disabled.id).with("redirect_uri", "https://app.example.com/callback"),
        Asking::code(house.world.service.id),
        Asking::code(app.id).with("redirect_uri", "https://evil.example/callback"),
        Asking::code(house.world.mobile.id).without("redirect_uri"),
    ]
}

/// GR-11, threat 4: nothing that is wrong beside makes a request go where it is not trusted.
#[test]
fn threat_04_no_other_defect_turns_what_is_shown_into_what_is_sent() {
    let house = House::new();
    let app = approved(&house, &confidential());
    let names = ["response_type", "scope", "code_challenge", "code_challenge_method", "resource", "request"];
    for asking in untrusted(&house, &app) {
        for (name, value) in
            names.iter().flat_map(|name| ["", "token", "code", "%"].map(|value| (name, value)))
        {
            for who in
                [None, Some(SOMEBODY), Some(ADMIN), Some(LoggedIn { organization: ACME, user: FORMER })]
            {
                let _: &str = shown(visit(&house, &asking.clone().with(name, value), who, NOON));
            }
        }
    }
}

/// GR-11, RFC 9700 §4.11.2: nobody is sent anywhere before the user is authenticated, with an error as little as
/// with a code; what is not trusted is shown even so.
#[test]
fn gr_11_nobody_is_sent_anywhere_before_a_login() {
    let house = House::new();
    let app = approved(&house, &confidential());
    let whole = Asking::code(app.id);
    let wrong =
        [whole.clone().with("scope", "users"), Asking::token(app.id), whole.clone().without("response_type")];
    for asking in wrong.iter().chain([&whole, &whole.clone().unchallenged()]) {
        let (answered, events) = house.events_of(|| visit(&house, asking, None, NOON));
        let Authorize::LogIn(login) = answered else { panic!("{answered:?}") };
        assert_eq!((login.client, login.application.as_str(), events), (app.id, "Reports", Vec::new()));
    }
    let untrusted = visit(&house, &whole.with("redirect_uri", "https://evil.example/"), None, NOON);
    assert_eq!(shown(untrusted), "redirect.uri.unknown");
}
