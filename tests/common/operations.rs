//! Every operation of an administrator, as data: what a matrix iterates over. What users do for themselves is none of them:
//! they log in, and take back what they agreed to, with no permission.

use grantor::admin::DeletionPlan;
use grantor::admin::authorizations::Acknowledgement;
use grantor::audit::Action;
use grantor::change::Version;
use grantor::model::GrantType;
use grantor::model::Policy;
use grantor::model::Removal;
use grantor::model::StateName;
use grantor::ready;
use grantor::review::usage::By;
use grantor::review::usage::UsageQuery;
use grantor::server::Administration;
use grantor::server::Error;
use grantor::testing::fixtures;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::VIEWERS;
use grantor::value::ClientId;
use grantor::value::Day;
use grantor::value::OrganizationId;
use grantor::value::Timestamp;
use grantor::value::UserId;

use super::Broken;
use super::House;
use super::LAPSED;
use super::NEWCOMER;
use super::Spy;
use super::WITHDRAWN;
use super::draft;

/// Every permission that the rules name.
pub const PERMISSIONS: [&str; 12] = [
    "oauth:client:view",
    "oauth:client:add",
    "oauth:client:edit",
    "oauth:client:delete",
    "oauth:client:authorize",
    "oauth:token:delete",
    "usage:client:view",
    "directory:organization:admin",
    "sso:provider:view",
    "sso:provider:add",
    "sso:provider:edit",
    "sso:provider:delete",
];

/// What the operations are done to.
#[derive(Clone, Copy, Debug)]
pub struct Subjects {
    /// A client that is active and approved.
    pub active: ClientId,
    /// One that is set for deletion.
    pub inactive: ClientId,
    /// One of another organization, on which this one has no word.
    pub foreign: ClientId,
    /// One for which access was requested.
    pub pending: ClientId,
    /// One whose authorization was revoked.
    pub revoked: ClientId,
    /// One of the implicit grant.
    pub implicit: ClientId,
}

impl Subjects {
    /// With these, every operation succeeds for the administrator of Acme.
    pub fn of(house: &House) -> Self {
        Self {
            active: house.world.web.id,
            inactive: fixtures::id(LAPSED),
            foreign: fixtures::id(NEWCOMER),
            pending: house.world.partner.id,
            revoked: fixtures::id(WITHDRAWN),
            implicit: house.world.implicit.id,
        }
    }

    /// Every operation is done to this client.
    pub fn all(client: ClientId) -> Self {
        Self {
            active: client,
            inactive: client,
            foreign: client,
            pending: client,
            revoked: client,
            implicit: client,
        }
    }
}

