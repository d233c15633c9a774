//! Logins with the store in memory.

use grantor::change::Changes;
use grantor::model::IdentityProvider;
use grantor::model::SamlRequest;
use grantor::ready;
use grantor::saml::MessageId;
use grantor::saml::ServiceProvider;
use grantor::saml::binding::Delivery;
use grantor::saml::request::AuthnRequest;
use grantor::server::AuthorizationServer;
use grantor::server::BeginLogin;
use grantor::server::Settings;
use grantor::server::SingleSignOn;
use grantor::store::MemoryStore;
use grantor::store::Store;
use grantor::testing::IdentityProviderForTests;
use grantor::testing::Says;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::value::Binding;
use grantor::value::Digest;
use grantor::value::ScopeCatalog;
use grantor::wire::SamlPost;

use crate::doing;
use crate::messages::ACS;
use crate::messages::Judge;
use crate::messages::NOW;
use crate::messages::SP;
use crate::messages::provider;
use crate::messages::response;
use crate::race::Report;
use crate::race::Rival;
use crate::race::Task;
use crate::race::drawn;

/// Beginning and finishing a login, each against what of it needs no store.
pub fn log_in(report: &mut Report) {
    let world = fixtures::world();
    let server = server(&world.provider, &world.changes());
    let logins = server.logins().expect("single sign-on");
    let begin = BeginLogin {
        organization: ACME,
        provider: world.provider.id,
        return_to: Some("/home"),
        ticket: None,
    };
    let begun = || ready(logins.begin(&begin, NOW)).expect("no waiting").expect("an answer").expect("begun");

    let service = ServiceProvider::new(SP.parse().expect("an entity id"), ACS.parse().expect("an address"));
    let ours = doing("what is sent, with the request remembered", || drop(begun()));
    let floor = doing("what is sent", || {
        let request = AuthnRequest::new(MessageId::of_bits([7; 16]));
        let delivery = Delivery::new(Binding::Redirect, &world.provider.settings.sso.url);
        request.send(&service, &delivery, NOW).expect("sent");
    });
    report.compare(Task { name: "begin a login".into(), turn: 8, goal: None }, ours, floor);

    let key = provider("idp-rsa-2048");
    let email = world.administrator.email.as_ref().expect("an address").as_str();
    let (judge, alone) = (Judge::by("idp-rsa-2048"), response("idp-rsa-2048", 0));
    let mut number = 0_u64;
    let ours = Rival::new("from the form to who it is, accepted once", |times| {
        let draw = || {
            number += 1;
            let begun = begun();
            let ticket = begun.ticket.expose().to_owned();
            let request = SamlRequest::id_of(Digest::of_presented(&ticket).expect("a ticket"));
            let id = format!("_{number:032x}");
            let says = Says { id: Some(&id), ..Says::login(email, ACS, SP).answering(&request) };
            (IdentityProviderForTests::form(&key.response(&says, NOW), Some(&request)), ticket)
        };
        drawn(times, 16, draw, |(form, ticket)| {
            let post = SamlPost { content_type: Some(b"application/x-www-form-urlencoded"), body: &form };
            let finished = ready(logins.finish(&post, Some(&ticket), NOW)).expect("no waiting");
            assert!(finished.expect("an answer").is_ok());
        })
    });
    let floor = doing("from the form value to the proof", || assert!(judge.accepts(&alone)));
    report.compare(Task { name: "finish a login".into(), turn: 8, goal: None }, ours, floor);
}

fn server(provider: &IdentityProvider, changes: &Changes) -> AuthorizationServer<MemoryStore> {
    assert_eq!(provider.organization, ACME);
    let store = MemoryStore::new();
    let planted = ready(store.commit(changes.clone())).expect("no waiting");
    assert!(planted.is_ok());
    let service = ServiceProvider::new(SP.parse().expect("an entity id"), ACS.parse().expect("an address"));
    let issuer = "https://login.example.com".parse().expect("an issuer");
    let settings = Settings::new(issuer, ScopeCatalog::default());
    AuthorizationServer::new(store, settings).with_single_sign_on(SingleSignOn::new(service))
}
