//! The authorization endpoint: from the query of a request to what the host does with the browser (RFC 6749
//! §3.1).

use zeroize::Zeroizing;

use super::AskConsent;
use super::AuthorizationServer;
use super::Error;
use super::consent::Seen;
use super::unit::Unit;
use crate::access::Standing;
use crate::admin::ActingUser;
use crate::admin::authorizations;
use crate::admin::authorizations::Application;
use crate::admin::authorizations::Selection;
use crate::audit::Action;
use crate::audit::Actor;
use crate::audit::Attempt;
use crate::audit::Subject;
use crate::change::Changes;
use crate::change::Denial;
use crate::change::Done;
use crate::change::Reason;
use crate::change::Refused;
use crate::grant::Issued;
use crate::grant::authorize::Answered;
use crate::grant::authorize::AuthorizeRefusal;
use crate::grant::authorize::Decision;
use crate::grant::authorize::FreshLogin;
use crate::grant::authorize::Lifetimes;
use crate::grant::authorize::Login;
use crate::grant::authorize::NotTrusted;
use crate::grant::authorize::Request;
use crate::grant::authorize::RequestedResponse;
use crate::grant::authorize::TrustedRequest;
use crate::grant::authorize::Visitor;
use crate::grant::authorize::check;
use crate::grant::authorize::decide;
use crate::grant::authorize::login;
use crate::grant::authorize::trust;
use crate::model::AccessToken;
use crate::model::ImplicitSunset;
use crate::model::PromptKind;
use crate::model::ResponseType;
use crate::store::Store;
use crate::value::AuthorizationId;
use crate::value::ClientId;
use crate::value::EventId;
use crate::value::FamilyId;
use crate::value::Issuer;
use crate::value::Name;
use crate::value::OrganizationId;
use crate::value::Permission;
use crate::value::Plain;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::UserId;
use crate::value::kind;
use crate::wire;
use crate::wire::AuthorizeRequest;
use crate::wire::Malformed;
use crate::wire::Redirection;
use crate::wire::Response;

/// Who is logged in at the browser, as the host has authenticated the user.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LoggedIn {
    /// The user's organization.
    pub organization: OrganizationId,
    /// The user.
    pub user: UserId,
}

/// What the host does with the browser.
#[derive(Debug)]
#[must_use]
pub enum Authorize {
    /// Shows an error page with status 400. The browser is sent nowhere: neither the application nor its redirect
    /// URI is to be trusted (GR-11).
    ShowError(ShowError),
    /// Logs the user in, and asks again with the same query, byte for byte.
    LogIn(LogIn),
    /// Shows a page that asks, and gives the answer to
    /// [`answer_consent`](AuthorizationServer::answer_consent).
    Ask(Box<AskConsent>),
    /// Shows, with status 403, that an administrator must approve the application. The request is recorded as pending (AA-05).
    AdministratorMustApprove(AdministratorNeeded),
    /// Sends the browser back to the application.
    Redirect(Box<Redirect>),
}

/// An error that is shown, and not redirected.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ShowError {
    /// The request cannot be read.
    #[error(transparent)]
    Malformed(Malformed),
    /// Whoever is to be answered is not to be trusted, or the answer to a page is not.
    #[error(transparent)]
    NotTrusted(NotTrusted),
}

impl ShowError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(malformed) => malformed.code(),
            Self::NotTrusted(reason) => reason.code(),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Malformed(_) => "start again from the application".into(),
            Self::NotTrusted(reason) => reason.remedy(),
        }
    }
}

/// The application that a user is to log in for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LogIn {
    /// The client.
    pub client: ClientId,
    /// Its name.
    pub application: Name,
}

/// The application that an administrator must approve first.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AdministratorNeeded {
    /// The client.
    pub client: ClientId,
    /// Its name.
    pub application: Name,
    /// What it asks for.
    pub requested: Scopes,
}

/// The browser goes back to the application.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Redirect {
    /// What the host sends, as it is. A code or token may be in its `location`: write it nowhere.
    pub response: Response,
    /// Why it carries an error and no code or token; none where it carries one. It is in the audit trail.
    pub refused: Option<AuthorizeRefusal>,
}

/// What is drawn at random for one request.
pub(super) struct Drawn {
    pub(super) family: FamilyId,
    pub(super) authorization: AuthorizationId,
    pub(super) code: Plain<kind::AuthorizationCode>,
    pub(super) access: Plain<kind::AccessToken>,
    pub(super) ticket: Plain<kind::ConsentTicket>,
    pub(super) event: EventId,
    pub(super) approval: EventId,
}