/// The operation, as its answer's `Debug`.
type Run = fn(Administration<'_, Spy>, &Subjects, Timestamp) -> Result<String, Error<Broken>>;

/// One operation of an administrator.
#[derive(Clone, Copy)]
pub struct Operation {
    pub name: &'static str,
    /// What it needs (OR-05); none for what any active user may do (AA-05).
    pub needs: Option<&'static str>,
    /// What its event says.
    pub action: Action,
    /// Whether it only reads.
    pub reads: bool,
    pub run: Run,
}

macro_rules! run {
    ($admin:ident, $on:ident, $now:ident, $future:expr) => {
        |$admin, $on, $now| ready($future).unwrap().map(|answer| format!("{answer:?}"))
    };
}

const fn writes(name: &'static str, needs: &'static str, action: Action, run: Run) -> Operation {
    Operation { name, needs: Some(needs), action, reads: false, run }
}

const fn reads(name: &'static str, needs: &'static str, action: Action, run: Run) -> Operation {
    Operation { name, needs: Some(needs), action, reads: true, run }
}

const VIEW: &str = "oauth:client:view";
const ADD: &str = "oauth:client:add";
const EDIT: &str = "oauth:client:edit";
const DELETE: &str = "oauth:client:delete";
const AUTHORIZE: &str = "oauth:client:authorize";
const TOKENS: &str = "oauth:token:delete";
const USAGE: &str = "usage:client:view";
const POLICY: &str = "directory:organization:admin";

/// All of them.
pub const OPERATIONS: [Operation; 26] = [
    reads("clients", VIEW, Action::ViewClients, run!(admin, _on, now, admin.clients(None, 100, now))),
    reads("client", VIEW, Action::ViewClients, run!(admin, on, now, admin.client(on.active, now))),
    writes(
        "create_client",
        ADD,
        Action::CreateClient,
        run!(admin, _on, now, admin.create_client(&draft(GrantType::AuthorizationCode), now)),
    ),
    writes(
        "edit_client",
        EDIT,
        Action::EditClient,
        run!(admin, on, now, admin.edit_client(on.active, &draft(GrantType::AuthorizationCode), now)),
    ),
    writes(
        "regenerate_secret",
        EDIT,
        Action::RegenerateSecret,
        run!(admin, on, now, admin.regenerate_secret(on.active, None, now)),
    ),
    writes(
        "restore_client",
        EDIT,
        Action::RestoreClient,
        run!(admin, on, now, admin.restore_client(on.inactive, None, now)),
    ),
    reads(
        "plan_deletion",
        DELETE,
        Action::DeleteClient,
        run!(admin, on, now, admin.plan_deletion(on.active, now)),
    ),
    writes("delete_client", DELETE, Action::DeleteClient, |admin, on, now| {
        let removal = Removal::Deferred(now.plus(Removal::DELAY));
        let plan = DeletionPlan { client: on.active, version: Version::FIRST, removal };
        ready(admin.delete_client(&plan, now)).unwrap().map(|answer| format!("{answer:?}"))
    }),
    writes(
        "change_policy",
        POLICY,
        Action::ChangePolicy,
        run!(
            admin,
            _on,
            now,
            admin.change_policy(Policy { enforce_scopes: false, ..Policy::default() }, now)
        ),
    ),
    Operation {
        name: "request_authorization",
        needs: None,
        action: Action::RequestAuthorization,
        reads: false,
        run: run!(admin, on, now, admin.request_authorization(on.foreign, None, now)),
    },
    writes(
        "authorize",
        AUTHORIZE,
        Action::Approve,
        run!(admin, on, now, admin.authorize(on.foreign, None, now)),
    ),
    writes(
        "reauthorize",
        AUTHORIZE,
        Action::Approve,
        run!(admin, on, now, admin.reauthorize(on.revoked, None, now)),
    ),
    writes(
        "edit_scopes",
        AUTHORIZE,
        Action::EditScopes,
        run!(admin, on, now, admin.edit_scopes(on.active, &["routing:readonly".to_owned()], now)),
    ),
    writes(
        "edit_audience",
        AUTHORIZE,
        Action::EditAudience,
        run!(admin, on, now, admin.edit_audience(on.active, &[VIEWERS], now)),
    ),
    writes("deny", AUTHORIZE, Action::Deny, run!(admin, on, now, admin.deny(on.pending, now))),
    writes(
        "revoke",
        AUTHORIZE,
        Action::Revoke,
        run!(admin, on, now, admin.revoke(on.active, Acknowledgement::NotGiven, now)),
    ),
    reads(
        "application",
        AUTHORIZE,
        Action::ViewAuthorizations,
        run!(admin, on, now, admin.application(on.active, now)),
    ),
    reads("applications", AUTHORIZE, Action::ViewAuthorizations, |admin, _on, now| {
        let mut seen = format!("{:?}", ready(admin.applications(None, None, 100, now)).unwrap()?);
        for state in StateName::ALL {
            seen += &format!("{:?}", ready(admin.applications(Some(state), None, 100, now)).unwrap()?);
        }
        Ok(seen)
    }),
    writes("end_tokens", TOKENS, Action::EndTokens, run!(admin, _on, now, admin.end_tokens(now))),
    writes(
        "end_tokens_of_application",
        TOKENS,
        Action::EndTokens,
        run!(admin, on, now, admin.end_tokens_of_application(on.active, now)),
    ),
    writes(
        "end_tokens_of_client",
        TOKENS,
        Action::EndTokens,
        run!(admin, on, now, admin.end_tokens_of_client(on.active, now)),
    ),
    writes(
        "end_tokens_of_user",
        TOKENS,
        Action::EndTokens,
        run!(admin, _on, now, admin.end_tokens_of_user(VIEWER, now)),
    ),
    writes(
        "migrate_implicit",
        EDIT,
        Action::MigrateClient,
        run!(admin, on, now, admin.migrate_implicit(on.implicit, now)),
    ),
    reads(
        "implicit_clients",
        VIEW,
        Action::ViewClients,
        run!(admin, _on, now, admin.implicit_clients(None, 100, now)),
    ),
    reads("usage", USAGE, Action::ViewUsage, |admin, on, now| {
        let (from, to) = (Day::of(now).minus(400), Day::of(now));
        let mut seen = String::new();
        for by in [By::Day, By::Week, By::Month] {
            for client in [None, Some(on.active)] {
                let query = UsageQuery { client, from, to, by };
                seen += &format!("{:?}", ready(admin.usage(&query, None, 50, now)).unwrap()?);
            }
        }
        Ok(seen)
    }),
    reads("last_use", USAGE, Action::ViewUsage, run!(admin, on, now, admin.last_use(on.foreign, now))),
];

impl Operation {
    /// Does it as this user of this organization.
    pub fn by(
        &self,
        house: &House,
        (organization, user): (OrganizationId, UserId),
        on: &Subjects,
        now: Timestamp,
    ) -> Result<String, Error<Broken>> {
        (self.run)(house.server.administration(organization, user), on, now)
    }
}
