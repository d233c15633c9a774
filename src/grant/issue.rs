//! Making the record of a token, the same for every grant type (TK-01 to TK-05).

use crate::access::ApprovedAuthorization;
use crate::model::AccessToken;
use crate::model::Holder;
use crate::value::Digest;
use crate::value::Plain;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::kind;

/// A token that was drawn at random and has no record yet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FreshToken {
    /// The digest that its record will be kept under.
    pub digest: Digest<kind::AccessToken>,
}

/// A token that was issued (RFC 6749 §5.1).
#[derive(Debug)]
#[must_use = "the token is handed out here, and nowhere else"]
pub struct Issued {
    /// The token itself.
    pub token: Plain<kind::AccessToken>,
    /// How long it lives, in seconds.
    pub expires_in: u32,
    /// Its scopes; none for client credentials.
    pub scopes: Scopes,
}

/// The record of a token for the holder, under an authorization that the gate admitted.
pub(super) fn access_token(
    admitted: &ApprovedAuthorization<'_>,
    fresh: FreshToken,
    (holder, scopes): (Holder, Scopes),
    now: Timestamp,
) -> AccessToken {
    let (organization, client) = (admitted.organization(), admitted.client());
    // TK-03: the smallest bound wins.
    let most = organization.policy().maximum_lifetime.unwrap_or(client.lifetime);
    let lifetime = client.lifetime.min(most);
    AccessToken {
        digest: fresh.digest,
        organization: organization.id(),
        client: client.id,
        authorization: admitted.authorization(),
        holder,
        scopes,
        issued: now,
        expires: now.plus(lifetime.seconds()),
        last_used: now,
        client_epoch: client.epoch,
        organization_epoch: organization.epoch(),
    }
}
