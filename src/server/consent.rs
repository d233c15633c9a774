//! Pages that ask a user or an administrator, and their answers (AA-04, AA-15).

use std::sync::Arc;

use super::AuthorizationServer;
use super::Authorize;
use super::Error;
use super::LoggedIn;
use super::authorize::Back;
use super::authorize::Drawn;
use super::authorize::shown;
use super::unit::Unit;
use crate::access::Standing;
use crate::admin::ActingUser;
use crate::admin::authorizations;
use crate::admin::authorizations::Application;
use crate::audit::Action;
use crate::audit::Attempt;
use crate::audit::Subject;
use crate::change::Changes;
use crate::change::Done;
use crate::change::Key;
use crate::change::Refused;
use crate::change::Versioned;
use crate::grant::authorize::Answered;
use crate::grant::authorize::AuthorizeRefusal;
use crate::grant::authorize::CheckedRequest;
use crate::grant::authorize::Login;
use crate::grant::authorize::NotTrusted;
use crate::grant::authorize::TrustedRequest;
use crate::grant::authorize::Visitor;
use crate::grant::authorize::login;
use crate::grant::authorize::trust;
use crate::model::Authorization;
use crate::model::AuthorizationState;
use crate::model::CodeRedirect;
use crate::model::ConsentPrompt;
use crate::model::PromptKind;
use crate::model::UserConsent;
use crate::store::Store;
use crate::value::AuthorizationId;
use crate::value::ClientId;
use crate::value::Digest;
use crate::value::Name;
use crate::value::Plain;
use crate::value::RedirectUri;
use crate::value::Scope;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::kind;

/// What a page that asks shows, and the ticket that binds its answer.
#[derive(Debug)]
#[must_use]
pub struct AskConsent {
    /// Goes into the page and comes back with the answer: it can be neither guessed, nor used twice, nor by another
    /// user. It is the user's alone, and means nothing to the application.
    pub ticket: Plain<kind::ConsentTicket>,
    /// In which name is asked: as an administrator for the organization, or as a user for oneself.
    pub asks: PromptKind,
    /// The client.
    pub client: ClientId,
    /// Its name.
    pub application: Name,
    /// The name of the organization that registered the application, and gave it its name; none for one that is built
    /// into the service. Shown beside the application's name, it tells an impostor from what it pretends to be.
    pub publisher: Option<Name>,
    /// The name of the user's own organization, whose data it is about.
    pub organization: Name,
    /// Where the browser goes with the answer.
    pub redirect_uri: RedirectUri,
    /// What is asked for.
    pub scopes: Vec<ScopeShown>,
    /// From when on no answer is taken.
    pub expires: Timestamp,
}

/// A scope on the page.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ScopeShown {
    /// The scope.
    pub scope: Scope,
    /// What it allows, in the words of the catalog; none where the catalog has lost it.
    pub description: Option<String>,
    /// Whether the user agreed to it before.
    pub agreed_before: bool,
}

/// What the user chose.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Choice {
    /// To agree: to these of the scopes that were shown, or with none given to all.
    Approve {
        /// The selected scopes, as the form gives them.
        scopes: Option<Vec<String>>,
    },
    /// Not to.
    Deny,
}

/// What was found of an application and its visitor.
pub(super) struct Seen {
    pub(super) standing: Standing,
    pub(super) authorization: Option<Versioned<Arc<Authorization>>>,
    pub(super) consent: Option<Versioned<Arc<UserConsent>>>,
}

impl Seen {
    /// The page that is kept until it is answered.
    pub(super) fn prompt(
        trusted: &TrustedRequest,
        checked: &CheckedRequest,
        (state, drawn, now): (Option<String>, &Drawn, Timestamp),
        (visitor, asks, shown): (Visitor, PromptKind, Scopes),
    ) -> ConsentPrompt {
        ConsentPrompt {
            digest: drawn.ticket.digest(),
            organization: visitor.organization,
            user: visitor.user,
            client: trusted.client().id,
            asks,
            shown,
            redirect: trusted.redirect().clone(),
            response_type: checked.response_type(),
            state,
            challenge: checked.challenge(),
            asked: now,
            expires: now.plus(ConsentPrompt::LIFETIME),
        }
    }

