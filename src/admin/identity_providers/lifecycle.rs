//! The steps of an identity provider: created as a draft, tested, enabled, disabled, deleted (SA-05, SA-14).

use std::sync::Arc;

use super::ProviderDraft;
use super::lockout::keep_a_way_in;
use crate::admin::ActingUser;
use crate::admin::StoredProvider;
use crate::audit::FieldChange;
use crate::change::Changes;
use crate::change::Denial;
use crate::change::Done;
use crate::change::Key;
use crate::change::Problems;
use crate::change::Version;
use crate::model::IdentityProvider;
use crate::model::ProviderCertificates;
use crate::model::ProviderSettings;
use crate::model::ProviderState;
use crate::value::Certificate;
use crate::value::CertificateError;
use crate::value::Epoch;
use crate::value::IdentityProviderId;
use crate::value::Permission;
use crate::value::Timestamp;

/// The identity provider of the actor's organization, if it is one.
///
/// # Errors
///
/// [`Denial::ProviderNotFound`] for any other: whether it exists is not told (OR-01).
pub fn own(acting: &ActingUser, provider: Option<StoredProvider>) -> Result<StoredProvider, Denial> {
    let is_own = |stored: &StoredProvider| stored.record.organization == acting.organization_id();
    provider.filter(is_own).ok_or(Denial::ProviderNotFound)
}

/// Creates an identity provider as a draft: nobody logs in by it yet. `version` is that of the organization.
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::TooManyProviders`] (SA-01), [`Denial::Invalid`] with every bad field at
/// once.
pub fn create(
    acting: &ActingUser,
    version: Version,
    (id, providers): (IdentityProviderId, &[StoredProvider]),
    draft: &ProviderDraft,
    now: Timestamp,
) -> Result<Done<Arc<IdentityProvider>>, Denial> {
    acting.require(&Permission::SSO_PROVIDER_ADD)?;
    let organization = acting.organization();
    // The count is what two who create at once conflict on; the list is what there is.
    let listed = u8::try_from(providers.len()).unwrap_or(u8::MAX);
    if organization.identity_providers().max(listed) >= IdentityProvider::MAX {
        return Err(Denial::TooManyProviders { limit: IdentityProvider::MAX });
    }
    let (labels, settings) = draft.check(None, now).map_err(Denial::Invalid)?;
    check_entity_id(&settings, id, providers)?;
    let created = Arc::new(IdentityProvider {
        organization: organization.id(),
        id,
        labels,
        settings,
        state: ProviderState::Draft,
        epoch: Epoch::FIRST,
        created: now,
        created_by: acting.actor(),
        modified: now,
        modified_by: acting.actor(),
    });
    let changes =
        Changes::new().insert(Arc::clone(&created)).update(version, organization.with_identity_provider());
    let told = FieldChange::between(&Vec::new(), &created.fields());
    Ok(Done { value: created, changes, told })
}

/// Edits an identity provider: the draft takes the place of what was entered before. Where what matters to a login
/// changes it is a draft again (SA-05).
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::ProviderNotFound`], [`Denial::Invalid`] with every bad field at once,
/// [`Denial::LastProvider`] (SA-14).
pub fn edit(
    acting: &ActingUser,
    provider: Option<StoredProvider>,
    providers: &[StoredProvider],
    draft: &ProviderDraft,
    now: Timestamp,
) -> Result<Done<Arc<IdentityProvider>>, Denial> {
    acting.require(&Permission::SSO_PROVIDER_EDIT)?;
    let stored = own(acting, provider)?;
    let already = &stored.record.settings.certificates;
    let (labels, settings) = draft.check(Some(already), now).map_err(Denial::Invalid)?;
    check_entity_id(&settings, stored.record.id, providers)?;
    let by = acting.actor();
    let changed = stored.record.labeled(labels, by, now).with_settings(settings, by, now);
    replaced(acting, &stored, providers, changed, now)
}

/// Adds a certificate, as one that the identity provider will sign with: the first step of a rotation. It stays as
/// tested as it is.
///
/// # Errors
///
/// As [`edit`].
pub fn add_certificate(
    acting: &ActingUser,
    provider: Option<StoredProvider>,
    providers: &[StoredProvider],
    certificate: &[u8],
    now: Timestamp,
) -> Result<Done<Arc<IdentityProvider>>, Denial> {
    acting.require(&Permission::SSO_PROVIDER_EDIT)?;
    let stored = own(acting, provider)?;
    let settings = &stored.record.settings;
    let deviations = settings.policy.deviations;
    let read = Certificate::read(certificate);
    let checked = read.and_then(|read| match read.check_under(deviations, now) {
        // The next one is added before its time, where another is valid until then.
        Err(CertificateError::NotYetValid { .. })
            if settings.certificates.usable(deviations, now).next().is_some() =>
        {
            Ok(read)
        }
        Ok(()) => Ok(read),
        Err(error) => Err(error),
    });
    let added = checked.map_err(|error| {
        let mut problems = Problems::none();
        problems.note("certificate", error.code(), error, error.remedy());
        Denial::Invalid(problems)
    })?;
    let all = settings.certificates.iter().cloned().chain([added]);
    with_certificates(acting, &stored, providers, all, now)
}

