//! Proving that a request comes from its client (CL-08 to CL-12, GR-10).

use std::sync::Arc;

use super::TokenRefusal;
use crate::model::Client;
use crate::model::GrantType;
use crate::value::Digest;
use crate::value::SecretId;
use crate::value::Timestamp;
use crate::value::kind;

/// Proof that the request comes from this client, as far as the client can prove it. Only [`authenticate`]
/// makes it.
#[derive(Clone, Debug)]
pub struct AuthenticatedClient {
    client: Arc<Client>,
    authenticator: Authenticator,
}

/// What a client proved itself by.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Authenticator {
    /// A secret of its own.
    Secret(SecretId),
    /// Nothing: it is public, and its `client_id` is a claim (RFC 6749 §2.1).
    Nothing,
}

/// Why a request was not taken as its client's. Outwardly each of them is `invalid_client` (GR-10).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthenticationFailure {
    /// There is no such client, or it is gone.
    #[error("there is no such client")]
    UnknownClient,
    /// The client has a secret, and none was presented.
    #[error("no secret was presented")]
    NoSecret,
    /// The secret is none of the client's, or no longer (DX-02, DX-05).
    #[error("the secret is wrong, or was replaced")]
    WrongSecret,
    /// The secret was replaced, and its overlap is over (CL-10, DX-05).
    #[error("the secret was replaced, and ended at {ended}")]
    EndedSecret {
        /// When.
        ended: Timestamp,
    },
    /// The client is public, and a secret was presented (CL-12).
    #[error("a secret was presented for a public client, which has none")]
    SecretOfPublicClient,
}

impl AuthenticatedClient {
    /// The client.
    #[must_use]
    pub fn client(&self) -> &Arc<Client> {
        &self.client
    }

    /// What it proved itself by.
    #[must_use]
    pub const fn authenticator(&self) -> Authenticator {
        self.authenticator
    }
}

/// The client, if it is there and not gone (LC-08).
pub(super) fn there(client: Option<Arc<Client>>, now: Timestamp) -> Option<Arc<Client>> {
    client.filter(|client| !client.is_gone(now))
}

/// Whether the client is registered for the grant type (GR-09).
pub(super) fn check_grant_type(client: &Client, asked: GrantType) -> Result<(), TokenRefusal> {
    let registered = client.grant.grant_type();
    if registered == asked { Ok(()) } else { Err(TokenRefusal::WrongGrantType { registered }) }
}

/// Whether the client has a secret: then it proved itself by one, for [`authenticate`] lets it pass by nothing else.
pub(super) fn check_secret(client: &Client) -> Result<(), TokenRefusal> {
    match client.grant.secrets() {
        Some(_) => Ok(()),
        None => Err(TokenRefusal::PublicClient),
    }
}

/// Proves that a request comes from the client.
///
/// An unknown client costs the same comparisons as a wrong secret, and has the same answer outside (CL-11).
///
/// # Errors
///
/// [`AuthenticationFailure`], for the audit trail alone.
pub fn authenticate(
    client: Option<Arc<Client>>,
    presented: Option<&Digest<kind::ClientSecret>>,
    now: Timestamp,
) -> Result<AuthenticatedClient, AuthenticationFailure> {
    let client = there(client, now);
    let secrets = client.as_ref().and_then(|client| client.grant.secrets()).copied();
    let kept = secrets.unwrap_or_default();
    let proven = presented.and_then(|digest| kept.verify(digest, now));
    let ended = presented.and_then(|digest| kept.ended(digest, now));
    let client = client.ok_or(AuthenticationFailure::UnknownClient)?;
    let authenticator = match (secrets, presented, proven) {
        (Some(_), Some(_), Some(secret)) => Authenticator::Secret(secret),
        (Some(_), Some(_), None) => {
            return Err(match ended {
                Some(ended) => AuthenticationFailure::EndedSecret { ended },
                None => AuthenticationFailure::WrongSecret,
            });
        }
        (Some(_), None, _) => return Err(AuthenticationFailure::NoSecret),
        (None, Some(_), _) => return Err(AuthenticationFailure::SecretOfPublicClient),
        (None, None, _) => Authenticator::Nothing,
    };
    Ok(AuthenticatedClient { client, authenticator })
}
