//! Client credentials at the token endpoint (GR-01, GR-09, GR-10, GR-12, CL-11, CL-12, SC-03, threats 7, 16,
//! 17, 29, 36).
#![cfg(feature = "testing")]

mod common;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::access::HolderRequired;
use grantor::access::Requirement;
use grantor::admin::authorizations::Acknowledgement;
use grantor::audit::Outcome;
use grantor::change::Reason;
use grantor::grant::TokenRefusal;
use grantor::model::Authorization;
use grantor::model::Client;
use grantor::model::Division;
use grantor::model::GrantType;
use grantor::model::Holder;
use grantor::ready;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::SALES;
use grantor::testing::fixtures::VIEWERS;
use grantor::testing::fixtures::YESTERDAY;
use grantor::value::ClientId;
use grantor::wire::Form;
use grantor::wire::TokenRequest;
use serde_json::Value;

use common::House;
use common::Told;
use common::assert_same;
use common::basic;
use common::done;
use common::draft;
use common::told;

const GRANT: &str = "grant_type=client_credentials";

fn error(status: u16, code: &str) -> Told {
    Told::Error(status, code.to_owned())
}

/// A house with a client that obtains tokens, and its secret.
fn with_service() -> (House, ClientId, String) {
    let house = House::new();
    let (id, secret) = house.service(&draft(GrantType::ClientCredentials), NOON);
    (house, id, secret)
}

/// GR-01: by HTTP Basic or by the body, and the answer is a bearer token with its lifetime: no refresh token,
/// no scope.
#[test]
fn gr_01_the_client_authenticates_by_header_or_by_body() {
    let (house, id, secret) = with_service();
    let body = format!("{GRANT}&client_id={id}&client_secret={secret}");
    for response in [house.ask(id, &secret, NOON), house.post(&[], body.as_bytes(), NOON)] {
        assert_eq!(response.status, 200);
        let answer: Value = serde_json::from_slice(&response.body).unwrap();
        let members: Vec<&String> = answer.as_object().unwrap().keys().collect();
        assert_eq!(members, ["access_token", "expires_in", "token_type"]);
        assert_eq!((&answer["token_type"], &answer["expires_in"]), (&"Bearer".into(), &86_400.into()));
        let token = answer["access_token"].as_str().unwrap();
        assert_eq!(house.refused(token, NOON), None);
        assert!(response.headers.contains(&("cache-control", "no-store".to_owned())));
    }
}

/// GR-01, threat 17: never by both, even where they agree; and never for two clients.
#[test]
fn gr_01_threat_17_two_methods_or_two_clients_are_refused() {
    let (house, id, secret) = with_service();
    let (header, other) = (basic(id, &secret), house.world.service.id);
    let before = house.dump();
    let cases = [
        (vec![header.as_str()], format!("{GRANT}&client_id={id}&client_secret={secret}")),
        (vec![&header], format!("{GRANT}&client_secret={secret}")),
        (vec![&header], format!("{GRANT}&client_id={other}")),
        (vec![&header, &header], GRANT.to_owned()),
    ];
    for (headers, body) in cases {
        let (response, events) = house.events_of(|| house.post(&headers, body.as_bytes(), NOON));
        assert_eq!(told(&response), error(400, "invalid_request"), "{body}");
        assert_eq!(events, []);
    }
    assert_same(&house.dump(), &before, "refused");
    let same_client = format!("{GRANT}&client_id={id}");
    assert!(matches!(told(&house.post(&[&header], same_client.as_bytes(), NOON)), Told::Token(..)));
}

