//! Sending a user to an identity provider: to log in, to test it, or to log out (SA-05, SA-06, SA-16).

use super::Logins;
use super::trail::LoginRefused;
use super::trail::attempt;
use super::trail::refuse;
use crate::admin::StoredProvider;
use crate::audit::Action;
use crate::audit::Attempt;
use crate::audit::Subject;
use crate::change::Changes;
use crate::change::Denial;
use crate::change::Done;
use crate::login;
use crate::login::Beginning;
use crate::login::LoginRefusal;
use crate::model::IdentityProvider;
use crate::model::RequestPurpose;
use crate::model::SamlRequest;
use crate::saml::MessageId;
use crate::saml::binding::Delivery;
use crate::saml::binding::Outgoing;
use crate::saml::binding::RelayState;
use crate::saml::request::AuthnRequest;
use crate::server::Administration;
use crate::server::Error;
use crate::server::unit::Unit;
use crate::store::Store;
use crate::value::Digest;
use crate::value::EventId;
use crate::value::IdentityProviderId;
use crate::value::OrganizationId;
use crate::value::Permission;
use crate::value::Plain;
use crate::value::Timestamp;
use crate::value::kind;

/// A login that is to begin.
#[derive(Clone, Copy, Debug)]
pub struct BeginLogin<'a> {
    /// The organization that the user belongs to.
    pub organization: OrganizationId,
    /// By which of its identity providers.
    pub provider: IdentityProviderId,
    /// Where the host leads the browser afterwards: its own text of at most 2 048 bytes, given back as it is. The host
    /// sees to it that it leads nowhere else.
    pub return_to: Option<&'a str>,
    /// The ticket that the browser has in its cookie, from an earlier login that has not led to a session. By it a loop
    /// is seen (SA-16).
    pub ticket: Option<&'a str>,
}

/// A login that was begun.
#[derive(Debug)]
#[must_use]
pub struct LoginBegun {
    /// What the browser keeps until it is back: in a cookie with `Secure`, `HttpOnly` and `SameSite=None`, for the answer
    /// comes by a form of the identity provider. The host deletes it once there is a session.
    pub ticket: Plain<kind::SamlTicket>,
    /// From when on no answer is taken.
    pub expires: Timestamp,
    /// What is sent to the browser: a redirect, or a page with a form.
    pub send: Outgoing,
}

type Answer<T, S> = Result<T, Error<<S as Store>::Error>>;

/// A request that is remembered until it is answered, and what is sent.
pub(super) struct Begun {
    pub(super) changes: Changes,
    pub(super) expires: Timestamp,
    pub(super) send: Outgoing,
}

