//! What a login is decided by, on records alone: also on such as a store should not have given (SA-06, threat 53).
#![cfg(all(feature = "testing", feature = "saml", feature = "aws-lc-rs"))]

use std::sync::Arc;

use grantor::change::Version;
use grantor::change::Versioned;
use grantor::login;
use grantor::login::Beginning;
use grantor::login::LoginRefusal;
use grantor::login::StoredProvider;
use grantor::model::IdentityProvider;
use grantor::model::RequestPurpose;
use grantor::model::SamlRequest;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::value::Plain;
use grantor::value::kind;

fn stored<T>(record: T) -> Versioned<Arc<T>> {
    Versioned { version: Version::FIRST, record: Arc::new(record) }
}

fn provider(change: impl FnOnce(&mut IdentityProvider)) -> StoredProvider {
    let mut provider = fixtures::identity_provider(ACME, 1);
    change(&mut provider);
    stored(provider)
}

fn beginning(purpose: RequestPurpose, return_to: Option<&str>) -> Beginning<'_> {
    let fresh: Plain<kind::SamlTicket> = fixtures::plain(7);
    Beginning {
        organization: ACME,
        provider: fixtures::id(1),
        purpose,
        return_to,
        previous: None,
        fresh: fresh.digest(),
        signs: false,
    }
}

const LOGIN: RequestPurpose = RequestPurpose::Login { force_authn: false };

#[track_caller]
fn refusal(beginning: &Beginning<'_>, provider: &StoredProvider) -> LoginRefusal {
    login::begin(beginning, Some(provider), NOON).expect_err("a refusal")
}

/// SA-06, threat 53: a login begins by the provider that is meant, of the organization that is meant, whatever record a
/// store gives for it.
#[test]
fn threat_53_a_login_begins_by_its_own_provider() {
    assert!(login::begin(&beginning(LOGIN, None), Some(&provider(|_| {})), NOON).is_ok());
    let strangers: [fn(&mut IdentityProvider); 2] =
        [|provider| provider.organization = GLOBEX, |provider| provider.id = fixtures::id(2)];
    for stranger in strangers {
        assert_eq!(refusal(&beginning(LOGIN, None), &provider(stranger)), LoginRefusal::ProviderUnknown);
    }
    let none = login::begin(&beginning(LOGIN, None), None, NOON);
    assert_eq!(none.unwrap_err(), LoginRefusal::ProviderUnknown);
}

/// SA-06: requests are signed where the policy says so; without a key nothing is begun.
#[test]
fn sa_06_without_a_key_no_signed_request_is_begun() {
    let signs = provider(|provider| provider.settings.policy.sign_requests = true);
    assert_eq!(refusal(&beginning(LOGIN, None), &signs), LoginRefusal::NoSigningKey);
    let with_key = Beginning { signs: true, ..beginning(LOGIN, None) };
    assert!(login::begin(&with_key, Some(&signs), NOON).is_ok());
}

/// Threat 43: a text to return to is kept as it is, up to its bound.
#[test]
fn threat_43_a_text_to_return_to_is_bounded() {
    let text = "a".repeat(SamlRequest::MAX_RETURN_TO + 1);
    let begun = login::begin(&beginning(LOGIN, Some(&text[1..])), Some(&provider(|_| {})), NOON).unwrap();
    assert_eq!(begun.value.return_to.as_deref(), Some(&text[1..]));
    let length = text.len();
    assert_eq!(
        refusal(&beginning(LOGIN, Some(&text)), &provider(|_| {})),
        LoginRefusal::ReturnToTooLong { length }
    );
}

/// SA-17, threat 53: an answer about logging out is to such a request, to the provider that it comes from.
#[test]
fn threat_53_a_logout_is_answered_by_its_own_provider() {
    let own = provider(|_| {});
    let awaited = |change: fn(&mut SamlRequest)| {
        let mut request = fixtures::saml_request(&own.record);
        request.purpose = RequestPurpose::Logout;
        change(&mut request);
        login::awaited(Some(stored(request)), &own, NOON).map(|_| ())
    };
    assert_eq!(awaited(|_| {}), Ok(()));
    let strangers: [fn(&mut SamlRequest); 3] = [
        |request| request.organization = GLOBEX,
        |request| request.provider = fixtures::id(2),
        |request| request.purpose = LOGIN,
    ];
    for stranger in strangers {
        assert_eq!(awaited(stranger), Err(LoginRefusal::RequestUnknown));
    }
}

/// SA-06, threat 53: an answer is to a login at the provider that it comes from; a request to another one, or to log out, is
/// none that is known.
#[test]
fn threat_53_an_answer_is_to_a_login_at_its_own_provider() {
    let own = provider(|_| {});
    let expect = |change: fn(&mut SamlRequest)| {
        let mut request = fixtures::saml_request(&own.record);
        change(&mut request);
        let request = stored(request);
        login::expect(&own, Some(Some(request.clone())), Some(request), NOON).map(|_| ())
    };
    assert_eq!(expect(|_| {}), Ok(()));
    let strangers: [fn(&mut SamlRequest); 3] = [
        |request| request.organization = GLOBEX,
        |request| request.provider = fixtures::id(2),
        |request| request.purpose = RequestPurpose::Logout,
    ];
    for stranger in strangers {
        assert_eq!(expect(stranger), Err(LoginRefusal::RequestUnknown));
    }
}
