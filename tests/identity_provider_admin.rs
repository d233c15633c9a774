//! What administrators do to identity providers, with the store (SA-01 to SA-05, SA-14, SA-15, OR-01, OR-05).
#![cfg(all(feature = "testing", feature = "saml", feature = "aws-lc-rs"))]

mod common;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::admin::identity_providers::ProviderDraft;
use grantor::admin::identity_providers::ProviderView;
use grantor::audit::Action;
use grantor::audit::Actor;
use grantor::audit::Outcome;
use grantor::audit::Subject;
use grantor::change::Changes;
use grantor::change::Denial;
use grantor::change::Key;
use grantor::change::Reason;
use grantor::change::Record;
use grantor::model::IdentityProvider;
use grantor::model::Organization;
use grantor::model::Policy;
use grantor::model::ProviderKind;
use grantor::model::ProviderLogo;
use grantor::model::ProviderState;
use grantor::model::User;
use grantor::ready;
use grantor::saml::metadata;
use grantor::server::AuthorizationServer;
use grantor::server::Error;
use grantor::server::Settings;
use grantor::store::MemoryStore;
use grantor::store::Store;
use grantor::testing::SeededEntropy;
use grantor::testing::explore::Explorer;
use grantor::testing::explore::Scenario;
use grantor::testing::explore::Stepped;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::CERTIFICATE;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::OTHER_CERTIFICATE;
use grantor::testing::fixtures::YESTERDAY;
use grantor::value::Binding;
use grantor::value::ClockSkew;
use grantor::value::Deviation;
use grantor::value::Deviations;
use grantor::value::IdentityProviderId;
use grantor::value::NameIdFormat;
use grantor::value::Timestamp;
use grantor::value::UserId;

use common::House;
use common::assert_same;
use common::catalog;
use common::code;
use common::denied;
use common::done;
use common::sign_on::ADMIN;
use common::sign_on::SignOn;
use common::sign_on::form;
use common::sign_on::idp;
use common::sign_on::provider;
use common::sign_on::says;

const NEW: &str = "https://new.example.com/metadata";
const EXPIRED: &str = include_str!("saml/keys/idp-rsa-2048-expired.cert.pem");
const EARLY: &str = include_str!("saml/keys/idp-rsa-2048-not-yet-valid.cert.pem");
const WEAK: &str = include_str!("saml/keys/idp-rsa-1024.cert.pem");
const NEXT: &str = include_str!("saml/keys/idp-rsa-2048-next.cert.pem");

/// What can be accepted.
fn draft() -> ProviderDraft {
    ProviderDraft {
        name: "Acme sign-in".into(),
        entity_id: NEW.into(),
        sso_url: "https://new.example.com/sso".into(),
        certificates: vec![CERTIFICATE.into()],
        ..ProviderDraft::default()
    }
}

/// A draft that says what is stored of the provider.
fn draft_of(provider: &IdentityProvider) -> ProviderDraft {
    let settings = &provider.settings;
    ProviderDraft {
        name: provider.labels.name.to_string(),
        display_name: Some(provider.labels.display_name.to_string()),
        kind: provider.labels.kind,
        entity_id: settings.entity_id.to_string(),
        sso_url: settings.sso.url.to_string(),
        sso_binding: Some(settings.sso.binding),
        logout_url: settings.logout.as_ref().map(|logout| logout.url.to_string()),
        logout_binding: settings.logout.as_ref().map(|logout| logout.binding),
        certificates: settings.certificates.iter().map(|found| STANDARD.encode(found.as_der())).collect(),
        name_id_format: settings.name_id_format,
        policy: settings.policy,
        valid_until: settings.valid_until,
        ..ProviderDraft::default()
    }
}

fn create(sign_on: &SignOn, draft: &ProviderDraft) -> ProviderView {
    done(sign_on.house.admin().create_identity_provider(draft, NOON))
}

/// The codes of what is wrong, with their fields. Nothing but the trail changes.
#[track_caller]
fn problems(sign_on: &SignOn, draft: &ProviderDraft) -> Vec<(String, &'static str)> {
    let before = sign_on.house.dump();
    let denial = denied(sign_on.house.admin().create_identity_provider(draft, NOON));
    let Denial::Invalid(problems) = denial else { panic!("{denial:?}") };
    assert_same(&sign_on.house.dump(), &before, "refused");
    assert!(problems.iter().all(|problem| !problem.cause.is_empty() && !problem.remedy.is_empty()));
    problems.iter().map(|problem| (problem.field.clone(), problem.code)).collect()
}

