//! The table: the states of each layer, and which reasons each would give for refusing, by the rules.
//!
//! A state that gives several reasons may report any of them, unless a rule names the one.

mod authorization;
mod client;
mod consent;
mod holder;
mod organization;
mod token;

use std::borrow::Cow;

use grantor::access::Refusal;

pub use self::authorization::AuthorizationState;
pub use self::authorization::Under;
pub use self::client::ClientState;
pub use self::client::Kind;
pub use self::client::Life;
pub use self::client::Of;
pub use self::client::role_in_all_divisions;
pub use self::consent::ConsentStanding;
pub use self::holder::FamilyStanding;
pub use self::holder::Ground;
pub use self::holder::HolderState;
pub use self::holder::UserStanding;
pub use self::organization::Idle;
pub use self::organization::OrganizationState;
pub use self::token::TokenState;

/// Whether something is to be issued, or used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verb {
    Issue,
    Use,
}

/// The epoch of a record, beside the one that the token carries.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Age {
    Equal,
    Later,
    /// Which no store that keeps its contract gives.
    Earlier,
}

impl Age {
    pub const ALL: [Self; 3] = [Self::Equal, Self::Later, Self::Earlier];
    pub const USUAL: [Self; 2] = [Self::Equal, Self::Later];
}

/// The reasons of the first layer that has any.
pub fn first<const N: usize>(layers: [&[Refusal]; N]) -> &[Refusal] {
    layers.into_iter().find(|reasons| !reasons.is_empty()).unwrap_or_default()
}

/// The reasons of the layers before; where there are none, the first that these layers have.
pub fn then<const N: usize>(
    before: &[Refusal],
    layers: impl FnOnce() -> [Vec<Refusal>; N],
) -> Cow<'_, [Refusal]> {
    if !before.is_empty() {
        return Cow::Borrowed(before);
    }
    Cow::Owned(layers().into_iter().find(|reasons| !reasons.is_empty()).unwrap_or_default())
}

/// Every authorization with every identifier that a token or a family may carry.
pub fn all_authorizations() -> Vec<(AuthorizationState, Under)> {
    AuthorizationState::ALL.into_iter().flat_map(|state| Under::ALL.map(|under| (state, under))).collect()
}
