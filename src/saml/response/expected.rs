//! What a response is expected to be.

use crate::value::EndpointUri;
use crate::value::EntityId;
use crate::value::Timestamp;

/// What a response is expected to be: sent to us, for us, as an answer to what was asked.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'e> {
    /// The address of our assertion consumer service, where the response was received.
    pub acs: &'e EndpointUri,
    /// Our name as a service provider.
    pub audience: &'e EntityId,
    /// What it answers.
    pub answers: Answers<'e>,
}

/// What a response answers (SA-06).
#[derive(Clone, Copy, Debug)]
pub enum Answers<'e> {
    /// A request of ours, which has not been answered yet.
    Request {
        /// Its id.
        id: &'e str,
        /// When it was made.
        issued: Timestamp,
        /// Whether it asked to authenticate the user anew (`ForceAuthn`).
        force_authn: bool,
    },
    /// Nothing: the login begins at the identity provider, and the provider's policy allows that.
    Nothing,
}
