//! The host's own data, which the library only reads: organizations, roles, and people with their passwords.
//!
//! Here it comes from the seed, and is the same in every process that is started with it. A service has tables for it.

use std::collections::HashMap;

use argon2::{
    Argon2, PasswordHasher, PasswordVerifier,
    password_hash::{PasswordHash, SaltString},
};
use grantor::{
    Timestamp,
    server::LoggedIn,
    value::{ClientId, DivisionId, EmailAddress, Entropy, Name, OrganizationId, OsEntropy, RoleId, UserId},
};
use tokio::sync::Semaphore;

use crate::attempts::Attempts;

/// Organizations, roles and people.
pub struct Directory {
    organizations: Vec<Organization>,
    roles: Vec<(OrganizationId, RoleId, Name)>,
    divisions: Vec<(OrganizationId, DivisionId, Name)>,
    people: Vec<Person>,
    robots: HashMap<ClientId, UserId>,
    decoy: String,
    hashing: Semaphore,
    attempts: Attempts,
}

/// An organization, as the login page shows it.
#[derive(Clone, Debug)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: Name,
}

/// A user with a name.
#[derive(Clone, Debug)]
pub struct Person {
    pub who: LoggedIn,
    pub name: Name,
    pub email: EmailAddress,
    /// In PHC form; none for who logs in by an identity provider alone, or not at all.
    pub password: Option<String>,
    /// It is no person, and logs in by nothing.
    pub is_robot: bool,
}

impl Directory {
    /// How many passwords are hashed at once: each takes 19 MiB and a core.
    const HASHED_AT_ONCE: usize = 2;
    /// 256 bytes: the longest password.
    const LONGEST: usize = 256;

    /// Nobody yet. Fails where there is no random source.
    pub fn new() -> Result<Self, String> {
        Ok(Self {
            organizations: Vec::new(),
            roles: Vec::new(),
            divisions: Vec::new(),
            people: Vec::new(),
            robots: HashMap::new(),
            decoy: hash("of nobody")?,
            hashing: Semaphore::new(Self::HASHED_AT_ONCE),
            attempts: Attempts::default(),
        })
    }

    pub fn add_organization(&mut self, id: OrganizationId, name: Name) {
        self.organizations.push(Organization { id, name });
    }

    pub fn add_role(&mut self, organization: OrganizationId, id: RoleId, name: Name) {
        self.roles.push((organization, id, name));
    }

    pub fn add_division(&mut self, organization: OrganizationId, id: DivisionId, name: Name) {
        self.divisions.push((organization, id, name));
    }

    pub fn add_person(&mut self, person: Person) {
        self.people.push(person);
    }

    /// Gives everybody who is a person this password.
    pub fn set_password(&mut self, hash: &str) {
        for person in self.people.iter_mut().filter(|person| !person.is_robot) {
            person.password = Some(hash.to_owned());
        }
    }

    /// Lets a client of client credentials administer its organization as this user of it, who is no person: within the
    /// client's roles and the user's, both.
    pub fn let_act_as(&mut self, client: ClientId, user: UserId) {
        self.robots.insert(client, user);
    }

    /// As whom a client administers, where it may.
    pub fn acting_user(&self, client: ClientId) -> Option<UserId> {
        self.robots.get(&client).copied()
    }

    pub fn organizations(&self) -> &[Organization] {
        &self.organizations
    }

    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// The roles of the organization, by name.
    pub fn roles(&self, organization: OrganizationId) -> impl Iterator<Item = (RoleId, &Name)> {
        self.roles.iter().filter(move |(owner, ..)| *owner == organization).map(|(_, id, name)| (*id, name))
    }

    /// The divisions of the organization, by name.
    pub fn divisions(&self, organization: OrganizationId) -> impl Iterator<Item = (DivisionId, &Name)> {
        self.divisions
            .iter()
            .filter(move |(owner, ..)| *owner == organization)
            .map(|(_, id, name)| (*id, name))
    }

    pub fn name_of_organization(&self, id: OrganizationId) -> String {
        let found = self.organizations.iter().find(|organization| organization.id == id);
        found.map_or_else(|| id.to_string(), |organization| organization.name.to_string())
    }

    pub fn name_of_role(&self, organization: OrganizationId, role: RoleId) -> String {
        let found = self.roles(organization).find(|(id, _)| *id == role);
        found.map_or_else(|| role.to_string(), |(_, name)| name.to_string())
    }

    pub fn name_of_user(&self, who: LoggedIn) -> String {
        let found = self.people.iter().find(|person| person.who == who);
        found.map_or_else(|| who.user.to_string(), |person| person.name.to_string())
    }

    /// Who has this email address and this password. An address that nobody has costs the same work, and so does one
    /// whose password was tried too often.
    pub async fn log_in(&self, email: &str, password: &str, now: Timestamp) -> Option<LoggedIn> {
        let person = self.people.iter().find(|person| person.email.as_str().eq_ignore_ascii_case(email));
        let person = person.filter(|person| self.attempts.may(person.who, now));
        let known = person.and_then(|person| person.password.clone());
        let is_known = known.is_some() && password.len() <= Self::LONGEST;
        let digest = known.unwrap_or_else(|| self.decoy.clone());
        let presented: String = password.chars().take(Self::LONGEST).collect();
        let _permit = self.hashing.acquire().await.ok()?;
        let is_right =
            tokio::task::spawn_blocking(move || verify(&presented, &digest)).await.unwrap_or(false);
        let who = person?.who;
        if is_known && is_right {
            self.attempts.passed(who);
            return Some(who);
        }
        self.attempts.failed(who, now);
        None
    }
}

/// The password in PHC form: Argon2id, with a salt of its own.
pub fn hash(password: &str) -> Result<String, String> {
    let mut salt = [0; 16];
    OsEntropy.fill(&mut salt).map_err(|error| error.to_string())?;
    let salt = SaltString::encode_b64(&salt).map_err(|error| error.to_string())?;
    let digest = Argon2::default().hash_password(password.as_bytes(), &salt);
    Ok(digest.map_err(|error| error.to_string())?.to_string())
}

fn verify(password: &str, digest: &str) -> bool {
    PasswordHash::new(digest)
        .is_ok_and(|digest| Argon2::default().verify_password(password.as_bytes(), &digest).is_ok())
}
