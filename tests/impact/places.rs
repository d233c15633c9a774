//! Which applications are looked at, and how many tokens of each.

use std::sync::Arc;

use grantor::admin::Proposal;
use grantor::change::Changes;
use grantor::model::Client;
use grantor::model::Deletion;
use grantor::model::Division;
use grantor::model::GrantType;
use grantor::model::Lifecycle;
use grantor::model::Owner;
use grantor::model::Policy;
use grantor::store::MemoryStore;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::ADMINISTRATORS;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::YESTERDAY;
use grantor::value::Estimate;
use grantor::value::TokenLifetime;

use crate::common::Call;
use crate::common::House;
use crate::common::done;

fn built_in(number: u64, lifecycle: Lifecycle) -> Client {
    fixtures::changed(&fixtures::client(number, GrantType::AuthorizationCode), |fields| {
        fields.owner = fixtures::world().built_in.owner;
        assert!(matches!(fields.owner, Owner::BuiltIn { .. }));
        fields.lifecycle = lifecycle;
    })
}

/// An organization with its administrator, so many approved applications, and these clients.
fn with_approved(approved: u64, others: impl IntoIterator<Item = Client>) -> House {
    let house = House::over(Arc::new(MemoryStore::new()), fixtures::world());
    let everywhere = fixtures::role_grants([(ADMINISTRATORS, Division::All)]);
    house.plant(
        Changes::new()
            .insert(fixtures::organization(ACME, "Acme"))
            .insert(fixtures::role(ACME, ADMINISTRATORS, "*:*:*"))
            .insert(fixtures::user(ACME, ADMINISTRATOR, everywhere)),
    );
    for number in 1..=approved {
        let client = fixtures::client(number, GrantType::AuthorizationCode);
        house.plant(Changes::new().insert(fixtures::approved(ACME, &client)).insert(client));
    }
    others.into_iter().for_each(|client| house.put(client));
    house
}

/// A policy by which every token of these applications would live shorter.
fn shorter() -> Proposal {
    let maximum_lifetime = TokenLifetime::from_seconds(300).ok();
    Proposal::ChangePolicy(Policy { maximum_lifetime, ..Policy::default() })
}

/// How many applications a shorter lifetime is told to concern.
fn concerned(house: &House) -> Estimate {
    done(house.admin().impact(&shorter(), NOON)).shortened.unwrap().applications
}

/// GV-04, AA-13: 200 applications of an organization are looked at, approved by its word or built in; of one more, what is
/// told is told as "at least".
#[test]
fn gv_04_of_an_organizations_applications_200_are_looked_at() {
    let built_ins = |some: u64| (0..some).map(|number| built_in(1_000 + number, Lifecycle::Active));
    let (whole, part) = (Estimate::exactly(200), Estimate::exactly(200).at_least());
    for (approved, built_in, expected) in
        [(200, 0, whole), (201, 0, part), (199, 1, whole), (199, 2, part), (0, 200, whole), (0, 201, part)]
    {
        let house = with_approved(approved, built_ins(built_in));
        assert_eq!(concerned(&house), expected, "{approved} and {built_in}");
        let ended = done(house.admin().impact(&Proposal::EndTokens, NOON)).tokens_ended;
        assert_eq!(ended.is_exact(), expected.is_exact(), "{approved} and {built_in}: {ended:?}");
    }
}

/// GV-04, LC-08: a built-in client that is gone is no application any more, whether or not a sweep ran.
#[test]
fn gv_04_a_built_in_client_that_is_gone_is_not_looked_at() {
    let ending = |removal| Deletion { at: YESTERDAY, by: fixtures::administrator(), removal };
    for (removal, there) in [(NOON, 3), (NOON.plus(1), 4)] {
        let house = with_approved(3, [built_in(1_000, Lifecycle::Inactive(ending(removal)))]);
        assert_eq!(concerned(&house), Estimate::exactly(there), "removed at {removal}");
    }
}

/// GV-04: the tokens that are looked at are shared out among the applications, 400 in all, and 8 of each at the fewest.
#[test]
fn gv_04_the_more_applications_the_fewer_tokens_of_each() {
    const TOKENS: u64 = 12;
    for (applications, looked_at) in [(20, 240), (40, 400), (60, 480)] {
        let house = with_approved(0, []);
        let mut number = 0;
        for of in 1..=applications {
            let client = fixtures::client(of, GrantType::ClientCredentials);
            let approval = fixtures::approved(ACME, &client);
            let like = fixtures::token(&client, &approval, None);
            house.plant(Changes::new().insert(approval).insert(client));
            for _ in 0..TOKENS {
                number += 1;
                house.plant_token(10_000 + number, &like);
            }
        }
        house.store().take_calls();
        let impact = done(house.admin().impact(&Proposal::EndTokens, NOON));
        let calls = house.store().take_calls().into_iter().filter(|call| *call == Call::Access).count();
        assert_eq!(calls, looked_at, "{applications} applications");
        assert_eq!(impact.tokens_ended.is_exact(), applications == 20, "{:?}", impact.tokens_ended);
    }
}
