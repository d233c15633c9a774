//! Identifiers, instants and records to combine.

use std::sync::Arc;

use grantor::access::Access;
use grantor::access::Standing;
use grantor::audit::Actor;
use grantor::change::Version;
use grantor::change::Versioned;
use grantor::model::AccessToken;
use grantor::model::Approval;
use grantor::model::Audience;
use grantor::model::Authorization;
use grantor::model::Client;
use grantor::model::ClientFields;
use grantor::model::ClientSecrets;
use grantor::model::CodeClient;
use grantor::model::Consent;
use grantor::model::Deletion;
use grantor::model::FamilyState;
use grantor::model::Governance;
use grantor::model::Grant;
use grantor::model::Granted;
use grantor::model::Holder;
use grantor::model::ImplicitSunset;
use grantor::model::Lifecycle;
use grantor::model::Organization;
use grantor::model::Owner;
use grantor::model::Pkce;
use grantor::model::Policy;
use grantor::model::Purpose;
use grantor::model::Revocation;
use grantor::model::RoleGrant;
use grantor::model::RoleGrants;
use grantor::model::TokenFamily;
use grantor::model::User;
use grantor::model::UserConsent;
use grantor::model::UserState;
use grantor::value::AuthorizationId;
use grantor::value::ClientId;
use grantor::value::Digest;
use grantor::value::DivisionId;
use grantor::value::Epoch;
use grantor::value::FamilyId;
use grantor::value::Name;
use grantor::value::OrganizationId;
use grantor::value::RedirectUri;
use grantor::value::RedirectUris;
use grantor::value::RoleId;
use grantor::value::Scope;
use grantor::value::Scopes;
use grantor::value::Timestamp;
use grantor::value::TokenLifetime;
use grantor::value::UserId;

/// The instant at which everything is judged.
pub const NOW: Timestamp = Timestamp::from_unix(1_780_000_000);

/// The organization, client, user, family and role that are asked about, and others that are not.
pub const HOME: OrganizationId = OrganizationId::from_bytes([0x11; 16]);
pub const ABROAD: OrganizationId = OrganizationId::from_bytes([0x12; 16]);
pub const CLIENT: ClientId = ClientId::from_bytes([0x21; 16]);
pub const OTHER_CLIENT: ClientId = ClientId::from_bytes([0x22; 16]);
pub const USER: UserId = UserId::from_bytes([0x31; 16]);
pub const OTHER_USER: UserId = UserId::from_bytes([0x32; 16]);
pub const FAMILY: FamilyId = FamilyId::from_bytes([0x41; 16]);
pub const OTHER_FAMILY: FamilyId = FamilyId::from_bytes([0x42; 16]);
pub const CURRENT: AuthorizationId = AuthorizationId::from_bytes([0x51; 16]);
pub const FORMER: AuthorizationId = AuthorizationId::from_bytes([0x52; 16]);
pub const UNHEARD_OF: AuthorizationId = AuthorizationId::from_bytes([0x53; 16]);
pub const ROLE: RoleId = RoleId::from_bytes([0x61; 16]);
pub const OTHER_ROLE: RoleId = RoleId::from_bytes([0x62; 16]);
pub const THIRD_ROLE: RoleId = RoleId::from_bytes([0x63; 16]);
pub const DIVISION: DivisionId = DivisionId::from_bytes([0x71; 16]);
pub const OTHER_DIVISION: DivisionId = DivisionId::from_bytes([0x72; 16]);

/// The epoch that tokens carry, unless said otherwise.
pub const EPOCH: Epoch = Epoch::FIRST.next();

/// So many seconds after [`NOW`], or before it.
pub const fn at(offset: i64) -> Timestamp {
    Timestamp::from_unix(NOW.unix() + offset)
}

/// Who ended what is ended, and when.
pub fn revocation() -> Revocation {
    Revocation { by: Actor::User { organization: HOME, user: OTHER_USER }, at: at(-50) }
}

pub fn scopes(text: &str) -> Scopes {
    Scopes::parse(text).unwrap()
}

pub fn name() -> Name {
    Name::new("the same name everywhere").unwrap()
}

/// The default end of the implicit grant, or another.
pub fn sunset(use_ends: Timestamp) -> ImplicitSunset {
    ImplicitSunset { use_ends, ..ImplicitSunset::default() }
}

/// Far from ended.
pub fn no_sunset() -> ImplicitSunset {
    sunset(Timestamp::MAX)
}

/// An organization that is years old, with the default policy, in its first epoch.
pub fn organization(id: OrganizationId) -> Organization {
    Organization::new(id, name(), at(-100_000_000))
}

/// An organization that has had this policy for years.
pub fn organization_with(policy: Policy) -> Organization {
    organization(HOME).with_policy(policy, at(-50_000_000))
}

fn redirect_uris() -> RedirectUris {
    RedirectUris::new([RedirectUri::new("https://app.example/callback").unwrap()]).unwrap()
}

pub fn client_credentials(roles: RoleGrants) -> Grant {
    Grant::ClientCredentials { secrets: ClientSecrets::default(), roles, purpose: Purpose::General }
}

pub fn public_code(scopes: Scopes) -> Grant {
    Grant::AuthorizationCode { client: CodeClient::Public, redirect_uris: redirect_uris(), scopes }
}

pub fn confidential_code(scopes: Scopes) -> Grant {
    let client = CodeClient::Confidential {
        secrets: ClientSecrets::default(),
        pkce: Pkce::Required,
        refresh_grace: None,
    };
    Grant::AuthorizationCode { client, redirect_uris: redirect_uris(), scopes }
}

