//! Counting calls, and recording what was counted (GV-02).

use std::sync::{Mutex, PoisonError};

use grantor::{
    access::Allowed,
    review::usage::{EndpointId, UsageBatch, UsageCounter, UsageEndpointError},
};

use crate::{
    api::Operation,
    host::{Server, now},
};

/// The counter, with the endpoints of the interface, and the batches that are not recorded yet.
pub struct Usage {
    counter: UsageCounter,
    endpoints: Vec<EndpointId>,
    waiting: Mutex<Vec<UsageBatch>>,
}

/// The most days of clients in one batch.
const BATCH: u16 = 100;
/// How often the last batches are tried, where the store does not take them.
const TRIES: u32 = 3;

impl Usage {
    /// A counter that knows every operation of the interface.
    pub fn new(mut counter: UsageCounter) -> Result<Self, UsageEndpointError> {
        let endpoints = Operation::ALL.iter().map(|operation| {
            counter.endpoint(operation.method(), operation.template(), &operation.requirement())
        });
        let endpoints = endpoints.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { counter, endpoints, waiting: Mutex::default() })
    }

    /// Counts a call that was allowed, with the status that it was answered with.
    pub fn count(&self, allowed: &Allowed, operation: Operation, status: u16) {
        if let Some(endpoint) = self.endpoints.get(operation as usize) {
            self.counter.count(allowed, *endpoint, status, now());
        }
    }

    /// Records what was counted. What the store does not take waits for the next time: each batch counts once, however
    /// often it is sent.
    pub async fn record(&self, server: &Server) -> bool {
        let mut batches = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        batches.extend(self.counter.take(BATCH, now()));
        let mut left = Vec::new();
        for batch in batches {
            if let Err(error) = server.record_usage(&batch, now()).await {
                tracing::warn!(%error, "usage is recorded later");
                left.push(batch);
            }
        }
        let all = left.is_empty();
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).extend(left);
        all
    }

    /// Records what was counted last.
    pub async fn record_last(&self, server: &Server) {
        for _ in 0..TRIES {
            if self.record(server).await {
                return;
            }
        }
        tracing::error!("the store did not take the last usage");
    }
}
