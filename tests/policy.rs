//! Lifetimes, idle timeouts and the policy of organizations (TK-01 to TK-04, threat 35).
#![cfg(feature = "testing")]

mod common;

use grantor::admin::ClientDraft;
use grantor::change::Denial;
use grantor::change::Key;
use grantor::change::Record;
use grantor::model::AccessToken;
use grantor::model::GrantType;
use grantor::model::IdleTimeout;
use grantor::model::Organization;
use grantor::model::Policy;
use grantor::model::Purpose;
use grantor::ready;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::HOUR;
use grantor::testing::fixtures::NOON;
use grantor::value::Timestamp;
use grantor::value::TokenLifetime;
use serde_json::json;

use common::Call;
use common::House;
use common::Told;
use common::assert_same;
use common::denied;
use common::done;
use common::draft;

fn with_lifetime(grant_type: GrantType, lifetime: u32, purpose: Purpose) -> ClientDraft {
    ClientDraft { lifetime: Some(lifetime), purpose, ..draft(grant_type) }
}

/// TK-01: 300 to 172 800 s for every grant type, 86 400 by default.
#[test]
fn tk_01_lifetimes_are_within_their_bounds() {
    let house = House::new();
    for grant_type in GrantType::ALL {
        assert_eq!(house.create(&draft(grant_type), NOON).client.lifetime.seconds(), 86_400);
        for (seconds, fits) in
            [(0, false), (299, false), (300, true), (64_800, true), (172_800, true), (172_801, false)]
        {
            let drafted = with_lifetime(grant_type, seconds, Purpose::General);
            let created = ready(house.admin().create_client(&drafted, NOON)).unwrap();
            assert_eq!(created.is_ok(), fits, "{grant_type}, {seconds} s");
        }
    }
    assert_eq!(TokenLifetime::RECOMMENDED.seconds(), 64_800);
}

/// TK-02: marked for SCIM, and with client credentials only, up to 38 880 000 s.
#[test]
fn tk_02_scim_is_for_client_credentials_alone() {
    let house = House::new();
    for grant_type in GrantType::ALL {
        let scim = grant_type == GrantType::ClientCredentials;
        for (seconds, fits) in [(172_801, scim), (38_880_000, scim), (38_880_001, false), (u32::MAX, false)] {
            let drafted = with_lifetime(grant_type, seconds, Purpose::Scim);
            let created = ready(house.admin().create_client(&drafted, NOON)).unwrap();
            assert_eq!(created.is_ok(), fits, "{grant_type}, {seconds} s");
        }
    }
}

/// TK-02, TK-01: a token lives as long as it was told, to the second.
#[test]
fn tk_02_a_token_lives_for_its_lifetime() {
    for (lifetime, purpose) in
        [(300, Purpose::General), (172_800, Purpose::General), (38_880_000, Purpose::Scim)]
    {
        let house = House::new();
        let (id, secret) =
            house.service(&with_lifetime(GrantType::ClientCredentials, lifetime, purpose), NOON);
        let Told::Token(token, expires_in) = house.asked(id, &secret, NOON) else { panic!("no token") };
        assert_eq!(expires_in, u64::from(lifetime));
        assert_eq!(house.refused(&token, NOON.plus(lifetime - 1)), None);
        assert_eq!(house.refused(&token, NOON.plus(lifetime)), Some("token.expired"));
    }
}

/// TK-03: the smallest bound wins when a token is issued; what was issued before keeps its own.
#[test]
fn tk_03_the_smallest_bound_wins_at_issue() {
    let seconds = |seconds| TokenLifetime::from_seconds(seconds).unwrap();
    for (own, most, expected) in [
        (86_400, None, 86_400),
        (86_400, Some(3_600), 3_600),
        (3_600, Some(86_400), 3_600),
        (300, Some(300), 300),
        (86_400, Some(38_880_000), 86_400),
    ] {
        let house = House::new();
        let (id, secret) =
            house.service(&with_lifetime(GrantType::ClientCredentials, own, Purpose::General), NOON);
        let before = house.issue(id, &secret, NOON);
        let policy = Policy { maximum_lifetime: most.map(seconds), ..Policy::default() };
        done(house.admin().change_policy(policy, NOON));
        let Told::Token(token, expires_in) = house.asked(id, &secret, NOON) else { panic!("no token") };
        assert_eq!(expires_in, u64::from(expected), "{own}, {most:?}");
        assert_eq!(house.refused(&token, NOON.plus(expected - 1)), None);
        assert_eq!(house.refused(&token, NOON.plus(expected)), Some("token.expired"));
        assert_eq!(house.refused(&before, NOON.plus(own - 1)), None);
    }
}