/// The one thing that is wrong with the draft once it is changed.
#[track_caller]
fn problem(change: impl FnOnce(&mut ProviderDraft)) -> (String, &'static str) {
    let mut changed = draft();
    change(&mut changed);
    let mut found = problems(&SignOn::new(), &changed);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn svg(length: usize) -> String {
    let (head, tail) = ("<svg xmlns=\"http://www.w3.org/2000/svg\"><!--", "--></svg>");
    let filling = "a".repeat(length - head.len() - tail.len());
    STANDARD.encode(format!("{head}{filling}{tail}"))
}

/// SA-01: a provider is created as a draft with all that was entered; what was not has its default.
#[test]
fn sa_01_a_provider_is_created_as_a_draft() {
    let sign_on = SignOn::new();
    let (least, events) = sign_on.house.events_of(|| create(&sign_on, &draft()));
    let on = Subject::IdentityProvider { organization: ACME, provider: least.id };
    let [event] = events.as_slice() else { panic!("{events:?}") };
    let by = Actor::User { organization: ACME, user: ADMINISTRATOR };
    assert_eq!((event.actor, event.action, event.subject), (by, Action::CreateProvider, on));
    assert_eq!(event.outcome, Outcome::Done);
    assert!(event.changes.iter().any(|change| change.field == "entity_id"));
    assert_eq!((least.state, &least.labels.display_name), (ProviderState::Draft, &least.labels.name));
    assert_eq!((least.settings.sso.binding, &least.settings.logout), (Binding::Redirect, &None));
    assert_eq!(least.labels.kind, ProviderKind::Generic);
    assert_eq!((least.created, least.created_by), (NOON, by));
    assert_eq!(sign_on.organization(ACME).identity_providers(), 4);

    let all = ProviderDraft {
        display_name: Some("Sign in".into()),
        kind: ProviderKind::Okta,
        protocol: Some("SAML 2.0".into()),
        entity_id: "urn:full".into(),
        sso_binding: Some(Binding::Post),
        logout_url: Some("https://new.example.com/slo".into()),
        logout_response_url: Some("https://new.example.com/slo/done".into()),
        logout_binding: Some(Binding::Post),
        certificates: vec![CERTIFICATE.into(), OTHER_CERTIFICATE.into()],
        name_id_format: NameIdFormat::EmailAddress,
        logo: Some(svg(ProviderLogo::MAX)),
        valid_until: Some(NOON.plus(1)),
        ..draft()
    };
    let full = create(&sign_on, &all);
    assert_eq!((full.labels.display_name.as_str(), full.labels.kind), ("Sign in", ProviderKind::Okta));
    let logout = full.settings.logout.as_ref().unwrap();
    assert_eq!((logout.binding, logout.url.as_str()), (Binding::Post, "https://new.example.com/slo"));
    assert_eq!(logout.response_url.as_ref().unwrap().as_str(), "https://new.example.com/slo/done");
    assert_eq!((full.certificates.len(), full.settings.sso.binding), (2, Binding::Post));
    assert_eq!(full.settings.name_id_format, NameIdFormat::EmailAddress);
    assert_eq!(full.settings.valid_until, Some(NOON.plus(1)));
    assert!(full.labels.logo.is_some());
    assert_eq!(done(sign_on.house.admin().identity_provider(full.id, NOON)), full);
    let listed = done(sign_on.house.admin().identity_providers(NOON));
    assert_eq!(listed.len(), 5);
    assert!(listed.contains(&full) && listed.contains(&least));
}

/// SA-01, CL-16: each bad field has its code.
#[test]
fn sa_01_each_bad_field_has_its_code() {
    let of = |field: &str, code| (field.to_owned(), code);
    assert_eq!(problem(|draft| draft.name.clear()), of("name", "name.required"));
    assert_eq!(problem(|draft| draft.name = "a\nb".into()).0, "name");
    assert_eq!(problem(|draft| draft.display_name = Some("a\u{202e}b".into())).0, "display_name");
    assert_eq!(problem(|draft| draft.entity_id.clear()), of("entity_id", "sso.bad.entity.id"));
    assert_eq!(problem(|draft| draft.entity_id = "a".repeat(1_025)), of("entity_id", "sso.bad.entity.id"));
    for url in ["", "http://new.example.com/sso", "javascript:alert(1)", "https://a@new.example.com", "/sso"]
    {
        assert_eq!(problem(|draft| draft.sso_url = url.into()), of("sso_url", "sso.bad.url"), "{url}");
        if !url.is_empty() {
            let found = problem(|draft| draft.logout_url = Some(url.into()));
            assert_eq!(found, of("logout_url", "sso.bad.url"), "{url}");
            let found = problem(|draft| {
                draft.logout_url = Some("https://new.example.com/slo".into());
                draft.logout_response_url = Some(url.into());
            });
            assert_eq!(found, of("logout_response_url", "sso.bad.url"), "{url}");
        }
    }
    let found = problem(|draft| draft.logout_response_url = Some("https://new.example.com/slo".into()));
    assert_eq!(found, of("logout_url", "sso.logout.url.required"));
    assert_eq!(problem(|draft| draft.valid_until = Some(NOON)), of("valid_until", "sso.metadata.expired"));
    for logo in [
        svg(ProviderLogo::MAX + 1),
        "!".into(),
        STANDARD.encode("GIF89a"),
        STANDARD.encode("<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>"),
        "A".repeat(3 * ProviderLogo::MAX),
    ] {
        assert_eq!(problem(|draft| draft.logo = Some(logo)), of("logo", "sso.bad.logo"));
    }
}

/// CL-16: what is wrong is told all at once.
#[test]
fn cl_16_every_bad_field_is_told_at_once() {
    let bad = ProviderDraft {
        protocol: Some("oidc".into()),
        logout_url: Some("slo".into()),
        certificates: vec!["none".into(), WEAK.into()],
        logo: Some("!".into()),
        valid_until: Some(YESTERDAY),
        ..ProviderDraft::default()
    };
    let mut fields: Vec<String> = problems(&SignOn::new(), &bad).into_iter().map(|found| found.0).collect();
    fields.sort();
    let expected = [
        "certificates[0]",
        "certificates[1]",
        "entity_id",
        "logo",
        "logout_url",
        "name",
        "protocol",
        "sso_url",
        "valid_until",
    ];
    assert_eq!(fields, expected);
}

/// SA-15: any other protocol is refused by its name.
#[test]
fn sa_15_another_protocol_is_refused_by_its_name() {
    for (protocol, name) in [
        ("oidc", "OpenID Connect"),
        ("OpenID Connect", "OpenID Connect"),
        ("ws-fed", "WS-Federation"),
        ("WS-Federation", "WS-Federation"),
        ("SAML 1.1", "SAML 1.1"),
        ("OAuth 2.0", "OAuth 2.0"),
        ("LDAP", "LDAP"),
        ("", "this protocol"),
        ("kerberos", "this protocol"),
    ] {
        let draft = ProviderDraft { protocol: Some(protocol.into()), ..draft() };
        let denial = denied(SignOn::new().house.admin().create_identity_provider(&draft, NOON));
        assert_eq!(denial.code(), "sso.protocol.unsupported", "{protocol}");
        assert!(denial.to_string().contains(name), "{denial}");
    }
    for protocol in ["saml", "SAML2", "saml-2.0"] {
        let _ = create(&SignOn::new(), &ProviderDraft { protocol: Some(protocol.into()), ..draft() });
    }
}

/// SA-01: 1 to 5 certificates, none of them twice.
#[test]
fn sa_01_a_provider_has_1_to_5_certificates() {
    let texts = |count: u64| -> Vec<String> {
        let certificate = |number| fixtures::certificate(number, YESTERDAY, NOON.plus(DAY));
        (0..count).map(|number| STANDARD.encode(certificate(number).as_der())).collect()
    };
    for count in 1..=5 {
        let _ = create(&SignOn::new(), &ProviderDraft { certificates: texts(count), ..draft() });
    }
    let none = problem(|draft| draft.certificates.clear());
    assert_eq!(none.0, "certificates");
    assert_eq!(problem(|draft| draft.certificates = texts(6)).0, "certificates");
    assert_eq!(problem(|draft| draft.certificates = texts(1_000)).0, "certificates");
    let twice = problem(|draft| draft.certificates.push(CERTIFICATE.into()));
    assert_eq!(twice, ("certificates".into(), "sso.certificate.repeated"));
}

/// SA-03: certificates come as PEM, DER or Base64; what is wrong with one is named; any one that is valid is enough.
#[test]
fn sa_03_certificates_are_read_and_judged() {
    let der = fixtures::certificates(&[CERTIFICATE]).as_slice()[0].as_der().to_vec();
    let without = ProviderDraft { certificates: Vec::new(), ..draft() };
    for bytes in [CERTIFICATE.as_bytes(), &der, STANDARD.encode(&der).as_bytes()] {
        let view = create(&SignOn::new(), &without.clone().with_certificate(bytes));
        assert_eq!(view.settings.certificates.as_slice()[0].as_der(), der);
    }
    for (text, code) in [
        (EXPIRED, "certificate.expired"),
        (EARLY, "certificate.not.yet.valid"),
        (WEAK, "certificate.key.weak"),
        ("!", "certificate.encoding"),
        ("", "certificate.structure"),
        ("YQ==", "certificate.structure"),
    ] {
        let alone = problem(|draft| draft.certificates = vec![text.into()]);
        assert_eq!(alone, ("certificates[0]".into(), code));
        let beside = ProviderDraft { certificates: vec![CERTIFICATE.into(), text.into()], ..draft() };
        match code {
            // Beside one that is valid the last one may be over, and the next one to come.
            "certificate.expired" | "certificate.not.yet.valid" => drop(create(&SignOn::new(), &beside)),
            code => assert_eq!(problems(&SignOn::new(), &beside), [("certificates[1]".to_owned(), code)]),
        }
    }
    let by_policy = |deviation, text: &str| {
        let mut draft = ProviderDraft { certificates: vec![text.into()], ..draft() };
        draft.policy.deviations = Deviations::NONE.with(deviation);
        draft
    };
    drop(create(&SignOn::new(), &by_policy(Deviation::Rsa1024, WEAK)));
    drop(create(&SignOn::new(), &by_policy(Deviation::ExpiredCertificate, EXPIRED)));
    assert_eq!(problems(&SignOn::new(), &by_policy(Deviation::Sha1, WEAK))[0].1, "certificate.key.weak");
}

/// SA-01: two providers of one organization have two entity ids; those of two organizations may share one.
#[test]
fn sa_01_an_entity_id_is_there_once() {
    let sign_on = SignOn::new();
    let taken = ProviderDraft { entity_id: common::sign_on::IDP.into(), ..draft() };
    assert_eq!(problems(&sign_on, &taken), [("entity_id".to_owned(), "sso.entity.id.taken")]);
    let created = create(&sign_on, &draft());
    let edited = denied(sign_on.house.admin().edit_identity_provider(created.id, &taken, NOON));
    assert_eq!(edited.code(), "sso.entity.id.taken");
    let _ = done(sign_on.house.admin().edit_identity_provider(created.id, &draft(), NOON));
    let globex = sign_on.house.server.administration(GLOBEX, ADMINISTRATOR);
    let _ = done(globex.create_identity_provider(&draft(), NOON));
}

/// SA-01: 30 providers, and not 31; one that is deleted makes room.
#[test]
fn sa_01_there_are_30_providers_at_most() {
    let sign_on = SignOn::new();
    let numbered = |number: u8| ProviderDraft { entity_id: format!("{NEW}/{number}"), ..draft() };
    for number in 3..IdentityProvider::MAX {
        let _ = create(&sign_on, &numbered(number));
    }
    let before = sign_on.house.dump();
    let denial = denied(sign_on.house.admin().create_identity_provider(&numbered(30), NOON));
    assert_eq!(denial, Denial::TooManyProviders { limit: 30 });
    assert_same(&sign_on.house.dump(), &before, "refused");
    assert_eq!(done(sign_on.house.admin().identity_providers(NOON)).len(), 30);
    done(sign_on.house.admin().delete_identity_provider(sign_on.house.world.draft_provider.id, NOON));
    let _ = create(&sign_on, &numbered(30));
}

type Server = AuthorizationServer<Stepped<MemoryStore>>;
type Answer = Result<(), Error<<Stepped<MemoryStore> as Store>::Error>>;

fn server_over(store: Stepped<MemoryStore>, seed: u64) -> Server {
    let settings = Settings::new("https://login.example.com".parse().unwrap(), catalog());
    AuthorizationServer::with_entropy(store, SeededEntropy::new(seed), settings)
}

/// What two administrators are answered who do this at once, through every interleaving, and what is left.
fn both_at_once<O>(
    store: impl Fn() -> MemoryStore,
    operations: [O; 2],
    check: impl Fn(&MemoryStore, &[Option<&str>]) -> bool,
) where
    O: AsyncFn(&Server) -> Answer,
{
    let [one, other] = operations;
    let told = |answer: Answer| match answer {
        Ok(()) => None,
        Err(Error::Denied(denial)) => Some(denial.code()),
        Err(error) => panic!("{error}"),
    };
    let scenario = Scenario::new(store)
        .operation("one", async |store| told(one(&server_over(store, 1)).await))
        .operation("other", async |store| told(other(&server_over(store, 2)).await));
    let report = Explorer::new().check(&scenario, |end| {
        let answers: Vec<Option<&str>> = end.answers().copied().collect();
        match check(end.store().inner(), &answers) {
            true => Ok(()),
            false => Err(format!("{answers:?}")),
        }
    });
    report.assert();
    println!("{report}");
}

fn stocked(changes: &Changes) -> MemoryStore {
    let store = MemoryStore::new();
    let _ = ready(store.commit(changes.clone())).unwrap().unwrap();
    store
}

fn providers_in(store: &MemoryStore) -> Vec<IdentityProvider> {
    let records = store.records().into_iter().filter_map(|stored| match stored.record {
        Record::IdentityProvider(provider) if provider.organization == ACME => Some((*provider).clone()),
        _ => None,
    });
    records.collect()
}

/// SA-01: of two who create the thirtieth at once one succeeds, through every interleaving.
#[test]
fn sa_01_the_thirtieth_is_created_once() {
    let world = fixtures::world();
    let mut changes = world.changes();
    let mut acme: Organization = world.acme.clone();
    for number in 3..30 {
        let mut provider = fixtures::identity_provider(ACME, number);
        provider.settings.entity_id = format!("{NEW}/{number}").parse().unwrap();
        changes = changes.insert(provider);
        acme = acme.with_identity_provider();
    }
    let store = || {
        let store = stocked(&changes);
        let key = Key::Organization(ACME);
        let Ok(found) = ready(store.record(key)).unwrap();
        let counted = Changes::new().update(found.unwrap().version, acme.clone());
        let _ = ready(store.commit(counted)).unwrap().unwrap();
        store
    };
    let create = |entity_id: &'static str| {
        async move |server: &Server| {
            let draft = ProviderDraft { entity_id: entity_id.into(), ..draft() };
            let admin = server.administration(ACME, ADMINISTRATOR);
            admin.create_identity_provider(&draft, NOON).await.map(drop)
        }
    };
    both_at_once(store, [create("urn:one"), create("urn:other")], |store, answers| {
        let refused = answers.iter().flatten().copied().collect::<Vec<_>>();
        refused == ["sso.too.many.providers"] && providers_in(store).len() == 30
    });
}