pub fn saml2_bearer(scopes: Scopes) -> Grant {
    let secrets = ClientSecrets::default();
    Grant::Saml2Bearer { secrets, redirect_uris: Some(redirect_uris()), scopes }
}

pub fn implicit(scopes: Scopes) -> Grant {
    Grant::Implicit { redirect_uris: redirect_uris(), scopes }
}

pub fn client_fields(id: ClientId, owner: Owner, grant: Grant, lifecycle: Lifecycle) -> ClientFields {
    ClientFields {
        id,
        owner,
        name: name(),
        description: None,
        lifetime: TokenLifetime::DEFAULT,
        grant,
        lifecycle,
        epoch: EPOCH,
        governance: Governance::default(),
        created: at(-90_000_000),
        created_by: Actor::Operator,
        modified: at(-80_000_000),
        modified_by: Actor::Operator,
    }
}

/// An active client of the organization.
pub fn client(grant: Grant) -> Client {
    let fields = client_fields(CLIENT, Owner::Organization(HOME), grant, Lifecycle::Active);
    Client::new(fields).unwrap()
}

/// A deletion that was asked for by the owner, and falls due at an offset from [`NOW`].
pub fn deletion(removal: i64) -> Deletion {
    Deletion { at: at(removal - 604_800), by: Actor::Operator, removal: at(removal) }
}

pub fn approval(granted: Granted, audience: Audience) -> Approval {
    let named = match &granted {
        Granted::Roles => Scopes::empty(),
        Granted::Scopes(scopes) => scopes.clone(),
    };
    let consent = Consent { by: Actor::Operator, at: at(-1_000), shown: named.clone(), granted: named };
    Approval { granted, audience, consent }
}

pub fn approved(granted: Granted) -> Authorization {
    in_epoch(Authorization::approved(HOME, CLIENT, CURRENT, approval(granted, Audience::everyone())))
}

/// The approved authorization in the epoch that tokens carry.
pub fn in_epoch(authorization: Authorization) -> Authorization {
    authorization.in_next_epoch().unwrap()
}

/// The epoch of an authorization here. A built-in client that is approved by default is in the first.
pub fn epoch_of(authorization: AuthorizationId) -> Epoch {
    if authorization == AuthorizationId::BUILT_IN { Epoch::FIRST } else { EPOCH }
}

pub fn family(authorization: AuthorizationId) -> TokenFamily {
    TokenFamily {
        id: FAMILY,
        organization: HOME,
        client: CLIENT,
        authorization,
        user: USER,
        began: at(-5_000),
        expires: at(5_000),
        state: FamilyState::Live,
        client_epoch: EPOCH,
        organization_epoch: EPOCH,
        authorization_epoch: epoch_of(authorization),
        consent_epoch: EPOCH,
        scopes: Scopes::empty(),
        refresh: None,
    }
}

/// The user's word on the client, in the epoch that logins carry: it asks for no agreement.
pub fn consent() -> UserConsent {
    UserConsent::none(HOME, CLIENT, USER).in_next_epoch()
}

/// The scopes that a call accepts, as they are written: no set.
pub fn accepted(text: &str) -> Vec<Scope> {
    text.split(' ').map(|scope| scope.parse().unwrap()).collect()
}

pub fn user(roles: RoleGrants) -> User {
    User { organization: HOME, id: USER, state: UserState::Active(roles), email: None }
}

pub fn grants(grants: &[RoleGrant]) -> RoleGrants {
    RoleGrants::new(grants.iter().copied()).unwrap()
}

pub const AS_CLIENT: Holder = Holder::Client;
pub const AS_USER: Holder = Holder::User { user: USER, family: FAMILY };

/// A token that was used a second ago and lives for an hour, with all scopes there are here.
pub fn token(holder: Holder) -> AccessToken {
    let scopes = match holder {
        Holder::Client => Scopes::empty(),
        Holder::User { .. } => scopes("alpha beta"),
    };
    AccessToken {
        digest: Digest::from_bytes([0x81; 32]),
        organization: HOME,
        client: CLIENT,
        authorization: CURRENT,
        holder,
        scopes,
        issued: at(-4_000),
        expires: at(3_600),
        last_used: at(-1),
        client_epoch: EPOCH,
        organization_epoch: EPOCH,
        authorization_epoch: EPOCH,
    }
}

/// Everything that a user's token of this client needs.
pub fn standing_for_user(grant: Grant) -> Standing {
    Standing {
        organization: Some(Arc::new(organization(HOME).in_next_epoch())),
        client: Some(Arc::new(client(grant))),
        authorization: Some(Arc::new(approved(Granted::Scopes(scopes("alpha beta"))))),
        family: Some(Arc::new(family(CURRENT))),
        consent: Some(Arc::new(consent())),
        user: Some(Arc::new(user(RoleGrants::default()))),
    }
}

/// Everything that a token of client credentials needs.
pub fn standing_for_client(roles: RoleGrants) -> Standing {
    Standing {
        organization: Some(Arc::new(organization(HOME).in_next_epoch())),
        client: Some(Arc::new(client(client_credentials(roles)))),
        authorization: Some(Arc::new(approved(Granted::Roles))),
        family: None,
        consent: None,
        user: None,
    }
}

/// What a store gives of a token that hangs on this, without roles.
pub fn access(token: AccessToken, standing: Standing) -> Access {
    let mut access = Access::of(Versioned { version: Version::FIRST, record: token });
    access.standing = standing;
    access
}
