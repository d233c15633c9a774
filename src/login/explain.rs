//! Why a login by an identity provider passes, or does not, with every reason (GV-05).

use std::sync::Arc;

use super::LoginRefusal;
use super::provider::check_certificates;
use super::provider::check_enabled;
use super::provider::check_metadata;
use super::provider::check_signing;
use super::provider::own;
use crate::access::Explanation;
use crate::access::Judged;
use crate::access::Layer;
use crate::access::Verdict;
use crate::access::assertion::user_with;
use crate::model::IdentityProvider;
use crate::model::Organization;
use crate::model::User;
use crate::value::EmailAddress;
use crate::value::IdentityProviderId;
use crate::value::Timestamp;

/// A login that is asked about, and what was found for it.
#[derive(Clone, Copy, Debug)]
pub struct LoginAsked<'a> {
    /// Whose user.
    pub organization: &'a Organization,
    /// By which identity provider.
    pub id: IdentityProviderId,
    /// The identity provider, if there is one.
    pub provider: Option<&'a IdentityProvider>,
    /// What it would say who logs in.
    pub email: &'a EmailAddress,
    /// The users of the organization with that email address, as a list gave them.
    pub users: &'a [Arc<User>],
    /// Whether the host has a key that requests are signed by.
    pub signs: bool,
}

/// Why a login that is begun here passes, or does not: [`begin`](super::begin) and [`finish`](super::finish) with all their
/// reasons.
///
/// Its first refusal is their answer, as far as it does not hang on what the identity provider sends: that it answers, with an
/// assertion that holds, of this organization's user with this email address, is taken for granted.
pub fn explain(asked: &LoginAsked<'_>, now: Timestamp) -> Explanation<LoginRefusal> {
    let found = own(asked.provider, (asked.organization.id(), asked.id));
    let of_provider = |check: &dyn Fn(&IdentityProvider) -> Result<(), LoginRefusal>| match &found {
        Ok(provider) => Verdict::of(check(provider)),
        Err(_) => Verdict::RestsOn(Layer::Provider),
    };
    let in_use = found.clone().and_then(check_enabled);
    let identity = user_with(asked.email, asked.organization, asked.users).map_err(LoginRefusal::Assertion);
    let layers = vec![
        Judged::new(Layer::Provider, Verdict::of(in_use)),
        Judged::new(Layer::Metadata, of_provider(&|provider| check_metadata(provider, now))),
        Judged::new(Layer::Certificate, of_provider(&|provider| check_certificates(provider, now))),
        Judged::new(Layer::SigningKey, of_provider(&|provider| check_signing(provider, asked.signs))),
        Judged::new(Layer::Identity, Verdict::of(identity)),
    ];
    Explanation { at: now, layers }
}