/// SA-14, threat 29: of two administrators who each disable one of the two last providers at once, one is refused, through
/// every interleaving.
#[test]
fn sa_14_two_at_once_do_not_lock_everybody_out() {
    let mut world = fixtures::world();
    world.draft_provider.state = world.provider.state;
    world.acme = world.acme.with_policy(Policy { sso_only: true, ..Policy::default() }, YESTERDAY);
    let changes = world.changes();
    let ids = [world.provider.id, world.draft_provider.id];
    let disable = |id: IdentityProviderId| {
        async move |server: &Server| {
            let admin = server.administration(ACME, ADMINISTRATOR);
            admin.disable_identity_provider(id, NOON).await.map(drop)
        }
    };
    let left_open = |store: &MemoryStore| providers_in(store).iter().any(|provider| provider.admits(NOON));
    both_at_once(
        || stocked(&changes),
        ids.map(disable),
        |store, answers| {
            let refused = answers.iter().flatten().copied().collect::<Vec<_>>();
            refused == ["sso.last.provider"] && left_open(store)
        },
    );
    let delete = |id: IdentityProviderId| {
        async move |server: &Server| {
            server.administration(ACME, ADMINISTRATOR).delete_identity_provider(id, NOON).await
        }
    };
    both_at_once(
        || stocked(&changes),
        ids.map(delete),
        |store, answers| {
            let refused = answers.iter().flatten().copied().collect::<Vec<_>>();
            refused == ["sso.last.provider"] && left_open(store)
        },
    );
}

