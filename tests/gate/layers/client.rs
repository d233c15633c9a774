//! The client: of which grant, whose, where in its life, in which epoch.

use std::sync::Arc;

use grantor::access::Refusal;
use grantor::model::Client;
use grantor::model::Division;
use grantor::model::Lifecycle;
use grantor::model::Owner;
use grantor::model::RoleGrant;
use grantor::model::RoleGrants;
use grantor::value::Epoch;

use super::Age;
use super::Verb;
use crate::world::*;

/// The client, as the store gives it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ClientState {
    Absent,
    Another,
    There(Kind, Of, Life, Age),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    ClientCredentials,
    PublicCode,
    ConfidentialCode,
    Saml2Bearer,
    Implicit,
}

/// Whose the client is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Of {
    Home,
    Abroad,
    BuiltIn,
}

/// Where the client is in its life; an instant of removal as an offset from now.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Life {
    Active,
    Inactive(i64),
    Disabled(Option<i64>),
}

/// Since when a disabled client is disabled.
pub const DISABLED_SINCE: i64 = -77;

impl ClientState {
    /// Whether it is in another epoch than what was issued: that is ended.
    pub fn is_in_another_epoch(self) -> bool {
        matches!(self, Self::There(.., Age::Later | Age::Earlier))
    }

    pub fn all() -> Vec<Self> {
        let lives = [
            Life::Active,
            Life::Inactive(1),
            Life::Inactive(0),
            Life::Inactive(-1),
            Life::Disabled(None),
            Life::Disabled(Some(1)),
            Life::Disabled(Some(0)),
            Life::Disabled(Some(-1)),
        ];
        Self::with(&lives, &Age::ALL)
    }

    /// Every kind of every owner in these states and epochs.
    pub fn with(lives: &[Life], ages: &[Age]) -> Vec<Self> {
        let kinds = [
            Kind::ClientCredentials,
            Kind::PublicCode,
            Kind::ConfidentialCode,
            Kind::Saml2Bearer,
            Kind::Implicit,
        ];
        let mut all = vec![Self::Absent, Self::Another];
        for kind in kinds {
            for of in [Of::Home, Of::Abroad, Of::BuiltIn] {
                // CL-13: a built-in client acts for users; another one cannot be built.
                if (kind, of) != (Kind::ClientCredentials, Of::BuiltIn) {
                    let in_ages = |&life| ages.iter().map(move |&age| Self::There(kind, of, life, age));
                    all.extend(lives.iter().flat_map(in_ages));
                }
            }
        }
        all
    }

    /// The ends of the implicit grant to judge it by: for every other grant an end that has come.
    pub fn sunsets(self) -> Vec<i64> {
        match self {
            Self::There(Kind::Implicit, ..) => vec![1, 0, -1],
            Self::Absent | Self::Another | Self::There(..) => vec![0],
        }
    }

    pub fn record(self) -> Option<Arc<Client>> {
        let (id, kind, of, life, age) = match self {
            Self::Absent => return None,
            Self::Another => (OTHER_CLIENT, Kind::PublicCode, Of::Home, Life::Active, Age::Equal),
            Self::There(kind, of, life, age) => (CLIENT, kind, of, life, age),
        };
        let scopes = scopes("alpha beta");
        let grant = match kind {
            Kind::ClientCredentials => client_credentials(role_in_all_divisions()),
            Kind::PublicCode => public_code(scopes),
            Kind::ConfidentialCode => confidential_code(scopes),
            Kind::Saml2Bearer => saml2_bearer(scopes),
            Kind::Implicit => implicit(scopes),
        };
        let owner = match of {
            Of::Home => Owner::Organization(HOME),
            Of::Abroad => Owner::Organization(ABROAD),
            Of::BuiltIn => Owner::BuiltIn { needed_by_administrators: true },
        };
        let lifecycle = match life {
            Life::Active => Lifecycle::Active,
            Life::Inactive(removal) => Lifecycle::Inactive(deletion(removal)),
            Life::Disabled(removal) => {
                Lifecycle::Disabled { since: at(DISABLED_SINCE), deletion: removal.map(deletion) }
            }
        };
        let mut fields = client_fields(id, owner, grant, lifecycle);
        fields.epoch = match age {
            Age::Earlier => Epoch::FIRST,
            Age::Equal => EPOCH,
            Age::Later => EPOCH.next(),
        };
        Some(Arc::new(Client::new(fields).unwrap()))
    }

    pub fn refusals(self, for_user: bool, use_ends: i64, verb: Verb) -> Vec<Refusal> {
        let Self::There(kind, of, life, age) = self else { return vec![Refusal::ClientGone] };
        let mut reasons = vec![];
        match life {
            // LC-08: from the instant of removal on it is gone, and every read says so, disabled or not.
            Life::Inactive(removal) | Life::Disabled(Some(removal)) if removal <= 0 => {
                return vec![Refusal::ClientGone];
            }
            // LC-05.
            Life::Inactive(removal) => reasons.push(Refusal::ClientInactive { removal: at(removal) }),
            // LC-09.
            Life::Disabled(_) => reasons.push(Refusal::ClientDisabled { since: at(DISABLED_SINCE) }),
            Life::Active => {}
        }
        // GR-05: from the instant on.
        if kind == Kind::Implicit && use_ends <= 0 {
            reasons.push(Refusal::ImplicitEnded { ended: at(use_ends) });
        }
        // GR-01: client credentials have no user, and every other grant has one.
        if for_user == (kind == Kind::ClientCredentials) {
            reasons.push(Refusal::WrongGrantType);
        }
        // OR-01: a client that acts by its own roles has them in the organization that owns it, and in no
        // other.
        if kind == Kind::ClientCredentials && of == Of::Abroad {
            reasons.push(Refusal::WrongGrantType);
        }
        // LC-07, LC-09: what was issued before stays dead.
        if age != Age::Equal && verb == Verb::Use {
            reasons.push(Refusal::ClientEndedTokens);
        }
        reasons
    }

    pub fn kind(self) -> Option<Kind> {
        match self {
            Self::There(kind, ..) => Some(kind),
            Self::Absent | Self::Another => None,
        }
    }

    pub fn is_built_in(self) -> bool {
        matches!(self, Self::There(_, Of::BuiltIn, ..))
    }
}

/// The roles of every client of the client credentials grant here.
pub fn role_in_all_divisions() -> RoleGrants {
    grants(&[RoleGrant { role: ROLE, division: Division::All }])
}
