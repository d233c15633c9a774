//! Strategies for `proptest`: every value and record in a valid form, and what is typed in a nearly valid
//! one.
//!
//! A valid strategy yields what the constructor accepts, over all of its range and often at its bounds. Its
//! nearly valid neighbor, `nearly_…`, yields what somebody may enter or an attacker may send: text (or
//! numbers, or fields) that break one rule by a little. Most of it is refused; now and then it is a single
//! keystroke that breaks nothing, so a test asks that nothing bad comes of it rather than that it is refused.
//! Both shrink to what is short and plain.
//!
//! # Example
//!
//! ```
//! use grantor::testing::strategies;
//! use grantor::value::RedirectUri;
//! use proptest::prelude::*;
//!
//! proptest! {
//!     # #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
//!     fn a_fragment_is_never_registered(text in strategies::nearly_redirect_uri()) {
//!         if let Ok(uri) = RedirectUri::new(&text) {
//!             prop_assert!(!uri.as_str().contains('#'));
//!         }
//!     }
//! }
//! # a_fragment_is_never_registered();
//! ```

mod authorization;
mod client;
mod event;
mod identity_provider;
mod matching;
mod organization;
mod record;
mod redirect_uri;
mod request;
mod scope;
mod spoil;
mod text;
mod usage;
mod value;

pub use authorization::access_token;
pub use authorization::approval;
pub use authorization::audience;
pub use authorization::authorization;
pub use authorization::authorization_code;
pub use authorization::authorization_in;
pub use authorization::consent_prompt;
pub use authorization::family;
pub use authorization::refresh;
pub use authorization::revocation;
pub use authorization::user_consent;
pub use client::actor;
pub use client::client;
pub use client::client_of;
pub use client::client_secret;
pub use client::client_secrets;
pub use client::code_client;
pub use client::deletion;
pub use client::division;
pub use client::governance;
pub use client::grant;
pub use client::grant_of;
pub use client::lifecycle;
pub use client::nearly_client;
pub use client::owner;
pub use client::role_grant;
pub use client::role_grants;
pub use event::event;
pub use event::field_change;
pub use event::subject;
pub use event::trail_digest;
pub use event::trail_head;
pub use event::trail_seal;
pub use identity_provider::certificate;
pub use identity_provider::email_address;
pub use identity_provider::entity_id;
pub use identity_provider::identity_provider;
pub use identity_provider::logout_endpoint;
pub use identity_provider::nearly_email_address;
pub use identity_provider::nearly_entity_id;
pub use identity_provider::provider_certificates;
pub use identity_provider::provider_labels;
pub use identity_provider::provider_logo;
pub use identity_provider::provider_policy;
pub use identity_provider::provider_settings;
pub use identity_provider::provider_state;
pub use identity_provider::saml_request;
pub use identity_provider::sso_endpoint;
pub use organization::client_tally;
pub use organization::nearly_policy;
pub use organization::organization;
pub use organization::policy;
pub use organization::role;
pub use organization::user;
pub use record::assertion_key;
pub use record::change;
pub use record::changes;
pub use record::key;
pub use record::key_of;
pub use record::record;
pub use record::record_of;
pub use record::secret_use;
pub use record::tombstone;
pub use record::used_assertion;
pub use record::version;
pub use redirect_uri::loopback_redirect_uri;
pub use redirect_uri::nearly_redirect_uri;
pub use redirect_uri::redirect_uri;
pub use redirect_uri::redirect_uris;
pub use request::basic_header;
pub use request::encoded_form;
pub use request::form;
pub use request::form_body;
pub use request::nearly_basic_header;
pub use request::nearly_form_body;
pub use scope::nearly_permission;
pub use scope::nearly_permission_pattern;
pub use scope::nearly_scope;
pub use scope::nearly_scopes;
pub use scope::permission;
pub use scope::permission_pattern;
pub use scope::permissions;
pub use scope::scope;
pub use scope::scope_catalog;
pub use scope::scopes;
pub use text::code_verifier;
pub use text::description;
pub use text::digest;
pub use text::label;
pub use text::name;
pub use text::nearly_code_verifier;
pub use text::nearly_description;
pub use text::nearly_label;
pub use text::nearly_name;
pub use text::nearly_token_text;
pub use text::plain;
pub use text::token_text;
pub use usage::calls;
pub use usage::day;
pub use usage::endpoint;
pub use usage::usage;
pub use usage::usage_day;
pub use usage::usage_source;
pub use usage::usage_summary;
pub use value::epoch;
pub use value::event_id;
pub use value::id;
pub use value::idle_timeout;
pub use value::implicit_sunset;
pub use value::lifetime;
pub use value::nearly_id;
pub use value::nearly_idle_timeout;
pub use value::nearly_lifetime;
pub use value::nearly_overlap;
pub use value::overlap;
pub use value::scim_lifetime;
pub use value::timestamp;
