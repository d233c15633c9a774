//! OAuth clients: what is registered, edited and listed (CL-01 to CL-07, CL-12 to CL-17, SC-01, SC-02).
#![cfg(feature = "testing")]

mod common;

use std::collections::BTreeSet;
use std::collections::HashSet;

use grantor::admin::ClientDraft;
use grantor::admin::operator::BUILT_IN_NAMES;
use grantor::audit::Actor;
use grantor::change::Denial;
use grantor::change::Key;
use grantor::change::Reason;
use grantor::change::Record;
use grantor::model::ClientTally;
use grantor::model::Division;
use grantor::model::GrantType;
use grantor::model::Lifecycle;
use grantor::model::Pkce;
use grantor::model::Policy;
use grantor::model::Purpose;
use grantor::model::RoleGrant;
use grantor::model::StateName;
use grantor::ready;
use grantor::server::Error;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::ADMINISTRATORS;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::SALES;
use grantor::testing::fixtures::SUPPORT;
use grantor::testing::fixtures::VIEWERS;
use grantor::value::ClientId;
use grantor::value::Scope;
use serde_json::Value;
use serde_json::json;

use common::House;
use common::assert_same;
use common::code;
use common::denied;
use common::done;
use common::draft;

/// What is wrong with a draft: field and code of each problem.
#[track_caller]
fn problems(denial: &Denial) -> BTreeSet<(String, &'static str)> {
    match denial {
        Denial::Invalid(problems) => {
            problems.iter().map(|problem| (problem.field.clone(), problem.code)).collect()
        }
        other => panic!("not invalid: {other:?}"),
    }
}

fn fields(denial: &Denial) -> BTreeSet<String> {
    problems(denial).into_iter().map(|(field, _)| field).collect()
}

fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    items.into_iter().collect()
}

/// CL-01: what was entered is what is kept, with who created it and when.
#[test]
fn cl_01_a_client_has_the_fields_that_were_entered() {
    let house = House::new();
    let entered = ClientDraft {
        name: "Payroll".into(),
        description: Some("Moves salaries".into()),
        lifetime: Some(64_800),
        ..draft(GrantType::AuthorizationCode)
    };
    let id = house.create(&entered, NOON).client.id;
    let seen = done(house.admin().client(id, NOON));
    assert_eq!(seen.name.as_str(), "Payroll");
    assert_eq!(seen.description.unwrap().as_str(), "Moves salaries");
    assert_eq!((seen.lifetime.seconds(), seen.grant_type), (64_800, GrantType::AuthorizationCode));
    assert_eq!((seen.created, seen.created_by), (NOON, fixtures::administrator()));
    assert_eq!((seen.modified, seen.modified_by), (NOON, fixtures::administrator()));
    assert_eq!(house.client(id).organization(), Some(ACME));
}

/// CL-01: an edit says when and by whom, and leaves creation as it was.
#[test]
fn cl_01_an_edit_is_signed_and_creation_stays() {
    let house = House::new();
    let id = house.create(&draft(GrantType::AuthorizationCode), NOON).client.id;
    let editor = house.user_with(40, "oauth:client:edit");
    let edit = ClientDraft { name: "Another".into(), ..draft(GrantType::AuthorizationCode) };
    let seen = done(house.server.administration(ACME, editor).edit_client(id, &edit, NOON.plus(9)));
    assert_eq!((seen.created, seen.created_by), (NOON, fixtures::administrator()));
    assert_eq!(
        (seen.modified, seen.modified_by),
        (NOON.plus(9), Actor::User { organization: ACME, user: editor })
    );
    assert_eq!((seen.id, seen.name.as_str(), seen.description), (id, "Another", None));
}

/// CL-01, CL-16: a name is required; a description is not.
#[test]
fn cl_01_the_name_is_required_and_the_description_is_not() {
    let house = House::new();
    let nameless = ClientDraft { name: String::new(), ..draft(GrantType::AuthorizationCode) };
    assert_eq!(fields(&denied(house.admin().create_client(&nameless, NOON))), set(["name".to_owned()]));
    assert_eq!(house.create(&draft(GrantType::AuthorizationCode), NOON).client.description, None);
}

/// CL-01: every client has an id of its own.
#[test]
fn cl_01_ids_are_unique() {
    let house = House::new();
    let ids: HashSet<ClientId> =
        (0..200).map(|_| house.create(&draft(GrantType::AuthorizationCode), NOON).client.id).collect();
    assert_eq!(ids.len(), 200);
}

/// CL-01: an id is never given twice, not even by a random source that repeats, nor once its client was
/// removed.
#[test]
fn cl_01_an_id_is_never_reused() {
    let house = House::new();
    let id = house.create(&draft(GrantType::AuthorizationCode), NOON).client.id;
    let there = house.dump();
    let again =
        ready(house.another(1).admin().create_client(&draft(GrantType::AuthorizationCode), NOON)).unwrap();
    assert!(matches!(again, Err(Error::Contended)), "{again:?}");
    assert_same(&house.dump(), &there, "the one that is there");

    let plan = done(house.admin().plan_deletion(id, NOON));
    let _ = done(house.admin().delete_client(&plan, NOON));
    house.sweep_all(NOON.plus(DAY));
    assert!(matches!(house.find(Key::Client(id)).map(|found| found.record), Some(Record::Tombstone(_))));
    let again =
        ready(house.another(1).admin().create_client(&draft(GrantType::AuthorizationCode), NOON)).unwrap();
    assert!(matches!(again, Err(Error::Contended)), "{again:?}");
}

