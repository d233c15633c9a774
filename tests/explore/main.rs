//! The explorer finds what is planted, passes what is sound, and says how far it looked.
#![cfg(feature = "testing")]

mod operations;
mod shelf;

use std::collections::BTreeSet;
use std::future::Future;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::task::Poll;

use grantor::change::Changes;
use grantor::change::Key;
use grantor::store::Commit;
use grantor::store::CommitError;
use grantor::store::Store;
use grantor::testing::explore::Cause;
use grantor::testing::explore::End;
use grantor::testing::explore::Explorer;
use grantor::testing::explore::Failure;
use grantor::testing::explore::Injected;
use grantor::testing::explore::Outcome;
use grantor::testing::explore::Report;
use grantor::testing::explore::Scenario;
use grantor::testing::explore::Stepped;

use crate::operations::Answer;
use crate::operations::CODE;
use crate::operations::check;
use crate::operations::effect;
use crate::operations::get_then_invalidate;
use crate::operations::issue_again_after_unknown;
use crate::operations::key;
use crate::operations::record;
use crate::operations::redeem;
use crate::operations::redeem_in_two_commits;
use crate::operations::revoke;
use crate::operations::revoke_and_hope;
use crate::operations::touch;
use crate::shelf::Shelf;

type Handle = Stepped<Shelf>;

fn with_code() -> Shelf {
    Shelf::with([record(CODE)])
}

fn keys(store: &Handle) -> Vec<Key> {
    store.inner().keys()
}

fn race<'a>(
    first: impl AsyncFn(Handle) -> Answer + 'a,
    second: impl AsyncFn(Handle) -> Answer + 'a,
) -> Scenario<'a, Shelf, Answer> {
    Scenario::new(with_code).operation("first", first).operation("second", second)
}

fn two_redemptions<'a>() -> Scenario<'a, Shelf, Answer> {
    race(async |store| redeem(&store, 1).await, async |store| redeem(&store, 2).await)
}

#[track_caller]
fn failure(report: Report) -> Failure {
    report.failure.expect("the explorer finds it")
}

#[track_caller]
fn found(report: Report, cause: Cause) {
    assert_eq!(failure(report).cause, cause);
}

#[test]
fn two_redemptions_end_as_if_one_came_after_the_other() {
    Explorer::new().faults(2).serial(&two_redemptions(), effect, keys).assert();
}

/// Each redemption begins, reads and commits: 20 orders of these six steps. They end in six ways: either
/// commits first, and the other has read before that, or begun, or neither.
#[test]
fn the_number_of_executions_is_known() {
    let counts = |explorer: Explorer| {
        let report = explorer.check(&two_redemptions(), |_| Ok(()));
        (report.executions, report.given_up, report.deepest)
    };
    let with_faults = |faults| counts(Explorer::new().faults(faults));
    assert_eq!([0, 1, 2].map(with_faults), [(6, 0, 7), (58, 24, 9), (277, 118, 11)]);
    let every_order = |faults| counts(Explorer::new().every_order().faults(faults));
    assert_eq!([0, 1, 2].map(every_order), [(20, 0, 7), (408, 20, 9), (3_532, 428, 11)]);
}

/// The interface of many a server: a read, an invalidation, and no answer to who won.
#[test]
fn a_code_that_is_read_and_then_invalidated_is_found_to_be_redeemed_twice() {
    let planted = race(
        async |store| get_then_invalidate(&store, 1).await,
        async |store| get_then_invalidate(&store, 2).await,
    );
    let report = Explorer::new().faults(2).check(&planted, |end| {
        match end.answers().filter(|answer| **answer == Answer::Done).count() {
            0 | 1 => Ok(()),
            _ => Err("redeemed twice".into()),
        }
    });
    assert!(report.executions <= 5, "{report}");
    let Failure { cause, faults, trace } = failure(report);
    assert_eq!((cause, faults), (Cause::Refused("redeemed twice".into()), 0));
    let expected = [
        "first begins",
        "first reads access_token …c0c0c0: version 1",
        "first reads access_token …c0c0c0: version 1",
        "second begins",
        "second reads access_token …c0c0c0: version 1",
        "second reads access_token …c0c0c0: version 1",
        "second commits [insert access_token …020202, delete access_token …c0c0c0 of version 1]: applied",
        "first commits [insert access_token …010101, delete access_token …c0c0c0 of version 1]: conflict",
        "first reads access_token …c0c0c0: nothing",
        "first commits [insert access_token …010101]: applied",
        "first answered Done",
        "second answered Done",
    ];
    assert_eq!(trace, expected);
}

