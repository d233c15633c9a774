//! The table as it is read, and every combination there is.

/// How a client comes by a token, or by what leads to one.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Grant {
    ClientCredentials,
    Authorize,
    Exchange,
    Refresh,
    Implicit,
    Saml2Bearer,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Client {
    Active,
    Inactive,
    Disabled,
    Removed,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Authorization {
    None,
    Pending,
    Approved,
    Revoked,
    Superseded,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum User {
    Active,
    Inactive,
    Absent,
    Outside,
}

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Organization {
    Plain,
    IdleTimeout,
    PastSunset,
}

/// The names of the states in the table.
const GRANTS: [(&str, Grant); 6] = [
    ("client credentials", Grant::ClientCredentials),
    ("authorize", Grant::Authorize),
    ("exchange", Grant::Exchange),
    ("refresh", Grant::Refresh),
    ("implicit", Grant::Implicit),
    ("SAML2 bearer", Grant::Saml2Bearer),
];
const CLIENTS: [(&str, Client); 4] = [
    ("active", Client::Active),
    ("inactive", Client::Inactive),
    ("disabled", Client::Disabled),
    ("removed", Client::Removed),
];
const AUTHORIZATIONS: [(&str, Authorization); 5] = [
    ("none", Authorization::None),
    ("pending", Authorization::Pending),
    ("approved", Authorization::Approved),
    ("revoked", Authorization::Revoked),
    ("superseded", Authorization::Superseded),
];
const USERS: [(&str, User); 4] = [
    ("active", User::Active),
    ("inactive", User::Inactive),
    ("absent", User::Absent),
    ("outside", User::Outside),
];
const ORGANIZATIONS: [(&str, Organization); 3] = [
    ("plain", Organization::Plain),
    ("idle timeout", Organization::IdleTimeout),
    ("past sunset", Organization::PastSunset),
];

/// One combination.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Case {
    pub grant: Grant,
    pub client: Client,
    pub authorization: Authorization,
    pub user: User,
    pub organization: Organization,
}

impl Case {
    pub fn all() -> impl Iterator<Item = Self> {
        Row::of(&["any", "any", "any", "any", "any", "", ""]).cases().into_iter()
    }

    /// Whether client, authorization and user are as they were when the login began.
    pub fn is_as_it_was(self) -> bool {
        (self.client, self.authorization, self.user)
            == (Client::Active, Authorization::Approved, User::Active)
    }
}

/// One row: what it is about, the answer, and the code of the reason.
#[derive(Debug)]
pub struct Row {
    grants: Vec<Grant>,
    clients: Vec<Client>,
    authorizations: Vec<Authorization>,
    users: Vec<User>,
    organizations: Vec<Organization>,
    pub answer: String,
    pub reason: String,
}

impl Row {
    fn of(cells: &[&str]) -> Self {
        let [grants, clients, authorizations, users, organizations, answer, reason] = cells else {
            panic!("not seven cells: {cells:?}");
        };
        Self {
            grants: named(grants, &GRANTS),
            clients: named(clients, &CLIENTS),
            authorizations: named(authorizations, &AUTHORIZATIONS),
            users: named(users, &USERS),
            organizations: named(organizations, &ORGANIZATIONS),
            answer: answer.replace('`', ""),
            reason: reason.replace('`', ""),
        }
    }

    /// All combinations that the row stands for.
    pub fn cases(&self) -> Vec<Case> {
        let mut cases = Vec::new();
        for &grant in &self.grants {
            for &client in &self.clients {
                for &authorization in &self.authorizations {
                    for &user in &self.users {
                        let of = |&organization| Case { grant, client, authorization, user, organization };
                        cases.extend(self.organizations.iter().map(of));
                    }
                }
            }
        }
        cases
    }

    pub fn clients_are_active(&self) -> bool {
        self.clients == [Client::Active]
    }

    pub fn issues_a_token(&self) -> bool {
        self.answer.contains("access token")
    }

    pub fn issues_a_code(&self) -> bool {
        self.answer.contains("303 code")
    }
}

/// The states that a cell names, or all of them.
#[track_caller]
fn named<T: Copy>(cell: &str, names: &[(&str, T)]) -> Vec<T> {
    let of = |name: &str| match names.iter().find(|known| known.0 == name) {
        Some(&(_, state)) => state,
        None => panic!("no state `{name}`"),
    };
    match cell {
        "any" => names.iter().map(|&(_, state)| state).collect(),
        cell => cell.split(", ").map(of).collect(),
    }
}

/// The rows of the table in the docs.
pub fn rows() -> Vec<Row> {
    let lines = include_str!("../../src/grant/table.md").lines().filter(|line| line.starts_with('|'));
    // The head, and the line under it.
    lines
        .skip(2)
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            Row::of(&cells[1..cells.len() - 1])
        })
        .collect()
}
