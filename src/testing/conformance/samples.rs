//! Records of every kind, in every form that the kind takes.

use std::borrow::Cow;

use super::Check;
use super::identity_provider::providers;
use super::identity_provider::requests;
use super::world::World;
use super::world::permissions;
use super::world::redirect_uris;
use super::world::scopes;
use crate::audit::Action;
use crate::audit::Actor;
use crate::audit::Event;
use crate::audit::FieldChange;
use crate::audit::Outcome;
use crate::audit::Subject;
use crate::change::Kind;
use crate::change::Record;
use crate::model::AccessToken;
use crate::model::Audience;
use crate::model::Authorization;
use crate::model::AuthorizationCode;
use crate::model::Caller;
use crate::model::Calls;
use crate::model::ClientFields;
use crate::model::ClientSecret;
use crate::model::ClientSecrets;
use crate::model::ClientTally;
use crate::model::CodeClient;
use crate::model::CodeRedirect;
use crate::model::ConsentPrompt;
use crate::model::Counted;
use crate::model::Deletion;
use crate::model::Division;
use crate::model::FamilyState;
use crate::model::Governance;
use crate::model::Grant;
use crate::model::Holder;
use crate::model::IdleTimeout;
use crate::model::Lifecycle;
use crate::model::Overlap;
use crate::model::Owner;
use crate::model::Pkce;
use crate::model::Policy;
use crate::model::PromptKind;
use crate::model::Purpose;
use crate::model::Refresh;
use crate::model::Replaced;
use crate::model::ResponseType;
use crate::model::Revocation;
use crate::model::Role;
use crate::model::RoleGrant;
use crate::model::RoleGrants;
use crate::model::SecretUse;
use crate::model::TokenFamily;
use crate::model::Tombstone;
use crate::model::Usage;
use crate::model::UsageDay;
use crate::model::UsageSource;
use crate::model::UsedAssertion;
use crate::model::User;
use crate::model::UserState;
use crate::value::CodeChallenge;
use crate::value::Description;
use crate::value::Digest;
use crate::value::DivisionId;
use crate::value::Endpoint;
use crate::value::Label;
use crate::value::Name;
use crate::value::Permission;
use crate::value::RefreshGrace;
use crate::value::RoleId;
use crate::value::Salt;
use crate::value::Scope;
use crate::value::TokenLifetime;

/// A record of every kind in every form that the kind takes, each under a key of its own: for a host's tests of how it
/// writes them.
///
/// ```
/// let records = grantor::testing::conformance::records();
/// assert!(records.len() > 30);
/// ```
#[must_use]
pub fn records() -> Vec<Record> {
    apart(&World::new(0, Check::RoundTrip), Kind::ALL)
}

/// Every form of these kinds, each under a key of its own.
pub(super) fn apart(world: &World, kinds: impl IntoIterator<Item = Kind>) -> Vec<Record> {
    let each = |kind| (0..forms(world, kind, 0).len()).map(move |form| (kind, form));
    let numbered = kinds.into_iter().flat_map(each).zip(1_u64..);
    numbered.map(|((kind, form), number)| forms(world, kind, number).swap_remove(form)).collect()
}

/// Every form that a record of the kind takes, under one key, in an order in which they may follow each other.
///
/// Numbers from 10 to 19 share an organization, and so lists; so do those from 20 to 29, and so on. Nothing changes an
/// event: its forms are of different events.
pub(super) fn forms(world: &World, kind: Kind, number: u64) -> Vec<Record> {
    match kind {
        Kind::Organization => organizations(world, number),
        Kind::Role => roles(world, number),
        Kind::User => users(world, number),
        Kind::Client => clients(world, number),
        Kind::Authorization => authorizations(world, number),
        Kind::Family => families(world, number),
        Kind::AccessToken => tokens(world, number),
        Kind::AuthorizationCode => codes(world, number),
        Kind::ConsentPrompt => prompts(world, number),
        Kind::UserConsent => consents(world, number),
        Kind::IdentityProvider => providers(world, number),
        Kind::SamlRequest => requests(world, number),
        Kind::UsedAssertion => {
            let used = world.used_assertion(number, 0);
            [used, UsedAssertion { expires: world.at(90_000), ..used }].map(Record::from).into()
        }
        Kind::UsageDay => usage_days(world, number),
        Kind::UsageSource => {
            let source = world.usage_source(number, 0);
            [
                source,
                UsageSource { highest: u64::MAX, window: u64::MAX, last_recorded: world.at(60), ..source },
            ]
            .map(Record::from)
            .into()
        }
        Kind::ClientTally => {
            let organization = world.organization_id(number);
            [0, 1, u32::MAX].map(|clients| ClientTally { organization, clients }.into()).into()
        }
        Kind::SecretUse => {
            let (secret, client) = (world.secret_id(number), world.client_id(number));
            [0, 60].map(|at| SecretUse { secret, client, last_used: world.at(at) }.into()).into()
        }
        Kind::Event => events(world, number),
    }
}

