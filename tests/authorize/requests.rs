//! What a client may ask for: PKCE, the end of implicit, what is left out, names that are shown (GR-03, GR-05,
//! CL-12, threats 14, 35 and 42).

use grantor::admin::ClientDraft;
use grantor::model::GrantType;
use grantor::model::ImplicitSunset;
use grantor::model::PromptKind;
use grantor::ready;
use grantor::server::Authorize;
use grantor::testing::fixtures::NOON;
use grantor::value::ClientId;
use grantor::value::Timestamp;
use proptest::prelude::*;

use crate::browser::ADMIN;
use crate::browser::App;
use crate::browser::Asking;
use crate::browser::CALLBACK;
use crate::browser::CHALLENGE;
use crate::browser::ISSUER;
use crate::browser::NOBODY;
use crate::browser::SOMEBODY;
use crate::browser::Sent;
use crate::browser::VERIFIER;
use crate::browser::YES;
use crate::browser::answer;
use crate::browser::approved;
use crate::browser::confidential;
use crate::browser::exchanged;
use crate::browser::implicit;
use crate::browser::opted_out;
use crate::browser::page;
use crate::browser::public;
use crate::browser::redeemed;
use crate::browser::say;
use crate::browser::scopes_of;
use crate::browser::sent;
use crate::browser::shown;
use crate::browser::unapproved;
use crate::browser::visit;
use crate::common::House;
use crate::common::Told;
use crate::common::basic;
use crate::common::code;
use crate::common::done;
use crate::common::told;

/// The code of the refusal, or none where the user is asked.
#[track_caller]
fn refusal(answered: Authorize) -> Option<&'static str> {
    match answered {
        Authorize::Ask(_) => None,
        Authorize::Redirect(redirect) => Some(Sent::of(&redirect).error().0),
        other => panic!("neither a page nor a refusal: {other:?}"),
    }
}

/// What the rules say of a challenge and its method: GR-03, RFC 7636 §4.3, RFC 6749 §3.1 (empty is absent).
fn expected(is_required: bool, challenge: &str, method: &str) -> Option<&'static str> {
    match (challenge, method) {
        ("", "") if is_required => Some("pkce.challenge.missing"),
        ("", "") => None,
        ("", _) => Some("pkce.challenge.malformed"),
        (_, "S256") if challenge == CHALLENGE => None,
        (_, "S256") => Some("pkce.challenge.malformed"),
        (_, _) => Some("pkce.challenge.method"),
    }
}

/// Challenges, right and nearly right, each with every method.
fn some_challenges() -> impl Iterator<Item = (String, &'static str)> {
    let challenges = [
        String::new(),
        CHALLENGE.to_owned(),
        CHALLENGE[1..].to_owned(),
        format!("{CHALLENGE}A"),
        format!("{CHALLENGE}="),
        format!("{CHALLENGE}\u{2028}"),
        CHALLENGE.replace('-', "+"),
    ];
    let methods = ["", "S256", "plain", "s256", "S256 ", "S512", "none"];
    challenges.into_iter().flat_map(move |challenge| methods.map(|method| (challenge.clone(), method)))
}

/// GR-03, threats 14 and 15: every challenge with every method, of every kind of client: only `S256` with 43
/// characters of base64url, and none at all only of a client that opted out. No method is none.
#[test]
fn threat_14_gr_03_only_s256_is_a_challenge() {
    let house = House::new();
    for (draft, is_required) in [(confidential(), true), (public(), true), (opted_out(), false)] {
        let app = approved(&house, &draft);
        for (challenge, method) in some_challenges() {
            let asking =
                Asking::code(app.id).with("code_challenge", &challenge).with("code_challenge_method", method);
            let refused = refusal(visit(&house, &asking, SOMEBODY, NOON));
            let expected = expected(is_required, &challenge, method);
            assert_eq!(refused, expected, "{draft:?} {challenge} {method}");
        }
    }
}

