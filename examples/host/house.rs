//! What the host does of its own accord, every minute and at the end: it records usage, sweeps what is due, and seals what has
//! settled of the audit trails (GV-01, GV-02).

use std::time::Duration;

use grantor::value::OrganizationId;

use crate::host::Host;
use crate::host::now;

/// How often.
const EVERY: Duration = Duration::from_secs(60);
/// The most records of one sweep.
const SWEPT: u16 = 500;
/// The most events on one seal.
const SEALED: u16 = 500;
/// The most seals on one trail in one round: what is left waits for the next.
const SEALS: u8 = 20;

/// Keeps the house until the task is aborted.
pub async fn keep(host: &Host) {
    let mut rounds = tokio::time::interval(EVERY);
    loop {
        rounds.tick().await;
        host.usage.record(&host.server).await;
        match host.server.sweep(SWEPT, now()).await {
            Ok(swept) => tracing::debug!(?swept, "swept"),
            Err(error) => tracing::warn!(%error, "the sweep goes on later"),
        }
        seal(host).await;
    }
}

/// What is done last, once nobody is served any more. What is younger than five minutes is sealed by the next start.
pub async fn close(host: &Host) {
    host.usage.record_last(&host.server).await;
    seal(host).await;
}

/// Seals the trail of every organization, and the one that is of none.
async fn seal(host: &Host) {
    let organizations = host.directory.organizations().iter().map(|organization| Some(organization.id));
    for organization in organizations.chain([None]) {
        seal_trail(host, organization).await;
    }
}

/// Seals one trail. The anchor is logged: whoever keeps the log elsewhere can prove the trail up to there.
async fn seal_trail(host: &Host, organization: Option<OrganizationId>) {
    let whose = organization.map_or_else(|| "none".to_owned(), |organization| organization.to_string());
    for _ in 0..SEALS {
        match host.server.operator().seal_trail(organization, SEALED, now()).await {
            Ok(sealed) => {
                if let Some(anchor) = sealed.anchor {
                    let (number, digest) = (anchor.number, anchor.digest);
                    tracing::info!(organization = %whose, events = sealed.events, number, %digest, "sealed");
                }
                if !sealed.more {
                    return;
                }
            }
            Err(error) => {
                tracing::warn!(%error, organization = %whose, "sealed later");
                return;
            }
        }
    }
}