/// Whether records of the kind are updated and deleted at all.
pub(super) fn is_changed(kind: Kind) -> bool {
    match kind {
        Kind::Event => false,
        Kind::Organization
        | Kind::Role
        | Kind::User
        | Kind::Client
        | Kind::Authorization
        | Kind::Family
        | Kind::AccessToken
        | Kind::AuthorizationCode
        | Kind::ConsentPrompt
        | Kind::UserConsent
        | Kind::IdentityProvider
        | Kind::SamlRequest
        | Kind::UsedAssertion
        | Kind::UsageDay
        | Kind::UsageSource
        | Kind::ClientTally
        | Kind::SecretUse => true,
    }
}

fn organizations(world: &World, number: u64) -> Vec<Record> {
    let plain = world.organization(number, 0);
    let policy = Policy {
        maximum_lifetime: Some(TokenLifetime::MIN),
        idle_timeout: Some(IdleTimeout::HIPAA),
        hipaa: true,
        enforce_scopes: false,
        saml2_bearer_without_redirect_uri: true,
        sso_only: true,
        client_limit: 1,
    };
    let strict = plain.with_policy(policy, world.at(1));
    let ended = strict.with_policy(Policy::default(), world.at(2_000)).in_next_epoch();
    let ended = ended.with_identity_provider();
    [plain, strict, ended].map(Record::from).into()
}

fn roles(world: &World, number: u64) -> Vec<Record> {
    let plain = world.role(number, number, 0);
    let administrator = Role {
        name: Name::new("Administratör — 管理者 🔑 'quoted' \"twice\" \\ %_").expect("a name"),
        permissions: permissions(&["*:*:*", "oauth:*:view", "oauth:client:authorize"]),
        ..plain.clone()
    };
    let empty = Role { permissions: permissions(&[]), ..plain.clone() };
    [plain, administrator, empty].map(Record::from).into()
}

fn users(world: &World, number: u64) -> Vec<Record> {
    let active = world.user(number, number, &[1, 2, 3]);
    let one =
        User { state: UserState::Active(everywhere(world)), email: Some(world.email(1)), ..active.clone() };
    let other = User { state: UserState::Inactive, email: Some(world.email(2)), ..active.clone() };
    let none = User { state: UserState::Active(RoleGrants::default()), ..active.clone() };
    [active, one, other, none].map(Record::from).into()
}

/// As many grants as one may hold, in all divisions and in single ones.
fn everywhere(world: &World) -> RoleGrants {
    let grant = |number: u64| RoleGrant {
        role: world.role_id(number / 4),
        division: match number % 4 {
            0 => Division::All,
            _ => Division::One(DivisionId::from_bytes(*world.secret_id(number).as_bytes())),
        },
    };
    RoleGrants::new((0..).map(grant).take(RoleGrants::MAX)).expect("as many as one may hold")
}

fn clients(world: &World, number: u64) -> Vec<Record> {
    let client = |edit: &dyn Fn(&mut ClientFields)| world.client_of(number, number / 10, edit);
    let forms = [
        client(&|_| {}),
        client(&|fields| fields.grant = confidential(world)),
        client(&|fields| governed(world, fields)),
        client(&|fields| fields.grant = saml2_bearer(world)),
        client(&|fields| fields.grant = worker(world)),
        client(&|fields| fields.lifecycle = Lifecycle::Inactive(deletion(world, 700_000))),
        client(&|fields| fields.lifecycle = Lifecycle::Active),
        client(&|fields| fields.lifecycle = Lifecycle::Inactive(deletion(world, 300_000))),
        client(&|fields| {
            fields.lifecycle =
                Lifecycle::Disabled { since: world.at(9), deletion: Some(deletion(world, 300_000)) };
        }),
        client(&|fields| fields.lifecycle = Lifecycle::Disabled { since: world.at(9), deletion: None }),
        client(&|fields| built_in(fields)),
    ];
    let removed = client(&|_| {}).tombstone(Actor::Sweep, world.at(300_000));
    let cleared = Tombstone { cleared: Some(world.at(300_001)), ..removed };
    forms.map(Record::from).into_iter().chain([removed.into(), cleared.into()]).collect()
}

fn confidential(world: &World) -> Grant {
    let refresh_grace = Some(RefreshGrace::MAX);
    let client = CodeClient::Confidential { secrets: secrets(world), pkce: Pkce::Optional, refresh_grace };
    Grant::AuthorizationCode { client, redirect_uris: redirect_uris(125), scopes: scopes("a b:readonly c") }
}