impl<S: Store> AuthorizationServer<S> {
    /// Answers a request to the authorization endpoint: who is logged in, or nobody, and the query as it came.
    ///
    /// A malformed request, and one that names no client there could be, reads nothing and leaves no trace; any
    /// other refusal is in the audit trail.
    ///
    /// ```
    /// use grantor::server::{Authorize, Error, LoggedIn};
    /// use grantor::wire::{AuthorizeRequest, Response};
    /// use grantor::{AuthorizationServer, Store, Timestamp};
    /// # fn page(status: u16, title: &str) -> Response {
    /// #     Response { status, headers: Vec::new(), body: title.into() }
    /// # }
    ///
    /// async fn get_authorize<S: Store>(
    ///     server: &AuthorizationServer<S>,
    ///     query: &[u8],
    ///     session: Option<LoggedIn>,
    ///     now: Timestamp,
    /// ) -> Result<Response, Error<S::Error>> {
    ///     Ok(match server.authorize(&AuthorizeRequest { query }, session, now).await? {
    ///         Authorize::ShowError(error) => page(400, &format!("{error}: {}", error.remedy())),
    ///         Authorize::LogIn(to) => page(200, &format!("Log in to use {}", to.application)),
    ///         Authorize::Ask(question) => {
    ///             let ticket = question.ticket.expose(); // into a hidden field of the form
    ///             page(200, &format!("{} asks for access. {ticket}", question.application))
    ///         }
    ///         Authorize::AdministratorMustApprove(needed) => {
    ///             page(403, &format!("An administrator must approve {}", needed.application))
    ///         }
    ///         Authorize::Redirect(back) => back.response,
    ///     })
    /// }
    /// # let server = AuthorizationServer::with_entropy(
    /// #     grantor::MemoryStore::new(),
    /// #     grantor::testing::SeededEntropy::new(1),
    /// #     grantor::Settings::new("https://login.example.com".parse()?, Default::default()),
    /// # );
    /// let query = b"response_type=code&client_id=unknown";
    /// let shown = grantor::ready(get_authorize(&server, query, None, Timestamp::from_unix(0)))??;
    /// assert_eq!(shown.status, 400);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error`] where the store or the random source failed. A code may have been recorded, and nobody has it.
    pub async fn authorize(
        &self,
        request: &AuthorizeRequest<'_>,
        logged_in: Option<LoggedIn>,
        now: Timestamp,
    ) -> Result<Authorize, Error<S::Error>> {
        match request.parse() {
            Ok(request) => self.authorize_request(&request, logged_in, now).await,
            Err(malformed) => Ok(Authorize::ShowError(ShowError::Malformed(malformed))),
        }
    }

    /// The same for a host that has parsed the request.
    ///
    /// # Errors
    ///
    /// As [`authorize`](Self::authorize).
    pub async fn authorize_request(
        &self,
        request: &Request,
        logged_in: Option<LoggedIn>,
        now: Timestamp,
    ) -> Result<Authorize, Error<S::Error>> {
        let Some(client) = request.client else {
            return Ok(shown(NotTrusted::UnknownClient));
        };
        for unit in self.tries() {
            let drawn = self.draw_login(now)?;
            if let Some(answer) = self.try_authorize(unit, (client, request), logged_in, drawn, now).await? {
                return Ok(answer);
            }
        }
        Err(Error::Contended)
    }

