//! Verbs of people: what administrators do to clients, authorized applications and policy.
//!
//! Each is a pure function: of who acts, the records as they were read, what is asked, values drawn at
//! random, and now.

mod acting_user;
pub mod authorizations;
pub mod clients;
pub mod deletion;
mod draft;
#[cfg(feature = "saml")]
pub mod identity_providers;
mod lockout;
pub mod operator;
pub mod policy;
mod proposal;
pub mod secrets;
pub mod tokens;
mod view;

pub use acting_user::ActingUser;
pub use deletion::DeletionPlan;
pub use draft::Checks;
pub use draft::ClientDraft;
pub use lockout::StoredProvider;
pub use proposal::Proposal;
pub use view::AuthorizationView;
pub use view::ClientView;
pub use view::SecretView;
