//! What an identity provider answers, as a browser brings it (SA-05, SA-06, SA-11, SA-12).

use std::sync::Arc;

use super::Logins;
use super::found::Origin;
use super::found::place;
use super::trail::LoginRefused;
use super::trail::attempt;
use super::trail::refuse;
use crate::admin::StoredProvider;
use crate::audit::Action;
use crate::audit::Actor;
use crate::audit::Attempt;
use crate::change::Changes;
use crate::change::Done;
use crate::change::Reason;
use crate::change::Refused;
use crate::change::Versioned;
use crate::login;
use crate::login::Expectation;
use crate::login::Found;
use crate::login::LoginRefusal;
use crate::login::Passed;
use crate::model::RequestPurpose;
use crate::model::SamlRequest;
use crate::saml::binding::RelayState;
use crate::saml::response::Answers;
use crate::saml::response::Claimed;
use crate::saml::response::Expected;
use crate::saml::response::VerifiedAssertion;
use crate::saml::response::check_response;
use crate::saml::response::decode_post;
use crate::saml::xml::Document;
use crate::saml::xml::Limits;
use crate::server::Error;
use crate::server::LoggedIn;
use crate::server::unit::Unit;
use crate::store::Store;
use crate::value::Digest;
use crate::value::EventId;
use crate::value::IdentityProviderId;
use crate::value::OrganizationId;
use crate::value::Timestamp;
use crate::value::UserId;
use crate::value::kind;
use crate::wire::PostedMessage;
use crate::wire::SamlPost;

/// A login that passed.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct LoginPassed {
    // Apart, so that nobody is logged in by a test who was not asked about.
    organization: OrganizationId,
    passed: Passed,
    /// By which identity provider.
    pub provider: IdentityProviderId,
    /// What the identity provider said: the session's instants and index, the name to log out by, attributes.
    pub assertion: VerifiedAssertion,
    /// Where the host leads the browser, as it was given when the login began.
    pub return_to: Option<String>,
    /// What came with a login that the identity provider began: at most 1 024 bytes, without control characters. It comes
    /// from outside: it is no address to lead to.
    pub relay_state: Option<String>,
}

type Answer<T, S> = Result<T, Error<<S as Store>::Error>>;

/// A request as it was read.
type Stored = Versioned<Arc<SamlRequest>>;

/// What came, read and not judged.
struct Incoming<'d> {
    document: &'d Document<'d>,
    claimed: Claimed<'d>,
    relay_state: Option<&'d str>,
    ticket: Option<Digest<kind::SamlTicket>>,
}

/// The requests that it may answer.
struct Requests {
    /// The one that it names, if it names one and there is such a one.
    named: Option<Option<Stored>>,
    /// The one whose ticket the browser has.
    ticketed: Option<Stored>,
}

/// What passed every check, and what is committed for it.
struct Judged {
    done: Done<Passed>,
    expectation: Expectation,
    proof: VerifiedAssertion,
}