    /// One try. None on a conflict.
    async fn try_authorize(
        &self,
        mut unit: Unit<'_, S>,
        (client, request): (ClientId, &Request),
        logged_in: Option<LoggedIn>,
        drawn: Drawn,
        now: Timestamp,
    ) -> Result<Option<Authorize>, Error<S::Error>> {
        let stored = unit.client(client).await?.map(|stored| stored.record);
        let owner = stored.as_ref().and_then(|client| client.organization());
        let attempt = Attempt {
            event: drawn.event,
            organization: logged_in.map(|visitor| visitor.organization).or(owner),
            actor: logged_in.map_or(Actor::Client(client), LoggedIn::actor),
            action: Action::Authorize,
            subject: Subject::Client(client),
            at: now,
        };
        let trusted = match trust(stored, request.redirect_uri.as_deref(), now) {
            Ok(trusted) => trusted,
            Err(reason) => return unit.show(attempt, reason).await,
        };
        // RFC 9700 §4.11.2: nobody is redirected before the user is authenticated, not with an error either.
        let Some(visitor) = logged_in else {
            let application = trusted.client().name.clone();
            return Ok(Some(Authorize::LogIn(LogIn { client, application })));
        };
        let back = Back::of(&trusted, request);
        let checked = match check(&trusted, request, self.settings.implicit_sunset, now) {
            Ok(checked) => checked,
            Err(refusal) => return self.send_back(unit, attempt, &back, (&drawn, Err(refusal.into()))).await,
        };
        let (acting, seen) = match self.see(&mut unit, &trusted, visitor).await? {
            Ok(found) => found,
            Err(refusal) => return self.send_back(unit, attempt, &back, (&drawn, Err(refusal.into()))).await,
        };
        let may_approve = acting.require(&Permission::OAUTH_CLIENT_AUTHORIZE).is_ok();
        let visitor = Visitor { organization: visitor.organization, user: visitor.user, may_approve };
        let judged = (&visitor, self.settings.implicit_sunset);
        let (asks, shown) = match decide(&trusted, checked.scopes(), &seen.standing, judged, now) {
            Err(refusal) => return self.send_back(unit, attempt, &back, (&drawn, Err(refusal.into()))).await,
            Ok(Decision::SendBack { scopes }) => {
                let begins = Login {
                    organization: visitor.organization,
                    user: visitor.user,
                    scopes,
                    shown: None,
                    response_type: checked.response_type(),
                    redirect: trusted.redirect().clone(),
                    challenge: checked.challenge(),
                };
                let stands = (&seen.standing, seen.consent.as_ref());
                let decided = login(&trusted, &begins, stands, self.login_terms(&drawn), now);
                return self.send_back(unit, attempt, &back, (&drawn, decided.map_err(Refused::from))).await;
            }
            Ok(Decision::AdministratorMustApprove { requested }) => {
                return self.must_approve(unit, attempt, (&acting, &seen, &trusted), requested, now).await;
            }
            Ok(Decision::AskUser { shown }) => (PromptKind::User, shown),
            Ok(Decision::AskAdministrator { shown }) => (PromptKind::Administrator, shown),
        };
        let prompt =
            Seen::prompt(&trusted, &checked, (request.state.clone(), &drawn, now), (visitor, asks, shown));
        let publisher = match owner {
            Some(owner) => self.unit().organization(owner).await?.map(|stored| stored.record.name().clone()),
            None => None,
        };
        let page = self.page(&prompt, drawn.ticket, (&trusted, &acting, &seen), publisher);
        // An event of the page would tell nothing that the one of its answer does not.
        let is_kept = unit.commit_quietly(Changes::new().insert(prompt)).await?;
        Ok(is_kept.then(|| Authorize::Ask(Box::new(page))))
    }

    /// The user, active, and what a login of the user would stand on.
    pub(super) async fn see(
        &self,
        unit: &mut Unit<'_, S>,
        trusted: &TrustedRequest,
        LoggedIn { organization, user }: LoggedIn,
    ) -> Result<Result<(ActingUser, Seen), AuthorizeRefusal>, Error<S::Error>> {
        let stored = unit.organization(organization).await?.map(|stored| stored.record);
        let user_there = unit.user(organization, user).await?.map(|stored| stored.record);
        let Ok(acting) = unit.acting_as(organization, stored.clone(), user_there.as_deref()).await? else {
            return Ok(Err(AuthorizeRefusal::UnknownUser));
        };
        let client = trusted.client();
        let authorization = unit.authorization(organization, client.id).await?;
        let consent = unit.consent(organization, client.id, user).await?;
        let standing = Standing {
            organization: stored,
            client: Some(client.clone()),
            authorization: authorization.as_ref().map(|stored| stored.record.clone()),
            family: None,
            consent: consent.as_ref().map(|stored| stored.record.clone()),
            user: user_there,
        };
        Ok(Ok((acting, Seen { standing, authorization, consent })))
    }

    /// AA-05: the request is recorded as pending, unless it is already.
    async fn must_approve(
        &self,
        unit: Unit<'_, S>,
        attempt: Attempt,
        (acting, seen, trusted): (&ActingUser, &Seen, &TrustedRequest),
        requested: Scopes,
        now: Timestamp,
    ) -> Result<Option<Authorize>, Error<S::Error>> {
        let client = trusted.client();
        let texts: Vec<String> = requested.iter().map(ToString::to_string).collect();
        let selection = Selection { scopes: Some(&texts), catalog: &self.settings.scopes };
        let application =
            Application { client: Some(client.clone()), authorization: seen.authorization.clone() };
        let fresh = AuthorizationId::from_random(self.random()?);
        let decided = authorizations::request(acting, &application, &selection, fresh, now);
        let organization = acting.organization_id();
        let named = decided.as_ref().ok().map(|done| done.value.id());
        let subject = Subject::Authorization { organization, client: client.id, authorization: named };
        let attempt = Attempt { action: Action::RequestAuthorization, subject, ..attempt };
        let needed = AdministratorNeeded { client: client.id, application: client.name.clone(), requested };
        // What cannot be recorded, such as a scope that the catalog lost, is in the trail; the answer is the same.
        let outcome: Option<Result<_, Denial>> = unit.commit(attempt, decided).await?;
        Ok(outcome.map(|_| Authorize::AdministratorMustApprove(needed)))
    }

