//! A client as the platform has it, read and written.

use grantor::{
    admin::{ClientDraft, ClientView},
    audit::Actor,
    model::{Division, GrantType, Lifecycle, Pkce, Purpose, RoleGrant},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{error::ApiError, page::read};

/// A client as it is sent. What is read of it alone, such as its id and dates, is passed over; what is not known is an error.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClientBody {
    #[serde(default)]
    name: String,
    description: Option<String>,
    access_token_validity_seconds: Option<u32>,
    authorized_grant_type: Option<String>,
    #[serde(default)]
    registered_redirect_uri: Vec<String>,
    #[serde(default)]
    scope: Vec<String>,
    #[serde(default)]
    role_divisions: Vec<RoleDivision>,
    /// Ours: a client of authorization code that cannot keep a secret.
    #[serde(default)]
    public: bool,
    /// Ours: a client of client credentials that provisions by SCIM.
    #[serde(default)]
    scim: bool,
    // Read and not written.
    #[serde(rename = "id")]
    _id: Option<Value>,
    #[serde(rename = "secret")]
    _secret: Option<Value>,
    #[serde(rename = "roleIds")]
    _role_ids: Option<Value>,
    #[serde(rename = "dateCreated")]
    _date_created: Option<Value>,
    #[serde(rename = "dateModified")]
    _date_modified: Option<Value>,
    #[serde(rename = "createdBy")]
    _created_by: Option<Value>,
    #[serde(rename = "modifiedBy")]
    _modified_by: Option<Value>,
    #[serde(rename = "state")]
    _state: Option<Value>,
    #[serde(rename = "dateToDelete")]
    _date_to_delete: Option<Value>,
    #[serde(rename = "selfUri")]
    _self_uri: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RoleDivision {
    role_id: String,
    division_id: String,
}

/// What was sent, over what was there before: what the interface has no field for stays.
pub fn draft(body: &[u8], before: ClientDraft) -> Result<ClientDraft, ApiError> {
    let sent: ClientBody = read(body)?;
    let roles = sent.role_divisions.iter().map(|grant| {
        let division = match grant.division_id.as_str() {
            "*" => Some(Division::All),
            one => one.parse().ok().map(Division::One),
        };
        Some(RoleGrant { role: grant.role_id.parse().ok()?, division: division? })
    });
    let roles = roles.collect::<Option<Vec<_>>>();
    let grant_type = sent.authorized_grant_type.as_deref().map(|text| {
        of_name(text).ok_or_else(|| ApiError::bad_request(format!("there is no grant type `{text}`")))
    });
    let grant_type = grant_type.transpose()?;
    let is_same_type = grant_type == before.grant_type;
    Ok(ClientDraft {
        name: sent.name,
        description: sent.description,
        lifetime: sent.access_token_validity_seconds,
        grant_type,
        redirect_uris: sent.registered_redirect_uri,
        scopes: sent.scope,
        roles: roles
            .ok_or_else(|| ApiError::bad_request("`roleDivisions` holds what is no role or no division"))?,
        purpose: if sent.scim { Purpose::Scim } else { Purpose::General },
        public: sent.public,
        pkce: if is_same_type { before.pkce } else { Pkce::Required },
        refresh_grace: before.refresh_grace.filter(|_| is_same_type),
        ..before
    })
}

const fn name_of(grant_type: GrantType) -> &'static str {
    match grant_type {
        GrantType::ClientCredentials => "CLIENT-CREDENTIALS",
        GrantType::AuthorizationCode => "CODE",
        GrantType::Saml2Bearer => "SAML2-BEARER",
        GrantType::Implicit => "TOKEN",
    }
}

fn of_name(text: &str) -> Option<GrantType> {
    GrantType::ALL.into_iter().find(|grant_type| name_of(*grant_type) == text)
}

/// A client as the platform has it.
pub fn entity(client: &ClientView, secret: Option<&str>) -> Value {
    let (state, removal) = match client.state {
        Lifecycle::Active => ("active", None),
        Lifecycle::Inactive(deletion) => ("inactive", Some(deletion.removal)),
        Lifecycle::Disabled { deletion, .. } => ("disabled", deletion.map(|deletion| deletion.removal)),
    };
    let roles = client
        .roles
        .iter()
        .map(|grant| json!({ "roleId": grant.role.to_string(), "divisionId": grant.division.to_string() }));
    let mut entity = json!({
        "id": client.id.to_string(),
        "name": client.name.to_string(),
        "accessTokenValiditySeconds": client.lifetime.seconds(),
        "authorizedGrantType": name_of(client.grant_type),
        "registeredRedirectUri": client.redirect_uris.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "scope": client.scopes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "roleDivisions": roles.collect::<Vec<_>>(),
        "state": state,
        "public": client.public && client.grant_type == GrantType::AuthorizationCode,
        "scim": client.purpose == Purpose::Scim,
        "dateCreated": client.created.to_string(),
        "dateModified": client.modified.to_string(),
        "createdBy": user(client.created_by),
        "modifiedBy": user(client.modified_by),
        "selfUri": format!("/api/v2/oauth/clients/{}", client.id),
    });
    let optional = [
        ("description", client.description.as_ref().map(ToString::to_string)),
        ("dateToDelete", removal.map(|at| at.to_string())),
        ("secret", secret.map(str::to_owned)),
    ];
    if let Value::Object(members) = &mut entity {
        members
            .extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))));
    }
    entity
}

/// Who did something, where it was a user.
pub fn user(actor: Actor) -> Value {
    match actor {
        Actor::User { user, .. } => {
            json!({ "id": user.to_string(), "selfUri": format!("/api/v2/users/{user}") })
        }
        _ => Value::Null,
    }
}
