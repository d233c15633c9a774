//! The audit trail: what happened, as data, and the seals that prove it (GV-01).
//!
//! Every change and every refused attempt is an [`Event`], committed with what it tells of. Nothing here holds a secret
//! or a token: a value that could is named by its identifier.
//!
//! # What can be done with a trail
//!
//! | to | by | with |
//! |---|---|---|
//! | search it | [`Administration::events`](crate::server::Administration::events) | an [`EventQuery`] |
//! | seal it | [`Operator::seal_trail`](crate::server::Operator::seal_trail), every few minutes | a [`TrailSeal`] for each stretch |
//! | keep what proves it elsewhere | [`Administration::trail_anchor`](crate::server::Administration::trail_anchor) | a [`TrailAnchor`] |
//! | verify it | [`Administration::verify_trail`](crate::server::Administration::verify_trail) | [`review::trail`](crate::review::trail) |
//! | rebuild from it what applications were on a day | [`Administration::applications_at`](crate::server::Administration::applications_at) | [`review::history`](crate::review::history) |
//! | find the change that brought a failure about | [`Administration::diagnose`](crate::server::Administration::diagnose) | [`review::diagnosis`](crate::review::diagnosis) |
//!
//! # Seals
//!
//! To chain every event to the one before would have all commits of an organization wait for one record, and to issue a
//! token is such a commit. So the trail is chained behind them: a [`TrailSeal`] takes the events that
//! [settled](TrailSeal::SETTLING) since the one before, and holds for each its identifier and its
//! [digest](Event::digest), and the digest of the seal before. The [`TrailHead`] names the last seal, and whoever keeps a
//! copy of it elsewhere, as a [`TrailAnchor`], has a fixed point. For whoever takes anchors no more often than seals are
//! made, that proves as much as a chain of all events would, and it costs the commits nothing.
//!
//! # What an attacker can hide
//!
//! Of somebody who can write whatever they like to the database:
//!
//! | what was done | without an anchor | with an anchor that was taken afterwards | with one that was taken before |
//! |---|---|---|---|
//! | a sealed event altered, removed or added, and no seal touched | found | found | found |
//! | a seal altered, removed or exchanged, and no other made anew | found | found | found |
//! | an event and every seal from its own on made anew, with the head | hidden | hidden | found, where the anchor is of one of these seals or a later one |
//! | the last seals and the head taken away, with their events | hidden | hidden | found, where the anchor is of one of them |
//! | an event that is not sealed yet altered, removed or added | hidden | hidden | hidden |
//!
//! "Before" is before the deed. An anchor covers all that its seal and those before it cover. So seal often, and after
//! each seal keep the anchor where whoever can write to the database cannot: in another organization's hands, in print, in
//! a store that only appends. What happens within the settling time and before the next seal is not proved by anything
//! here. Nor is that an event was recorded at all: the library commits it with its change, but whoever writes to the
//! database needs no library to change something. Have the database itself refuse to update or delete records of the kinds
//! `event` and `trail_seal`: the library never does.

mod action;
mod actor;
mod attempt;
mod encoding;
mod event;
mod query;
mod seal;
mod trail_digest;

pub use action::Action;
pub use actor::Actor;
pub use attempt::Attempt;
pub use event::Event;
pub use event::FieldChange;
pub use event::Fields;
pub use event::Outcome;
pub use event::Subject;
pub use query::EventQuery;
pub use query::OutcomeName;
pub use seal::SealedEvent;
pub use seal::TrailAnchor;
pub use seal::TrailHead;
pub use seal::TrailSeal;
pub use trail_digest::TrailDigest;
pub use trail_digest::TrailDigestError;
