//! Explaining decisions to administrators (GV-05, TK-11, OR-01, threat 37).
#![cfg(feature = "testing")]

mod common;

use std::sync::Arc;

use grantor::access::Access;
use grantor::access::Layer;
use grantor::access::Requirement;
use grantor::access::Verdict;
use grantor::access::authorize_call;
use grantor::access::explain_call;
use grantor::admin::authorizations::Acknowledgement;
use grantor::audit::Subject;
use grantor::change::Reason;
use grantor::model::GrantType;
use grantor::model::IdleTimeout;
use grantor::model::ImplicitSunset;
use grantor::model::Policy;
use grantor::model::User;
use grantor::model::UserState;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::HOUR;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::strategies as some;
use grantor::value::ClientId;
use proptest::prelude::*;

use common::House;
use common::LAPSED;
use common::NEWCOMER;
use common::WITHDRAWN;
use common::assert_same;
use common::done;
use common::draft;

fn routing() -> Requirement {
    fixtures::requirement("routing", "routing:queue:view")
}

/// GV-05: an administrator goes from the event of a refused call to its explanation, and never sees the token. Every
/// reason is told, and not the first alone.
#[test]
fn gv_05_a_refused_call_is_explained_by_its_event() {
    let house = House::new();
    let token = house.web_token();
    let web = house.world.web.id;
    let _ = done(house.admin().edit_scopes(web, &["users:readonly".to_owned()], NOON));
    house.put(User { state: UserState::Inactive, ..house.world.viewer.clone() });
    let (refused, events) = house.events_of(|| house.call(&token, &routing(), NOON).unwrap_err());
    let [event] = events.as_slice() else { panic!("{events:?}") };
    let Subject::AccessToken { digest, .. } = event.subject else { panic!("{event:?}") };
    let explanation = done(house.admin().explain_call(&digest, &routing(), NOON, NOON));
    assert_eq!(explanation.refusal(), Some(&refused.reason));
    let codes: Vec<_> = explanation.refusals().map(Reason::code).collect();
    assert_eq!(codes, ["user.inactive", "scope.removed"]);
    assert_eq!(explanation.verdict(Layer::Permissions), Some(&Verdict::RestsOn(Layer::User)));
}

/// GV-05: what is told at another instant is what holds then, and to ask uses no token and changes nothing.
#[test]
fn gv_05_to_ask_at_another_instant_uses_nothing() {
    let house = House::new();
    let idle = Policy { idle_timeout: Some(IdleTimeout::MIN), ..Policy::default() };
    house.set_policy(ACME, idle, NOON);
    let digest = fixtures::token_of(house.world.web.id).digest();
    let before = house.dump();
    let (codes, events) = house.events_of(|| {
        [NOON, NOON.plus(299), NOON.plus(300)].map(|at| {
            let explanation = done(house.admin().explain_call(&digest, &routing(), at, NOON));
            assert_eq!(explanation.at, at);
            explanation.refusal().map(Reason::code)
        })
    });
    assert_eq!(codes, [None, None, Some("token.idle")]);
    assert_eq!(events, []);
    assert_same(&house.dump(), &before, "to ask changes nothing");
}

/// OR-01, threat 37: a token of another organization is answered as one that was never issued, to its administrator
/// of everything too.
#[test]
fn threat_37_the_token_of_another_organization_is_not_told_of() {
    let house = House::new();
    let globex = house.server.administration(GLOBEX, ADMINISTRATOR);
    let digests = [fixtures::token_of(house.world.web.id).digest(), fixtures::plain(4_711).digest()];
    let [theirs, nobodys] = digests.map(|digest| done(globex.explain_call(&digest, &routing(), NOON, NOON)));
    assert_eq!(theirs, nobodys);
    assert_eq!(theirs.refusal().map(Reason::code), Some("token.unknown"));
    assert_eq!((theirs.layers.len(), theirs.is_allowed()), (1, false));
    let own = done(house.admin().explain_call(&digests[0], &routing(), NOON, NOON));
    assert!(own.is_allowed(), "{own}");
}

