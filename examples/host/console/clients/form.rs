//! The form of a client: which fields there are, decides the grant type.

use grantor::{
    admin::ClientDraft,
    change::Problems,
    model::{Division, GrantType, Pkce, Purpose, RoleGrant},
    server::LoggedIn,
    value::{Day, TokenLifetime},
};
use maud::{Markup, html};

use crate::{
    console::{
        Answer, Failure,
        layout::form_token,
        parts::{Field, grant_name, summary, tick, wrong},
    },
    host::Host,
    http::form::Form,
    sessions::Session,
};

/// Where the form is sent, and what its button says.
pub struct Sent<'a> {
    pub action: &'a str,
    pub button: &'a str,
}

/// The page on which the grant type is chosen.
pub fn choose() -> Markup {
    let about = |grant_type| match grant_type {
        GrantType::ClientCredentials => "A service that acts on its own behalf, by roles. There is no user.",
        GrantType::AuthorizationCode => {
            "An application that users log in with: on a server, in a browser, or on a device."
        }
        GrantType::Saml2Bearer => {
            "A service that has assertions of your identity provider, and exchanges them for tokens."
        }
        GrantType::Implicit => "Closed: no client of this grant type can be created any more.",
    };
    html! {
        p.lead { "How will the client obtain tokens?" }
        ul.choices {
            @for grant_type in GrantType::ALL {
                li {
                    @if grant_type == GrantType::Implicit {
                        div.choice.closed { strong { (grant_name(grant_type)) } span.hint { (about(grant_type)) } }
                    } @else {
                        a.choice href={ "/console/clients/new?grant_type=" (key(grant_type)) } {
                            strong { (grant_name(grant_type)) } span.hint { (about(grant_type)) }
                        }
                    }
                }
            }
        }
    }
}

/// The form, with what was entered and what is wrong with it.
pub fn page(
    (host, session): (&Host, &Session),
    draft: &ClientDraft,
    grant_type: GrantType,
    problems: &Problems,
    sent: &Sent<'_>,
) -> Markup {
    let lifetime = draft.lifetime.unwrap_or(TokenLifetime::DEFAULT.seconds()).to_string();
    let has_users = grant_type != GrantType::ClientCredentials;
    let is_code = grant_type == GrantType::AuthorizationCode;
    let text = |name, label, hint, value, required| Field { name, label, hint, value, required };
    let review = draft.next_review.map(|at| Day::of(at).to_string()).unwrap_or_default();
    let (uris, tags) = (draft.redirect_uris.join("\n"), draft.tags.join("\n"));
    let grace = draft.refresh_grace.map(|seconds| seconds.to_string()).unwrap_or_default();
    html! {
        (summary(problems))
        form method="post" action=(sent.action) {
            (form_token(session))
            input type="hidden" name="grant_type" value=(key(grant_type));
            (wrong(problems, "grant_type"))
            (text("name", "Name", "What users and administrators read when they are asked to approve it.", &draft.name, true).input("text", problems))
            (text("description", "Description", "", draft.description.as_deref().unwrap_or_default(), false).lines(2, problems))
            (text("lifetime", "Tokens live for, in seconds", "300 to 172\u{a0}800. A day is 86\u{a0}400; 18 hours, 64\u{a0}800, is recommended.", &lifetime, true).input("text", problems))
            @if has_users {
                (text("redirect_uris", "Redirect URIs", "One on each line: where the browser returns to, https and exact.", &uris, true).lines(3, problems))
                (scopes(host, draft, problems))
            } @else {
                (roles((host, session.who), draft, problems))
                fieldset {
                    legend { "Purpose" }
                    (wrong(problems, "purpose"))
                    (tick("scim", "yes", draft.purpose == Purpose::Scim, &html! { "Provisions users by SCIM: its tokens may live for 450 days, 38\u{a0}880\u{a0}000 seconds" }))
                }
            }
            @if is_code {
                fieldset {
                    legend { "Kind of application" }
                    (wrong(problems, "public")) (wrong(problems, "pkce"))
                    (tick("public", "yes", draft.public, &html! { "Public: it runs in a browser or on a device, and cannot keep a secret" }))
                    (tick("pkce_optional", "yes", draft.pkce == Pkce::Optional, &html! { "It cannot use PKCE. Leave this alone unless you must" }))
                }
                (text("refresh_grace", "Grace for a lost refresh answer, in seconds", "1 to 60, or nothing: then a refresh token that is used twice ends the login.", &grace, false).input("text", problems))
            }
            details open[draft.contact.is_some() || !draft.tags.is_empty()] {
                summary { "For those who review it" }
                (text("contact", "Contact", "", draft.contact.as_deref().unwrap_or_default(), false).input("text", problems))
                (text("tags", "Tags", "One on each line, at most 20.", &tags, false).lines(2, problems))
                (text("next_review", "Next review", "", &review, false).input("date", problems))
            }
            div.buttons { button type="submit" { (sent.button) } a.button.quiet href="/console/clients" { "Cancel" } }
        }
    }
}