/// Takes away the certificate with this [fingerprint](Certificate::fingerprint): signatures by it do not count from now
/// on.
///
/// # Errors
///
/// As [`edit`]; [`Denial::Invalid`] where there is none, and for the only one.
pub fn remove_certificate(
    acting: &ActingUser,
    provider: Option<StoredProvider>,
    providers: &[StoredProvider],
    fingerprint: &str,
    now: Timestamp,
) -> Result<Done<Arc<IdentityProvider>>, Denial> {
    acting.require(&Permission::SSO_PROVIDER_EDIT)?;
    let stored = own(acting, provider)?;
    let settings = &stored.record.settings;
    let is_meant = |known: &Certificate| known.fingerprint().eq_ignore_ascii_case(fingerprint);
    if !settings.certificates.iter().any(is_meant) {
        let mut problems = Problems::none();
        let cause = "the identity provider has no such certificate";
        problems.note(
            "certificate",
            "certificate.not.found",
            cause,
            "look at the certificates that it has now",
        );
        return Err(Denial::Invalid(problems));
    }
    let kept = settings.certificates.iter().filter(|known| !is_meant(known)).cloned();
    with_certificates(acting, &stored, providers, kept, now)
}

/// Takes an identity provider into use (SA-05).
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::ProviderNotFound`], [`Denial::ProviderState`] for a draft.
pub fn enable(
    acting: &ActingUser,
    provider: Option<StoredProvider>,
    now: Timestamp,
) -> Result<Done<Arc<IdentityProvider>>, Denial> {
    acting.require(&Permission::SSO_PROVIDER_EDIT)?;
    let stored = own(acting, provider)?;
    let changed = stored.record.enable(acting.actor(), now).map_err(Denial::ProviderState)?;
    Ok(put(&stored, changed))
}

/// Takes an identity provider out of use.
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::ProviderNotFound`], [`Denial::ProviderState`] unless it is in use,
/// [`Denial::LastProvider`] (SA-14).
pub fn disable(
    acting: &ActingUser,
    provider: Option<StoredProvider>,
    providers: &[StoredProvider],
    now: Timestamp,
) -> Result<Done<Arc<IdentityProvider>>, Denial> {
    acting.require(&Permission::SSO_PROVIDER_EDIT)?;
    let stored = own(acting, provider)?;
    let changed = stored.record.disable(acting.actor(), now).map_err(Denial::ProviderState)?;
    replaced(acting, &stored, providers, changed, now)
}

/// Deletes an identity provider, for good. `version` is that of the organization.
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::ProviderNotFound`], [`Denial::LastProvider`] (SA-14).
pub fn delete(
    acting: &ActingUser,
    version: Version,
    provider: Option<StoredProvider>,
    providers: &[StoredProvider],
    now: Timestamp,
) -> Result<Done<()>, Denial> {
    acting.require(&Permission::SSO_PROVIDER_DELETE)?;
    let stored = own(acting, provider)?;
    let organization = acting.organization();
    let id = stored.record.id;
    keep_a_way_in(organization.policy(), providers, (id, None), now)?;
    let changes = Changes::new()
        .delete(stored.version, Key::IdentityProvider(organization.id(), id))
        .update(version, organization.without_identity_provider());
    Ok(Done { value: (), changes, told: FieldChange::between(&stored.record.fields(), &Vec::new()) })
}

fn with_certificates(
    acting: &ActingUser,
    stored: &StoredProvider,
    providers: &[StoredProvider],
    certificates: impl IntoIterator<Item = Certificate>,
    now: Timestamp,
) -> Result<Done<Arc<IdentityProvider>>, Denial> {
    let certificates = ProviderCertificates::new(certificates).map_err(|error| {
        let mut problems = Problems::none();
        problems.note("certificates", error.code(), error, error.remedy());
        Denial::Invalid(problems)
    })?;
    let settings = ProviderSettings { certificates, ..stored.record.settings.clone() };
    replaced(acting, stored, providers, stored.record.with_settings(settings, acting.actor(), now), now)
}

/// Two providers of one organization with one entity id could not be told apart by what they send.
fn check_entity_id(
    settings: &ProviderSettings,
    id: IdentityProviderId,
    providers: &[StoredProvider],
) -> Result<(), Denial> {
    let is_taken = |stored: &StoredProvider| {
        stored.record.id != id && stored.record.settings.entity_id == settings.entity_id
    };
    if !providers.iter().any(is_taken) {
        return Ok(());
    }
    let mut problems = Problems::none();
    let cause = "another identity provider of the organization has this entity id";
    problems.note("entity_id", "sso.entity.id.taken", cause, "edit or delete the other identity provider");
    Err(Denial::Invalid(problems))
}

fn replaced(
    acting: &ActingUser,
    stored: &StoredProvider,
    providers: &[StoredProvider],
    changed: IdentityProvider,
    now: Timestamp,
) -> Result<Done<Arc<IdentityProvider>>, Denial> {
    keep_a_way_in(acting.organization().policy(), providers, (changed.id, Some(&changed)), now)?;
    Ok(put(stored, changed))
}

fn put(stored: &StoredProvider, changed: IdentityProvider) -> Done<Arc<IdentityProvider>> {
    let told = FieldChange::between(&stored.record.fields(), &changed.fields());
    let changed = Arc::new(changed);
    Done { value: Arc::clone(&changed), changes: Changes::new().update(stored.version, changed), told }
}
