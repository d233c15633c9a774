//! Identity providers: their fields, the moves of their life, and what sends them back to be tested (SA-01, SA-05).
#![cfg(feature = "testing")]

use std::collections::BTreeSet;

use grantor::audit::Actor;
use grantor::audit::FieldChange;
use grantor::model::IdentityProvider;
use grantor::model::InvalidTransition;
use grantor::model::LogoutEndpoint;
use grantor::model::ProviderCertificates;
use grantor::model::ProviderKind;
use grantor::model::ProviderLabels;
use grantor::model::ProviderLogo;
use grantor::model::ProviderPolicy;
use grantor::model::ProviderSettings;
use grantor::model::ProviderState;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::LONG_AGO;
use grantor::testing::fixtures::NOON;
use grantor::value::Binding;
use grantor::value::Certificate;
use grantor::value::ClockSkew;
use grantor::value::Deviation;
use grantor::value::Deviations;
use grantor::value::NameIdFormat;
use grantor::value::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

const BY: Actor = Actor::Operator;

/// A provider in each state, by administrators long ago.
fn in_each_state() -> [IdentityProvider; 4] {
    let (at, by) = (LONG_AGO, fixtures::administrator());
    [
        ProviderState::Draft,
        ProviderState::Tested { at, by },
        ProviderState::Enabled { at, by },
        ProviderState::Disabled { at, by },
    ]
    .map(|state| IdentityProvider { state, ..fixtures::identity_provider(ACME, 1) })
}

fn enabled() -> IdentityProvider {
    let [_, _, enabled, _] = in_each_state();
    enabled
}

/// Settings in which everything is said.
fn settings() -> ProviderSettings {
    let mut settings = enabled().settings;
    settings.logout = Some(LogoutEndpoint {
        url: "https://idp.example.com/logout".parse().unwrap(),
        response_url: Some("https://idp.example.com/logged-out".parse().unwrap()),
        binding: Binding::Redirect,
    });
    settings.valid_until = Some(NOON.plus(DAY));
    settings
}

fn with(certificates: impl IntoIterator<Item = Certificate>) -> ProviderSettings {
    ProviderSettings { certificates: ProviderCertificates::new(certificates).unwrap(), ..settings() }
}

/// A certificate that is valid from the first to the last of so many seconds after noon.
fn certificate(number: u64, from: i64, to: i64) -> Certificate {
    let at = |seconds| Timestamp::from_unix(NOON.unix() + seconds);
    fixtures::certificate(number, at(from), at(to))
}

/// A change of one field.
type Edit = fn(&mut ProviderSettings);

/// Every field of the settings by itself, and whether what was tested does not stand for it any more (SA-05).
const FIELDS: [(&str, Edit, bool); 25] = [
    ("entity_id", |it| it.entity_id = "https://idp.example.com/Metadata".parse().unwrap(), true),
    ("sso.url", |it| it.sso.url = "https://idp.example.com/sso/".parse().unwrap(), true),
    ("sso.binding", |it| it.sso.binding = Binding::Post, true),
    ("logout", |it| it.logout = None, false),
    ("logout.url", |it| logout(it).url = "https://idp.example.com/out".parse().unwrap(), false),
    ("logout.response_url", |it| logout(it).response_url = None, false),
    ("logout.binding", |it| logout(it).binding = Binding::Post, false),
    ("certificates", |it| it.certificates = fixtures::certificates(&[fixtures::OTHER_CERTIFICATE]), true),
    ("name_id_format", |it| it.name_id_format = NameIdFormat::Persistent, true),
    ("policy.deviations", |it| it.policy.deviations = Deviations::NONE, true),
    ("policy.deviations", |it| it.policy.deviations = it.policy.deviations.with(Deviation::Sha1), true),
    ("policy.clock_skew", |it| it.policy.clock_skew = ClockSkew::new(9).unwrap(), true),
    ("policy.clock_skew", |it| it.policy.clock_skew = ClockSkew::MIN, true),
    ("policy.clock_skew", |it| it.policy.clock_skew = ClockSkew::new(11).unwrap(), false),
    ("policy.clock_skew", |it| it.policy.clock_skew = ClockSkew::MAX, false),
    ("policy.idp_initiated", |it| it.policy.idp_initiated = true, false),
    ("policy.saml2_bearer", |it| it.policy.saml2_bearer = true, false),
    ("policy.sign_requests", |it| it.policy.sign_requests = true, true),
    ("policy.force_authn", |it| it.policy.force_authn = true, true),
    ("policy.require_encryption", |it| it.policy.require_encryption = true, true),
    ("policy.allow_cbc", |it| it.policy.allow_cbc = true, true),
    ("valid_until", |it| it.valid_until = None, false),
    ("valid_until", |it| it.valid_until = Some(NOON.minus(1)), false),
    ("valid_until", |it| it.valid_until = Some(NOON.plus(2 * DAY)), false),
    ("certificates", |it| it.certificates = beside(&it.certificates, fixtures::OTHER_CERTIFICATE), false),
];