fn scopes(host: &Host, draft: &ClientDraft, problems: &Problems) -> Markup {
    let catalog = &host.server.settings().scopes;
    let has = |scope: &str| draft.scopes.iter().any(|held| held == scope);
    let unknown =
        draft.scopes.iter().filter(|held| !catalog.iter().any(|entry| entry.scope.as_str() == held.as_str()));
    html! {
        fieldset #scopes {
            legend { "Scopes" }
            p.hint { "What it may ask for. The least that does is the best." }
            (wrong(problems, "scopes"))
            @for entry in catalog {
                (tick("scope", entry.scope.as_str(), has(entry.scope.as_str()), &html! { code { (entry.scope) } " " (entry.description) }))
            }
            @for held in unknown { (tick("scope", held, true, &html! { code { (held) } " not in the catalog any more" })) }
        }
    }
}

fn roles((host, who): (&Host, LoggedIn), draft: &ClientDraft, problems: &Problems) -> Markup {
    let everywhere = std::iter::once(Division::All);
    let divisions: Vec<Division> = everywhere
        .chain(host.directory.divisions(who.organization).map(|(id, _)| Division::One(id)))
        .collect();
    let offered: Vec<RoleGrant> = host
        .directory
        .roles(who.organization)
        .flat_map(|(role, _)| divisions.iter().map(move |division| RoleGrant { role, division: *division }))
        .collect();
    let others = draft.roles.iter().filter(|grant| !offered.contains(grant));
    let label = |grant: &RoleGrant| {
        html! {
            strong { (host.directory.name_of_role(who.organization, grant.role)) }
            " in " (division(host, who, grant.division))
        }
    };
    html! {
        fieldset #roles {
            legend { "Roles" }
            p.hint { "What it may do on its own behalf, and where. You can give roles that you hold." }
            (wrong(problems, "roles"))
            @for grant in offered.iter().chain(others) {
                (tick("role", &format!("{} {}", grant.role, grant.division), draft.roles.contains(grant), &label(grant)))
            }
        }
    }
}

/// A division by name.
pub fn division(host: &Host, who: LoggedIn, division: Division) -> String {
    match division {
        Division::All => "all divisions".to_owned(),
        Division::One(id) => {
            let named = host.directory.divisions(who.organization).find(|(known, _)| *known == id);
            named.map_or_else(|| id.to_string(), |(_, name)| name.to_string())
        }
    }
}

/// What was entered.
pub fn entered(form: &Form) -> Answer<(ClientDraft, GrantType)> {
    let grant_type =
        grant_type(form.value("grant_type")).ok_or(Failure::BadRequest("There is no such grant type."))?;
    // What is no number is outside every bound, and told so beside its field.
    let number = |name| form.value(name).map(|text| text.replace(' ', "").parse().unwrap_or(0));
    let is_set = |name| form.value(name).is_some();
    let roles = form.values("role").map(role_grant).collect::<Option<Vec<_>>>();
    let day = |text: &str| text.parse::<Day>().map(Day::start);
    let review = form.value("next_review").map(day).transpose();
    let draft = ClientDraft {
        name: form.text("name"),
        description: form.value("description").map(|text| text.replace("\r\n", " ")),
        lifetime: number("lifetime"),
        grant_type: Some(grant_type),
        redirect_uris: form.lines("redirect_uris"),
        scopes: form.values("scope").map(str::to_owned).collect(),
        roles: roles.ok_or(Failure::BadRequest("There is no such role."))?,
        purpose: if is_set("scim") { Purpose::Scim } else { Purpose::General },
        public: is_set("public"),
        pkce: if is_set("pkce_optional") { Pkce::Optional } else { Pkce::Required },
        refresh_grace: number("refresh_grace"),
        contact: form.value("contact").map(str::to_owned),
        tags: form.lines("tags"),
        next_review: review.map_err(|_| Failure::BadRequest("The day of the next review is no day."))?,
    };
    Ok((draft, grant_type))
}

fn role_grant(text: &str) -> Option<RoleGrant> {
    let (role, division) = text.split_once(' ')?;
    let division = match division {
        "*" => Division::All,
        one => Division::One(one.parse().ok()?),
    };
    Some(RoleGrant { role: role.parse().ok()?, division })
}

/// The grant type as forms and addresses name it.
pub const fn key(grant_type: GrantType) -> &'static str {
    match grant_type {
        GrantType::ClientCredentials => "client_credentials",
        GrantType::AuthorizationCode => "authorization_code",
        GrantType::Saml2Bearer => "saml2_bearer",
        GrantType::Implicit => "implicit",
    }
}

pub fn grant_type(text: Option<&str>) -> Option<GrantType> {
    GrantType::ALL.into_iter().find(|grant_type| text == Some(key(*grant_type)))
}