/// CL-02, threat 35: what the grant type cannot have is a mistake of whoever entered it.
#[test]
fn cl_02_what_a_grant_type_cannot_have_is_refused_and_not_ignored() {
    let house = House::new();
    for grant_type in GrantType::ALL {
        let asked =
            ClientDraft { public: true, purpose: Purpose::Scim, pkce: Pkce::Optional, ..draft(grant_type) };
        let expected: &[&str] = match grant_type {
            GrantType::ClientCredentials => &["public", "pkce"],
            GrantType::AuthorizationCode => &["purpose", "pkce"],
            GrantType::Saml2Bearer => &["public", "purpose", "pkce"],
            GrantType::Implicit => &["purpose", "pkce"],
        };
        let before = fixtures::NOON.minus(400 * DAY);
        let denial = denied(house.admin().create_client(&asked, before));
        assert_eq!(fields(&denial), set(expected.iter().map(ToString::to_string)), "{grant_type}");
    }
}

/// CL-16, OR-06: a role that the actor does not hold is told together with every other bad field.
#[test]
fn cl_16_a_role_not_held_is_among_the_problems() {
    let house = House::new();
    let helper = house.user_with(900, "oauth:client:add");
    let role = RoleGrant { role: ADMINISTRATORS, division: Division::All };
    let asked = ClientDraft { name: String::new(), roles: vec![role], ..draft(GrantType::ClientCredentials) };
    let administration = house.server.administration(ACME, helper);
    let denial = denied(administration.create_client(&asked, NOON));
    let expected = [("name".to_owned(), "name.required"), ("roles[0]".to_owned(), "bad.client.role")];
    assert_eq!(problems(&denial), set(expected));
}

/// CL-02, CL-16: exactly one grant type, and none is `grant.type.required`.
#[test]
fn cl_02_a_grant_type_is_required() {
    let house = House::new();
    let without = ClientDraft { grant_type: None, ..draft(GrantType::AuthorizationCode) };
    let denial = denied(house.admin().create_client(&without, NOON));
    assert_eq!(problems(&denial), set([("grant_type".to_owned(), "grant.type.required")]));
    for grant_type in GrantType::ALL {
        assert_eq!(house.create(&draft(grant_type), NOON).client.grant_type, grant_type);
    }
}

/// CL-02, threat 35: a stored client whose parts contradict each other is not read.
#[test]
fn cl_02_a_forbidden_combination_is_not_read_from_a_store() {
    let json = |grant_type| serde_json::to_value(fixtures::client(1, grant_type)).unwrap();
    let read = |json: Value| serde_json::from_value::<grantor::model::Client>(json);
    let cases: [(GrantType, &str, Value); 9] = [
        (GrantType::ClientCredentials, "/grant/client_credentials/roles", json!([])),
        (GrantType::AuthorizationCode, "/grant/authorization_code/scopes", json!("")),
        (GrantType::AuthorizationCode, "/grant/authorization_code/redirect_uris", json!([])),
        (
            GrantType::AuthorizationCode,
            "/grant/authorization_code/redirect_uris",
            json!(["http://a.example/"]),
        ),
        (GrantType::Saml2Bearer, "/grant/saml2_bearer/scopes", json!("")),
        (GrantType::Implicit, "/grant/implicit/redirect_uris", json!([])),
        (GrantType::AuthorizationCode, "/lifetime", json!(172_801)),
        (GrantType::ClientCredentials, "/lifetime", json!(172_801)),
        (GrantType::ClientCredentials, "/lifetime", json!(299)),
    ];
    for (grant_type, pointer, value) in cases {
        let mut changed = json(grant_type);
        assert!(read(changed.clone()).is_ok(), "{grant_type}");
        *changed.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} in {}", json(grant_type))) =
            value.clone();
        assert!(read(changed).is_err(), "{grant_type} with {pointer} {value}");
    }
}

/// What a draft may carry beside its grant type.
#[derive(Clone, Copy, Debug)]
struct Carried {
    roles: bool,
    uris: bool,
    scopes: bool,
}

impl Carried {
    fn all() -> impl Iterator<Item = Self> {
        (0..8).map(|bits| Self { roles: bits & 1 != 0, uris: bits & 2 != 0, scopes: bits & 4 != 0 })
    }

    fn draft(self, grant_type: GrantType) -> ClientDraft {
        let [service, web] = [GrantType::ClientCredentials, GrantType::AuthorizationCode].map(draft);
        ClientDraft {
            name: "Any".into(),
            grant_type: Some(grant_type),
            roles: if self.roles { service.roles } else { Vec::new() },
            redirect_uris: if self.uris { web.redirect_uris } else { Vec::new() },
            scopes: if self.scopes { web.scopes } else { Vec::new() },
            ..ClientDraft::default()
        }
    }

    /// The fields that the rules CL-03 and CL-04 find wrong.
    fn wrong(self, grant_type: GrantType) -> BTreeSet<String> {
        let service = grant_type == GrantType::ClientCredentials;
        let wrong = [
            ("roles", self.roles != service),
            ("redirect_uris", self.uris == service),
            ("scopes", self.scopes == service),
        ];
        wrong.into_iter().filter(|(_, wrong)| *wrong).map(|(field, _)| field.to_owned()).collect()
    }
}

/// CL-03, CL-04, DX-07: each grant type carries what it must and nothing else: all 32 combinations.
#[test]
fn cl_03_cl_04_each_grant_type_carries_its_own_and_nothing_else() {
    for grant_type in GrantType::ALL {
        for carried in Carried::all() {
            let house = House::new();
            let (before, wrong) = (house.dump(), carried.wrong(grant_type));
            let draft = carried.draft(grant_type);
            if wrong.is_empty() {
                let _ = house.create(&draft, NOON);
                continue;
            }
            let denial = denied(house.admin().create_client(&draft, NOON));
            assert_eq!(fields(&denial), wrong, "{grant_type} with {carried:?}");
            assert!(denial.remedy().len() > 10, "{}", denial.remedy());
            assert_same(&house.dump(), &before, "refused");
        }
    }
}

