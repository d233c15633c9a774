//! Nouns: a record each, with its states and the moves between them.
//!
//! A record is valid by construction: its fields are private or checked values, its states carry what they
//! know, and serde reads through the same checks. Moves give a new record and leave the old one as it was.

mod access_token;
mod authorization;
mod client;
mod client_secret;
mod governance;
mod grant;
mod lifecycle;
mod organization;
mod policy;
mod role;
mod sunset;
mod tally;
mod token_family;
mod user;

pub use access_token::AccessToken;
pub use access_token::Holder;
pub use authorization::Approval;
pub use authorization::Audience;
pub use authorization::Authorization;
pub use authorization::AuthorizationState;
pub use authorization::Consent;
pub use authorization::Granted;
pub use authorization::Revocation;
pub use authorization::StateName;
pub use client::Client;
pub use client::ClientError;
pub use client::ClientFields;
pub use client::Owner;
pub use client::Tombstone;
pub use client_secret::ClientSecret;
pub use client_secret::ClientSecrets;
pub use client_secret::Overlap;
pub use client_secret::OverlapError;
pub use client_secret::SecretUse;
pub use governance::Governance;
pub use governance::GovernanceError;
pub use grant::CodeClient;
pub use grant::Grant;
pub use grant::GrantType;
pub use grant::Pkce;
pub use grant::Purpose;
pub use lifecycle::Deletion;
pub use lifecycle::InvalidTransition;
pub use lifecycle::Lifecycle;
pub use lifecycle::Removal;
pub use organization::Organization;
pub use policy::IdleTimeout;
pub use policy::IdleTimeoutError;
pub use policy::Policy;
pub use policy::PolicyError;
pub use role::Division;
pub use role::Role;
pub use role::RoleGrant;
pub use role::RoleGrants;
pub use role::RoleGrantsError;
pub use sunset::ImplicitSunset;
pub use tally::ClientTally;
pub use token_family::FamilyState;
pub use token_family::TokenFamily;
pub use user::User;
pub use user::UserState;