/// A conflict is enough, and no fault is needed.
#[test]
fn a_revocation_that_ignores_the_store_is_found_to_leave_the_token() {
    let revoked = |end: &End<Shelf, Answer>| {
        let [revoked, _] = end.outcomes() else { return Err("two operations".into()) };
        match (revoked.answer(), keys(end.store()).contains(&key(CODE))) {
            (Some(Answer::Done), true) => Err("revoked, and still there".into()),
            _ => Ok(()),
        }
    };
    let planted = race(async |store| revoke_and_hope(&store).await, async |store| touch(&store).await);
    let report = Explorer::new().faults(1).check(&planted, revoked);
    assert!(report.executions <= 5, "{report}");
    assert_eq!(failure(report).faults, 0);

    let sound = race(async |store| revoke(&store).await, async |store| touch(&store).await);
    Explorer::new().faults(2).check(&sound, revoked).assert();
    Explorer::new().faults(2).serial(&sound, effect, keys).assert();
}

/// An answer that denies what was done is as wrong as one that claims what was not.
#[test]
fn a_redemption_that_was_done_and_is_denied_is_found() {
    let planted = Scenario::new(with_code).operation("redeem", async |store| match redeem(&store, 1).await {
        Answer::Unknown => Answer::NotDone,
        answer => answer,
    });
    let Failure { faults, trace, .. } = failure(Explorer::new().faults(2).serial(&planted, effect, keys));
    assert_eq!(faults, 1);
    assert_eq!(trace.last().unwrap(), "redeem answered NotDone");
}

/// With nobody in the way, it takes a store that fails.
#[test]
fn a_revocation_that_ignores_the_store_is_found_alone() {
    let planted = Scenario::new(with_code).operation("revoke", async |store| revoke_and_hope(&store).await);
    Explorer::new().serial(&planted, effect, keys).assert();
    assert_eq!(failure(Explorer::new().faults(1).serial(&planted, effect, keys)).faults, 1);
}

#[test]
fn a_dropped_redemption_leaves_nothing_half_done() {
    let sound = Scenario::new(with_code).operation("redeem", async |store| redeem(&store, 1).await);
    let whole_or_not = |end: &End<Shelf, Answer>| match keys(end.store()) {
        keys if keys == [key(CODE)] || keys == [key(1)] => Ok(()),
        keys => Err(format!("half done: {keys:?}")),
    };
    Explorer::new().faults(3).check(&sound, whole_or_not).assert();

    let planted =
        Scenario::new(with_code).operation("redeem", async |store| redeem_in_two_commits(&store, 1).await);
    found(Explorer::new().faults(3).check(&planted, whole_or_not), Cause::Refused("half done: []".into()));
}

/// What was abandoned can be done again, and is then done once.
#[test]
fn a_caller_who_repeats_a_redemption_gets_one_token_at_most() {
    let sound = Scenario::new(with_code).operation("redeem", async |store| redeem(&store, 1).await);
    let report = Explorer::new().faults(2).check(&sound, |end| {
        let repeated = grantor::ready(redeem(end.store(), 2)).map_err(|error| error.to_string())?;
        let done = [end.outcomes()[0].answer(), Some(&repeated)];
        match (done.iter().filter(|answer| **answer == Some(&Answer::Done)).count(), keys(end.store()).len())
        {
            (0 | 1, 1) => Ok(()),
            other => Err(format!("{other:?}")),
        }
    });
    report.assert();
}

/// What is not known may still come to be.
#[test]
fn a_commit_that_arrives_late_is_found() {
    let planted = Scenario::new(Shelf::default)
        .operation("issue", async |store| issue_again_after_unknown(&store, 1, 2).await);
    let report = Explorer::new().faults(1).check(&planted, |end| match keys(end.store()).len() {
        0 | 1 => Ok(()),
        _ => Err("two tokens".into()),
    });
    let Failure { cause, faults, trace } = failure(report);
    assert_eq!((cause, faults), (Cause::Refused("two tokens".into()), 1));
    let expected = [
        "issue begins",
        "issue commits [insert access_token …010101]: FAULT, an error, not known whether applied",
        "issue reads access_token …010101: nothing",
        "issue commits [insert access_token …020202]: applied",
        "in flight, issue commits [insert access_token …010101]: applied",
        "issue answered Done",
    ];
    assert_eq!(trace, expected);
}