fn idle(seconds: u32) -> Policy {
    Policy { idle_timeout: Some(IdleTimeout::from_seconds(seconds).unwrap()), ..Policy::default() }
}

/// A house with this policy since long ago, and the text of a token that was last used at noon.
fn idling(policy: Policy) -> (House, String) {
    let house = House::with(|world| world.acme = world.acme.with_policy(policy, fixtures::LONG_AGO));
    let token = house.web_token();
    (house, token)
}

/// TK-04: 300 to 28 800 s, and no other.
#[test]
fn tk_04_idle_timeouts_have_bounds() {
    for (seconds, fits) in [(0, false), (299, false), (300, true), (28_800, true), (28_801, false)] {
        assert_eq!(IdleTimeout::from_seconds(seconds).is_ok(), fits, "{seconds}");
        let policy = json!({ "idle_timeout": seconds });
        assert_eq!(serde_json::from_value::<Policy>(policy).is_ok(), fits, "{seconds}, from a store");
    }
}

/// TK-04: dead when it was unused for that long, to the second; a use begins anew.
#[test]
fn tk_04_a_token_unused_for_the_timeout_is_dead() {
    for seconds in [300, 1_000, 28_800] {
        let (house, token) = idling(idle(seconds));
        assert_eq!(house.refused(&token, NOON.plus(seconds - 1)), None);
        assert_eq!(
            house.refused(&token, NOON.plus(2 * seconds - 2)),
            None,
            "it was used a second before the end"
        );
        let used = NOON.plus(2 * seconds - 2);
        assert_eq!(house.refused(&token, used.plus(seconds)), Some("token.idle"));
        assert_eq!(house.refused(&token, used.plus(seconds + 1)), Some("token.idle"));
    }
}

/// TK-04: without a timeout nothing idles; and no use is recorded, at the cost of a write.
#[test]
fn tk_04_without_a_timeout_nothing_idles() {
    let (house, token) = idling(Policy::default());
    house.store().take_calls();
    assert_eq!(house.refused(&token, NOON.plus(DAY - 1)), None);
    assert_eq!(house.store().take_calls(), [Call::Access]);
}

/// TK-04: with HIPAA it is on always, at 900 s where nothing shorter is said, and no longer one is accepted.
#[test]
fn tk_04_hipaa_means_900_seconds_at_most() {
    let hipaa = |idle_timeout: Option<u32>| Policy {
        hipaa: true,
        idle_timeout: idle_timeout.map(|seconds| IdleTimeout::from_seconds(seconds).unwrap()),
        ..Policy::default()
    };
    for (own, in_force) in [(None, 900), (Some(900), 900), (Some(300), 300)] {
        let (house, token) = idling(hipaa(own));
        done(house.admin().change_policy(hipaa(own), fixtures::LONG_AGO));
        assert_eq!(house.refused(&token, NOON.plus(in_force)), Some("token.idle"), "{own:?}");
        let (house, token) = idling(hipaa(own));
        assert_eq!(house.refused(&token, NOON.plus(in_force - 1)), None, "{own:?}");
    }
    let house = House::new();
    let before = house.dump();
    for seconds in [901, 28_800] {
        let denial = denied(house.admin().change_policy(hipaa(Some(seconds)), NOON));
        assert!(matches!(denial, Denial::Invalid(_)), "{denial:?}");
    }
    assert_same(&house.dump(), &before, "refused");
}

/// TK-04: dead for good: neither a longer timeout nor none revives it.
#[test]
fn tk_04_no_policy_revives_an_idle_token() {
    for after in [Policy::default(), idle(28_800), idle(301)] {
        let (house, token) = idling(idle(300));
        done(house.admin().change_policy(after, NOON.plus(300)));
        assert_eq!(house.refused(&token, NOON.plus(300)), Some("token.idle"), "{after:?}");
        assert_eq!(house.refused(&token, NOON.plus(301)), Some("token.idle"), "{after:?}");
        // One that was in use when the policy was changed lives on.
        let (house, token) = idling(idle(300));
        done(house.admin().change_policy(after, NOON.plus(299)));
        assert_eq!(house.refused(&token, NOON.plus(299)), None, "{after:?}");
    }
}

