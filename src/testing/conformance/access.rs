//! What bears on a token: all of it, nothing else, as it is now.

use core::fmt::Display;
use std::collections::BTreeMap;

use super::Failure;
use super::bench::Bench;
use super::report::same;
use super::world::World;
use crate::access::Access;
use crate::access::Standing;
use crate::audit::Actor;
use crate::change::Changes;
use crate::change::Key;
use crate::change::Record;
use crate::change::Version;
use crate::change::Versioned;
use crate::model::AccessToken;
use crate::model::FamilyState;
use crate::model::Holder;
use crate::model::Revocation;
use crate::model::Role;
use crate::model::TokenFamily;
use crate::model::User;
use crate::model::UserState;
use crate::store::Store;

/// A token, and what it hangs on.
struct Scene {
    token: AccessToken,
    parts: Vec<Record>,
}

pub(super) fn whole<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let mut numbers = (1_u64..).step_by(10);
    for scene in [Scene::of_user as fn(&World, u64) -> Scene, Scene::of_client] {
        let count = scene(&bench.world, 0).parts.len();
        for (present, number) in (0..1_u32 << count).zip(&mut numbers) {
            let Scene { token, parts } = scene(&bench.world, number);
            let is_present = |place: usize| present & (1 << place) != 0;
            let parts =
                parts.into_iter().enumerate().filter(|(place, _)| is_present(*place)).map(|(_, part)| part);
            let mut there = Joined::new(&token);
            there.place(bench, parts)?;
            there.verify(bench, "inserts of a token and some of what it hangs on")?;
        }
    }
    // More roles than fit in place, and one of them granted twice.
    let world = &bench.world;
    let number = numbers.next().unwrap_or_default();
    let roles: Vec<u64> = (1..=12).collect();
    let user = world.user(number, number, &roles);
    let token = world.token(number, [number; 2], world.holder(number, number), 0);
    let mut there = Joined::new(&token);
    let roles = roles.iter().map(|role| world.role(number, *role, 0).into());
    there.place(bench, [user.into()].into_iter().chain(roles))?;
    there.verify(bench, "inserts of a token, its user and twelve roles")
}

pub(super) fn joins_no_other<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let world = &bench.world;
    for (scene, number) in [(Scene::of_user as fn(&World, u64) -> Scene, 1_000), (Scene::of_client, 2_000)] {
        let Scene { token, parts } = scene(&bench.world, number);
        let next = number + 1;
        let others: Vec<Record> = vec![
            // Another organization with the same client, user and roles.
            world.organization(next, 0).into(),
            world.authorization(next, number, 0).into(),
            world.user(next, number, &[number, next]).into(),
            world.role(next, number, 0).into(),
            world.role(next, next, 0).into(),
            // The same organization with another client, user, family and role.
            world.client(next, number, 0).into(),
            world.authorization(number, next, 0).into(),
            world.user(number, next, &[number + 2]).into(),
            world.family(next, [number; 3], 0).into(),
            world.role(number, number + 2, 0).into(),
        ];
        let mut there = Joined::new(&token);
        there.place(bench, others)?;
        there.verify(bench, "inserts of a token, and of what other tokens hang on")?;
        // One by one: where one is not there yet, that of another is not given in its place.
        for part in parts {
            there.place(bench, [part])?;
            there.verify(bench, "inserts of what the token hangs on, beside what others do")?;
        }
    }

    // A token of a user is judged by the user's roles, and one of a client by the client's.
    let number = 3_000;
    let token = world.token(number, [number; 2], world.holder(number, number), 0);
    let mut there = Joined::new(&token);
    let roles = [1, 2].map(|role| world.role(number, role, 0).into());
    let holders: [Record; 2] =
        [world.worker(number, number, &[1]).into(), world.user(number, number, &[2]).into()];
    there.place(bench, holders.into_iter().chain(roles))?;
    there.verify(bench, "inserts of a token, its user and its client, with a role each")
}

