//! Logging out by identity providers, with the store: asked by us or by them (SA-17).
#![cfg(all(feature = "testing", feature = "saml", feature = "aws-lc-rs"))]

mod common;

use grantor::audit::Action;
use grantor::audit::Actor;
use grantor::audit::Event;
use grantor::audit::Outcome;
use grantor::change::Reason;
use grantor::model::IdentityProvider;
use grantor::model::LogoutEndpoint;
use grantor::model::ProviderState;
use grantor::saml::MessageId;
use grantor::saml::NameId;
use grantor::saml::ServiceProvider;
use grantor::saml::binding::Delivery;
use grantor::saml::binding::Outgoing;
use grantor::saml::binding::RelayState;
use grantor::saml::crypto::AwsLc;
use grantor::saml::crypto::Signer;
use grantor::saml::logout::LogoutOutcome;
use grantor::saml::logout::LogoutRequest;
use grantor::saml::logout::LogoutResponse;
use grantor::saml::logout::Received;
use grantor::saml::logout::VerifiedLogoutRequest;
use grantor::saml::logout::VerifiedLogoutResponse;
use grantor::server::BeginLogout;
use grantor::server::LoginRefused;
use grantor::server::LogoutAsked;
use grantor::server::LogoutMessage;
use grantor::server::LogoutReceived;
use grantor::server::SingleSignOn;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::value::Binding;
use grantor::value::Certificate;
use grantor::value::ClockSkew;
use grantor::value::Deviations;
use grantor::value::EndpointUri;
use grantor::value::Timestamp;
use grantor::wire::SamlPost;

use common::House;
use common::assert_same;
use common::done;
use common::sign_on::ADMIN;
use common::sign_on::IDP;
use common::sign_on::SLO;
use common::sign_on::SP;
use common::sign_on::SignOn;
use common::sign_on::Way;
use common::sign_on::key;
use common::sign_on::service;

const IDP_SLO: &str = "https://idp.example.com/logout";
const BINDINGS: [Binding; 2] = [Binding::Redirect, Binding::Post];