/// One check fills a cache with what it read before the revocation; another begins after that was answered.
#[test]
fn an_answer_from_before_the_revocation_is_found_after_it() {
    let cache = Mutex::new(None);
    let cached = async |store: Handle| {
        if let Some(known) = *cache.lock().unwrap() {
            return known;
        }
        let answer = check(&store).await;
        let _ = store.record(key(1)).await;
        *cache.lock().unwrap() = Some(answer);
        answer
    };
    let revoked = async |store: Handle| {
        let answer = revoke(&store).await;
        *cache.lock().unwrap() = None;
        answer
    };
    let fresh = || {
        *cache.lock().unwrap() = None;
        with_code()
    };
    let planted = Scenario::new(fresh)
        .operation("early", cached)
        .operation("revoke", revoked)
        .operation("late", cached);
    let Failure { faults, trace, .. } = failure(Explorer::new().every_order().serial(&planted, effect, keys));
    assert_eq!(faults, 0);
    let at = |words: &str| trace.iter().position(|line| line.starts_with(words)).unwrap();
    assert!(at("late begins") > at("revoke commits"));
    assert_eq!(trace.last().unwrap(), "late answered Done");
}

#[test]
fn checks_and_a_revocation_keep_the_order_that_callers_saw() {
    let checked = async |store: Handle| check(&store).await;
    let sound = race(checked, async |store| revoke(&store).await).operation("third", checked);
    Explorer::new().faults(1).serial(&sound, effect, keys).assert();
}

/// All ends of a scenario: outcomes, what is left, and who answered before whom.
fn ends(explorer: Explorer, scenario: &Scenario<'_, Shelf, Answer>) -> BTreeSet<String> {
    let ends = Mutex::new(BTreeSet::new());
    let report = explorer.check(scenario, |end| {
        let order = [(0, 1), (1, 0)].map(|(one, other)| end.preceded(one, other));
        ends.lock().unwrap().insert(format!("{:?} {:?} {order:?}", end.outcomes(), keys(end.store())));
        Ok(())
    });
    report.assert();
    ends.into_inner().unwrap()
}

#[test]
fn what_is_left_out_ends_like_something_that_is_not() {
    let scenarios = [
        two_redemptions(),
        race(async |store| redeem(&store, 1).await, async |store| revoke(&store).await),
        race(async |store| get_then_invalidate(&store, 1).await, async |store| revoke_and_hope(&store).await),
        race(async |store| redeem_in_two_commits(&store, 1).await, async |store| touch(&store).await),
        race(async |store| issue_again_after_unknown(&store, 1, 2).await, async |store| check(&store).await),
        race(async |store| check(&store).await, async |store| check(&store).await),
    ];
    for scenario in &scenarios {
        for faults in 0..=2 {
            let explorer = Explorer::new().faults(faults);
            assert_eq!(ends(explorer, scenario), ends(explorer.every_order(), scenario), "{scenario:?}");
        }
    }
}

#[test]
fn three_operations_meet_in_every_way() {
    let three = two_redemptions().operation("revoke", async |store| revoke(&store).await);
    Explorer::new().faults(1).serial(&three, effect, keys).assert();
}

#[test]
fn the_same_exploration_gives_the_same_report() {
    let report = || Explorer::new().faults(2).check(&two_redemptions(), |_| Ok(()));
    assert_eq!(report(), report());
}

