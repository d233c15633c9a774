//! What the strategies promise: the valid is accepted and survives JSON, the nearly valid is mostly refused,
//! for every reason there is, and nothing panics.
#![cfg(feature = "testing")]

use std::collections::BTreeSet;
use std::collections::HashSet;
use std::fmt::Debug;

use grantor::change::Kind;
use grantor::change::Record;
use grantor::model::Client;
use grantor::model::GrantType;
use grantor::model::IdleTimeout;
use grantor::model::Overlap;
use grantor::model::StateName;
use grantor::testing::strategies as some;
use grantor::value::ClientId;
use grantor::value::Description;
use grantor::value::Digest;
use grantor::value::EmailAddress;
use grantor::value::EntityId;
use grantor::value::EventId;
use grantor::value::Label;
use grantor::value::Name;
use grantor::value::Permission;
use grantor::value::PermissionPattern;
use grantor::value::RedirectUri;
use grantor::value::Scope;
use grantor::value::Scopes;
use grantor::value::TokenLifetime;
use grantor::value::kind;
use grantor::wire::Credentials;
use grantor::wire::Form;
use grantor::wire::Presented;
use grantor::wire::TokenRequest;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestError;
use proptest::test_runner::TestRunner;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const DRAWS: usize = 1_000;

/// The same values in each run.
fn drawn<T: Debug>(strategy: impl Strategy<Value = T>) -> impl Iterator<Item = T> {
    let mut runner = TestRunner::deterministic();
    (0..DRAWS).map(move |_| strategy.new_tree(&mut runner).unwrap().current())
}

#[track_caller]
fn survive_json<T: Debug + DeserializeOwned + PartialEq + Serialize>(strategy: impl Strategy<Value = T>) {
    for value in drawn(strategy).take(DRAWS / 4) {
        let json = serde_json::to_string(&value).unwrap();
        let read: T = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{json}: {error}"));
        assert_eq!(read, value, "{json}");
    }
}

#[track_caller]
fn are_read_back<T: Debug + PartialEq + ToString, E: Debug>(
    strategy: impl Strategy<Value = T>,
    read: impl Fn(&str) -> Result<T, E>,
) {
    for value in drawn(strategy) {
        assert_eq!(read(&value.to_string()).unwrap(), value);
    }
}

#[track_caller]
fn are_mostly_refused<T: Debug, O, E>(strategy: impl Strategy<Value = T>, read: impl Fn(&T) -> Result<O, E>) {
    let accepted: Vec<T> = drawn(strategy).filter(|nearly| read(nearly).is_ok()).collect();
    assert!(accepted.len() <= DRAWS / 10, "{} of {DRAWS} were accepted: {accepted:?}", accepted.len());
}

#[track_caller]
fn are_refused_for_every_reason<T: Debug, O, E>(
    strategy: impl Strategy<Value = T>,
    read: impl Fn(&T) -> Result<O, E>,
    code: impl Fn(&E) -> &'static str,
    reasons: &[&str],
) {
    let seen: BTreeSet<&str> =
        drawn(strategy).filter_map(|nearly| read(&nearly).err()).map(|e| code(&e)).collect();
    assert_eq!(seen, reasons.iter().copied().collect());
}

#[test]
fn valid_values_survive_json() {
    survive_json(some::id::<ClientId>());
    survive_json(some::event_id());
    survive_json(some::timestamp());
    survive_json(some::lifetime());
    survive_json(some::scim_lifetime());
    survive_json(some::overlap());
    survive_json(some::idle_timeout());
    survive_json(some::epoch());
    survive_json(some::version());
    survive_json(some::name());
    survive_json(some::description());
    survive_json(some::label());
    survive_json(some::scope());
    survive_json(some::scopes());
    survive_json(some::scope_catalog());
    survive_json(some::permission());
    survive_json(some::permission_pattern());
    survive_json(some::permissions());
    survive_json(some::redirect_uri());
    survive_json(some::redirect_uris());
    survive_json(some::digest::<kind::RefreshToken>());
}

#[test]
fn valid_parts_of_records_survive_json() {
    survive_json(some::actor());
    survive_json(some::approval());
    survive_json(some::audience());
    survive_json(some::client_secret());
    survive_json(some::client_secrets());
    survive_json(some::code_client());
    survive_json(some::deletion());
    survive_json(some::division());
    survive_json(some::email_address());
    survive_json(some::entity_id());
    survive_json(some::field_change());
    survive_json(some::governance());
    survive_json(some::grant());
    survive_json(some::implicit_sunset());
    survive_json(some::lifecycle());
    survive_json(some::owner());
    survive_json(some::policy());
    survive_json(some::provider_certificates());
    survive_json(some::provider_labels());
    survive_json(some::provider_logo());
    survive_json(some::provider_policy());
    survive_json(some::provider_settings());
    survive_json(some::provider_state());
    survive_json(some::revocation());
    survive_json(some::role_grant());
    survive_json(some::role_grants());
    survive_json(some::subject());
}

