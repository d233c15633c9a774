//! The first tokens and logins of an application in an organization, and what a change would do to them.

use std::sync::Arc;

use super::Answer;
use super::places::Place;
use crate::access;
use crate::access::Effect;
use crate::access::IssueFor;
use crate::access::Standing;
use crate::change::Changes;
use crate::change::Index;
use crate::change::Position;
use crate::change::Record;
use crate::model::TokenFamily;
use crate::review::impact::Sample;
use crate::server::Administration;
use crate::server::Error;
use crate::store::Page;
use crate::store::Range;
use crate::store::Store;
use crate::value::Timestamp;

/// How many tokens are looked at in all, and how many logins: a number of a few hundred is told within a seventh,
/// 19 times of 20.
const LOOKED_AT: [usize; 2] = [400, 200];

/// The fewest and the most of one application.
const EACH: [usize; 2] = [8, 200];

/// How many tokens and logins each of so many applications is looked at.
pub(super) fn shares(places: usize) -> [u16; 2] {
    let [fewest, most] = EACH;
    LOOKED_AT.map(|all| {
        let each = all.checked_div(places).unwrap_or(all).clamp(fewest, most);
        u16::try_from(each).unwrap_or(Range::MAX)
    })
}

impl<S: Store> Administration<'_, S> {
    pub(super) async fn sample_tokens(
        &self,
        place: &Place,
        limit: u16,
        changes: &Changes,
        now: Timestamp,
    ) -> Answer<Sample<Effect>, S> {
        let page = self.first_of(place, Index::AccessTokensOfClient(place.client), limit).await?;
        let mut sample = Sample::new();
        for (position, stored) in &page.items {
            if let Record::AccessToken(token) = &stored.record
                && place.is_of(token.organization, token.client)
            {
                let found = self.server.store.access(&token.digest).await.map_err(Error::NotDone)?;
                // One that is gone meanwhile works no more.
                let effect = found.map_or(Effect::NotWorking, |access| {
                    access::effect_on_token(&access, changes, self.server.settings.implicit_sunset, now)
                });
                sample.add(position.part(), effect);
            }
        }
        Ok(ended(sample, &page))
    }

    /// Logins that have a refresh token: the others end with their access tokens.
    pub(super) async fn sample_logins(
        &self,
        place: &Place,
        limit: u16,
        changes: &Changes,
        now: Timestamp,
    ) -> Answer<Sample<Effect>, S> {
        let page = self.first_of(place, Index::FamiliesOfClient(place.client), limit).await?;
        let mut sample = Sample::new();
        for (position, stored) in &page.items {
            if let Record::Family(family) = &stored.record
                && place.is_of(family.organization, family.client)
            {
                sample.add(position.part(), self.effect_on_login(family, changes, now).await?);
            }
        }
        Ok(ended(sample, &page))
    }

    async fn effect_on_login(
        &self,
        family: &Arc<TokenFamily>,
        changes: &Changes,
        now: Timestamp,
    ) -> Answer<Effect, S> {
        if family.refresh.is_none() {
            return Ok(Effect::NotWorking);
        }
        let TokenFamily { organization, client, user, id, .. } = **family;
        let mut unit = self.server.unit();
        let client_there = unit.client(client).await?.map(|stored| stored.record);
        let mut standing = Standing { client: client_there, ..Standing::default() };
        unit.login(&mut standing, family).await?;
        let asked = IssueFor { organization, client, user: Some(user), family: Some(id) };
        Ok(access::effect_on_login(&standing, &asked, changes, self.server.settings.implicit_sunset, now))
    }

    async fn first_of(&self, place: &Place, index: Index, limit: u16) -> Answer<Page, S> {
        let [after, before] = Position::of_organization(place.organization);
        self.server.unit().list(Range { after, before, limit, ..Range::of(index) }).await
    }
}

/// The sample, which is all there is where the page is.
fn ended(sample: Sample<Effect>, page: &Page) -> Sample<Effect> {
    if page.next.is_none() { sample.complete() } else { sample }
}