/// CL-16, CL-03, CL-04: the codes of the platform for what is missing.
#[test]
fn cl_16_what_is_missing_has_the_codes_of_the_platform() {
    let house = House::new();
    let bare = |grant_type| ClientDraft {
        name: "Any".into(),
        grant_type: Some(grant_type),
        ..ClientDraft::default()
    };
    let denial = denied(house.admin().create_client(&bare(GrantType::ClientCredentials), NOON));
    assert_eq!(problems(&denial), set([("roles".to_owned(), "missing.client.roles")]));
    let denial = denied(house.admin().create_client(&bare(GrantType::AuthorizationCode), NOON));
    assert!(problems(&denial).contains(&("scopes".to_owned(), "missing.client.scope")), "{denial}");
}

/// CL-04: 125 redirect URIs are the most, and none stands twice.
#[test]
fn cl_04_redirect_uris_are_at_most_125_and_each_once() {
    let house = House::new();
    let with = |count: usize| ClientDraft {
        redirect_uris: (0..count).map(|number| format!("https://app.example.com/{number}")).collect(),
        ..draft(GrantType::AuthorizationCode)
    };
    assert_eq!(house.create(&with(125), NOON).client.redirect_uris.len(), 125);
    assert_eq!(
        fields(&denied(house.admin().create_client(&with(126), NOON))),
        set(["redirect_uris".to_owned()])
    );
    let mut twice = with(2);
    twice.redirect_uris[1] = twice.redirect_uris[0].clone();
    assert_eq!(fields(&denied(house.admin().create_client(&twice, NOON))), set(["redirect_uris".to_owned()]));
}

/// CL-04: the policy waives the redirect URI of SAML2 bearer, and of nothing else.
#[test]
fn cl_04_the_waiver_is_for_saml2_bearer_alone() {
    for waived in [false, true] {
        let house = House::new();
        let policy = Policy { saml2_bearer_without_redirect_uri: waived, ..Policy::default() };
        done(house.admin().change_policy(policy, NOON));
        for grant_type in [GrantType::AuthorizationCode, GrantType::Saml2Bearer, GrantType::Implicit] {
            let without = ClientDraft { redirect_uris: Vec::new(), ..draft(grant_type) };
            let created = ready(house.admin().create_client(&without, NOON)).unwrap();
            assert_eq!(
                created.is_ok(),
                waived && grant_type == GrantType::Saml2Bearer,
                "{grant_type}, {waived}"
            );
        }
        let _ = house.create(&draft(GrantType::Saml2Bearer), NOON);
    }
}

/// CL-05, threat 2, threat 3: what may be registered, and what not, in creating and in editing.
#[test]
fn cl_05_only_safe_redirect_uris_are_registered() {
    let longest = format!("https://a.example/{}", "x".repeat(2_048 - 18));
    let too_long = format!("{longest}x");
    let cases = [
        ("https://app.example.com/callback", true),
        ("https://app.example.com/callback?a=b", true),
        ("http://127.0.0.1/callback", true),
        ("http://127.0.0.1:8080/callback", true),
        ("http://[::1]/callback", true),
        ("http://localhost:3000/", true),
        ("com.example.app:/callback", true),
        (&longest, true),
        (&too_long, false),
        ("", false),
        ("/callback", false),
        ("//app.example.com/callback", false),
        ("app.example.com/callback", false),
        ("http://app.example.com/callback", false),
        ("http://127.0.0.2/callback", false),
        ("http://localhost.example.com/", false),
        ("http://127.0.0.1.example.com/", false),
        ("https://app.example.com/callback#part", false),
        ("https://app.example.com/callback#", false),
        ("https://user@app.example.com/", false),
        ("https://user:word@app.example.com/", false),
        ("https://@app.example.com/", false),
        ("https://a@b@app.example.com/", false),
        ("http://user@127.0.0.1/", false),
        ("https://*.example.com/", false),
        ("https://app.example.com/*", false),
        ("*", false),
        ("app:/callback", false),
        ("javascript:alert(1)", false),
        ("JavaScript:alert(1)", false),
        ("java.script:alert(1)#", false),
        ("data:text/html,x", false),
        ("DATA:text/html,x", false),
        ("vbscript:x", false),
        ("file:///etc/passwd", false),
        ("about:blank", false),
        ("blob:https://app.example.com/x", false),
        ("https://app.example.com/\ncallback", false),
        (" https://app.example.com/callback", false),
        ("https://app.example.com/call back", false),
        ("https://app.example.com\\@evil.example/", false),
        ("https:///callback", false),
        ("https://", false),
    ];
    for (uri, accepted) in cases {
        let house = House::new();
        let web = house.world.web.id;
        let before = house.dump();
        let with = ClientDraft { redirect_uris: vec![uri.to_owned()], ..draft(GrantType::AuthorizationCode) };
        let edited = ready(house.admin().edit_client(web, &with, NOON)).unwrap();
        assert_eq!(edited.is_ok(), accepted, "{uri:?}: {edited:?}");
        let created = ready(house.admin().create_client(&with, NOON)).unwrap();
        assert_eq!(created.is_ok(), accepted, "{uri:?}: {created:?}");
        if accepted {
            let kept: Vec<String> = edited.unwrap().redirect_uris.iter().map(ToString::to_string).collect();
            assert_eq!(kept, [uri], "kept as it was entered");
        } else {
            assert_same(&house.dump(), &before, uri);
        }
    }
}

