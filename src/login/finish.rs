//! What the answer of an identity provider is worth (SA-06, SA-11, SA-12).

use std::sync::Arc;

use super::LoginRefusal;
use super::StoredProvider;
use super::provider::check_enabled;
use super::provider::check_metadata;
use crate::access::assertion::accept;
use crate::access::assertion::user_of;
use crate::audit::FieldChange;
use crate::change::Changes;
use crate::change::Done;
use crate::change::Versioned;
use crate::model::Organization;
use crate::model::RequestPurpose;
use crate::model::RequestState;
use crate::model::SamlRequest;
use crate::model::UsedAssertion;
use crate::model::User;
use crate::saml::excerpt;
use crate::saml::response::VerifiedAssertion;
use crate::value::Deviation;
use crate::value::Digest;
use crate::value::Timestamp;
use crate::value::UserId;
use crate::value::kind;

/// What an answer is expected to be: to this request, or to none.
#[derive(Clone, Debug)]
pub enum Expectation {
    /// The answer to a request that waits for it, in the browser it was sent through.
    Answer(Versioned<Arc<SamlRequest>>),
    /// A login that the identity provider begins, as its policy lets it.
    Unasked,
}

/// What was found in the store for an assertion.
#[derive(Clone, Debug)]
pub struct Found {
    /// The organization.
    pub organization: Arc<Organization>,
    /// Its identity provider.
    pub provider: StoredProvider,
    /// Whether the assertion was accepted before.
    pub used: Option<UsedAssertion>,
    /// The users of the organization with the email address.
    pub users: Vec<Arc<User>>,
}

/// What has passed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Passed {
    /// A login of this user.
    Login(UserId),
    /// A test login, by which this user would have been logged in.
    Test(UserId),
}

/// Whether an answer may be looked at: it answers a request that waits, in the browser that it was sent through; or
/// none, where the policy lets the identity provider begin.
///
/// `named` is the request that the answer names, `ticketed` the one whose ticket the browser has.
///
/// # Errors
///
/// [`LoginRefusal`]: a provider that is not in use, a request that is not known, was answered, or is too old, another
/// browser, an answer to no request.
pub fn expect(
    provider: &StoredProvider,
    named: Option<Option<Versioned<Arc<SamlRequest>>>>,
    ticketed: Option<Versioned<Arc<SamlRequest>>>,
    now: Timestamp,
) -> Result<Expectation, LoginRefusal> {
    let policy = &provider.record.settings.policy;
    let ticket: Option<Digest<kind::SamlTicket>> = ticketed.as_ref().map(|stored| stored.record.digest);
    let request = match named {
        Some(named) => Some(named.ok_or(LoginRefusal::RequestUnknown)?),
        // An answer that names no request: by policy the one that this browser waits for.
        None if policy.deviations.allow(Deviation::MissingInResponseTo) => {
            ticketed.filter(|stored| is_open(stored, provider, now))
        }
        None => None,
    };
    let Some(request) = request else {
        in_use(provider, now)?;
        return if policy.idp_initiated { Ok(Expectation::Unasked) } else { Err(LoginRefusal::NotAsked) };
    };
    let SamlRequest { organization, provider: asked, digest, expires, .. } = &*request.record;
    if (*organization, *asked) != (provider.record.organization, provider.record.id) {
        return Err(LoginRefusal::RequestUnknown);
    }
    match request.record.purpose {
        RequestPurpose::Login { .. } => in_use(provider, now)?,
        RequestPurpose::TestLogin { .. } => check_metadata(&provider.record, now)?,
        RequestPurpose::Logout => return Err(LoginRefusal::RequestUnknown),
    }
    // Digests compare in constant time.
    if ticket != Some(*digest) {
        return Err(LoginRefusal::OtherBrowser);
    }
    if let RequestState::Answered { at } = request.record.state {
        return Err(LoginRefusal::RequestAnswered { at });
    }
    if *expires <= now {
        return Err(LoginRefusal::RequestExpired { expired: *expires });
    }
    Ok(Expectation::Answer(request))
}

/// Who logs in by an assertion that was verified, and what is kept of it: that it was accepted, and that its request was
/// answered.
///
/// # Errors
///
/// [`LoginRefusal`]: an assertion that was accepted before (SA-11), of another organization, or of nobody who is an
/// active user of this one (SA-12).
pub fn finish(
    proof: &VerifiedAssertion,
    expectation: &Expectation,
    found: &Found,
    now: Timestamp,
) -> Result<Done<Passed>, LoginRefusal> {
    let Found { organization, provider, used, users } = found;
    if provider.record.settings.policy.require_encryption && !proof.is_encrypted() {
        return Err(LoginRefusal::NotEncrypted);
    }
    let accepted = accept(proof, organization, used.as_ref(), now).map_err(LoginRefusal::Assertion)?;
    let user = user_of(proof, organization, users).map_err(LoginRefusal::Assertion)?;
    let mut changes = Changes::new().insert(accepted);
    let mut told = vec![("user", user.to_string()), ("assertion", excerpt(proof.id()))];
    let mut passed = Passed::Login(user);
    let mut tested = Vec::new();
    if let Expectation::Answer(request) = expectation {
        changes = changes.update(request.version, request.record.answered(now));
        told.push(("request", request.record.id()));
        if let RequestPurpose::TestLogin { by, epoch, .. } = request.record.purpose {
            passed = Passed::Test(user);
            let before = &provider.record;
            // SA-05: what was tried are the settings that it has now.
            if before.epoch != epoch {
                return Err(LoginRefusal::TestOutdated);
            }
            let after = before.tested(by, now);
            tested = FieldChange::between(&before.fields(), &after.fields());
            if after != **before {
                changes = changes.update(provider.version, after);
            }
        }
    }
    let mut told = FieldChange::between(&Vec::new(), &told);
    told.extend(tested);
    Ok(Done { value: passed, changes, told })
}

/// Whether users log in by the provider at all now.
fn in_use(provider: &StoredProvider, now: Timestamp) -> Result<(), LoginRefusal> {
    check_enabled(&provider.record)?;
    check_metadata(&provider.record, now)
}

/// Whether it is a login at the provider that may still be answered.
fn is_open(stored: &Versioned<Arc<SamlRequest>>, provider: &StoredProvider, now: Timestamp) -> bool {
    let request = &stored.record;
    let is_login = match request.purpose {
        RequestPurpose::Login { .. } | RequestPurpose::TestLogin { .. } => true,
        RequestPurpose::Logout => false,
    };
    is_login
        && request.is_waiting()
        && now < request.expires
        && request.place() == (provider.record.organization, provider.record.id)
}
