//! What an administrator entered for a client, and what is wrong with it: all of it at once (CL-16).

use serde::Deserialize;
use serde::Serialize;

use super::ClientView;
use crate::change::Problems;
use crate::model::ClientSecrets;
use crate::model::CodeClient;
use crate::model::Governance;
use crate::model::Grant;
use crate::model::GrantType;
use crate::model::ImplicitSunset;
use crate::model::Pkce;
use crate::model::Policy;
use crate::model::Purpose;
use crate::model::RoleGrant;
use crate::model::RoleGrants;
use crate::value::Description;
use crate::value::Label;
use crate::value::Name;
use crate::value::RedirectUri;
use crate::value::RedirectUris;
use crate::value::RedirectUrisError;
use crate::value::RefreshGrace;
use crate::value::Scope;
use crate::value::ScopeCatalog;
use crate::value::ScopeError;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::TokenLifetime;

/// What is entered to create or edit a client, as a form or a JSON document gives it. Nothing of it is
/// checked yet.
///
/// A field that is unknown is an error when it is read: a slip must not pass for a default.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientDraft {
    /// The name that users see when they are asked to approve the client. Required.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// How long its tokens live, in seconds: 300 to 172 800, for SCIM up to 38 880 000. Default 86 400.
    pub lifetime: Option<u32>,
    /// How it obtains tokens. Required.
    pub grant_type: Option<GrantType>,
    /// Where it may be redirected to: 1 to 125, but none for client credentials.
    pub redirect_uris: Vec<String>,
    /// What it may ask for: at least one, but none for client credentials.
    pub scopes: Vec<String>,
    /// What it may do on its own behalf: at least one for client credentials, and none otherwise.
    pub roles: Vec<RoleGrant>,
    /// For client credentials: it provisions by SCIM, and its tokens may live 450 days.
    pub purpose: Purpose,
    /// For authorization code: it cannot keep a secret.
    pub public: bool,
    /// For a confidential client of authorization code: whether it opts out of PKCE.
    pub pkce: Pkce,
    /// For a confidential client of authorization code: for how many seconds a refresh token that was just
    /// replaced is answered with the same successor, 1 to 60. None: not at all (GR-08).
    pub refresh_grace: Option<u32>,
    /// Whom to ask about it.
    pub contact: Option<String>,
    /// Free tags, at most 20.
    pub tags: Vec<String>,
    /// When it is to be reviewed next.
    pub next_review: Option<Timestamp>,
}

/// What a draft is checked against.
#[derive(Clone, Copy, Debug)]
pub struct Checks<'a> {
    /// The scopes that there are (SC-02).
    pub catalog: &'a ScopeCatalog,
    /// The policy of the organization.
    pub policy: &'a Policy,
    /// When the implicit grant ends (GR-05).
    pub sunset: ImplicitSunset,
    /// The host's limit of clients, for every organization (CL-17).
    pub client_limit: u32,
}

impl Checks<'_> {
    /// The most clients that the organization may have: the smaller of its own bound and the host's.
    #[must_use]
    pub fn most_clients(&self) -> u32 {
        self.client_limit.min(self.policy.client_limit)
    }
}

/// What a client was before it was edited, as far as a draft is checked against it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before {
    pub(super) grant_type: GrantType,
    pub(super) secrets: ClientSecrets,
}

/// A draft whose every field holds.
#[derive(Clone, Debug)]
pub(super) struct CheckedDraft {
    pub(super) name: Name,
    pub(super) description: Option<Description>,
    pub(super) lifetime: TokenLifetime,
    pub(super) grant: Grant,
    pub(super) governance: Governance,
}

