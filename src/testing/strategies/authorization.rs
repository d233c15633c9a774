//! Authorizations, and the logins and tokens that hang on them.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::Union;

use super::client::actor;
use super::redirect_uri::redirect_uri;
use super::scope::scopes;
use super::text::digest;
use super::value::epoch;
use super::value::id;
use super::value::lifetime;
use super::value::timestamp;
use crate::model::AccessToken;
use crate::model::Agreement;
use crate::model::Approval;
use crate::model::Audience;
use crate::model::Authorization;
use crate::model::AuthorizationCode;
use crate::model::CodeRedirect;
use crate::model::CodeState;
use crate::model::Consent;
use crate::model::ConsentPrompt;
use crate::model::FamilyState;
use crate::model::Granted;
use crate::model::Holder;
use crate::model::PromptKind;
use crate::model::Refresh;
use crate::model::Replaced;
use crate::model::ResponseType;
use crate::model::Revocation;
use crate::model::StateName;
use crate::model::TokenFamily;
use crate::model::UserConsent;
use crate::value::CodeChallenge;
use crate::value::CodeLifetime;
use crate::value::Salt;
use crate::value::Scopes;

/// An authorization in any state.
pub fn authorization() -> impl Strategy<Value = Authorization> {
    Union::new(StateName::ALL.map(authorization_in))
}

/// An authorization in this state.
pub fn authorization_in(state: StateName) -> BoxedStrategy<Authorization> {
    match state {
        StateName::Pending => (id(), id(), id(), scopes(), actor(), timestamp())
            .prop_map(|(organization, client, id, requested, by, now)| {
                Authorization::request(organization, client, id, requested, by, now)
            })
            .boxed(),
        StateName::Approved => approved().boxed(),
        StateName::Revoked => {
            let was_approved = (approved(), actor(), timestamp())
                .prop_map(|(approved, by, now)| approved.revoke(by, now).expect("an approved authorization"));
            let built_in = (id(), id(), actor(), timestamp()).prop_map(|(organization, client, by, now)| {
                Authorization::revoked_built_in(organization, client, by, now)
            });
            prop_oneof![4 => was_approved, 1 => built_in].boxed()
        }
    }
}

fn approved() -> impl Strategy<Value = Authorization> {
    (id(), id(), id(), approval()).prop_map(|(organization, client, id, approval)| {
        Authorization::approved(organization, client, id, approval)
    })
}

/// What was approved: the client's roles, or scopes among those that were shown.
pub fn approval() -> impl Strategy<Value = Approval> {
    let asked = option::weighted(0.75, (scopes(), scopes()));
    (asked, audience(), actor(), timestamp()).prop_map(|(asked, audience, by, at)| match asked {
        None => {
            let consent = Consent { by, at, shown: Scopes::empty(), granted: Scopes::empty() };
            Approval { granted: Granted::Roles, audience, consent }
        }
        Some((granted, others)) => {
            let shown = Scopes::new(granted.iter().chain(&others).cloned()).expect("a few scopes");
            let consent = Consent { by, at, shown, granted: granted.clone() };
            Approval { granted: Granted::Scopes(granted), audience, consent }
        }
    })
}

/// Everyone, or the users with one of a few roles.
pub fn audience() -> impl Strategy<Value = Audience> {
    vec(id(), 0..3).prop_map(Audience::of_roles)
}

/// Who ended something, and when.
pub fn revocation() -> impl Strategy<Value = Revocation> {
    (actor(), timestamp()).prop_map(|(by, at)| Revocation { by, at })
}

/// The tokens of one login, ended or not.
pub fn family() -> impl Strategy<Value = TokenFamily> {
    let names = (id(), id(), id(), id(), id());
    let state = prop_oneof![Just(FamilyState::Live), revocation().prop_map(FamilyState::Revoked)];
    let times = (timestamp(), any::<u32>());
    let epochs = (epoch(), epoch(), epoch(), epoch());
    let held = (scopes(), option::of(refresh()));
    (names, times, state, epochs, held).prop_map(|(names, times, state, epochs, held)| {
        let (id, organization, client, authorization, user) = names;
        let (began, seconds) = times;
        let (client_epoch, organization_epoch, authorization_epoch, consent_epoch) = epochs;
        let (scopes, refresh) = held;
        TokenFamily {
            id,
            organization,
            client,
            authorization,
            user,
            began,
            expires: began.plus(seconds),
            state,
            client_epoch,
            organization_epoch,
            authorization_epoch,
            consent_epoch,
            scopes,
            refresh,
        }
    })
}