/// GR-01, TK-07: no user: the token carries the role grants of the client, as they are at each call, where
/// they are.
#[test]
fn gr_01_the_token_carries_the_clients_roles() {
    let house = House::new();
    let roles = vec![grantor::model::RoleGrant { role: VIEWERS, division: Division::One(SALES) }];
    let drafted = grantor::admin::ClientDraft { roles, ..draft(GrantType::ClientCredentials) };
    let (id, secret) = house.service(&drafted, NOON);
    let token = house.issue(id, &secret, NOON);
    let needs = |permission: &str| fixtures::requirement("", permission);
    let allowed = house.call(&token, &needs("routing:queue:view"), NOON).unwrap();
    assert_eq!((allowed.organization, allowed.client, allowed.holder), (ACME, id, Holder::Client));
    assert!(house.call(&token, &needs("routing:queue:edit"), NOON).is_err());
    let all = Requirement { division: grantor::access::DivisionRequired::All, ..needs("routing:queue:view") };
    assert!(house.call(&token, &all, NOON).is_err(), "in one division alone");
    let user = Requirement { holder: HolderRequired::User, ..needs("") };
    assert_eq!(house.call(&token, &user, NOON).unwrap_err().reason.code(), "user.needed");
    house.put(fixtures::role(ACME, VIEWERS, "routing:queue:edit"));
    assert!(
        house.call(&token, &needs("routing:queue:view"), NOON).is_err(),
        "the role permits something else now"
    );
}

/// GR-09, DX-07: a grant that the client is not registered for is `unauthorized_client`, an unknown one
/// `unsupported_grant_type`, whatever is asked for beside it.
#[test]
fn gr_09_another_grant_and_an_unknown_one_are_told_apart() {
    let (house, id, secret) = with_service();
    let before = house.dump();
    let saml = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml2-bearer";
    for (grant, expected) in [
        ("authorization_code", "unauthorized_client"),
        ("refresh_token", "unauthorized_client"),
        (saml, "unauthorized_client"),
        ("password", "unsupported_grant_type"),
        ("implicit", "unsupported_grant_type"),
        ("CLIENT_CREDENTIALS", "unsupported_grant_type"),
        ("client_credentials%20", "unsupported_grant_type"),
    ] {
        let response = house.post(&[&basic(id, &secret)], format!("grant_type={grant}").as_bytes(), NOON);
        assert_eq!(told(&response), error(400, expected), "{grant}");
    }
    assert_same(&house.dump(), &before, "refused");
    let refusal = TokenRefusal::WrongGrantType { registered: GrantType::AuthorizationCode };
    assert_eq!(
        (refusal.code(), refusal.remedy().as_str()),
        ("grant.type.wrong", "use the grant type authorization code")
    );
}

/// GR-09, threat 7, threat 16: client credentials are for their own grant type, with its secret: every grant
/// type, public or not, with a right secret, a wrong one, and none.
#[test]
fn threat_16_client_credentials_are_for_confidential_clients_of_that_type() {
    let (unauthorized, invalid) = (error(400, "unauthorized_client"), error(401, "invalid_client"));
    for public in [false, true] {
        for grant_type in GrantType::ALL {
            if public && grant_type != GrantType::AuthorizationCode {
                continue;
            }
            let house = House::new();
            let drafted = grantor::admin::ClientDraft { public, ..draft(grant_type) };
            let created = house.create(&drafted, NOON);
            let id = created.client.id;
            let _ = done(house.admin().authorize(id, None, NOON));
            let wrong = fixtures::plain::<grantor::value::kind::ClientSecret>(1);
            let without = house.post(&[], format!("{GRANT}&client_id={id}").as_bytes(), NOON);
            let with_wrong = house.asked(id, wrong.expose(), NOON);
            assert_eq!(
                with_wrong, invalid,
                "a wrong secret, or one of a public client (CL-12): {grant_type}"
            );
            match created.secret {
                Some(secret) => {
                    assert_eq!(told(&without), invalid, "{grant_type} without its secret");
                    let right = house.asked(id, secret.expose(), NOON);
                    match grant_type {
                        GrantType::ClientCredentials => assert!(matches!(right, Told::Token(..))),
                        GrantType::AuthorizationCode | GrantType::Saml2Bearer | GrantType::Implicit => {
                            assert_eq!(right, unauthorized, "{grant_type}");
                        }
                    }
                }
                None => assert_eq!(told(&without), unauthorized, "{grant_type}, public"),
            }
        }
    }
}

