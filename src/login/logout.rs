//! Logging out by an identity provider (SA-17).

use std::sync::Arc;

use super::LoginRefusal;
use super::StoredProvider;
use crate::change::Changes;
use crate::change::Done;
use crate::change::Versioned;
use crate::model::RequestPurpose;
use crate::model::RequestState;
use crate::model::SamlRequest;
use crate::saml::logout::VerifiedLogoutResponse;
use crate::value::Timestamp;

/// A request to log out that awaits its answer from this identity provider.
///
/// # Errors
///
/// [`LoginRefusal`]: a request that is not known, is no request to log out, was answered, or is too old.
pub fn awaited(
    request: Option<Versioned<Arc<SamlRequest>>>,
    provider: &StoredProvider,
    now: Timestamp,
) -> Result<Versioned<Arc<SamlRequest>>, LoginRefusal> {
    let is_of = |request: &SamlRequest| {
        (request.organization, request.provider) == (provider.record.organization, provider.record.id)
            && matches!(request.purpose, RequestPurpose::Logout)
    };
    let request = request.filter(|stored| is_of(&stored.record)).ok_or(LoginRefusal::RequestUnknown)?;
    if let RequestState::Answered { at } = request.record.state {
        return Err(LoginRefusal::RequestAnswered { at });
    }
    if request.record.expires <= now {
        return Err(LoginRefusal::RequestExpired { expired: request.record.expires });
    }
    Ok(request)
}

/// The request is answered, and will not be again.
pub fn answered(
    _proof: &VerifiedLogoutResponse,
    request: &Versioned<Arc<SamlRequest>>,
    now: Timestamp,
) -> Done<()> {
    let changes = Changes::new().update(request.version, request.record.answered(now));
    Done { value: (), changes, told: Vec::new() }
}