/// The refresh token of a family, and perhaps the one before.
pub fn refresh() -> impl Strategy<Value = Refresh> {
    let salt = any::<[u8; 32]>().prop_map(Salt::from_random);
    let replaced = (digest(), salt, timestamp()).prop_map(|(digest, salt, at)| Replaced { digest, salt, at });
    (digest(), option::of(replaced)).prop_map(|(current, replaced)| Refresh { current, replaced })
}

/// An authorization code, exchanged or not.
pub fn authorization_code() -> impl Strategy<Value = AuthorizationCode> {
    let challenge = any::<[u8; 32]>().prop_map(|verifier| {
        let verifier = verifier.map(|byte| format!("{byte:02x}")).concat();
        CodeChallenge::of_verifier(&verifier).expect("64 unreserved characters")
    });
    let redirect = prop_oneof![
        redirect_uri().prop_map(CodeRedirect::Named),
        redirect_uri().prop_map(CodeRedirect::Only)
    ];
    let state = prop_oneof![Just(CodeState::Issued), timestamp().prop_map(|at| CodeState::Redeemed { at })];
    (family(), digest(), redirect, option::of(challenge), 1_u32..=600, state).prop_map(
        |(family, digest, redirect, challenge, seconds, state)| {
            let lifetime = CodeLifetime::new(seconds).expect("in bounds");
            let code = AuthorizationCode::begins(&family, digest, (redirect, challenge), lifetime);
            AuthorizationCode { state, ..code }
        },
    )
}

/// A user's word on a client: what was agreed to, or nothing.
pub fn user_consent() -> impl Strategy<Value = UserConsent> {
    let agreed = (id(), scopes(), scopes(), timestamp(), epoch()).prop_map(
        |(authorization, shown, scopes, at, client_epoch)| Agreement {
            authorization,
            shown,
            scopes,
            at,
            client_epoch,
        },
    );
    (id(), id(), id(), option::of(agreed), epoch()).prop_map(|(organization, client, user, agreed, epoch)| {
        UserConsent { organization, client, user, agreed, epoch }
    })
}

/// A page that asks for consent, made of a code that it would lead to.
pub fn consent_prompt() -> impl Strategy<Value = ConsentPrompt> {
    let asks = prop_oneof![Just(PromptKind::Administrator), Just(PromptKind::User)];
    let response_type = prop_oneof![Just(ResponseType::Code), Just(ResponseType::Token)];
    let state = option::of(any::<String>());
    (authorization_code(), digest(), id(), scopes(), asks, response_type, state).prop_map(
        |(code, digest, user, shown, asks, response_type, state)| ConsentPrompt {
            digest,
            organization: code.organization,
            user,
            client: code.client,
            asks,
            shown,
            redirect: code.redirect,
            response_type,
            state,
            challenge: code.challenge,
            asked: code.issued,
            expires: code.issued.plus(ConsentPrompt::LIFETIME),
        },
    )
}

/// An access token of a user or of a client on its own behalf.
pub fn access_token() -> impl Strategy<Value = AccessToken> {
    let names = (digest(), id(), id(), id());
    let held = prop_oneof![
        Just((Holder::Client, Scopes::empty())),
        (id(), id(), scopes()).prop_map(|(user, family, scopes)| (Holder::User { user, family }, scopes)),
    ];
    let times = (timestamp(), lifetime(), any::<u32>());
    (names, held, times, (epoch(), epoch(), epoch())).prop_map(
        |(names, held, times, (client_epoch, organization_epoch, authorization_epoch))| {
            let (digest, organization, client, authorization) = names;
            let ((holder, scopes), (issued, lifetime, unused)) = (held, times);
            AccessToken {
                digest,
                organization,
                client,
                authorization,
                holder,
                scopes,
                issued,
                expires: issued.plus(lifetime.seconds()),
                last_used: issued.plus(unused % lifetime.seconds()),
                client_epoch,
                organization_epoch,
                authorization_epoch,
            }
        },
    )
}