/// SA-14: the policy that lets users log in by a provider alone, and the end of the last provider, at once: one is refused.
#[test]
fn sa_14_the_policy_and_the_last_provider_exclude_each_other() {
    let world = fixtures::world();
    let changes = world.changes();
    let id = world.provider.id;
    let act = |disables: bool| {
        async move |server: &Server| {
            let admin = server.administration(ACME, ADMINISTRATOR);
            if disables {
                admin.disable_identity_provider(id, NOON).await.map(drop)
            } else {
                admin.change_policy(Policy { sso_only: true, ..Policy::default() }, NOON).await
            }
        }
    };
    both_at_once(
        || stocked(&changes),
        [act(true), act(false)],
        |_, answers| answers.iter().flatten().copied().collect::<Vec<_>>() == ["sso.last.provider"],
    );
}

/// SA-02: metadata of real providers becomes a draft, and the draft a provider that is tested and enabled.
#[test]
fn sa_02_metadata_becomes_a_provider_in_use() {
    for file in ["entra", "okta", "google", "adfs", "onelogin", "ping", "certificate_of_windows"] {
        let path = format!("{}/tests/saml/fixtures/metadata/{file}.xml", env!("CARGO_MANIFEST_DIR"));
        // The clock of the fixtures, which has certificates of its own dates.
        let now = Timestamp::from_unix(1_795_608_030);
        let read = metadata::read(&std::fs::read(path).unwrap(), None, None, now).unwrap();
        let draft = ProviderDraft::of_metadata("Imported", &read);
        let sign_on = SignOn::with(|world| {
            world.provider.settings.entity_id = "urn:before".parse().unwrap();
            world.globex_provider.state = ProviderState::Draft;
        });
        let created = done(sign_on.house.admin().create_identity_provider(&draft, now));
        assert_eq!(created.settings.entity_id, read.entity_id, "{file}");
        assert_eq!(created.settings.certificates.as_slice(), read.certificates, "{file}");
        assert_eq!(created.settings.policy.sign_requests, read.want_authn_requests_signed, "{file}");
        assert_eq!(created.settings.valid_until, read.valid_until, "{file}");
        let way = sign_on.begin_test(created.id, now);
        let idp = provider(read.entity_id.as_str(), "idp-rsa-2048");
        let answer = form(&idp.response(&says(ADMIN).answering(&way.id), now));
        let passed = sign_on.finish(&answer, Some(&way.ticket), now).unwrap();
        assert!(passed.tested().is_some(), "{file}");
        let enabled = done(sign_on.house.admin().enable_identity_provider(created.id, now));
        assert_eq!(enabled.state.name(), "enabled", "{file}");
        assert!(sign_on.begin_by(created.id, None, now).is_ok(), "{file}");
    }
}

