//! Identity providers, their certificates, and requests to them.

use std::borrow::Cow;

use proptest::collection::btree_map;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::client::actor;
use super::matching::matching;
use super::spoil::Flaw;
use super::spoil::spoiled;
use super::text::digest;
use super::text::name;
use super::value::epoch;
use super::value::id;
use super::value::timestamp;
use crate::model::IdentityProvider;
use crate::model::LogoutEndpoint;
use crate::model::ProviderCertificates;
use crate::model::ProviderKind;
use crate::model::ProviderLabels;
use crate::model::ProviderLogo;
use crate::model::ProviderPolicy;
use crate::model::ProviderSettings;
use crate::model::ProviderState;
use crate::model::RequestPurpose;
use crate::model::RequestState;
use crate::model::SamlRequest;
use crate::model::SsoEndpoint;
use crate::testing::fixtures;
use crate::value::Binding;
use crate::value::Certificate;
use crate::value::ClockSkew;
use crate::value::Deviation;
use crate::value::Deviations;
use crate::value::EmailAddress;
use crate::value::EndpointUri;
use crate::value::EntityId;
use crate::value::NameIdFormat;
use crate::value::Timestamp;

/// An identity provider in any state.
pub fn identity_provider() -> impl Strategy<Value = IdentityProvider> {
    let what = (provider_labels(), provider_settings(), provider_state(), epoch());
    let written = || (timestamp(), actor());
    (id(), id(), what, written(), written()).prop_map(
        |(
            organization,
            id,
            (labels, settings, state, epoch),
            (created, created_by),
            (modified, modified_by),
        )| {
            IdentityProvider {
                organization,
                id,
                labels,
                settings,
                state,
                epoch,
                created,
                created_by,
                modified,
                modified_by,
            }
        },
    )
}

/// How people know an identity provider.
pub fn provider_labels() -> impl Strategy<Value = ProviderLabels> {
    let kind = select(&ProviderKind::ALL[..]);
    (name(), name(), kind, option::of(provider_logo()))
        .prop_map(|(name, display_name, kind, logo)| ProviderLabels { name, display_name, kind, logo })
}

/// A picture in SVG or PNG, now and then of the greatest length.
pub fn provider_logo() -> impl Strategy<Value = ProviderLogo> {
    let png = |length: usize| {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.resize(length, 7);
        bytes
    };
    let bytes = prop_oneof![
        4 => (16..64_usize).prop_map(png),
        4 => matching("<svg>[a-zäöü]{0,8}</svg>").prop_map(String::into_bytes),
        1 => Just(png(ProviderLogo::MAX)),
    ];
    bytes.prop_map(|bytes| ProviderLogo::new(&bytes).expect("a logo"))
}

/// What a login by an identity provider goes by.
pub fn provider_settings() -> impl Strategy<Value = ProviderSettings> {
    let ends = (sso_endpoint(), option::of(logout_endpoint()));
    let format = select(&NameIdFormat::ALL[..]);
    (entity_id(), ends, provider_certificates(), format, provider_policy(), option::of(timestamp())).prop_map(
        |(entity_id, (sso, logout), certificates, name_id_format, policy, valid_until)| ProviderSettings {
            entity_id,
            sso,
            logout,
            certificates,
            name_id_format,
            policy,
            valid_until,
        },
    )
}

/// Where users are sent to log in.
pub fn sso_endpoint() -> impl Strategy<Value = SsoEndpoint> {
    (address(), binding()).prop_map(|(url, binding)| SsoEndpoint { url, binding })
}

/// Where users are sent to log out.
pub fn logout_endpoint() -> impl Strategy<Value = LogoutEndpoint> {
    (address(), option::of(address()), binding()).prop_map(|(url, response_url, binding)| LogoutEndpoint {
        url,
        response_url,
        binding,
    })
}

/// A policy of any strictness.
pub fn provider_policy() -> impl Strategy<Value = ProviderPolicy> {
    let deviations = vec(select(&Deviation::ALL[..]), 0..4)
        .prop_map(|some| some.into_iter().fold(Deviations::NONE, Deviations::with));
    let clock_skew = (0..=ClockSkew::MAX.get()).prop_map(|seconds| ClockSkew::new(seconds).expect("a skew"));
    (deviations, clock_skew, any::<[bool; 6]>()).prop_map(
        |(
            deviations,
            clock_skew,
            [idp_initiated, saml2_bearer, sign_requests, force_authn, require_encryption, allow_cbc],
        )| ProviderPolicy {
            deviations,
            clock_skew,
            idp_initiated,
            saml2_bearer,
            sign_requests,
            force_authn,
            require_encryption,
            allow_cbc,
        },
    )
}

/// A state, since any instant.
pub fn provider_state() -> impl Strategy<Value = ProviderState> {
    (timestamp(), actor(), 0..4_u8).prop_map(|(at, by, state)| match state {
        0 => ProviderState::Draft,
        1 => ProviderState::Tested { at, by },
        2 => ProviderState::Enabled { at, by },
        _ => ProviderState::Disabled { at, by },
    })
}