/// A message as a browser brings it.
#[derive(Clone, Debug)]
enum Brought {
    Query(String),
    /// The fields, by name.
    Form(Vec<(&'static str, String)>),
}

impl Brought {
    fn of(sent: &Outgoing) -> Self {
        match sent {
            Outgoing::Redirect(url) => Self::Query(url.split_once('?').unwrap().1.to_owned()),
            Outgoing::Form(form) => {
                Self::Form(form.fields().map(|(name, value)| (name, value.to_owned())).collect())
            }
        }
    }

    fn received(&self) -> Received<'_> {
        match self {
            Self::Query(query) => Received::Query(query),
            Self::Form(fields) => Received::Form {
                message: &fields[0].1,
                relay_state: fields.get(1).map(|(_, value)| value.as_str()),
            },
        }
    }

    /// The body of the form, where it is one.
    fn body(&self) -> Vec<u8> {
        let Self::Form(fields) = self else { return Vec::new() };
        let encoded = |text: &str| text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let fields: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        fields.join("&").into_bytes()
    }
}

/// The identity provider as it sends messages about logging out: they are of one shape in both directions.
fn peer(entity_id: &str) -> ServiceProvider {
    let mut peer =
        ServiceProvider::new(entity_id.parse().unwrap(), "https://idp.example.com/x".parse().unwrap());
    peer.logout = Some(IDP_SLO.parse().unwrap());
    peer
}

fn delivery<'a>(binding: Binding, to: &'a EndpointUri, signer: &'a dyn Signer) -> Delivery<'a> {
    let mut delivery = Delivery::new(binding, to);
    delivery.signer = Some(signer);
    delivery
}

/// The provider asks that the sessions of this user end.
fn asks(email: &str, key_name: &str, binding: Binding, now: Timestamp) -> Brought {
    let (slo, signer) = (SLO.parse().unwrap(), key(key_name));
    let relay_state = RelayState::received("theirs").unwrap();
    let mut delivery = delivery(binding, &slo, &signer);
    delivery.relay_state = Some(&relay_state);
    let request = LogoutRequest::new(MessageId::of_bits([9; 16]), NameId::new(email));
    Brought::of(&request.send(&peer(IDP), &delivery, now).unwrap())
}

fn receive(sign_on: &SignOn, brought: &Brought, now: Timestamp) -> Result<LogoutReceived, LoginRefused> {
    let body = brought.body();
    let post = SamlPost { content_type: Some(b"application/x-www-form-urlencoded"), body: &body };
    let message = match brought {
        Brought::Query(query) => LogoutMessage::Query(query),
        Brought::Form(_) => LogoutMessage::Post(&post),
    };
    done(sign_on.logins().receive_logout(message, now))
}

/// It is refused with this code, and changes nothing but the trail.
#[track_caller]
fn assert_refused(sign_on: &SignOn, brought: &Brought, now: Timestamp, code: &str) -> Event {
    let before = sign_on.house.dump();
    let (answer, events) = sign_on.house.events_of(|| receive(sign_on, brought, now));
    let refused = answer.expect_err(code);
    assert_eq!(refused.refusal.code(), code, "{refused:?}");
    assert_same(&sign_on.house.dump(), &before, code);
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((refused.event, event.action), (Some(event.id), Action::LogOut));
    assert!(matches!(&event.outcome, Outcome::Refused { code: told, .. } if told == code), "{event:?}");
    event.clone()
}

fn with_binding(binding: Binding) -> SignOn {
    SignOn::with_provider(|provider| logout(provider).binding = binding)
}

fn logout(provider: &mut IdentityProvider) -> &mut LogoutEndpoint {
    provider.settings.logout.as_mut().unwrap()
}

/// A logout that begins here: the way, and what is sent.
#[track_caller]
fn begin(sign_on: &SignOn, now: Timestamp) -> (Way, Outgoing) {
    let begun = try_begin(sign_on, now).expect("a logout begins");
    (Way::of(&begun.0), begun.1)
}

fn try_begin(
    sign_on: &SignOn,
    now: Timestamp,
) -> Result<(grantor::server::LoginBegun, Outgoing), LoginRefused> {
    let name_id = NameId::new(ADMIN);
    let begin = BeginLogout {
        organization: ACME,
        provider: sign_on.house.world.provider.id,
        name_id: &name_id,
        session_index: Some("_session"),
        return_to: Some("/goodbye"),
    };
    let begun = done(sign_on.logins().begin_logout(&begin, now))?;
    let send = begun.send.clone();
    Ok((begun, send))
}

/// How the provider judges what we send: by our key.
fn as_provider<T>(check: impl FnOnce(&ServiceProvider, &grantor::saml::Peer<'_>) -> T) -> T {
    let certificate = Certificate::read(include_bytes!("saml/keys/sp-rsa-2048.cert.pem")).unwrap();
    let entity_id = SP.parse().unwrap();
    let us = grantor::saml::Peer {
        entity_id: &entity_id,
        certificates: &[certificate],
        deviations: Deviations::NONE,
        clock_skew: ClockSkew::DEFAULT,
        verifier: &AwsLc,
        decryptor: None,
        allow_cbc: false,
    };
    check(&peer(IDP), &us)
}

/// The provider's answer to the logout that began here.
fn answers(
    sent: &Outgoing,
    outcome: LogoutOutcome,
    key_name: &str,
    binding: Binding,
    now: Timestamp,
) -> Brought {
    let brought = Brought::of(sent);
    let asked =
        as_provider(|peer, us| VerifiedLogoutRequest::check(brought.received(), peer, us, now)).unwrap();
    assert_eq!(
        (asked.name_id().value.as_str(), asked.session_indexes()),
        (ADMIN, &["_session".to_owned()][..])
    );
    let (slo, signer) = (SLO.parse().unwrap(), key(key_name));
    let mut delivery = delivery(binding, &slo, &signer);
    delivery.relay_state = asked.relay_state();
    let answer = LogoutResponse::to(&asked, MessageId::of_bits([8; 16]), outcome);
    Brought::of(&answer.send(&peer(IDP), &delivery, now).unwrap())
}

/// SA-17: a logout begins here, by Redirect and by POST; the provider takes the request, and its answer by either leads the
/// browser on. It is answered once.
#[test]
fn sa_17_a_logout_begins_here_and_is_answered_once() {
    for (asked_by, answered_by) in BINDINGS.into_iter().flat_map(|one| BINDINGS.map(|other| (one, other))) {
        let sign_on = with_binding(asked_by);
        let (_, sent) = begin(&sign_on, NOON);
        let answer = answers(&sent, LogoutOutcome::Done, "idp-rsa-2048", answered_by, NOON.plus(5));
        let (received, events) = sign_on.house.events_of(|| receive(&sign_on, &answer, NOON.plus(5)));
        let LogoutReceived::Answered { organization, is_partial, return_to } = received.unwrap() else {
            panic!("not answered");
        };
        assert_eq!((organization, is_partial, return_to.as_deref()), (ACME, false, Some("/goodbye")));
        let [event] = events.as_slice() else { panic!("{events:?}") };
        let by = Actor::IdentityProvider { organization: ACME, provider: sign_on.house.world.provider.id };
        assert_eq!((event.actor, event.action, &event.outcome), (by, Action::LogOut, &Outcome::Done));
        assert_refused(&sign_on, &answer, NOON.plus(5), "sso.request.answered");
    }
}

/// SA-17, SA-06: an answer about logging out is taken for ten minutes, to the second.
#[test]
fn sa_17_an_answer_is_taken_for_ten_minutes() {
    let sign_on = SignOn::new();
    let answer_at = |now: Timestamp| {
        let (_, sent) = begin(&sign_on, NOON);
        let brought = Brought::of(&sent);
        let asked = as_provider(|peer, us| VerifiedLogoutRequest::check(brought.received(), peer, us, NOON));
        let (slo, signer) = (SLO.parse().unwrap(), key("idp-rsa-2048"));
        let answer = LogoutResponse::to(&asked.unwrap(), MessageId::of_bits([8; 16]), LogoutOutcome::Done);
        let delivery = delivery(Binding::Redirect, &slo, &signer);
        Brought::of(&answer.send(&peer(IDP), &delivery, now).unwrap())
    };
    assert!(receive(&sign_on, &answer_at(NOON.plus(599)), NOON.plus(599)).is_ok());
    assert_refused(&sign_on, &answer_at(NOON.plus(600)), NOON.plus(600), "sso.request.expired");
}

/// SA-17, threat 53: an answer counts by the key of the provider that was asked, to a logout that was asked for.
#[test]
fn sa_17_threat_53_another_answers_nothing() {
    let sign_on = SignOn::with(|world| world.globex_provider.state = ProviderState::Draft);
    for binding in BINDINGS {
        let (_, sent) = begin(&sign_on, NOON);
        let forged = answers(&sent, LogoutOutcome::Done, "other-rsa-2048", binding, NOON);
        assert_refused(&sign_on, &forged, NOON, "saml.signature.untrusted");
        let failed = answers(&sent, LogoutOutcome::Failed, "idp-rsa-2048", binding, NOON);
        assert_refused(&sign_on, &failed, NOON, "saml.logout.status");
        assert!(
            receive(&sign_on, &answers(&sent, LogoutOutcome::Done, "idp-rsa-2048", binding, NOON), NOON)
                .is_ok()
        );
    }
    // A login awaits no answer about logging out.
    let way = sign_on.begin(NOON);
    let (slo, signer) = (SLO.parse().unwrap(), key("idp-rsa-2048"));
    let name_id = NameId::new(ADMIN);
    let asked = LogoutRequest::new(way.id.parse().unwrap(), name_id);
    let us: EndpointUri = IDP_SLO.parse().unwrap();
    let sent = asked.send(&service(), &delivery(Binding::Redirect, &us, &key("sp-rsa-2048")), NOON).unwrap();
    let brought = Brought::of(&sent);
    let asked =
        as_provider(|peer, us| VerifiedLogoutRequest::check(brought.received(), peer, us, NOON)).unwrap();
    let answer = LogoutResponse::to(&asked, MessageId::of_bits([8; 16]), LogoutOutcome::Done);
    let answer = answer.send(&peer(IDP), &delivery(Binding::Redirect, &slo, &signer), NOON).unwrap();
    assert_refused(&sign_on, &Brought::of(&answer), NOON, "sso.request.unknown");
}

/// SA-17: a provider asks that sessions end, by Redirect and by POST; whose they are is told, and the answer is one that the
/// provider takes.
#[test]
fn sa_17_a_provider_asks_and_is_answered() {
    for (asked_by, answered_by) in BINDINGS.into_iter().flat_map(|one| BINDINGS.map(|other| (one, other))) {
        for outcome in [LogoutOutcome::Done, LogoutOutcome::Failed] {
            let sign_on = with_binding(answered_by);
            sign_on.change_provider(|provider| {
                logout(provider).response_url = Some("https://idp.example.com/logout/done".parse().unwrap());
            });
            sign_on.house.put(IdentityProvider {
                state: ProviderState::Draft,
                ..sign_on.provider_of(GLOBEX, sign_on.house.world.globex_provider.id)
            });
            let asked = received_asked(&sign_on, &asks(ADMIN, "idp-rsa-2048", asked_by, NOON));
            assert_eq!((asked.organization, asked.user), (ACME, Some(ADMINISTRATOR)));
            let sent = done(sign_on.logins().answer_logout(&asked, outcome, NOON)).unwrap();
            let brought = Brought::of(&sent);
            let mut expected = peer(IDP);
            expected.logout = Some("https://idp.example.com/logout/done".parse().unwrap());
            let id = MessageId::of_bits([9; 16]);
            let checked = as_provider(|_, us| {
                VerifiedLogoutResponse::check(brought.received(), &id, &expected, us, NOON)
            });
            match outcome {
                LogoutOutcome::Done => {
                    assert_eq!(checked.unwrap().relay_state().unwrap().as_str(), "theirs");
                }
                LogoutOutcome::Failed => assert_eq!(checked.unwrap_err().code(), "saml.logout.status"),
            }
        }
    }
}

#[track_caller]
fn received_asked(sign_on: &SignOn, brought: &Brought) -> LogoutAsked {
    match receive(sign_on, brought, NOON) {
        Ok(LogoutReceived::Asked(asked)) => *asked,
        other => panic!("not asked: {other:?}"),
    }
}

/// SA-17: whose sessions end is told where one user has the address; otherwise the host has the name.
#[test]
fn sa_17_the_user_is_told_where_there_is_one() {
    let sign_on = SignOn::with(|world| world.globex_provider.state = ProviderState::Draft);
    for (name, expected) in [(ADMIN, true), ("nobody@acme.example", false), ("no address", false)] {
        let asked = received_asked(&sign_on, &asks(name, "idp-rsa-2048", Binding::Post, NOON));
        assert_eq!((asked.user.is_some(), asked.request.name_id().value.as_str()), (expected, name));
    }
}

/// SA-17, threats 46 and 53: a request to log out counts by the provider's key, while it is fresh.
#[test]
fn sa_17_threat_53_a_request_counts_by_the_providers_key() {
    let sign_on = SignOn::with(|world| world.globex_provider.state = ProviderState::Draft);
    for binding in BINDINGS {
        let forged = asks(ADMIN, "other-rsa-2048", binding, NOON);
        assert_refused(&sign_on, &forged, NOON, "saml.signature.untrusted");
        let good = asks(ADMIN, "idp-rsa-2048", binding, NOON);
        assert_refused(&sign_on, &good, NOON.minus(11), "saml.logout.from.future");
        assert_refused(&sign_on, &good, NOON.plus(310), "saml.logout.expired");
        assert!(receive(&sign_on, &good, NOON.plus(309)).is_ok());
        assert!(receive(&sign_on, &good, NOON.minus(10)).is_ok());
    }
    let (slo, us) = (SLO.parse().unwrap(), peer(IDP));
    let request = LogoutRequest::new(MessageId::of_bits([9; 16]), NameId::new(ADMIN));
    let unsigned = request.send(&us, &Delivery::new(Binding::Post, &slo), NOON).unwrap();
    assert_refused(&sign_on, &Brought::of(&unsigned), NOON, "saml.signature.unsigned");
    let unsigned = request.send(&us, &Delivery::new(Binding::Redirect, &slo), NOON).unwrap();
    assert_refused(&sign_on, &Brought::of(&unsigned), NOON, "saml.query.unsigned");
}

/// SA-17: what cannot be begun says why.
#[test]
fn sa_17_what_is_missing_is_named() {
    let told = |sign_on: &SignOn| {
        let before = sign_on.house.dump();
        let refused = try_begin(sign_on, NOON).unwrap_err();
        assert_same(&sign_on.house.dump(), &before, "nothing is begun");
        assert!(refused.event.is_some() && !refused.refusal.remedy().is_empty());
        refused.refusal.code()
    };
    assert_eq!(told(&SignOn::with_provider(|provider| provider.settings.logout = None)), "sso.logout.none");
    let disabled = SignOn::with_provider(|provider| {
        provider.state = ProviderState::Disabled { at: NOON, by: fixtures::administrator() };
    });
    assert_eq!(told(&disabled), "sso.provider.not.enabled");
    let House { server, world } = House::new();
    let server = server.with_single_sign_on(SingleSignOn::new(service()));
    assert_eq!(told(&SignOn { house: House { server, world } }), "sso.signing.key.missing");
    assert!(try_begin(&SignOn::new(), NOON).is_ok());
}

/// Threat 44: what is no message about logging out leaves no trace.
#[test]
fn threat_44_no_message_leaves_no_trace() {
    let sign_on = SignOn::new();
    let events = sign_on.house.events();
    for brought in [
        Brought::Query(String::new()),
        Brought::Query("SAMLRequest=garbage".into()),
        Brought::Form(vec![("SAMLRequest", "garbage".into())]),
        Brought::Form(vec![("SAMLRequest", "PGEvPg==".into())]),
    ] {
        let refused = receive(&sign_on, &brought, NOON).unwrap_err();
        assert_eq!(refused.event, None, "{brought:?}");
    }
    assert_eq!(sign_on.house.events(), events);
}

/// SA-07: our metadata is signed by our key, and another reader of it finds what identity providers need.
#[test]
fn sa_07_our_metadata_is_there() {
    let sign_on = SignOn::new();
    let response = done(async { sign_on.logins().metadata() }).unwrap();
    let text = String::from_utf8(response.body.clone()).unwrap();
    assert_eq!(response.status, 200);
    for part in [SP, common::sign_on::ACS, SLO, "<ds:Signature"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}