fn logout(settings: &mut ProviderSettings) -> &mut LogoutEndpoint {
    settings.logout.as_mut().unwrap()
}

fn beside(certificates: &ProviderCertificates, text: &str) -> ProviderCertificates {
    let another = Certificate::read(text.as_bytes()).unwrap();
    ProviderCertificates::new(certificates.iter().cloned().chain([another])).unwrap()
}

/// The settings that the fields are changed in: with one deviation, that there is one to take away.
fn tried() -> ProviderSettings {
    let mut settings = settings();
    settings.policy.deviations = Deviations::NONE.with(Deviation::OffsetTime);
    settings
}

/// Every field of the JSON, those of the objects in it by their path.
fn paths(json: &Value) -> BTreeSet<String> {
    let fields = json.as_object().unwrap().iter();
    let each = fields.map(|(field, value)| match value {
        Value::Object(inner) => inner.keys().map(|name| format!("{field}.{name}")).collect(),
        _ => vec![field.clone()],
    });
    each.flatten().collect()
}

/// SA-01: at most 30 of one organization; whose software it is, is one of eight.
#[test]
fn sa_01_there_are_30_providers_of_eight_kinds() {
    assert_eq!(IdentityProvider::MAX, 30);
    let names: BTreeSet<&str> = ProviderKind::ALL.into_iter().map(ProviderKind::name).collect();
    assert_eq!(names.len(), 8);
    for kind in ProviderKind::ALL {
        let json = serde_json::to_string(&kind).unwrap();
        assert_eq!(json, format!("\"{}\"", kind.name()), "a record and a program say the same");
        assert_eq!(serde_json::from_str::<ProviderKind>(&json).unwrap(), kind);
    }
    assert_eq!(ProviderKind::default(), ProviderKind::Generic);
}

/// SA-01: an organization counts its providers up and down, and nothing else of it changes.
#[test]
fn sa_01_an_organization_counts_its_providers() {
    let none = fixtures::organization(ACME, "Acme");
    assert_eq!((none.identity_providers(), none.without_identity_provider()), (0, none.clone()));
    let all = (0..IdentityProvider::MAX).fold(none.clone(), |it, _| it.with_identity_provider());
    assert_eq!(all.identity_providers(), 30);
    assert_eq!(all.with_policy(*all.policy(), NOON).in_next_epoch().identity_providers(), 30);
    assert_eq!((0..30).fold(all, |it, _| it.without_identity_provider()), none);
}

/// SA-18, threat 35: what nobody said is the strict word.
#[test]
fn sa_18_a_policy_is_strict_by_default() {
    let strict = ProviderPolicy::default();
    let read: ProviderPolicy = serde_json::from_str("{}").unwrap();
    assert_eq!(read, strict);
    assert_eq!(strict.deviations.iter().count(), 0);
    assert_eq!(strict.clock_skew.get(), 10);
    let json = serde_json::to_value(strict).unwrap();
    let switches: Vec<_> = json.as_object().unwrap().iter().filter(|(_, value)| value.is_boolean()).collect();
    assert_eq!(switches.len(), 6);
    assert!(switches.iter().all(|(_, value)| **value == false), "{switches:?}");
}