impl ClientDraft {
    /// What was entered before, to be edited.
    ///
    /// ```
    /// # fn example(view: &grantor::admin::ClientView) -> grantor::admin::ClientDraft {
    /// use grantor::admin::ClientDraft;
    ///
    /// ClientDraft { lifetime: Some(3_600), ..ClientDraft::of_client(view) }
    /// # }
    /// ```
    #[must_use]
    pub fn of_client(client: &ClientView) -> Self {
        Self {
            name: client.name.to_string(),
            description: client.description.as_ref().map(ToString::to_string),
            lifetime: Some(client.lifetime.seconds()),
            grant_type: Some(client.grant_type),
            redirect_uris: client.redirect_uris.iter().map(ToString::to_string).collect(),
            scopes: client.scopes.iter().map(ToString::to_string).collect(),
            roles: client.roles.clone(),
            purpose: client.purpose,
            // Implicit is public by its nature, and says so of no client.
            public: client.public && client.grant_type == GrantType::AuthorizationCode,
            pkce: client.pkce,
            refresh_grace: client.refresh_grace.map(u32::from),
            contact: client.governance.contact.as_ref().map(ToString::to_string),
            tags: client.governance.tags.iter().map(ToString::to_string).collect(),
            next_review: client.governance.next_review,
        }
    }

    /// Checks every field, and the whole.
    pub(super) fn check(
        &self,
        before: Option<&Before>,
        checks: &Checks<'_>,
        now: Timestamp,
    ) -> Result<CheckedDraft, Problems> {
        let mut problems = Problems::none();
        let name = self.name(&mut problems);
        let description =
            optional(self.description.as_deref(), "description", &mut problems, Description::new);
        let lifetime = self.lifetime(&mut problems);
        let governance = self.governance(&mut problems);
        let grant = self.grant(before, checks, now, &mut problems);
        match (name, lifetime, grant) {
            (Some(name), Some(lifetime), Some(grant)) if problems.is_empty() => {
                Ok(CheckedDraft { name, description, lifetime, grant, governance })
            }
            (Some(_) | None, Some(_) | None, Some(_) | None) => Err(problems),
        }
    }

    fn name(&self, problems: &mut Problems) -> Option<Name> {
        if self.name.is_empty() {
            problems.note("name", "name.required", "a name is required", "give the client a name");
            return None;
        }
        Name::new(&self.name)
            .map_err(|error| {
                problems.note("name", error.code(), error, "choose a name of visible characters")
            })
            .ok()
    }

    fn lifetime(&self, problems: &mut Problems) -> Option<TokenLifetime> {
        let for_scim = self.purpose == Purpose::Scim && self.grant_type == Some(GrantType::ClientCredentials);
        let most = if for_scim { TokenLifetime::MAX_SCIM } else { TokenLifetime::MAX };
        let seconds = self.lifetime.unwrap_or(TokenLifetime::DEFAULT.seconds());
        let lifetime = TokenLifetime::from_seconds(seconds).ok().filter(|lifetime| *lifetime <= most);
        if lifetime.is_none() {
            let cause = format!("a lifetime of {seconds} s is outside 300 to {} s", most.seconds());
            problems.note("lifetime", "bad.token.lifetime", cause, "choose a lifetime within the bounds");
        }
        lifetime
    }

    fn governance(&self, problems: &mut Problems) -> Governance {
        let contact = optional(self.contact.as_deref(), "contact", problems, Label::new);
        let mut tags = Vec::new();
        for (at, tag) in self
            .tags
            .iter()
            .enumerate()
            .filter(|(_, tag)| !tag.is_empty())
            .take(Governance::MAX_TAGS.saturating_add(1))
        {
            tags.extend(optional(Some(tag), &format!("tags[{at}]"), problems, Label::new));
        }
        let governance = Governance { contact, tags, next_review: self.next_review };
        if let Err(error) = governance.check() {
            problems.note("tags", "bad.tags", error, "give each tag once, and at most 20");
        }
        governance
    }