/// A test login by the provider passes.
#[track_caller]
fn test(sign_on: &SignOn, id: IdentityProviderId, now: Timestamp) {
    let entity_id = sign_on.provider_of(ACME, id).settings.entity_id.to_string();
    let way = sign_on.begin_test(id, now);
    let response = provider(&entity_id, "idp-rsa-2048").response(&says(ADMIN).answering(&way.id), now);
    assert!(sign_on.finish(&form(&response), Some(&way.ticket), now).unwrap().tested().is_some());
}

/// SA-05: from draft to use and out of it: enabled only after a test login with the current settings.
#[test]
fn sa_05_a_provider_is_tested_before_it_is_enabled() {
    let sign_on = SignOn::new();
    let id = create(&sign_on, &draft()).id;
    let admin = sign_on.house.admin();
    assert_eq!(code(admin.enable_identity_provider(id, NOON)), "bad.provider.state");
    assert_eq!(code(admin.disable_identity_provider(id, NOON)), "bad.provider.state");
    assert_eq!(sign_on.begin_by(id, None, NOON).unwrap_err().refusal.code(), "sso.provider.not.enabled");

    let (way, events) = sign_on.house.events_of(|| sign_on.begin_test(id, NOON));
    let by = Actor::User { organization: ACME, user: ADMINISTRATOR };
    assert_eq!((events.len(), events[0].actor, events[0].action), (1, by, Action::TestProvider));
    let idp = provider(NEW, "idp-rsa-2048");
    let answer = form(&idp.response(&says("viewer@acme.example").answering(&way.id), NOON));
    let (passed, events) = sign_on.house.events_of(|| sign_on.finish(&answer, Some(&way.ticket), NOON));
    let passed = passed.unwrap();
    assert_eq!((passed.tested().is_some(), passed.return_to), (true, None));
    assert_eq!(
        (events.len(), events[0].action, &events[0].outcome),
        (1, Action::TestProvider, &Outcome::Done)
    );
    assert!(events[0].changes.iter().any(|change| change.field == "state"));
    assert_eq!(sign_on.provider_of(ACME, id).state, ProviderState::Tested { at: NOON, by });

    let enabled = done(admin.enable_identity_provider(id, NOON.plus(1)));
    assert_eq!(enabled.state, ProviderState::Enabled { at: NOON.plus(1), by });
    assert_eq!(code(admin.enable_identity_provider(id, NOON)), "bad.provider.state");
    assert!(sign_on.begin_by(id, None, NOON).is_ok());
    let disabled = done(admin.disable_identity_provider(id, NOON.plus(2)));
    assert_eq!(disabled.state, ProviderState::Disabled { at: NOON.plus(2), by });
    assert!(sign_on.begin_by(id, None, NOON).is_err());
    assert_eq!(
        done(admin.enable_identity_provider(id, NOON)).state.name(),
        "enabled",
        "it was tested before"
    );
    // A test of what is in use leaves it in use, and one of what is not leaves it so.
    test(&sign_on, id, NOON.plus(3));
    assert_eq!(sign_on.provider_of(ACME, id).state.name(), "enabled");
    let disabled = done(admin.disable_identity_provider(id, NOON.plus(4)));
    test(&sign_on, id, NOON.plus(5));
    assert_eq!(sign_on.provider_of(ACME, id).state, disabled.state);
    done(admin.delete_identity_provider(id, NOON));
    assert_eq!(code(admin.identity_provider(id, NOON)), "provider.not.found");
}

/// SA-03: a certificate that is to come is added beside one that counts until then, and not where none does.
#[test]
fn sa_03_a_certificate_to_come_is_added_beside_one_that_counts() {
    let sign_on = SignOn::new();
    let (admin, id) = (sign_on.house.admin(), sign_on.house.world.provider.id);
    let next = fixtures::certificate(7, NOON.plus(DAY), NOON.plus(2 * DAY));
    let over = STANDARD.encode(fixtures::certificate(8, YESTERDAY, NOON.minus(1)).as_der());
    let before = sign_on.provider();
    sign_on.change_provider(|provider| provider.settings.certificates = fixtures::certificates(&[&over]));
    let Denial::Invalid(problems) = denied(admin.add_certificate(id, next.as_der(), NOON)) else { panic!() };
    assert_eq!(
        problems.iter().map(|problem| problem.code).collect::<Vec<_>>(),
        ["certificate.not.yet.valid"]
    );
    sign_on.house.put(before);
    assert_eq!(done(admin.add_certificate(id, next.as_der(), NOON)).certificates.len(), 2);
}