/// CL-06, threat 1: a registered URI is matched by its exact text; of a loopback literal the port alone may
/// differ.
#[test]
fn cl_06_matching_is_exact_but_for_a_loopback_port() {
    let house = House::new();
    let registered = [
        "https://app.example.com/Cb?a=b",
        "http://127.0.0.1/cb",
        "http://[::1]:80/cb",
        "http://localhost/cb",
    ];
    let with = ClientDraft {
        redirect_uris: registered.map(str::to_owned).to_vec(),
        ..draft(GrantType::AuthorizationCode)
    };
    let id = house.create(&with, NOON).client.id;
    let client = house.client(id);
    let uris = client.grant.redirect_uris().unwrap();
    let matched = |text: &str| uris.matching(text).is_some();
    for text in registered {
        assert!(matched(text), "{text}");
    }
    for text in
        ["http://127.0.0.1:5000/cb", "http://127.0.0.1:65535/cb", "http://[::1]:7/cb", "http://[::1]/cb"]
    {
        assert!(matched(text), "{text}");
    }
    for text in [
        "https://app.example.com/cb?a=b",
        "https://app.example.com/Cb",
        "https://app.example.com/Cb?a=b&c=d",
        "https://app.example.com/Cb?a=b/",
        "https://app.example.com:443/Cb?a=b",
        "https://APP.example.com/Cb?a=b",
        "https://app.example.com:8443/Cb?a=b",
        "http://app.example.com/Cb?a=b",
        "http://127.0.0.1:5000/cb/",
        "http://127.0.0.1:5000/other",
        "http://127.0.0.1:5000/cb?x",
        "https://127.0.0.1/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:99999/cb",
        "http://user@127.0.0.1/cb",
        "http://127.0.0.2/cb",
        "http://localhost:3000/cb",
        "",
    ] {
        assert!(!matched(text), "{text}");
    }
}

/// CL-07: another grant type drops what it cannot carry: every change of type, with the leftovers of the old
/// one.
#[test]
fn cl_07_a_change_of_type_drops_what_the_new_type_cannot_carry() {
    let everything = Carried { roles: true, uris: true, scopes: true };
    for before in GrantType::ALL {
        for after in GrantType::ALL.into_iter().filter(|after| *after != before) {
            let house = House::new();
            let id = house.create(&draft(before), NOON).client.id;
            let _ = done(house.admin().edit_client(id, &everything.draft(after), NOON));
            let edited = house.client(id);
            assert_eq!(edited.grant.grant_type(), after, "from {before}");
            let service = after == GrantType::ClientCredentials;
            assert_eq!(edited.grant.roles().is_some(), service, "{before} to {after}");
            assert_eq!(edited.grant.redirect_uris().is_none(), service, "{before} to {after}");
            assert_eq!(edited.grant.scopes().is_none(), service, "{before} to {after}");
        }
    }
}

/// CL-07: and demands what it must have; the edit is refused whole otherwise.
#[test]
fn cl_07_a_change_of_type_demands_what_the_new_type_must_carry() {
    for before in GrantType::ALL {
        for after in GrantType::ALL.into_iter().filter(|after| *after != before) {
            for carried in Carried::all() {
                let house = House::new();
                let id = house.create(&draft(before), NOON).client.id;
                let dump = house.dump();
                let edit = ClientDraft { name: "Changed".into(), ..carried.draft(after) };
                let complete = match after {
                    GrantType::ClientCredentials => carried.roles,
                    GrantType::AuthorizationCode | GrantType::Saml2Bearer | GrantType::Implicit => {
                        carried.uris && carried.scopes
                    }
                };
                let edited = ready(house.admin().edit_client(id, &edit, NOON)).unwrap();
                assert_eq!(edited.is_ok(), complete, "{before} to {after} with {carried:?}: {edited:?}");
                if !complete {
                    assert_same(&house.dump(), &dump, "refused whole");
                }
            }
        }
    }
}

/// CL-07, threat 35: under the type it has, an edit is judged as a creation is: all 32 combinations.
#[test]
fn cl_07_an_edit_is_judged_whole() {
    for grant_type in GrantType::ALL {
        for carried in Carried::all() {
            let house = House::new();
            let id = house.create(&draft(grant_type), NOON).client.id;
            let dump = house.dump();
            let edited = ready(house.admin().edit_client(id, &carried.draft(grant_type), NOON)).unwrap();
            assert_eq!(edited.is_ok(), carried.wrong(grant_type).is_empty(), "{grant_type} with {carried:?}");
            if edited.is_err() {
                assert_same(&house.dump(), &dump, "refused whole");
            }
        }
    }
}

/// CL-07, threat 35: what was issued to a client of one type is no token of a client of another.
#[test]
fn cl_07_tokens_do_not_survive_a_change_of_type() {
    let house = House::new();
    let (id, secret) = house.service(&draft(GrantType::ClientCredentials), NOON);
    let token = house.issue(id, &secret, NOON);
    assert_eq!(house.refused(&token, NOON), None);
    let _ = done(house.admin().edit_client(id, &draft(GrantType::AuthorizationCode), NOON));
    assert!(house.refused(&token, NOON).is_some());
    let _ = done(house.admin().edit_client(id, &draft(GrantType::ClientCredentials), NOON));
    assert!(house.refused(&token, NOON).is_some(), "not even when it is changed back");
}

/// CL-07, CL-08: an edit hands out no secret; a type that needs one gets it by regenerating.
#[test]
fn cl_07_a_type_that_needs_a_secret_gets_it_by_regenerating() {
    let house = House::new();
    let public = ClientDraft { public: true, ..draft(GrantType::AuthorizationCode) };
    let id = house.create(&public, NOON).client.id;
    let edited = done(house.admin().edit_client(id, &draft(GrantType::ClientCredentials), NOON));
    assert_eq!(edited.secrets, []);
    let _ = done(house.admin().authorize(id, None, NOON));
    let secret = done(house.admin().regenerate_secret(id, None, NOON)).secret;
    let _ = house.issue(id, secret.expose(), NOON);
}

/// threat 35: what an edit leaves out is not an opening: it has its default again, or is missed.
#[test]
fn threat_35_what_an_edit_leaves_out_is_not_kept_from_before() {
    let house = House::new();
    let open = ClientDraft { pkce: Pkce::Optional, ..draft(GrantType::AuthorizationCode) };
    let id = house.create(&open, NOON).client.id;
    let _ = done(house.admin().edit_client(id, &draft(GrantType::AuthorizationCode), NOON));
    let json = serde_json::to_value(house.client(id)).unwrap();
    let pkce = json.pointer("/grant/authorization_code/client/confidential/pkce");
    assert_eq!(pkce, Some(&json!("required")), "{json}");

    let scim = ClientDraft {
        purpose: Purpose::Scim,
        lifetime: Some(38_880_000),
        ..draft(GrantType::ClientCredentials)
    };
    let id = house.create(&scim, NOON).client.id;
    let unmarked = ClientDraft { purpose: Purpose::General, ..scim };
    let denial = denied(house.admin().edit_client(id, &unmarked, NOON));
    assert_eq!(fields(&denial), set(["lifetime".to_owned()]));
    let nothing: ClientDraft = serde_json::from_str("{}").unwrap();
    assert_eq!(nothing, ClientDraft::default());
    let denial = denied(house.admin().edit_client(id, &nothing, NOON));
    assert_eq!(fields(&denial), set(["name", "grant_type"].map(str::to_owned)));
}

