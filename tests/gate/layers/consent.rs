//! The user's word on the client, which a login stands on.

use std::sync::Arc;

use grantor::access::Refusal;
use grantor::model::Agreement;
use grantor::model::UserConsent;

use crate::world::*;

/// The user's word on the client, as the store gives it, beside a login that began in the second epoch of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ConsentStanding {
    Absent,
    OfAnotherOrganization,
    OfAnotherClient,
    OfAnotherUser,
    /// The user agreed, in the epoch of the login.
    Agreed,
    /// The user was not asked, in the epoch of the login.
    NotAsked,
    /// What was issued in the user's name was ended; what the user agreed to stays.
    Ended,
    Withdrawn,
    /// Of an earlier epoch than the login, which no store that keeps its contract gives.
    Earlier,
}

impl ConsentStanding {
    pub const ALL: [Self; 9] = [
        Self::Absent,
        Self::OfAnotherOrganization,
        Self::OfAnotherClient,
        Self::OfAnotherUser,
        Self::Agreed,
        Self::NotAsked,
        Self::Ended,
        Self::Withdrawn,
        Self::Earlier,
    ];
    pub const USUAL: [Self; 4] = [Self::Absent, Self::OfAnotherOrganization, Self::Agreed, Self::Withdrawn];

    pub fn record(self) -> Option<Arc<UserConsent>> {
        let (shown, scopes) = (scopes("alpha beta"), scopes("alpha beta"));
        let agreement =
            Agreement { authorization: CURRENT, shown, scopes, at: at(-900), client_epoch: EPOCH };
        let agreed = consent().agreeing(agreement.clone());
        Some(Arc::new(match self {
            Self::Absent => return None,
            Self::OfAnotherOrganization => UserConsent { organization: ABROAD, ..agreed },
            Self::OfAnotherClient => UserConsent { client: OTHER_CLIENT, ..agreed },
            Self::OfAnotherUser => UserConsent { user: OTHER_USER, ..agreed },
            Self::Agreed => agreed,
            Self::NotAsked => consent(),
            Self::Ended => agreed.in_next_epoch(),
            Self::Withdrawn => agreed.withdrawn(),
            Self::Earlier => UserConsent::none(HOME, CLIENT, USER).agreeing(agreement),
        }))
    }

    /// The reasons against a login that is to go on. The gate asks for the epoch, and for no agreement: whether
    /// a user is asked is decided before a login begins.
    pub fn refusals(self) -> Vec<Refusal> {
        match self {
            // OR-01: another organization's, client's or user's word is none.
            Self::Absent | Self::OfAnotherOrganization | Self::OfAnotherClient | Self::OfAnotherUser => {
                vec![Refusal::ConsentUnknown]
            }
            // TK-10: the logins from before; a login of an epoch that the user has not come to is none.
            Self::Ended | Self::Withdrawn | Self::Earlier => vec![Refusal::UserEndedTokens],
            Self::Agreed | Self::NotAsked => vec![],
        }
    }
}
