//! Where the calls of one operation wait until the explorer lets them pass.

use core::future::Future;
use core::pin::Pin;
use core::task::Context;
use core::task::Poll;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use super::footprint::Footprint;
use crate::change::Changes;
use crate::change::Key;
use crate::change::Version;
use crate::store::Commit;
use crate::store::Range;
use crate::value::Digest;
use crate::value::kind;

/// A call of the store.
#[derive(Clone, Debug)]
pub(super) enum Call {
    Record(Key),
    Access(Digest<kind::AccessToken>),
    List(Range),
    Commit(Changes),
}

/// What the explorer has a call answer in place of the store.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fault {
    /// Nothing was done.
    Error,
    /// A conflict without a cause; of commits alone.
    Conflict,
    /// Not known whether it was done; of commits alone.
    Unknown,
}

/// What the store answered.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    Record(Option<Version>),
    Access(bool),
    Listed(usize),
    Committed(Commit),
    Failed(String),
}

/// What came of a call that was let pass. Empty where a fault took its place.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) footprint: Footprint,
    pub(super) answer: Option<Answer>,
}

/// The calls of one operation that wait, in the order they were made.
#[derive(Debug, Default)]
pub(super) struct Turnstile(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    made: u64,
    waiting: VecDeque<(u64, Call)>,
    admitted: Option<(u64, Result<(), Fault>)>,
    done: Option<Done>,
}

impl Turnstile {
    /// Waits to be let through: what the explorer says of the call.
    pub(super) fn pass(&self, call: Call) -> Passage<'_> {
        Passage { turnstile: self, call: Some(call), number: 0 }
    }

    /// Tells what came of the call that was let through.
    pub(super) fn tell(&self, footprint: Footprint, answer: Answer) {
        self.queue().done = Some(Done { footprint, answer: Some(answer) });
    }

    /// Looks at the call that is next.
    pub(super) fn next<R>(&self, look: impl FnOnce(&Call) -> R) -> Option<R> {
        self.queue().waiting.front().map(|(_, call)| look(call))
    }

    /// Lets the next call through, to the store or to a fault.
    pub(super) fn admit(&self, verdict: Result<(), Fault>) -> Option<Call> {
        let mut queue = self.queue();
        let (number, call) = queue.waiting.pop_front()?;
        queue.admitted = Some((number, verdict));
        queue.done = None;
        Some(call)
    }

    /// Takes the next call away, for an operation that is dropped.
    pub(super) fn remove(&self) -> Option<Call> {
        self.queue().waiting.pop_front().map(|(_, call)| call)
    }

    /// Whether the call that was let through has come to its end.
    pub(super) fn is_done(&self) -> bool {
        self.queue().done.is_some()
    }

    /// What came of the call that was let through last.
    pub(super) fn take_done(&self) -> Done {
        self.queue().done.take().unwrap_or_default()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call on its way through a [`Turnstile`].
pub(super) struct Passage<'t> {
    turnstile: &'t Turnstile,
    call: Option<Call>,
    number: u64,
}

impl Future for Passage<'_> {
    type Output = Result<(), Fault>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let mut queue = self.turnstile.queue();
        if let Some(call) = self.call.take() {
            queue.made += 1;
            self.number = queue.made;
            queue.waiting.push_back((self.number, call));
            return Poll::Pending;
        }
        match queue.admitted.take_if(|(number, _)| *number == self.number) {
            Some((_, Ok(()))) => Poll::Ready(Ok(())),
            Some((_, Err(fault))) => {
                queue.done = Some(Done::default());
                Poll::Ready(Err(fault))
            }
            None => Poll::Pending,
        }
    }
}

/// A call that is given up waits no longer.
impl Drop for Passage<'_> {
    fn drop(&mut self) {
        self.turnstile.queue().waiting.retain(|(number, _)| *number != self.number);
    }
}
