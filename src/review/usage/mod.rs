//! How clients are used: counted at the call without a write, recorded in batches, asked by day, week and month
//! (GV-02).
//!
//! # At the call
//!
//! A [`UsageCounter`] is a value that the host keeps beside its server. It knows the host's endpoints and what they need,
//! so that a call is one addition: it says who called, and what let the call through.
//!
//! ```
//! use grantor::access::Requirement;
//! use grantor::ready;
//! # use grantor::server::{AuthorizationServer, Settings};
//! # use grantor::testing::{SeededEntropy, fixtures};
//! # use grantor::value::{Day, ScopeCatalog};
//! # use grantor::{MemoryStore, Store};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let (world, now) = (fixtures::world(), fixtures::NOON);
//! # let settings = Settings::new("https://login.example.com".parse()?, ScopeCatalog::default());
//! # let server = AuthorizationServer::with_entropy(MemoryStore::new(), SeededEntropy::new(1), settings);
//! # ready(world.install(server.store()))?;
//! # let header = format!("Bearer {}", fixtures::token_of(world.service.id).expose());
//! # let header = header.as_bytes();
//! # let (organization, administrator) = (fixtures::ACME, fixtures::ADMINISTRATOR);
//!
//! // Once, at the start.
//! let mut counter = server.usage_counter()?;
//! let needs = Requirement::permission("routing:queue:view".parse()?);
//! let queues = counter.endpoint("GET", "/api/v2/routing/queues", &needs)?;
//!
//! // At each call: judged, answered, counted.
//! let allowed = ready(server.authorize_call(&[header], &needs, now))??;
//! counter.count(&allowed, queues, 200, now);
//!
//! // Every minute or so, and at the end.
//! for batch in counter.take(100, now) {
//!     let _recorded = ready(server.record_usage(&batch, now))??;
//! }
//!
//! // Whoever may see it asks.
//! let administration = server.administration(organization, administrator);
//! let last = ready(administration.last_use(world.service.id, now))??;
//! assert_eq!(last.last_call, Some(now));
//! # Ok(())
//! # }
//! ```
//!
//! Counted is what was allowed, with the status that the host then answered. What was refused before is in the
//! audit trail. What a process counted since it last took its batches is lost where it crashes: take them often.
//!
//! # A batch counts once
//!
//! A batch carries its counter's identifier and a number, and is recorded in one commit with that number. Where the
//! outcome of the commit is not known, [record](crate::AuthorizationServer::record_usage) the same batch again: it
//! counts once. While one waits, take no other: the counter holds what comes meanwhile, in bounded space. Batches of
//! many processes add up, in whatever order they come.
//!
//! A batch replaces the days that it adds to and what they add up to ([`UsageSummary`](crate::model::UsageSummary)), and is
//! in the way of another that adds to one of them at the same moment: the later reads and adds again. Where many processes serve the same clients, let each take its batches at an instant of its
//! own, and of ten days rather than of a hundred.
//!
//! # Bounds
//!
//! | of | at most | beyond |
//! |---|---|---|
//! | rows of a counter: client, organization, caller, endpoint, day | [`UsageCounter::MAX_ROWS`], in 16 MiB | as others of the client |
//! | clients with others, by organization and day | as many again | [`UsageCounter::uncounted`] tells how many calls |
//! | endpoints of a counter | [`UsageCounter::MAX_ENDPOINTS`] | refused |
//! | a day of a client | [`Usage::MAX_ENDPOINTS`](crate::model::Usage::MAX_ENDPOINTS), [`Usage::MAX_USERS`](crate::model::Usage::MAX_USERS): 250 KB as JSON | as others of the day |
//! | what a client's days add up to | [`UsageSummary::DAYS`](crate::model::UsageSummary::DAYS) days, and as many scopes and permissions as a day | not told |
//! | days | [`UsageDay::RETENTION`](crate::model::UsageDay::RETENTION) | swept |

mod batch;
mod counter;
mod hash;
mod last_use;
mod period;
mod report;
mod row;
mod shard;

pub use batch::UsageBatch;
pub use counter::EndpointId;
pub use counter::TooManyEndpoints;
pub use counter::UsageCounter;
pub use counter::UsageEndpointError;
pub use last_use::LastUse;
pub use period::By;
pub use period::Period;
pub use report::ClientUsage;
pub use report::PeriodUsage;
pub use report::UsageQuery;
