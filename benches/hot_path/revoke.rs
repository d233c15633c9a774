//! Revoking an application, with all its live tokens, and what that would stop.

use std::sync::Arc;

use grantor::admin::Proposal;
use grantor::admin::authorizations::Acknowledgement;
use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Record;
use grantor::model::Authorization;
use grantor::ready;
use grantor::store::Commit;
use grantor::store::Store;

use crate::numbers::Numbers;
use crate::race::Report;
use crate::race::Rival;
use crate::race::Task;
use crate::race::drawn;
use crate::service::ADMINISTRATOR;
use crate::service::NOW;
use crate::service::Service;
use crate::service::header;
use crate::service::requirement;

/// An application with so many live tokens, and one with so many more.
pub fn revoke(report: &mut Report, sizes: [u64; 2]) {
    let [few, many] = sizes.map(|tokens| {
        let service = Service::new(1, 1);
        service.issue(0..tokens);
        service
    });
    let [few, many] = [(&few, sizes[0]), (&many, sizes[1])].map(|(service, tokens)| {
        let approved = authorization(service);
        let mut numbers = Numbers::seeded(tokens);
        Rival::new(format!("with {tokens} live tokens"), move |times| {
            let revive = || revive(service, &approved, numbers.below(tokens));
            drawn(times, 1, revive, |()| revoke_once(service))
        })
    });
    let name = format!("revoke an application with {} tokens", sizes[1]);
    report.compare(Task { name, turn: 32, goal: Some(1.2) }, many, few);
}

/// Asking what revoking it would stop, of which the first tokens tell (GV-04).
pub fn impact(report: &mut Report, sizes: [u64; 2]) {
    let [few, many] = sizes.map(|tokens| {
        let service = Service::new(1, 1);
        service.issue(0..tokens);
        (service, tokens)
    });
    let [few, many] = [&few, &many].map(|(service, tokens)| {
        Rival::new(format!("with {tokens} live tokens"), move |times| {
            drawn(times, 1, || (), |()| foresee(service))
        })
    });
    let name = format!("impact of revoking an application with {} tokens", sizes[1]);
    report.compare(Task { name, turn: 1, goal: Some(1.2) }, many, few);
}

fn foresee(service: &Service) {
    let [client] = &*service.clients else { panic!("one client") };
    let administration = service.server.administration(client.organization, ADMINISTRATOR);
    let impact = ready(administration.impact(&Proposal::Revoke(client.id), NOW));
    assert!(impact.expect("no waiting").expect("an impact").tokens_ended.about > 200);
}

fn revoke_once(service: &Service) {
    let [client] = &*service.clients else { panic!("one client") };
    let administration = service.server.administration(client.organization, ADMINISTRATOR);
    let revoked = ready(administration.revoke(client.id, Acknowledgement::NotGiven, NOW));
    revoked.expect("no waiting").expect("a revocation");
}

/// Puts the approved authorization back under its own identifier, so that all tokens live again, of which
/// this is one.
fn revive(service: &Service, approved: &Arc<Authorization>, token: u64) {
    let key = Key::Authorization(approved.organization(), approved.client());
    let stored =
        ready(service.server.store().record(key)).expect("no waiting").expect("a read").expect("a record");
    let changes = Changes::new().update(stored.version, Arc::clone(approved));
    assert_eq!(ready(service.server.store().commit(changes)), Ok(Ok(Commit::Applied)));
    assert!(service.allows(&header(token), &requirement()));
}

fn authorization(service: &Service) -> Arc<Authorization> {
    let [client] = &*service.clients else { panic!("one client") };
    let key = Key::Authorization(client.organization, client.id);
    let stored = ready(service.server.store().record(key)).expect("no waiting").expect("a read");
    match stored.map(|stored| stored.record) {
        Some(Record::Authorization(authorization)) => authorization,
        _ => panic!("an authorization"),
    }
}