/// CL-12: a public client has no secret, and none can be generated.
#[test]
fn cl_12_public_clients_have_no_secret() {
    let house = House::new();
    let public = ClientDraft { public: true, ..draft(GrantType::AuthorizationCode) };
    for draft in [public, draft(GrantType::Implicit)] {
        let created = house.create(&draft, NOON);
        assert!(created.secret.is_none() && created.client.public, "{created:?}");
        assert_eq!(created.client.secrets, []);
        let before = house.dump();
        let denial = denied(house.admin().regenerate_secret(created.client.id, None, NOON));
        assert_eq!(denial.code(), "bad.client.state");
        assert_same(&house.dump(), &before, "refused");
    }
    for grant_type in [GrantType::ClientCredentials, GrantType::AuthorizationCode, GrantType::Saml2Bearer] {
        let created = house.create(&draft(grant_type), NOON);
        assert!(created.secret.is_some() && !created.client.public, "{created:?}");
    }
}

/// CL-12, CL-07: a client that becomes public loses its secret for good.
#[test]
fn cl_12_a_client_that_becomes_public_loses_its_secret() {
    let house = House::new();
    let id = house.create(&draft(GrantType::AuthorizationCode), NOON).client.id;
    let public = ClientDraft { public: true, ..draft(GrantType::AuthorizationCode) };
    assert_eq!(done(house.admin().edit_client(id, &public, NOON)).secrets, []);
    let back = done(house.admin().edit_client(id, &draft(GrantType::AuthorizationCode), NOON));
    assert_eq!(back.secrets, [], "the old secret does not come back");
}

/// CL-13: the four of the platform are declared by name, and the host declares others.
#[test]
fn cl_13_built_in_clients_are_declared() {
    let known = ["Android Collaborate", "Architect", "Directory Web Client (Unified App)", "iOS Collaborate"];
    assert_eq!(BUILT_IN_NAMES, known);
    let house = House::new();
    for name in known.into_iter().chain(["Another of the host"]) {
        let public = ClientDraft { name: name.into(), public: true, ..draft(GrantType::AuthorizationCode) };
        let created = done(house.server.operator().declare_built_in(&public, false, NOON));
        assert_eq!(created.client.name.as_str(), name);
        assert_eq!(house.client(created.client.id).organization(), None);
    }
}

/// CL-13: no organization edits, deletes, restores or regenerates one, and it stands in no list of its own.
#[test]
fn cl_13_no_organization_changes_a_built_in_client() {
    let house = House::new();
    let id = house.world.built_in.id;
    for organization in [ACME, GLOBEX] {
        let admin = house.server.administration(organization, ADMINISTRATOR);
        let before = house.dump();
        assert_eq!(
            code(admin.edit_client(id, &draft(GrantType::AuthorizationCode), NOON)),
            "client.built.in"
        );
        assert_eq!(code(admin.plan_deletion(id, NOON)), "client.built.in");
        assert_eq!(code(admin.restore_client(id, None, NOON)), "client.built.in");
        assert_eq!(code(admin.regenerate_secret(id, None, NOON)), "client.built.in");
        assert_same(&house.dump(), &before, "refused");
        let listed = done(admin.clients(None, 500, NOON)).items;
        assert!(listed.iter().all(|client| client.id != id));
    }
}

/// CL-13: approved everywhere by default, from its declaration on.
#[test]
fn cl_13_a_built_in_client_is_approved_everywhere() {
    let house = House::new();
    let public = ClientDraft { public: true, ..draft(GrantType::AuthorizationCode) };
    let id = done(house.server.operator().declare_built_in(&public, false, NOON)).client.id;
    for organization in [ACME, GLOBEX] {
        let seen = done(house.server.administration(organization, ADMINISTRATOR).application(id, NOON));
        assert_eq!(seen.state, StateName::Approved);
        assert_eq!(seen.scopes, fixtures::scopes("routing users:readonly"));
    }
}

/// CL-13, CL-03: a client with roles belongs to an organization: it cannot be built in.
#[test]
fn cl_13_a_built_in_client_has_no_roles() {
    let house = House::new();
    let before = house.dump();
    let denial =
        denied(house.server.operator().declare_built_in(&draft(GrantType::ClientCredentials), false, NOON));
    assert!(matches!(denial, Denial::Invalid(_)), "{denial:?}");
    assert_same(&house.dump(), &before, "refused");
}

fn listed(house: &House, limit: u16) -> Vec<ClientId> {
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let page = done(house.admin().clients(after, limit, NOON));
        assert!(page.items.len() <= usize::from(limit), "a page above its limit");
        ids.extend(page.items.iter().map(|client| client.id));
        after = page.next;
        if after.is_none() {
            return ids;
        }
    }
}

/// CL-14: every client of the organization, in one order, whatever the size of the page.
#[test]
fn cl_14_the_list_is_complete_and_in_one_order() {
    let house = House::new();
    for at in 0..7 {
        let _ = house.create(&draft(GrantType::AuthorizationCode), NOON.plus(at));
    }
    let own: BTreeSet<ClientId> = house
        .dump()
        .values()
        .filter_map(|stored| match &stored.record {
            Record::Client(client) if client.organization() == Some(ACME) => Some(client.id),
            _ => None,
        })
        .collect();
    let order = listed(&house, 500);
    assert_eq!((order.len(), set(order.clone())), (own.len(), own));
    for limit in [1, 2, 3, 5, 7, 100] {
        assert_eq!(listed(&house, limit), order, "in pages of {limit}");
    }
}

