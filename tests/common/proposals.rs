//! Tokens and logins of many sorts, and every change that somebody may be about to make to them.

use std::sync::Arc;

use grantor::NotReady;
use grantor::admin::ClientDraft;
use grantor::admin::Proposal;
use grantor::admin::authorizations::Acknowledgement;
use grantor::change::Changes;
use grantor::change::Denial;
use grantor::change::Key;
use grantor::model::AccessToken;
use grantor::model::Authorization;
use grantor::model::Client;
use grantor::model::GrantType;
use grantor::model::IdleTimeout;
use grantor::model::Policy;
use grantor::model::Refresh;
use grantor::model::TokenFamily;
use grantor::model::UserConsent;
use grantor::ready;
use grantor::server::Error;
use grantor::store::Commit;
use grantor::store::MemoryStore;
use grantor::store::Store;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::VIEWERS;
use grantor::value::ClientId;
use grantor::value::Digest;
use grantor::value::Epoch;
use grantor::value::FamilyId;
use grantor::value::Timestamp;
use grantor::value::UserId;
use grantor::value::kind;

use super::Broken;
use super::House;
use super::draft;

/// Stands for a refresh token of this number.
fn refresh_digest(number: u64) -> Digest<kind::RefreshToken> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    Digest::from_bytes(bytes)
}

/// Tokens and logins of many sorts, for several clients in two organizations.
pub fn crowd() -> House {
    let house = House::new();
    let globex_approval = fixtures::approved(GLOBEX, &house.world.saml);
    house.put(globex_approval.clone());
    let mut number = 1_000;
    let world = house.world.clone();
    let words = [
        (&world.web, &world.web_approval),
        (&world.mobile, &world.mobile_approval),
        (&world.saml, &world.saml_approval),
        (&world.saml, &globex_approval),
        (&world.implicit, &world.implicit_approval),
        (&world.disabled, &world.disabled_approval),
        (&world.inactive, &world.inactive_approval),
        (&world.service, &world.service_approval),
        (&world.scim, &world.scim_approval),
    ];
    for (client, approval) in words {
        let users = match approval.organization() == ACME {
            true => vec![VIEWER, ADMINISTRATOR, BYSTANDER],
            false => vec![ADMINISTRATOR],
        };
        for user in users {
            number += 1;
            plant(&house, number, client, approval, user);
        }
    }
    house
}

/// Five tokens of a login, and the login: live, expired, of an older epoch, of less scope, unused for long.
fn plant(house: &House, number: u64, client: &Client, approval: &Authorization, user: UserId) {
    let own = client.grant.roles().is_some();
    let login = TokenFamily {
        id: FamilyId::from_random(fixtures::id::<ClientId>(number).as_bytes().map(|byte| byte ^ 0x5a)),
        refresh: number
            .is_multiple_of(2)
            .then(|| Refresh { current: refresh_digest(number), replaced: None }),
        ..fixtures::login(approval, user)
    };
    let like = fixtures::token(client, approval, (!own).then_some(&login));
    let forms = [
        like.clone(),
        AccessToken { expires: NOON.minus(1), ..like.clone() },
        AccessToken { authorization_epoch: Epoch::FIRST.next(), ..like.clone() },
        AccessToken { scopes: fixtures::scopes(if own { "" } else { "users:readonly" }), ..like.clone() },
        AccessToken { last_used: NOON.minus(7_200), ..like },
    ];
    for (at, form) in (0..).zip(&forms) {
        house.plant_token(number * 10 + at, form);
    }
    if !own {
        house.put(login.clone());
        let key = Key::UserConsent(login.organization, login.client, login.user);
        if house.find(key).is_none() {
            house.put(UserConsent::none(login.organization, login.client, login.user));
        }
    }
}

/// The same records, in a store of their own.
pub fn copy(house: &House) -> House {
    let store = MemoryStore::new();
    let records = house.dump().into_values().map(|stored| stored.record);
    let changes = records.fold(Changes::new(), Changes::insert);
    assert_eq!(ready(store.commit(changes)).unwrap(), Ok(Commit::Applied));
    House::over(Arc::new(store), house.world.clone())
}

