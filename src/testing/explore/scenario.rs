//! What is explored: a store, and operations on it.

use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::Context;
use core::task::Poll;
use core::task::Waker;

use super::Stepped;
use crate::store::Store;

/// A fresh store, and the operations that meet there.
///
/// Everything in it is made anew for every execution: the store by its closure, the operations by theirs.
pub struct Scenario<'a, S, T> {
    store: Box<dyn Fn() -> S + 'a>,
    operations: Vec<(String, Box<dyn Operation<S, T> + 'a>)>,
}

impl<'a, S: Store, T> Scenario<'a, S, T> {
    /// A scenario over the store that the closure makes, with all that is to be there before the operations
    /// begin.
    pub fn new(store: impl Fn() -> S + 'a) -> Self {
        Self { store: Box::new(store), operations: Vec::new() }
    }

    /// And this operation, under a name that reports call it by.
    ///
    /// Its future is driven call by call. It may own its handle, or clone it: an `AuthorizationServer` over
    /// it is made inside the closure, with entropy of its own.
    #[must_use]
    pub fn operation(mut self, name: &str, operation: impl AsyncFn(Stepped<S>) -> T + 'a) -> Self {
        self.operations.push((name.to_owned(), Box::new(operation)));
        self
    }

    pub(super) fn store(&self) -> S {
        (self.store)()
    }

    /// The operations, with their names.
    pub(super) fn operations(&self) -> impl Iterator<Item = (&str, &(dyn Operation<S, T> + 'a))> {
        self.operations.iter().map(|(name, operation)| (name.as_str(), &**operation))
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.operations().map(|(name, _)| name).collect()
    }
}

impl<S, T> fmt::Debug for Scenario<'_, S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.operations.iter().map(|(name, _)| name)).finish()
    }
}

/// An operation whose future is boxed, so that those of a scenario may differ.
pub(super) trait Operation<S, T> {
    fn begin<'s>(&'s self, store: Stepped<S>) -> Running<'s, T>
    where
        S: 's,
        T: 's;
}

/// An operation under way.
pub(super) type Running<'s, T> = Pin<Box<dyn Future<Output = T> + 's>>;

impl<S, T, F: AsyncFn(Stepped<S>) -> T> Operation<S, T> for F {
    fn begin<'s>(&'s self, store: Stepped<S>) -> Running<'s, T>
    where
        S: 's,
        T: 's,
    {
        Box::pin(async move { self(store).await })
    }
}

/// The future was polled [`PATIENCE`] times, and still waits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Waits;

/// How often a future is polled that waits for something else than the explorer.
const PATIENCE: u32 = 1_000;

/// Polls until the future is ready, or has come to where it is to stop.
pub(super) fn poll_until<F: Future + ?Sized>(
    mut future: Pin<&mut F>,
    stops: impl Fn() -> bool,
) -> Result<Poll<F::Output>, Waits> {
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..PATIENCE {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return Ok(Poll::Ready(output)),
            Poll::Pending if stops() => return Ok(Poll::Pending),
            Poll::Pending => {}
        }
    }
    Err(Waits)
}

/// Drives a future to its end that the explorer does not stop.
pub(super) fn drive<F: Future>(future: F) -> Result<F::Output, Waits> {
    match poll_until(core::pin::pin!(future), || false)? {
        Poll::Ready(output) => Ok(output),
        Poll::Pending => Err(Waits),
    }
}