/// CL-14: neither an edit nor a client that is new or removed meanwhile moves the others.
#[test]
fn cl_14_the_order_is_stable_under_changes() {
    let house = House::new();
    let order = listed(&house, 500);
    let first = done(house.admin().clients(None, 4, NOON));
    let edit = ClientDraft { name: "Aaa".into(), ..draft(GrantType::AuthorizationCode) };
    let _ = done(house.admin().edit_client(house.world.web.id, &edit, NOON));
    let plan = done(house.admin().plan_deletion(house.world.saml.id, NOON));
    let _ = done(house.admin().delete_client(&plan, NOON));
    let new = house.create(&draft(GrantType::AuthorizationCode), NOON).client.id;
    let rest = done(house.admin().clients(first.next, 500, NOON));
    let seen: Vec<ClientId> = first.items.iter().chain(&rest.items).map(|client| client.id).collect();
    assert_eq!(seen, [order, vec![new]].concat());
}

/// CL-14: with the state of each, the instant of removal included.
#[test]
fn cl_14_the_list_shows_states() {
    let house = House::new();
    let listed = done(house.admin().clients(None, 500, NOON)).items;
    let state = |id: ClientId| listed.iter().find(|client| client.id == id).map(|client| client.state);
    assert_eq!(state(house.world.web.id), Some(Lifecycle::Active));
    assert!(
        matches!(state(house.world.inactive.id), Some(Lifecycle::Inactive(deletion)) if deletion.removal > NOON)
    );
    assert!(matches!(state(house.world.disabled.id), Some(Lifecycle::Disabled { .. })));
    assert_eq!(state(house.world.removed.id), None);
}

/// CL-14, CL-08: never a secret, nor its digest.
#[test]
fn cl_14_the_list_shows_neither_secret_nor_digest() {
    let house = House::new();
    let listed = done(house.admin().clients(None, 500, NOON));
    let text = format!("{listed:?}{}", serde_json::to_string(&listed.items).unwrap());
    for client in house.world.clients() {
        let secret = fixtures::secret_of(client.id);
        let digest = serde_json::to_value(secret.digest()).unwrap();
        assert!(!text.contains(secret.expose()) && !text.contains(digest.as_str().unwrap()));
        assert!(!text.contains("Digest") && !text.contains("digest"));
    }
}

/// CL-15: contact, tags and next review are kept, edited and left out again.
#[test]
fn cl_15_governance_is_recorded() {
    let house = House::new();
    let governed = ClientDraft {
        contact: Some("it@example.com".into()),
        tags: vec!["finance".into(), "critical".into()],
        next_review: Some(NOON.plus(90 * DAY)),
        ..draft(GrantType::AuthorizationCode)
    };
    let id = house.create(&governed, NOON).client.id;
    let seen = done(house.admin().client(id, NOON)).governance;
    assert_eq!(seen.contact.unwrap().as_str(), "it@example.com");
    assert_eq!(seen.tags.iter().map(ToString::to_string).collect::<Vec<_>>(), ["finance", "critical"]);
    assert_eq!(seen.next_review, Some(NOON.plus(90 * DAY)));
    let seen = done(house.admin().edit_client(id, &draft(GrantType::AuthorizationCode), NOON)).governance;
    assert_eq!((seen.contact, seen.tags.len(), seen.next_review), (None, 0, None));
}

/// CL-16: every bad field at once, each with its code.
#[test]
fn cl_16_all_bad_fields_are_reported_at_once() {
    let house = House::new();
    let bad = ClientDraft {
        name: "a\u{202e}b".into(),
        description: Some("x\u{0}".into()),
        lifetime: Some(1),
        grant_type: Some(GrantType::AuthorizationCode),
        redirect_uris: vec!["https://ok.example/".into(), "javascript:x".into(), "http://a.example/".into()],
        scopes: vec!["routing".into(), "analytics:read".into(), "nothing-like-it".into()],
        roles: draft(GrantType::ClientCredentials).roles,
        contact: Some("<b>".into()),
        tags: vec!["ok".into(), "\u{7}".into()],
        ..ClientDraft::default()
    };
    let expected = [
        "name",
        "description",
        "lifetime",
        "redirect_uris[1]",
        "redirect_uris[2]",
        "scopes[1]",
        "scopes[2]",
        "roles",
        "contact",
        "tags[1]",
    ];
    let before = house.dump();
    let created = denied(house.admin().create_client(&bad, NOON));
    assert_eq!(fields(&created), set(expected.map(str::to_owned)));
    let edited = denied(house.admin().edit_client(house.world.web.id, &bad, NOON));
    assert_eq!(edited, created, "creating and editing judge alike");
    assert_same(&house.dump(), &before, "refused");
    let Denial::Invalid(problems) = created else { panic!() };
    for problem in &problems {
        assert!(
            !problem.code.is_empty() && !problem.cause.is_empty() && !problem.remedy.is_empty(),
            "{problem:?}"
        );
        assert!(problem.code.chars().all(|c| c.is_ascii_lowercase() || c == '.'), "{}", problem.code);
    }
}

/// CL-16: the codes of the platform for what is not the draft's fault.
#[test]
fn cl_16_refusals_have_the_codes_of_the_platform() {
    let house = House::new();
    let (admin, web) = (house.admin(), draft(GrantType::AuthorizationCode));
    assert_eq!(code(admin.edit_client(fixtures::id(999), &web, NOON)), "client.not.found");
    assert_eq!(
        code(admin.edit_client(house.world.inactive.id, &draft(GrantType::ClientCredentials), NOON)),
        "bad.client.state"
    );
    let foreign = vec![RoleGrant { role: fixtures::id(77), division: Division::All }];
    let unheld = ClientDraft { roles: foreign, ..draft(GrantType::ClientCredentials) };
    assert_eq!(code(admin.create_client(&unheld, NOON)), "bad.client.role");
    house.set_policy(ACME, Policy { client_limit: 0, ..Policy::default() }, NOON);
    assert_eq!(code(admin.create_client(&web, NOON)), "auth.too.many.clients");
}

