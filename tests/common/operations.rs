//! Every operation of an administrator, as data: what a matrix iterates over. What users do for themselves is none of them:
//! they log in, and take back what they agreed to, with no permission.

use grantor::admin::DeletionPlan;
use grantor::admin::Proposal;
use grantor::admin::authorizations::Acknowledgement;
#[cfg(feature = "saml")]
use grantor::admin::identity_providers::ProviderDraft;
use grantor::audit::Action;
use grantor::audit::EventQuery;
use grantor::change::Version;
use grantor::model::GrantType;
use grantor::model::IdentityProvider;
use grantor::model::Policy;
use grantor::model::ProviderState;
use grantor::model::Reach;
use grantor::model::Removal;
use grantor::model::StateName;
use grantor::ready;
use grantor::review::diagnosis::Failure;
use grantor::review::report::ReviewCriteria;
use grantor::review::usage::By;
use grantor::review::usage::UsageQuery;
use grantor::server::Administration;
use grantor::server::Error;
use grantor::server::RequestedToken;
use grantor::server::Supposing;
use grantor::testing::fixtures;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::VIEWERS;
use grantor::value::ClientId;
use grantor::value::Day;
use grantor::value::IdentityProviderId;
use grantor::value::OrganizationId;
use grantor::value::Timestamp;
use grantor::value::UserId;
use grantor::wire::AuthorizeRequest;

use super::Broken;
use super::House;
use super::LAPSED;
use super::NEWCOMER;
use super::Spy;
use super::TESTED;
use super::WITHDRAWN;
use super::draft;

/// Every permission that the rules name.
pub const PERMISSIONS: [&str; 13] = [
    "oauth:client:view",
    "oauth:client:add",
    "oauth:client:edit",
    "oauth:client:delete",
    "oauth:client:authorize",
    "oauth:token:delete",
    "usage:client:view",
    "audits:audit:view",
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
    /// An identity provider that is enabled, with one certificate.
    pub provider: IdentityProviderId,
    /// One that was tested, with two.
    pub tested: IdentityProviderId,
}

/// An identity provider that was tested, of number [`TESTED`], with two certificates.
pub fn tested_provider(organization: OrganizationId) -> IdentityProvider {
    let mut provider = fixtures::identity_provider(organization, TESTED);
    provider.settings.entity_id = "https://tested.example.com/metadata".parse().unwrap();
    provider.settings.certificates =
        fixtures::certificates(&[fixtures::CERTIFICATE, fixtures::OTHER_CERTIFICATE]);
    provider.state = ProviderState::Tested { at: fixtures::LONG_AGO, by: fixtures::administrator() };
    provider
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
            provider: house.world.provider.id,
            tested: fixtures::id(TESTED),
        }
    }

    /// Every operation on clients is done to this one, and those on identity providers to those of [`House`].
    pub fn all(client: ClientId) -> Self {
        let (provider, tested) = (fixtures::id(1), fixtures::id(TESTED));
        Self {
            active: client,
            inactive: client,
            foreign: client,
            pending: client,
            revoked: client,
            implicit: client,
            provider,
            tested,
        }
    }
}

