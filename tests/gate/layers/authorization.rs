//! The organization's word on the client.

use std::sync::Arc;

use grantor::access::Refusal;
use grantor::model::Audience;
use grantor::model::Authorization;
use grantor::model::Granted;
use grantor::value::AuthorizationId;
use grantor::value::Epoch;

use super::ClientState;
use super::Kind;
use super::Verb;
use crate::world::*;

/// The organization's word on the client, as the store gives it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AuthorizationState {
    Absent,
    OfAnotherOrganization,
    OfAnotherClient,
    Pending,
    Scopes,
    Roles,
    ScopesForAudience,
    RolesForAudience,
    /// A built-in client, approved by default, whose tokens were ended.
    BuiltInEnded,
    Revoked,
    /// A built-in client, revoked where it was approved by default.
    RevokedBuiltIn,
}

/// The authorization under which a token was issued, or a family began, and in which epoch of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Under {
    Current,
    /// The current one, before all tokens of the application were ended.
    Earlier,
    /// The current one, in an epoch that it has not come to.
    Later,
    /// One that was replaced, in an epoch of its own.
    Former,
    /// That of a built-in client which is approved by default: in the first epoch while there is no record.
    BuiltIn,
    /// The same after all tokens of the application were ended.
    BuiltInLater,
}

impl Under {
    pub const ALL: [Self; 6] =
        [Self::Current, Self::Earlier, Self::Later, Self::Former, Self::BuiltIn, Self::BuiltInLater];

    pub fn id(self) -> AuthorizationId {
        match self {
            Self::Current | Self::Earlier | Self::Later => CURRENT,
            Self::Former => FORMER,
            Self::BuiltIn | Self::BuiltInLater => AuthorizationId::BUILT_IN,
        }
    }

    pub fn epoch(self) -> Epoch {
        match self {
            Self::Earlier | Self::Former | Self::BuiltIn => Epoch::FIRST,
            Self::Current | Self::BuiltInLater => EPOCH,
            Self::Later => EPOCH.next(),
        }
    }

    /// Why what was issued under this is dead now. What has no current authorization is dead for that.
    pub fn ended(self, current: Option<Self>) -> Option<Refusal> {
        let current = current?;
        if self == current {
            None
        } else if self.is_of_one_with(current) {
            // TK-10: all tokens of the application were ended.
            Some(Refusal::AuthorizationEndedTokens)
        } else {
            // AA-09: nothing issued under another authorization works, in whichever epoch of it.
            Some(Refusal::Superseded)
        }
    }

    /// Whether both are of one authorization, in whichever epochs.
    pub fn is_of_one_with(self, current: Self) -> bool {
        match current {
            Self::Current | Self::Earlier | Self::Later => {
                matches!(self, Self::Current | Self::Earlier | Self::Later)
            }
            Self::BuiltIn | Self::BuiltInLater => matches!(self, Self::BuiltIn | Self::BuiltInLater),
            Self::Former => false,
        }
    }
}

impl AuthorizationState {
    pub const ALL: [Self; 11] = [
        Self::Absent,
        Self::OfAnotherOrganization,
        Self::OfAnotherClient,
        Self::Pending,
        Self::Scopes,
        Self::Roles,
        Self::ScopesForAudience,
        Self::RolesForAudience,
        Self::BuiltInEnded,
        Self::Revoked,
        Self::RevokedBuiltIn,
    ];

    pub fn record(self) -> Option<Arc<Authorization>> {
        let by = revocation().by;
        let granted = Granted::Scopes(scopes("alpha beta"));
        let audience = Audience::of_roles([ROLE, THIRD_ROLE]);
        let of = |organization, client, granted, audience| {
            in_epoch(Authorization::approved(organization, client, CURRENT, approval(granted, audience)))
        };
        let everyone = Audience::everyone();
        Some(Arc::new(match self {
            Self::Absent => return None,
            Self::OfAnotherOrganization => of(ABROAD, CLIENT, granted, everyone),
            Self::OfAnotherClient => of(HOME, OTHER_CLIENT, granted, everyone),
            Self::Pending => Authorization::request(HOME, CLIENT, CURRENT, scopes("alpha"), by, at(-60)),
            Self::Scopes => of(HOME, CLIENT, granted, everyone),
            Self::Roles => of(HOME, CLIENT, Granted::Roles, everyone),
            Self::ScopesForAudience => of(HOME, CLIENT, granted, audience),
            Self::RolesForAudience => of(HOME, CLIENT, Granted::Roles, audience),
            Self::BuiltInEnded => {
                let approval = approval(granted, everyone);
                in_epoch(Authorization::approved(HOME, CLIENT, AuthorizationId::BUILT_IN, approval))
            }
            Self::Revoked => of(HOME, CLIENT, granted, everyone).revoke(by, revocation().at).unwrap(),
            Self::RevokedBuiltIn => Authorization::revoked_built_in(HOME, CLIENT, by, revocation().at),
        }))
    }

    /// Under which authorization anything may be issued now: the record's, or that of a built-in client.
    pub fn current(self, client: ClientState) -> Option<Under> {
        match self {
            Self::Absent => client.is_built_in().then_some(Under::BuiltIn),
            // A wrong record is never taken for consent, not even by default.
            Self::OfAnotherOrganization | Self::OfAnotherClient => None,
            Self::BuiltInEnded => Some(Under::BuiltInLater),
            Self::RevokedBuiltIn => Some(Under::BuiltIn),
            Self::Pending
            | Self::Scopes
            | Self::Roles
            | Self::ScopesForAudience
            | Self::RolesForAudience
            | Self::Revoked => Some(Under::Current),
        }
    }

    pub fn refusals(self, client: ClientState, under: Under, verb: Verb) -> Vec<Refusal> {
        // OR-01, AA-01, AA-13: no word of this organization on this client, and it is not built in.
        let Some(current) = self.current(client) else { return vec![Refusal::NotAuthorized] };
        let acts_for_itself = client.kind() == Some(Kind::ClientCredentials);
        let mut reasons = vec![];
        match self {
            // AA-13: approved by default.
            Self::Absent => {}
            Self::OfAnotherOrganization | Self::OfAnotherClient => reasons.push(Refusal::NotAuthorized),
            // AA-02.
            Self::Pending => reasons.push(Refusal::Pending { since: at(-60) }),
            // AA-06: roles for client credentials, scopes for every other grant.
            Self::Scopes | Self::ScopesForAudience | Self::BuiltInEnded if acts_for_itself => {
                reasons.push(Refusal::ApprovedOtherwise);
            }
            Self::Roles | Self::RolesForAudience if !acts_for_itself => {
                reasons.push(Refusal::ApprovedOtherwise);
            }
            Self::Scopes
            | Self::ScopesForAudience
            | Self::BuiltInEnded
            | Self::Roles
            | Self::RolesForAudience => {}
            // AA-08, AA-13.
            Self::Revoked | Self::RevokedBuiltIn => reasons.push(Refusal::Revoked(revocation())),
        }
        // AA-09, TK-10.
        if verb == Verb::Use {
            reasons.extend(under.ended(Some(current)));
        }
        reasons
    }

    pub fn is_limited(self) -> bool {
        matches!(self, Self::ScopesForAudience | Self::RolesForAudience)
    }
}
