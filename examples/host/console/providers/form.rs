//! The form of an identity provider.

use grantor::{
    admin::identity_providers::ProviderDraft,
    change::Problems,
    model::ProviderKind,
    value::{Binding, NameIdFormat},
};
use maud::{Markup, html};

use crate::{
    console::{
        layout::form_token,
        parts::{Field, summary, tick, wrong},
    },
    http::form::Form,
    sessions::Session,
};

/// The page on which metadata is given: a file, or its text.
pub fn import(session: &Session, name: &str, problems: &Problems) -> Markup {
    let field =
        Field { name: "name", label: "Name", hint: "For administrators.", value: name, required: true };
    html! {
        p.lead { "Its metadata document says all that is needed. Nothing is saved until you have looked at it." }
        (summary(problems))
        form method="post" action="/console/providers/metadata" enctype="multipart/form-data" {
            (form_token(session))
            (field.input("text", problems))
            (wrong(problems, "metadata"))
            div.field { label for="metadata" { "Metadata file" } input #metadata name="metadata" type="file" accept=".xml,application/xml,text/xml,application/samlmetadata+xml"; }
            div.field { label for="text" { "or its text" } textarea #text name="text" rows="4" spellcheck="false" {} }
            button type="submit" { "Read the metadata" }
        }
        p { a href="/console/providers/new?by=hand" { "Enter it by hand instead" } }
    }
}

/// The form, with what was entered and what is wrong with it.
pub fn page(session: &Session, draft: &ProviderDraft, problems: &Problems, action: &str) -> Markup {
    let field = |name, label, hint, value, required| Field { name, label, hint, value, required };
    let (shown, logout) = (draft.display_name.as_deref(), draft.logout_url.as_deref());
    let (shown, logout) = (shown.unwrap_or_default(), logout.unwrap_or_default());
    let certificates = draft.certificates.join("\n\n");
    let binding = |name: &str, label: &str, chosen: Option<Binding>| {
        html! {
            div.field {
                label for=(name) { (label) }
                select id=(name) name=(name) {
                    option value="redirect" selected[chosen != Some(Binding::Post)] { "Redirect" }
                    option value="post" selected[chosen == Some(Binding::Post)] { "POST" }
                }
            }
        }
    };
    let policy = &draft.policy;
    html! {
        (summary(problems))
        form method="post" action=(action) {
            (form_token(session))
            (wrong(problems, "protocol")) (wrong(problems, "valid_until")) (wrong(problems, "logo"))
            (field("name", "Name", "For administrators.", &draft.name, true).input("text", problems))
            (field("display_name", "Name on the login page", "", shown, false).input("text", problems))
            div.field {
                label for="kind" { "Kind" }
                select #kind name="kind" {
                    @for kind in ProviderKind::ALL { option value=(kind.name()) selected[kind == draft.kind] { (title(kind)) } }
                }
            }
            (field("entity_id", "Issuer, or entity id", "", &draft.entity_id, true).input("text", problems))
            (field("sso_url", "SSO URL", "Where users are sent to log in.", &draft.sso_url, true).input("url", problems))
            (binding("sso_binding", "Sent to log in by", draft.sso_binding))
            (field("logout_url", "Logout URL", "", logout, false).input("url", problems))
            (binding("logout_binding", "Sent to log out by", draft.logout_binding))
            (field("certificates", "Certificates", "1 to 5, as PEM, or Base64 with an empty line between two.", &certificates, true).lines(6, problems))
            fieldset {
                legend { "Policy" }
                (tick("idp_initiated", "yes", policy.idp_initiated, &html! { "It may begin logins of its own accord" }))
                (tick("sign_requests", "yes", policy.sign_requests, &html! { "Requests to it are signed" }))
                (tick("force_authn", "yes", policy.force_authn, &html! { "It asks users for their credentials at each login" }))
                (tick("require_encryption", "yes", policy.require_encryption, &html! { "Its assertions must be encrypted" }))
                (tick("saml2_bearer", "yes", policy.saml2_bearer, &html! { "Clients may exchange its assertions for tokens" }))
                (tick("by_email", "yes", draft.name_id_format == NameIdFormat::EmailAddress, &html! { "It is asked to name people by their email address" }))
            }
            div.buttons { button type="submit" { "Save" } a.button.quiet href="/console/providers" { "Cancel" } }
        }
    }
}

const fn title(kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Entra => "Microsoft Entra ID",
        ProviderKind::AdFs => "AD FS",
        ProviderKind::Okta => "Okta",
        ProviderKind::GoogleWorkspace => "Google Workspace",
        ProviderKind::OneLogin => "OneLogin",
        ProviderKind::Ping => "Ping Identity",
        ProviderKind::Salesforce => "Salesforce",
        ProviderKind::Generic => "Another one",
    }
}

/// What was entered, over what was there before. What the form does not show stays.
pub fn entered(form: &Form, before: ProviderDraft) -> ProviderDraft {
    let text = |name| form.value(name).map(str::to_owned);
    let is_set = |name| form.value(name).is_some();
    let binding = |name| if form.value(name) == Some("post") { Binding::Post } else { Binding::Redirect };
    let kind = form.value("kind");
    let mut policy = before.policy;
    policy.idp_initiated = is_set("idp_initiated");
    policy.sign_requests = is_set("sign_requests");
    policy.force_authn = is_set("force_authn");
    policy.require_encryption = is_set("require_encryption");
    policy.saml2_bearer = is_set("saml2_bearer");
    ProviderDraft {
        name: form.text("name"),
        display_name: text("display_name"),
        kind: ProviderKind::ALL.into_iter().find(|known| Some(known.name()) == kind).unwrap_or_default(),
        entity_id: form.text("entity_id"),
        sso_url: form.text("sso_url"),
        sso_binding: Some(binding("sso_binding")),
        logout_url: text("logout_url"),
        logout_binding: is_set("logout_url").then(|| binding("logout_binding")),
        certificates: certificates(form.value("certificates").unwrap_or_default()),
        name_id_format: match (is_set("by_email"), before.name_id_format) {
            (true, _) => NameIdFormat::EmailAddress,
            (false, NameIdFormat::EmailAddress) => NameIdFormat::Unspecified,
            (false, other) => other,
        },
        policy,
        ..before
    }
}

/// Each of the certificates: what an empty line or the end of a PEM block parts.
fn certificates(text: &str) -> Vec<String> {
    const END: &str = "-----END CERTIFICATE-----";
    let text = text.replace("\r\n", "\n").replace(END, &format!("{END}\n\n"));
    text.split("\n\n").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}
