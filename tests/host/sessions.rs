//! How long sessions last, by a clock that the test moves.

use grantor::Timestamp;
use grantor::saml::NameId;
use grantor::server::LoggedIn;
use grantor::value::IdentityProviderId;
use grantor::value::OrganizationId;
use grantor::value::UserId;

#[path = "../../examples/host/sessions.rs"]
mod examined;

use examined::ByProvider;
use examined::Sessions;
use examined::is_same;
use examined::random_text;

const NOON: Timestamp = Timestamp::from_unix(1_795_608_000);
const ADA: LoggedIn =
    LoggedIn { organization: OrganizationId::from_random([1; 16]), user: UserId::from_random([2; 16]) };
const PROVIDER: IdentityProviderId = IdentityProviderId::from_random([3; 16]);

fn seconds(of: i64) -> u32 {
    u32::try_from(of).unwrap()
}

#[test]
fn a_session_ends_when_nothing_is_done_in_it() {
    let sessions = Sessions::default();
    let id = sessions.begin(ADA, None, NOON).unwrap();
    let last = NOON.plus(seconds(Sessions::IDLE) - 1);
    assert!(sessions.find(&id, last).is_some_and(|session| session.who == ADA));
    assert!(sessions.find(&id, last.plus(seconds(Sessions::IDLE))).is_none());
}

#[test]
fn a_session_ends_whatever_is_done_in_it() {
    let sessions = Sessions::default();
    let id = sessions.begin(ADA, None, NOON).unwrap();
    let mut at = NOON;
    while at < NOON.plus(seconds(Sessions::LIFETIME)) {
        assert!(sessions.find(&id, at).is_some(), "{at}");
        at = at.plus(600);
    }
    assert!(sessions.find(&id, NOON.plus(seconds(Sessions::LIFETIME))).is_none());
}

#[test]
fn an_identity_provider_ends_its_own_sessions_alone() {
    let sessions = Sessions::default();
    let by = |index: &str| {
        let name_id = Some(NameId::new("ada@acme.example"));
        Some(ByProvider { provider: PROVIDER, name_id, session_index: Some(index.to_owned()) })
    };
    let [one, two] = ["one", "two"].map(|index| sessions.begin(ADA, by(index), NOON).unwrap());
    let password = sessions.begin(ADA, None, NOON).unwrap();
    let ends = |organization, provider, name: &str, indexes: &[String]| {
        sessions.end_by_provider((organization, provider), None, &NameId::new(name), indexes);
    };
    ends(ADA.organization, IdentityProviderId::from_random([9; 16]), "ada@acme.example", &[]);
    ends(OrganizationId::from_random([9; 16]), PROVIDER, "ada@acme.example", &[]);
    ends(ADA.organization, PROVIDER, "vera@acme.example", &[]);
    assert!([&one, &two].into_iter().all(|id| sessions.find(id, NOON).is_some()), "none of them is meant");
    ends(ADA.organization, PROVIDER, "ada@acme.example", &["one".to_owned()]);
    assert!(sessions.find(&one, NOON).is_none() && sessions.find(&two, NOON).is_some());
    ends(ADA.organization, PROVIDER, "ada@acme.example", &[]);
    assert!(sessions.find(&two, NOON).is_none() && sessions.find(&password, NOON).is_some());
}

#[test]
fn a_session_has_a_token_of_its_own_and_ends_when_it_is_told_to() {
    let sessions = Sessions::default();
    let [one, other] = [(), ()].map(|()| sessions.begin(ADA, None, NOON).unwrap());
    let token = |id: &str| sessions.find(id, NOON).map(|session| session.form_token);
    assert_ne!(token(&one), token(&other));
    sessions.end(&one);
    assert!(token(&one).is_none() && token(&other).is_some());
}

#[test]
fn ids_are_drawn_and_compared_whole() {
    let (one, other) = (random_text().unwrap(), random_text().unwrap());
    assert_eq!(one.len(), 43);
    assert!(is_same(&one, &one) && !is_same(&one, &other) && !is_same(&one, &one[..42]));
}