/// SA-05: every move in every state, and where it leads.
#[test]
fn sa_05_every_move_in_every_state() {
    type Move = fn(&IdentityProvider) -> Result<IdentityProvider, InvalidTransition>;
    let moves: [(Move, [&str; 4]); 6] = [
        (|it| Ok(it.tested(BY, NOON)), ["tested", "tested", "enabled", "disabled"]),
        (
            |it| it.enable(BY, NOON),
            ["cannot enable what is draft", "enabled", "cannot enable what is enabled", "enabled"],
        ),
        (
            |it| it.disable(BY, NOON),
            [
                "cannot disable what is draft",
                "cannot disable what is tested",
                "disabled",
                "cannot disable what is disabled",
            ],
        ),
        (|it| Ok(it.labeled(it.labels.clone(), BY, NOON)), ["draft", "tested", "enabled", "disabled"]),
        (
            |it| Ok(it.with_settings(it.settings.clone(), BY, NOON)),
            ["draft", "tested", "enabled", "disabled"],
        ),
        (
            |it| {
                let mut settings = it.settings.clone();
                settings.sso.binding = Binding::Post;
                Ok(it.with_settings(settings, BY, NOON))
            },
            ["draft"; 4],
        ),
    ];
    for (number, (make, expected)) in moves.into_iter().enumerate() {
        for (before, expected) in in_each_state().iter().zip(expected) {
            let after = match make(before) {
                Ok(after) => after.state.name().to_owned(),
                Err(error) => error.to_string(),
            };
            assert_eq!(after, expected, "move {number} of what is {}", before.state.name());
        }
    }
}

/// SA-05: a move says who made it and when, and changes nothing else.
#[test]
fn sa_05_a_move_says_who_and_when() {
    let [draft, tested, enabled, disabled] = in_each_state();
    let touched = |it: &IdentityProvider, state| IdentityProvider {
        state,
        modified: NOON,
        modified_by: BY,
        ..it.clone()
    };
    assert_eq!(tested.enable(BY, NOON), Ok(touched(&tested, ProviderState::Enabled { at: NOON, by: BY })));
    assert_eq!(
        disabled.enable(BY, NOON),
        Ok(touched(&disabled, ProviderState::Enabled { at: NOON, by: BY }))
    );
    assert_eq!(
        enabled.disable(BY, NOON),
        Ok(touched(&enabled, ProviderState::Disabled { at: NOON, by: BY }))
    );
    // A test changes no more than the state, and a newer one tells more than an older one.
    let state = ProviderState::Tested { at: NOON, by: BY };
    assert_eq!(draft.tested(BY, NOON), IdentityProvider { state, ..draft });
    assert_eq!(tested.tested(BY, NOON), IdentityProvider { state, ..tested });
    assert_eq!(enabled.tested(BY, NOON), enabled);
    assert_eq!(disabled.tested(BY, NOON), disabled);
}

/// SA-05: labels change nothing that was tested.
#[test]
fn sa_05_labels_send_nothing_back() {
    let labels = ProviderLabels {
        name: fixtures::name("Other"),
        display_name: fixtures::name("Other"),
        kind: ProviderKind::Okta,
        logo: Some(ProviderLogo::new(b"<svg/>").unwrap()),
    };
    for before in in_each_state() {
        let after = before.labeled(labels.clone(), BY, NOON);
        let expected =
            IdentityProvider { labels: labels.clone(), modified: NOON, modified_by: BY, ..before.clone() };
        assert_eq!(after, expected);
    }
}

/// SA-05: which field, changed by itself, sends a provider back to be tested, whatever its state; and the epoch tells
/// a test that began before from one that began after.
#[test]
fn sa_05_each_field_sends_back_or_not() {
    let known = paths(&serde_json::to_value(tried()).unwrap());
    let changed: BTreeSet<String> =
        FIELDS.iter().map(|(field, _, _)| (*field).to_owned()).filter(|field| field != "logout").collect();
    assert_eq!(changed, known, "each field of the settings is tried");
    for before in in_each_state().map(|it| IdentityProvider { settings: tried(), ..it }) {
        for (field, edit, sends_back) in FIELDS {
            let mut settings = tried();
            edit(&mut settings);
            assert_ne!(settings, before.settings, "{field}");
            let after = before.with_settings(settings.clone(), BY, NOON);
            let (state, epoch) = match sends_back {
                true => (ProviderState::Draft, before.epoch.next()),
                false => (before.state, before.epoch),
            };
            let expected = IdentityProvider {
                settings,
                state,
                epoch,
                modified: NOON,
                modified_by: BY,
                ..before.clone()
            };
            assert_eq!(after, expected, "{field} of what is {}", before.state.name());
        }
    }
}