#[test]
fn calls_that_are_made_at_once_are_served_in_their_order() {
    let both = Scenario::new(with_code).operation("both", async |store: Handle| {
        let (mut code, mut token) = (pin!(store.record(key(CODE))), pin!(store.record(key(1))));
        let (mut first, mut second) = (None, None);
        poll_fn(|context| Poll::Ready(code.as_mut().poll(context).is_pending())).await;
        // Whichever is polled first: the one that was made first is served first.
        poll_fn(|context| {
            second = second.take().or_else(|| ready_now(token.as_mut().poll(context)));
            first = first.take().or_else(|| ready_now(code.as_mut().poll(context)));
            if first.is_some() && second.is_some() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        [first, second].map(|found| found.unwrap().map(|found| found.is_some()))
    });
    let report = Explorer::new().faults(2).check(&both, |end| match end.outcomes() {
        [Outcome::Finished([Ok(true) | Err(Injected::Fault), Ok(false) | Err(Injected::Fault)])]
        | [Outcome::Dropped] => Ok(()),
        other => Err(format!("{other:?}")),
    });
    report.assert();
    // Both answered; either failed, or the drop came at either; both failed, or one failed and the drop came
    // at the other.
    assert_eq!(report.executions, 1 + 4 + 2);
}

fn ready_now<T>(poll: Poll<T>) -> Option<T> {
    match poll {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

#[test]
fn a_call_that_is_given_up_is_not_made() {
    let hasty = Scenario::new(with_code).operation("hasty", async |store: Handle| {
        {
            let mut given_up = pin!(store.commit(Changes::new().insert(record(1))));
            poll_fn(|context| Poll::Ready(given_up.as_mut().poll(context).is_pending())).await;
        }
        check(&store).await
    });
    Explorer::new()
        .check(&hasty, |end| match keys(end.store()) == [key(CODE)] {
            true => Ok(()),
            false => Err("made all the same".into()),
        })
        .assert();
}

#[test]
fn a_store_may_wait_a_little() {
    let race = |store: fn() -> Shelf| {
        let scenario = Scenario::new(store)
            .operation("first", async |store| redeem(&store, 1).await)
            .operation("second", async |store| redeem(&store, 2).await);
        Explorer::new().faults(1).serial(&scenario, effect, keys)
    };
    assert_eq!(race(|| with_code().slow()), race(with_code));
}

#[test]
fn an_operation_that_is_not_deterministic_is_told_of() {
    let odd = AtomicBool::new(false);
    let fickle = Scenario::new(with_code).operation("fickle", async |store: Handle| {
        let number = u8::from(odd.fetch_xor(true, Ordering::Relaxed));
        store.record(key(number)).await.is_ok()
    });
    found(Explorer::new().check(&fickle, |_| Ok(())), Cause::NotDeterministic);
}

#[test]
fn an_operation_that_waits_for_something_else_is_told_of() {
    let stuck =
        Scenario::new(with_code).operation("stuck", async |_: Handle| std::future::pending::<()>().await);
    found(Explorer::new().check(&stuck, |_| Ok(())), Cause::Waits("stuck".into()));
}

#[test]
fn an_operation_that_repeats_without_bound_is_told_of() {
    let endless = Scenario::new(with_code)
        .operation("endless", async |store: Handle| while store.record(key(CODE)).await.is_ok() {});
    found(Explorer::new().check(&endless, |_| Ok(())), Cause::Endless(Explorer::DEEPEST));
}

#[test]
fn a_panic_is_a_failure_with_its_trace() {
    let panics = Scenario::new(with_code).operation("rash", async |store: Handle| {
        store.record(key(1)).await.unwrap().expect("it is there").version
    });
    let Failure { cause, trace, .. } = failure(Explorer::new().check(&panics, |_| Ok(())));
    assert_eq!(cause, Cause::Panicked("rash".into(), "it is there".into()));
    assert_eq!(trace, ["rash begins", "rash reads access_token …010101: nothing"]);
}

#[test]
fn more_executions_than_allowed_are_no_proof() {
    found(Explorer::new().at_most(2).check(&two_redemptions(), |_| Ok(())), Cause::TooMany(2));
    let all = Explorer::new().check(&two_redemptions(), |_| Ok(()));
    Explorer::new().at_most(all.executions + all.given_up).check(&two_redemptions(), |_| Ok(())).assert();
}

#[test]
fn faults_tell_what_they_did() {
    let commits = Scenario::new(Shelf::default)
        .operation("commit", async |store: Handle| store.commit(Changes::new().insert(record(1))).await);
    let ends = Mutex::new(Vec::new());
    let report = Explorer::new().faults(1).check(&commits, |end| {
        ends.lock().unwrap().push((end.outcomes()[0], keys(end.store()).len()));
        Ok(())
    });
    report.assert();
    let unknown = Outcome::Finished(Err(CommitError::Unknown(Injected::Fault)));
    let expected = [
        (Outcome::Finished(Ok(Commit::Applied)), 1),
        (Outcome::Finished(Ok(Commit::Conflict)), 0),
        (Outcome::Finished(Err(CommitError::NotApplied(Injected::Fault))), 0),
        (unknown, 0),
        (unknown, 1),
        (Outcome::Dropped, 0),
        (Outcome::Dropped, 1),
    ];
    assert_eq!(ends.into_inner().unwrap(), expected);
}
