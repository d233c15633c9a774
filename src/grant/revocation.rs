//! Revoking a token by its client (TK-10, RFC 7009).

use std::sync::Arc;

use super::AuthenticatedClient;
use super::AuthenticationFailure;
use super::issue;
use crate::audit::Actor;
use crate::change::Changes;
use crate::change::Done;
use crate::change::Key;
use crate::change::Reason;
use crate::change::Versioned;
use crate::grant::TokenRefusal;
use crate::model::AccessToken;
use crate::model::FamilyState;
use crate::model::SecretUse;
use crate::model::TokenFamily;
use crate::value::Timestamp;

/// A token that is to be revoked, as it was found.
#[derive(Clone, Debug)]
pub enum Target {
    /// An access token; none where there is none.
    Access(Option<Versioned<AccessToken>>),
    /// The family that a refresh token names; none where there is none.
    Refresh(Option<Versioned<Arc<TokenFamily>>>),
    /// It is no token that was issued here.
    Nothing,
}

/// Why nothing was revoked. All but the first are answered like a success (RFC 7009 §2.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RevocationRefusal {
    /// The request was not taken as its client's.
    #[error(transparent)]
    NotAuthenticated(AuthenticationFailure),
    /// There is no such token: it was revoked before, or never was.
    #[error("the token is not known")]
    UnknownToken,
    /// The token was issued to another client. It stays as it is.
    #[error("the token was issued to another client")]
    TokenOfAnotherClient,
}

/// Revokes a token of the client: an access token alone, or with a refresh token its login, and all that descends
/// from it. It may be asked again (RFC 7009 §2.1). `secret_use` is the recorded use of the secret that the client
/// authenticated with, if there is one (CL-10).
///
/// # Errors
///
/// [`RevocationRefusal`] for a token that is unknown or another client's.
pub fn revoke(
    proof: &AuthenticatedClient,
    target: &Target,
    secret_use: Option<Versioned<SecretUse>>,
    now: Timestamp,
) -> Result<Done<()>, RevocationRefusal> {
    let client = proof.client().id;
    let changes = match target {
        Target::Nothing | Target::Access(None) | Target::Refresh(None) => {
            return Err(RevocationRefusal::UnknownToken);
        }
        Target::Access(Some(token)) if token.record.client == client => {
            Changes::new().delete(token.version, Key::AccessToken(token.record.digest))
        }
        Target::Refresh(Some(family)) if family.record.client == client => {
            // A family without a refresh token is named by none that was issued.
            if family.record.refresh.is_none() {
                return Err(RevocationRefusal::UnknownToken);
            }
            end_login(proof, family, now)
        }
        Target::Access(Some(_)) | Target::Refresh(Some(_)) => {
            return Err(RevocationRefusal::TokenOfAnotherClient);
        }
    };
    let changes = issue::record_use(changes, proof, secret_use, now);
    Ok(Done { value: (), changes, told: Vec::new() })
}

/// The end of a login with all that descends from it, unless it was ended before.
pub(super) fn end_login(
    proof: &AuthenticatedClient,
    family: &Versioned<Arc<TokenFamily>>,
    now: Timestamp,
) -> Changes {
    match family.record.state {
        FamilyState::Live => {
            let ended = family.record.revoked(Actor::Client(proof.client().id), now);
            Changes::new().update(family.version, ended)
        }
        FamilyState::Revoked(_) => Changes::new(),
    }
}

impl Reason for RevocationRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAuthenticated(failure) => TokenRefusal::NotAuthenticated(*failure).code(),
            Self::UnknownToken => "token.unknown",
            Self::TokenOfAnotherClient => "token.other.client",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NotAuthenticated(failure) => TokenRefusal::NotAuthenticated(*failure).remedy(),
            Self::UnknownToken => "nothing needs to be done: the token does not work".into(),
            Self::TokenOfAnotherClient => "revoke the token with the client that it was issued to".into(),
        }
    }
}
