//! Pieces of pages: fields with what is wrong with them, states, instants, pages of lists.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grantor::{
    Timestamp,
    change::{Denial, Position, Problem, Problems, Reason},
    model::{GrantType, Lifecycle, StateName},
    review::impact::Impact,
};
use maud::{Markup, html};

/// Why something was refused, and what to do about it.
pub fn refusal(denial: &Denial) -> Markup {
    html! {
        dl.why {
            dt { "Why" } dd { (capital(&denial.to_string())) "." }
            dt { "What to do" } dd { (capital(&denial.remedy())) "." }
            dt { "Code" } dd { code { (denial.code()) } }
        }
    }
}

/// What a change would stop from working, a line for each thing.
pub fn impact(impact: &Impact) -> Markup {
    html! {
        section.panel aria-labelledby="impact" {
            h2 #impact { "What would stop working" }
            ul { @for line in impact.to_string().lines() { li { (capital(line)) } } }
        }
    }
}

/// A list of everything that is wrong with a form, to stand above it.
pub fn summary(problems: &Problems) -> Markup {
    html! {
        @if !problems.is_empty() {
            section.alert role="alert" aria-labelledby="wrong" {
                h2 #wrong { "This is not right yet" }
                ul {
                    @for problem in problems {
                        li { a href={ "#" (field_of(problem)) } { (label_of(problem)) } ": " (problem.cause) }
                    }
                }
            }
        }
    }
}

/// What is wrong with one field: cause and remedy.
pub fn wrong(problems: &Problems, field: &str) -> Markup {
    let own = problems.iter().filter(|problem| field_of(problem) == field);
    html! {
        div id={ (field) "-wrong" } {
            @for problem in own {
                p.wrong { strong { (capital(&problem.cause)) "." } " " (capital(&problem.remedy)) "." code { (problem.code) } }
            }
        }
    }
}

/// The field without the place of one of its values: `scopes` for `scopes[2]`.
fn field_of(problem: &Problem) -> &str {
    problem.field.split('[').next().unwrap_or_default()
}

/// Its name for people.
fn label_of(problem: &Problem) -> String {
    capital(&field_of(problem).replace('_', " ").replace("uri", "URI"))
}

/// The text with a capital letter.
pub fn capital(text: &str) -> String {
    crate::http::sentence(text)
}

/// A field of one line.
pub struct Field<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub hint: &'a str,
    pub value: &'a str,
    pub required: bool,
}

impl Field<'_> {
    pub fn input(&self, kind: &str, problems: &Problems) -> Markup {
        let Self { name, label, hint, value, required } = *self;
        html! {
            div.field {
                label for=(name) { (label) @if !required { span.optional { "optional" } } }
                @if !hint.is_empty() { p.hint id={ (name) "-hint" } { (hint) } }
                (wrong(problems, name))
                input id=(name) name=(name) type=(kind) value=(value) aria-describedby={ (name) "-hint " (name) "-wrong" };
            }
        }
    }

    pub fn lines(&self, rows: u8, problems: &Problems) -> Markup {
        let Self { name, label, hint, value, required } = *self;
        html! {
            div.field {
                label for=(name) { (label) @if !required { span.optional { "optional" } } }
                @if !hint.is_empty() { p.hint id={ (name) "-hint" } { (hint) } }
                (wrong(problems, name))
                textarea id=(name) name=(name) rows=(rows) aria-describedby={ (name) "-hint " (name) "-wrong" } { (value) }
            }
        }
    }
}

/// Something to tick.
pub fn tick(name: &str, value: &str, is_on: bool, label: &Markup) -> Markup {
    html! {
        label.tick { input type="checkbox" name=(name) value=(value) checked[is_on]; span { (label) } }
    }
}

pub const fn grant_name(grant_type: GrantType) -> &'static str {
    match grant_type {
        GrantType::ClientCredentials => "Client credentials",
        GrantType::AuthorizationCode => "Authorization code",
        GrantType::Saml2Bearer => "SAML2 bearer",
        GrantType::Implicit => "Implicit",
    }
}

pub fn lifecycle(state: &Lifecycle) -> Markup {
    match state {
        Lifecycle::Active => html! { span.state.good { "Active" } },
        Lifecycle::Inactive(deletion) => {
            html! { span.state.warn { "Inactive" } " " span.hint { "removed at " (when(deletion.removal)) } }
        }
        Lifecycle::Disabled { .. } => html! { span.state.bad { "Disabled" } },
    }
}

pub fn state(state: StateName) -> Markup {
    match state {
        StateName::Approved => html! { span.state.good { "Approved" } },
        StateName::Pending => html! { span.state.warn { "Pending" } },
        StateName::Revoked => html! { span.state.bad { "Revoked" } },
    }
}

/// An instant, in UTC, to the minute.
pub fn when(at: Timestamp) -> Markup {
    let text = at.to_string();
    let shown = text.get(..16).unwrap_or(&text).replace('T', " ");
    html! { time datetime=(text) { (shown) " UTC" } }
}

/// So many seconds, for people.
pub fn duration(seconds: u32) -> String {
    let (unit, name) = match seconds {
        whole if whole % 86_400 == 0 => (86_400, "day"),
        whole if whole % 3_600 == 0 => (3_600, "hour"),
        whole if whole % 60 == 0 => (60, "minute"),
        _ => (1, "second"),
    };
    let count = seconds / unit;
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

/// The link to the next page of a list, if there is one.
pub fn more(path: &str, next: Option<Position>) -> Markup {
    html! {
        @if let Some(next) = next {
            nav.more aria-label="Pages" { a.button href={ (path) "after=" (position(next)) } { "Next page" } }
        }
    }
}

/// A position as text of a query.
pub fn position(position: Position) -> String {
    URL_SAFE_NO_PAD.encode(position.as_bytes())
}

/// The position in a query.
pub fn after(text: Option<&str>) -> Option<Position> {
    Position::from_bytes(&URL_SAFE_NO_PAD.decode(text?).ok()?)
}

/// A secret, to be seen once, with a button that copies it where scripts run.
pub fn secret(text: &str) -> Markup {
    html! {
        div.secret {
            label for="secret" { "Client secret" }
            div.row {
                input #secret type="text" readonly value=(text) autocomplete="off" spellcheck="false";
                button type="button" data-copy="secret" hidden { "Copy" }
            }
            p role="status" data-copied {}
            p.hint { "Copy it now: it is kept here as a digest alone, and cannot be shown again." }
        }
    }
}
