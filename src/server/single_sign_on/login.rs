//! Logins: a user is sent to an identity provider, and comes back with its answer (SA-05, SA-06, SA-16).

use super::Logins;
use super::found::Origin;
use super::found::place;
use crate::admin::StoredProvider;
use crate::audit::Action;
use crate::audit::Actor;
use crate::audit::Attempt;
use crate::audit::Subject;
use crate::change::Changes;
use crate::change::Denial;
use crate::change::Done;
use crate::change::Reason;
use crate::change::Refused;
use crate::login;
use crate::login::Beginning;
use crate::login::Expectation;
use crate::login::Found;
use crate::login::LoginRefusal;
use crate::login::Passed;
use crate::model::IdentityProvider;
use crate::model::RequestPurpose;
use crate::model::SamlRequest;
use crate::saml::MessageId;
use crate::saml::binding::Delivery;
use crate::saml::binding::Outgoing;
use crate::saml::binding::RelayState;
use crate::saml::request::AuthnRequest;
use crate::saml::response::Answers;
use crate::saml::response::Claimed;
use crate::saml::response::Expected;
use crate::saml::response::VerifiedAssertion;
use crate::saml::response::check_response;
use crate::saml::response::decode_post;
use crate::saml::xml::Document;
use crate::saml::xml::Limits;
use crate::server::Administration;
use crate::server::Error;
use crate::server::LoggedIn;
use crate::server::unit::Unit;
use crate::store::Store;
use crate::value::Digest;
use crate::value::EventId;
use crate::value::IdentityProviderId;
use crate::value::OrganizationId;
use crate::value::Permission;
use crate::value::Plain;
use crate::value::Timestamp;
use crate::value::UserId;
use crate::value::kind;
use crate::wire::PostedMessage;
use crate::wire::SamlPost;

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

/// A login that passed.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct LoginPassed {
    /// Who logged in: to begin a session with, unless it was a [test](Self::is_test).
    pub user: LoggedIn,
    /// By which identity provider.
    pub provider: IdentityProviderId,
    /// Whether it was a test login (SA-05): nobody is logged in, and the identity provider may be enabled now.
    pub is_test: bool,
    /// What the identity provider said: the session's instants and index, the name to log out by, attributes.
    pub assertion: VerifiedAssertion,
    /// Where the host leads the browser, as it was given when the login began.
    pub return_to: Option<String>,
    /// What came with a login that the identity provider began: at most 1 024 bytes, without control characters. It comes
    /// from outside: it is no address to lead to.
    pub relay_state: Option<String>,
}

/// A login that was refused.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct LoginRefused {
    /// Why. For administrators: whoever sits at the browser is told [`shown`](LoginRefusal::shown).
    pub refusal: LoginRefusal,
    /// The event that an administrator finds it by; none where it belongs to no organization's trail.
    pub event: Option<EventId>,
}

type Answer<T, S> = Result<T, Error<<S as Store>::Error>>;