/// CL-12: a secret that is presented for a public client is refused, be it well formed or not.
#[test]
fn cl_12_a_secret_of_a_public_client_is_refused() {
    let house = House::new();
    let mobile = house.world.mobile.id;
    for secret in
        ["x", fixtures::secret_of(mobile).expose(), fixtures::secret_of(house.world.web.id).expose()]
    {
        assert_eq!(house.asked(mobile, secret, NOON), error(401, "invalid_client"), "{secret}");
    }
}

/// The requests that no client proves itself by: each with what its event tells, if there is one.
fn unproven(house: &House, id: ClientId) -> Vec<(Vec<String>, String, Option<&'static str>)> {
    let wrong = fixtures::plain::<grantor::value::kind::ClientSecret>(1);
    let wrong = wrong.expose();
    let (unknown, gone): (ClientId, ClientId) = (fixtures::id(999), house.world.removed.id);
    let mobile = house.world.mobile.id;
    let mut cases = Vec::new();
    for grant in [
        "client_credentials",
        "authorization_code",
        "nonsense",
        "client_credentials&scope=%22",
        "client_credentials&resource=a",
    ] {
        for (client, code) in [
            (id, "client.secret.wrong"),
            (house.world.disabled.id, "client.secret.wrong"),
            (house.world.inactive.id, "client.secret.wrong"),
            (house.world.saml.id, "client.secret.wrong"),
            (unknown, "client.not.found"),
            (gone, "client.not.found"),
            (mobile, "client.public"),
        ] {
            cases.push((vec![basic(client, wrong)], format!("grant_type={grant}"), Some(code)));
            cases.push((vec![basic(client, "not-even-a-secret")], format!("grant_type={grant}"), Some(code)));
            cases.push((
                vec![],
                format!("grant_type={grant}&client_id={client}&client_secret={wrong}"),
                Some(code),
            ));
        }
        cases.push((vec![], format!("grant_type={grant}&client_id={id}"), Some("client.secret.missing")));
        cases.push((vec![], format!("grant_type={grant}&client_id={unknown}"), Some("client.not.found")));
        cases.push((vec![basic(id, "")], format!("grant_type={grant}"), Some("client.secret.wrong")));
    }
    cases
}

/// GR-10, CL-11, DX-02: until the client is proven there is one answer, byte for byte, whatever is wrong; the
/// reason is in the audit trail, and nothing else changed.
#[test]
fn gr_10_until_it_is_proven_a_client_is_told_one_thing() {
    let (house, id, _) = with_service();
    let before = house.dump();
    let expected = house.post(&[&basic(fixtures::id(998), "x")], GRANT.as_bytes(), NOON);
    assert_eq!(told(&expected), error(401, "invalid_client"));
    for (headers, body, code) in unproven(&house, id) {
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let (response, events) = house.events_of(|| house.post(&headers, body.as_bytes(), NOON));
        assert_eq!(response, expected, "{body}");
        let [event] = events.as_slice() else { panic!("{body}: {events:?}") };
        let Outcome::Refused { code: told, .. } = &event.outcome else { panic!("{event:?}") };
        assert_eq!(Some(told.as_ref()), code, "{body}");
    }
    assert_same(&house.dump(), &before, "refused");
}