/// SA-05, SA-18: each deviation, allowed or not any more, sends back.
#[test]
fn sa_05_each_deviation_sends_back() {
    let with = |deviations| {
        let mut settings = settings();
        settings.policy.deviations = deviations;
        settings
    };
    for deviation in Deviation::ALL {
        let (strict, lax) = (with(Deviations::NONE), with(Deviations::NONE.with(deviation)));
        assert!(!strict.stay_proven(&lax, NOON), "{deviation}");
        assert!(!lax.stay_proven(&strict, NOON), "{deviation}");
        assert!(lax.stay_proven(&lax.clone(), NOON), "{deviation}");
    }
}

/// SA-05: what was proven of some settings is proven of them again, whenever that is asked.
#[test]
fn sa_05_the_same_settings_stay_proven() {
    for seconds in [i64::MIN, -1, 0, 1, i64::MAX] {
        let expired = with([certificate(1, -10, -5), certificate(2, 5, 10)]);
        assert!(expired.stay_proven(&expired.clone(), Timestamp::from_unix(seconds)));
        assert!(tried().stay_proven(&tried(), Timestamp::from_unix(seconds)));
    }
}

/// SA-05, threat 54: certificates rotate beside one that stays and is valid; where none is, the others are untested.
#[test]
fn sa_05_certificates_rotate_beside_a_valid_one() {
    let (old, new, third) = (certificate(1, -100, 100), certificate(2, 0, 200), certificate(3, 0, 300));
    let expired = certificate(4, -100, -1);
    let to_come = certificate(5, 1, 200);
    for (before, after, stays, what) in [
        (vec![&old], vec![&old, &new], true, "one is added"),
        (vec![&old], vec![&new, &old], true, "one is added before it"),
        (vec![&old, &new], vec![&new], true, "the old one goes"),
        (vec![&old, &new], vec![&new, &old], true, "they change places"),
        (vec![&old, &new], vec![&new, &third], true, "one goes and one comes"),
        (vec![&old], vec![&new], false, "the only one is replaced"),
        (vec![&old, &new], vec![&third], false, "all are replaced"),
        (vec![&old], vec![&new, &third], false, "the only one is replaced by two"),
        (vec![&expired], vec![&expired, &new], false, "what stays is expired"),
        (vec![&to_come], vec![&to_come, &new], false, "what stays is not valid yet"),
        (vec![&old, &expired], vec![&expired, &new], false, "of two the valid one is replaced"),
        (vec![&old, &expired], vec![&old], true, "an expired one goes"),
        (vec![&old, &to_come], vec![&to_come], false, "what stays was never used"),
        (vec![&expired], vec![&expired], true, "nothing changes"),
    ] {
        let [before, after] = [before, after].map(|these| with(these.into_iter().cloned()));
        assert_eq!(before.stay_proven(&after, NOON), stays, "{what}");
        let provider = IdentityProvider { settings: before, ..enabled() };
        let rotated = provider.with_settings(after, BY, NOON);
        assert_eq!(rotated.state == provider.state, stays, "{what}");
        assert_eq!(rotated.epoch == provider.epoch, stays, "{what}");
    }
}

/// SA-05: that it is valid is to the second, and an expired one counts where the policy lets it be used.
#[test]
fn sa_05_the_one_that_stays_is_valid_to_the_second() {
    let stays = certificate(1, 0, 100);
    let (before, after) = (with([stays.clone()]), with([stays, certificate(2, -500, 500)]));
    let at = |seconds: i64| Timestamp::from_unix(NOON.unix() + seconds);
    for (now, expected) in [(-1, false), (0, true), (100, true), (101, false)] {
        assert_eq!(before.stay_proven(&after, at(now)), expected, "{now} s");
    }
    let allowing = |mut settings: ProviderSettings| {
        settings.policy.deviations = Deviations::NONE.with(Deviation::ExpiredCertificate);
        settings
    };
    let (before, after) = (allowing(before), allowing(after));
    assert!(before.stay_proven(&after, at(101)));
    assert!(!before.stay_proven(&after, at(-1)));
}