/// What was read and checked of an answer, in one try.
struct Checked {
    expectation: Expectation,
    proof: VerifiedAssertion,
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
                signs: self.single_sign_on.signer.is_some(),
            };
            let begun = self.begun(&beginning, stored.as_ref(), now);
            match begun {
                Ok((changes, expires, send)) => {
                    if unit.commit_quietly(changes).await? {
                        return Ok(Ok(LoginBegun { ticket: fresh, expires, send }));
                    }
                }
                Err(refusal) => {
                    let Some(stored) = stored else { return Ok(Err(LoginRefused { refusal, event: None })) };
                    let attempt = attempt(event, &stored.record, Action::LogIn, now);
                    if let Some(refused) = refuse(unit, attempt, refusal.into()).await? {
                        return Ok(Err(refused));
                    }
                }
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
                signs: self.single_sign_on.signer.is_some(),
            };
            match self.begun(&beginning, Some(stored), now) {
                Ok((changes, expires, send)) => {
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

    /// Takes the answer of an identity provider, as a browser posted it to the assertion consumer service. `ticket` is
    /// what the browser has in its cookie.
    ///
    /// # Errors
    ///
    /// [`Error`]. A refusal is the inner answer: whatever the bytes are, it has a code and a remedy (DX-09). Where the
    /// error is [unknown](Error::Unknown) the assertion may be spent: the user logs in anew.
    pub async fn finish(
        &self,
        post: &SamlPost<'_>,
        ticket: Option<&str>,
        now: Timestamp,
    ) -> Answer<Result<LoginPassed, LoginRefused>, S> {
        let unread = |refusal| Ok(Err(LoginRefused { refusal, event: None }));
        let parsed = match post.parse() {
            Ok(parsed) => parsed,
            Err(malformed) => return unread(LoginRefusal::Form { cause: malformed.to_string() }),
        };
        let PostedMessage::Response(text) = &parsed.message else {
            return unread(LoginRefusal::Form { cause: "it holds a request".to_owned() });
        };
        // The host may lead the browser by it, in a header perhaps: it is short and of one line.
        if let Some(Err(error)) = parsed.relay_state.as_deref().map(RelayState::received) {
            return unread(LoginRefusal::Form { cause: error.to_string() });
        }
        let xml = match decode_post(text) {
            Ok(xml) => xml,
            Err(error) => return unread(LoginRefusal::Encoding(error)),
        };
        let document = match Document::parse(&xml, Limits::MESSAGE) {
            Ok(document) => document,
            Err(error) => return unread(LoginRefusal::Xml(error)),
        };
        let claimed = Claimed::of(&document);
        let origin = Origin { issuer: claimed.issuer(), organization_name: claimed.organization_name() };
        let ticketed = ticket.and_then(|ticket| Digest::of_presented(ticket).ok());
        let event = EventId::at(now, self.server.random()?);
        for mut unit in self.server.tries() {
            let ticketed = match ticketed {
                Some(digest) => unit.saml_request(digest).await?,
                None => None,
            };
            let named = match claimed.in_response_to().map(SamlRequest::digest_of) {
                Some(Some(digest)) => Some(unit.saml_request(digest).await?),
                Some(None) => Some(None),
                None => None,
            };
            // A request that is named leads to its provider; where none is, the one that this browser waits for may.
            let leading = match (&named, &ticketed) {
                (Some(named), _) => named.as_ref(),
                (None, Some(waiting)) if origin.may_answer(&mut unit, &waiting.record).await? => {
                    Some(waiting)
                }
                (None, Some(_) | None) => None,
            };
            let is_from = |stored: &StoredProvider| {
                self.check(&document, stored, &Expectation::Unasked, None, now).is_ok()
            };
            // What names no request is a login that its provider begins, where it may.
            let takes = |stored: &StoredProvider| stored.record.settings.policy.idp_initiated;
            let leading = leading.map(|request| &*request.record);
            let provider = match origin.find(&mut unit, leading, (is_from, takes), now).await? {
                Ok(provider) => provider,
                Err(refusal) => return unread(refusal),
            };
            let (organization_id, provider_id) = place(&provider.record);
            let action = match leading.map(|request| request.purpose) {
                Some(RequestPurpose::TestLogin { .. }) => Action::TestProvider,
                Some(RequestPurpose::Login { .. } | RequestPurpose::Logout) | None => Action::LogIn,
            };
            let attempt = attempt(event, &provider.record, action, now);
            let checked = login::expect(&provider, named, ticketed.clone(), now).and_then(|expectation| {
                let proof =
                    self.check(&document, &provider, &expectation, parsed.relay_state.as_deref(), now)?;
                Ok(Checked { expectation, proof })
            });
            let decided = match checked {
                Ok(Checked { expectation, proof }) => {
                    let found = self.found(&mut unit, provider.clone(), &proof).await?;
                    let decided = match &found {
                        Some(found) => login::finish(&proof, &expectation, found, now),
                        None => Err(LoginRefusal::ProviderUnknown),
                    };
                    decided.map(|done| (done, expectation, proof))
                }
                Err(refusal) => Err(refusal),
            };
            match decided {
                Ok((done, expectation, proof)) => {
                    let (Passed::Login(user) | Passed::Test(user)) = done.value;
                    let actor = Actor::User { organization: organization_id, user };
                    let attempt = Attempt { actor, ..attempt };
                    if let Some(passed) = unit.commit::<_, LoginRefusal>(attempt, Ok(done)).await? {
                        let is_test = matches!(passed, Ok(Passed::Test(_)));
                        let user = LoggedIn { organization: organization_id, user };
                        let relay_state = parsed.relay_state.clone();
                        let back = (provider_id, is_test, relay_state);
                        return Ok(Ok(LoginPassed::of(user, proof, &expectation, back)));
                    }
                }
                Err(reason) => {
                    // Whoever has the ticket of a request is told by the next one why this one failed (SA-16).
                    let changes = ticketed
                        .filter(|stored| {
                            stored.record.is_waiting() && place(&provider.record) == stored.record.place()
                        })
                        .map(|stored| {
                            Changes::new().update(stored.version, stored.record.refused(reason.code()))
                        })
                        .unwrap_or_default();
                    if let Some(refused) = refuse(unit, attempt, Refused { reason, changes }).await? {
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
    ) -> Result<(Changes, Timestamp, Outgoing), LoginRefusal> {
        let done = login::begin(beginning, provider, now)?;
        let provider = provider.ok_or(LoginRefusal::ProviderUnknown)?;
        let send = self.authn_request(&provider.record, &done.value, now)?;
        Ok((done.changes, done.value.expires, send))
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

    /// Every check of the message, against what is expected.
    fn check(
        &self,
        document: &Document<'_>,
        provider: &StoredProvider,
        expectation: &Expectation,
        relay_state: Option<&str>,
        now: Timestamp,
    ) -> Result<VerifiedAssertion, LoginRefusal> {
        let service = &self.single_sign_on.service_provider;
        let peer = self.single_sign_on.peer(&provider.record);
        let id;
        let answers = match expectation {
            Expectation::Unasked => Answers::Nothing,
            Expectation::Answer(request) => {
                id = request.record.id();
                if relay_state.is_some_and(|found| found != id) {
                    return Err(LoginRefusal::RelayStateDiffers);
                }
                let force_authn = match request.record.purpose {
                    RequestPurpose::Login { force_authn } | RequestPurpose::TestLogin { force_authn, .. } => {
                        force_authn
                    }
                    RequestPurpose::Logout => return Err(LoginRefusal::RequestUnknown),
                };
                Answers::Request { id: &id, issued: request.record.issued, force_authn }
            }
        };
        let expected = Expected { acs: &service.acs, audience: &service.entity_id, answers };
        check_response(document, &peer, &expected, now)
            .map_err(|refusal| LoginRefusal::Response(refusal.error))
    }

    /// What is kept of the assertion, and of those it may speak of.
    async fn found(
        &self,
        unit: &mut Unit<'_, S>,
        provider: StoredProvider,
        proof: &VerifiedAssertion,
    ) -> Answer<Option<Found>, S> {
        let organization_id = provider.record.organization;
        let Some(organization) = unit.organization(organization_id).await? else { return Ok(None) };
        let used = unit.used_assertion(proof.key()).await?;
        let users = match proof.email() {
            Ok(email) => unit.users_with(organization_id, &email).await?,
            Err(_) => Vec::new(),
        };
        Ok(Some(Found { organization: organization.record, provider, used, users }))
    }

    pub(super) fn fresh_ticket(&self) -> Answer<Plain<kind::SamlTicket>, S> {
        let mut random = zeroize::Zeroizing::new([0; 32]);
        self.server.entropy.fill(random.as_mut_slice())?;
        Ok(Plain::from_random(&random))
    }
}

impl LoginPassed {
    fn of(
        user: LoggedIn,
        assertion: VerifiedAssertion,
        expectation: &Expectation,
        (provider, is_test, relay_state): (IdentityProviderId, bool, Option<String>),
    ) -> Self {
        let (return_to, relay_state) = match expectation {
            Expectation::Answer(request) => (request.record.return_to.clone(), None),
            Expectation::Unasked => (None, relay_state),
        };
        Self { user, provider, is_test, assertion, return_to, relay_state }
    }
}

/// The id of a message, which is also what comes back with its answer.
pub(super) fn message_id(id: &str) -> Result<(MessageId, RelayState), LoginRefusal> {
    let message_id = id.parse().map_err(|_| LoginRefusal::RequestUnknown)?;
    let relay_state = RelayState::new(id).map_err(|_| LoginRefusal::RelayStateDiffers)?;
    Ok((message_id, relay_state))
}

/// What an identity provider's answer tries.
pub(super) fn attempt(
    event: EventId,
    provider: &IdentityProvider,
    action: Action,
    now: Timestamp,
) -> Attempt {
    let (organization, provider) = (provider.organization, provider.id);
    Attempt {
        event,
        organization: Some(organization),
        actor: Actor::IdentityProvider { organization, provider },
        action,
        subject: Subject::IdentityProvider { organization, provider },
        at: now,
    }
}

/// Commits the refusal. None on a conflict.
pub(super) async fn refuse<S: Store>(
    unit: Unit<'_, S>,
    attempt: Attempt,
    refused: Refused<LoginRefusal>,
) -> Answer<Option<LoginRefused>, S> {
    let event = Some(attempt.event);
    let outcome = unit.commit_refused::<UserId, LoginRefusal>(attempt, Err(refused)).await?;
    Ok(outcome.and_then(Result::err).map(|refusal| LoginRefused { refusal, event }))
}