/// CL-11, threat 19: an unknown client costs the store the same calls as a wrong secret, and a secret of no
/// form the same as one that is merely wrong.
#[test]
fn cl_11_an_unknown_client_costs_the_same_as_a_wrong_secret() {
    let (house, id, _) = with_service();
    let wrong = fixtures::plain::<grantor::value::kind::ClientSecret>(1);
    let cost = |client: ClientId, secret: &str| {
        house.store().take_calls();
        let response = house.ask(client, secret, NOON);
        (response, house.store().take_calls())
    };
    let expected = cost(id, wrong.expose());
    assert_eq!(expected.1.len(), 2, "one read, one event");
    for (client, secret) in [
        (fixtures::id(999), wrong.expose()),
        (fixtures::id(999), "x"),
        (id, "x"),
        (house.world.removed.id, wrong.expose()),
        (house.world.disabled.id, wrong.expose()),
        (house.world.mobile.id, wrong.expose()),
    ] {
        assert_eq!(cost(client, secret), expected, "{client}");
    }
}

/// GR-10: proven, it is told what RFC 6749 has a name for, and no more of why.
#[test]
fn gr_10_a_proven_client_is_not_told_why() {
    let answers: Vec<_> = (0..4)
        .map(|case| {
            let (house, id, secret) = with_service();
            match case {
                0 => drop(done(house.admin().revoke(id, Acknowledgement::NotGiven, NOON))),
                1 => drop(done(house.server.operator().disable_client(id, NOON))),
                2 => {
                    let removal = NOON.plus(604_800);
                    house.put(house.client(id).deactivate(fixtures::administrator(), removal, NOON).unwrap());
                }
                _ => {
                    let body = b"grant_type=authorization_code";
                    return house.post(&[&basic(id, &secret)], body, NOON);
                }
            }
            house.ask(id, &secret, NOON)
        })
        .collect();
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
        assert_eq!(told(answer), error(400, "unauthorized_client"));
    }
}

/// threat 29: one gate for the client's state, the authorization's and the organization: a token only where
/// all say yes.
#[test]
fn threat_29_a_token_only_where_every_layer_says_yes() {
    let base = House::new().world.service;
    let clients: [(&str, Client, bool); 5] = [
        ("active", base.clone(), true),
        ("inactive", base.deactivate(fixtures::administrator(), NOON.plus(1), YESTERDAY).unwrap(), false),
        ("gone", base.deactivate(fixtures::administrator(), NOON, YESTERDAY).unwrap(), false),
        ("disabled", base.disable(grantor::audit::Actor::Operator, YESTERDAY).unwrap(), false),
        (
            "restored",
            {
                let inactive = base.deactivate(fixtures::administrator(), NOON.plus(1), YESTERDAY).unwrap();
                inactive.restore(fixtures::administrator(), YESTERDAY).unwrap()
            },
            true,
        ),
    ];
    let approved = fixtures::approved(ACME, &base);
    let words: [(&str, Option<Authorization>, bool); 4] = [
        ("none", None, false),
        ("pending", Some(fixtures::pending(ACME, &base)), false),
        ("approved", Some(approved.clone()), true),
        ("revoked", Some(approved.revoke(fixtures::administrator(), YESTERDAY).unwrap()), false),
    ];
    for (client_name, client, client_says) in &clients {
        for (word_name, word, word_says) in &words {
            for organization in [true, false] {
                let house = House::over(std::sync::Arc::default(), fixtures::world());
                house.put(client.clone());
                word.iter().for_each(|word| house.put(word.clone()));
                if organization {
                    house.put(house.world.acme.clone());
                }
                let expected = *client_says && *word_says && organization;
                let answer = house.asked(base.id, &house.secret(&base), NOON);
                let case = format!("{client_name}, {word_name}, organization: {organization}");
                assert_eq!(matches!(answer, Told::Token(..)), expected, "{case}: {answer:?}");
            }
        }
    }
}

