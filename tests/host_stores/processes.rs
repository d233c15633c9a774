//! Two processes on one database.

use crate::child::Process;
use crate::child::tokens;
use crate::databases::Database;
use crate::service::Ended;
use crate::service::Service;
use crate::service::code;

/// Threats 8, 31 and 41: of two processes one redeems a code, and what either revokes the other refuses at once.
#[test]
fn threat_08_two_processes_work_as_one() {
    for database in Database::all() {
        let service = Service::over(database.open(), 1);
        service.install();
        service.log_in(1000..1040);
        let mut other = Process::start(&database.url, 2);
        for number in 1000..1030 {
            other.tell(&format!("redeem {number}"));
            let here = service.redeem(code(number).expose());
            let there = other.hear().expect("an answer");
            let given = [here.is_given(), tokens(&there).is_some()];
            assert_eq!(given.iter().filter(|given| **given).count(), 1, "{here:?} {there}");
            assert!(there == "refused invalid_grant" || here == Ended::Refused("invalid_grant".into()));
        }
        for number in 1030..1040 {
            let given = service.redeem(code(number).expose()).given();
            assert_eq!(other.ask(&format!("allows {}", given.access)), "true");
            let next = tokens(&other.ask(&format!("refresh {}", given.refresh))).expect("tokens");
            assert!(service.allows(&next.access).unwrap());
            if number % 2 == 0 {
                service.revoke(&next.refresh).unwrap();
                assert_eq!(other.ask(&format!("allows {}", given.access)), "false");
            } else {
                assert_eq!(other.ask(&format!("revoke {}", next.refresh)), "true");
                assert!(!service.allows(&given.access).unwrap());
            }
            assert_eq!(other.ask(&format!("refresh {}", next.refresh)), "refused invalid_grant");
        }
    }
}