/// OR-01, threat 37: a client of another organization on which there is no word is answered as none; one on which
/// there is, by that word.
#[test]
fn threat_37_the_client_of_another_organization_is_not_told_of() {
    let house = House::new();
    let asked = |client| done(house.admin().explain_client(client, Some(VIEWER), NOON, NOON));
    let foreign = fixtures::id::<ClientId>(NEWCOMER);
    assert_eq!(asked(foreign), asked(fixtures::id(999)));
    assert_eq!(asked(foreign).refusal().map(Reason::code), Some("client.gone"));
    let partner = asked(house.world.partner.id);
    assert_eq!(partner.refusal().map(Reason::code), Some("authorization.pending"));
    let _ = done(house.admin().authorize(foreign, None, NOON));
    assert!(asked(foreign).is_allowed());
}

/// GV-05: why a client may obtain a token, in the name of a user or for itself, by its grant type and its states.
#[test]
fn gv_05_a_request_for_a_token_is_explained() {
    let house = House::new();
    let world = &house.world;
    let (lapsed, withdrawn) = (fixtures::id(LAPSED), fixtures::id(WITHDRAWN));
    let cases = [
        (world.service.id, None, [].as_slice()),
        (world.service.id, Some(VIEWER), &["grant.type.wrong"]),
        (world.web.id, Some(VIEWER), &[]),
        (world.web.id, None, &["grant.type.wrong"]),
        (world.web.id, Some(fixtures::FORMER), &["user.inactive"]),
        (world.mobile.id, Some(fixtures::BYSTANDER), &["user.outside.audience"]),
        (world.built_in.id, Some(VIEWER), &[]),
        (world.disabled.id, Some(VIEWER), &["client.disabled"]),
        (lapsed, Some(fixtures::id(99)), &["client.inactive", "user.unknown"]),
        (withdrawn, Some(VIEWER), &["authorization.revoked"]),
        (world.young.id, Some(VIEWER), &["authorization.missing"]),
        (world.removed.id, None, &["client.gone"]),
    ];
    for (client, user, expected) in cases {
        let explanation = done(house.admin().explain_client(client, user, NOON, NOON));
        let codes: Vec<_> = explanation.refusals().map(Reason::code).collect();
        assert_eq!(codes, expected, "{client} for {user:?}: {explanation}");
        assert_eq!(explanation.is_allowed(), expected.is_empty());
    }
}

/// GV-05: for programs, under stable names.
#[test]
fn gv_05_an_explanation_is_read_by_programs() {
    let house = House::new();
    let _ = done(house.admin().revoke(house.world.web.id, Acknowledgement::NotGiven, NOON));
    let digest = fixtures::token_of(house.world.web.id).digest();
    let explanation = done(house.admin().explain_call(&digest, &routing(), NOON, NOON));
    let by = format!("user {ADMINISTRATOR} of organization {ACME}");
    let expected = serde_json::json!({
        "at": NOON.unix(),
        "allowed": false,
        "layers": [
            {"layer": "organization", "verdict": "passes"},
            {"layer": "client", "verdict": "passes"},
            {
                "layer": "authorization",
                "verdict": "refuses",
                "code": "authorization.revoked",
                "cause": format!("the application was revoked at 2026-01-15T12:00:00Z by {by}"),
                "remedy": "have an administrator authorize the application anew, from scratch",
            },
            {"layer": "login", "verdict": "passes"},
            {"layer": "consent", "verdict": "passes"},
            {"layer": "user", "verdict": "rests_on", "on": "authorization"},
            {"layer": "token", "verdict": "passes"},
            {"layer": "holder", "verdict": "passes"},
            {"layer": "scopes", "verdict": "rests_on", "on": "authorization"},
            {"layer": "permissions", "verdict": "passes"},
        ],
    });
    assert_eq!(serde_json::to_value(&explanation).unwrap(), expected);
}

/// GV-05, TK-08: for people, one line for the answer and one for each layer, with the remedy where it refuses.
#[test]
fn gv_05_an_explanation_is_read_by_people() {
    let house = House::new();
    house.set_policy(ACME, Policy { enforce_scopes: false, ..Policy::default() }, NOON);
    let digest = fixtures::token_of(house.world.service.id).digest();
    let call = fixtures::requirement("analytics", "routing:queue:view").by_a_user();
    let told = done(house.admin().explain_call(&digest, &call, NOON, NOON)).to_string();
    let expected = "refused at 2026-01-15T12:00:00Z: the call needs a user, and the token acts for none
  organization   passes
  client         passes
  authorization  passes
  login          does not apply
  consent        does not apply
  user           does not apply
  token          passes
  holder         refuses: the call needs a user, and the token acts for none (user.needed); to do: use a client of a \
                    grant type in which a user logs in
  scopes         does not apply
  permissions    passes";
    assert_eq!(told, expected);
    let digest = fixtures::token_of(house.world.web.id).digest();
    let told = done(house.admin().explain_call(&digest, &call, NOON, NOON)).to_string();
    assert!(told.starts_with("allowed at 2026-01-15T12:00:00Z\n"), "{told}");
    assert!(
        told.contains("\n  scopes         would refuse, and is not enforced by the organization\n"),
        "{told}"
    );
}

