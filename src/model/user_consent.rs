//! One user's word on one client (AA-15), and what ends the user's logins with it (TK-10).

use serde::Deserialize;
use serde::Serialize;

use crate::audit::Fields;
use crate::value::AuthorizationId;
use crate::value::ClientId;
use crate::value::Epoch;
use crate::value::OrganizationId;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::UserId;

/// One user's word on one client, beside the organization's: what the user agreed to, and the epoch that ends
/// what was issued in the user's name.
///
/// It is there from the user's first login with the client on. Every family names its epoch; without the
/// record none of them is live, so that to lose it is to end them, and not to revive them.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct UserConsent {
    /// The user's organization.
    pub organization: OrganizationId,
    /// The client.
    pub client: ClientId,
    /// The user.
    pub user: UserId,
    /// What the user agreed to last; none where nobody asked, or where it was withdrawn.
    pub agreed: Option<Agreement>,
    /// Logins of an earlier epoch are dead.
    #[serde(default)]
    pub epoch: Epoch,
}

/// What a user agreed to, on a page that showed it (AA-15).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Agreement {
    /// The organization's authorization at that time: under another one the user is asked again.
    pub authorization: AuthorizationId,
    /// The scopes that were shown.
    pub shown: Scopes,
    /// The scopes that the user agreed to.
    pub scopes: Scopes,
    /// When.
    pub at: Timestamp,
    /// The client's epoch at that time: the user is asked again where the client was restored, or became another
    /// kind of client.
    #[serde(default)]
    pub client_epoch: Epoch,
}

impl UserConsent {
    /// The word of a user who has said none yet.
    #[must_use]
    pub const fn none(organization: OrganizationId, client: ClientId, user: UserId) -> Self {
        Self { organization, client, user, agreed: None, epoch: Epoch::FIRST }
    }

    /// The same, with what the user agreed to now.
    #[must_use]
    pub fn agreeing(&self, agreement: Agreement) -> Self {
        Self { agreed: Some(agreement), ..self.clone() }
    }

    /// The same, with all that was issued in the user's name ended. What the user agreed to stays.
    #[must_use]
    pub fn in_next_epoch(&self) -> Self {
        Self { epoch: self.epoch.next(), ..self.clone() }
    }

    /// The word taken back: the user is asked again, and all that was issued in the user's name is ended.
    #[must_use]
    pub fn withdrawn(&self) -> Self {
        Self { agreed: None, ..self.in_next_epoch() }
    }

    /// What the user agreed to under this authorization, with the client as it is.
    #[must_use]
    pub fn agreed_to(&self, authorization: AuthorizationId, client_epoch: Epoch) -> Option<&Scopes> {
        let agreed = self.agreed.as_ref()?;
        let holds = (agreed.authorization, agreed.client_epoch) == (authorization, client_epoch);
        holds.then_some(&agreed.scopes)
    }

    /// The fields as an auditor sees them.
    #[must_use]
    pub fn fields(&self) -> Fields {
        let mut fields = vec![("epoch", self.epoch.count().to_string())];
        if let Some(agreed) = &self.agreed {
            fields.push(("authorization", agreed.authorization.to_string()));
            fields.push(("shown", agreed.shown.to_string()));
            fields.push(("agreed", agreed.scopes.to_string()));
        }
        fields
    }
}