#[test]
fn valid_records_of_each_kind_survive_json() {
    for kind in Kind::ALL {
        survive_json(some::record_of(kind));
    }
}

#[test]
fn valid_texts_are_read_back() {
    are_read_back(some::id(), str::parse::<ClientId>);
    are_read_back(some::event_id(), str::parse::<EventId>);
    are_read_back(some::name(), Name::new);
    are_read_back(some::description(), Description::new);
    are_read_back(some::label(), Label::new);
    are_read_back(some::scope(), Scope::new);
    are_read_back(some::scopes(), Scopes::parse);
    are_read_back(some::permission(), Permission::new);
    are_read_back(some::permission_pattern(), PermissionPattern::new);
    are_read_back(some::redirect_uri(), RedirectUri::new);
    are_read_back(some::entity_id(), str::parse::<EntityId>);
    are_read_back(some::email_address(), str::parse::<EmailAddress>);
}

#[test]
fn valid_tokens_lead_to_their_digest() {
    for plain in drawn(some::plain::<kind::AccessToken>()) {
        assert_eq!(Digest::of_presented(plain.expose()), Ok(plain.digest()));
    }
    assert!(drawn(some::token_text::<kind::ClientSecret>()).all(|text| text.starts_with("gcs_")));
}

#[test]
fn valid_code_verifiers_are_43_to_128_unreserved_characters() {
    let lengths: HashSet<usize> = drawn(some::code_verifier()).map(|verifier| verifier.len()).collect();
    assert!(
        lengths.contains(&43) && lengths.contains(&128) && lengths.iter().all(|n| (43..=128).contains(n))
    );
    are_mostly_refused(some::nearly_code_verifier(), |text| {
        let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
        if (43..=128).contains(&text.len()) && text.chars().all(unreserved) { Ok(()) } else { Err(()) }
    });
}

#[test]
fn nearly_valid_texts_are_mostly_refused() {
    are_mostly_refused(some::nearly_id(), |text| text.parse::<ClientId>());
    are_mostly_refused(some::nearly_name(), |text| Name::new(text));
    are_mostly_refused(some::nearly_description(), |text| Description::new(text));
    are_mostly_refused(some::nearly_label(), |text| Label::new(text));
    are_mostly_refused(some::nearly_scope(), |text| Scope::new(text));
    are_mostly_refused(some::nearly_scopes(), |text| Scopes::parse(text));
    are_mostly_refused(some::nearly_permission(), |text| Permission::new(text));
    are_mostly_refused(some::nearly_permission_pattern(), |text| PermissionPattern::new(text));
    are_mostly_refused(some::nearly_redirect_uri(), |text| RedirectUri::new(text));
    are_mostly_refused(some::nearly_entity_id(), |text| text.parse::<EntityId>());
    are_mostly_refused(some::nearly_email_address(), |text| text.parse::<EmailAddress>());
    are_mostly_refused(some::nearly_token_text::<kind::AccessToken>(), |text| {
        Digest::<kind::AccessToken>::of_presented(text)
    });
    are_mostly_refused(some::nearly_token_text::<kind::ClientSecret>(), |text| {
        Digest::<kind::ClientSecret>::of_presented(text)
    });
}

#[test]
fn valid_forms_are_read_as_they_were_written() {
    for parameters in drawn(some::form()) {
        let form = Form::parse(some::encoded_form(&parameters).as_bytes()).unwrap();
        for (name, value) in &parameters {
            assert_eq!(form.value(name).unwrap_or_default(), value);
        }
    }
    assert!(drawn(some::form_body()).all(|body| Form::parse(body.as_bytes()).is_ok()));
}

/// GR-12: not one of them is read.
#[test]
fn nearly_valid_forms_are_refused() {
    for body in drawn(some::nearly_form_body()) {
        assert!(Form::parse(&body).is_err(), "{}", body.escape_ascii());
    }
}

