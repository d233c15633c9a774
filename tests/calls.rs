//! Judging calls (TK-05 to TK-08, TK-11, SC-03, DX-01, DX-03, DX-05, DX-06, threats 28 and 31).
#![cfg(feature = "testing")]

mod common;

use grantor::access::DivisionRequired;
use grantor::access::HolderRequired;
use grantor::access::PermissionsRequired;
use grantor::access::Requirement;
use grantor::access::ScopeCheck;
use grantor::access::ScopesRequired;
use grantor::admin::authorizations::Acknowledgement;
use grantor::audit::Action;
use grantor::audit::Actor;
use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Reason;
use grantor::model::AccessToken;
use grantor::model::Authorization;
use grantor::model::Division;
use grantor::model::FamilyState;
use grantor::model::GrantType;
use grantor::model::IdleTimeout;
use grantor::model::ImplicitSunset;
use grantor::model::Policy;
use grantor::model::Revocation;
use grantor::model::User;
use grantor::model::UserState;
use grantor::ready;
use grantor::server::CallDenial;
use grantor::server::CallError;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::SALES;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::VIEWERS;
use grantor::testing::fixtures::YESTERDAY;
use grantor::value::Permission;
use grantor::value::Plain;
use grantor::value::kind;

use common::Call;
use common::House;
use common::assert_same;
use common::done;
use common::draft;

