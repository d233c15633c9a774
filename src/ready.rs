//! For hosts without a runtime.

use core::future::Future;
use core::pin::pin;
use core::task::Context;
use core::task::Poll;
use core::task::Waker;

/// The future waits for something, and there is no runtime that could wake it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the future is not ready: the store waits, and needs a runtime")]
pub struct NotReady;

/// Drives a future that never waits to its end, without a runtime.
///
/// The library itself waits for nothing but its store: over a store that never waits, such as
/// [`MemoryStore`](crate::store::MemoryStore) or one over a synchronous database, every future is ready at
/// once.
///
/// # Errors
///
/// [`NotReady`] where it waits after all. The future is dropped then, like any other: what it had asked of
/// the store is applied whole or not at all.
///
/// ```
/// assert_eq!(grantor::ready(async { 7 }), Ok(7));
/// assert!(grantor::ready(std::future::pending::<()>()).is_err());
/// ```
pub fn ready<F: Future>(future: F) -> Result<F::Output, NotReady> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Ok(output),
        Poll::Pending => Err(NotReady),
    }
}