/// CL-17: a thousand by default, and the configured number to the client.
#[test]
fn cl_17_the_limit_is_kept_to_the_client() {
    assert_eq!(Policy::default().client_limit, 1_000);
    let house = House::new();
    house.put(ClientTally { organization: ACME, clients: 999 });
    let _ = house.create(&draft(GrantType::AuthorizationCode), NOON);
    let before = house.dump();
    let denial = denied(house.admin().create_client(&draft(GrantType::AuthorizationCode), NOON));
    assert_eq!(denial, Denial::TooManyClients { limit: 1_000 });
    assert_same(&house.dump(), &before, "refused");
}

/// CL-17: the tally is the number of clients that there are, whatever is done to them.
#[test]
fn cl_17_the_tally_follows_the_clients() {
    let house = House::new();
    let count = || {
        let records = house.dump();
        let own = records.values().filter(|stored| match &stored.record {
            Record::Client(client) => client.organization() == Some(ACME),
            _ => false,
        });
        u32::try_from(own.count()).unwrap()
    };
    assert_eq!(house.tally(ACME), count());
    let id = house.create(&draft(GrantType::AuthorizationCode), NOON).client.id;
    assert_eq!(house.tally(ACME), count());
    let plan = done(house.admin().plan_deletion(id, NOON));
    let _ = done(house.admin().delete_client(&plan, NOON));
    assert_eq!(house.tally(ACME), count());
    let plan = done(house.admin().plan_deletion(house.world.web.id, NOON));
    let _ = done(house.admin().delete_client(&plan, NOON));
    assert_eq!(house.tally(ACME), count());
    let _ = done(house.admin().restore_client(house.world.web.id, None, NOON));
    assert_eq!(house.tally(ACME), count());
    house.sweep_all(NOON.plus(8 * DAY));
    assert_eq!(house.tally(ACME), count());
}

/// CL-17, LC-08: a client whose time is over frees its place, whether or not a sweep ran; one second before
/// it does not.
#[test]
fn cl_17_a_client_that_is_gone_frees_its_place_without_a_sweep() {
    let house = House::new();
    let limit = house.tally(ACME);
    house.set_policy(ACME, Policy { client_limit: limit, ..Policy::default() }, NOON);
    let Lifecycle::Inactive(deletion) = house.world.inactive.lifecycle else { panic!() };
    let create = |now| ready(house.admin().create_client(&draft(GrantType::AuthorizationCode), now)).unwrap();
    assert!(create(deletion.removal.minus(1)).is_err());
    // Two of them end at this instant: the world's, and the house's.
    assert!(create(deletion.removal).is_ok());
    assert!(create(deletion.removal).is_ok());
    assert!(create(deletion.removal).is_err());
    house.sweep_all(deletion.removal);
    assert!(create(deletion.removal).is_err(), "a sweep frees no place twice");
    assert_eq!(house.tally(ACME), limit);
}

