//! Whom a browser may be sent back to (GR-11): a client that is there, and a redirect URI of its own.

use std::sync::Arc;

use super::NotTrusted;
use crate::model::Client;
use crate::model::CodeRedirect;
use crate::model::Lifecycle;
use crate::value::Timestamp;

/// Proof that a browser may be sent to the redirect URI: it is registered with a client that is active. Only
/// [`trust`] makes it.
///
/// ```compile_fail
/// # use grantor::grant::authorize::TrustedRequest;
/// fn forged(proof: TrustedRequest) -> TrustedRequest {
///     TrustedRequest { ..proof } // its fields are private
/// }
/// ```
#[derive(Clone, Debug)]
pub struct TrustedRequest {
    client: Arc<Client>,
    redirect: CodeRedirect,
}

impl TrustedRequest {
    /// The client.
    #[must_use]
    pub fn client(&self) -> &Arc<Client> {
        &self.client
    }

    /// Where the answer goes.
    #[must_use]
    pub const fn redirect(&self) -> &CodeRedirect {
        &self.redirect
    }
}

/// Whether the browser may be sent to the redirect URI that a request names, or to the only one where it names
/// none (RFC 6749 §3.1.2.3).
///
/// # Errors
///
/// [`NotTrusted`]: then nothing is redirected. A client that is set for deletion or disabled is not trusted
/// either: nobody is sent to it.
pub fn trust(
    client: Option<Arc<Client>>,
    redirect_uri: Option<&str>,
    now: Timestamp,
) -> Result<TrustedRequest, NotTrusted> {
    let client = client.filter(|client| !client.is_gone(now)).ok_or(NotTrusted::UnknownClient)?;
    match client.lifecycle {
        Lifecycle::Active => {}
        Lifecycle::Inactive(deletion) => {
            return Err(NotTrusted::ClientInactive { removal: deletion.removal });
        }
        Lifecycle::Disabled { since, .. } => return Err(NotTrusted::ClientDisabled { since }),
    }
    let registered = client.grant.redirect_uris().ok_or(NotTrusted::NoRedirectUri)?;
    let redirect = match redirect_uri {
        Some(named) => CodeRedirect::Named(registered.matching(named).ok_or(NotTrusted::RedirectUriUnknown)?),
        None => match (registered.len(), registered.iter().next()) {
            (1, Some(only)) => CodeRedirect::Only(only.clone()),
            (_, Some(_) | None) => return Err(NotTrusted::RedirectUriMissing),
        },
    };
    Ok(TrustedRequest { client, redirect })
}
