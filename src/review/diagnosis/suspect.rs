//! Which changes can bring a failure about (DX-05).

use super::Failure;
use super::failure::client_of;
use super::failure::provider_of;
use crate::audit::Action;
use crate::audit::Event;
use crate::audit::FieldChange;
use crate::audit::Outcome;
use crate::audit::Subject;
use crate::value::Scopes;

/// What an event before a failure is to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Finding {
    /// Nothing.
    Unrelated,
    /// The change that did it.
    Culprit,
    /// What shows that no change before it can have done it.
    Alibi,
}

/// Whether any change can have brought it about at all.
pub(super) fn has_suspects(failure: &Failure) -> bool {
    is_of_sign_on(failure)
        || matches!(
            failure.code.as_str(),
            "scope.missing"
                | "scope.removed"
                | "scope.not.approved"
                | "scope.none.left"
                | "client.secret.wrong"
                | "client.secret.ended"
                | "permission.missing"
                | "authorization.revoked"
                | "authorization.superseded"
                | "authorization.ended.tokens"
                | "organization.ended.tokens"
                | "client.ended.tokens"
                | "user.ended.tokens"
                | "login.revoked"
                | "client.gone"
                | "client.not.found"
                | "client.inactive"
                | "client.disabled"
                | "authorization.other.grant"
                | "grant.type.wrong"
                | "token.idle"
                | "redirect.uri.unknown"
                | "redirect.uri.removed"
                | "user.outside.audience"
        )
}

/// What the event is to the failure.
pub(super) fn find(failure: &Failure, event: &Event) -> Finding {
    if event.outcome != Outcome::Done || event.at > failure.at {
        return Finding::Unrelated;
    }
    let is_of_client = failure.client.is_some() && client_of(event) == failure.client;
    if is_of_client && event.action == Action::IssueToken && failure.code == "client.secret.wrong" {
        // The secret of now is in use: whoever has another one did not lose it to a rotation before this.
        return Finding::Alibi;
    }
    let is_of_provider = failure.provider.is_some() && provider_of(event) == failure.provider;
    if is_of_provider && is_of_sign_on(failure) && event.action == Action::LogIn {
        // Somebody logged in with the settings of now.
        return Finding::Alibi;
    }
    let is_culprit = match event.subject {
        Subject::Organization(_) => of_organization(failure, event),
        Subject::User { user, .. } => {
            failure.user == Some(user)
                && event.action == Action::EndTokens
                && failure.code == "user.ended.tokens"
        }
        Subject::Client(_)
        | Subject::Authorization { .. }
        | Subject::Login { .. }
        | Subject::AccessToken { .. } => is_of_client && of_client(failure, event),
        Subject::IdentityProvider { .. } => is_of_provider && of_provider(failure, event),
    };
    if is_culprit { Finding::Culprit } else { Finding::Unrelated }
}

fn of_organization(failure: &Failure, event: &Event) -> bool {
    match (failure.code.as_str(), event.action) {
        ("organization.ended.tokens", Action::EndTokens) => true,
        ("scope.missing" | "scope.removed", Action::ChangePolicy) => {
            changed(event, "enforce_scopes").is_some_and(|change| change.after.as_deref() == Some("true"))
        }
        ("token.idle", Action::ChangePolicy) => {
            changed(event, "idle_timeout").or_else(|| changed(event, "hipaa")).is_some()
        }
        _ => false,
    }
}

/// What was done to the client, to the organization's word on it, or to a login with it.
fn of_client(failure: &Failure, event: &Event) -> bool {
    let is_of_word = matches!(event.subject, Subject::Authorization { .. });
    match (failure.code.as_str(), event.action) {
        (
            "scope.missing" | "scope.removed" | "scope.not.approved" | "scope.none.left",
            Action::EditScopes | Action::EditClient | Action::RestoreClient | Action::Revoke,
        ) => ["granted", "scopes"].iter().any(|field| lost_scope(failure, changed(event, field))),
        ("client.secret.wrong" | "client.secret.ended", Action::RegenerateSecret)
        | ("authorization.revoked" | "authorization.superseded", Action::Revoke | Action::Deny)
        | ("client.gone" | "client.not.found", Action::DeleteClient | Action::RemoveClient)
        | ("client.inactive", Action::DeleteClient)
        | ("client.disabled", Action::DisableClient)
        | (
            "client.ended.tokens",
            Action::RestoreClient | Action::EnableClient | Action::MigrateClient | Action::EditClient,
        )
        | ("user.outside.audience", Action::EditAudience)
        | ("user.ended.tokens", Action::WithdrawConsent)
        | ("login.revoked", Action::RevokeToken) => true,
        ("authorization.ended.tokens", Action::EndTokens) => is_of_word,
        ("client.ended.tokens", Action::EndTokens) => !is_of_word,
        ("permission.missing", Action::EditClient) => changed(event, "roles").is_some(),
        ("authorization.other.grant" | "grant.type.wrong", Action::EditClient | Action::MigrateClient) => {
            changed(event, "grant_type").is_some()
        }
        ("redirect.uri.unknown" | "redirect.uri.removed", Action::EditClient) => {
            changed(event, "redirect_uris").is_some()
        }
        _ => false,
    }
}

/// What was done to the identity provider.
fn of_provider(failure: &Failure, event: &Event) -> bool {
    match event.action {
        Action::DisableProvider => failure.code == "sso.provider.not.enabled",
        Action::EditProvider if failure.code == "sso.provider.not.enabled" => {
            changed(event, "state").is_some()
        }
        Action::EditProvider if is_of_signature(failure) => changed(event, "certificates").is_some(),
        Action::EditProvider => is_of_sign_on(failure),
        _ => false,
    }
}

fn is_of_signature(failure: &Failure) -> bool {
    failure.code == "sso.certificate.none.valid" || failure.code.starts_with("saml.signature.")
}

/// Whether it is about what an identity provider says, or how it is configured.
fn is_of_sign_on(failure: &Failure) -> bool {
    failure.provider.is_some() && (failure.code.starts_with("saml.") || failure.code.starts_with("sso."))
}

fn changed<'e>(event: &'e Event, field: &str) -> Option<&'e FieldChange> {
    event.changes.iter().find(|change| change.field == field)
}

/// Whether the change took a scope that the failure is about, or any where it names none.
fn lost_scope(failure: &Failure, change: Option<&FieldChange>) -> bool {
    let Some(change) = change else { return false };
    let scopes =
        |text: &Option<String>| text.as_deref().and_then(|text| Scopes::parse(text).ok()).unwrap_or_default();
    let (before, after) = (scopes(&change.before), scopes(&change.after));
    let needed = failure.scopes();
    match failure.code.as_str() {
        // These name what would do, or what was taken.
        "scope.missing" | "scope.removed" => {
            needed.iter().any(|scope| before.covers(scope) && !after.covers(scope))
        }
        // These do not name what is missing.
        _ => before.iter().any(|scope| !after.covers(scope)),
    }
}