    /// Commits the beginning of a login, or its refusal, and sends the browser back.
    pub(super) async fn send_back(
        &self,
        unit: Unit<'_, S>,
        attempt: Attempt,
        back: &Back<'_>,
        (drawn, decided): (&Drawn, Result<Done<Answered>, Refused<AuthorizeRefusal>>),
    ) -> Result<Option<Authorize>, Error<S::Error>> {
        let attempt = match &decided {
            Ok(_) => {
                let (client, family) = (back.trusted.client().id, drawn.family);
                Attempt { subject: Subject::Login { client, family }, ..attempt }
            }
            Err(_) => attempt,
        };
        let outcome = match unit.commit_refused(attempt, decided).await? {
            None => return Ok(None),
            Some(outcome) => outcome,
        };
        let to = back.answer(&self.settings.issuer);
        Ok(Some(match outcome {
            Ok(Answered::Code) => redirect(to.with("code", drawn.code.expose()), None),
            Ok(Answered::Token(record)) => redirect(with_token(to, &drawn.access, &record), None),
            Err(refusal) => {
                let to = to.with("error", wire::authorize_error(&refusal).code());
                redirect(to, Some(refusal))
            }
        }))
    }

    /// What was drawn for a login, and how long what begins lives.
    pub(super) fn login_terms(&self, drawn: &Drawn) -> (FreshLogin, Lifetimes, ImplicitSunset) {
        let fresh =
            FreshLogin { family: drawn.family, code: drawn.code.digest(), access: drawn.access.digest() };
        let Self { settings, .. } = self;
        let lifetimes = Lifetimes { code: settings.code_lifetime, login: settings.login_lifetime };
        (fresh, lifetimes, settings.implicit_sunset)
    }

    pub(super) fn draw_login(&self, now: Timestamp) -> Result<Drawn, Error<S::Error>> {
        let mut random = Zeroizing::new([[0; 32]; 3]);
        self.entropy.fill(random.as_flattened_mut())?;
        let [code, access, ticket] = &*random;
        Ok(Drawn {
            family: FamilyId::from_random(self.random()?),
            authorization: AuthorizationId::from_random(self.random()?),
            code: Plain::from_random(code),
            access: Plain::from_random(access),
            ticket: Plain::from_random(ticket),
            event: EventId::at(now, self.random()?),
            approval: EventId::at(now, self.random()?),
        })
    }
}

impl LoggedIn {
    pub(super) const fn actor(self) -> Actor {
        Actor::User { organization: self.organization, user: self.user }
    }
}

/// How an answer goes back.
pub(super) struct Back<'a> {
    pub(super) trusted: &'a TrustedRequest,
    pub(super) response_type: ResponseType,
    pub(super) state: Option<&'a str>,
}

impl<'a> Back<'a> {
    fn of(trusted: &'a TrustedRequest, request: &'a Request) -> Self {
        let response_type = match request.response_type {
            RequestedResponse::Known(response_type) => response_type,
            RequestedResponse::Absent | RequestedResponse::Unknown => ResponseType::Code,
        };
        Self { trusted, response_type, state: request.state.as_deref() }
    }

    fn answer(&self, issuer: &Issuer) -> Redirection {
        Redirection::to(self.trusted.redirect().uri(), self.response_type, issuer, self.state)
    }
}

impl<S: Store> Unit<'_, S> {
    /// Commits why nothing is redirected, and shows it. None on a conflict.
    pub(super) async fn show(
        self,
        attempt: Attempt,
        reason: NotTrusted,
    ) -> Result<Option<Authorize>, Error<S::Error>> {
        let outcome: Option<Result<(), NotTrusted>> = self.commit(attempt, Err(reason)).await?;
        Ok(outcome.and_then(Result::err).map(shown))
    }
}

/// An error page.
pub(super) const fn shown(reason: NotTrusted) -> Authorize {
    Authorize::ShowError(ShowError::NotTrusted(reason))
}

fn redirect(to: Redirection, refused: Option<AuthorizeRefusal>) -> Authorize {
    Authorize::Redirect(Box::new(Redirect { response: to.response(), refused }))
}

/// RFC 6749 §4.2.2: the parameters of a token in the fragment.
fn with_token(to: Redirection, token: &Plain<kind::AccessToken>, record: &AccessToken) -> Redirection {
    let expires_in = Issued::lifetime(record).to_string();
    let scope = record.scopes.to_string();
    to.with("access_token", token.expose())
        .with("token_type", "Bearer")
        .with("expires_in", &expires_in)
        .with("scope", &scope)
}