/// CL-17: many at once never make more than the limit, and reach it.
#[test]
fn cl_17_concurrent_creates_stop_at_the_limit() {
    for round in 0..10 {
        let house = House::new();
        let limit = house.tally(ACME) + 5;
        house.set_policy(ACME, Policy { client_limit: limit, ..Policy::default() }, NOON);
        let made: u32 = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|thread| {
                    let own = house.another(100 + round * 8 + thread);
                    scope.spawn(move || {
                        let mut made = 0;
                        for _ in 0..40 {
                            match ready(own.admin().create_client(&draft(GrantType::AuthorizationCode), NOON))
                                .unwrap()
                            {
                                Ok(_) => made += 1,
                                Err(Error::Denied(Denial::TooManyClients { .. })) => return made,
                                Err(Error::Contended) => {}
                                Err(error) => panic!("{error}"),
                            }
                        }
                        made
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!((made, house.tally(ACME)), (5, limit));
        assert_eq!(listed(&house, 500).len(), usize::try_from(limit).unwrap());
    }
}

/// SC-01: lower case, hyphens, and `:readonly` as the only suffix; the whole includes the part.
#[test]
fn sc_01_the_form_of_a_scope() {
    for (text, fits) in [
        ("routing", true),
        ("routing:readonly", true),
        ("user-recordings", true),
        ("Routing", false),
        ("routing:read", false),
        ("routing:write", false),
        ("routing:readonly:readonly", false),
        (":readonly", false),
        ("routing:", false),
        ("rou ting", false),
        ("routing*", false),
        ("", false),
    ] {
        assert_eq!(Scope::new(text).is_ok(), fits, "{text}");
    }
    let [whole, part, other] = ["routing", "routing:readonly", "users"].map(|text| Scope::new(text).unwrap());
    assert!(whole.covers(&part) && whole.covers(&whole) && part.covers(&part));
    assert!(!part.covers(&whole) && !whole.covers(&other));
}

/// SC-02: a scope that there is not is refused, in creating, editing, restoring and approving, with what was
/// meant.
#[test]
fn sc_02_an_unknown_scope_is_refused_with_a_suggestion() {
    for (entered, meant) in [
        ("analytics:read", "analytics:readonly"),
        ("Routing", "routing"),
        ("analitics:readonly", "analytics:readonly"),
        ("user", "users"),
    ] {
        let house = House::new();
        let (admin, scopes) = (house.admin(), vec![entered.to_owned()]);
        let with = ClientDraft { scopes: scopes.clone(), ..draft(GrantType::AuthorizationCode) };
        let web = house.world.web.id;
        let before = house.dump();
        let denials = [
            denied(admin.create_client(&with, NOON)),
            denied(admin.edit_client(web, &with, NOON)),
            denied(admin.restore_client(fixtures::id(common::LAPSED), Some(&scopes), NOON)),
            denied(admin.edit_scopes(web, &scopes, NOON)),
            denied(admin.authorize(house.world.partner.id, Some(&scopes), NOON)),
        ];
        for denial in denials {
            assert_eq!(fields(&denial), set(["scopes[0]".to_owned()]), "{entered}");
            assert!(denial.remedy().contains(&format!("`{meant}`")), "{entered}: {}", denial.remedy());
        }
        assert_same(&house.dump(), &before, "refused");
    }
}

/// SC-02: which forms exist is the host's data: the read-write form of one is no reason that another has it.
#[test]
fn sc_02_the_catalog_is_the_hosts() {
    let house = House::new();
    let with =
        |scope: &str| ClientDraft { scopes: vec![scope.into()], ..draft(GrantType::AuthorizationCode) };
    for scope in house.server.settings().scopes.iter() {
        let _ = house.create(&with(scope.scope.as_str()), NOON);
    }
    for unknown in ["conversations", "conversations:readonly"] {
        assert_eq!(
            fields(&denied(house.admin().create_client(&with(unknown), NOON))),
            set(["scopes[0]".to_owned()])
        );
    }
}

/// GR-05: from the instant on no client is created with implicit, changed to it, or kept from being one that
/// was.
#[test]
fn gr_05_creation_ends_at_the_instant() {
    let ends = grantor::model::ImplicitSunset::default().creation_ends;
    assert_eq!(ends.to_string(), "2026-05-01T00:00:00Z");
    let implicit = draft(GrantType::Implicit);
    for (now, open) in [(ends.minus(1), true), (ends, false), (ends.plus(1), false)] {
        let house = House::new();
        let admin = house.admin();
        let created = ready(admin.create_client(&implicit, now)).unwrap();
        assert_eq!(created.is_ok(), open, "created at {now}");
        let changed = ready(admin.edit_client(house.world.web.id, &implicit, now)).unwrap();
        assert_eq!(changed.is_ok(), open, "changed to it at {now}");
        let kept = ready(admin.edit_client(house.world.implicit.id, &implicit, now)).unwrap();
        assert!(kept.is_ok(), "an existing one is edited at {now}");
        let away =
            ready(admin.edit_client(house.world.implicit.id, &draft(GrantType::AuthorizationCode), now))
                .unwrap();
        assert!(away.is_ok(), "and moved away from it");
        let back = ready(admin.edit_client(house.world.implicit.id, &implicit, now)).unwrap();
        assert_eq!(back.is_ok(), open, "back to it at {now}");
    }
}

/// threat 42: what would lie about the name of an application is refused wherever it is entered.
#[test]
fn threat_42_a_name_shows_what_it_is() {
    let house = House::new();
    for bad in [
        "a\u{202e}b",
        "a\nb",
        "a\u{0}",
        "<b>x</b>",
        "\u{2066}x",
        "a\u{200b}b",
        "\u{feff}a",
        " a",
        "a ",
        "\u{ad}",
    ] {
        let named = ClientDraft { name: bad.into(), ..draft(GrantType::AuthorizationCode) };
        assert_eq!(
            fields(&denied(house.admin().create_client(&named, NOON))),
            set(["name".to_owned()]),
            "{bad:?}"
        );
        let described = ClientDraft { description: Some(bad.into()), ..draft(GrantType::AuthorizationCode) };
        let denial = denied(house.admin().edit_client(house.world.web.id, &described, NOON));
        assert_eq!(fields(&denial), set(["description".to_owned()]), "{bad:?}");
    }
    for good in ["Ünï ©", "日本語", "Ann & Bob's \"app\"", "مرحبا"] {
        let named = ClientDraft { name: good.into(), ..draft(GrantType::AuthorizationCode) };
        assert_eq!(house.create(&named, NOON).client.name.as_str(), good);
    }
}

/// CL-03, OR-03: role grants are pairs of role and division: the same role in two divisions is two of them.
#[test]
fn cl_03_role_grants_are_pairs() {
    let house = House::new();
    let pair = |role, division| RoleGrant { role, division };
    let roles = vec![
        pair(VIEWERS, Division::One(SALES)),
        pair(VIEWERS, Division::One(SUPPORT)),
        pair(ADMINISTRATORS, Division::All),
    ];
    let created =
        house.create(&ClientDraft { roles: roles.clone(), ..draft(GrantType::ClientCredentials) }, NOON);
    let kept: HashSet<RoleGrant> = created.client.roles.into_iter().collect();
    assert_eq!(kept, roles.into_iter().collect());
}

/// CL-07: what was entered before becomes a draft again, and saved as it is it changes nothing but who did it when.
#[test]
fn cl_07_a_client_becomes_a_draft_again() {
    let house = House::new();
    let confidential = ClientDraft {
        pkce: Pkce::Optional,
        refresh_grace: Some(30),
        description: Some("Where agents take calls".into()),
        contact: Some("desk@example.com".into()),
        tags: vec!["production".into()],
        next_review: Some(NOON.plus(90 * DAY)),
        lifetime: Some(3_600),
        ..draft(GrantType::AuthorizationCode)
    };
    let public = ClientDraft { public: true, ..draft(GrantType::AuthorizationCode) };
    let scim = ClientDraft { purpose: Purpose::Scim, ..draft(GrantType::ClientCredentials) };
    let implicit = house.world.implicit.id;
    let created = [confidential, public, scim, draft(GrantType::Saml2Bearer)]
        .map(|draft| house.create(&draft, NOON).client.id);
    for id in created.into_iter().chain([implicit]) {
        let before = done(house.admin().client(id, NOON));
        let after = done(house.admin().edit_client(id, &ClientDraft::of_client(&before), NOON));
        assert_eq!(after.pkce, before.pkce);
        let (before, after) = (serde_json::to_value(&before).unwrap(), serde_json::to_value(&after).unwrap());
        for (field, value) in before.as_object().unwrap() {
            if !["modified", "modified_by", "secrets"].contains(&field.as_str()) {
                assert_eq!(&after[field], value, "{field}");
            }
        }
    }
}
