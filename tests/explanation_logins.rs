//! Explaining logins by identity providers, and tokens by their assertions (GV-05, GR-07, SA-02, SA-03, SA-05, SA-12,
//! OR-01, threat 37).
#![cfg(all(feature = "testing", feature = "saml", feature = "aws-lc-rs"))]

mod common;

use std::collections::BTreeSet;

use grantor::access::Explanation;
use grantor::access::Layer;
use grantor::access::Verdict;
use grantor::admin::Proposal;
use grantor::admin::identity_providers::ProviderDraft;
use grantor::audit::Action;
use grantor::change::Changes;
use grantor::change::Denial;
use grantor::change::Key;
use grantor::change::Reason;
use grantor::grant::TokenRefusal;
use grantor::login::LoginRefusal;
use grantor::model::Audience;
use grantor::model::IdentityProvider;
use grantor::model::ProviderCertificates;
use grantor::model::ProviderState;
use grantor::model::User;
use grantor::ready;
use grantor::server::Error;
use grantor::server::RequestedToken;
use grantor::server::SingleSignOn;
use grantor::server::Supposing;
use grantor::testing::Says;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::LONG_AGO;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::YESTERDAY;
use grantor::value::IdentityProviderId;
use grantor::wire::TokenRequest;

use common::Broken;
use common::Call;
use common::House;
use common::basic;
use common::copy;
use common::done;
use common::sign_on::ADMIN;
use common::sign_on::SignOn;
use common::sign_on::Way;
use common::sign_on::idp;
use common::sign_on::service;

/// One user, one who is inactive, nobody, and two.
const EMAILS: [&str; 4] = [ADMIN, "former@acme.example", "nobody@acme.example", "viewer@acme.example"];

/// The viewer and another user have one email address.
fn with_twins(house: &House) {
    let twin = fixtures::user(ACME, fixtures::id(70), fixtures::role_grants([]));
    house.put(User { email: Some(fixtures::email(EMAILS[3])), ..twin });
}

#[track_caller]
fn assert_explained<R: Reason + PartialEq + std::fmt::Debug>(
    explanation: &Explanation<R>,
    answer: &Result<(), R>,
    context: &str,
    refusing: &mut BTreeSet<Layer>,
) {
    assert_eq!(explanation.refusal(), answer.as_ref().err(), "{context}: {explanation}");
    assert_eq!(explanation.is_allowed(), answer.is_ok(), "{context}: {explanation}");
    for judged in &explanation.layers {
        match &judged.verdict {
            Verdict::RestsOn(on) => {
                assert!(!explanation.verdict(*on).unwrap().lets_pass(), "{context}: {explanation}");
            }
            Verdict::Refuses(reason) => {
                assert!(!reason.remedy().is_empty());
                refusing.insert(judged.layer);
            }
            _ => {}
        }
    }
}

/// What becomes of a login that begins here.
fn answered(sign_on: &SignOn, provider: IdentityProviderId, email: &str) -> Result<(), LoginRefusal> {
    let way = Way::of(&sign_on.begin_by(provider, None, NOON).map_err(|refused| refused.refusal)?);
    sign_on.answer(&way, email, NOON).map(|_| ()).map_err(|refused| refused.refusal)
}

