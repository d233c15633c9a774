//! The console: pages for people, rendered here, that work without a script.

mod applications;
pub mod audit;
mod clients;
pub mod consent;
pub mod layout;
pub mod login;
pub mod parts;
mod providers;
mod review;
mod usage;
mod why;

use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use grantor::{change::Denial, server::Error};
use maud::html;

use crate::{host::Shared, http::session::SignedIn};

/// A part of the console, as the navigation has it. A further one is a variant here and a router below.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Section {
    Clients,
    Applications,
    Providers,
    Usage,
    Why,
    Audit,
    Review,
}

impl Section {
    /// In the order of the navigation.
    pub const ALL: [Self; 7] = [
        Self::Clients,
        Self::Applications,
        Self::Providers,
        Self::Usage,
        Self::Why,
        Self::Audit,
        Self::Review,
    ];

    pub const fn path(self) -> &'static str {
        match self {
            Self::Clients => "/console/clients",
            Self::Applications => "/console/applications",
            Self::Providers => "/console/providers",
            Self::Usage => "/console/usage",
            Self::Why => "/console/why",
            Self::Audit => "/console/audit",
            Self::Review => "/console/review",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Clients => "OAuth clients",
            Self::Applications => "Authorized applications",
            Self::Providers => "Identity providers",
            Self::Usage => "Usage",
            Self::Why => "Why?",
            Self::Audit => "Audit",
            Self::Review => "Review",
        }
    }
}

pub fn router() -> Router<Shared> {
    Router::new()
        .merge(clients::router())
        .merge(applications::router())
        .merge(providers::router())
        .merge(usage::router())
        .merge(why::router())
        .merge(audit::router())
        .merge(review::router())
}

/// Why there is no page.
#[derive(Debug)]
pub enum Failure {
    NotFound,
    BadRequest(&'static str),
    /// The library refused it: nothing was changed.
    Denied(Box<Denial>),
    /// The store failed. Whether anything was changed is known in the first case.
    NotDone,
    Unknown,
}

pub type Answer<T = Response> = Result<T, Failure>;

impl<E: std::error::Error> From<Error<E>> for Failure {
    fn from(error: Error<E>) -> Self {
        if let Error::Denied(denial) = error {
            return Self::Denied(Box::new(denial));
        }
        tracing::error!(%error, "not done");
        if error.is_not_done() { Self::NotDone } else { Self::Unknown }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, title, advice) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "There is no such page", "Check the address."),
            Self::BadRequest(what) => (StatusCode::BAD_REQUEST, "The request cannot be read", what),
            Self::Denied(denial) => return refused(&denial),
            Self::NotDone => {
                let advice = "Nothing was changed. Try again in a moment.";
                (StatusCode::SERVICE_UNAVAILABLE, "The service cannot do it now", advice)
            }
            Self::Unknown => {
                let advice = "It is not known whether it was done. Look before you try again.";
                (StatusCode::SERVICE_UNAVAILABLE, "The service did not answer", advice)
            }
        };
        layout::message(status, title, advice).into_response()
    }
}

/// A refusal with its cause and its remedy.
fn refused(denial: &Denial) -> Response {
    let body = html! {
        (parts::refusal(denial))
        p.hint { "Nothing was changed. The attempt is in the audit trail." }
        p { a href="/console/clients" { "Back to the console" } }
    };
    (status_of(denial), layout::alone("That was refused", &body)).into_response()
}

/// The HTTP status of a refusal.
pub fn status_of(denial: &Denial) -> StatusCode {
    match denial {
        Denial::UnknownActor | Denial::MissingPermission(_) | Denial::MissingRoles(_) => {
            StatusCode::FORBIDDEN
        }
        Denial::ClientNotFound
        | Denial::AuthorizationNotFound
        | Denial::ProviderNotFound
        | Denial::EventNotFound => StatusCode::NOT_FOUND,
        Denial::ClientState(_)
        | Denial::AuthorizationState(_)
        | Denial::ProviderState(_)
        | Denial::AcknowledgementRequired
        | Denial::LastProvider
        | Denial::PlanOutdated { .. } => StatusCode::CONFLICT,
        // The others say what is wrong with what was sent; so will those that later versions add.
        _ => StatusCode::BAD_REQUEST,
    }
}

/// The id in an address. A text that is none is the id of nothing.
fn id<T: std::str::FromStr>(text: &str) -> Answer<T> {
    text.parse().map_err(|_| Failure::NotFound)
}

/// What is wrong with fields, to be shown beside them. Any other reason refuses.
fn problems(denial: Denial) -> Answer<grantor::change::Problems> {
    match denial {
        Denial::Invalid(problems) => Ok(problems),
        other => Err(Failure::Denied(Box::new(other))),
    }
}

fn shown(host: &Shared, signed_in: &SignedIn, section: Section, title: &str, body: maud::Markup) -> Response {
    layout::page(host, &signed_in.0, section, title, body).into_response()
}
