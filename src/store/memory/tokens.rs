//! Access tokens, kept small: there are more of them than of all else.

use core::ops::Bound;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

use super::common::Common;
use super::common::Commons;
use super::common::Terms;
use super::hash::BuildIdentity;
use super::lists::Bounds;
use super::shards::Number;
use crate::change::Entry;
use crate::change::Index;
use crate::change::Position;
use crate::change::Record;
use crate::change::Version;
use crate::change::Versioned;
use crate::model::AccessToken;
use crate::model::Holder;
use crate::value::ClientId;
use crate::value::Digest;
use crate::value::FamilyId;
use crate::value::Timestamp;
use crate::value::UserId;
use crate::value::kind;

/// A shard of the access tokens: each in one bucket, under its digest.
#[derive(Default)]
pub(super) struct Tokens {
    rows: HashMap<[u8; 32], Row, BuildIdentity>,
    // INVARIANT: the places of each row, and no other.
    due: BTreeSet<Due>,
    of_clients: BTreeSet<OfClient>,
}

/// A token, but for its digest.
pub(super) struct Row {
    pub(super) common: Arc<Common>,
    /// The user it acts for and the family of the login; none where it acts for its client.
    pub(super) user: Option<Box<(UserId, FamilyId)>>,
    issued: Timestamp,
    expires: Timestamp,
    last_used: Timestamp,
    pub(super) version: Version,
}

/// The position of a token in [`Index::Due`], whole: its last 32 bytes are the digest.
type Due = [u8; 41];

/// The client, and the position of a token in [`Index::AccessTokensOfClient`]: its last 32 bytes are the digest.
type OfClient = [u8; 64];

/// The shard of the token: by its last byte, as a shard's table goes by the first ones.
pub(super) fn shard_of_token(digest: &Digest<kind::AccessToken>) -> Number {
    let [.., last] = digest.as_bytes();
    Number::of(*last)
}

impl Tokens {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The token's row.
    pub(super) fn row(&self, digest: &Digest<kind::AccessToken>) -> Option<&Row> {
        self.rows.get(digest.as_bytes())
    }

    /// The token, as a record.
    pub(super) fn record(&self, digest: &Digest<kind::AccessToken>) -> Option<Versioned<Record>> {
        self.row(digest).map(|row| record(row.token(digest)))
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = Versioned<Record>> {
        self.rows.iter().map(|(digest, row)| record(row.token(&Digest::from_bytes(*digest))))
    }

    /// Puts the token in the place of the one under its digest, if there is one.
    pub(super) fn put(&mut self, commons: &Commons, token: AccessToken, version: Version) {
        let digest = *token.digest.as_bytes();
        let old = self.rows.remove(&digest);
        if let Some(old) = &old {
            self.leave(old.token(&token.digest).record);
        }
        let (due, of_client) = places(token.clone());
        self.due.insert(due);
        self.of_clients.insert(of_client);
        let terms = Terms::of(&token);
        let common = match old {
            Some(old) if old.common.terms == terms => old.common,
            Some(_) | None => commons.share(terms),
        };
        self.rows.insert(digest, Row::new(common, &token, version));
    }

    /// Removes the token.
    pub(super) fn remove(&mut self, digest: &Digest<kind::AccessToken>) {
        if let Some(old) = self.rows.remove(digest.as_bytes()) {
            self.leave(old.token(digest).record);
        }
    }

    fn leave(&mut self, token: AccessToken) {
        let (due, of_client) = places(token);
        self.due.remove(&due);
        self.of_clients.remove(&of_client);
    }

    /// The tokens that are due within the bounds, in the order of their positions.
    pub(super) fn due(&self, bounds: Bounds) -> impl Iterator<Item = (Position, Versioned<Record>)> {
        let Bounds { after, before } = &bounds;
        let range = (after.as_ref().map(Position::as_bytes), before.as_ref().map(Position::as_bytes));
        self.due.range::<[u8], _>(range).filter_map(|place| self.placed(place))
    }

    /// The tokens of the client within the bounds, in the order of their positions.
    pub(super) fn of_client(
        &self,
        client: ClientId,
        bounds: Bounds,
    ) -> impl Iterator<Item = (Position, Versioned<Record>)> {
        let behind = |position: &Position| [client.as_bytes(), position.as_bytes()].concat();
        let first = match &bounds.after {
            Bound::Unbounded => Bound::Included(client.as_bytes().to_vec()),
            Bound::Included(position) => Bound::Included(behind(position)),
            Bound::Excluded(position) => Bound::Excluded(behind(position)),
        };
        let last = match &bounds.before {
            Bound::Unbounded => Bound::Included([client.as_bytes().as_slice(), &[u8::MAX; 48]].concat()),
            Bound::Included(position) => Bound::Included(behind(position)),
            Bound::Excluded(position) => Bound::Excluded(behind(position)),
        };
        let range = (first.as_ref().map(Vec::as_slice), last.as_ref().map(Vec::as_slice));
        self.of_clients.range::<[u8], _>(range).filter_map(|place| self.placed(place.get(16..)?))
    }

    /// The token at the position.
    fn placed(&self, position: &[u8]) -> Option<(Position, Versioned<Record>)> {
        let digest = Digest::from_bytes(*position.last_chunk()?);
        Some((Position::from_bytes(position)?, self.record(&digest)?))
    }
}

impl Row {
    fn new(common: Arc<Common>, token: &AccessToken, version: Version) -> Self {
        let user = match token.holder {
            Holder::Client => None,
            Holder::User { user, family } => Some(Box::new((user, family))),
        };
        let AccessToken { issued, expires, last_used, .. } = *token;
        Self { common, user, issued, expires, last_used, version }
    }

    /// The token, whose digest this is.
    pub(super) fn token(&self, digest: &Digest<kind::AccessToken>) -> Versioned<AccessToken> {
        let Self { common, issued, expires, last_used, .. } = self;
        let terms = &common.terms;
        let holder = match self.user.as_deref() {
            None => Holder::Client,
            Some(&(user, family)) => Holder::User { user, family },
        };
        let token = AccessToken {
            digest: *digest,
            organization: terms.organization,
            client: terms.client,
            authorization: terms.authorization,
            holder,
            scopes: terms.scopes.clone(),
            issued: *issued,
            expires: *expires,
            last_used: *last_used,
            client_epoch: terms.client_epoch,
            organization_epoch: terms.organization_epoch,
            authorization_epoch: terms.authorization_epoch,
        };
        Versioned { version: self.version, record: token }
    }
}

fn record(token: Versioned<AccessToken>) -> Versioned<Record> {
    Versioned { version: token.version, record: Record::AccessToken(token.record) }
}

/// The places that a token has in lists.
fn places(token: AccessToken) -> (Due, OfClient) {
    let (mut due, mut of_client) = ([0; 41], [0; 64]);
    for Entry { index, position } in Record::AccessToken(token).entries() {
        match index {
            Index::AccessTokensOfClient(client) => {
                copy(&mut of_client, client.as_bytes().iter().chain(position.as_bytes()));
            }
            _ => copy(&mut due, position.as_bytes()),
        }
    }
    (due, of_client)
}

fn copy<'a>(to: &mut [u8], from: impl IntoIterator<Item = &'a u8>) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}
