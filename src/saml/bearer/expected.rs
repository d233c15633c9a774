//! What an assertion of a grant is expected to be.

use crate::value::EndpointUri;
use crate::value::Issuer;

/// What an assertion of a grant is expected to be: sent to us, for us.
#[derive(Clone, Copy, Debug)]
pub struct BearerExpected<'e> {
    /// The address of our token endpoint, to which the assertion is sent.
    pub token_endpoint: &'e EndpointUri,
    /// What we are called, and the one audience that is taken.
    ///
    /// RFC 7522 §3 would let the address of the token endpoint be an audience as well. A name that several servers
    /// can be made to share is no audience that tells them apart, so it is not taken.
    pub audience: &'e Issuer,
}
