//! The events of one application, folded into what it was.

use super::ApplicationThen;
use super::AuthorizationThen;
use super::ClientStateThen;
use super::ClientThen;
use super::traced::Traced;
use crate::audit::Action;
use crate::audit::Actor;
use crate::audit::Event;
use crate::audit::FieldChange;
use crate::audit::Subject;
use crate::model::Audience;
use crate::model::Division;
use crate::model::GrantType;
use crate::model::Granted;
use crate::model::RoleGrant;
use crate::model::RoleGrants;
use crate::model::StateName;
use crate::value::AuthorizationId;
use crate::value::ClientId;
use crate::value::Name;
use crate::value::RoleId;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::TokenLifetime;

/// What happened to one client and to an organization's word on it, up to an instant.
///
/// ```
/// use grantor::review::history::ApplicationHistory;
/// use grantor::testing::fixtures;
///
/// let world = fixtures::world();
/// let mut history = ApplicationHistory::new(world.web.id, fixtures::NOON);
/// history.add(&world.event);
/// let word = history.then().and_then(|then| then.authorization).expect("an approval");
/// assert_eq!(word.since, Some(fixtures::LONG_AGO));
/// ```
#[derive(Clone, Debug)]
pub struct ApplicationHistory {
    client: ClientId,
    instant: Timestamp,
    word: Traced,
    /// When a state was come to, by whom: an authorization comes to each state once.
    states: Vec<Reached>,
    /// The authorization that the latest event names.
    named: Option<AuthorizationId>,
    registered: Traced,
    created: Option<(Timestamp, Actor)>,
    modified: Option<(Timestamp, Actor)>,
}

/// That an authorization came to a state, and by whom; by nobody in this trail where it was approved by default before.
#[derive(Clone, Debug)]
struct Reached {
    authorization: Option<AuthorizationId>,
    state: String,
    by: Option<(Timestamp, Actor)>,
}

const OF_WORD: [&str; 5] = ["id", "state", "requested", "granted", "audience"];
const OF_CLIENT: [&str; 7] = ["name", "lifetime", "grant_type", "state", "roles", "scopes", "removal"];

impl ApplicationHistory {
    /// Of this client, up to this instant, which is included.
    #[must_use]
    pub fn new(client: ClientId, instant: Timestamp) -> Self {
        Self {
            client,
            instant,
            word: Traced::new(&OF_WORD),
            states: Vec::new(),
            named: None,
            registered: Traced::new(&OF_CLIENT),
            created: None,
            modified: None,
        }
    }

    /// And this event: its changes count where it is of this client, [changes it](Event::changes_application), and is not later
    /// than the instant. Events come in the order of their seconds.
    pub fn add(&mut self, event: &Event) {
        if event.at > self.instant || !event.changes_application() || event.client() != Some(self.client) {
            return;
        }
        match event.subject {
            Subject::Authorization { authorization, .. } => self.add_to_word(authorization, event),
            Subject::Client(_) => self.add_to_client(event),
            Subject::Organization(_)
            | Subject::Login { .. }
            | Subject::IdentityProvider { .. }
            | Subject::User { .. }
            | Subject::AccessToken { .. } => {}
        }
    }

    fn add_to_word(&mut self, authorization: Option<AuthorizationId>, event: &Event) {
        self.word.apply(&event.changes);
        self.named = authorization.or(self.named);
        if let Some(state) = after(&event.changes, "state") {
            // AA-13: what is no approval and finds a built-in client approved, finds it approved by default.
            let by_default = event.action != Action::Approve && state == StateName::Approved.as_str();
            let by = (!by_default).then_some((event.at, event.actor));
            self.states.push(Reached { authorization, state: state.to_owned(), by });
        }
    }

    fn add_to_client(&mut self, event: &Event) {
        self.registered.apply(&event.changes);
        let done = Some((event.at, event.actor));
        if matches!(event.action, Action::CreateClient | Action::DeclareBuiltIn) {
            self.created = done;
        }
        if self.modified.is_none_or(|(at, _)| at <= event.at) {
            self.modified = done;
        }
    }

    /// What it was; none where there was neither the client, as far as this trail tells of it, nor a word on it.
    #[must_use]
    pub fn then(&self) -> Option<ApplicationThen> {
        let (mut complete, authorization) = match self.authorization() {
            Some((authorization, complete)) => (complete, Some(authorization)),
            None => (self.word.is_complete(), None),
        };
        let registered = self.registered().map(|(client, is_complete)| {
            complete &= is_complete;
            client
        });
        (authorization.is_some() || registered.is_some()).then_some(ApplicationThen {
            client: self.client,
            authorization,
            registered,
            approved_by_default: false,
            complete,
        })
    }