/// 1 to 5 certificates, valid at any two instants of 1970 to 2100.
pub fn provider_certificates() -> impl Strategy<Value = ProviderCertificates> {
    btree_map(any::<u64>(), validity(), 1..=ProviderCertificates::MAX).prop_map(|certificates| {
        let made =
            certificates.into_iter().map(|(number, (from, to))| fixtures::certificate(number, from, to));
        ProviderCertificates::new(made).expect("1 to 5 certificates")
    })
}

/// A certificate, valid at any two instants of 1970 to 2100. Nobody has its key.
pub fn certificate() -> impl Strategy<Value = Certificate> {
    (any::<u64>(), validity()).prop_map(|(number, (from, to))| fixtures::certificate(number, from, to))
}

fn validity() -> impl Strategy<Value = (Timestamp, Timestamp)> {
    (0..4_102_444_800_i64, 0..400_000_000_u32).prop_map(|(from, seconds)| {
        let from = Timestamp::from_unix(from);
        (from, from.plus(seconds))
    })
}

/// A request to an identity provider, answered or not.
pub fn saml_request() -> impl Strategy<Value = SamlRequest> {
    let purpose =
        prop_oneof![
            any::<bool>().prop_map(|force_authn| RequestPurpose::Login { force_authn }),
            (actor(), epoch(), any::<bool>())
                .prop_map(|(by, epoch, force_authn)| RequestPurpose::TestLogin { by, epoch, force_authn }),
            Just(RequestPurpose::Logout),
        ];
    let code = matching("[a-z]{1,8}(\\.[a-z]{1,8}){0,2}").prop_map(Cow::Owned);
    let state = prop_oneof![
        option::of(code).prop_map(|refused| RequestState::Waiting { refused }),
        timestamp().prop_map(|at| RequestState::Answered { at }),
    ];
    let return_to = option::of(matching("(?s).{0,24}"));
    (digest(), id(), id(), purpose, return_to, timestamp(), state, 1..6_u32).prop_map(
        |(digest, organization, provider, purpose, return_to, issued, state, round)| SamlRequest {
            digest,
            organization,
            provider,
            purpose,
            return_to,
            issued,
            expires: issued.plus(SamlRequest::LIFETIME),
            state,
            round,
        },
    )
}

/// An entity id: a URL or a URN, now and then of the greatest length.
pub fn entity_id() -> impl Strategy<Value = EntityId> {
    entity_text().prop_map(|text| text.parse().expect("an entity id"))
}

/// Nearly an entity id: nothing, too long by a byte, with white space or a control character.
pub fn nearly_entity_id() -> impl Strategy<Value = String> {
    const FLAWS: &[Flaw] = &[
        |_| String::new(),
        |text| format!(" {text}"),
        |text| format!("{text}\n"),
        |text| format!("{text}\u{a0}"),
        |text| format!("{text}\0"),
        |text| text.replacen(':', ": ", 1),
        |_| "a".repeat(EntityId::MAX + 1),
    ];
    spoiled(entity_text(), FLAWS)
}

fn entity_text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => matching("https?://[a-z]{1,8}\\.example(/[A-Za-z0-9._~-]{1,8}){0,2}/?"),
        2 => matching("urn:[a-z]{2,8}:[A-Za-z0-9:_-]{1,12}"),
        1 => Just(format!("urn:a:{}", "é".repeat((EntityId::MAX - 6) / 2))),
    ]
}

/// An email address, now and then of the greatest length.
pub fn email_address() -> impl Strategy<Value = EmailAddress> {
    email_text().prop_map(|text| text.parse().expect("an email address"))
}

/// Nearly an email address: with a side missing, with white space, too long by a byte.
pub fn nearly_email_address() -> impl Strategy<Value = String> {
    const FLAWS: &[Flaw] = &[
        |_| String::new(),
        |text| text.replace('@', ""),
        |text| text[text.find('@').unwrap_or(0)..].to_owned(),
        |text| text[..=text.find('@').unwrap_or(0)].to_owned(),
        |text| format!(" {text}"),
        |text| format!("{text}\n"),
        |text| format!("{text}\0"),
        |text| format!("Maria <{text}>"),
        |text| format!("{text}, {text}"),
        |_| format!("{}@b", "a".repeat(EmailAddress::MAX - 1)),
    ];
    spoiled(email_text(), FLAWS)
}

fn email_text() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => matching("[A-Za-zäöü0-9.+_'-]{1,12}@[A-Za-z0-9-]{1,8}(\\.[A-Za-z]{2,4}){1,2}"),
        1 => Just(format!("{}@b", "a".repeat(EmailAddress::MAX - 2))),
    ]
}

fn address() -> impl Strategy<Value = EndpointUri> {
    matching("https://[a-z]{1,8}\\.example(/[a-z]{1,8}){0,2}(\\?[a-z]{1,2}=[a-z0-9]{0,4})?")
        .prop_map(|text| text.parse().expect("an address"))
}

fn binding() -> impl Strategy<Value = Binding> {
    select(&[Binding::Redirect, Binding::Post][..])
}
