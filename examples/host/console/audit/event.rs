//! An event of the trail, for people.

use std::collections::HashMap;

use grantor::Store;
use grantor::audit::Action;
use grantor::audit::Actor;
use grantor::audit::Event;
use grantor::audit::FieldChange;
use grantor::audit::Outcome;
use grantor::audit::Subject;
use grantor::change::Key;
use grantor::change::Record;
use grantor::model::Division;
use grantor::model::Granted;
use grantor::server::Error;
use grantor::server::LoggedIn;
use grantor::value::ClientId;
use grantor::value::IdentityProviderId;
use grantor::value::RoleId;
use maud::Markup;
use maud::html;

use crate::console::Answer;
use crate::console::clients::actor;
use crate::console::clients::division;
use crate::console::parts::capital;
use crate::console::parts::duration;
use crate::console::parts::when;
use crate::host::Host;

/// How many changed fields are shown at once.
const SHOWN: usize = 4;

/// What clients and identity providers are called now.
#[derive(Default)]
pub struct Names {
    clients: HashMap<ClientId, String>,
    providers: HashMap<IdentityProviderId, String>,
}

impl Names {
    /// The name, or the id of a client that is gone.
    pub fn of(&self, client: ClientId) -> String {
        self.clients.get(&client).cloned().unwrap_or_else(|| client.to_string())
    }

    fn of_provider(&self, provider: IdentityProviderId) -> String {
        self.providers.get(&provider).cloned().unwrap_or_else(|| provider.to_string())
    }
}

/// The names of whatever the events are about.
pub async fn names_in(host: &Host, who: LoggedIn, events: &[Event]) -> Answer<Names> {
    let mut names = names(host, who, events.iter().filter_map(Event::client).collect()).await?;
    for event in events {
        let Subject::IdentityProvider { provider, .. } = event.subject else { continue };
        let key = Key::IdentityProvider(who.organization, provider);
        if let Some(Record::IdentityProvider(found)) = record(host, key).await? {
            names.providers.insert(provider, found.labels.name.to_string());
        }
    }
    Ok(names)
}

/// The names of those of the clients that the organization may know of: its own, those built in, and those on which it said a
/// word (OR-01). Who looks was asked for the permission already, and looking leaves no event.
pub async fn names(host: &Host, who: LoggedIn, clients: Vec<ClientId>) -> Answer<Names> {
    let mut names = Names::default();
    for id in clients {
        if names.clients.contains_key(&id) {
            continue;
        }
        let Some(Record::Client(client)) = record(host, Key::Client(id)).await? else { continue };
        let is_known = client.organization().is_none_or(|owner| owner == who.organization)
            || record(host, Key::Authorization(who.organization, id)).await?.is_some();
        if is_known {
            names.clients.insert(id, client.name.to_string());
        }
    }
    Ok(names)
}

async fn record(host: &Host, key: Key) -> Answer<Option<Record>> {
    let stored = host.server.store().record(key).await.map_err(Error::NotDone)?;
    Ok(stored.map(|stored| stored.record))
}

/// What was done, in words.
pub fn words(action: Action) -> String {
    capital(&action.as_str().replace('_', " "))
}

pub fn card(host: &Host, who: LoggedIn, event: &Event, names: &Names) -> Markup {
    html! {
        article.event id=(event.id) {
            header {
                @match &event.outcome {
                    Outcome::Done => span.state.good { "Done" },
                    Outcome::Refused { .. } => span.state.bad { "Refused" },
                }
                strong { (words(event.action)) }
                (when(event.at))
            }
            p.facts {
                (actor_name(host, event, names))
                @if let Some(subject) = subject(host, event, names) { span.hint { ": " (subject) } }
            }
            @if let Outcome::Refused { code, cause } = &event.outcome {
                p { (capital(cause)) ". " code { (code) } " " a href={ "/console/audit/why/" (event.id) } { "Why?" } }
            }
            (changes(host, who, &event.changes))
        }
    }
}

fn actor_name(host: &Host, event: &Event, names: &Names) -> String {
    match event.actor {
        Actor::Client(client) => format!("Client {}", names.of(client)),
        other => actor(host, other),
    }
}