impl<S: Store> Logins<'_, S> {
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
        let (xml, relay_state) = match read(post) {
            Ok(read) => read,
            Err(refusal) => return unread(refusal),
        };
        let document = match Document::parse(&xml, Limits::MESSAGE) {
            Ok(document) => document,
            Err(error) => return unread(LoginRefusal::Xml(error)),
        };
        let incoming = Incoming {
            document: &document,
            claimed: Claimed::of(&document),
            relay_state: relay_state.as_deref(),
            ticket: ticket.and_then(|ticket| Digest::of_presented(ticket).ok()),
        };
        let event = EventId::at(now, self.server.random()?);
        for mut unit in self.server.tries() {
            let requests = Requests::read(&mut unit, &incoming).await?;
            let leading = requests.leading(&mut unit, incoming.origin()).await?;
            let is_from = |stored: &StoredProvider| {
                let unasked = Incoming { relay_state: None, ..incoming };
                self.check(&unasked, stored, &Expectation::Unasked, now).is_ok()
            };
            // What names no request is a login that its provider begins, where it may.
            let takes = |stored: &StoredProvider| stored.record.settings.policy.idp_initiated;
            let provider = match incoming.origin().find(&mut unit, leading, (is_from, takes), now).await? {
                Ok(provider) => provider,
                Err(refusal) => return unread(refusal),
            };
            let (organization, provider_id) = place(&provider.record);
            let action = match leading.map(|request| request.purpose) {
                Some(RequestPurpose::TestLogin { .. }) => Action::TestProvider,
                Some(RequestPurpose::Login { .. } | RequestPurpose::Logout) | None => Action::LogIn,
            };
            let attempt = attempt(event, &provider.record, action, now);
            let waiting = requests.waiting_for(&provider).cloned();
            match self.judge(&mut unit, &incoming, &provider, requests, now).await? {
                Ok(Judged { done, expectation, proof }) => {
                    let (Passed::Login(user) | Passed::Test(user)) = done.value;
                    let attempt = Attempt { actor: Actor::User { organization, user }, ..attempt };
                    if let Some(passed) = unit.commit::<_, LoginRefusal>(attempt, Ok(done)).await? {
                        let refused = |refusal| LoginRefused { refusal, event: Some(event) };
                        let whose = (organization, provider_id);
                        return Ok(passed
                            .map(|passed| LoginPassed::of(passed, proof, &expectation, (whose, relay_state)))
                            .map_err(refused));
                    }
                }
                Err(reason) => {
                    // Whoever has the ticket of a request is told by the next one why this one failed (SA-16).
                    let noted = |waiting: Stored| {
                        Changes::new().update(waiting.version, waiting.record.refused(reason.code()))
                    };
                    let changes = waiting.map(noted).unwrap_or_default();
                    if let Some(refused) = refuse(unit, attempt, Refused { reason, changes }).await? {
                        return Ok(Err(refused));
                    }
                }
            }
        }
        Err(Error::Contended)
    }

    /// Whether it is expected, what it proves, and whom it lets in.
    async fn judge(
        &self,
        unit: &mut Unit<'_, S>,
        incoming: &Incoming<'_>,
        provider: &StoredProvider,
        Requests { named, ticketed }: Requests,
        now: Timestamp,
    ) -> Answer<Result<Judged, LoginRefusal>, S> {
        let checked = login::expect(provider, named, ticketed, now).and_then(|expectation| {
            let proof = self.check(incoming, provider, &expectation, now)?;
            Ok((expectation, proof))
        });
        let (expectation, proof) = match checked {
            Ok(checked) => checked,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(found) = self.found(unit, provider.clone(), &proof).await? else {
            return Ok(Err(LoginRefusal::ProviderUnknown));
        };
        Ok(login::finish(&proof, &expectation, &found, now).map(|done| Judged { done, expectation, proof }))
    }

    /// Every check of the message, against what is expected.
    fn check(
        &self,
        incoming: &Incoming<'_>,
        provider: &StoredProvider,
        expectation: &Expectation,
        now: Timestamp,
    ) -> Result<VerifiedAssertion, LoginRefusal> {
        let service = &self.single_sign_on.service_provider;
        let peer = self.single_sign_on.peer(&provider.record);
        let id;
        let answers = match expectation {
            Expectation::Unasked => Answers::Nothing,
            Expectation::Answer(request) => {
                id = request.record.id();
                if incoming.relay_state.is_some_and(|found| found != id) {
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
        check_response(incoming.document, &peer, &expected, now)
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
}

impl<'d> Incoming<'d> {
    const fn origin(&self) -> Origin<'d> {
        Origin { issuer: self.claimed.issuer(), organization_name: self.claimed.organization_name() }
    }
}

impl Requests {
    async fn read<S: Store>(
        unit: &mut Unit<'_, S>,
        incoming: &Incoming<'_>,
    ) -> Result<Self, Error<S::Error>> {
        let ticketed = match incoming.ticket {
            Some(digest) => unit.saml_request(digest).await?,
            None => None,
        };
        let named = match incoming.claimed.in_response_to().map(SamlRequest::digest_of) {
            Some(Some(digest)) => Some(unit.saml_request(digest).await?),
            Some(None) => Some(None),
            None => None,
        };
        Ok(Self { named, ticketed })
    }

    /// A request that is named leads to its provider; where none is, the one that this browser waits for may.
    async fn leading<S: Store>(
        &self,
        unit: &mut Unit<'_, S>,
        origin: Origin<'_>,
    ) -> Result<Option<&SamlRequest>, Error<S::Error>> {
        let leading = match (&self.named, &self.ticketed) {
            (Some(named), _) => named.as_ref(),
            (None, Some(waiting)) if origin.may_answer(unit, &waiting.record).await? => Some(waiting),
            (None, Some(_) | None) => None,
        };
        Ok(leading.map(|request| &*request.record))
    }

    /// The request to this provider that the browser waits for.
    fn waiting_for(&self, provider: &StoredProvider) -> Option<&Stored> {
        let waits =
            |stored: &&Stored| stored.record.is_waiting() && place(&provider.record) == stored.record.place();
        self.ticketed.as_ref().filter(waits)
    }
}

impl LoginPassed {
    /// Who logged in: to begin a session with. Nobody by a test login.
    #[must_use]
    pub const fn logged_in(&self) -> Option<LoggedIn> {
        match self.passed {
            Passed::Login(user) => Some(LoggedIn { organization: self.organization, user }),
            Passed::Test(_) => None,
        }
    }

    /// Who would have logged in by a test login (SA-05): the identity provider may be enabled now.
    #[must_use]
    pub const fn tested(&self) -> Option<UserId> {
        match self.passed {
            Passed::Login(_) => None,
            Passed::Test(user) => Some(user),
        }
    }

    fn of(
        passed: Passed,
        assertion: VerifiedAssertion,
        expectation: &Expectation,
        ((organization, provider), relay_state): ((OrganizationId, IdentityProviderId), Option<String>),
    ) -> Self {
        let (return_to, relay_state) = match expectation {
            Expectation::Answer(request) => (request.record.return_to.clone(), None),
            Expectation::Unasked => (None, relay_state),
        };
        Self { organization, passed, provider, assertion, return_to, relay_state }
    }
}

/// The message in the form, and what came with it.
fn read(post: &SamlPost<'_>) -> Result<(Vec<u8>, Option<String>), LoginRefusal> {
    let parsed = post.parse().map_err(|malformed| LoginRefusal::Form { cause: malformed.to_string() })?;
    let PostedMessage::Response(text) = &parsed.message else {
        return Err(LoginRefusal::Form { cause: "it holds a request".to_owned() });
    };
    // The host may lead the browser by it, in a header perhaps: it is short and of one line.
    if let Some(Err(error)) = parsed.relay_state.as_deref().map(RelayState::received) {
        return Err(LoginRefusal::Form { cause: error.to_string() });
    }
    Ok((decode_post(text).map_err(LoginRefusal::Encoding)?, parsed.relay_state))
}