    /// Whether the organization has not said a word yet that it could not take back.
    fn is_open(&self) -> bool {
        self.authorization
            .as_ref()
            .is_none_or(|stored| matches!(stored.record.state(), AuthorizationState::Pending { .. }))
    }
}

impl<S: Store> AuthorizationServer<S> {
    /// Takes the answer to a page that asked: the ticket as it came back, the choice, and who is logged in now.
    ///
    /// The ticket comes by `POST`, from a hidden field of the page and never in a URL; the page is not cached, and not
    /// shown in a frame. It is answered once: a second answer, of a double click, is
    /// [`NotTrusted::PromptUnknown`]; after [`NotTrusted::BadSelection`] it can be answered still.
    ///
    /// Whatever was shown, what counts is what holds now: application, organization, user and scopes are judged
    /// again, in the commit that spends the ticket. An administrator's yes approves the application for the
    /// organization and is the administrator's own as a user; a user's yes is the user's alone (AA-15).
    ///
    /// # Errors
    ///
    /// [`Error`] where the store or the random source failed. Where it is [not done](Error::is_not_done) the answer can
    /// be given again.
    pub async fn answer_consent(
        &self,
        ticket: &str,
        choice: &Choice,
        logged_in: LoggedIn,
        now: Timestamp,
    ) -> Result<Authorize, Error<S::Error>> {
        let Ok(digest): Result<Digest<kind::ConsentTicket>, _> = Digest::of_presented(ticket) else {
            return Ok(shown(NotTrusted::PromptUnknown));
        };
        for mut unit in self.tries() {
            let drawn = self.draw_login(now)?;
            let Some(prompt) = unit.prompt(digest).await? else {
                return Ok(shown(NotTrusted::PromptUnknown));
            };
            if let Some(answer) = self.try_answer(unit, &prompt, choice, (logged_in, &drawn), now).await? {
                return Ok(answer);
            }
        }
        Err(Error::Contended)
    }

    /// One try. None on a conflict.
    async fn try_answer(
        &self,
        mut unit: Unit<'_, S>,
        stored: &Versioned<Arc<ConsentPrompt>>,
        choice: &Choice,
        (logged_in, drawn): (LoggedIn, &Drawn),
        now: Timestamp,
    ) -> Result<Option<Authorize>, Error<S::Error>> {
        let prompt = &stored.record;
        let attempt = Attempt {
            event: drawn.event,
            organization: Some(logged_in.organization),
            actor: logged_in.actor(),
            action: Action::Authorize,
            subject: Subject::Client(prompt.client),
            at: now,
        };
        if (prompt.organization, prompt.user) != (logged_in.organization, logged_in.user) {
            return unit.show(attempt, NotTrusted::PromptOfAnotherUser).await;
        }
        if prompt.expires <= now {
            return unit.show(attempt, NotTrusted::PromptUnknown).await;
        }
        let client = unit.client(prompt.client).await?.map(|stored| stored.record);
        let named = match &prompt.redirect {
            CodeRedirect::Named(uri) => Some(uri.as_str()),
            CodeRedirect::Only(_) => None,
        };
        let trusted = match trust(client, named, now) {
            // The only redirect URI may be another one by now.
            Ok(trusted) if *trusted.redirect() == prompt.redirect => trusted,
            Ok(_) => return unit.show(attempt, NotTrusted::RedirectUriUnknown).await,
            Err(reason) => return unit.show(attempt, reason).await,
        };
        let (trusted, state) = (&trusted, prompt.state.as_deref());
        let back = Back { trusted, response_type: prompt.response_type, state };
        let spent = || Changes::new().delete(stored.version, Key::ConsentPrompt(prompt.digest));
        let scopes = match choice {
            Choice::Deny => {
                let refused = Refused { reason: AuthorizeRefusal::Denied, changes: spent() };
                return self.send_back(unit, attempt, &back, (drawn, Err(refused))).await;
            }
            Choice::Approve { scopes } => match selected(scopes.as_deref(), &prompt.shown) {
                Some(scopes) => scopes,
                None => return unit.show(attempt, NotTrusted::BadSelection).await,
            },
        };
        let (acting, mut seen) = match self.see(&mut unit, trusted, logged_in).await? {
            Ok(found) => found,
            Err(reason) => {
                let refused = Refused { reason, changes: spent() };
                return self.send_back(unit, attempt, &back, (drawn, Err(refused))).await;
            }
        };
        let approval = self.approval(&acting, &mut seen, (prompt, &scopes), (attempt, drawn), now);
        let begins = Login {
            organization: prompt.organization,
            user: prompt.user,
            scopes,
            shown: Some(prompt.shown.clone()),
            response_type: prompt.response_type,
            redirect: prompt.redirect.clone(),
            challenge: prompt.challenge,
        };
        let stands = (&seen.standing, seen.consent.as_ref());
        let decided = match login(trusted, &begins, stands, self.login_terms(drawn), now) {
            Ok(done) => Ok(with(with(done, approval), spent())),
            Err(reason) => Err(Refused { reason, changes: spent() }),
        };
        self.send_back(unit, attempt, &back, (drawn, decided)).await
    }