    fn grant(
        &self,
        before: Option<&Before>,
        checks: &Checks<'_>,
        now: Timestamp,
        problems: &mut Problems,
    ) -> Option<Grant> {
        let Some(grant_type) = self.grant_type else {
            let remedy = "choose how the client obtains tokens";
            problems.note("grant_type", "grant.type.required", "a grant type is required", remedy);
            return None;
        };
        // CL-07: what a new grant type cannot carry is dropped; under the old one it is a mistake.
        let is_new = before.is_some_and(|before| before.grant_type != grant_type);
        let secrets = before.map(|before| before.secrets).unwrap_or_default();
        let carried = Carried { draft: self, grant_type, drops: is_new, checks };
        match grant_type {
            GrantType::ClientCredentials => {
                carried.no_redirect_uris(problems);
                carried.no_scopes(problems);
                carried.not_public(problems);
                carried.no_pkce(problems);
                carried.no_refresh_grace(problems);
                let roles = carried.roles(problems)?;
                Some(Grant::ClientCredentials { secrets, roles, purpose: self.purpose })
            }
            GrantType::AuthorizationCode => {
                carried.no_roles(problems);
                carried.not_for_scim(problems);
                let redirect_uris = carried.redirect_uris(problems);
                let scopes = carried.scopes(problems);
                let client = match self.public {
                    true => {
                        carried.no_pkce(problems);
                        carried.no_refresh_grace(problems);
                        CodeClient::Public
                    }
                    false => CodeClient::Confidential {
                        secrets,
                        pkce: self.pkce,
                        refresh_grace: carried.refresh_grace(problems),
                    },
                };
                Some(Grant::AuthorizationCode { client, redirect_uris: redirect_uris?, scopes: scopes? })
            }
            GrantType::Saml2Bearer => {
                carried.no_roles(problems);
                carried.not_for_scim(problems);
                carried.not_public(problems);
                carried.no_pkce(problems);
                carried.no_refresh_grace(problems);
                let waived = checks.policy.saml2_bearer_without_redirect_uri && self.redirect_uris.is_empty();
                let redirect_uris =
                    if waived { Some(None) } else { carried.redirect_uris(problems).map(Some) };
                let scopes = carried.scopes(problems);
                Some(Grant::Saml2Bearer { secrets, redirect_uris: redirect_uris?, scopes: scopes? })
            }
            GrantType::Implicit => {
                if (before.is_none() || is_new) && !checks.sunset.allows_creation(now) {
                    let cause = format!("the implicit grant is closed since {}", checks.sunset.creation_ends);
                    let remedy = "choose authorization code with PKCE";
                    problems.note("grant_type", "grant.type.implicit.ended", cause, remedy);
                }
                carried.no_roles(problems);
                carried.not_for_scim(problems);
                carried.no_pkce(problems);
                carried.no_refresh_grace(problems);
                let redirect_uris = carried.redirect_uris(problems);
                let scopes = carried.scopes(problems);
                Some(Grant::Implicit { redirect_uris: redirect_uris?, scopes: scopes? })
            }
        }
    }
}

/// What a draft carries, seen from one grant type.
struct Carried<'a> {
    draft: &'a ClientDraft,
    grant_type: GrantType,
    drops: bool,
    checks: &'a Checks<'a>,
}