fn saml2_bearer(world: &World) -> Grant {
    Grant::Saml2Bearer { secrets: secrets(world), redirect_uris: None, scopes: scopes("analytics") }
}

fn worker(world: &World) -> Grant {
    Grant::ClientCredentials { secrets: secrets(world), roles: everywhere(world), purpose: Purpose::Scim }
}

/// A secret, and one before it that is still valid.
fn secrets(world: &World) -> ClientSecrets {
    let secret = |number| ClientSecret {
        id: world.secret_id(number),
        digest: Digest::from_bytes(*world.digest(number).as_bytes()),
        created: world.at(0),
        expires: None,
    };
    ClientSecrets::first(secret(1)).regenerated(secret(2), Some(Overlap::MAX), world.at(1))
}

fn governed(world: &World, fields: &mut ClientFields) {
    let label = |text: &str| Label::new(text).expect("a label");
    fields.description =
        Some(Description::new("Длинное описание. ".repeat(60).trim_end()).expect("a description"));
    fields.governance = Governance {
        contact: Some(label("jørgen@app.example")),
        tags: vec![label("zeta"), label("alpha"), label("β")],
        next_review: Some(world.at(10)),
    };
    fields.lifetime = TokenLifetime::MAX;
    fields.modified_by = Actor::User { organization: world.organization_id(1), user: world.user_id(1) };
}

fn built_in(fields: &mut ClientFields) {
    fields.owner = Owner::BuiltIn { needed_by_administrators: true };
    fields.grant = Grant::Implicit { redirect_uris: redirect_uris(2), scopes: scopes("analytics:readonly") };
    fields.epoch = fields.epoch.next();
}

fn deletion(world: &World, removal: u32) -> Deletion {
    Deletion { at: world.at(0), by: Actor::Operator, removal: world.at(removal) }
}

fn authorizations(world: &World, number: u64) -> Vec<Record> {
    let (organization, client) = (world.organization_id(number / 10), world.client_id(number));
    let [first, second] = [1, 2].map(|number| world.authorization_id(number));
    let (by, asked) = (Actor::Client(client), scopes("analytics users"));
    let pending = Authorization::request(organization, client, first, asked, by, world.at(1));
    let approval = |roles: &[RoleId]| world.approval(Audience::of_roles(roles.iter().copied()), 2);
    let approved = approval(&[]);
    let limited = approval(&[world.role_id(1), world.role_id(2)]);
    let revoked = Authorization::revoked_built_in(organization, client, Actor::Operator, world.at(3));
    [
        pending,
        Authorization::approved(organization, client, first, approved.clone()),
        Authorization::approved(organization, client, first, limited),
        revoked,
        Authorization::approved(organization, client, second, approved),
    ]
    .map(Record::from)
    .into()
}

fn families(world: &World, number: u64) -> Vec<Record> {
    let live = world.family(number, [number; 3], 0);
    let longer = TokenFamily { expires: world.at(400_000), ..live.clone() };
    let revoked = FamilyState::Revoked(Revocation { by: Actor::Operator, at: world.at(5) });
    let ended = TokenFamily { state: revoked, ..live.clone() };
    let digest = |number| Digest::from_bytes(*world.digest(number).as_bytes());
    let begun = Refresh { current: digest(1), replaced: None };
    let replaced = Replaced { digest: digest(1), salt: Salt::from_random([7; 32]), at: world.at(4) };
    let rotated = Refresh { current: digest(2), replaced: Some(replaced) };
    let refreshed = TokenFamily { scopes: scopes("analytics users:readonly"), ..live.with_refresh(begun) };
    let again = refreshed.with_refresh(rotated);
    [live, longer, refreshed, again, ended].map(Record::from).into()
}

fn codes(world: &World, number: u64) -> Vec<Record> {
    let issued = world.code(number, [number; 3], 0);
    let only = CodeRedirect::Only(issued.redirect.uri().clone());
    let challenge = CodeChallenge::of_verifier(&"v".repeat(43)).ok();
    let other = AuthorizationCode { redirect: only, challenge, ..issued.clone() };
    let redeemed = issued.redeemed(world.at(5));
    [issued, other, redeemed].map(Record::from).into()
}

fn prompts(world: &World, number: u64) -> Vec<Record> {
    let of_user = world.prompt(number, [number; 3], 0);
    let of_administrator = ConsentPrompt {
        asks: PromptKind::Administrator,
        response_type: ResponseType::Token,
        state: Some("Ü\n\"\\\u{0}🔑".to_owned()),
        challenge: CodeChallenge::of_verifier(&"v".repeat(43)).ok(),
        ..of_user.clone()
    };
    let without_state = ConsentPrompt { state: None, expires: world.at(90_000), ..of_user.clone() };
    [of_user, of_administrator, without_state].map(Record::from).into()
}