/// SA-05: a test that is refused proves nothing.
#[test]
fn sa_05_a_test_that_fails_proves_nothing() {
    let sign_on = SignOn::new();
    let id = create(&sign_on, &draft()).id;
    let way = sign_on.begin_test(id, NOON);
    let forged = provider(NEW, "other-rsa-2048").response(&says(ADMIN).answering(&way.id), NOON);
    let event = sign_on.assert_refused(&form(&forged), Some(&way.ticket), NOON, "saml.signature.untrusted");
    assert_eq!(event.action, Action::TestProvider);
    assert_eq!(sign_on.provider_of(ACME, id).state, ProviderState::Draft);
    assert_eq!(code(sign_on.house.admin().enable_identity_provider(id, NOON)), "bad.provider.state");
}

/// SA-05: a test of older settings proves nothing of the ones there are now, even where they are changed back.
#[test]
fn sa_05_a_test_of_older_settings_proves_nothing() {
    let sign_on = SignOn::new();
    let id = create(&sign_on, &draft()).id;
    let admin = sign_on.house.admin();
    let way = sign_on.begin_test(id, NOON);
    let answer = form(&provider(NEW, "idp-rsa-2048").response(&says(ADMIN).answering(&way.id), NOON));
    let other = ProviderDraft { sso_url: "https://new.example.com/elsewhere".into(), ..draft() };
    let _ = done(admin.edit_identity_provider(id, &other, NOON));
    sign_on.assert_refused(&answer, Some(&way.ticket), NOON, "sso.test.outdated");
    let _ = done(admin.edit_identity_provider(id, &draft(), NOON));
    sign_on.assert_refused(&answer, Some(&way.ticket), NOON, "sso.test.outdated");
    test(&sign_on, id, NOON.plus(1));
    assert_eq!(done(admin.enable_identity_provider(id, NOON.plus(1))).state.name(), "enabled");
}

/// SA-05: a test needs the permission, and is the one of its administrator's browser.
#[test]
fn sa_05_a_test_needs_the_permission() {
    let sign_on = SignOn::new();
    let id = sign_on.house.world.draft_provider.id;
    let viewer = sign_on.house.user_with(60, "sso:provider:view sso:provider:add sso:provider:delete");
    let by = |user: UserId| sign_on.house.server.administration(ACME, user);
    let before = sign_on.house.dump();
    let denial = denied(sign_on.logins().begin_test(&by(viewer), id, NOON));
    assert_eq!(denial.code(), "missing.permission");
    assert_same(&sign_on.house.dump(), &before, "nothing begins");
    let unknown = denied(sign_on.logins().begin_test(&by(ADMINISTRATOR), fixtures::id(99), NOON));
    assert_eq!(unknown, Denial::ProviderNotFound);
    let editor = sign_on.house.user_with(61, "sso:provider:edit");
    assert!(done(sign_on.logins().begin_test(&by(editor), id, NOON)).is_ok());
}

/// SA-05: every edit that matters to a login sends a provider back to be tested; no other does.
#[test]
fn sa_05_what_matters_sends_back() {
    type Edit = fn(&mut ProviderDraft);
    let edits: [(Edit, &str); 19] = [
        (|draft| draft.entity_id = NEW.into(), "draft"),
        (|draft| draft.sso_url = "https://new.example.com/sso".into(), "draft"),
        (|draft| draft.sso_binding = Some(Binding::Post), "draft"),
        (|draft| draft.certificates = vec![OTHER_CERTIFICATE.into()], "draft"),
        (|draft| draft.name_id_format = NameIdFormat::Persistent, "draft"),
        (|draft| draft.policy.deviations = Deviations::NONE.with(Deviation::Sha1), "draft"),
        (|draft| draft.policy.require_encryption = true, "draft"),
        (|draft| draft.policy.sign_requests = true, "draft"),
        (|draft| draft.policy.force_authn = true, "draft"),
        (|draft| draft.policy.allow_cbc = true, "draft"),
        (|draft| draft.policy.clock_skew = ClockSkew::new(9).unwrap(), "draft"),
        (|draft| draft.policy.clock_skew = ClockSkew::new(11).unwrap(), "enabled"),
        (|draft| draft.policy.idp_initiated = true, "enabled"),
        (|draft| draft.policy.saml2_bearer = true, "enabled"),
        (|draft| draft.name = "Renamed".into(), "enabled"),
        (|draft| draft.kind = ProviderKind::Okta, "enabled"),
        (|draft| draft.certificates.push(OTHER_CERTIFICATE.into()), "enabled"),
        (|draft| draft.logout_url = None, "enabled"),
        (|_| {}, "enabled"),
    ];
    for (at, (edit, expected)) in edits.into_iter().enumerate() {
        let sign_on = SignOn::new();
        let mut draft = draft_of(&sign_on.provider());
        edit(&mut draft);
        let id = sign_on.house.world.provider.id;
        let edited = done(sign_on.house.admin().edit_identity_provider(id, &draft, NOON));
        assert_eq!(edited.state.name(), expected, "{at}");
        assert_eq!(sign_on.begin_by(id, None, NOON).is_ok(), expected == "enabled", "{at}");
    }
}

