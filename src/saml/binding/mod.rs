//! How messages travel through a browser: in the query of a URL, or in a form (SAML bindings §3.4, §3.5).
//!
//! What is sent is a URL or a page, as values. What is received in a query is verified here, as the octets that came,
//! before anything in it is decoded.

mod deflate;
mod delivery;
mod draft;
mod form;
mod kind;
mod percent;
mod query;
mod query_error;
mod relay_state;
mod send_error;

pub use delivery::Delivery;
pub use delivery::Outgoing;
pub(super) use draft::Draft;
pub(super) use draft::Head;
pub(super) use draft::written_instant;
pub use form::CspNonce;
pub use form::CspNonceError;
pub use form::Form;
pub use form::Page;
pub use kind::MessageKind;
pub(super) use query::Carried;
pub use query::VerifiedQuery;
pub use query_error::QueryError;
pub use relay_state::RelayState;
pub use relay_state::RelayStateError;
pub use send_error::SendError;
