//! What happened, as data: the events that are committed with the changes they tell of (GV-01).
//!
//! Nothing here holds a secret or a token: a value that could is named by its identifier.

mod actor;
mod attempt;
mod event;

pub use actor::Actor;
pub use attempt::Attempt;
pub use event::Action;
pub use event::Event;
pub use event::FieldChange;
pub use event::Fields;
pub use event::Outcome;
pub use event::Subject;