proptest! {
    /// GV-05: over worlds in which anything may be missing or changed, an explanation allows what is allowed, its first
    /// refusal is the answer, and what cannot be told rests on what is in the way.
    #[test]
    fn gv_05_an_explanation_answers_as_the_decision(
        which in 0_usize..4,
        missing in prop::collection::vec(prop::bool::weighted(0.15), 6),
        lifecycle in some::lifecycle(),
        lives in prop::bool::weighted(0.7),
        policy in some::policy(),
        epochs in prop::collection::vec(prop::bool::weighted(0.15), 4),
        approves in prop::bool::weighted(0.7),
        (scopes, needs) in ("(routing|analytics|users:readonly|)", "(routing:queue:view|routing:queue:edit|)"),
        after in 0_u32..200_000,
    ) {
        let world = fixtures::world();
        let tokens = [&world.service_token, &world.web_token, &world.ended_token, &world.inactive_token];
        let mut access = world.access(tokens[which]);
        change(&mut access, &missing, &epochs);
        if !lives {
            access.standing.client = access.standing.client.map(|client| {
                Arc::new(fixtures::changed(&client, |fields| fields.lifecycle = lifecycle))
            });
        }
        if !approves {
            access.standing.authorization = access.standing.authorization.map(|authorization| {
                Arc::new(authorization.revoke(fixtures::administrator(), NOON).unwrap())
            });
        }
        let sets_policy = after % 2 == 0;
        if sets_policy {
            access.standing.organization =
                access.standing.organization.map(|organization| Arc::new(organization.with_policy(policy, NOON)));
        }
        let (call, now) = (fixtures::requirement(&scopes, &needs), NOON.plus(after).minus(HOUR));
        let explanation = explain_call(&access, &call, ImplicitSunset::default(), now);
        let answer = authorize_call(&access, &call, ImplicitSunset::default(), now);
        prop_assert_eq!(explanation.is_allowed(), answer.is_ok(), "{}", explanation);
        prop_assert_eq!(explanation.refusal(), answer.as_ref().err());
        for judged in &explanation.layers {
            if let Verdict::RestsOn(on) = judged.verdict {
                prop_assert!(!explanation.verdict(on).unwrap().lets_pass(), "{}", explanation);
            }
        }
    }
}

fn change(access: &mut Access, missing: &[bool], epochs: &[bool]) {
    let standing = &mut access.standing;
    if missing[0] {
        standing.organization = None;
    }
    if missing[1] {
        standing.client = None;
    }
    if missing[2] {
        standing.authorization = None;
    }
    if missing[3] {
        standing.family = None;
    }
    if missing[4] {
        standing.consent = None;
    }
    if missing[5] {
        standing.user = None;
    }
    if epochs[0] {
        standing.organization = standing.organization.take().map(|there| Arc::new(there.in_next_epoch()));
    }
    if epochs[1] {
        access.token.record.client_epoch = access.token.record.client_epoch.next();
    }
    if epochs[2] {
        access.token.record.authorization_epoch = access.token.record.authorization_epoch.next();
    }
    if epochs[3] {
        standing.consent = standing.consent.take().map(|there| Arc::new(there.in_next_epoch()));
    }
}

/// GV-05: to explain needs the permission to see authorized applications, and whoever lacks it leaves an event.
#[test]
fn gv_05_asking_why_is_for_administrators() {
    let house = House::new();
    let (service, _) = house.service(&draft(GrantType::ClientCredentials), NOON);
    let viewer = house.server.administration(ACME, VIEWER);
    let (denial, events) =
        house.events_of(|| common::denied(viewer.explain_client(service, None, NOON, NOON)));
    assert_eq!(denial.code(), "missing.permission");
    assert_eq!(events.len(), 1);
}