/// threat 14: whether or not there was a challenge, a verifier that does not go with it obtains nothing.
#[test]
fn threat_14_a_verifier_goes_with_a_challenge_and_nothing_else() {
    for (with_challenge, verifier, served) in [
        (true, VERIFIER, true),
        (true, "", false),
        (true, CHALLENGE, false),
        (false, VERIFIER, false),
        (false, "", true),
    ] {
        let house = House::new();
        let app = approved(&house, &opted_out());
        let asking = if with_challenge { Asking::code(app.id) } else { Asking::code(app.id).unchallenged() };
        let sent = say(&house, &asking, (SOMEBODY, &YES), NOON);
        let told = told(&exchanged(&house, &app, (sent.code(), verifier), NOON));
        assert_eq!(matches!(told, Told::Token(..)), served, "{with_challenge} {verifier}: {told:?}");
    }
}

/// GR-03, threat 35: an opting out that an edit leaves out is taken back.
#[test]
fn threat_35_an_edit_that_leaves_pkce_out_requires_it() {
    let house = House::new();
    let app = approved(&house, &opted_out());
    let asking = Asking::code(app.id).unchallenged();
    assert_eq!(refusal(visit(&house, &asking, SOMEBODY, NOON)), None);
    let _ = done(house.admin().edit_client(app.id, &confidential(), NOON));
    assert_eq!(refusal(visit(&house, &asking, SOMEBODY, NOON)), Some("pkce.challenge.missing"));
}

/// threat 35: an edit to another grant type is judged by the new one, of which nothing is left out: no opting
/// out, no secret of old, no token at the browser.
#[test]
fn threat_35_an_edit_is_judged_by_the_new_grant_type() {
    let house = House::new();
    let app = approved(&house, &implicit());
    assert_eq!(refusal(visit(&house, &Asking::token(app.id), SOMEBODY, NOON)), None);
    let _ = done(house.admin().edit_client(app.id, &public(), NOON));
    assert_eq!(refusal(visit(&house, &Asking::token(app.id), SOMEBODY, NOON)), Some("grant.type.wrong"));
    let bare = Asking::code(app.id).unchallenged();
    assert_eq!(refusal(visit(&house, &bare, SOMEBODY, NOON)), Some("pkce.challenge.missing"));
    assert_eq!(refusal(visit(&house, &Asking::code(app.id), SOMEBODY, NOON)), None);
    for (draft, problem) in [
        (ClientDraft { public: true, ..opted_out() }, "bad.client.pkce"),
        (ClientDraft { redirect_uris: Vec::new(), ..public() }, "missing.redirect.uri"),
        (ClientDraft { scopes: Vec::new(), ..public() }, "missing.client.scope"),
    ] {
        assert_eq!(code(house.admin().edit_client(app.id, &draft, NOON)), problem, "{draft:?}");
    }
}

/// threat 35: whatever parameter is left out, the request is refused, or is shown and sent no more than the whole
/// one.
#[test]
fn threat_35_what_a_request_leaves_out_gains_nothing() {
    let house = House::new();
    let app = approved(&house, &confidential());
    let whole = Asking::code(app.id).with("scope", "routing");
    assert_eq!(shown(visit(&house, &whole.clone().without("client_id"), SOMEBODY, NOON)), "client.not.found");
    for (name, code) in [
        ("response_type", "response.type.missing"),
        ("code_challenge", "pkce.challenge.malformed"),
        ("code_challenge_method", "pkce.challenge.method"),
    ] {
        assert_eq!(refusal(visit(&house, &whole.clone().without(name), SOMEBODY, NOON)), Some(code));
    }
    let without = |name| page(&house, &whole.clone().without(name), SOMEBODY, NOON);
    assert_eq!(scopes_of(&without("scope")), "routing users:readonly", "what is approved and no more");
    assert_eq!(without("redirect_uri").redirect_uri.as_str(), CALLBACK, "the only one");
    assert_eq!(scopes_of(&without("state")), "routing");
}

/// Each instant of both dates, one second before and after.
fn around_both_dates() -> [(Timestamp, bool, bool); 6] {
    let ImplicitSunset { creation_ends, use_ends } = ImplicitSunset::default();
    [
        (creation_ends.minus(1), true, true),
        (creation_ends, false, true),
        (creation_ends.plus(1), false, true),
        (use_ends.minus(1), false, true),
        (use_ends, false, false),
        (use_ends.plus(1), false, false),
    ]
}