pub(super) fn follows_commits<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let world = &bench.world;
    let number = 1;
    let Scene { token, parts } = Scene::of_user(world, number);
    let mut there = Joined::new(&token);
    there.verify(bench, "nothing")?;
    there.place(bench, [])?;
    for part in parts {
        let what = format!("an insert of what a token hangs on ({})", part.key().kind());
        there.place(bench, [part])?;
        there.verify(bench, what)?;
    }

    let organization = world.organization(number, 0);
    let client = world.client(number, number, 0);
    let revoked =
        world.authorization(number, number, 0).revoke(Actor::Operator, world.at(9)).expect("an approved one");
    let revocation = Revocation { by: Actor::Operator, at: world.at(9) };
    let family = world.family(number, [number; 3], 0);
    let user = world.user(number, number, &[]);
    let changed: [Record; 10] = [
        token.used(world.at(60)).into(),
        organization.in_next_epoch().into(),
        client.disable(Actor::Operator, world.at(9)).expect("an active one").into(),
        revoked.into(),
        TokenFamily { state: FamilyState::Revoked(revocation), ..family }.into(),
        world.role(number, number, 1).into(),
        world.user(number, number, &[number]).into(),
        User { state: UserState::Inactive, ..user }.into(),
        client.tombstone(Actor::Sweep, world.at(9)).into(),
        token.used(world.at(120)).into(),
    ];
    for record in changed {
        let what = format!("an update of what a token hangs on ({})", record.key().kind());
        there.replace(bench, record)?;
        there.verify(bench, what)?;
    }
    let keys: Vec<Key> = there.records.keys().copied().filter(|key| bench.writes(key.kind())).collect();
    for key in keys {
        there.delete(bench, key)?;
        there.verify(bench, format_args!("a delete of what a token hangs on ({})", key.kind()))?;
    }
    let token_key = Key::AccessToken(token.digest);
    there.delete(bench, token_key)?;
    there.verify(bench, "a delete of the token")
}

impl Scene {
    /// A token in the name of a user with two roles, of a client that belongs to another organization.
    fn of_user(world: &World, number: u64) -> Self {
        let token = world.token(number, [number; 2], world.holder(number, number), 0);
        let parts = vec![
            world.organization(number, 0).into(),
            world.client(number, number + 5, 0).into(),
            world.authorization(number, number, 0).into(),
            world.family(number, [number; 3], 0).into(),
            world.user(number, number, &[number, number + 1]).into(),
            world.role(number, number, 0).into(),
            world.role(number, number + 1, 0).into(),
        ];
        Self { token, parts }
    }

    /// A token of a client on its own behalf, with two roles.
    fn of_client(world: &World, number: u64) -> Self {
        let token = world.token(number, [number; 2], Holder::Client, 0);
        let parts = vec![
            world.organization(number, 0).into(),
            world.worker(number, number, &[number, number + 1]).into(),
            world.authorization(number, number, 0).into(),
            world.role(number, number, 0).into(),
            world.role(number, number + 1, 0).into(),
        ];
        Self { token, parts }
    }
}

/// What is there of a token and the records around it, and so what must be given with it.
struct Joined {
    token: AccessToken,
    version: Option<Version>,
    records: BTreeMap<Key, Record>,
}

impl Joined {
    fn new(token: &AccessToken) -> Self {
        Self { token: token.clone(), version: None, records: BTreeMap::new() }
    }

    /// Inserts the records, and the token if it is not there.
    fn place<S: Store>(
        &mut self,
        bench: &Bench<'_, S>,
        records: impl IntoIterator<Item = Record>,
    ) -> Result<(), Failure> {
        let records: Vec<Record> = records.into_iter().collect();
        let token = self.version.is_none().then(|| self.token.clone().into());
        bench.place(records.iter().cloned().chain(token))?;
        self.version = self.version.or(Some(Version::FIRST));
        self.records.extend(records.into_iter().map(|record| (record.key(), record)));
        Ok(())
    }

    fn replace<S: Store>(&mut self, bench: &Bench<'_, S>, record: Record) -> Result<(), Failure> {
        bench.replace(record.clone())?;
        match record {
            Record::AccessToken(token) => {
                self.token = token;
                self.version = self.version.map(Version::next);
            }
            other => {
                self.records.insert(other.key(), other);
            }
        }
        Ok(())
    }

    fn delete<S: Store>(&mut self, bench: &Bench<'_, S>, key: Key) -> Result<(), Failure> {
        let version = bench.expect(key)?.version;
        bench.apply("a delete of the version just read", Changes::new().delete(version, key))?;
        if key == Key::AccessToken(self.token.digest) {
            self.version = None;
        }
        self.records.remove(&key);
        Ok(())
    }

    fn verify<S: Store>(&self, bench: &Bench<'_, S>, what: impl Display) -> Result<(), Failure> {
        let seen = bench.access(&self.token.digest)?;
        same(
            format_args!("{what}, and then a read of the token"),
            &self.expected().map(parts),
            &seen.map(parts),
        )
    }

    /// As the documentation of [`Access`] has it.
    fn expected(&self) -> Option<Access> {
        let mut access = Access::of(Versioned { version: self.version?, record: self.token.clone() });
        let read = |key: Key| self.records.get(&key).cloned();
        let parents = access.parents();
        access.extend(parents.into_iter().flatten().filter_map(read));
        let roles: Vec<Key> = access.role_keys().collect();
        access.extend(roles.into_iter().filter_map(read));
        Some(access)
    }
}

/// The parts, with the roles in an order: they are given in any.
fn parts(access: Access) -> (Versioned<AccessToken>, Standing, Vec<Role>) {
    let mut roles: Vec<Role> = access.roles.iter().cloned().collect();
    roles.sort_by_key(|role| (role.organization, role.id));
    (access.token, access.standing, roles)
}