/// Does what is proposed.
pub fn carry_out(house: &House, proposal: &Proposal, now: Timestamp) -> Result<(), Denial> {
    let admin = house.admin();
    fn plain<T>(answer: Result<Result<T, Error<Broken>>, NotReady>) -> Result<(), Denial> {
        match answer.unwrap() {
            Ok(_) => Ok(()),
            Err(Error::Denied(denial)) => Err(denial),
            Err(error) => panic!("{error}"),
        }
    }
    match proposal {
        Proposal::Revoke(client) => plain(ready(admin.revoke(*client, Acknowledgement::Given, now))),
        Proposal::EditScopes { client, scopes } => plain(ready(admin.edit_scopes(*client, scopes, now))),
        Proposal::EditAudience { client, roles } => plain(ready(admin.edit_audience(*client, roles, now))),
        Proposal::EditClient { client, draft } => plain(ready(admin.edit_client(*client, draft, now))),
        Proposal::RegenerateSecret { client, overlap } => {
            plain(ready(admin.regenerate_secret(*client, *overlap, now)))
        }
        Proposal::DeleteClient(client) => {
            let plan = match ready(admin.plan_deletion(*client, now)).unwrap() {
                Ok(plan) => plan,
                Err(Error::Denied(denial)) => return Err(denial),
                Err(error) => panic!("{error}"),
            };
            plain(ready(admin.delete_client(&plan, now)))
        }
        Proposal::MigrateImplicit(client) => plain(ready(admin.migrate_implicit(*client, now))),
        Proposal::EndTokens => plain(ready(admin.end_tokens(now))),
        Proposal::EndTokensOfApplication(client) => {
            plain(ready(admin.end_tokens_of_application(*client, now)))
        }
        Proposal::EndTokensOfClient(client) => plain(ready(admin.end_tokens_of_client(*client, now))),
        Proposal::ChangePolicy(policy) => plain(ready(admin.change_policy(*policy, now))),
        other => panic!("{other:?}"),
    }
}

/// Everything that can be proposed of a client, and of the organization.
pub fn proposals(house: &House) -> Vec<Proposal> {
    let world = &house.world;
    let clients = [&world.web, &world.mobile, &world.saml, &world.implicit, &world.service, &world.scim];
    let others = [&world.disabled, &world.inactive, &world.partner, &world.built_in, &world.young];
    let idle = IdleTimeout::from_seconds(3_600).ok();
    let mut all = vec![
        Proposal::EndTokens,
        Proposal::ChangePolicy(Policy::default()),
        Proposal::ChangePolicy(Policy { idle_timeout: idle, ..Policy::default() }),
        Proposal::ChangePolicy(Policy { hipaa: true, ..Policy::default() }),
    ];
    for client in clients.into_iter().chain(others) {
        let id = client.id;
        let edited = match client.grant.grant_type() {
            GrantType::ClientCredentials => draft(GrantType::AuthorizationCode),
            GrantType::AuthorizationCode | GrantType::Saml2Bearer | GrantType::Implicit => {
                draft(GrantType::ClientCredentials)
            }
        };
        let same_type = ClientDraft { redirect_uris: uris(client), ..draft(client.grant.grant_type()) };
        all.extend([
            Proposal::Revoke(id),
            Proposal::EditScopes { client: id, scopes: vec!["users:readonly".into()] },
            Proposal::EditScopes { client: id, scopes: vec!["routing".into(), "users:readonly".into()] },
            Proposal::EditAudience { client: id, roles: vec![VIEWERS] },
            Proposal::EditAudience { client: id, roles: Vec::new() },
            Proposal::EditClient { client: id, draft: Box::new(edited) },
            Proposal::EditClient { client: id, draft: Box::new(same_type) },
            Proposal::RegenerateSecret { client: id, overlap: None },
            Proposal::DeleteClient(id),
            Proposal::MigrateImplicit(id),
            Proposal::EndTokensOfApplication(id),
            Proposal::EndTokensOfClient(id),
        ]);
    }
    all
}

pub fn uris(client: &Client) -> Vec<String> {
    client.grant.redirect_uris().into_iter().flat_map(|uris| uris.iter()).map(ToString::to_string).collect()
}
