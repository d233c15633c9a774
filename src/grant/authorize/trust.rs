//! Whom a browser may be sent back to (GR-11): a client that is there, and a redirect URI of its own.

use std::sync::Arc;

use super::NotTrusted;
use crate::grant::authenticate::there;
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
    let client = there(client, now).ok_or(NotTrusted::UnknownClient)?;
    check_in_use(&client)?;
    let redirect = redirect_of(&client, redirect_uri)?;
    Ok(TrustedRequest { client, redirect })
}

/// Whether users are sent to the client at all.
pub(super) fn check_in_use(client: &Client) -> Result<(), NotTrusted> {
    match client.lifecycle {
        Lifecycle::Active => Ok(()),
        Lifecycle::Inactive(deletion) => Err(NotTrusted::ClientInactive { removal: deletion.removal }),
        Lifecycle::Disabled { since, .. } => Err(NotTrusted::ClientDisabled { since }),
    }
}

/// Where the answer goes: to the page that is named, or to the only one (RFC 6749 §3.1.2.3).
pub(super) fn redirect_of(client: &Client, redirect_uri: Option<&str>) -> Result<CodeRedirect, NotTrusted> {
    let registered = client.grant.redirect_uris().ok_or(NotTrusted::NoRedirectUri)?;
    Ok(match redirect_uri {
        Some(named) => CodeRedirect::Named(registered.matching(named).ok_or(NotTrusted::RedirectUriUnknown)?),
        None => match (registered.len(), registered.iter().next()) {
            (1, Some(only)) => CodeRedirect::Only(only.clone()),
            (_, Some(_) | None) => return Err(NotTrusted::RedirectUriMissing),
        },
    })
}
