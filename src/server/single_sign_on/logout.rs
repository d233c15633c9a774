//! Logging out, asked by us or by an identity provider; and our metadata (SA-07, SA-17).

use super::Logins;
use super::begin::Begun;
use super::begin::LoginBegun;
use super::begin::message_id;
use super::begin::remember;
use super::found::Origin;
use super::found::place;
use super::trail::LoginRefused;
use super::trail::attempt;
use super::trail::refuse;
use crate::admin::StoredProvider;
use crate::audit::Action;
use crate::change::Changes;
use crate::change::Done;
use crate::login;
use crate::login::Beginning;
use crate::login::LoginRefusal;
use crate::model::IdentityProvider;
use crate::model::LogoutEndpoint;
use crate::model::RequestPurpose;
use crate::model::SamlRequest;
use crate::saml::MessageId;
use crate::saml::NameId;
use crate::saml::binding::Delivery;
use crate::saml::binding::MessageKind;
use crate::saml::binding::Outgoing;
use crate::saml::binding::QueryError;
use crate::saml::binding::RelayState;
use crate::saml::logout::ClaimedLogout;
use crate::saml::logout::LogoutError;
use crate::saml::logout::LogoutOutcome;
use crate::saml::logout::LogoutRequest;
use crate::saml::logout::LogoutResponse;
use crate::saml::logout::Received;
use crate::saml::logout::VerifiedLogoutRequest;
use crate::saml::logout::VerifiedLogoutResponse;
use crate::saml::metadata;
use crate::server::Error;
use crate::server::unit::Unit;
use crate::store::Store;
use crate::value::EmailAddress;
use crate::value::EventId;
use crate::value::IdentityProviderId;
use crate::value::OrganizationId;
use crate::value::Timestamp;
use crate::value::UserId;
use crate::wire::ParsedSamlPost;
use crate::wire::PostedMessage;
use crate::wire::Response;
use crate::wire::SamlPost;

/// A logout that is to begin: the host has ended its own session.
#[derive(Clone, Copy, Debug)]
pub struct BeginLogout<'a> {
    /// The organization of the user.
    pub organization: OrganizationId,
    /// The identity provider that the user logged in by.
    pub provider: IdentityProviderId,
    /// The name of the user, as the assertion had it.
    pub name_id: &'a NameId,
    /// The session's index, as the assertion had it.
    pub session_index: Option<&'a str>,
    /// Where the host leads the browser afterwards.
    pub return_to: Option<&'a str>,
}

/// What a browser brought from an identity provider about logging out, as it came.
#[derive(Clone, Copy, Debug)]
pub enum LogoutMessage<'a> {
    /// By Redirect: what stands behind the `?` of the URL, neither decoded nor put together again.
    Query(&'a str),
    /// By POST.
    Post(&'a SamlPost<'a>),
}

/// What an identity provider sent about logging out.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum LogoutReceived {
    /// It asks that sessions end: the host ends them, and sends the [answer](Logins::answer_logout).
    Asked(Box<LogoutAsked>),
    /// It answers what we asked.
    Answered {
        /// The organization.
        organization: OrganizationId,
        /// Whether other services may still have sessions.
        is_partial: bool,
        /// Where the host leads the browser, as it was given when the logout began.
        return_to: Option<String>,
    },
}

/// A request of an identity provider that sessions end.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct LogoutAsked {
    /// The organization.
    pub organization: OrganizationId,
    /// Its identity provider.
    pub provider: IdentityProviderId,
    /// Whose sessions end, where the name is the email address of one user of the organization. Otherwise the host finds
    /// the sessions by the [name](VerifiedLogoutRequest::name_id) that it kept with them.
    pub user: Option<UserId>,
    /// The request: the name, and the indexes of the sessions, none meaning all.
    pub request: VerifiedLogoutRequest,
}

type Answer<T, S> = Result<T, Error<<S as Store>::Error>>;

