//! Making the record of a token, the same for every grant type (TK-01 to TK-05).

use zeroize::Zeroizing;

use super::AuthenticatedClient;
use super::Authenticator;
use crate::access::ApprovedAuthorization;
use crate::change::Changes;
use crate::change::Versioned;
use crate::model::AccessToken;
use crate::model::FamilyState;
use crate::model::Holder;
use crate::model::SecretUse;
use crate::model::TokenFamily;
use crate::model::UserConsent;
use crate::value::Digest;
use crate::value::FamilyId;
use crate::value::Plain;
use crate::value::Salt;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::UserId;
use crate::value::kind;

/// A token that was drawn at random and has no record yet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FreshToken {
    /// The digest that its record will be kept under.
    pub digest: Digest<kind::AccessToken>,
}

/// What was drawn at random for a refresh token, should one be issued. Its memory is wiped.
pub struct FreshRefresh {
    /// The secret of the token.
    pub secret: Zeroizing<[u8; 32]>,
    /// What its successor is made of instead, where a lost answer may be asked for again.
    pub salt: Salt,
}

/// What is issued: the record of the access token, and the refresh token itself, where there is one.
#[derive(Debug)]
#[must_use]
pub struct IssuedTokens {
    /// The record of the access token.
    pub access: AccessToken,
    /// The refresh token.
    pub refresh: Option<Plain<kind::RefreshToken>>,
}

/// A token that was issued (RFC 6749 §5.1).
#[derive(Debug)]
#[must_use = "the token is handed out here, and nowhere else"]
pub struct Issued {
    /// The token itself.
    pub token: Plain<kind::AccessToken>,
    /// How long it lives, in seconds.
    pub expires_in: u32,
    /// The token that renews it, where the grant gives one (GR-08).
    pub refresh_token: Option<Plain<kind::RefreshToken>>,
    /// Its scopes; none for client credentials.
    pub scopes: Scopes,
}

impl Issued {
    /// The token that was drawn, as its record says.
    pub(crate) fn of(token: Plain<kind::AccessToken>, issued: IssuedTokens) -> Self {
        let record = issued.access;
        Self {
            token,
            expires_in: Self::lifetime(&record),
            refresh_token: issued.refresh,
            scopes: record.scopes,
        }
    }

    /// How long a token lives from its issuing on, in seconds.
    pub(crate) fn lifetime(record: &AccessToken) -> u32 {
        u32::try_from(record.expires.seconds_since(record.issued)).unwrap_or(0)
    }
}

/// The record of a token for the holder, under an authorization that the gate admitted. It ends with the login
/// at the latest, where it is of one.
pub(super) fn access_token(
    admitted: &ApprovedAuthorization<'_>,
    fresh: FreshToken,
    (holder, scopes): (Holder, Scopes),
    login_ends: Option<Timestamp>,
    now: Timestamp,
) -> AccessToken {
    let (organization, client) = (admitted.organization(), admitted.client());
    let expires = now.plus(lifetime(admitted));
    AccessToken {
        digest: fresh.digest,
        organization: organization.id(),
        client: client.id,
        authorization: admitted.authorization(),
        holder,
        scopes,
        issued: now,
        expires: login_ends.map_or(expires, |ends| ends.min(expires)),
        last_used: now,
        client_epoch: client.epoch,
        organization_epoch: organization.epoch(),
        authorization_epoch: admitted.authorization_epoch(),
    }
}

/// The family of a login that begins, and lasts from the one instant to the other, with these scopes.
pub(super) fn login(
    admitted: &ApprovedAuthorization<'_>,
    (id, user): (FamilyId, UserId),
    scopes: Scopes,
    consent: &UserConsent,
    (began, expires): (Timestamp, Timestamp),
) -> TokenFamily {
    let (organization, client) = (admitted.organization(), admitted.client());
    TokenFamily {
        id,
        organization: organization.id(),
        client: client.id,
        authorization: admitted.authorization(),
        user,
        began,
        expires,
        state: FamilyState::Live,
        client_epoch: client.epoch,
        organization_epoch: organization.epoch(),
        authorization_epoch: admitted.authorization_epoch(),
        consent_epoch: consent.epoch,
        scopes,
        refresh: None,
    }
}

/// How long a token of the client lives in the organization, in seconds. TK-03: the smallest bound wins.
pub(super) fn lifetime(admitted: &ApprovedAuthorization<'_>) -> u32 {
    let own = admitted.client().lifetime;
    admitted.organization().policy().maximum_lifetime.map_or(own, |most| own.min(most)).seconds()
}

/// And the record that the secret was used, which the client authenticated with: to the minute (CL-10).
pub(crate) fn record_use(
    changes: Changes,
    proof: &AuthenticatedClient,
    used: Option<Versioned<SecretUse>>,
    now: Timestamp,
) -> Changes {
    let Authenticator::Secret(secret) = proof.authenticator() else {
        return changes;
    };
    let now_used = proof.client().secret_use(secret, now);
    match used {
        None => changes.insert(now_used),
        Some(used) if used.record.is_stale(now) => changes.update(used.version, now_used),
        Some(_) => changes,
    }
}