/// To what, where that is more than the organization itself.
fn subject(host: &Host, event: &Event, names: &Names) -> Option<Markup> {
    let client = |what: &str, client: ClientId| html! { (what) " " a href={ "/console/clients/" (client) } { (names.of(client)) } };
    Some(match event.subject {
        Subject::Client(id) => client("client", id),
        Subject::Authorization { client, .. } => {
            html! { "application " a href={ "/console/applications/" (client) } { (names.of(client)) } }
        }
        Subject::Login { client: id, .. } => client("a login with", id),
        Subject::AccessToken { client: id, .. } => client("a token of", id),
        Subject::IdentityProvider { provider, .. } => {
            html! { "identity provider " a href={ "/console/providers/" (provider) } { (names.of_provider(provider)) } }
        }
        Subject::User { organization, user } => {
            html! { "the tokens of " (host.directory.name_of_user(LoggedIn { organization, user })) }
        }
        _ => return None,
    })
}

/// What was changed, before and after by field. Of what was made then there is no before.
pub fn changes(host: &Host, who: LoggedIn, changes: &[FieldChange]) -> Markup {
    let had = changes.iter().any(|change| change.before.is_some());
    let table = html! {
        table.changes {
            thead { tr {
                th scope="col" { "Field" }
                @if had { th scope="col" { "Before" } }
                th scope="col" { @if had { "After" } @else { "Value" } }
            } }
            tbody { @for change in changes { tr {
                th scope="row" { (label(&change.field)) }
                @if had { td data-label="Before" { (value(host, who, &change.field, change.before.as_deref())) } }
                td data-label=[had.then_some("After")] { (value(host, who, &change.field, change.after.as_deref())) }
            } } }
        }
    };
    html! {
        @match changes.len() {
            0 => {}
            1..=SHOWN => (table),
            count => details { summary { (count) " fields" } (table) },
        }
    }
}

/// A field's name for people.
fn label(field: &str) -> String {
    let words = field.split('_').map(|word| match word {
        "uris" => "URIs",
        "pkce" => "PKCE",
        "sso" => "SSO",
        "idp" => "IdP",
        "cbc" => "CBC",
        "saml2" => "SAML2",
        "authn" => "authentication",
        other => other,
    });
    capital(&words.collect::<Vec<_>>().join(" "))
}

/// A field's text: lists by line, roles by name, instants and lifetimes as they are elsewhere.
fn value(host: &Host, who: LoggedIn, field: &str, text: Option<&str>) -> Markup {
    // AA-12: an application without roles of its own is everyone's.
    if field == "audience" && text == Some("") {
        return html! { "everyone" };
    }
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return html! { span.hint { "none" } };
    };
    let listed = |parts: Vec<String>| html! { ul.plain { @for part in parts { li { (part) } } } };
    match field {
        "roles" => listed(text.split(", ").map(|grant| role(host, who, grant)).collect()),
        "audience" => listed(text.split(' ').map(|id| role(host, who, id)).collect()),
        "granted" if text == Granted::Roles.to_string() => html! { (text) },
        "scopes" | "requested" | "granted" | "shown" | "redirect_uris" | "secrets" | "certificates" => {
            html! { ul.plain { @for part in text.split(' ') { li { code { (part) } } } } }
        }
        "revoked_by" => {
            let actor =
                |who: LoggedIn| Actor::User { organization: who.organization, user: who.user }.to_string();
            let person = host.directory.people().iter().find(|person| actor(person.who) == text);
            html! { (person.map_or_else(|| capital(text), |person| person.name.to_string())) }
        }
        "lifetime" => html! { (text.parse().map_or_else(|_| text.to_owned(), duration)) },
        _ => match text.parse() {
            Ok(at) => when(at),
            Err(_) => html! { (text) },
        },
    }
}

/// `ROLE` or `ROLE/DIVISION`, by name as far as there is one.
fn role(host: &Host, who: LoggedIn, text: &str) -> String {
    let (id, place) = text.split_once('/').map_or((text, None), |(id, place)| (id, Some(place)));
    let Ok(id) = id.parse::<RoleId>() else { return text.to_owned() };
    let name = host.directory.name_of_role(who.organization, id);
    let place = place.map(|place| match place.parse() {
        Ok(one) => division(host, who, Division::One(one)),
        Err(_) => division(host, who, Division::All),
    });
    place.map_or_else(|| name.clone(), |place| format!("{name} in {place}"))
}
