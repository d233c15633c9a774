//! The review: one report on an organization's application access, as data, as Markdown and as a page (GV-03).
//!
//! [`Administration::review`](crate::server::Administration::review) makes it from the store. A host that has the records
//! at hand gathers them itself, in a [`Review`].
//!
//! ```
//! use grantor::ready;
//! use grantor::review::report::ReviewCriteria;
//! # use grantor::server::{AuthorizationServer, Settings};
//! # use grantor::testing::{SeededEntropy, fixtures};
//! # use grantor::value::ScopeCatalog;
//! # use grantor::MemoryStore;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let settings = Settings::new("https://login.example.com".parse()?, ScopeCatalog::default());
//! # let server = AuthorizationServer::with_entropy(MemoryStore::new(), SeededEntropy::new(1), settings);
//! # ready(fixtures::world().install(server.store()))?;
//! # let (organization, administrator, now) = (fixtures::ACME, fixtures::ADMINISTRATOR, fixtures::NOON);
//!
//! let administration = server.administration(organization, administrator);
//! let report = ready(administration.review(&ReviewCriteria::default(), now))??;
//! for finding in &report.findings {
//!     println!("{} {}: {}. {}", finding.severity, finding.subject, finding.evidence, finding.remedy());
//! }
//! assert!(report.to_html().starts_with("<!DOCTYPE html>"));
//! # Ok(())
//! # }
//! ```
//!
//! # Advice rests on evidence
//!
//! | of | nothing is said where |
//! |---|---|
//! | unused clients, applications, scopes and roles | usage was never counted for the organization, or not for as long as [`ReviewCriteria::unused_after`], or no call of any client was counted since: [`Report::is_use_known`] is false then |
//! | an unused client | it is younger, one of its secrets was used, or another organization used it |
//! | an unused application, its scopes | it was approved later; the client is not active |
//! | its scopes | the organization does not enforce scopes, no call told of any, or there are too many to be known; of a scope that was added since the approval |
//! | a scope that is only read | the catalog has no form of it for reading alone |
//! | an unused role | the client was changed since, is not in use itself, or needs too many permissions to be known |
//! | a client set for deletion, or disabled | all but its removal |
//!
//! # Bounds
//!
//! Every finding is counted, and the first of each code are listed: by severity, then by the name of the subject. The report,
//! and what is held while it is made, do not grow with the organization.
//!
//! # The page
//!
//! [`Report::to_html`] is one page without script, without anything from elsewhere, and without a style on any element: the
//! [`Report::CONTENT_SECURITY_POLICY`] is all that it needs. Names are neutral in it, whatever they hold (threat 42).

mod application;
mod client;
mod code;
mod criteria;
mod document;
mod evidence;
mod finding;
mod gather;
mod html;
mod listed;
mod markdown;
mod pictures;
mod provider;
mod timeline;

pub use application::ApplicationReviewed;
pub use client::ClientReviewed;
pub use code::FindingCode;
pub use code::Severity;
pub use criteria::ReviewCriteria;
pub use document::Report;
pub use evidence::Evidence;
pub use finding::Finding;
pub use finding::FindingSubject;
pub use gather::Review;
pub use gather::ReviewedUnder;
pub use listed::FindingCount;
pub use listed::SeverityCounts;
pub use pictures::ApplicationCounts;
pub use pictures::CallsOfDay;
pub use pictures::ClientCounts;
pub use pictures::SecretAges;
pub use provider::ProviderReviewed;
pub use timeline::EndKind;
pub use timeline::Ending;
pub use timeline::EndsByWeek;
pub use timeline::Timeline;
