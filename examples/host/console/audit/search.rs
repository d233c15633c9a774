//! What is looked for in the trail: the form, and what it asks.

use grantor::Timestamp;
use grantor::audit::Action;
use grantor::audit::Actor;
use grantor::audit::EventQuery;
use grantor::audit::OutcomeName;
use grantor::change::Problems;
use grantor::server::LoggedIn;
use grantor::value::ClientId;
use maud::Markup;
use maud::html;

use super::event::words;
use crate::console::parts::summary;
use crate::console::parts::wrong;
use crate::host::Host;
use crate::http::form::Form;
use crate::http::form::encoded;
use crate::instant;

/// The fields, in the order of the form.
const FIELDS: [&str; 6] = ["from", "to", "actor", "client", "action", "outcome"];
/// How far back is looked where nothing is asked for: seven days.
const DEFAULT: u32 = 7 * 86_400;

/// What was entered, and what it asks.
pub struct Search {
    entered: [String; 6],
    problems: Problems,
    /// None where something is wrong with it.
    pub query: Option<EventQuery>,
}

impl Search {
    pub fn of(form: &Form, who: LoggedIn, now: Timestamp) -> Self {
        let mut entered = FIELDS.map(|name| form.text(name));
        if FIELDS.iter().all(|name| form.exact(name).is_none()) {
            entered[0] = instant::of_field(now.minus(DEFAULT));
        }
        let mut problems = Problems::none();
        let query = query(&entered, who, &mut problems);
        let query = problems.is_empty().then_some(query);
        Self { entered, problems, query }
    }

    /// The address of this search, to which a page is added.
    pub fn path(&self) -> String {
        let fields =
            FIELDS.iter().zip(&self.entered).map(|(name, text)| format!("{name}={}&", encoded(text)));
        format!("/console/audit?{}", fields.collect::<String>())
    }

    pub fn form(&self, host: &Host, who: LoggedIn) -> Markup {
        let [from, to, actor, client, action, outcome] = &self.entered;
        let people =
            host.directory.people().iter().filter(|person| person.who.organization == who.organization);
        let instant = |name: &str, label: &str, value: &str| {
            html! {
                div.field {
                    label for=(name) { (label) }
                    (wrong(&self.problems, name))
                    input id=(name) name=(name) type="datetime-local" value=(value) aria-describedby={ (name) "-wrong" };
                }
            }
        };
        let option = |value: &str, label: &str, chosen: &str| {
            html! { option value=(value) selected[value == chosen] { (label) } }
        };
        html! {
            (summary(&self.problems))
            form.panel method="get" action="/console/audit" {
                div.fields {
                    (instant("from", "From", from))
                    (instant("to", "To", to))
                    div.field {
                        label for="actor" { "Who" }
                        (wrong(&self.problems, "actor"))
                        select #actor name="actor" {
                            (option("", "anybody", actor))
                            @for person in people { (option(&person.who.user.to_string(), person.name.as_str(), actor)) }
                            (option("operator", "the operator of the service", actor))
                            (option("sweep", "the sweep: what was due", actor))
                        }
                    }
                    div.field {
                        label for="action" { "What" }
                        (wrong(&self.problems, "action"))
                        select #action name="action" {
                            (option("", "anything", action))
                            @for known in Action::ALL { (option(known.as_str(), &words(known), action)) }
                        }
                    }
                    div.field {
                        label for="outcome" { "How it ended" }
                        (wrong(&self.problems, "outcome"))
                        select #outcome name="outcome" {
                            (option("", "either way", outcome)) (option("done", "done", outcome)) (option("refused", "refused", outcome))
                        }
                    }
                    div.field {
                        label for="client" { "Client id" }
                        (wrong(&self.problems, "client"))
                        input #client name="client" type="text" value=(client) spellcheck="false" aria-describedby="client-wrong";
                    }
                }
                div.buttons { button type="submit" { "Search" } a.button.quiet href="/console/audit" { "The last seven days" } }
            }
        }
    }
}

fn query(entered: &[String; 6], who: LoggedIn, problems: &mut Problems) -> EventQuery {
    let [from, to, actor, client, action, outcome] = entered;
    let mut asked = EventQuery {
        from: instant::first(from),
        to: instant::last(to),
        actor: actor_of(actor, who),
        client: client.parse::<ClientId>().ok(),
        actions: Action::ALL.into_iter().filter(|known| known.as_str() == action).collect(),
        outcome: outcome_of(outcome),
        ..EventQuery::default()
    };
    let is_unread = |text: &String, is_read: bool| !text.is_empty() && !is_read;
    for (name, is_unread) in
        [("from", is_unread(from, asked.from.is_some())), ("to", is_unread(to, asked.to.is_some()))]
    {
        if is_unread {
            let (cause, remedy) = ("that is no date and time", "write it like 2026-01-15T12:00, in UTC");
            problems.note(name, "bad.instant", cause, remedy);
        }
    }
    if asked.from.zip(asked.to).is_some_and(|(from, to)| to < from) {
        problems.note("to", "bad.range", "it ends before it begins", "enter a later end");
    }
    if is_unread(actor, asked.actor.is_some()) {
        problems.note(
            "actor",
            "bad.actor",
            "nobody is called that",
            "select somebody of the list, or enter the id of a user",
        );
    }
    if is_unread(client, asked.client.is_some()) {
        problems.note("client", "client.not.found", "that is no client id", "copy it whole: it is a UUID");
    }
    if is_unread(action, !asked.actions.is_empty()) {
        problems.note("action", "bad.action", "there is no such action", "select one of the list");
    }
    if is_unread(outcome, asked.outcome.is_some()) {
        problems.note("outcome", "bad.outcome", "things end `done` or `refused`", "select one of the list");
    }
    if !problems.is_empty() {
        asked = EventQuery::default();
    }
    asked
}

/// `operator`, `sweep`, or the id of a user of the organization.
pub fn actor_of(text: &str, who: LoggedIn) -> Option<Actor> {
    match text {
        "operator" => Some(Actor::Operator),
        "sweep" => Some(Actor::Sweep),
        user => Some(Actor::User { organization: who.organization, user: user.parse().ok()? }),
    }
}

pub fn outcome_of(text: &str) -> Option<OutcomeName> {
    match text {
        "done" => Some(OutcomeName::Done),
        "refused" => Some(OutcomeName::Refused),
        _ => None,
    }
}
