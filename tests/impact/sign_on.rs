//! What becomes of logins by an identity provider.

use grantor::admin::Proposal;
use grantor::admin::identity_providers::ProviderDraft;
use grantor::model::Policy;
use grantor::model::ProviderCertificates;
use grantor::model::ProviderState;
use grantor::ready;
use grantor::testing::fixtures;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::YESTERDAY;
use grantor::value::Certificate;
use grantor::value::Deviation;
use grantor::value::Estimate;

use crate::common::House;
use crate::common::code;
use crate::common::done;

/// GV-04, SA-05, SA-14: what becomes of logins by an identity provider is told before a certificate goes, or it does.
#[test]
fn gv_04_what_becomes_of_logins_is_told_beforehand() {
    let house = House::new();
    let provider = house.world.provider.id;
    let only = fixtures::certificates(&[fixtures::CERTIFICATE]);
    let fingerprint = only.iter().next().unwrap().fingerprint();
    let admin = house.admin();
    let seen = |proposal: &Proposal| done(admin.impact(proposal, NOON)).sign_on.unwrap();

    let disabled = seen(&Proposal::DisableProvider(provider));
    assert!(disabled.ends && !disabled.needs_test && !disabled.other_lets_in, "{disabled:?}");
    assert_eq!(disabled.users, Estimate::exactly(2), "the active users with an email address");
    let deleted = seen(&Proposal::DeleteProvider(provider));
    assert!(deleted.ends && deleted.none_valid_from.is_none(), "{deleted:?}");
    let text = done(admin.impact(&Proposal::DeleteProvider(provider), NOON)).to_string();
    assert!(text.starts_with("2 users could not log in by this identity provider: no other"), "{text}");

    // One of two may go, the only one may not, and one that it does not have is none.
    let _ = done(admin.add_certificate(provider, fixtures::OTHER_CERTIFICATE.as_bytes(), NOON));
    let of = |fingerprint: &str| Proposal::RemoveCertificate { provider, fingerprint: fingerprint.into() };
    let kept = seen(&of(&fingerprint));
    assert!(!kept.ends && !kept.needs_test && kept.none_valid_from.is_some(), "{kept:?}");
    assert_eq!(code(admin.impact(&of("00"), NOON)), "certificate.not.found");
    let _ = done(admin.remove_certificate(provider, &fingerprint, NOON));
    let other = fixtures::certificates(&[fixtures::OTHER_CERTIFICATE]);
    let other = other.iter().next().unwrap().fingerprint();
    assert!(ready(admin.impact(&of(&other), NOON)).unwrap().is_err(), "the only one");

    // Where users log in so alone, what would lock them out is refused here as it is there.
    let policy = Policy { sso_only: true, ..Policy::default() };
    done(admin.change_policy(policy, NOON));
    let refused = code(admin.impact(&Proposal::DisableProvider(provider), NOON));
    assert_eq!(refused, code(admin.disable_identity_provider(provider, NOON)));
    assert_eq!(refused, "sso.last.provider");
}

/// GV-04, SA-04: a change by which logins end sooner than they would is not nothing, although they go on for now.
#[test]
fn gv_04_logins_that_would_end_sooner_are_told() {
    let house = House::new();
    let [soon, late] = [1, 30].map(|days: u32| NOON.plus(days * 86_400));
    let certificate = |number, ends| fixtures::certificate(number, YESTERDAY, ends);
    let (sooner, later) = (certificate(1, soon), certificate(2, late));
    let mut provider = house.world.provider.clone();
    let both = [sooner.clone(), later.clone()];
    provider.settings.certificates = ProviderCertificates::new(both).unwrap();
    house.put(provider.clone());
    let without = |gone: &Certificate| {
        let (provider, fingerprint) = (provider.id, gone.fingerprint());
        done(house.admin().impact(&Proposal::RemoveCertificate { provider, fingerprint }, NOON))
    };
    let impact = without(&later);
    let sign_on = impact.sign_on.unwrap();
    assert_eq!((impact.is_none(), sign_on.ends, sign_on.ends_sooner), (false, false, Some(soon.plus(1))));
    let words =
        format!("2 users could not log in by this identity provider from {} on: no other", soon.plus(1));
    assert!(impact.to_string().starts_with(&words), "{impact}");
    let impact = without(&sooner);
    assert_eq!((impact.is_none(), impact.sign_on.unwrap().ends_sooner), (true, None));

    // Where the policy lets expired certificates pass, only the metadata end logins.
    let deviations = &mut provider.settings.policy.deviations;
    *deviations = deviations.with(Deviation::ExpiredCertificate);
    house.put(provider.clone());
    assert_eq!(without(&later).sign_on.unwrap().ends_sooner, None);
}