impl<S: Store> Logins<'_, S> {
    /// Our metadata document, to be given to identity providers (SA-07): signed where there is a key to sign by.
    ///
    /// # Errors
    ///
    /// [`Error`]. A refusal is the inner answer: a document that cannot be written or signed.
    pub fn metadata(&self) -> Answer<Result<Response, LoginRefused>, S> {
        let id = MessageId::of_bits(self.server.random()?);
        let signed = self.single_sign_on.signer.as_deref().map(|signer| (&id, signer));
        let written = metadata::write(&self.single_sign_on.service_provider, signed);
        let refused = |error| LoginRefused { refusal: LoginRefusal::NotSent(error), event: None };
        Ok(written.map(Response::saml_metadata).map_err(refused))
    }

    /// Begins a logout at the identity provider that the user logged in by (SA-17).
    ///
    /// # Errors
    ///
    /// [`Error`]. A refusal is the inner answer; among others [`LoginRefusal::NoLogout`] and
    /// [`LoginRefusal::NoSigningKey`]: requests to log out are signed always (SAML profiles §4.4.4.1).
    pub async fn begin_logout(
        &self,
        begin: &BeginLogout<'_>,
        now: Timestamp,
    ) -> Answer<Result<LoginBegun, LoginRefused>, S> {
        let BeginLogout { organization, provider, return_to, .. } = *begin;
        let fresh = self.fresh_ticket()?;
        let event = EventId::at(now, self.server.random()?);
        for mut unit in self.server.tries() {
            let stored = unit.identity_provider(organization, provider).await?;
            let beginning = Beginning {
                organization,
                provider,
                purpose: RequestPurpose::Logout,
                return_to,
                previous: None,
                fresh: fresh.digest(),
                signs: self.single_sign_on.signer.is_some(),
            };
            let begun = self.logout_begun(begin, &beginning, stored.as_ref(), now);
            let attempt = stored.map(|stored| attempt(event, &stored.record, Action::LogOut, now));
            if let Some(outcome) = remember(unit, attempt, begun).await? {
                return Ok(outcome.map(|(expires, send)| LoginBegun { ticket: fresh, expires, send }));
            }
        }
        Err(Error::Contended)
    }

    /// Takes what an identity provider sends about logging out, by Redirect or by POST (SA-17).
    ///
    /// # Errors
    ///
    /// [`Error`]. A refusal is the inner answer.
    pub async fn receive_logout(
        &self,
        message: LogoutMessage<'_>,
        now: Timestamp,
    ) -> Answer<Result<LogoutReceived, LoginRefused>, S> {
        let unread = |refusal| Ok(Err(LoginRefused { refusal, event: None }));
        let parsed;
        let (received, kind) = match message {
            LogoutMessage::Query(query) => (Received::Query(query), None),
            LogoutMessage::Post(post) => {
                parsed = match post.parse() {
                    Ok(parsed) => parsed,
                    Err(malformed) => return unread(LoginRefusal::Form { cause: malformed.to_string() }),
                };
                received(&parsed)
            }
        };
        let (kind, claimed) = match claimed(received, kind) {
            Ok(claimed) => claimed,
            Err(error) => return unread(LoginRefusal::Logout(error)),
        };
        let origin = Origin { issuer: claimed.issuer(), organization_name: None };
        let named = claimed.in_response_to().and_then(SamlRequest::digest_of);
        let event = EventId::at(now, self.server.random()?);
        for mut unit in self.server.tries() {
            let request = match named.filter(|_| kind == MessageKind::Response) {
                Some(digest) => unit.saml_request(digest).await?,
                None => None,
            };
            let leading = request.as_ref().map(|request| &*request.record);
            let is_from = |stored: &StoredProvider| {
                let peer = self.single_sign_on.peer(&stored.record);
                let service = &self.single_sign_on.service_provider;
                VerifiedLogoutRequest::check(received, service, &peer, now).is_ok()
            };
            let provider = match origin.find(&mut unit, leading, (is_from, |_: &_| true), now).await? {
                Ok(provider) => provider,
                Err(refusal) => return Ok(Err(LoginRefused { refusal, event: None })),
            };
            let attempt = attempt(event, &provider.record, Action::LogOut, now);
            let decided = match kind {
                MessageKind::Request => self.asked(&mut unit, received, &provider, now).await?,
                MessageKind::Response => login::awaited(request, &provider, now).and_then(|request| {
                    let (id, _) = message_id(&request.record.id())?;
                    self.answered(received, (&id, &provider), &request, now)
                }),
            };
            match decided {
                Ok(done) => {
                    if let Some(received) = unit.commit::<_, LoginRefusal>(attempt, Ok(done)).await? {
                        return Ok(received.map_err(|refusal| LoginRefused { refusal, event: Some(event) }));
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

    /// The answer to a request that sessions end, once the host has ended them, or could not.
    ///
    /// # Errors
    ///
    /// [`Error`]. A refusal is the inner answer: an identity provider that is gone, or that has no logout URL.
    pub async fn answer_logout(
        &self,
        asked: &LogoutAsked,
        outcome: LogoutOutcome,
        now: Timestamp,
    ) -> Answer<Result<Outgoing, LoginRefused>, S> {
        let mut unit = self.server.unit();
        let stored = unit.identity_provider(asked.organization, asked.provider).await?;
        let id = MessageId::of_bits(self.server.random()?);
        let answer = LogoutResponse::to(&asked.request, id, outcome);
        let sent = match &stored {
            None => Err(LoginRefusal::ProviderUnknown),
            Some(stored) => logout_of(&stored.record).and_then(|logout| {
                let address = logout.response_url.as_ref().unwrap_or(&logout.url);
                let mut delivery = Delivery::new(logout.binding, address);
                delivery.relay_state = asked.request.relay_state();
                delivery.signer = self.single_sign_on.signer.as_deref();
                let service = &self.single_sign_on.service_provider;
                answer.send(service, &delivery, now).map_err(LoginRefusal::NotSent)
            }),
        };
        Ok(sent.map_err(|refusal| LoginRefused { refusal, event: None }))
    }

    fn logout_begun(
        &self,
        begin: &BeginLogout<'_>,
        beginning: &Beginning<'_>,
        provider: Option<&StoredProvider>,
        now: Timestamp,
    ) -> Result<Begun, LoginRefusal> {
        let done = login::begin(beginning, provider, now)?;
        let provider = provider.ok_or(LoginRefusal::ProviderUnknown)?;
        let logout = logout_of(&provider.record)?;
        let signer = self.single_sign_on.signer.as_deref().ok_or(LoginRefusal::NoSigningKey)?;
        let (id, relay_state): (MessageId, RelayState) = message_id(&done.value.id())?;
        let mut request = LogoutRequest::new(id, begin.name_id.clone());
        request.session_indexes = begin.session_index.map(str::to_owned).into_iter().collect();
        let mut delivery = Delivery::new(logout.binding, &logout.url);
        delivery.relay_state = Some(&relay_state);
        delivery.signer = Some(signer);
        let service = &self.single_sign_on.service_provider;
        let send = request.send(service, &delivery, now).map_err(LoginRefusal::NotSent)?;
        Ok(Begun { changes: done.changes, expires: done.value.expires, send })
    }

    async fn asked(
        &self,
        unit: &mut Unit<'_, S>,
        received: Received<'_>,
        provider: &StoredProvider,
        now: Timestamp,
    ) -> Answer<Result<Done<LogoutReceived>, LoginRefusal>, S> {
        let peer = self.single_sign_on.peer(&provider.record);
        let service = &self.single_sign_on.service_provider;
        let request = match VerifiedLogoutRequest::check(received, service, &peer, now) {
            Ok(request) => request,
            Err(error) => return Ok(Err(LoginRefusal::Logout(error))),
        };
        let (organization, provider) = place(&provider.record);
        let users = match request.name_id().value.parse::<EmailAddress>() {
            Ok(email) => unit.users_with(organization, &email).await?,
            Err(_) => Vec::new(),
        };
        let user = match users.as_slice() {
            [user] => Some(user.id),
            _ => None,
        };
        let value = LogoutReceived::Asked(Box::new(LogoutAsked { organization, provider, user, request }));
        Ok(Ok(Done { value, changes: Changes::new(), told: Vec::new() }))
    }

    fn answered(
        &self,
        received: Received<'_>,
        (id, provider): (&MessageId, &StoredProvider),
        request: &crate::change::Versioned<std::sync::Arc<SamlRequest>>,
        now: Timestamp,
    ) -> Result<Done<LogoutReceived>, LoginRefusal> {
        let peer = self.single_sign_on.peer(&provider.record);
        let service = &self.single_sign_on.service_provider;
        let proof =
            VerifiedLogoutResponse::check(received, id, service, &peer, now).map_err(LoginRefusal::Logout)?;
        let Done { changes, told, .. } = login::answered(&proof, request, now);
        let value = LogoutReceived::Answered {
            organization: provider.record.organization,
            is_partial: proof.is_partial(),
            return_to: request.record.return_to.clone(),
        };
        Ok(Done { value, changes, told })
    }
}

fn logout_of(provider: &IdentityProvider) -> Result<&LogoutEndpoint, LoginRefusal> {
    provider.settings.logout.as_ref().ok_or(LoginRefusal::NoLogout)
}

/// A form as the message in it, and which field it came in.
fn received(parsed: &ParsedSamlPost) -> (Received<'_>, Option<MessageKind>) {
    let (message, kind) = match &parsed.message {
        PostedMessage::Request(message) => (message, MessageKind::Request),
        PostedMessage::Response(message) => (message, MessageKind::Response),
    };
    (Received::Form { message, relay_state: parsed.relay_state.as_deref() }, Some(kind))
}

/// What the message claims, and whether it asks or answers: a query says so itself.
fn claimed(
    received: Received<'_>,
    kind: Option<MessageKind>,
) -> Result<(MessageKind, ClaimedLogout), LogoutError> {
    let kind_or_request = kind.unwrap_or(MessageKind::Request);
    match ClaimedLogout::of(received, kind_or_request) {
        Ok(claimed) => Ok((kind_or_request, claimed)),
        Err(LogoutError::Query(QueryError::Kind { found, .. })) if kind.is_none() => {
            Ok((found, ClaimedLogout::of(received, found)?))
        }
        Err(error) => Err(error),
    }
}