fn consents(world: &World, number: u64) -> Vec<Record> {
    let agreed = world.consent([number / 10, number, number], 0);
    let ended = agreed.in_next_epoch();
    let withdrawn = ended.withdrawn();
    [agreed, ended, withdrawn].map(Record::from).into()
}

fn tokens(world: &World, number: u64) -> Vec<Record> {
    let of_client = world.token(number, [number; 2], Holder::Client, 0);
    let of_user = world.token(number, [number; 2], world.holder(number, number), 0);
    let used = of_user.used(world.at(60));
    let longer = AccessToken { expires: world.at(500_000), ..of_client.clone() };
    [of_client, of_user, used, longer].map(Record::from).into()
}

fn usage_days(world: &World, number: u64) -> Vec<Record> {
    let little = world.usage_day([number / 10, number], 0);
    let mut usage = little.usage.clone();
    for (user, method) in [(1, "GET"), (2, "DELETE"), (3, "M-SEARCH")] {
        usage.count(&Counted {
            endpoint: Some(&Endpoint::new(method, "/api/v2/users/{id}/*:~").expect("an endpoint")),
            caller: Caller::User(world.user_id(user)),
            calls: Calls::new([1, 2, u64::MAX, 4, 5]),
            scope: Some(&Scope::new("users:readonly").expect("a scope")),
            permissions: &[Permission::USAGE_CLIENT_VIEW, Permission::OAUTH_CLIENT_ADD],
            last_call: world.at(60),
        });
    }
    let much = UsageDay { usage: usage.clone(), ..little.clone() };
    for caller in [Caller::Client, Caller::Other] {
        let calls = Calls::new([0, 1, 0, 0, 0]);
        let (scope, last_call) = (None, world.at(61));
        usage.count(&Counted { endpoint: None, caller, calls, scope, permissions: &[], last_call });
    }
    let none = UsageDay { usage: Usage::default(), ..little.clone() };
    [little, much, UsageDay { usage, ..none.clone() }, none].map(Record::from).into()
}

fn events(world: &World, number: u64) -> Vec<Record> {
    let (organization, client) = (world.organization_id(number / 10), world.client_id(number));
    let of_none = world.event(number, None);
    let done = Event {
        actor: Actor::User { organization, user: world.user_id(number) },
        subject: Subject::Authorization { organization, client, authorization: None },
        changes: vec![
            FieldChange {
                field: Cow::Borrowed("name"), before: None, after: Some("Ü\n\"\\\u{0}🔑".into())
            },
            FieldChange { field: Cow::Borrowed("tags"), before: Some(String::new()), after: None },
        ],
        ..world.event(number, Some(number / 10))
    };
    let refused = Event {
        actor: Actor::Client(client),
        action: Action::UseToken,
        subject: Subject::AccessToken { client, digest: world.digest(number) },
        outcome: Outcome::Refused { code: Cow::Borrowed("token.expired"), cause: "it is over".into() },
        ..of_none.clone()
    };
    [of_none, done, refused].map(Record::from).into()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::change::Index;

    #[test]
    fn every_kind_has_its_forms_under_one_key() {
        let world = World::new(7, Check::RoundTrip);
        for kind in Kind::ALL {
            let forms = forms(&world, kind, 3);
            let keys: HashSet<_> = forms.iter().map(Record::key).collect();
            assert_eq!(keys.len(), 1, "{kind}");
            assert!(forms.iter().all(|form| form.key().kind() == kind), "{kind}");
            assert!(forms.len() > 1, "{kind}");
        }
    }

    #[test]
    fn the_records_stand_in_every_list() {
        // A new list is a new line here, and a record that stands in it.
        let name = |index| match index {
            Index::Clients(_) => 0,
            Index::BuiltInClients => 1,
            Index::Authorizations(_) => 2,
            Index::AuthorizationsInState(_, state) => 3 + state as usize,
            Index::AuthorizationsOfClient(_) => 6,
            Index::Events(Some(_)) => 7,
            Index::Events(None) => 8,
            Index::Due => 9,
            Index::ConsentsOfClient(_) => 10,
            Index::ConsentsOfUser(..) => 11,
            Index::Users(_) => 12,
            Index::UsersByEmail(..) => 13,
            Index::IdentityProviders(_) => 14,
            Index::IdentityProvidersOfEntity(_) => 15,
            Index::Usage(_) => 16,
            Index::AccessTokensOfClient(_) => 17,
            Index::FamiliesOfClient(_) => 18,
        };
        let lists: HashSet<_> =
            records().iter().flat_map(|record| record.entries()).map(|entry| name(entry.index)).collect();
        assert_eq!(lists, (0..19).collect());
    }
}