/// The operation, as its answer's `Debug`.
type Run = fn(Administration<'_, Spy>, &Subjects, Timestamp) -> Result<String, Error<Broken>>;

/// One operation of an administrator.
#[derive(Clone, Copy)]
pub struct Operation {
    pub name: &'static str,
    /// What it needs (OR-05), in the order in which it is asked for; none for what any active user may do (AA-05).
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
const AUDIT: &str = "audits:audit:view";
const REVIEW: &str = "oauth:client:view oauth:client:authorize usage:client:view sso:provider:view";
const POLICY: &str = "directory:organization:admin";
#[cfg(feature = "saml")]
const PROVIDER_VIEW: &str = "sso:provider:view";
#[cfg(feature = "saml")]
const PROVIDER_EDIT: &str = "sso:provider:edit";

/// What can be accepted of an identity provider.
#[cfg(feature = "saml")]
fn provider_draft() -> ProviderDraft {
    ProviderDraft {
        name: "Acme sign-in".into(),
        entity_id: "https://new.example.com/metadata".into(),
        sso_url: "https://new.example.com/sso".into(),
        certificates: vec![fixtures::CERTIFICATE.into()],
        ..ProviderDraft::default()
    }
}

/// How many there are for single sign-on.
const OF_PROVIDERS: usize = if cfg!(feature = "saml") { 11 } else { 0 };

/// All of them.
pub const OPERATIONS: [Operation; 38 + OF_PROVIDERS] = [
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
    reads(
        "impact",
        AUTHORIZE,
        Action::Revoke,
        run!(admin, on, now, admin.impact(&Proposal::Revoke(on.active), now)),
    ),
    writes("delete_client", DELETE, Action::DeleteClient, |admin, on, now| {
        // As it is shown: Acme has approved it, and nobody else.
        let removal = Removal::Deferred(now.plus(Removal::DELAY));
        let client = fixtures::world().web;
        let reach = Reach::of([(fixtures::ACME, fixtures::approved(fixtures::ACME, &client).id())]);
        let plan = DeletionPlan { reach, ..DeletionPlan::new(on.active, Version::FIRST, removal) };
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
    reads("explain_call", AUTHORIZE, Action::ViewAuthorizations, |admin, on, now| {
        let (token, call) = (fixtures::token_of(on.active).digest(), fixtures::requirement("routing", ""));
        ready(admin.explain_call(&token, &call, now, now)).unwrap().map(|answer| format!("{answer:?}"))
    }),
    reads(
        "explain_client",
        AUTHORIZE,
        Action::ViewAuthorizations,
        run!(admin, on, now, admin.explain_client(on.active, Some(VIEWER), now, now)),
    ),
    reads("explain_client_after", AUTHORIZE, Action::ViewAuthorizations, |admin, on, now| {
        let revoked = Proposal::Revoke(on.active);
        let supposing = Supposing::at(now).after(&revoked);
        let answer = ready(admin.explain_client(on.active, Some(VIEWER), supposing, now)).unwrap();
        answer.map(|answer| format!("{answer:?}"))
    }),
    reads("explain_authorize", AUTHORIZE, Action::ViewAuthorizations, |admin, on, now| {
        let query = format!("response_type=code&client_id={}", on.active);
        let request = AuthorizeRequest { query: query.as_bytes() };
        let answer = ready(admin.explain_authorize(&request, VIEWER, now, now)).unwrap();
        answer.map(|answer| format!("{answer:?}"))
    }),
    reads("explain_token", AUTHORIZE, Action::ViewAuthorizations, |admin, on, now| {
        let requested = RequestedToken::AuthorizationCode { code: fixtures::code_of(on.active).digest() };
        ready(admin.explain_token(on.active, &requested, now, now))
            .unwrap()
            .map(|answer| format!("{answer:?}"))
    }),
    reads("diagnose", AUTHORIZE, Action::ViewAuthorizations, |admin, on, now| {
        let failure = Failure {
            code: "authorization.revoked".to_owned(),
            cause: "the application was revoked".to_owned(),
            at: now,
            action: Action::UseToken,
            client: Some(on.revoked),
            user: None,
            provider: None,
        };
        ready(admin.diagnose_failure(failure, now)).unwrap().map(|answer| format!("{answer:?}"))
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
    #[cfg(feature = "saml")]
    reads(
        "identity_providers",
        PROVIDER_VIEW,
        Action::ViewProviders,
        run!(admin, _on, now, admin.identity_providers(now)),
    ),
    #[cfg(feature = "saml")]
    reads(
        "identity_provider",
        PROVIDER_VIEW,
        Action::ViewProviders,
        run!(admin, on, now, admin.identity_provider(on.provider, now)),
    ),
    #[cfg(feature = "saml")]
    reads(
        "locked_out_users",
        PROVIDER_VIEW,
        Action::ViewProviders,
        run!(admin, on, now, admin.locked_out_users(on.provider, (None, 10), now)),
    ),
    #[cfg(feature = "saml")]
    reads("explain_login", PROVIDER_VIEW, Action::ViewProviders, |admin, on, now| {
        let email = fixtures::email("administrator@acme.example");
        let answer = ready(admin.explain_login(on.provider, &email, now, now)).unwrap();
        answer.map(|answer| format!("{answer:?}"))
    }),
    #[cfg(feature = "saml")]
    writes(
        "create_identity_provider",
        "sso:provider:add",
        Action::CreateProvider,
        run!(admin, _on, now, admin.create_identity_provider(&provider_draft(), now)),
    ),
    #[cfg(feature = "saml")]
    writes(
        "edit_identity_provider",
        PROVIDER_EDIT,
        Action::EditProvider,
        run!(
            admin,
            on,
            now,
            admin.edit_identity_provider(
                on.provider,
                &ProviderDraft { entity_id: "urn:edited".into(), ..provider_draft() },
                now
            )
        ),
    ),
    #[cfg(feature = "saml")]
    writes(
        "add_certificate",
        PROVIDER_EDIT,
        Action::EditProvider,
        run!(admin, on, now, admin.add_certificate(on.provider, fixtures::OTHER_CERTIFICATE.as_bytes(), now)),
    ),
    #[cfg(feature = "saml")]
    writes("remove_certificate", PROVIDER_EDIT, Action::EditProvider, |admin, on, now| {
        let other = fixtures::certificates(&[fixtures::OTHER_CERTIFICATE]).as_slice()[0].fingerprint();
        let removed = ready(admin.remove_certificate(on.tested, &other, now)).unwrap();
        removed.map(|answer| format!("{answer:?}"))
    }),
    #[cfg(feature = "saml")]
    writes(
        "enable_identity_provider",
        PROVIDER_EDIT,
        Action::EnableProvider,
        run!(admin, on, now, admin.enable_identity_provider(on.tested, now)),
    ),
    #[cfg(feature = "saml")]
    writes(
        "disable_identity_provider",
        PROVIDER_EDIT,
        Action::DisableProvider,
        run!(admin, on, now, admin.disable_identity_provider(on.provider, now)),
    ),
    #[cfg(feature = "saml")]
    writes(
        "delete_identity_provider",
        "sso:provider:delete",
        Action::DeleteProvider,
        run!(admin, on, now, admin.delete_identity_provider(on.provider, now)),
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
    reads("events", AUDIT, Action::ViewAudit, |admin, on, now| {
        let mut seen = String::new();
        for client in [None, Some(on.active), Some(on.foreign)] {
            let query = EventQuery { client, ..EventQuery::default() };
            seen += &format!("{:?}", ready(admin.events(&query, None, 500, now)).unwrap()?);
        }
        Ok(seen)
    }),
    reads(
        "applications_at",
        AUDIT,
        Action::ViewAudit,
        run!(admin, _on, now, admin.applications_at(now, None, 500, now)),
    ),
    reads("trail_anchor", AUDIT, Action::ViewAudit, run!(admin, _on, now, admin.trail_anchor(now))),
    reads(
        "verify_trail",
        AUDIT,
        Action::ViewAudit,
        run!(admin, _on, now, admin.verify_trail(None, None, 100, now)),
    ),
    reads("last_use", USAGE, Action::ViewUsage, run!(admin, on, now, admin.last_use(on.foreign, now))),
    reads("review", REVIEW, Action::Review, |admin, _on, now| {
        let report = ready(admin.review(&ReviewCriteria::default(), now)).unwrap()?;
        Ok(format!("{report:?} {} {}", report.to_markdown(), report.to_html()))
    }),
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
