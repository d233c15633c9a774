//! What there is to begin with: organizations, roles, people, clients and scopes, from a JSON document.
//!
//! A document is planted into a store in memory first, so that whatever is wrong with it is found before anything is
//! written. What is there already stays: a host is started again and again with the same document.

mod demo;
mod plant;

use std::fs;

use grantor::{
    MemoryStore, Timestamp,
    admin::ClientDraft,
    model::RoleGrant,
    value::{
        DivisionId, EmailAddress, Name, OrganizationId, PermissionPattern, RoleId, ScopeCatalog, ScopeEntry,
        UserId,
    },
};
use serde::Deserialize;

pub use plant::Planted;

use crate::{Stopped, arguments::SeedFrom, directory::Directory, host::Server};

/// What is planted.
pub struct Seed {
    document: Document,
    is_demo: bool,
}

/// 1 MiB: the longest document.
const MOST: u64 = 1024 * 1024;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    scopes: Vec<ScopeEntry>,
    #[serde(default)]
    organizations: Vec<SeedOrganization>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedOrganization {
    id: OrganizationId,
    name: Name,
    #[serde(default)]
    divisions: Vec<SeedDivision>,
    #[serde(default)]
    roles: Vec<SeedRole>,
    /// The first one creates the clients.
    #[serde(default)]
    users: Vec<SeedUser>,
    #[serde(default)]
    clients: Vec<SeedClient>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedDivision {
    id: DivisionId,
    name: Name,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedRole {
    id: RoleId,
    name: Name,
    permissions: Vec<PermissionPattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedUser {
    id: UserId,
    name: Name,
    email: EmailAddress,
    roles: Vec<RoleGrant>,
    /// In PHC form, by Argon2. Without one the user logs in by an identity provider.
    password_hash: Option<String>,
    /// No person: clients may act as it.
    #[serde(default)]
    is_robot: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeedClient {
    draft: ClientDraft,
    /// Whether its own organization approves it.
    #[serde(default)]
    approve: bool,
    /// As whom it administers, for client credentials.
    acts_as: Option<UserId>,
}

impl Seed {
    /// Reads the document, and checks what can be checked without a store.
    pub fn read(from: &SeedFrom) -> Result<Self, Stopped> {
        let (document, is_demo) = match from {
            SeedFrom::Nothing => (Document::default(), false),
            SeedFrom::Demo => (serde_json::from_str(demo::DOCUMENT)?, true),
            SeedFrom::File(path) => {
                let named = |error: String| Stopped::new(format!("`--seed {}`: {error}", path.display()));
                let length = fs::metadata(path).map_err(|error| named(error.to_string()))?.len();
                if length > MOST {
                    return Err(named(format!("{length} bytes are more than {MOST}")));
                }
                let text = fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
                let document: Document =
                    serde_json::from_str(&text).map_err(|error| named(error.to_string()))?;
                document.check().map_err(named)?;
                (document, false)
            }
        };
        Ok(Self { document, is_demo })
    }

    /// The scopes that there are.
    pub fn scopes(&self) -> Result<ScopeCatalog, Stopped> {
        ScopeCatalog::new(self.document.scopes.iter().cloned())
            .map_err(|error| Stopped::new(format!("`--seed`: {error}")))
    }

    /// Plants it: what is not there yet is added, to the store and to the directory.
    pub async fn plant(
        &self,
        server: &Server,
        directory: &mut Directory,
        now: Timestamp,
    ) -> Result<Planted, Stopped> {
        let rehearsal = grantor::AuthorizationServer::new(MemoryStore::new(), server.settings().clone());
        plant::plant(&self.document, &rehearsal, &mut Directory::new()?, now).await?;
        let mut planted = plant::plant(&self.document, server, directory, now).await?;
        if self.is_demo {
            demo::tell(server, directory, &mut planted, now).await?;
        }
        Ok(planted)
    }
}

impl Document {
    fn check(&self) -> Result<(), String> {
        for user in self.organizations.iter().flat_map(|organization| &organization.users) {
            if let Some(hash) = &user.password_hash {
                let checked = argon2::password_hash::PasswordHash::new(hash);
                checked.map_err(|error| format!("the password hash of {}: {error}", user.email.as_str()))?;
            }
        }
        Ok(())
    }
}