/// GV-04, SA-05: a change that asks for another test login says so, of an identity provider that passed one; a draft was
/// never tested, and needs what it needed.
#[test]
fn gv_04_a_test_is_needed_again_where_one_was_passed() {
    let house = House::new();
    let by = fixtures::administrator();
    let states = [
        (ProviderState::Draft, false),
        (ProviderState::Tested { at: YESTERDAY, by }, true),
        (ProviderState::Enabled { at: YESTERDAY, by }, true),
        (ProviderState::Disabled { at: YESTERDAY, by }, true),
    ];
    let provider = house.world.provider.clone();
    for (state, expected) in states {
        let mut stored = provider.clone();
        stored.state = state;
        house.put(stored);
        for (sso_url, matters) in
            [("https://idp.example.com/sso", false), ("https://idp.example.com/new", true)]
        {
            let draft = ProviderDraft {
                name: "Another name".into(),
                entity_id: "https://idp.example.com/metadata".into(),
                sso_url: sso_url.into(),
                logout_url: Some("https://idp.example.com/logout".into()),
                certificates: vec![fixtures::CERTIFICATE.into()],
                name_id_format: provider.settings.name_id_format,
                ..ProviderDraft::default()
            };
            let edit = Proposal::EditProvider { provider: provider.id, draft: Box::new(draft) };
            let sign_on = done(house.admin().impact(&edit, NOON)).sign_on.unwrap();
            assert_eq!(sign_on.needs_test, expected && matters, "{state:?}, {sso_url}");
        }
    }
}

/// GV-04: whether another identity provider lets users in is told for the moment from which they need it, not for now.
#[test]
fn gv_04_another_provider_is_looked_at_when_it_is_needed() {
    let house = House::new();
    let certificate = |number, days: u32| fixtures::certificate(number, YESTERDAY, NOON.plus(days * DAY));
    let (sooner, later) = (certificate(1, 10), certificate(2, 30));
    let fingerprint = later.fingerprint();
    let mut provider = house.world.provider.clone();
    provider.settings.certificates = ProviderCertificates::new([sooner, later]).unwrap();
    house.put(provider.clone());
    let mut other = fixtures::identity_provider(fixtures::ACME, 77);
    other.settings.entity_id = "https://other.example.com/metadata".parse().unwrap();
    let removal = Proposal::RemoveCertificate { provider: provider.id, fingerprint };
    for (days, now, lets_in_then) in [(9, true, false), (10, true, false), (11, true, true)] {
        other.settings.certificates = ProviderCertificates::new([certificate(3, days)]).unwrap();
        house.put(other.clone());
        let then = done(house.admin().impact(&removal, NOON)).sign_on.unwrap();
        assert_eq!(then.ends_sooner, Some(NOON.plus(10 * DAY + 1)));
        assert_eq!(then.other_lets_in, lets_in_then, "{days} days");
        // It ends at once: so at once the other is needed.
        let at_once =
            done(house.admin().impact(&Proposal::DisableProvider(provider.id), NOON)).sign_on.unwrap();
        assert_eq!((at_once.ends, at_once.other_lets_in), (true, now), "{days} days");
    }
}
