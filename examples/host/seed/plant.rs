//! Planting a document: each record where it is missing, each client where there is none of its name.

use grantor::{
    AuthorizationServer, Store, Timestamp,
    change::{Changes, Key, Reason, Record},
    model::{Organization, Role, RoleGrants, User, UserState},
    server::{Administration, Error, LoggedIn},
    store::Commit,
    value::{ClientId, OrganizationId, Permissions},
};

use super::{Document, SeedOrganization, SeedUser};
use crate::{
    Stopped,
    directory::{Directory, Person},
};

/// What came of it, to be said once.
#[derive(Default)]
pub struct Planted {
    /// Every client of the document, by organization and name.
    pub clients: Vec<(OrganizationId, String, ClientId)>,
    /// The secrets of clients that were created now.
    pub secrets: Vec<(String, ClientId, String)>,
    /// Whether an organization was planted now: the store has not seen the document before.
    pub is_new: bool,
    /// The password of the demo's users.
    pub password: Option<String>,
    /// The client of the lines to try, with its secret.
    pub command_line: Option<(ClientId, String)>,
}

impl Planted {
    /// The client of this name.
    pub fn client(&self, organization: OrganizationId, name: &str) -> Result<ClientId, Stopped> {
        let found = self.clients.iter().find(|(owner, known, _)| *owner == organization && known == name);
        found.map(|(.., id)| *id).ok_or_else(|| Stopped::new(format!("there is no client {name}")))
    }
}

/// Plants the document.
pub async fn plant<S: Store>(
    document: &Document,
    server: &AuthorizationServer<S>,
    directory: &mut Directory,
    now: Timestamp,
) -> Result<Planted, Stopped> {
    let mut planted = Planted::default();
    for organization in &document.organizations {
        planted.is_new |= plant_records(server, organization, now).await?;
        list(directory, organization);
        plant_clients(server, organization, (directory, &mut planted), now).await?;
    }
    Ok(planted)
}

/// Whether the organization was not there.
async fn plant_records<S: Store>(
    server: &AuthorizationServer<S>,
    seed: &SeedOrganization,
    now: Timestamp,
) -> Result<bool, Stopped> {
    let organization = seed.id;
    let is_new = server.store().record(Key::Organization(organization)).await?.is_none();
    if is_new {
        put(server, Organization::new(organization, seed.name.clone(), now).into()).await?;
    }
    for role in &seed.roles {
        let permissions = Permissions::new(role.permissions.iter().cloned())
            .map_err(|error| of(seed, &role.name, &error.to_string()))?;
        put(server, Role { organization, id: role.id, name: role.name.clone(), permissions }.into()).await?;
    }
    for user in &seed.users {
        let roles = RoleGrants::new(user.roles.iter().copied());
        let roles = roles.map_err(|error| of(seed, &user.name, &error.to_string()))?;
        if let Some(missing) = roles.roles().find(|role| !seed.roles.iter().any(|known| known.id == *role)) {
            return Err(of(seed, &user.name, &format!("there is no role {missing}")));
        }
        let state = UserState::Active(roles);
        let user = User { organization, id: user.id, state, email: Some(user.email.clone()) };
        put(server, user.into()).await?;
    }
    Ok(is_new)
}

/// Adds the record, or replaces what is there by it where that is another one.
async fn put<S: Store>(server: &AuthorizationServer<S>, record: Record) -> Result<(), Stopped> {
    let changes = match server.store().record(record.key()).await? {
        None => Changes::new().insert(record),
        Some(stored) if stored.record == record => return Ok(()),
        Some(stored) => Changes::new().update(stored.version, record),
    };
    match server.store().commit(changes).await? {
        Commit::Applied => Ok(()),
        Commit::Conflict => Err(Stopped::new("another process plants the seed: start again")),
    }
}

fn list(directory: &mut Directory, seed: &SeedOrganization) {
    directory.add_organization(seed.id, seed.name.clone());
    for division in &seed.divisions {
        directory.add_division(seed.id, division.id, division.name.clone());
    }
    for role in &seed.roles {
        directory.add_role(seed.id, role.id, role.name.clone());
    }
    for SeedUser { id, name, email, password_hash, is_robot, .. } in &seed.users {
        let who = LoggedIn { organization: seed.id, user: *id };
        let password = password_hash.clone().filter(|_| !is_robot);
        directory.add_person(Person {
            who,
            name: name.clone(),
            email: email.clone(),
            password,
            is_robot: *is_robot,
        });
    }
}

async fn plant_clients<S: Store>(
    server: &AuthorizationServer<S>,
    seed: &SeedOrganization,
    (directory, planted): (&mut Directory, &mut Planted),
    now: Timestamp,
) -> Result<(), Stopped> {
    let Some(creator) = seed.users.first() else {
        return match seed.clients.is_empty() {
            true => Ok(()),
            false => Err(Stopped::new(format!("`--seed`: nobody in {} can create its clients", seed.name))),
        };
    };
    let administration = server.administration(seed.id, creator.id);
    let known = if seed.clients.is_empty() { Vec::new() } else { names(&administration, now).await? };
    for client in &seed.clients {
        let name = &client.draft.name;
        let id = match known.iter().find(|(known, _)| known == name) {
            Some((_, id)) => *id,
            None => {
                let created = administration
                    .create_client(&client.draft, now)
                    .await
                    .map_err(|error| why(name, &error))?;
                if let Some(secret) = &created.secret {
                    planted.secrets.push((name.clone(), created.client.id, secret.expose().to_owned()));
                }
                if client.approve {
                    administration
                        .authorize(created.client.id, None, now)
                        .await
                        .map_err(|error| why(name, &error))?;
                }
                created.client.id
            }
        };
        if let Some(robot) = client.acts_as {
            if !seed.users.iter().any(|user| user.id == robot && user.is_robot) {
                return Err(Stopped::new(format!(
                    "`--seed`: {name} acts as {robot}, which is no robot of {}",
                    seed.name
                )));
            }
            directory.let_act_as(id, robot);
        }
        planted.clients.push((seed.id, name.clone(), id));
    }
    Ok(())
}

/// Every client of the organization, by name.
async fn names<S: Store>(
    administration: &Administration<'_, S>,
    now: Timestamp,
) -> Result<Vec<(String, ClientId)>, Stopped> {
    let (mut names, mut after) = (Vec::new(), None);
    loop {
        let listed =
            administration.clients(after, 500, now).await.map_err(|error| why("the clients", &error))?;
        names.extend(listed.items.iter().map(|client| (client.name.to_string(), client.id)));
        match listed.next {
            Some(next) => after = Some(next),
            None => return Ok(names),
        }
    }
}

fn of(seed: &SeedOrganization, name: impl std::fmt::Display, what: &str) -> Stopped {
    Stopped::new(format!("`--seed`: {name} of {}: {what}", seed.name))
}

/// Why something cannot be planted.
pub fn why<E: std::error::Error>(name: &str, error: &Error<E>) -> Stopped {
    match error {
        Error::Denied(denial) => Stopped::new(format!("`--seed`: {name}: {denial}: {}", denial.remedy())),
        other => Stopped::new(format!("`--seed`: {name}: {other}")),
    }
}