/// SA-05, SA-01: users log in by what is enabled, and by nothing else, while its metadata holds.
#[test]
fn sa_05_users_log_in_by_what_is_enabled() {
    let names = in_each_state().map(|it| (it.state.name(), it.is_enabled(NOON), it.admits(NOON)));
    assert_eq!(
        names,
        [
            ("draft", false, false),
            ("tested", false, false),
            ("enabled", true, true),
            ("disabled", false, false),
        ]
    );
    let mut ending = enabled();
    ending.settings.valid_until = Some(NOON);
    for (now, is_enabled) in [(NOON.minus(1), true), (NOON, false), (NOON.plus(1), false)] {
        assert_eq!((ending.is_enabled(now), ending.admits(now)), (is_enabled, is_enabled));
    }
}

/// SA-03, SA-14: it lets somebody in while a certificate is valid, or need not be; a key that is too short lets in
/// nobody.
#[test]
fn sa_14_a_provider_admits_by_a_certificate_that_counts() {
    let at = |seconds: i64| Timestamp::from_unix(NOON.unix() + seconds);
    let mut provider = enabled();
    provider.settings = with([certificate(1, 0, 10), certificate(2, 20, 30)]);
    let admits = |it: &IdentityProvider| [-1, 0, 10, 11, 19, 20, 30, 31].map(|now| it.admits(at(now)));
    assert_eq!(admits(&provider), [false, true, true, false, false, true, true, false]);
    assert!(provider.is_enabled(at(31)), "which says nothing of certificates");
    provider.settings.policy.deviations = Deviations::NONE.with(Deviation::ExpiredCertificate);
    assert_eq!(admits(&provider), [false, true, true, true, true, true, true, true]);

    let short = include_str!("saml/keys/idp-rsa-1024.cert.pem");
    provider.settings = with([Certificate::read(short.as_bytes()).unwrap()]);
    assert!(!provider.admits(NOON));
    provider.settings.policy.deviations = Deviations::NONE.with(Deviation::Rsa1024);
    assert!(provider.admits(NOON));
}

/// GV-01: every field of the settings, the labels and the policy is told to an auditor, by itself.
#[test]
fn gv_01_every_field_of_a_provider_is_told() {
    let before = IdentityProvider { settings: tried(), ..enabled() };
    let told = |after: &IdentityProvider| -> Vec<String> {
        let changes = FieldChange::between(&before.fields(), &after.fields());
        changes.into_iter().map(|change| change.field.into_owned()).collect()
    };
    for (field, edit, _) in FIELDS {
        let mut after = before.clone();
        edit(&mut after.settings);
        let (outer, inner) = field.split_once('.').unwrap_or((field, field));
        let expected = if outer == "policy" { inner } else { outer };
        assert_eq!(told(&after), [expected], "{field}");
    }
    type Relabel = fn(&mut ProviderLabels);
    let labels: [(&str, Relabel); 4] = [
        ("name", |it| it.name = fixtures::name("Other")),
        ("display_name", |it| it.display_name = fixtures::name("Other")),
        ("kind", |it| it.kind = ProviderKind::Okta),
        ("logo", |it| it.logo = Some(ProviderLogo::new(b"<svg/>").unwrap())),
    ];
    let mut all = before.labels.clone();
    labels.iter().for_each(|(_, edit)| edit(&mut all));
    let known = paths(&serde_json::to_value(&all).unwrap());
    assert_eq!(labels.iter().map(|(field, _)| (*field).to_owned()).collect::<BTreeSet<_>>(), known);
    for (field, edit) in labels {
        let mut after = before.clone();
        edit(&mut after.labels);
        assert_eq!(told(&after), [field]);
    }
    assert_eq!(told(&before.disable(BY, NOON).unwrap()), ["state"]);
}

/// threat 35, ST-08: what a record of an earlier release does not say is read as the strict word.
#[test]
fn a_stored_provider_that_says_little_is_read_strictly() {
    let mut stored = serde_json::to_value(fixtures::identity_provider(ACME, 1)).unwrap();
    drop(stored.as_object_mut().unwrap().remove("epoch"));
    for field in ["logout", "name_id_format", "policy", "valid_until"] {
        drop(stored["settings"].as_object_mut().unwrap().remove(field));
    }
    let mut expected = fixtures::identity_provider(ACME, 1);
    expected.settings.logout = None;
    expected.settings.name_id_format = NameIdFormat::Unspecified;
    assert_eq!(serde_json::from_value::<IdentityProvider>(stored).unwrap(), expected);
}

