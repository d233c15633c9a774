//! Verification of the audit trail: whether it is what was sealed, and where it is not (GV-01).
//!
//! A trail is verified from its first seal to its last, in pages: each [`TrailVerification`] has what was found on its page,
//! and where the next one begins. A page costs what is on it, and any page can be done by any process. What it proves
//! depends on what it is held against: the [audit module](crate::audit) says what an attacker can hide with an anchor, and
//! without.
//!
//! ```
//! use grantor::audit::TrailSeal;
//! use grantor::change::Changes;
//! use grantor::ready;
//! # use grantor::server::{AuthorizationServer, Settings};
//! # use grantor::testing::{SeededEntropy, fixtures};
//! # use grantor::value::ScopeCatalog;
//! # use grantor::{MemoryStore, Store};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (world, now) = (fixtures::world(), fixtures::NOON);
//! # let settings = Settings::new("https://login.example.com".parse()?, ScopeCatalog::default());
//! # let server = AuthorizationServer::with_entropy(MemoryStore::new(), SeededEntropy::new(1), settings);
//! # ready(world.install(server.store()))?;
//! # let (organization, administrator) = (fixtures::ACME, fixtures::ADMINISTRATOR);
//! // Every few minutes: what has settled is sealed, and the anchor kept elsewhere.
//! while ready(server.operator().seal_trail(Some(organization), 500, now))??.more {}
//! let administration = server.administration(organization, administrator);
//! let anchor = ready(administration.trail_anchor(now))??;
//!
//! // Whenever somebody asks: page by page, whether all of it is still there and unaltered.
//! let (mut from, mut findings) = (None, Vec::new());
//! loop {
//!     let page = ready(administration.verify_trail(from, anchor.as_ref(), 100, now))??;
//!     findings.extend(page.findings);
//!     from = page.next;
//!     if from.is_none() {
//!         break;
//!     }
//! }
//! assert_eq!(findings, []);
//! # Ok(())
//! # }
//! ```
//!
//! What is reported of a seal that was altered is the seal: what it covers is not proved any more, and nothing is said of the
//! events in it. The seals after it are checked all the same.

mod finding;
mod verification;

pub use finding::TrailFinding;
pub use verification::TrailCursor;
pub use verification::TrailVerification;