impl<S: Store> Logins<'_, S> {
    /// Begins a login: the user is sent to an identity provider of the organization (SA-06).
    ///
    /// # Errors
    ///
    /// [`Error`]. A refusal is the inner answer: see [`login::begin`].
    pub async fn begin(
        &self,
        begin: &BeginLogin<'_>,
        now: Timestamp,
    ) -> Answer<Result<LoginBegun, LoginRefused>, S> {
        let BeginLogin { organization, provider, return_to, ticket } = *begin;
        let fresh = self.fresh_ticket()?;
        let event = EventId::at(now, self.server.random()?);
        for mut unit in self.server.tries() {
            let stored = unit.identity_provider(organization, provider).await?;
            let force_authn = stored.as_ref().is_some_and(|stored| stored.record.settings.policy.force_authn);
            let previous = match ticket.and_then(|ticket| Digest::of_presented(ticket).ok()) {
                Some(digest) => unit.saml_request(digest).await?,
                None => None,
            };
            let beginning = Beginning {
                organization,
                provider,
                purpose: RequestPurpose::Login { force_authn },
                return_to,
                previous: previous.as_ref().map(|previous| &*previous.record),
                fresh: fresh.digest(),
                signs: self.single_sign_on.signs(),
            };
            let begun = self.begun(&beginning, stored.as_ref(), now);
            let attempt = stored.map(|stored| attempt(event, &stored.record, Action::LogIn, now));
            if let Some(outcome) = remember(unit, attempt, begun).await? {
                return Ok(outcome.map(|(expires, send)| LoginBegun { ticket: fresh, expires, send }));
            }
        }
        Err(Error::Contended)
    }

    /// Begins a test login, by an identity provider in whatever state (SA-05): once it has passed, the provider may be
    /// enabled. Needs `sso:provider:edit`.
    ///
    /// # Errors
    ///
    /// [`Error`], [`Denial::MissingPermission`] and those of every operation. A refusal is the inner answer.
    pub async fn begin_test(
        &self,
        by: &Administration<'_, S>,
        provider: IdentityProviderId,
        now: Timestamp,
    ) -> Answer<Result<LoginBegun, LoginRefused>, S> {
        let organization = by.organization;
        let fresh = self.fresh_ticket()?;
        let subject = Subject::IdentityProvider { organization, provider };
        let attempt = by.attempt(Action::TestProvider, subject, now)?;
        for mut unit in self.server.tries() {
            let acting = by.acting(&mut unit).await?;
            let acting =
                acting.and_then(|acting| acting.require(&Permission::SSO_PROVIDER_EDIT).map(|()| acting));
            let stored = unit.identity_provider(organization, provider).await?;
            let (Ok(acting), Some(stored)) = (&acting, &stored) else {
                let denial = acting.err().unwrap_or(Denial::ProviderNotFound);
                unit.answer::<()>(attempt, Err(denial)).await?;
                return Err(Error::Contended);
            };
            let IdentityProvider { epoch, settings, .. } = &*stored.record;
            let force_authn = settings.policy.force_authn;
            let beginning = Beginning {
                organization,
                provider,
                purpose: RequestPurpose::TestLogin { by: acting.actor(), epoch: *epoch, force_authn },
                return_to: None,
                previous: None,
                fresh: fresh.digest(),
                signs: self.single_sign_on.signs(),
            };
            match self.begun(&beginning, Some(stored), now) {
                Ok(Begun { changes, expires, send }) => {
                    // GV-01: what an administrator does is told.
                    let begun = Ok(Done { value: (), changes, told: Vec::new() });
                    if unit.commit::<_, Denial>(attempt, begun).await?.is_some() {
                        return Ok(Ok(LoginBegun { ticket: fresh, expires, send }));
                    }
                }
                Err(refusal) => {
                    if let Some(refused) = refuse(unit, attempt, refusal.into()).await? {
                        return Ok(Err(refused));
                    }
                }
            }
        }
        Err(Error::Contended)
    }

    /// The request that is remembered, and what is sent.
    fn begun(
        &self,
        beginning: &Beginning<'_>,
        provider: Option<&StoredProvider>,
        now: Timestamp,
    ) -> Result<Begun, LoginRefusal> {
        let done = login::begin(beginning, provider, now)?;
        let provider = provider.ok_or(LoginRefusal::ProviderUnknown)?;
        let send = self.authn_request(&provider.record, &done.value, now)?;
        Ok(Begun { changes: done.changes, expires: done.value.expires, send })
    }

    fn authn_request(
        &self,
        provider: &IdentityProvider,
        request: &SamlRequest,
        now: Timestamp,
    ) -> Result<Outgoing, LoginRefusal> {
        let (settings, id) = (&provider.settings, request.id());
        let (message_id, relay_state) = message_id(&id)?;
        let mut authn_request = AuthnRequest::new(message_id);
        authn_request.force_authn = settings.policy.force_authn;
        authn_request.name_id_format = Some(settings.name_id_format);
        authn_request.must_be_signed = settings.policy.sign_requests;
        let signer = self.single_sign_on.signer.as_deref();
        let mut delivery = Delivery::new(settings.sso.binding, &settings.sso.url);
        delivery.relay_state = Some(&relay_state);
        delivery.signer = signer.filter(|_| settings.policy.sign_requests);
        authn_request
            .send(&self.single_sign_on.service_provider, &delivery, now)
            .map_err(LoginRefusal::NotSent)
    }

    pub(super) fn fresh_ticket(&self) -> Answer<Plain<kind::SamlTicket>, S> {
        let mut random = zeroize::Zeroizing::new([0; 32]);
        self.server.entropy.fill(random.as_mut_slice())?;
        Ok(Plain::from_random(&random))
    }
}

/// Remembers what was begun, of which no event tells, or commits the refusal: in whose trail, says the attempt. None on a
/// conflict.
pub(super) async fn remember<S: Store>(
    unit: Unit<'_, S>,
    attempt: Option<Attempt>,
    begun: Result<Begun, LoginRefusal>,
) -> Answer<Option<Result<(Timestamp, Outgoing), LoginRefused>>, S> {
    match (begun, attempt) {
        (Ok(Begun { changes, expires, send }), _) => {
            let applied = unit.commit_quietly(changes).await?;
            Ok(applied.then_some(Ok((expires, send))))
        }
        (Err(refusal), None) => Ok(Some(Err(LoginRefused { refusal, event: None }))),
        (Err(refusal), Some(attempt)) => Ok(refuse(unit, attempt, refusal.into()).await?.map(Err)),
    }
}

/// The id of a message, which is also what comes back with its answer.
pub(super) fn message_id(id: &str) -> Result<(MessageId, RelayState), LoginRefusal> {
    let message_id = id.parse().map_err(|_| LoginRefusal::RequestUnknown)?;
    let relay_state = RelayState::new(id).map_err(|_| LoginRefusal::RelayStateDiffers)?;
    Ok((message_id, relay_state))
}