/// threat 45: what is stored and is no provider is refused, and nothing is made up in its place.
#[test]
fn a_stored_provider_that_is_none_is_refused() {
    let stored = serde_json::to_value(IdentityProvider { settings: tried(), ..enabled() }).unwrap();
    type Spoil = fn(&mut Value);
    let refused: [(&str, Spoil); 18] = [
        ("entity id", |it| it["settings"]["entity_id"] = "".into()),
        ("entity id", |it| it["settings"]["entity_id"] = "https://idp.example.com/ ".into()),
        ("https://", |it| it["settings"]["sso"]["url"] = "com.example.app:/sso".into()),
        ("`javascript`", |it| it["settings"]["sso"]["url"] = "javascript:alert(1)".into()),
        ("variant", |it| it["settings"]["sso"]["binding"] = "artifact".into()),
        ("certificate", |it| it["settings"]["certificates"] = Value::Array(vec![])),
        ("variant", |it| it["settings"]["name_id_format"] = "kerberos".into()),
        ("deviation", |it| it["settings"]["policy"]["deviations"] = serde_json::json!(["md5"])),
        ("301 s", |it| it["settings"]["policy"]["clock_skew"] = 301.into()),
        ("boolean", |it| it["settings"]["policy"]["idp_initiated"] = "yes".into()),
        ("logo", |it| it["labels"]["logo"] = "PGh0bWw+".into()),
        ("Base64", |it| it["labels"]["logo"] = "<svg/>".into()),
        ("variant", |it| it["labels"]["kind"] = "shibboleth".into()),
        ("variant", |it| it["state"] = "approved".into()),
        ("variant", |it| it["state"] = "enabled".into()),
        ("missing field `at`", |it| drop(it["state"]["enabled"].as_object_mut().unwrap().remove("at"))),
        ("missing field `certificates`", |it| {
            drop(it["settings"].as_object_mut().unwrap().remove("certificates"));
        }),
        ("missing field `state`", |it| drop(it.as_object_mut().unwrap().remove("state"))),
    ];
    assert!(serde_json::from_value::<IdentityProvider>(stored.clone()).is_ok());
    for (cause, edit) in refused {
        let mut edited = stored.clone();
        edit(&mut edited);
        assert_ne!(edited, stored, "{cause}");
        let error = serde_json::from_value::<IdentityProvider>(edited).unwrap_err().to_string();
        assert!(error.contains(cause), "{cause}: {error}");
    }
}

/// A move of a provider's life.
#[derive(Clone, Copy, Debug)]
enum Step {
    Test,
    Enable,
    Disable,
    Label,
    Edit(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let edit = (0..FIELDS.len()).prop_map(Step::Edit);
    let others = select(&[Step::Test, Step::Enable, Step::Disable, Step::Label][..]);
    vec(prop_oneof![3 => others, 1 => edit], 0..24)
}

proptest! {
    /// SA-05: whatever happens to a provider in whatever order, it is in use only when a test passed after the last
    /// change that mattered, and its epoch is another one after each of those.
    #[test]
    fn sa_05_nothing_untested_is_in_use(steps in steps()) {
        let [mut provider, ..] = in_each_state().map(|it| IdentityProvider { settings: tried(), ..it });
        let (mut is_proven, mut changes, first) = (false, 0_u32, provider.epoch);
        for step in steps {
            provider = match step {
                Step::Test => {
                    is_proven = true;
                    provider.tested(BY, NOON)
                }
                Step::Enable => {
                    let enabled = provider.enable(BY, NOON);
                    prop_assert!(is_proven || enabled.is_err());
                    enabled.unwrap_or(provider)
                }
                Step::Disable => provider.disable(BY, NOON).unwrap_or(provider),
                Step::Label => provider.labeled(provider.labels.clone(), BY, NOON),
                Step::Edit(number) => {
                    let mut settings = tried();
                    (FIELDS[number].1)(&mut settings);
                    if !provider.settings.stay_proven(&settings, NOON) {
                        is_proven = false;
                        changes += 1;
                    }
                    provider.with_settings(settings, BY, NOON)
                }
            };
            prop_assert!(is_proven || provider.state == ProviderState::Draft);
            prop_assert_eq!(provider.epoch, (0..changes).fold(first, |epoch, _| epoch.next()));
        }
    }
}
