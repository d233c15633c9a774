//! Logout (SA-17): asking for it, being asked, and the answers (SAML core §3.7, SAML profiles §4.4).
//!
//! What is received is checked like a response: signed by the provider, addressed to us, of now. It ends in a
//! [`VerifiedLogoutRequest`] or a [`VerifiedLogoutResponse`], which nothing else makes.

mod checks;
mod claimed;
mod error;
mod received;
mod request;
mod response;
mod slots;
mod verified_request;
mod verified_response;

pub use claimed::ClaimedLogout;
pub use error::LogoutError;
pub use received::Received;
pub use request::LogoutRequest;
pub use response::LogoutOutcome;
pub use response::LogoutResponse;
pub use verified_request::VerifiedLogoutRequest;
pub use verified_response::VerifiedLogoutResponse;