/// What ends a token, each in a layer of its own, with the code that says so.
type Ending = (&'static str, fn(&House));

const ENDINGS: [Ending; 15] = [
    ("organization.unknown", |house| remove(house, Key::Organization(ACME))),
    ("organization.ended.tokens", |house| house.put(house.world.acme.in_next_epoch())),
    ("client.gone", |house| remove(house, Key::Client(house.world.web.id))),
    ("client.inactive", |house| {
        let removal = NOON.plus(604_800);
        house.put(house.world.web.deactivate(fixtures::administrator(), removal, YESTERDAY).unwrap());
    }),
    ("client.disabled", |house| {
        house.put(house.world.web.disable(grantor::audit::Actor::Operator, YESTERDAY).unwrap())
    }),
    ("authorization.missing", |house| remove(house, Key::Authorization(ACME, house.world.web.id))),
    ("authorization.pending", |house| house.put(fixtures::pending(ACME, &house.world.web))),
    ("authorization.revoked", |house| {
        house.put(house.world.web_approval.revoke(fixtures::administrator(), YESTERDAY).unwrap());
    }),
    ("authorization.superseded", |house| {
        let word = &house.world.web_approval;
        let grantor::model::AuthorizationState::Approved(approval) = word.state().clone() else { panic!() };
        house.put(Authorization::approved(ACME, word.client(), fixtures::id(4_711), approval));
    }),
    ("login.unknown", |house| remove(house, Key::Family(house.world.web_login.id))),
    ("login.revoked", |house| {
        let state = FamilyState::Revoked(Revocation { by: fixtures::administrator(), at: YESTERDAY });
        house.put(grantor::model::TokenFamily { state, ..house.world.web_login.clone() });
    }),
    ("login.expired", |house| {
        house.put(grantor::model::TokenFamily { expires: NOON, ..house.world.web_login.clone() });
    }),
    ("user.inactive", |house| {
        house.put(User { organization: ACME, id: VIEWER, state: UserState::Inactive, email: None })
    }),
    ("token.expired", |house| house.put(AccessToken { expires: NOON, ..house.world.web_token.clone() })),
    ("token.unknown", |house| remove(house, Key::AccessToken(house.world.web_token.digest))),
];

fn remove(house: &House, key: Key) {
    let version = house.find(key).unwrap().version;
    house.plant(Changes::new().delete(version, key));
}

/// TK-06: allowed when every layer says yes, and refused by any one that does not, with its own code and a
/// remedy.
#[test]
fn tk_06_each_layer_refuses_by_itself() {
    let requirement = fixtures::requirement("routing:readonly", "routing:queue:view");
    assert!({
        let house = House::new();
        house.call(&house.web_token(), &requirement, NOON).is_ok()
    });
    for (code, end) in ENDINGS {
        let house = House::new();
        end(&house);
        let denial = house.call(&house.web_token(), &requirement, NOON).unwrap_err();
        assert_eq!(denial.reason.code(), code);
        assert!(denial.remedy().len() > 10, "{code}: {}", denial.remedy());
        assert_outward(&denial, 401, Some("invalid_token"));
    }
}

/// threat 28: two layers that say no do not make a yes, whichever they are.
#[test]
fn threat_28_no_layer_hides_another() {
    for (one, end) in ENDINGS {
        for (other, also_end) in ENDINGS {
            // What was removed cannot be put into another state, and what one layer says twice is said once.
            if layer(one) == layer(other) {
                continue;
            }
            let house = House::new();
            end(&house);
            also_end(&house);
            let code = house.refused(&house.web_token(), NOON);
            assert!(code == Some(one) || code == Some(other), "{one} and {other}: {code:?}");
        }
    }
}

fn layer(code: &str) -> &str {
    code.split('.').next().unwrap()
}

/// TK-11: the caller is told what RFC 6750 has a name for: no code of ours, no cause, no remedy.
#[track_caller]
fn assert_outward(denial: &CallDenial, status: u16, error: Option<&str>) {
    let response = &denial.response;
    assert_eq!(response.status, status, "{}", denial.reason);
    assert!(response.body.is_empty());
    let challenge = response
        .headers
        .iter()
        .find(|(name, _)| *name == "www-authenticate")
        .map(|(_, value)| value.as_str());
    let challenge = challenge.expect("a challenge");
    assert!(challenge.starts_with("Bearer realm="), "{challenge}");
    assert_eq!(challenge.contains("error="), error.is_some(), "{challenge}");
    if let Some(error) = error {
        assert!(challenge.contains(&format!("error=\"{error}\"")), "{challenge}");
    }
    assert!(
        !challenge.contains(denial.reason.code()) && !challenge.contains(&denial.remedy()),
        "{challenge}"
    );
    assert!(!challenge.contains(&denial.reason.to_string()), "{challenge}");
}

/// TK-11, TK-06: every other refusal, with what is said inside and outside.
#[test]
fn tk_11_what_is_told_inside_and_outside() {
    let house = House::new();
    let token = house.web_token();
    let unknown = fixtures::plain::<kind::AccessToken>(4_711);
    let bearer = |token: &str| format!("Bearer {token}");
    let user = Requirement { holder: HolderRequired::User, ..fixtures::requirement("", "") };
    let service = fixtures::token_of(house.world.service.id);
    let anything = fixtures::requirement("", "");
    let cases = [
        (vec![], anything.clone(), "token.missing", 401, None),
        (vec!["Basic abc".to_owned()], anything.clone(), "token.missing", 401, None),
        (vec!["Bearer".to_owned()], anything.clone(), "token.malformed", 400, Some("invalid_request")),
        (vec!["Bearer a b".to_owned()], anything.clone(), "token.malformed", 400, Some("invalid_request")),
        (
            vec![bearer(&token), bearer(&token)],
            anything.clone(),
            "token.malformed",
            400,
            Some("invalid_request"),
        ),
        (vec![bearer("garbage")], anything.clone(), "token.unknown", 401, Some("invalid_token")),
        (vec![bearer(unknown.expose())], anything, "token.unknown", 401, Some("invalid_token")),
        (vec![bearer(service.expose())], user, "user.needed", 403, Some("insufficient_scope")),
        (
            vec![bearer(&token)],
            fixtures::requirement("users", ""),
            "scope.missing",
            403,
            Some("insufficient_scope"),
        ),
        (
            vec![bearer(&token)],
            fixtures::requirement("", "routing:queue:edit"),
            "permission.missing",
            403,
            Some("insufficient_scope"),
        ),
    ];
    for (headers, requirement, code, status, error) in cases {
        let headers: Vec<&[u8]> = headers.iter().map(String::as_bytes).collect();
        let judged = ready(house.server.authorize_call(&headers, &requirement, NOON)).unwrap();
        let Err(CallError::Denied(denial)) = judged else { panic!("{code}: {judged:?}") };
        assert_eq!(denial.reason.code(), code);
        assert!(denial.remedy().len() > 10, "{}", denial.remedy());
        assert_outward(&denial, status, error);
    }
}

/// TK-05: garbage is refused without asking the store; a token is one read.
#[test]
fn tk_05_garbage_costs_no_look_up() {
    let house = House::new();
    let token = house.web_token();
    let mut altered = token.clone().into_bytes();
    altered[20] = if altered[20] == b'A' { b'B' } else { b'A' };
    let altered = String::from_utf8(altered).unwrap();
    let secret = fixtures::secret_of(house.world.web.id);
    house.store().take_calls();
    for garbage in
        ["x", &altered, &token[1..], &token[..token.len() - 1], secret.expose(), &token.to_lowercase()]
    {
        assert_eq!(house.refused(garbage, NOON), Some("token.unknown"), "{garbage}");
    }
    assert_eq!(house.store().take_calls(), []);
    assert_eq!(house.refused(&token, NOON), None);
    assert_eq!(house.store().take_calls(), [Call::Access], "one read, and no write");
}

/// TK-05: the store holds SHA-256 of a token: neither its text nor its random bytes, and the digest opens
/// nothing.
#[test]
fn tk_05_a_leaked_store_gives_no_token() {
    let house = House::new();
    let (id, secret) = house.service(&draft(GrantType::ClientCredentials), NOON);
    let token = house.issue(id, &secret, NOON);
    assert!(token.starts_with("gat_") && token.len() == 52, "{token}");
    let json = serde_json::to_string(
        &house.store().memory().records().into_iter().map(|stored| stored.record).collect::<Vec<_>>(),
    )
    .unwrap();
    assert!(!json.contains(&token) && !json.contains(&token[4..47]));
    for stored in house.dump().into_values() {
        if let grantor::change::Record::AccessToken(record) = stored.record {
            let digest = serde_json::to_value(record.digest).unwrap();
            let digest = digest.as_str().unwrap();
            for presented in [digest.to_owned(), format!("gat_{digest}"), format!("gat_{digest}AAAAA")] {
                assert!(house.refused(&presented, NOON).is_some());
            }
        }
    }
}

/// TK-05: no two tokens are the same.
#[test]
fn tk_05_tokens_are_random() {
    let house = House::new();
    let (id, secret) = house.service(&draft(GrantType::ClientCredentials), NOON);
    let tokens: std::collections::HashSet<String> =
        (0..300).map(|_| house.issue(id, &secret, NOON)).collect();
    assert_eq!(tokens.len(), 300);
}

/// TK-06, SC-01: scopes: read-write covers read-only, and not the other way; any one of those accepted will
/// do.
#[test]
fn tk_06_an_accepted_scope_must_be_held() {
    let house = House::new();
    let token = house.web_token();
    for (accepted, allowed) in [
        ("routing", true),
        ("routing:readonly", true),
        ("users:readonly", true),
        ("users", false),
        ("analytics", false),
        ("analytics routing", true),
        ("users analytics:readonly", false),
    ] {
        assert_eq!(
            house.call(&token, &fixtures::requirement(accepted, ""), NOON).is_ok(),
            allowed,
            "{accepted}"
        );
    }
}

/// TK-06: scopes and permissions are separate layers, both needed; and a requirement that says nothing is met
/// by no call.
#[test]
fn tk_06_scopes_and_permissions_are_both_needed() {
    let house = House::new();
    let token = house.web_token();
    for (scope, permission, allowed) in [
        ("routing", "routing:queue:view", true),
        ("users", "routing:queue:view", false),
        ("routing", "routing:queue:edit", false),
        ("users", "routing:queue:edit", false),
    ] {
        let answer = house.call(&token, &fixtures::requirement(scope, permission), NOON);
        assert_eq!(answer.is_ok(), allowed, "{scope}, {permission}");
    }
    assert!(house.call(&token, &Requirement::default(), NOON).is_err());
    let nothing_listed = [
        Requirement { permissions: PermissionsRequired::all([]), ..fixtures::requirement("", "") },
        Requirement { permissions: PermissionsRequired::any([]), ..fixtures::requirement("", "") },
        Requirement { scopes: ScopesRequired::AnyOf(Vec::new()), ..fixtures::requirement("", "") },
    ];
    for requirement in nothing_listed {
        assert!(house.call(&token, &requirement, NOON).is_err(), "{requirement:?}");
    }
}

/// TK-06, DX-03: permissions: each of these, or one of these; the refusal names them, and where.
#[test]
fn tk_06_dx_03_permissions_are_held_in_the_division() {
    let house = House::new();
    let token = house.web_token();
    let [held, other, lacking] = ["routing:queue:view", "oauth:client:view", "routing:queue:edit"]
        .map(|text| Permission::new(text).unwrap());
    let with = |permissions, division| Requirement { permissions, division, ..fixtures::requirement("", "") };
    let both = PermissionsRequired::all([held.clone(), other]);
    let mixed = PermissionsRequired::all([held.clone(), lacking.clone()]);
    let either = PermissionsRequired::any([lacking, held]);
    let sales = DivisionRequired::In(SALES);
    assert!(house.call(&token, &with(both, sales), NOON).is_ok());
    assert!(house.call(&token, &with(either.clone(), sales), NOON).is_ok());
    assert!(house.call(&token, &with(either, DivisionRequired::All), NOON).is_err());
    let denial = house.call(&token, &with(mixed, sales), NOON).unwrap_err();
    assert!(denial.reason.to_string().contains("routing:queue:edit"), "{}", denial.reason);
    assert!(
        denial.remedy().contains("role") && denial.remedy().contains("routing:queue:edit"),
        "{}",
        denial.remedy()
    );
    assert!(denial.remedy().contains(&SALES.to_string()), "{}", denial.remedy());
}

/// TK-07: client credentials are judged by roles alone, and calls that need a user refuse them.
#[test]
fn tk_07_scopes_do_not_apply_to_client_credentials() {
    let house = House::new();
    let token = fixtures::token_of(house.world.service.id);
    for accepted in ["routing", "users", "analytics:readonly"] {
        let allowed =
            house.call(token.expose(), &fixtures::requirement(accepted, "routing:queue:view"), NOON).unwrap();
        assert_eq!(allowed.scopes, ScopeCheck::NotApplicable);
        assert!(
            house.call(token.expose(), &fixtures::requirement(accepted, "routing:queue:edit"), NOON).is_err()
        );
    }
    let user = Requirement { holder: HolderRequired::User, ..fixtures::requirement("", "") };
    assert!(house.call(token.expose(), &user, NOON).is_err());
    assert!(house.call(&house.web_token(), &user, NOON).is_ok());
}

/// TK-08: on by default; off, scope checks pass and say so, and permissions are asked for as ever.
#[test]
fn tk_08_scopes_that_are_not_enforced_are_reported() {
    let house = House::new();
    let token = house.web_token();
    let lacking = fixtures::requirement("analytics", "routing:queue:view");
    assert!(house.call(&token, &lacking, NOON).is_err(), "on by default");
    done(house.admin().change_policy(Policy { enforce_scopes: false, ..Policy::default() }, NOON));
    assert_eq!(house.call(&token, &lacking, NOON).unwrap().scopes, ScopeCheck::NotEnforced);
    let held = fixtures::requirement("routing", "routing:queue:view");
    assert_eq!(house.call(&token, &held, NOON).unwrap().scopes, ScopeCheck::Held);
    assert!(house.call(&token, &fixtures::requirement("analytics", "routing:queue:edit"), NOON).is_err());
    done(house.admin().change_policy(Policy::default(), NOON));
    assert!(house.call(&token, &lacking, NOON).is_err());
}

/// DX-06, LC-11: expired at its second, one before it not; the remedy is a new token, and not a shorter one.
#[test]
fn dx_06_an_expired_token_is_told_to_be_renewed() {
    let house = House::new();
    let (token, expires) = (house.web_token(), NOON.plus(DAY));
    assert_eq!(house.refused(&token, expires.minus(1)), None);
    for now in [expires, expires.plus(1), expires.plus(DAY - 1)] {
        let denial = house.call(&token, &fixtures::requirement("", ""), now).unwrap_err();
        assert_eq!(denial.reason.code(), "token.expired");
        assert!(denial.reason.to_string().contains(&expires.to_string()), "{}", denial.reason);
        let remedy = denial.remedy();
        assert!(remedy.contains("request a new token") && remedy.contains("refresh"), "{remedy}");
        assert!(!remedy.contains("duration") && !remedy.contains("lifetime"), "{remedy}");
    }
}

/// DX-06, LC-08: for a day after its end it is told from a token that never was; a sweep takes it then, and
/// not before.
#[test]
fn dx_06_an_expired_token_is_known_for_a_day() {
    let house = House::new();
    let (token, kept_until) = (house.web_token(), NOON.plus(2 * DAY));
    house.sweep_all(kept_until.minus(1));
    assert_eq!(house.refused(&token, kept_until.minus(1)), Some("token.expired"));
    house.sweep_all(kept_until);
    assert_eq!(house.refused(&token, kept_until), Some("token.unknown"));
}

/// DX-05: a token that was issued with a scope which was taken from the application since: the refusal names
/// that change.
#[test]
fn dx_05_a_scope_that_was_removed_since_is_named() {
    let house = House::new();
    let token = house.web_token();
    let never_held = house.call(&token, &fixtures::requirement("analytics", ""), NOON).unwrap_err();
    let _ = done(house.admin().edit_scopes(house.world.web.id, &["users:readonly".to_owned()], NOON));
    let removed = house.call(&token, &fixtures::requirement("routing", ""), NOON).unwrap_err();
    assert!(removed.reason.to_string().contains("removed"), "{}", removed.reason);
    assert!(!never_held.reason.to_string().contains("removed"), "{}", never_held.reason);
}

/// DX-05, DX-04: an authorization that was revoked since is named, with who and when; a secret that was
/// replaced too.
#[test]
fn dx_05_a_revocation_and_a_rotation_are_named() {
    let house = House::new();
    let (id, secret) = house.service(&draft(GrantType::ClientCredentials), NOON);
    let token = house.issue(id, &secret, NOON);
    let _ = done(house.admin().regenerate_secret(id, None, NOON));
    let (_, events) = house.events_of(|| house.ask(id, &secret, NOON));
    let [event] = events.as_slice() else { panic!("{events:?}") };
    let grantor::audit::Outcome::Refused { cause, .. } = &event.outcome else { panic!("{event:?}") };
    assert!(cause.contains("replaced"), "{cause}");
    let remedy =
        grantor::grant::TokenRefusal::NotAuthenticated(grantor::grant::AuthenticationFailure::WrongSecret)
            .remedy();
    assert!(remedy.contains("rotation") && remedy.contains("regenerate"), "{remedy}");
    let _ = done(house.admin().revoke(id, Acknowledgement::NotGiven, NOON));
    let denial = house.call(&token, &fixtures::requirement("", ""), NOON).unwrap_err();
    assert!(
        denial.reason.to_string().contains("revoked at 2026-01-15T12:00:00Z by user"),
        "{}",
        denial.reason
    );
}

/// GR-05: from the second instant on, implicit clients use nothing; the second before, they do.
#[test]
fn gr_05_use_ends_at_the_instant() {
    let ends = ImplicitSunset::default().use_ends;
    assert_eq!(ends.to_string(), "2027-05-01T00:00:00Z");
    let house = House::new();
    let (client, word) = (&house.world.implicit, &house.world.implicit_approval);
    let login = grantor::model::TokenFamily {
        id: fixtures::id(88),
        expires: ends.plus(DAY),
        ..fixtures::login(word, VIEWER)
    };
    let token = AccessToken { expires: ends.plus(DAY), ..fixtures::token(client, word, Some(&login)) };
    house.put_login(&login);
    let token = house.plant_token(88, &token);
    for (now, code) in [
        (ends.minus(1), None),
        (ends, Some("grant.implicit.ended")),
        (ends.plus(1), Some("grant.implicit.ended")),
    ] {
        assert_eq!(house.refused(&token, now), code, "{now}");
    }
}

/// TK-06, ST-03: a call that cannot be judged is not allowed.
#[test]
fn tk_06_a_call_that_cannot_be_judged_is_not_allowed() {
    let house = House::new();
    let idle = Policy { idle_timeout: Some(IdleTimeout::MIN), ..Policy::default() };
    house.set_policy(ACME, idle, NOON);
    for fault in common::Fault::ALL {
        for call in 0..2 {
            let header = format!("Bearer {}", house.web_token());
            house.store().fail_at(call, fault);
            let requirement = fixtures::requirement("", "");
            let judged =
                ready(house.server.authorize_call(&[header.as_bytes()], &requirement, NOON.plus(1))).unwrap();
            house.store().mend();
            if fault == common::Fault::Conflict && call == 0 {
                continue;
            }
            let Err(error @ CallError::Failed(_)) = judged else { panic!("{fault:?} at {call}: {judged:?}") };
            assert_eq!(error.response().status, 503);
            // A use that was recorded all the same is not recorded again.
            house.put(AccessToken { last_used: NOON, ..house.world.web_token.clone() });
        }
    }
}

/// TK-06: judging changes nothing but the audit trail where no idle timeout is on, allowed or not.
#[test]
fn tk_06_judging_changes_nothing() {
    let house = House::new();
    let before = house.dump();
    for requirement in [fixtures::requirement("routing", ""), fixtures::requirement("users", "")] {
        let _ = house.call(&house.web_token(), &requirement, NOON);
    }
    let unknown: Plain<kind::AccessToken> = fixtures::plain(1);
    let _ = house.refused(unknown.expose(), NOON);
    assert_same(&house.dump(), &before, "judged");
}

/// TK-06, AA-12, OR-03: what counts is what the user holds now.
#[test]
fn tk_06_roles_are_those_of_the_moment() {
    let house = House::new();
    let (token, needs) = (house.web_token(), fixtures::requirement("", "routing:queue:view"));
    assert!(house.call(&token, &needs, NOON).is_ok());
    house.put(fixtures::user(ACME, VIEWER, fixtures::role_grants([])));
    assert!(house.call(&token, &needs, NOON).is_err());
    house.put(fixtures::user(ACME, VIEWER, fixtures::role_grants([(VIEWERS, Division::All)])));
    assert!(house.call(&token, &needs, NOON).is_ok());
    remove(&house, Key::Role(ACME, VIEWERS));
    assert!(house.call(&token, &needs, NOON).is_err(), "a role that is not there permits nothing");
}

/// TK-10: whoever has a token may give it up: that token alone, at once, and in the trail of its organization.
#[test]
fn tk_10_a_call_ends_the_token_that_it_carries() {
    let house = House::new();
    let (client, secret) = house.service(&draft(GrantType::ClientCredentials), NOON);
    let [token, other] = [NOON, NOON].map(|at| house.issue(client, &secret, at));
    let header = format!("Bearer {token}");
    let end = || ready(house.server.end_token_of_call(&[header.as_bytes()], NOON)).unwrap();
    let (ended, events) = house.events_of(end);
    assert_eq!(ended, Ok(()));
    let [event] = events.as_slice() else { panic!("one event: {events:?}") };
    assert_eq!((event.action, event.actor), (Action::RevokeToken, Actor::Client(client)));
    assert_eq!(event.organization, Some(ACME));
    assert_eq!(house.refused(&token, NOON), Some("token.unknown"));
    assert_eq!(house.refused(&other, NOON), None);
    let Err(CallError::Denied(denial)) = end() else { panic!("ended twice") };
    assert_eq!((denial.reason.code(), denial.response.status), ("token.unknown", 401));
    let nothing = ready(house.server.end_token_of_call(&[], NOON)).unwrap();
    assert!(matches!(nothing, Err(CallError::Denied(denial)) if denial.reason.code() == "token.missing"));
}

/// TK-10, TK-04: a token that does not work any more is no proof of anything: it ends nothing.
#[test]
fn tk_10_a_dead_token_ends_nothing() {
    let house = House::new();
    let (client, secret) = house.service(&draft(GrantType::ClientCredentials), NOON);
    let token = house.issue(client, &secret, NOON);
    let _ = done(house.admin().revoke(client, Acknowledgement::NotGiven, NOON));
    let header = format!("Bearer {token}");
    let refused = ready(house.server.end_token_of_call(&[header.as_bytes()], NOON)).unwrap();
    assert!(
        matches!(refused, Err(CallError::Denied(denial)) if denial.reason.code() == "authorization.revoked")
    );
    let digest = grantor::value::Digest::of_presented(&token).unwrap();
    assert!(house.find(Key::AccessToken(digest)).is_some(), "it is still there");
}

/// Threat 34: where the store fails, at whichever of its three calls, the token is not said to be ended.
#[test]
fn threat_34_a_failing_store_ends_no_token_with_success() {
    for fault in common::Fault::ALL {
        for call in 0..3 {
            let house = House::new();
            let header = format!("Bearer {}", house.web_token());
            house.store().fail_at(call, fault);
            let ended = ready(house.server.end_token_of_call(&[header.as_bytes()], NOON)).unwrap();
            house.store().mend();
            if fault == common::Fault::Conflict && call < 2 {
                continue;
            }
            assert!(matches!(ended, Err(CallError::Failed(_))), "{fault:?} at {call}: {ended:?}");
        }
    }
}