/// GR-05: at each second around both dates: asking for a token, answering a page of before, and using a token of
/// before.
#[test]
fn gr_05_implicit_ends_at_the_browser_to_the_second() {
    for (at, _, served) in around_both_dates() {
        let house = House::new();
        let app = approved(&house, &implicit());
        let token = say(&house, &Asking::token(app.id), (SOMEBODY, &YES), at.minus(5)).token().to_owned();
        let page = page(&house, &Asking::token(app.id), NOBODY, at.minus(5));
        let ended = (!served).then_some("grant.implicit.ended");
        assert_eq!(refusal(visit(&house, &Asking::token(app.id), SOMEBODY, at)), ended, "{at}");
        let answered = sent(answer(&house, page.ticket.expose(), &YES, NOBODY, at));
        assert_eq!((answered.refused, answered.one("access_token").is_some()), (ended, served), "{at}");
        assert_eq!(house.refused(&token, at), ended, "{at}");
    }
}

/// GR-05: at each second around both dates: creating a client of the implicit grant, and changing one to it.
#[test]
fn gr_05_no_client_becomes_implicit_from_the_second_on() {
    for (at, created, _) in around_both_dates() {
        let house = House::new();
        let drafted = ready(house.admin().create_client(&implicit(), at)).unwrap();
        assert_eq!(drafted.is_ok(), created, "{at}");
        let other = unapproved(&house, &confidential());
        let changed = ready(house.admin().edit_client(other.id, &implicit(), at)).unwrap();
        assert_eq!(changed.is_ok(), created, "{at}");
    }
}

/// GR-05, GR-06: a client that was moved to authorization code in time is served on both sides of the dates.
#[test]
fn gr_05_a_migrated_client_is_served_around_both_dates() {
    for (at, ..) in around_both_dates() {
        let house = House::new();
        let app = approved(&house, &implicit());
        let _ = done(house.admin().migrate_implicit(app.id, at.minus(5)));
        let sent = say(&house, &Asking::code(app.id), (SOMEBODY, &YES), at);
        let (token, scopes) = redeemed(&house, &app, sent.code(), at);
        assert_eq!((house.refused(&token, at), scopes.as_str()), (None, "routing users:readonly"), "{at}");
        assert_eq!(refusal(visit(&house, &Asking::token(app.id), SOMEBODY, at)), Some("grant.type.wrong"));
    }
}

/// GR-05: a token of the implicit grant comes in the fragment with its type, lifetime and scopes, in the name of
/// the user, and with nothing to refresh it.
#[test]
fn gr_05_a_token_comes_in_the_fragment() {
    let house = House::new();
    let app = approved(&house, &implicit());
    let sent = say(&house, &Asking::token(app.id), (SOMEBODY, &YES), NOON);
    assert!(sent.location.starts_with(&format!("{CALLBACK}#")), "{}", sent.location);
    let rest = ["token_type", "expires_in", "scope", "state", "iss"].map(|name| sent.one(name).unwrap());
    assert_eq!(rest, ["Bearer", "86400", "routing users:readonly", "xyz", ISSUER]);
    assert_eq!((sent.parameters.len(), sent.one("refresh_token"), sent.one("code")), (6, None, None));
    assert_eq!(house.refused(sent.token(), NOON), None);
}

/// CL-12: a public client has no secret; one that is presented for its code is refused, whatever it is, and the
/// code is still the client's.
#[test]
fn cl_12_a_public_client_exchanges_its_code_without_a_secret() {
    let house = House::new();
    let app = approved(&house, &public());
    assert_eq!(app.secret, None);
    let sent = say(&house, &Asking::code(app.id), (SOMEBODY, &YES), NOON);
    let other = house.secret(&house.world.web);
    for secret in [other.as_str(), "x", ""] {
        let presenting = App { secret: Some(secret.into()), ..app.clone() };
        let told = told(&exchanged(&house, &presenting, (sent.code(), VERIFIER), NOON));
        assert_eq!(told, Told::Error(401, "invalid_client".into()), "{secret}");
    }
    let (token, _) = redeemed(&house, &app, sent.code(), NOON);
    assert_eq!(house.refused(&token, NOON), None);
}

