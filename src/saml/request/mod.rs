//! Asking an identity provider who the user is (SA-06).

mod authn_request;

pub use authn_request::AuthnRequest;