/// A change to the provider, by name.
type Turn = (&'static str, fn(&mut IdentityProvider));

const STATES: [Turn; 4] = [
    ("enabled", |_| {}),
    ("draft", |provider| provider.state = ProviderState::Draft),
    ("tested", |provider| {
        provider.state = ProviderState::Tested { at: LONG_AGO, by: fixtures::administrator() };
    }),
    ("disabled", |provider| {
        provider.state = ProviderState::Disabled { at: LONG_AGO, by: fixtures::administrator() };
    }),
];
const METADATA: [Turn; 2] = [
    ("holds", |provider| provider.settings.valid_until = Some(NOON.plus(1))),
    ("is over", |provider| provider.settings.valid_until = Some(NOON)),
];
const CERTIFICATES: [Turn; 2] = [
    ("valid", |_| {}),
    ("expired", |provider| {
        let expired = fixtures::certificate(1, LONG_AGO, YESTERDAY);
        provider.settings.certificates = ProviderCertificates::new([expired]).unwrap();
    }),
];
const SIGNED: [Turn; 2] =
    [("unsigned", |_| {}), ("signed", |provider| provider.settings.policy.sign_requests = true)];

/// GV-05: of every state of a provider, with a key to sign by and without, and of every sort of email address, the first refusal
/// is what the login comes to, and to ask commits nothing.
#[test]
fn gv_05_a_login_is_explained_as_it_is_answered() {
    let (mut refusing, mut allowed) = (BTreeSet::new(), 0_u32);
    for (state, one) in STATES {
        for (metadata, two) in METADATA {
            for (certificates, three) in CERTIFICATES {
                for (signed, four) in SIGNED {
                    for has_key in [true, false] {
                        let mut sign_on = SignOn::with_provider(|provider| {
                            [one, two, three, four].into_iter().for_each(|change| change(provider));
                        });
                        if !has_key {
                            let House { server, world } = sign_on.house;
                            let server = server.with_single_sign_on(SingleSignOn::new(service()));
                            sign_on = SignOn { house: House { server, world } };
                        }
                        with_twins(&sign_on.house);
                        let provider = sign_on.house.world.provider.id;
                        // The one that passes comes last: its assertion is spent then.
                        for email in EMAILS.into_iter().rev() {
                            let context =
                                format!("{state}, {metadata}, {certificates}, {signed}, {has_key}: {email}");
                            sign_on.house.store().take_calls();
                            let explanation = done(sign_on.house.admin().explain_login(
                                provider,
                                &fixtures::email(email),
                                NOON,
                                NOON,
                            ));
                            let calls = sign_on.house.store().take_calls();
                            assert!(!calls.iter().any(|call| matches!(call, Call::Commit(_))), "{context}");
                            let answer = answered(&sign_on, provider, email);
                            allowed += u32::from(answer.is_ok());
                            assert_explained(&explanation, &answer, &context, &mut refusing);
                        }
                    }
                }
            }
        }
    }
    assert_eq!(allowed, 3, "the one user, in the one state in which a login passes");
    let expected = [Layer::Provider, Layer::Metadata, Layer::Certificate, Layer::SigningKey, Layer::Identity];
    assert_eq!(refusing, expected.into_iter().collect(), "every layer refuses somewhere");
}

/// GV-05, SA-03: as it would be at another instant.
#[test]
fn gv_05_a_login_is_explained_at_another_instant() {
    let sign_on = SignOn::with_provider(|provider| {
        let passing = fixtures::certificate(1, YESTERDAY, NOON.plus(DAY));
        provider.settings.certificates = ProviderCertificates::new([passing]).unwrap();
        provider.settings.valid_until = Some(NOON.plus(2 * DAY));
    });
    let admin = sign_on.house.admin();
    let codes = [NOON, NOON.plus(DAY), NOON.plus(DAY + 1), NOON.plus(2 * DAY)].map(|at| {
        let provider = sign_on.house.world.provider.id;
        let explanation = done(admin.explain_login(provider, &fixtures::email(ADMIN), at, NOON));
        assert_eq!(explanation.at, at);
        explanation.refusals().map(Reason::code).collect::<Vec<_>>()
    });
    let none: Vec<&str> = Vec::new();
    let both = vec!["sso.metadata.expired", "sso.certificate.none.valid"];
    assert_eq!(codes, [none.clone(), none, vec!["sso.certificate.none.valid"], both]);
}

/// Does to the provider what is proposed.
fn carry_out(house: &House, proposal: &Proposal) -> Result<(), Denial> {
    let admin = house.admin();
    let told = match proposal {
        Proposal::DisableProvider(id) => {
            ready(admin.disable_identity_provider(*id, NOON)).unwrap().map(|_| ())
        }
        Proposal::DeleteProvider(id) => ready(admin.delete_identity_provider(*id, NOON)).unwrap(),
        Proposal::EditProvider { provider, draft } => {
            ready(admin.edit_identity_provider(*provider, draft, NOON)).unwrap().map(|_| ())
        }
        Proposal::RemoveCertificate { provider, fingerprint } => {
            ready(admin.remove_certificate(*provider, fingerprint, NOON)).unwrap().map(|_| ())
        }
        other => panic!("{other:?}"),
    };
    told.map_err(|error: Error<Broken>| match error {
        Error::Denied(denial) => denial,
        error => panic!("{error}"),
    })
}

/// GV-05: after every change to a provider that is not made yet, what is explained is what is explained once it is made.
#[test]
fn gv_05_a_login_is_explained_after_a_change_to_its_provider() {
    let house = House::new();
    let provider = house.world.provider.id;
    let admin = house.admin();
    let _ = done(admin.add_certificate(provider, fixtures::OTHER_CERTIFICATE.as_bytes(), NOON));
    let view = done(admin.identity_provider(provider, NOON));
    let draft = || ProviderDraft::of_provider(&view);
    let fingerprint = |text: &str| fixtures::certificates(&[text]).as_slice()[0].fingerprint();
    let edit = |draft: ProviderDraft| Proposal::EditProvider { provider, draft: Box::new(draft) };
    let of = |text: &str| Proposal::RemoveCertificate { provider, fingerprint: fingerprint(text) };
    let proposals = [
        (Proposal::DisableProvider(provider), Some("sso.provider.not.enabled")),
        (Proposal::DeleteProvider(provider), Some("sso.provider.unknown")),
        (edit(ProviderDraft { entity_id: "urn:other".into(), ..draft() }), Some("sso.provider.not.enabled")),
        (edit(ProviderDraft { name: "Another".into(), ..draft() }), None),
        (edit(ProviderDraft { valid_until: Some(NOON.plus(60)), ..draft() }), Some("sso.metadata.expired")),
        (of(fixtures::CERTIFICATE), None),
        (of(fixtures::OTHER_CERTIFICATE), None),
    ];
    for (proposal, expected) in &proposals {
        let there = copy(&house);
        carry_out(&there, proposal).unwrap();
        for email in EMAILS.map(fixtures::email) {
            let at = NOON.plus(60);
            let supposing = Supposing::at(at).after(proposal);
            let supposed = done(admin.explain_login(provider, &email, supposing, NOON));
            let happened = done(there.admin().explain_login(provider, &email, at, NOON));
            assert_eq!(supposed, happened, "{proposal:?}");
            let refusal = supposed.refusal().map(Reason::code);
            assert_eq!(refusal.filter(|code| code.starts_with("sso")), *expected, "{proposal:?}");
        }
    }
    let missing = Proposal::RemoveCertificate { provider, fingerprint: "00".into() };
    let refused = carry_out(&copy(&house), &missing).unwrap_err();
    let supposing = Supposing::at(NOON).after(&missing);
    let email = fixtures::email(ADMIN);
    let (denial, events) =
        house.events_of(|| common::denied(admin.explain_login(provider, &email, supposing, NOON)));
    assert_eq!(denial, refused);
    assert_eq!(events.iter().map(|event| event.action).collect::<Vec<_>>(), [Action::EditProvider]);
}

/// OR-01, threat 37: a provider of another organization is explained as none, and its users are nobody here.
#[test]
fn threat_37_the_provider_of_another_organization_is_not_told_of() {
    let house = House::new();
    let foreign = fixtures::identity_provider(GLOBEX, 77);
    house.put(foreign.clone());
    let stranger = fixtures::user(GLOBEX, fixtures::id(78), fixtures::role_grants([]));
    house.put(User { email: Some(fixtures::email("stranger@globex.example")), ..stranger });
    let admin = house.admin();
    let ask = |id, email: &str| done(admin.explain_login(id, &fixtures::email(email), NOON, NOON));
    let explanation = ask(foreign.id, ADMIN);
    assert_eq!(explanation, ask(fixtures::id(999), ADMIN));
    assert_eq!(explanation.refusal(), Some(&LoginRefusal::ProviderUnknown));
    assert_eq!(explanation.verdict(Layer::Metadata), Some(&Verdict::RestsOn(Layer::Provider)));
    let explanation = ask(house.world.provider.id, "stranger@globex.example");
    assert_eq!(explanation.refusal().map(Reason::code), Some("user.not.provisioned"));
}

/// GV-05: for programs and for people.
#[test]
fn gv_05_a_login_is_explained_to_programs_and_to_people() {
    let house = House::new();
    let _ = done(house.admin().disable_identity_provider(house.world.provider.id, NOON));
    let email = fixtures::email("nobody@acme.example");
    let told = done(house.admin().explain_login(house.world.provider.id, &email, NOON, NOON));
    let expected = "refused at 2026-01-15T12:00:00Z: the identity provider is disabled, and not enabled
  provider       refuses: the identity provider is disabled, and not enabled (sso.provider.not.enabled); to do: pass a test \
                    login, and enable the identity provider
  metadata       passes
  certificate    passes
  signing_key    passes
  identity       refuses: no user of the organization has the email address `nobody@acme.example` \
                    (user.not.provisioned); to do: create the user with this email address: nobody is created by logging in";
    assert_eq!(told.to_string(), expected);
    let json = serde_json::to_value(&told).unwrap();
    assert_eq!((&json["allowed"], &json["layers"][4]["layer"]), (&false.into(), &"identity".into()));
    assert_eq!(json["layers"][0]["code"], "sso.provider.not.enabled");
}

/// What may be the matter with the client of SAML2 bearer, by name.
type Matter = (&'static str, fn(&House));

const MATTERS: [Matter; 7] = [
    ("nothing", |_| {}),
    ("disabled", |house| {
        house.put(house.client(house.world.saml.id).disable(fixtures::administrator(), NOON).unwrap());
    }),
    ("removed", |house| house.put(house.world.saml.tombstone(fixtures::administrator(), NOON))),
    ("revoked", |house| {
        house.put(house.world.saml_approval.revoke(fixtures::administrator(), NOON).unwrap());
    }),
    ("no word", |house| {
        let key = Key::Authorization(ACME, house.world.saml.id);
        house.plant(Changes::new().delete(house.find(key).unwrap().version, key));
    }),
    ("for others", |house| {
        let others = Audience::of_roles([fixtures::id(99)]);
        house.put(house.world.saml_approval.edit_audience(others).unwrap());
    }),
    ("other scopes", |house| {
        house.put(house.world.saml_approval.edit_scopes(fixtures::scopes("analytics")).unwrap());
    }),
];

/// GV-05, GR-07: of every state of the client, every sort of email address and of scopes, the first refusal is what the token
/// endpoint answers to a good assertion.
#[test]
fn gv_05_a_token_by_an_assertion_is_explained_as_it_is_answered() {
    let (mut refusing, mut allowed) = (BTreeSet::new(), 0_u32);
    let assertions = EMAILS.map(|email| {
        let says = Says::login(email, "https://login.example.com/oauth/token", "https://login.example.com");
        idp().bearer(&says, NOON)
    });
    for (matter, change) in MATTERS {
        for (email, assertion) in EMAILS.into_iter().zip(&assertions) {
            for scope in [None, Some("routing"), Some("analytics"), Some("a  b")] {
                for right_type in [true, false] {
                    let sign_on = SignOn::with_provider(|provider| {
                        provider.settings.policy.saml2_bearer = true;
                    });
                    let house = &sign_on.house;
                    with_twins(house);
                    change(house);
                    let client = if right_type { &house.world.saml } else { &house.world.web };
                    let address = fixtures::email(email);
                    let requested = RequestedToken::Saml2Bearer { email: &address, scope };
                    let explanation = done(house.admin().explain_token(client.id, &requested, NOON, NOON));
                    let grant_type = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml2-bearer";
                    let scope_sent = scope
                        .map(|scope| format!("&scope={}", scope.replace(' ', "%20")))
                        .unwrap_or_default();
                    let form = format!(
                        "grant_type={grant_type}&assertion={assertion}&organization={ACME}{scope_sent}"
                    );
                    let header = basic(client.id, &house.secret(client));
                    let request = TokenRequest {
                        authorization: &[header.as_bytes()],
                        content_type: Some(b"application/x-www-form-urlencoded"),
                        body: form.as_bytes(),
                    };
                    let parsed = request.parse().unwrap();
                    let answer = ready(house.server.issue(&parsed, NOON)).unwrap().unwrap().map(|_| ());
                    allowed += u32::from(answer.is_ok());
                    let context = format!("{matter}, {email}, {scope:?}, {right_type}");
                    assert_explained(&explanation, &answer, &context, &mut refusing);
                }
            }
        }
    }
    assert_eq!(allowed, 2, "one user, all scopes or fewer");
    let expected = [
        Layer::Application,
        Layer::GrantType,
        Layer::Identity,
        Layer::Client,
        Layer::Authorization,
        Layer::User,
        Layer::Scopes,
    ];
    assert_eq!(refusing, expected.into_iter().collect(), "every layer refuses somewhere");
}

/// GV-05, GR-07: a server without single sign-on takes no assertions, and says so once the client is of the type.
#[test]
fn gv_05_without_single_sign_on_no_assertion_is_taken() {
    let house = House::new();
    let email = fixtures::email(ADMIN);
    let requested = RequestedToken::Saml2Bearer { email: &email, scope: None };
    let ask = |client| done(house.admin().explain_token(client, &requested, NOON, NOON));
    let explanation = ask(house.world.saml.id);
    assert_eq!(explanation.refusal(), Some(&TokenRefusal::UnsupportedGrantType));
    let of_another_type = ask(house.world.web.id);
    assert_eq!(of_another_type.refusal().map(Reason::code), Some("grant.type.wrong"));
}

/// GV-05, OR-05: to explain a login needs the permission to see identity providers, and whoever lacks it leaves an event.
#[test]
fn gv_05_asking_about_logins_is_for_those_who_see_providers() {
    let house = House::new();
    let email = fixtures::email(ADMIN);
    let provider = house.world.provider.id;
    let seeing = house.user_with(60, "sso:provider:view");
    for (user, expected) in
        [(seeing, None), (VIEWER, Some("missing.permission")), (BYSTANDER, Some("missing.permission"))]
    {
        let admin = house.server.administration(ACME, user);
        let (answer, events) =
            house.events_of(|| ready(admin.explain_login(provider, &email, NOON, NOON)).unwrap());
        let code = match answer {
            Ok(_) => None,
            Err(Error::Denied(denial)) => Some(denial.code()),
            Err(error) => panic!("{error}"),
        };
        assert_eq!((code, events.len()), (expected, usize::from(expected.is_some())), "{user}");
    }
    let disabled = Proposal::DisableProvider(provider);
    let admin = house.server.administration(ACME, seeing);
    let supposing = Supposing::at(NOON).after(&disabled);
    assert_eq!(common::code(admin.explain_login(provider, &email, supposing, NOON)), "missing.permission");
}