/// CL-12: a client of the implicit grant has no secret, and nothing to ask the token endpoint for.
#[test]
fn cl_12_an_implicit_client_has_no_secret() {
    let house = House::new();
    let app = approved(&house, &implicit());
    assert_eq!(app.secret, None);
    let asked = |headers: &[&str], body: &str| told(&house.post(headers, body.as_bytes(), NOON));
    let id = app.id;
    let bare = format!("grant_type=client_credentials&client_id={id}");
    assert!(matches!(asked(&[], &bare), Told::Error(400 | 401, _)));
    let with = asked(&[&basic(id, "secret")], "grant_type=client_credentials");
    assert_eq!(with, Told::Error(401, "invalid_client".into()));
}

/// What of names could make a page look like something else: controls, line breaks, bidirectional and invisible
/// characters, markup.
fn is_harmless(text: &str) -> bool {
    let is_bad = |found: char| {
        found.is_control()
            || matches!(found, '<' | '>' | '\u{2028}' | '\u{2029}' | '\u{ad}' | '\u{61c}' | '\u{feff}')
            || ('\u{200b}'..='\u{200f}').contains(&found)
            || ('\u{202a}'..='\u{202e}').contains(&found)
            || ('\u{2060}'..='\u{206f}').contains(&found)
    };
    !text.is_empty() && !text.chars().any(is_bad)
}

/// The names on the three pages that the application is named on.
#[track_caller]
fn names_on_pages(house: &House, id: ClientId) -> [String; 3] {
    let asking = Asking::code(id);
    let login = match visit(house, &asking, None, NOON) {
        Authorize::LogIn(login) => login.application.to_string(),
        other => panic!("{other:?}"),
    };
    let asked = page(house, &asking, ADMIN, NOON);
    assert_eq!(asked.asks, PromptKind::Administrator);
    let needed = match visit(house, &asking, NOBODY, NOON) {
        Authorize::AdministratorMustApprove(needed) => needed.application.to_string(),
        other => panic!("{other:?}"),
    };
    [login, asked.application.to_string(), needed]
}

/// threat 42: names that could deceive are refused when they are entered.
#[test]
fn threat_42_a_name_that_could_deceive_is_refused() {
    let house = House::new();
    for name in [
        "<script>alert(1)</script>",
        "invoice\u{202e}fdp.exe",
        "Pay\u{200b}roll",
        "Acme\r\nSet-Cookie: a=b",
        "Acme\u{0}",
        "Acme\u{2028}approved",
        "\u{feff}Acme",
        "Acme ",
    ] {
        let draft = ClientDraft { name: name.into(), ..confidential() };
        let problem = code(house.admin().create_client(&draft, NOON));
        assert!(matches!(problem, "text.bad.character" | "text.bad.space"), "{name:?}: {problem}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// threat 42: whatever was entered for a name, what the three pages show is harmless, and as it was entered.
    #[test]
    fn threat_42_names_are_harmless_wherever_they_are_shown(
        name in "[\\PC\\x00-\\x20<>\u{202a}-\u{202e}\u{200b}-\u{200f}]{1,6}|[a-z <>\u{202e}]{1,8}|[A-Za-z]{1,9}",
    ) {
        let house = House::new();
        let draft = ClientDraft { name: name.clone(), ..confidential() };
        if let Ok(created) = ready(house.admin().create_client(&draft, NOON)).unwrap() {
            for on_page in names_on_pages(&house, created.client.id) {
                prop_assert!(is_harmless(&on_page), "{:?}", on_page);
                prop_assert_eq!(&on_page, &name);
            }
        }
    }

    /// threat 42, threat 6: a `state` of any text comes back as it was, in a location of nothing but the letters of
    /// URIs.
    #[test]
    fn threat_42_a_state_is_neutral_in_the_location(state in "\\PC{1,40}|[&=#?%+<>\"' a-z]{1,20}") {
        let house = House::new();
        let app = approved(&house, &ClientDraft { grant_type: Some(GrantType::AuthorizationCode), ..confidential() });
        let asking = Asking::code(app.id).with("state", &state).with("scope", "users");
        let sent = sent(visit(&house, &asking, SOMEBODY, NOON));
        prop_assert_eq!(sent.one("state"), Some(state.as_str()));
        prop_assert_eq!(sent.parameters.len(), 4, "{:?}", sent);
        let is_of_uris = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?&=%".contains(&byte);
        prop_assert!(sent.location.bytes().all(is_of_uris), "{}", sent.location);
    }
}