/// SA-03, SA-05, threat 54: certificates rotate without a test: the next one is added, both count, the last one goes, and
/// counts no more.
#[test]
fn sa_05_certificates_rotate_in_use() {
    let sign_on = SignOn::new();
    let (admin, id) = (sign_on.house.admin(), sign_on.house.world.provider.id);
    let old = sign_on.provider().settings.certificates.as_slice()[0].fingerprint();
    let (added, events) = sign_on.house.events_of(|| done(admin.add_certificate(id, NEXT.as_bytes(), NOON)));
    assert_eq!((added.state.name(), added.certificates.len()), ("enabled", 2));
    assert_eq!((events.len(), events[0].action), (1, Action::EditProvider));
    let next = |sign_on: &SignOn, now: Timestamp| {
        let way = sign_on.begin(now);
        let idp = provider(common::sign_on::IDP, "idp-rsa-2048-next");
        sign_on.finish(&form(&idp.response(&says(ADMIN).answering(&way.id), now)), Some(&way.ticket), now)
    };
    let _ = next(&sign_on, NOON).unwrap();
    let _ = sign_on.answer(&sign_on.begin(NOON.plus(1)), ADMIN, NOON.plus(1)).unwrap();
    let removed = done(admin.remove_certificate(id, &old.to_uppercase(), NOON));
    assert_eq!((removed.state.name(), removed.certificates.len()), ("enabled", 1));
    let _ = next(&sign_on, NOON.plus(2)).unwrap();
    sign_on.assert_answer_refused(ADMIN, NOON.plus(3), "saml.signature.untrusted");

    for (text, code) in [
        (EXPIRED, "certificate.expired"),
        (WEAK, "certificate.key.weak"),
        ("!", "certificate.encoding"),
        (NEXT, "sso.certificate.repeated"),
    ] {
        assert_eq!(self::code(admin.add_certificate(id, text.as_bytes(), NOON)), code);
    }
    assert_eq!(code(admin.remove_certificate(id, &old, NOON)), "certificate.not.found");
    let only = removed.certificates[0].sha256.clone();
    assert_eq!(code(admin.remove_certificate(id, &only, NOON)), "sso.certificate.required");
    let early = done(admin.add_certificate(id, EARLY.as_bytes(), NOON));
    assert_eq!(
        (early.state.name(), early.certificates.len()),
        ("enabled", 2),
        "the next one, before its time"
    );
}

/// SA-04: what there is to be said of certificates is in what is shown; who is locked out is listed: the active users of the
/// organization with an email address, in pages, and only where no other provider would let them in.
#[test]
fn sa_04_certificates_are_warned_of_and_who_is_locked_out() {
    let ends = NOON.plus(10 * DAY);
    let expiring =
        |number, not_after| STANDARD.encode(fixtures::certificate(number, YESTERDAY, not_after).as_der());
    let sign_on = SignOn::with_provider(|provider| {
        provider.settings.certificates = fixtures::certificates(&[&expiring(1, ends)]);
    });
    let (admin, id) = (sign_on.house.admin(), sign_on.house.world.provider.id);
    let all = |limit| {
        let (mut users, mut after) = (Vec::new(), None);
        loop {
            let page = done(admin.locked_out_users(id, (after, limit), NOON));
            assert!(page.items.len() <= usize::from(limit));
            users.extend(page.items);
            match page.next {
                Some(next) => after = Some(next),
                None => return users,
            }
        }
    };
    let view = done(admin.identity_provider(id, NOON));
    assert_eq!((view.warnings[0].days, view.warnings[0].not_after), (14, ends));
    assert_eq!((view.none_valid_from, view.locks_out), (ends.plus(1), false));
    assert_eq!(all(10), [], "users may log in another way");

    sign_on.require_sso(NOON);
    sign_on
        .house
        .put(User { email: None, ..fixtures::user(ACME, fixtures::id(70), fixtures::role_grants([])) });
    assert!(done(admin.identity_provider(id, NOON)).locks_out);
    let world = &sign_on.house.world;
    let mut expected = [world.administrator.id, world.viewer.id, world.bystander.id];
    expected.sort();
    for limit in [1, 2, 100] {
        let mut found = all(limit);
        found.sort();
        assert_eq!(found, expected, "neither who is inactive nor who has no address");
    }

    // Another provider that is in use then lets them in.
    sign_on.house.put(IdentityProvider { state: world.provider.state, ..world.draft_provider.clone() });
    assert!(!done(admin.identity_provider(id, NOON)).locks_out);
    assert_eq!(all(10), []);
    sign_on.house.put(world.draft_provider.clone());
    // So does a certificate that counts although it is over.
    sign_on.change_provider(|provider| {
        provider.settings.policy.deviations = Deviations::NONE.with(Deviation::ExpiredCertificate);
    });
    assert!(!done(admin.identity_provider(id, NOON)).locks_out);
    // But not metadata that is over then, or before.
    sign_on.change_provider(|provider| provider.settings.valid_until = Some(NOON.plus(DAY)));
    assert!(done(admin.identity_provider(id, NOON)).locks_out);
    let viewer = sign_on.house.server.administration(ACME, world.viewer.id);
    assert_eq!(code(viewer.locked_out_users(id, (None, 10), NOON)), "missing.permission");
}

/// SA-02, SA-04: where its metadata ends before its certificates, no login works from then on, and users are locked out
/// then. Where a certificate counts although it is over, it is the metadata alone that ends.
#[test]
fn sa_04_the_end_of_the_metadata_locks_out_too() {
    let sign_on = SignOn::new();
    let (admin, id) = (sign_on.house.admin(), sign_on.house.world.provider.id);
    sign_on.require_sso(NOON);
    let certificates_end = done(admin.identity_provider(id, NOON)).none_valid_from;
    let ends = NOON.plus(10 * DAY);
    assert!(ends < certificates_end);
    let view = |until, now| {
        sign_on.change_provider(|provider| provider.settings.valid_until = until);
        let view = done(admin.identity_provider(id, now));
        (view.none_valid_from, view.locks_out)
    };
    assert_eq!(view(Some(ends), NOON), (ends, true));
    assert_eq!(view(Some(certificates_end.plus(1)), NOON), (certificates_end, true));
    assert_eq!(view(None, NOON), (certificates_end, true));
    // It is over: nobody is let in as it is, and nothing is lost any more.
    assert_eq!(view(Some(NOON), NOON.plus(1)), (NOON.plus(1), false));

    sign_on.change_provider(|provider| {
        provider.settings.policy.deviations = Deviations::NONE.with(Deviation::ExpiredCertificate);
    });
    assert_eq!(view(Some(ends), NOON), (ends, true));
    assert!(!view(None, NOON).1);
}