/// TK-04: expiry and idleness are independent: whichever comes first.
#[test]
fn tk_04_expiry_and_idleness_are_independent() {
    let (house, token) = idling(idle(300));
    house.put(AccessToken { expires: NOON.plus(450), ..house.world.web_token.clone() });
    assert_eq!(house.refused(&token, NOON.plus(250)), None);
    assert_eq!(house.refused(&token, NOON.plus(449)), None, "used, and not idle");
    assert_eq!(
        house.refused(&token, NOON.plus(450)),
        Some("token.expired"),
        "used, and expired all the same"
    );
}

/// TK-04, LC-11: a refused call is no use, and a clock that goes back takes none back.
#[test]
fn tk_04_only_a_use_counts_as_one() {
    let (house, token) = idling(idle(300));
    let lacking = fixtures::requirement("analytics", "");
    assert!(house.call(&token, &lacking, NOON.plus(200)).is_err());
    assert_eq!(house.refused(&token, NOON.plus(300)), Some("token.idle"));

    let (house, token) = idling(idle(300));
    assert_eq!(house.refused(&token, NOON.plus(200)), None);
    assert_eq!(house.refused(&token, NOON.plus(100)), None, "an earlier clock");
    assert_eq!(house.refused(&token, NOON.plus(499)), None, "counted from the latest use");
}

/// TK-04: a use within a second that was recorded costs no second write.
#[test]
fn tk_04_a_use_is_recorded_once_a_second() {
    let (house, token) = idling(idle(300));
    house.store().take_calls();
    assert_eq!(house.refused(&token, NOON.plus(5)), None);
    assert_eq!(house.store().take_calls().len(), 2);
    assert_eq!(house.refused(&token, NOON.plus(5)), None);
    assert_eq!(house.store().take_calls(), [Call::Access]);
}

/// TK-04: calls at once with one token are all allowed, and its use is recorded.
#[test]
fn tk_04_calls_at_once_do_not_refuse_each_other() {
    let (house, token) = idling(idle(300));
    let others: Vec<House> = (0..4).map(|thread| house.another(8_000 + thread)).collect();
    std::thread::scope(|scope| {
        for own in &others {
            let token = &token;
            scope.spawn(move || {
                for second in 1..100 {
                    assert_eq!(own.refused(token, NOON.plus(second)), None);
                }
            });
        }
    });
    let Some(Record::AccessToken(used)) =
        house.find(Key::AccessToken(house.world.web_token.digest)).map(|found| found.record)
    else {
        panic!("a token")
    };
    assert_eq!(used.last_used, NOON.plus(99));
}

/// TK-04: the timeout of one organization is not another's.
#[test]
fn tk_04_the_timeout_is_the_organizations_own() {
    let house = House::with(|world| world.globex = world.globex.with_policy(idle(300), fixtures::LONG_AGO));
    assert_eq!(house.refused(&house.web_token(), NOON.plus(HOUR)), None);
    assert_eq!(house.tally(GLOBEX), 2);
}

/// threat 35: a policy that a store leaves out, whole or in part, is the strict default.
#[test]
fn threat_35_an_absent_policy_is_the_strict_default() {
    let mut json = serde_json::to_value(Organization::new(ACME, fixtures::name("Acme"), NOON)).unwrap();
    json.as_object_mut().unwrap().remove("policy");
    let read: Organization = serde_json::from_value(json).unwrap();
    assert_eq!(*read.policy(), Policy::default());
    assert!(read.policy().enforce_scopes && !read.policy().saml2_bearer_without_redirect_uri);
    let hipaa: Policy = serde_json::from_value(json!({ "hipaa": true })).unwrap();
    assert_eq!(hipaa.idle_seconds(), Some(900));
}

/// TK-03, TK-04, TK-08: a change of policy changes the policy, of that organization alone.
#[test]
fn tk_03_a_change_of_policy_changes_that_policy_alone() {
    let house = House::new();
    let mut before = house.dump();
    let policy = Policy { client_limit: 77, ..idle(600) };
    done(house.admin().change_policy(policy, NOON));
    let key = Key::Organization(ACME);
    let changed = house.find(key).unwrap();
    let Record::Organization(organization) = &changed.record else { panic!("an organization") };
    assert_eq!((*organization.policy(), organization.epoch()), (policy, house.world.acme.epoch()));
    before.insert(key, changed);
    assert_same(&house.dump(), &before, "everything else");
}

/// TK-01: the end of time is no way to an endless token, nor to a panic.
#[test]
fn tk_01_the_end_of_time_is_the_end() {
    let house = House::new();
    let (id, secret) = house.service(&draft(GrantType::ClientCredentials), NOON);
    let token = house.issue(id, &secret, Timestamp::MAX.minus(1));
    assert_eq!(house.refused(&token, Timestamp::MAX), Some("token.expired"));
}
