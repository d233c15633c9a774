//! Clients, and what they are made of.

use proptest::collection::btree_set;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;

use super::redirect_uri::redirect_uris;
use super::scope::scopes;
use super::text::description;
use super::text::digest;
use super::text::label;
use super::text::name;
use super::value::epoch;
use super::value::id;
use super::value::lifetime;
use super::value::overlap;
use super::value::scim_lifetime;
use super::value::timestamp;
use crate::audit::Actor;
use crate::model::Client;
use crate::model::ClientFields;
use crate::model::ClientSecret;
use crate::model::ClientSecrets;
use crate::model::CodeClient;
use crate::model::Deletion;
use crate::model::Division;
use crate::model::Governance;
use crate::model::Grant;
use crate::model::GrantType;
use crate::model::Lifecycle;
use crate::model::Owner;
use crate::model::Pkce;
use crate::model::Purpose;
use crate::model::RoleGrant;
use crate::model::RoleGrants;
use crate::testing::fixtures::ACME;
use crate::value::Label;
use crate::value::RefreshGrace;
use crate::value::Scopes;
use crate::value::TokenLifetime;

/// A client of any grant type, owner and state.
pub fn client() -> impl Strategy<Value = Client> {
    client_with(grant().boxed())
}

/// A client of this grant type, of any owner and state.
pub fn client_of(grant_type: GrantType) -> impl Strategy<Value = Client> {
    client_with(grant_of(grant_type))
}

/// Nearly a client: fields of which two contradict each other, or one is out of bounds.
pub fn nearly_client() -> impl Strategy<Value = ClientFields> {
    const FLAWS: &[fn(&mut ClientFields)] = &[
        |fields| match &mut fields.grant {
            Grant::ClientCredentials { roles, .. } => *roles = RoleGrants::default(),
            Grant::AuthorizationCode { scopes, .. }
            | Grant::Saml2Bearer { scopes, .. }
            | Grant::Implicit { scopes, .. } => *scopes = Scopes::empty(),
        },
        |fields| {
            fields.lifetime = TokenLifetime::from_seconds(172_801).expect("a lifetime for SCIM");
            if let Grant::ClientCredentials { purpose, .. } = &mut fields.grant {
                *purpose = Purpose::General;
            }
        },
        |fields| match fields.grant {
            Grant::ClientCredentials { .. } => {
                fields.owner = Owner::BuiltIn { needed_by_administrators: false }
            }
            Grant::AuthorizationCode { .. } | Grant::Saml2Bearer { .. } | Grant::Implicit { .. } => {
                fields.lifetime = TokenLifetime::MAX_SCIM;
            }
        },
        |fields| fields.governance.tags = numbered_tags(0..=Governance::MAX_TAGS),
        |fields| fields.governance.tags = numbered_tags([1, 2, 1]),
    ];
    (client(), select(FLAWS)).prop_map(|(client, spoil)| {
        let mut fields = ClientFields::from(client);
        spoil(&mut fields);
        fields
    })
}

fn numbered_tags(numbers: impl IntoIterator<Item = usize>) -> Vec<Label> {
    numbers.into_iter().map(|number| format!("tag {number}").parse().expect("a label")).collect()
}

fn client_with(grant: BoxedStrategy<Grant>) -> impl Strategy<Value = Client> {
    let shown = (name(), option::of(description()), governance());
    let owned = (id(), owner(), grant, lifetime(), scim_lifetime());
    let told = (timestamp(), actor(), timestamp(), actor());
    (owned, shown, lifecycle(), epoch(), told).prop_map(|(owned, shown, lifecycle, epoch, told)| {
        let (id, owner, grant, short, long) = owned;
        let (name, description, governance) = shown;
        let (created, created_by, modified, modified_by) = told;
        let owner = match (owner, &grant) {
            // A client with roles of its own is an organization's.
            (Owner::BuiltIn { .. }, Grant::ClientCredentials { .. }) => Owner::Organization(ACME),
            (owner, _) => owner,
        };
        let lifetime = if grant.is_for_scim() { long } else { short };
        Client::new(ClientFields {
            id,
            owner,
            name,
            description,
            lifetime,
            grant,
            lifecycle,
            epoch,
            governance,
            created,
            created_by,
            modified,
            modified_by,
        })
        .expect("a client")
    })
}

/// A grant of any type.
pub fn grant() -> impl Strategy<Value = Grant> {
    Union::new(GrantType::ALL.map(grant_of))
}