#[test]
fn a_client_authenticates_by_a_valid_header_and_by_hardly_a_nearly_valid_one() {
    let authenticates = |header: &String| {
        let request = TokenRequest {
            authorization: &[header.as_bytes()],
            content_type: Some(b"application/x-www-form-urlencoded"),
            body: b"grant_type=client_credentials",
        };
        let Credentials { client, presented } = request.parse().map_err(drop)?.credentials;
        let of_no_secret = Presented::Basic(Digest::of_presented_or_none(""));
        let is_proof = matches!(presented, Presented::Basic(_)) && presented != of_no_secret;
        if client.is_some() && is_proof { Ok(()) } else { Err(()) }
    };
    assert!(drawn(some::basic_header()).all(|header| authenticates(&header).is_ok()));
    are_mostly_refused(some::nearly_basic_header(), authenticates);
}

#[test]
fn nearly_valid_numbers_and_fields_are_refused() {
    assert!(drawn(some::nearly_lifetime()).all(|seconds| TokenLifetime::from_seconds(seconds).is_err()));
    assert!(drawn(some::nearly_overlap()).all(|seconds| Overlap::from_seconds(seconds).is_err()));
    assert!(drawn(some::nearly_idle_timeout()).all(|seconds| IdleTimeout::from_seconds(seconds).is_err()));
    assert!(drawn(some::nearly_policy()).all(|policy| policy.check().is_err()));
    assert!(drawn(some::nearly_client()).all(|fields| Client::new(fields).is_err()));
}

/// CL-05: each rule for redirect URIs is broken by some of them.
#[test]
fn nearly_redirect_uris_break_every_rule() {
    are_refused_for_every_reason(
        some::nearly_redirect_uri(),
        |text| RedirectUri::new(text),
        |error| error.code(),
        &[
            "redirect.uri.too.long",
            "redirect.uri.bad.character",
            "redirect.uri.bad.escape",
            "redirect.uri.encoded.control",
            "redirect.uri.wildcard",
            "redirect.uri.fragment",
            "redirect.uri.relative",
            "redirect.uri.scheme.case",
            "redirect.uri.bad.scheme",
            "redirect.uri.insecure",
            "redirect.uri.user.information",
            "redirect.uri.bad.host",
            "redirect.uri.bad.port",
            "redirect.uri.dot.segment",
            "redirect.uri.reserved.parameter",
        ],
    );
}

#[test]
fn nearly_names_break_every_rule() {
    let reasons = ["text.required", "text.too.long", "text.bad.character", "text.bad.space"];
    are_refused_for_every_reason(some::nearly_name(), |text| Name::new(text), |error| error.code(), &reasons);
}

#[test]
fn nearly_scopes_break_every_rule() {
    let reasons = ["scope.required", "scope.too.long", "scope.bad.character", "scope.bad.suffix"];
    are_refused_for_every_reason(
        some::nearly_scope(),
        |text| Scope::new(text),
        |error| error.code(),
        &reasons,
    );
    let reasons = [&reasons[..], &["scope.bad.space"]].concat();
    are_refused_for_every_reason(
        some::nearly_scopes(),
        |text| Scopes::parse(text),
        |error| error.code(),
        &reasons,
    );
}

#[test]
fn nearly_permissions_break_every_rule() {
    let reasons = [
        "permission.part.required",
        "permission.too.long",
        "permission.bad.shape",
        "permission.bad.character",
        "permission.wildcard",
    ];
    are_refused_for_every_reason(
        some::nearly_permission(),
        |text| Permission::new(text),
        |error| error.code(),
        &reasons,
    );
}

#[test]
fn redirect_uris_are_of_all_three_kinds() {
    let uris: Vec<RedirectUri> = drawn(some::redirect_uri()).collect();
    for start in ["https://", "http://127.0.0.1", "http://[::1]", "http://localhost", "com."] {
        assert!(uris.iter().any(|uri| uri.as_str().starts_with(start)), "{start}");
    }
    assert!(uris.iter().any(|uri| uri.as_str().len() == RedirectUri::MAX));
}

/// CL-06: the port of these is free.
#[test]
fn loopback_redirect_uris_match_at_another_port() {
    for uri in drawn(some::loopback_redirect_uri()) {
        let (before, after) = uri.as_str().split_once("//").unwrap();
        let path = after.find(['/', '?']).map_or("", |at| &after[at..]);
        let host = if after.starts_with('[') { "[::1]" } else { "127.0.0.1" };
        assert!(uri.matches(&format!("{before}//{host}:50123{path}")), "{uri}");
    }
}

#[test]
fn records_cover_each_kind() {
    let kinds: HashSet<Kind> = drawn(some::record()).map(|record| record.key().kind()).collect();
    assert_eq!(kinds, HashSet::from(Kind::ALL));
    assert!(drawn(some::record()).any(|record| matches!(record, Record::Tombstone(_))));
}

