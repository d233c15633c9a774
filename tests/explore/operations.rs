//! Operations on a shelf, sound ones and ones with a planted defect.

use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Record;
use grantor::change::Versioned;
use grantor::model::AccessToken;
use grantor::model::Holder;
use grantor::store::Commit;
use grantor::store::CommitError;
use grantor::store::Store;
use grantor::testing::explore::Effect;
use grantor::value::AuthorizationId;
use grantor::value::ClientId;
use grantor::value::Digest;
use grantor::value::Epoch;
use grantor::value::OrganizationId;
use grantor::value::Scopes;
use grantor::value::Timestamp;

/// What an operation answers.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Answer {
    /// It was done.
    Done,
    /// It was refused, and rightly.
    Refused,
    /// The store failed, or others were in the way: nothing was done.
    NotDone,
    /// The store does not know.
    Unknown,
}

/// What the answer says of the operation.
pub fn effect(answer: &Answer) -> Effect<Answer> {
    match answer {
        Answer::Done | Answer::Refused => Effect::Happened(*answer),
        Answer::NotDone => Effect::DidNot,
        Answer::Unknown => Effect::Unknown,
    }
}

/// The record under this number: for these tests, a code, a token, or anything else that is there or not.
pub fn record(number: u8) -> Record {
    let token = AccessToken {
        digest: Digest::from_bytes([number; 32]),
        organization: OrganizationId::from_bytes([1; 16]),
        client: ClientId::from_bytes([1; 16]),
        authorization: AuthorizationId::from_bytes([1; 16]),
        holder: Holder::Client,
        scopes: Scopes::default(),
        issued: Timestamp::from_unix(0),
        expires: Timestamp::from_unix(60),
        last_used: Timestamp::from_unix(0),
        client_epoch: Epoch::default(),
        organization_epoch: Epoch::default(),
        authorization_epoch: Epoch::default(),
    };
    token.into()
}

pub fn key(number: u8) -> Key {
    record(number).key()
}

/// The code that is redeemed, and the token that is revoked.
pub const CODE: u8 = 0xc0;

/// More attempts than there are faults and others in the way.
const ATTEMPTS: u32 = 4;

/// Repeats an attempt while it conflicts.
async fn repeat(attempt: impl AsyncFn() -> Result<Commit, Answer>) -> Answer {
    for _ in 0..ATTEMPTS {
        match attempt().await {
            Ok(Commit::Applied) => return Answer::Done,
            Ok(Commit::Conflict) => {}
            Err(answer) => return answer,
        }
    }
    Answer::NotDone
}

async fn commit<S: Store>(store: &S, changes: Changes) -> Result<Commit, Answer> {
    store.commit(changes).await.map_err(|error| match error {
        CommitError::NotApplied(_) => Answer::NotDone,
        CommitError::Unknown(_) => Answer::Unknown,
    })
}

async fn there<S: Store>(store: &S, number: u8) -> Result<Option<Versioned<Record>>, Answer> {
    store.record(key(number)).await.map_err(|_| Answer::NotDone)
}

/// Spends the code and issues a token, in one commit.
pub async fn redeem<S: Store>(store: &S, token: u8) -> Answer {
    repeat(async || {
        let code = there(store, CODE).await?.ok_or(Answer::Refused)?;
        commit(store, Changes::new().delete(code.version, key(CODE)).insert(record(token))).await
    })
    .await
}

/// Planted: reads the code, and spends it without asking whether it is still what was read.
pub async fn get_then_invalidate<S: Store>(store: &S, token: u8) -> Answer {
    match there(store, CODE).await {
        Ok(Some(_)) => {}
        Ok(None) => return Answer::Refused,
        Err(answer) => return answer,
    }
    repeat(async || {
        let changes = Changes::new().insert(record(token));
        match there(store, CODE).await? {
            Some(code) => commit(store, changes.delete(code.version, key(CODE))).await,
            None => commit(store, changes).await,
        }
    })
    .await
}

/// Planted: spends the code in one commit, and issues the token in another.
pub async fn redeem_in_two_commits<S: Store>(store: &S, token: u8) -> Answer {
    let spent = repeat(async || {
        let code = there(store, CODE).await?.ok_or(Answer::Refused)?;
        commit(store, Changes::new().delete(code.version, key(CODE))).await
    });
    match spent.await {
        Answer::Done => repeat(async || commit(store, Changes::new().insert(record(token))).await).await,
        answer => answer,
    }
}

/// Planted: looks after a commit whose outcome is not known, and does it again where it sees nothing of it.
pub async fn issue_again_after_unknown<S: Store>(store: &S, first: u8, second: u8) -> Answer {
    match commit(store, Changes::new().insert(record(first))).await {
        Ok(Commit::Applied) => Answer::Done,
        Ok(Commit::Conflict) => Answer::NotDone,
        Err(Answer::Unknown) => match there(store, first).await {
            Ok(Some(_)) => Answer::Done,
            Ok(None) => repeat(async || commit(store, Changes::new().insert(record(second))).await).await,
            Err(_) => Answer::Unknown,
        },
        Err(answer) => answer,
    }
}

/// Ends the token. Done also where it has ended already.
pub async fn revoke<S: Store>(store: &S) -> Answer {
    repeat(async || match there(store, CODE).await? {
        Some(token) => commit(store, Changes::new().delete(token.version, key(CODE))).await,
        None => Err(Answer::Done),
    })
    .await
}

/// Planted: ends the token, and does not ask whether the store did.
pub async fn revoke_and_hope<S: Store>(store: &S) -> Answer {
    if let Ok(Some(token)) = store.record(key(CODE)).await {
        let _ = store.commit(Changes::new().delete(token.version, key(CODE))).await;
    }
    Answer::Done
}

/// Notes a use of the token.
pub async fn touch<S: Store>(store: &S) -> Answer {
    repeat(async || {
        let token = there(store, CODE).await?.ok_or(Answer::Refused)?;
        commit(store, Changes::new().update(token.version, token.record)).await
    })
    .await
}

/// Whether the token is accepted.
pub async fn check<S: Store>(store: &S) -> Answer {
    match there(store, CODE).await {
        Ok(Some(_)) => Answer::Done,
        Ok(None) => Answer::Refused,
        Err(answer) => answer,
    }
}