/// A grant of this type.
pub fn grant_of(grant_type: GrantType) -> BoxedStrategy<Grant> {
    match grant_type {
        GrantType::ClientCredentials => {
            let purpose = select(&[Purpose::General, Purpose::Scim][..]);
            (client_secrets(), held_roles(1), purpose)
                .prop_map(|(secrets, roles, purpose)| Grant::ClientCredentials { secrets, roles, purpose })
                .boxed()
        }
        GrantType::AuthorizationCode => (code_client(), redirect_uris(), scopes())
            .prop_map(|(client, redirect_uris, scopes)| Grant::AuthorizationCode {
                client,
                redirect_uris,
                scopes,
            })
            .boxed(),
        GrantType::Saml2Bearer => (client_secrets(), option::of(redirect_uris()), scopes())
            .prop_map(|(secrets, redirect_uris, scopes)| Grant::Saml2Bearer {
                secrets,
                redirect_uris,
                scopes,
            })
            .boxed(),
        GrantType::Implicit => (redirect_uris(), scopes())
            .prop_map(|(redirect_uris, scopes)| Grant::Implicit { redirect_uris, scopes })
            .boxed(),
    }
}

/// A client of the authorization code grant: public, or confidential with or without PKCE.
pub fn code_client() -> impl Strategy<Value = CodeClient> {
    let grace = option::of((1_u32..=60).prop_map(|seconds| RefreshGrace::new(seconds).expect("in bounds")));
    let confidential = (client_secrets(), select(&[Pkce::Required, Pkce::Optional][..]), grace)
        .prop_map(|(secrets, pkce, refresh_grace)| CodeClient::Confidential { secrets, pkce, refresh_grace });
    prop_oneof![Just(CodeClient::Public), confidential]
}

/// The secrets of a client: none, one, or two of which the older runs out.
pub fn client_secrets() -> impl Strategy<Value = ClientSecrets> {
    let two = (client_secret(), client_secret(), overlap(), timestamp())
        .prop_map(|(old, new, overlap, now)| ClientSecrets::first(old).regenerated(new, Some(overlap), now));
    prop_oneof![
        1 => Just(ClientSecrets::default()),
        2 => client_secret().prop_map(ClientSecrets::first),
        2 => two,
    ]
}

/// One secret of a client, with nothing that ends it.
pub fn client_secret() -> impl Strategy<Value = ClientSecret> {
    (id(), digest(), timestamp()).prop_map(|(id, digest, created)| ClientSecret {
        id,
        digest,
        created,
        expires: None,
    })
}

/// The roles that someone holds: a few, or none.
pub fn role_grants() -> impl Strategy<Value = RoleGrants> {
    held_roles(0)
}

fn held_roles(fewest: usize) -> impl Strategy<Value = RoleGrants> {
    vec(role_grant(), fewest..4).prop_map(|grants| RoleGrants::new(grants).expect("role grants"))
}

/// A role in one division or in all.
pub fn role_grant() -> impl Strategy<Value = RoleGrant> {
    (id(), division()).prop_map(|(role, division)| RoleGrant { role, division })
}

/// One division, or all of them.
pub fn division() -> impl Strategy<Value = Division> {
    prop_oneof![Just(Division::All), id().prop_map(Division::One)]
}

/// An organization, or nobody for a built-in client.
pub fn owner() -> impl Strategy<Value = Owner> {
    let built_in = any::<bool>().prop_map(|needed| Owner::BuiltIn { needed_by_administrators: needed });
    prop_oneof![3 => id().prop_map(Owner::Organization), 1 => built_in]
}

/// The state of a client that is still there.
pub fn lifecycle() -> impl Strategy<Value = Lifecycle> {
    let disabled = (timestamp(), option::of(deletion()))
        .prop_map(|(since, deletion)| Lifecycle::Disabled { since, deletion });
    prop_oneof![2 => Just(Lifecycle::Active), 1 => deletion().prop_map(Lifecycle::Inactive), 1 => disabled]
}

/// A deletion that waits for its time.
pub fn deletion() -> impl Strategy<Value = Deletion> {
    (timestamp(), actor(), any::<u32>()).prop_map(|(at, by, delay)| Deletion {
        at,
        by,
        removal: at.plus(delay),
    })
}

/// What is recorded of a client for those who review it, now and then nothing.
pub fn governance() -> impl Strategy<Value = Governance> {
    let tags = btree_set(label(), 0..4).prop_map(Vec::from_iter);
    (option::of(label()), tags, option::of(timestamp())).prop_map(|(contact, tags, next_review)| Governance {
        contact,
        tags,
        next_review,
    })
}

/// Whoever acts.
pub fn actor() -> impl Strategy<Value = Actor> {
    let user = (id(), id()).prop_map(|(organization, user)| Actor::User { organization, user });
    prop_oneof![3 => user, 1 => id().prop_map(Actor::Client), 1 => Just(Actor::Operator), 1 => Just(Actor::Sweep)]
}