impl Carried<'_> {
    fn no_redirect_uris(&self, problems: &mut Problems) {
        self.nothing(self.draft.redirect_uris.is_empty(), "redirect_uris", "bad.redirect.uris", problems);
    }

    fn no_scopes(&self, problems: &mut Problems) {
        self.nothing(self.draft.scopes.is_empty(), "scopes", "bad.client.scope", problems);
    }

    fn no_roles(&self, problems: &mut Problems) {
        // DX-07: roles on a client that is not of client credentials.
        self.nothing(self.draft.roles.is_empty(), "roles", "bad.client.roles", problems);
    }

    fn not_for_scim(&self, problems: &mut Problems) {
        self.nothing(self.draft.purpose == Purpose::General, "purpose", "bad.client.purpose", problems);
    }

    fn not_public(&self, problems: &mut Problems) {
        self.nothing(!self.draft.public, "public", "bad.client.public", problems);
    }

    /// A public client always uses PKCE, and the others have no code to protect (GR-03).
    fn no_pkce(&self, problems: &mut Problems) {
        self.nothing(self.draft.pkce == Pkce::Required, "pkce", "bad.client.pkce", problems);
    }

    /// Only a confidential client of authorization code is given refresh tokens (GR-08).
    fn no_refresh_grace(&self, problems: &mut Problems) {
        self.nothing(self.draft.refresh_grace.is_none(), "refresh_grace", "bad.refresh.grace", problems);
    }

    fn refresh_grace(&self, problems: &mut Problems) -> Option<RefreshGrace> {
        let grace = RefreshGrace::new(self.draft.refresh_grace?);
        grace
            .map_err(|error| {
                let remedy = "choose 1 to 60 s, or none";
                problems.note("refresh_grace", "bad.refresh.grace", error, remedy);
            })
            .ok()
    }

    fn nothing(&self, is_empty: bool, field: &str, code: &'static str, problems: &mut Problems) {
        if !is_empty && !self.drops {
            let cause = format!("a client of the grant type {} cannot have this", self.grant_type);
            problems.note(field, code, cause, "leave it out, or choose another grant type");
        }
    }

    fn roles(&self, problems: &mut Problems) -> Option<RoleGrants> {
        if self.draft.roles.is_empty() {
            let cause = "a client of the client credentials grant has at least one role";
            problems.note("roles", "missing.client.roles", cause, "assign the least role that does");
            return None;
        }
        let roles = RoleGrants::new(self.draft.roles.iter().copied());
        roles.map_err(|error| problems.note("roles", "too.many.roles", error, "assign fewer roles")).ok()
    }

    fn scopes(&self, problems: &mut Problems) -> Option<Scopes> {
        check_scopes(&self.draft.scopes, self.checks.catalog, problems)
    }

    fn redirect_uris(&self, problems: &mut Problems) -> Option<RedirectUris> {
        let texts = &self.draft.redirect_uris;
        if texts.is_empty() {
            let cause =
                format!("a client of the grant type {} has at least one redirect URI", self.grant_type);
            problems.note(
                "redirect_uris",
                "missing.redirect.uri",
                cause,
                "register where the client receives answers",
            );
            return None;
        }
        let too_many = texts.len() > RedirectUris::MAX;
        if too_many {
            let error = RedirectUrisError::TooMany { count: texts.len() };
            problems.note("redirect_uris", error.code(), error, "give at most 125");
        }
        let mut uris = Vec::new();
        for (at, text) in texts.iter().enumerate().take(RedirectUris::MAX) {
            match RedirectUri::new(text) {
                Ok(uri) => uris.push(uri),
                Err(error) => {
                    let remedy = "give an absolute https URI without fragment, user or wildcard";
                    problems.note(format!("redirect_uris[{at}]"), error.code(), error, remedy);
                }
            }
        }
        if too_many || uris.len() < texts.len() {
            return None;
        }
        let uris = RedirectUris::new(uris);
        uris.map_err(|error| problems.note("redirect_uris", error.code(), error, "give each URI once")).ok()
    }
}

/// The scopes of these texts, each of them in the catalog (SC-01, SC-02).
pub(super) fn check_scopes(
    texts: &[String],
    catalog: &ScopeCatalog,
    problems: &mut Problems,
) -> Option<Scopes> {
    if texts.is_empty() {
        let cause = "a client that acts for users has at least one scope";
        problems.note("scopes", "missing.client.scope", cause, "assign the least scope that does");
        return None;
    }
    let too_many = texts.len() > Scopes::MAX;
    if too_many {
        let error = ScopeError::TooMany { count: texts.len() };
        problems.note("scopes", error.code(), error, "assign fewer scopes");
    }
    let mut scopes = Vec::new();
    for (at, text) in texts.iter().enumerate().take(Scopes::MAX) {
        let suggestion = || match catalog.suggest(text) {
            Some(scope) => format!("did you mean `{scope}`?"),
            None => "choose a scope of the catalog".to_owned(),
        };
        match Scope::new(text) {
            Ok(scope) => match catalog.check(&scope) {
                Ok(()) => scopes.push(scope),
                Err(error) => problems.note(format!("scopes[{at}]"), error.code(), &error, &suggestion()),
            },
            Err(error) => problems.note(format!("scopes[{at}]"), error.code(), &error, &suggestion()),
        }
    }
    if too_many || scopes.len() < texts.len() {
        return None;
    }
    Scopes::new(scopes)
        .map_err(|error| problems.note("scopes", error.code(), error, "assign fewer scopes"))
        .ok()
}

fn optional<T>(
    text: Option<&str>,
    field: &str,
    problems: &mut Problems,
    read: impl FnOnce(&str) -> Result<T, crate::value::TextError>,
) -> Option<T> {
    let text = text.filter(|text| !text.is_empty())?;
    read(text)
        .map_err(|error| {
            problems.note(field, error.code(), error, "use visible characters within the bounds")
        })
        .ok()
}