    /// The approval of an administrator, for the organization, where it is still to be given: what of it is
    /// committed, with an event of its own. The login then stands on it.
    fn approval(
        &self,
        acting: &ActingUser,
        seen: &mut Seen,
        (prompt, scopes): (&ConsentPrompt, &Scopes),
        (attempt, drawn): (Attempt, &Drawn),
        now: Timestamp,
    ) -> Changes {
        if prompt.asks != PromptKind::Administrator || !seen.is_open() {
            return Changes::new();
        }
        let application =
            Application { client: seen.standing.client.clone(), authorization: seen.authorization.clone() };
        let chosen = (&prompt.shown, scopes);
        let approved = authorizations::approve_shown(acting, &application, chosen, drawn.authorization, now);
        // What may not be approved stays as it is, and the gate refuses the login for it.
        let Ok(Done { value, changes, told }) = approved else {
            return Changes::new();
        };
        let attempt = Attempt {
            event: drawn.approval,
            action: Action::Approve,
            subject: Subject::Authorization {
                organization: prompt.organization,
                client: prompt.client,
                authorization: Some(value.id()),
            },
            ..attempt
        };
        seen.standing.authorization = Some(value);
        changes.insert(attempt.done(told))
    }

    /// What the page shows.
    pub(super) fn page(
        &self,
        prompt: &ConsentPrompt,
        ticket: Plain<kind::ConsentTicket>,
        (trusted, acting, seen): (&TrustedRequest, &ActingUser, &Seen),
        publisher: Option<Name>,
    ) -> AskConsent {
        let authorization =
            seen.authorization.as_ref().map_or(AuthorizationId::BUILT_IN, |stored| stored.record.id());
        let consent = seen.consent.as_ref().map(|stored| &stored.record);
        let before = consent.and_then(|consent| consent.agreed_to(authorization, trusted.client().epoch));
        let shown = |scope: &Scope| ScopeShown {
            description: self.settings.scopes.describe(scope).map(str::to_owned),
            agreed_before: before.is_some_and(|agreed| agreed.covers(scope)),
            scope: scope.clone(),
        };
        AskConsent {
            ticket,
            asks: prompt.asks,
            client: prompt.client,
            application: trusted.client().name.clone(),
            publisher,
            organization: acting.organization().name().clone(),
            redirect_uri: prompt.redirect.uri().clone(),
            scopes: prompt.shown.iter().map(shown).collect(),
            expires: prompt.expires,
        }
    }
}

/// The selected scopes: some of those shown, or all of them.
fn selected(texts: Option<&[String]>, shown: &Scopes) -> Option<Scopes> {
    let Some(texts) = texts else {
        return Some(shown.clone());
    };
    if texts.len() > Scopes::MAX {
        return None;
    }
    let scopes: Result<Vec<Scope>, _> = texts.iter().map(|text| Scope::new(text)).collect();
    let scopes = Scopes::new(scopes.ok()?).ok()?;
    (!scopes.is_empty() && scopes.is_covered_by(shown)).then_some(scopes)
}

fn with(mut done: Done<Answered>, more: Changes) -> Done<Answered> {
    done.changes = more.into_iter().fold(done.changes, Changes::with);
    done
}