#[test]
fn a_kind_asked_for_is_the_kind_that_comes() {
    for kind in Kind::ALL {
        assert!(drawn(some::record_of(kind)).take(50).all(|record| record.key().kind() == kind), "{kind}");
        assert!(drawn(some::key_of(kind)).take(50).all(|key| key.kind() == kind), "{kind}");
    }
    for grant_type in GrantType::ALL {
        let clients = drawn(some::client_of(grant_type)).take(50);
        assert!(clients.into_iter().all(|client| client.grant.grant_type() == grant_type), "{grant_type}");
    }
    for state in StateName::ALL {
        let authorizations = drawn(some::authorization_in(state)).take(50);
        assert!(
            authorizations.into_iter().all(|authorization| authorization.state_name() == state),
            "{state}"
        );
    }
}

#[test]
fn clients_are_in_every_state_and_of_every_owner() {
    let clients: Vec<Client> = drawn(some::client()).collect();
    let states: HashSet<&str> = clients.iter().map(|client| client.lifecycle.name()).collect();
    assert_eq!(states, HashSet::from(["active", "inactive", "disabled"]));
    assert!(clients.iter().any(|client| client.organization().is_none()));
    let secrets = clients.iter().filter_map(|client| client.grant.secrets());
    assert_eq!(
        secrets.map(|secrets| secrets.iter().count()).collect::<BTreeSet<_>>(),
        BTreeSet::from([0, 1, 2])
    );
}

#[test]
fn no_key_stands_twice_in_a_commit() {
    for changes in drawn(some::changes()) {
        let keys: HashSet<_> = changes.iter().map(|change| change.key()).collect();
        assert_eq!(keys.len(), changes.as_slice().len());
    }
}

/// A counterexample that a person reads is a short one.
#[test]
fn they_shrink_to_what_is_short() {
    let shrunk = |strategy: BoxedStrategy<String>, is_bad: fn(&str) -> bool| {
        let run = TestRunner::deterministic()
            .run(&strategy, |text| if is_bad(&text) { Err(TestCaseError::fail("bad")) } else { Ok(()) });
        match run {
            Err(TestError::Fail(_, minimal)) => minimal,
            other => panic!("{other:?}"),
        }
    };
    let uris = some::redirect_uri().prop_map(|uri| uri.to_string()).boxed();
    assert_eq!(shrunk(uris, |_| true), "https://a.a");
    let names = some::name().prop_map(|name| name.to_string()).boxed();
    assert_eq!(shrunk(names, |_| true), "A");
    let damaged = some::nearly_redirect_uri().boxed();
    assert_eq!(shrunk(damaged, |text| text.contains('#')), "com.a:/a#a");
}

/// What is read from damaged JSON is valid, or is not read.
#[test]
fn a_record_with_a_part_of_its_json_gone_is_refused_or_valid() {
    let (mut refused, mut read) = (0, 0);
    for (record, at) in drawn((some::record(), any::<proptest::sample::Index>())) {
        let mut json = serde_json::to_value(&record).unwrap();
        let parts = count_parts(&json);
        remove_part(&mut json, &mut at.index(parts));
        match serde_json::from_value::<Record>(json) {
            Ok(record) => {
                let again = serde_json::to_value(&record).unwrap();
                assert_eq!(serde_json::from_value::<Record>(again).unwrap(), record);
                read += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(refused > DRAWS / 4 && read > DRAWS / 20, "{refused} refused, {read} read");
}

/// The members and elements of a value, at any depth.
fn count_parts(json: &Value) -> usize {
    match json {
        Value::Array(elements) => elements.iter().map(|element| 1 + count_parts(element)).sum(),
        Value::Object(members) => members.values().map(|member| 1 + count_parts(member)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// Takes out the member or element that has `at` others before it, and says whether it was there.
fn remove_part(json: &mut Value, at: &mut usize) -> bool {
    match json {
        Value::Array(elements) => {
            for number in 0..elements.len() {
                if *at == 0 {
                    elements.remove(number);
                    return true;
                }
                *at -= 1;
                if remove_part(&mut elements[number], at) {
                    return true;
                }
            }
            false
        }
        Value::Object(members) => {
            for name in members.keys().cloned().collect::<Vec<_>>() {
                if *at == 0 {
                    members.remove(&name);
                    return true;
                }
                *at -= 1;
                if members.get_mut(&name).is_some_and(|member| remove_part(member, at)) {
                    return true;
                }
            }
            false
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
