//! How often a password may be tried, by a clock that the test moves.

use grantor::Timestamp;
use grantor::server::LoggedIn;
use grantor::value::OrganizationId;
use grantor::value::UserId;

#[path = "../../examples/host/attempts.rs"]
mod examined;

use examined::Attempts;

const NOON: Timestamp = Timestamp::from_unix(1_795_608_000);
const ADA: LoggedIn =
    LoggedIn { organization: OrganizationId::from_random([1; 16]), user: UserId::from_random([2; 16]) };

fn seconds(of: i64) -> u32 {
    u32::try_from(of).unwrap()
}

#[test]
fn after_some_wrong_passwords_each_one_costs_a_wait() {
    let attempts = Attempts::default();
    for _ in 0..Attempts::FREE {
        assert!(attempts.may(ADA, NOON));
        attempts.failed(ADA, NOON);
    }
    let later = NOON.plus(seconds(Attempts::WAIT));
    assert!(!attempts.may(ADA, NOON) && !attempts.may(ADA, later.minus(1)) && attempts.may(ADA, later));
    attempts.failed(ADA, later);
    assert!(!attempts.may(ADA, later.plus(1)));
    attempts.passed(ADA);
    assert!(attempts.may(ADA, later.plus(1)), "the right password begins anew");
}

#[test]
fn wrong_passwords_are_forgotten() {
    let attempts = Attempts::default();
    (0..Attempts::FREE).for_each(|_| attempts.failed(ADA, NOON));
    let later = NOON.plus(seconds(Attempts::REMEMBERED));
    attempts.failed(ADA, later);
    assert!(attempts.may(ADA, later));
}
