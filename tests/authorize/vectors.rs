//! The examples of the standards (RFC 6749 §4.1.1 to §4.2.2.1, RFC 9207 §2).

use std::collections::BTreeSet;

use grantor::grant::authorize::RequestedResponse;
use grantor::model::ResponseType;
use grantor::testing::fixtures::NOON;
use grantor::value::Issuer;
use grantor::value::RedirectUri;
use grantor::wire::AuthorizeRequest;
use grantor::wire::Redirection;

use crate::browser::Asking;
use crate::browser::SOMEBODY;
use crate::browser::YES;
use crate::browser::approved;
use crate::browser::confidential;
use crate::browser::header;
use crate::browser::parameters_of;
use crate::browser::say;
use crate::common::House;

/// The lines of a file of vectors, each in so many parts.
#[track_caller]
fn lines<const PARTS: usize>(vectors: &'static str) -> Vec<[&'static str; PARTS]> {
    let lines = vectors.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split(" | ").collect::<Vec<_>>().try_into().expect(line)).collect()
}

#[track_caller]
fn response_type(name: &str) -> ResponseType {
    let known = [ResponseType::Code, ResponseType::Token].into_iter().find(|known| known.as_str() == name);
    known.expect("a response type")
}

/// GR-02, GR-05: requests as the standard has them are read. Its client is none that there can be, so the answer
/// is that it is not known.
#[test]
fn gr_02_requests_of_the_standards_are_read() {
    let vectors = lines(include_str!("../vectors/authorize.txt"));
    assert_eq!(vectors.len(), 2);
    for [section, query, client, redirect_uri, named, state] in vectors {
        let request = AuthorizeRequest { query: query.as_bytes() }.parse().unwrap();
        assert_eq!(request.response_type, RequestedResponse::Known(response_type(named)), "{section}");
        assert_eq!(request.redirect_uri.as_deref(), Some(redirect_uri), "{section}");
        assert_eq!(request.state.as_deref(), Some(state), "{section}");
        assert_eq!((request.client, request.scope, request.unsupported), (None, None, None), "{section}");
        assert!(query.contains(&format!("client_id={client}&")), "{section}");
    }
}

/// The parameters of a location, as they are encoded.
fn pairs(location: &str) -> BTreeSet<&str> {
    parameters_of(location).split('&').collect()
}

/// GR-11: answers as the standards have them: the same pairs, each byte for byte, in the same part of the URI.
#[test]
fn gr_11_answers_of_the_standards_are_sent() {
    let vectors = lines(include_str!("../vectors/redirect.txt"));
    assert_eq!(vectors.len(), 6);
    for [section, named, issuer, state, others, location] in vectors {
        let end = location.find(['?', '#']).unwrap();
        let uri = RedirectUri::new(&location[..end]).unwrap();
        let issues: Issuer = issuer.replace('-', "https://login.example.com").parse().unwrap();
        let to = Redirection::to(&uri, response_type(named), &issues, Some(state));
        let others = others.split(' ').map(|pair| pair.split_once('=').unwrap());
        let response = others.fold(to, |to, (name, value)| to.with(name, value)).response();
        let sent = header(&response, "location").unwrap();
        assert_eq!(sent[..=end], location[..=end], "{section}");
        let mut expected = pairs(location);
        expected.extend((issuer == "-").then_some("iss=https%3A%2F%2Flogin.example.com"));
        assert_eq!(pairs(sent), expected, "{section}");
    }
}

/// RFC 9207 §2, RFC 8414 §2: `iss` is the issuer of the metadata, which says that it is sent.
#[test]
fn gr_11_the_issuer_of_answers_is_that_of_the_metadata() {
    let house = House::new();
    let app = approved(&house, &confidential());
    let sent = say(&house, &Asking::code(app.id), (SOMEBODY, &YES), NOON);
    let metadata: serde_json::Value = serde_json::from_slice(&house.server.metadata(NOON).body).unwrap();
    assert_eq!(metadata["issuer"].as_str(), sent.one("iss"));
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
}

/// RFC 9700 §4.12, §4.2.4: status 303, so that nothing is posted on; no cache keeps the answer, and the next page
/// is not told of it.
#[test]
fn threat_04_an_answer_is_kept_nowhere() {
    let uri = RedirectUri::new("https://app.example.com/callback").unwrap();
    let issuer: Issuer = "https://login.example.com".parse().unwrap();
    for named in [ResponseType::Code, ResponseType::Token] {
        let response = Redirection::to(&uri, named, &issuer, None).response();
        assert_eq!((response.status, response.body.len(), response.headers.len()), (303, 0, 3));
        assert_eq!(header(&response, "cache-control"), Some("no-store"));
        assert_eq!(header(&response, "referrer-policy"), Some("no-referrer"));
    }
}