/// SA-14: where users log in by a provider alone, the last one that lets them in stays: it is neither disabled, nor deleted,
/// nor sent back to be tested, nor left without a certificate that is valid.
#[test]
fn sa_14_the_last_provider_stays() {
    let sign_on = SignOn::with_provider(|provider| {
        let expiring = STANDARD.encode(fixtures::certificate(1, YESTERDAY, NOON.minus(1)).as_der());
        provider.settings.certificates = fixtures::certificates(&[CERTIFICATE, &expiring]);
    });
    let (admin, id) = (sign_on.house.admin(), sign_on.house.world.provider.id);
    let valid = sign_on.provider().settings.certificates.as_slice()[0].fingerprint();
    let expired = sign_on.provider().settings.certificates.as_slice()[1].fingerprint();
    let before_sso = sign_on.provider();
    let mut elsewhere = draft_of(&before_sso);
    elsewhere.sso_url = "https://new.example.com/sso".into();
    let mut renamed = draft_of(&before_sso);
    renamed.name = "Renamed".into();
    sign_on.require_sso(NOON);
    let before = sign_on.house.dump();
    let last = "sso.last.provider";
    assert_eq!(code(admin.disable_identity_provider(id, NOON)), last);
    assert_eq!(code(admin.delete_identity_provider(id, NOON)), last);
    assert_eq!(code(admin.edit_identity_provider(id, &elsewhere, NOON)), last);
    assert_eq!(code(admin.remove_certificate(id, &valid, NOON)), last);
    assert_same(&sign_on.house.dump(), &before, "refused");
    let _ = done(admin.remove_certificate(id, &expired, NOON));
    let _ = done(admin.edit_identity_provider(id, &renamed, NOON)).state.name();
    done(admin.delete_identity_provider(sign_on.house.world.draft_provider.id, NOON));

    // Beside another that lets users in it may go.
    let second = create(&sign_on, &draft()).id;
    assert_eq!(code(admin.disable_identity_provider(id, NOON)), last, "a draft lets nobody in");
    test(&sign_on, second, NOON);
    let _ = done(admin.enable_identity_provider(second, NOON));
    let _ = done(admin.disable_identity_provider(id, NOON));
    done(admin.delete_identity_provider(id, NOON));
    assert_eq!(code(admin.delete_identity_provider(second, NOON)), last);
    done(admin.change_policy(Policy::default(), NOON));
    done(admin.delete_identity_provider(second, NOON));
    // And without any, users cannot be told to log in by one alone.
    let only = Policy { sso_only: true, ..Policy::default() };
    assert_eq!(code(admin.change_policy(only, NOON)), last);
}

/// SA-14: nothing is made worse where nobody is let in as it is.
#[test]
fn sa_14_where_nobody_is_let_in_every_change_passes() {
    let sign_on = SignOn::with_provider(|provider| {
        provider.settings.certificates = fixtures::certificates(&[EXPIRED]);
    });
    let (admin, id) = (sign_on.house.admin(), sign_on.house.world.provider.id);
    let only = Policy { sso_only: true, ..Policy::default() };
    assert_eq!(code(admin.change_policy(only, NOON)), "sso.last.provider");
    sign_on.require_sso(NOON);
    let _ = done(admin.add_certificate(id, CERTIFICATE.as_bytes(), NOON));
    assert_eq!(sign_on.provider().state, ProviderState::Draft, "the new one was never seen to work");
    done(admin.delete_identity_provider(id, NOON));
}

/// OR-01, threat 37: another organization's provider is not found, whatever is done to it.
#[test]
fn or_01_another_organizations_provider_is_not_found() {
    let sign_on = SignOn::with(|world| {
        let mut theirs = world.globex_provider.clone();
        theirs.id = fixtures::id(77);
        world.globex_provider = theirs;
    });
    let (admin, id) = (sign_on.house.admin(), fixtures::id(77));
    let before = sign_on.house.dump();
    for code in [
        code(admin.identity_provider(id, NOON)),
        code(admin.edit_identity_provider(id, &draft(), NOON)),
        code(admin.add_certificate(id, NEXT.as_bytes(), NOON)),
        code(admin.remove_certificate(id, "00", NOON)),
        code(admin.enable_identity_provider(id, NOON)),
        code(admin.disable_identity_provider(id, NOON)),
        code(admin.delete_identity_provider(id, NOON)),
        code(admin.locked_out_users(id, (None, 10), NOON)),
        code(sign_on.logins().begin_test(&admin, id, NOON)),
    ] {
        assert_eq!(code, "provider.not.found");
    }
    assert_eq!(sign_on.begin_by(id, None, NOON).unwrap_err().refusal.code(), "sso.provider.unknown");
    assert_same(&sign_on.house.dump(), &before, "nothing changes");
    assert!(done(admin.identity_providers(NOON)).iter().all(|view| view.id != id));
    let theirs = sign_on.house.server.administration(GLOBEX, ADMINISTRATOR);
    assert!(ready(theirs.identity_provider(id, NOON)).unwrap().is_ok());
}

/// SA-01: a draft is read strictly: a slip is no default.
#[test]
fn sa_01_a_draft_is_read_strictly() {
    let read = |text: &str| serde_json::from_str::<ProviderDraft>(text);
    assert!(read(r#"{"name": "a", "entity_id": "b"}"#).is_ok());
    assert!(read(r#"{"nmae": "a"}"#).is_err());
    assert!(read(r#"{"policy": {"deviations": ["sha1"]}}"#).is_ok());
    assert!(read(r#"{"policy": {"deviations": ["anything"]}}"#).is_err());
    let _ = (House::new as fn() -> _, idp as fn() -> _);
}
