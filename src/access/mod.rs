//! Verbs on tokens: the gate that every grant and every check goes through, the judgement of a call, and the
//! explanation of both.

mod after;
#[cfg(feature = "saml")]
pub mod assertion;
mod call;
mod effect;
mod explain;
mod explanation;
mod gate;
mod introspect;
mod layers;
mod refusal;
mod roles;

pub use call::Allowed;
pub use call::CallRefused;
pub use call::DivisionRequired;
pub use call::HolderRequired;
pub use call::Met;
pub use call::PermissionsRequired;
pub use call::Requirement;
pub use call::ScopeCheck;
pub use call::ScopesRequired;
pub use call::authorize_call;
pub use effect::Effect;
pub use effect::OnApplication;
pub use effect::effect_on_application;
pub use effect::effect_on_login;
pub use effect::effect_on_token;
pub use effect::permits;
pub use explain::explain_admission;
pub use explain::explain_call;
pub use explain::scopes_to_be_had;
pub use explanation::Explanation;
pub use explanation::Judged;
pub use explanation::Layer;
pub use explanation::Verdict;
pub use gate::ApprovedAuthorization;
pub use gate::IssueFor;
pub use gate::LiveToken;
pub use gate::Standing;
pub use gate::admit;
pub use gate::judge;
pub use introspect::Introspection;
pub use introspect::introspect;
pub use introspect::introspect_refresh;
pub use introspect::may_introspect;
pub use refusal::Refusal;
pub use roles::Roles;

use crate::change::Key;
use crate::change::Record;
use crate::change::Versioned;
use crate::model::AccessToken;
use crate::model::RoleGrants;
use crate::model::User;

/// All that bears on one access token, as one read of the store gives it.
///
/// A store that has no better way fills it step by step, in one read transaction:
///
/// ```
/// use grantor::access::Access;
/// use grantor::change::{Key, Record, Versioned};
/// use grantor::model::AccessToken;
///
/// fn gather(token: Versioned<AccessToken>, read: impl Fn(Key) -> Option<Record>) -> Access {
///     let mut access = Access::of(token);
///     for key in access.parents().into_iter().flatten() {
///         access.extend(read(key));
///     }
///     let roles: Vec<Key> = access.role_keys().collect();
///     access.extend(roles.into_iter().filter_map(read));
///     access
/// }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Access {
    /// The token, and its version to record its use.
    pub token: Versioned<AccessToken>,
    /// What it hangs on, as far as it is there.
    pub standing: Standing,
    /// The roles that its user holds, or its client where it acts for none. One that is missing permits nothing.
    pub roles: Roles,
}

impl Access {
    /// The token alone. What is not added is absent, and refused by the gate.
    #[must_use]
    pub fn of(token: Versioned<AccessToken>) -> Self {
        Self { token, standing: Standing::default(), roles: Roles::none() }
    }

    /// The keys of what the token hangs on: organization, client, authorization, and where it acts for a user family,
    /// the user's consent and user.
    #[must_use]
    pub fn parents(&self) -> [Option<Key>; 6] {
        let token = &self.token.record;
        [
            Some(Key::Organization(token.organization)),
            Some(Key::Client(token.client)),
            Some(Key::Authorization(token.organization, token.client)),
            token.family().map(Key::Family),
            token.user().map(|user| Key::UserConsent(token.organization, token.client, user)),
            token.user().map(|user| Key::User(token.organization, user)),
        ]
    }

    /// The keys of the roles that the user holds, or the client where the token acts for none. To be asked once the
    /// parents are added.
    pub fn role_keys(&self) -> impl Iterator<Item = Key> {
        let organization = self.token.record.organization;
        let grants = match self.token.record.user() {
            Some(_) => self.standing.user.as_deref().and_then(User::roles),
            None => self.standing.client.as_deref().and_then(|client| client.grant.roles()),
        };
        grants.into_iter().flat_map(RoleGrants::roles).map(move |role| Key::Role(organization, role))
    }

    /// And this record. One of a kind that bears on no token is left out.
    pub fn add(&mut self, record: Record) {
        match record {
            Record::Organization(organization) => self.standing.organization = Some(organization),
            Record::Client(client) => self.standing.client = Some(client),
            Record::Authorization(authorization) => self.standing.authorization = Some(authorization),
            Record::Family(family) => self.standing.family = Some(family),
            Record::UserConsent(consent) => self.standing.consent = Some(consent),
            Record::User(user) => self.standing.user = Some(user),
            Record::Role(role) => self.roles.push(role),
            Record::Tombstone(_)
            | Record::AccessToken(_)
            | Record::AuthorizationCode(_)
            | Record::ConsentPrompt(_)
            | Record::IdentityProvider(_)
            | Record::SamlRequest(_)
            | Record::UsedAssertion(_)
            | Record::UsageDay(_)
            | Record::UsageSource(_)
            | Record::UsageSummary(_)
            | Record::ClientTally(_)
            | Record::SecretUse(_)
            | Record::Event(_)
            | Record::TrailSeal(_)
            | Record::TrailHead(_) => {}
        }
    }
}

impl Extend<Record> for Access {
    fn extend<I: IntoIterator<Item = Record>>(&mut self, records: I) {
        for record in records {
            self.add(record);
        }
    }
}
