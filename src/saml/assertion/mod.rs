//! Assertions: what they say, and whether it holds now and for us (SA-10, SA-12).
//!
//! All of it is read from a [`SignedElement`](super::signature::SignedElement), so from what was signed and from
//! nothing else. What passed every check of its use is a [`Verified`] of that use, which nothing else makes.

mod attribute;
mod audience;
mod authentication;
mod conditions;
mod confirmation;
mod email;
mod envelope;
mod envelope_error;
mod error;
mod subject;
mod value;
mod verified;

pub use attribute::Attribute;
pub use attribute::AttributeValue;
pub(super) use attribute::attributes;
pub(super) use audience::check_audience;
pub(super) use authentication::Authentication;
pub(super) use authentication::authentications;
pub(super) use conditions::Conditions;
pub(super) use confirmation::Answer;
pub(super) use confirmation::Confirmed;
pub(super) use confirmation::Confirming;
pub(super) use confirmation::Presence;
pub use email::IdentityError;
pub(super) use envelope::Envelope;
pub use envelope_error::EnvelopeError;
pub use envelope_error::Part;
pub use error::AssertionError;
pub(super) use subject::Subject;
pub use value::ValueError;
pub(super) use verified::Facts;
pub use verified::Verified;
