//! Users with an email address: found by it in their own organization, and listed there (SA-04, SA-12).

use core::fmt::Display;
use std::collections::BTreeMap;

use super::Failure;
use super::bench::Bench;
use super::report::same;
use crate::change::Index;
use crate::change::Key;
use crate::change::Position;
use crate::change::Record;
use crate::model::User;
use crate::store::Range;
use crate::store::Store;
use crate::value::EmailAddress;

/// The host may write users in a way of its own: what is promised here is promised of those too.
pub(super) fn found_by_address<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let world = &bench.world;
    let [one, other] = [world.email(1), world.email(2)];
    let in_capitals: EmailAddress = one.as_str().to_uppercase().parse().expect("an email address");
    let known = |organization, user, email: &EmailAddress| User {
        email: Some(email.clone()),
        ..world.user(organization, user, &[])
    };
    let mut there = Users::default();
    // Two who share an address, however it is written: both are given, that neither is let in.
    there.place(bench, known(1, 1, &one))?;
    there.place(bench, known(1, 2, &in_capitals))?;
    there.place(bench, known(1, 3, &other))?;
    // The same address and the same user in another organization, and somebody without an address.
    there.place(bench, known(2, 1, &one))?;
    there.place(bench, known(3, 3, &one))?;
    there.place(bench, world.user(1, 4, &[]))?;
    there.verify(bench, "writes of users with and without an email address")?;

    // An address is changed, taken away and given.
    there.replace(bench, known(1, 1, &other))?;
    there.verify(bench, "a write of a user with another email address")?;
    there.replace(bench, world.user(1, 2, &[]))?;
    there.verify(bench, "a write of a user without the email address")?;
    there.replace(bench, known(1, 4, &one))?;
    there.verify(bench, "a write of a user with an email address, the first")
}

/// The users that are there.
#[derive(Default)]
struct Users(BTreeMap<Key, User>);

/// What a list holds: users by their positions. Their versions are the host's own.
type Listed = Vec<(Position, Record)>;

impl Users {
    fn place<S: Store>(&mut self, bench: &Bench<'_, S>, user: User) -> Result<(), Failure> {
        let record = Record::from(user.clone());
        self.0.insert(record.key(), user);
        bench.place([record])
    }

    fn replace<S: Store>(&mut self, bench: &Bench<'_, S>, user: User) -> Result<(), Failure> {
        let record = Record::from(user.clone());
        self.0.insert(record.key(), user);
        bench.replace(record)
    }

    fn verify<S: Store>(&self, bench: &Bench<'_, S>, after: impl Display) -> Result<(), Failure> {
        let world = &bench.world;
        let emails = [1, 2, 3].map(|number| world.email(number).key());
        for organization in [1, 2, 3, 4].map(|number| world.organization_id(number)) {
            let of_email = emails.map(|email| Index::UsersByEmail(organization, email));
            for index in [Index::Users(organization)].into_iter().chain(of_email) {
                // One by one, as a page that ends anywhere.
                let range = Range { limit: 1, ..world.range(index) };
                let pages = bench.pages(range)?.into_iter().flat_map(|page| page.items);
                let seen: Listed = pages.map(|(position, there)| (position, there.record)).collect();
                same(format_args!("{after}, and then a read of the list {index}"), &self.list(index), &seen)?;
            }
        }
        Ok(())
    }

    fn list(&self, index: Index) -> Listed {
        let records = self.0.values().cloned().map(Record::from);
        let mut listed: Listed = records
            .filter_map(|record| {
                let entry = record.entries().find(|entry| entry.index == index)?;
                Some((entry.position, record))
            })
            .collect();
        listed.sort_by_key(|(position, _)| *position);
        listed
    }
}
