//! History: what an organization's applications and clients were at an instant, rebuilt from the audit trail alone (GV-01).
//!
//! Records hold what is now. What was on a day, and so who could do what on it, is in the events: each tells the fields that it
//! changed, before and after. An [`ApplicationHistory`] takes the changes of one client up to the instant, in any order within
//! a second, and gives the [`ApplicationThen`]. [`Administration::applications_at`](crate::server::Administration::applications_at)
//! does that for a page of clients, from the list of changes alone: it never reads the traffic of tokens.
//!
//! ```
//! # use grantor::admin::ClientDraft;
//! use grantor::model::StateName;
//! use grantor::ready;
//! # use grantor::model::GrantType;
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
//! // Who could do what on that day?
//! let administration = server.administration(organization, administrator);
//! let page = ready(administration.applications_at(fixtures::YESTERDAY, None, 100, now))??;
//! let web = page.items.iter().find(|then| then.client == world.web.id).ok_or("it was approved long ago")?;
//! let word = web.authorization.as_ref().ok_or("the organization had a word on it")?;
//! assert_eq!((word.state, word.by), (Some(StateName::Approved), Some(fixtures::administrator())));
//! assert!(web.complete);
//! # Ok(())
//! # }
//! ```
//!
//! # What it goes by
//!
//! - An instant is a second: what is rebuilt is what was after all that happened in it.
//! - What took place within one second has no order in the trail, and needs none: fields go by how often each text was come to
//!   and left.
//! - Where the changes do not lead from nothing to one state, events are missing: those from before there was a trail, or some that
//!   were taken out of it. Then the latest text is told, and [`ApplicationThen::complete`] is off. Whether some were taken out,
//!   [verifying](super::trail) tells.
//! - A client is gone from the instant of its removal on, whether or not a sweep ran (LC-08). An organization's word on another's
//!   client stands until the sweep takes it away: in this organization's trail nothing tells of the removal before.

mod application;
mod fold;
mod traced;

pub use application::ApplicationThen;
pub use application::AuthorizationThen;
pub use application::ClientStateThen;
pub use application::ClientThen;
pub use fold::ApplicationHistory;