    fn authorization(&self) -> Option<(AuthorizationThen, bool)> {
        let text = |name| self.word.text(name);
        if !self.word.is_there() {
            return None;
        }
        let mut complete = self.word.is_complete();
        let id = checked(text("id"), |text| text.parse().ok(), &mut complete).or(self.named);
        let state = text("state").and_then(state_of);
        let reached = self
            .states
            .iter()
            .find(|reached| reached.authorization == id && Some(reached.state.as_str()) == text("state"));
        complete &= reached.is_some() && state.is_some();
        let requested = checked(text("requested"), scopes_of, &mut complete);
        let granted = checked(text("granted"), granted_of, &mut complete);
        let audience = checked(text("audience"), audience_of, &mut complete);
        let authorization = AuthorizationThen {
            id,
            state,
            requested,
            granted,
            audience: audience.unwrap_or_default(),
            since: reached.and_then(|reached| reached.by).map(|(at, _)| at),
            by: reached.and_then(|reached| reached.by).map(|(_, by)| by),
        };
        Some((authorization, complete))
    }

    fn registered(&self) -> Option<(ClientThen, bool)> {
        let text = |name| self.registered.text(name);
        let (modified, modified_by) = self.modified?;
        if !self.registered.is_there() {
            return None;
        }
        let mut complete = self.registered.is_complete() && self.created.is_some();
        let removal = checked(text("removal"), |text| text.parse().ok(), &mut complete);
        let state = match (text("state"), removal) {
            (Some("active"), None) => Some(ClientStateThen::Active),
            (Some("inactive"), Some(removal)) => Some(ClientStateThen::Inactive { removal }),
            (Some("disabled"), removal) => Some(ClientStateThen::Disabled { removal }),
            (None | Some(_), _) => None,
        };
        // LC-08: from that instant on it is gone, whether or not a sweep ran.
        if removal.is_some_and(|removal| removal <= self.instant) {
            return None;
        }
        let name = checked(text("name"), |text| Name::new(text).ok(), &mut complete);
        let grant_type = checked(text("grant_type"), grant_type_of, &mut complete);
        let lifetime = checked(text("lifetime"), lifetime_of, &mut complete);
        complete &= name.is_some() && grant_type.is_some() && lifetime.is_some() && state.is_some();
        let client = ClientThen {
            name,
            grant_type,
            state,
            lifetime,
            roles: checked(text("roles"), roles_of, &mut complete).unwrap_or_default(),
            scopes: checked(text("scopes"), scopes_of, &mut complete).unwrap_or_default(),
            created: self.created.map(|(at, _)| at),
            created_by: self.created.map(|(_, by)| by),
            modified,
            modified_by,
        };
        Some((client, complete))
    }
}

fn after<'e>(changes: &'e [FieldChange], field: &str) -> Option<&'e str> {
    changes.iter().find(|change| change.field == field)?.after.as_deref()
}

/// The value of the text. A text that is none of a value was not written by this library.
fn checked<T>(text: Option<&str>, read: impl Fn(&str) -> Option<T>, complete: &mut bool) -> Option<T> {
    let value = read(text?);
    *complete &= value.is_some();
    value
}

fn state_of(text: &str) -> Option<StateName> {
    StateName::ALL.into_iter().find(|state| state.as_str() == text)
}

fn grant_type_of(text: &str) -> Option<GrantType> {
    GrantType::ALL.into_iter().find(|grant_type| grant_type.to_string() == text)
}

fn lifetime_of(text: &str) -> Option<TokenLifetime> {
    TokenLifetime::from_seconds(text.parse().ok()?).ok()
}

fn scopes_of(text: &str) -> Option<Scopes> {
    if text.is_empty() { Some(Scopes::empty()) } else { Scopes::parse(text).ok() }
}

fn granted_of(text: &str) -> Option<Granted> {
    if text == Granted::Roles.to_string() {
        return Some(Granted::Roles);
    }
    scopes_of(text).filter(|scopes| !scopes.is_empty()).map(Granted::Scopes)
}

fn audience_of(text: &str) -> Option<Audience> {
    let roles: Result<Vec<RoleId>, _> = text.split_whitespace().map(str::parse).collect();
    roles.ok().map(Audience::of_roles)
}

fn roles_of(text: &str) -> Option<RoleGrants> {
    let grant = |text: &str| {
        let (role, division) = text.split_once('/')?;
        let division = match division {
            "*" => Division::All,
            division => Division::One(division.parse().ok()?),
        };
        Some(RoleGrant { role: role.parse().ok()?, division })
    };
    let grants: Option<Vec<RoleGrant>> = text.split(", ").map(grant).collect();
    RoleGrants::new(grants?).ok()
}