/// GR-12, threat 44: what cannot be read is `invalid_request`, and changes nothing at all, the audit trail
/// included.
#[test]
fn gr_12_what_cannot_be_read_changes_nothing() {
    let (house, id, secret) = with_service();
    let header = basic(id, &secret);
    let (before, events) = (house.dump(), house.events());
    let long = format!("{GRANT}&x={}", "a".repeat(Form::MAX_BODY));
    let many: String = (0..=Form::MAX_PARAMETERS).map(|number| format!("&p{number}=x")).collect();
    let bodies: Vec<Vec<u8>> = vec![
        format!("{GRANT}&{GRANT}").into_bytes(),
        format!("{GRANT}&scope=a&scope=a").into_bytes(),
        format!("{GRANT}&client_id={id}&client_id={id}").into_bytes(),
        format!("{GRANT}&x=%ff").into_bytes(),
        format!("{GRANT}&x=%c3%28").into_bytes(),
        format!("{GRANT}&x=%").into_bytes(),
        format!("{GRANT}&x=%zz").into_bytes(),
        format!("{GRANT}&x=%00").into_bytes(),
        [GRANT.as_bytes(), b"&x=\xff"].concat(),
        long.into_bytes(),
        format!("{GRANT}{many}").into_bytes(),
        b"".to_vec(),
        b"grant_type=".to_vec(),
        b"scope=a".to_vec(),
    ];
    for body in &bodies {
        house.store().take_calls();
        let response = house.post(&[&header], body, NOON);
        assert_eq!(told(&response), error(400, "invalid_request"), "{}", String::from_utf8_lossy(body));
        assert_eq!(house.store().take_calls(), []);
        let answer: Value = serde_json::from_slice(&response.body).unwrap();
        assert!(answer["error_description"].as_str().is_some_and(|text| text.len() > 10), "a clear error");
    }
    for header in
        ["Basic !", "Basic", "Basic  ", &format!("Basic {}", STANDARD.encode("no colon")), "Basic /w=="]
    {
        let response = house.post(&[header], GRANT.as_bytes(), NOON);
        assert_eq!(told(&response), error(400, "invalid_request"), "{header}");
    }
    for content_type in [None, Some("application/json"), Some("text/plain")] {
        let headers = [header.as_bytes()];
        let request = TokenRequest {
            authorization: &headers,
            content_type: content_type.map(str::as_bytes),
            body: GRANT.as_bytes(),
        };
        let response = ready(house.server.token(&request, NOON)).unwrap().unwrap();
        assert_eq!(told(&response), error(400, "invalid_request"), "{content_type:?}");
    }
    assert_same(&house.dump(), &before, "refused");
    assert_eq!(house.events(), events);
}

/// SC-03, TK-07: client credentials have no scopes: whichever is asked for is more than is approved; a
/// malformed one too is `invalid_scope`, and an empty one is none.
#[test]
fn sc_03_more_than_is_approved_is_invalid_scope() {
    let (house, id, secret) = with_service();
    for scope in ["routing", "routing:readonly", "routing+users", "unknown", "a++b", "%22", "+", "a+"] {
        let response = house.post(&[&basic(id, &secret)], format!("{GRANT}&scope={scope}").as_bytes(), NOON);
        assert_eq!(told(&response), error(400, "invalid_scope"), "{scope}");
    }
    let response = house.post(&[&basic(id, &secret)], format!("{GRANT}&scope=").as_bytes(), NOON);
    assert!(matches!(told(&response), Told::Token(..)));
}

/// threat 36: no part of a request moves the clock.
#[test]
fn threat_36_time_comes_from_the_host_alone() {
    let (house, id, secret) = with_service();
    let later = NOON.plus(1_000);
    for parameter in ["now", "iat", "exp", "expires_in", "auth_time", "nbf", "timestamp", "date", "lifetime"]
    {
        let body = format!("{GRANT}&{parameter}=1");
        let Told::Token(token, expires_in) =
            told(&house.post(&[&basic(id, &secret)], body.as_bytes(), later))
        else {
            panic!("{parameter}")
        };
        let allowed = house.call(&token, &fixtures::requirement("", ""), later).unwrap();
        assert_eq!((expires_in, allowed.expires), (86_400, later.plus(86_400)), "{parameter}");
    }
}
