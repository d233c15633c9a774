//! What is ended stays ended, whatever is done next, by whomever but the one the rule names (threat 30).

use std::sync::Arc;

use grantor::access::IssueFor;
use grantor::access::Refusal;
use grantor::access::Standing;
use grantor::access::admit;
use grantor::access::judge;
use grantor::audit::Actor;
use grantor::model::AccessToken;
use grantor::model::Agreement;
use grantor::model::Audience;
use grantor::model::Authorization;
use grantor::model::Client;
use grantor::model::ClientSecret;
use grantor::model::Granted;
use grantor::model::InvalidTransition;
use grantor::model::TokenFamily;
use grantor::model::UserConsent;
use grantor::value::AuthorizationId;
use grantor::value::Digest;
use grantor::value::SecretId;
use grantor::value::Timestamp;

use super::world::*;

const NEW: IssueFor = IssueFor { organization: HOME, client: CLIENT, user: Some(USER), family: None };
const OWNER: Actor = Actor::User { organization: HOME, user: OTHER_USER };

/// A move that is tried on a record at an instant.
type Move<T> = fn(&T, Timestamp) -> Result<T, InvalidTransition>;

const DEACTIVATE: Move<Client> = |client, now| client.deactivate(OWNER, now.plus(604_800), now);
const RESTORE: Move<Client> = |client, now| client.restore(OWNER, now);
const REGENERATE: Move<Client> = |client, now| {
    let secret = ClientSecret {
        id: SecretId::from_bytes([1; 16]),
        digest: Digest::from_bytes([2; 32]),
        created: now,
        expires: None,
    };
    client.regenerate_secret(secret, None, OWNER, now)
};
const DISABLE: Move<Client> = |client, now| client.disable(Actor::Operator, now);
const ENABLE: Move<Client> = |client, now| client.enable(Actor::Operator, now);

/// Tries every sequence of these moves, in steps of a second or of a week, and visits each record on the way
/// with whether an earlier one on it was ended by the same measure.
fn explore<T>(
    record: &T,
    moves: &[Move<T>],
    (depth, now): (u32, Timestamp),
    ended: bool,
    visit: &mut dyn FnMut(&T, bool, Timestamp) -> bool,
) {
    let ended = visit(record, ended, now);
    if depth == 0 {
        return;
    }
    for step in [1, 604_800] {
        let then = now.plus(step);
        let ended = visit(record, ended, then);
        for change in moves {
            if let Ok(changed) = change(record, then) {
                explore(&changed, moves, (depth - 1, then), ended, visit);
            }
        }
    }
}

fn standing() -> Standing {
    standing_for_user(confidential_code(scopes("alpha")))
}

fn admitted(client: &Client, now: Timestamp) -> Result<(), Refusal> {
    let standing = Standing { client: Some(Arc::new(client.clone())), ..standing() };
    admit(&standing, &NEW, no_sunset(), now).map(|_| ())
}

/// Whether a token that never ends by itself is live.
fn is_live(standing: &Standing, now: Timestamp) -> bool {
    let mut standing = standing.clone();
    let login = TokenFamily { expires: Timestamp::MAX, ..family(CURRENT) };
    standing.family = Some(Arc::new(login));
    let token = AccessToken { expires: Timestamp::MAX, ..token(AS_USER) };
    judge(&standing, &token, no_sunset(), now).is_ok()
}

/// LC-09, threat 30: whatever the owner does, a client that the operator disabled obtains nothing.
#[test]
fn threat_30_the_owner_enables_nothing_that_the_operator_disabled() {
    let active = client(confidential_code(scopes("alpha")));
    let inactive = DEACTIVATE(&active, NOW).unwrap();
    for before in [active, inactive] {
        let disabled = DISABLE(&before, NOW).unwrap();
        explore(&disabled, &[DEACTIVATE, RESTORE, REGENERATE], (6, NOW), true, &mut |client, ended, now| {
            assert!(admitted(client, now).is_err(), "{:?} at {now}", client.lifecycle);
            ended
        });
    }
}

/// LC-06, LC-08, threat 30: what is set for deletion obtains nothing but after a restore before its time.
#[test]
fn threat_30_nothing_but_restoring_ends_a_deletion() {
    let inactive = DEACTIVATE(&client(confidential_code(scopes("alpha"))), NOW).unwrap();
    let moves = [DEACTIVATE, REGENERATE, DISABLE, ENABLE];
    explore(&inactive, &moves, (5, NOW), true, &mut |client, ended, now| {
        assert!(admitted(client, now).is_err(), "{:?} at {now}", client.lifecycle);
        ended
    });
    assert!(admitted(&RESTORE(&inactive, at(604_799)).unwrap(), at(604_799)).is_ok());
    assert!(RESTORE(&inactive, at(604_800)).is_err());
}

/// LC-07, LC-09, threat 30: a token that was dead once, for what its client was, is dead after any moves of
/// anyone.
#[test]
fn lc_07_no_moves_of_a_client_revive_a_token() {
    let moves = [DEACTIVATE, RESTORE, REGENERATE, DISABLE, ENABLE];
    let (mut revived, mut dead) = (0, 0);
    explore(
        &client(confidential_code(scopes("alpha"))),
        &moves,
        (5, NOW),
        false,
        &mut |client, ended, now| {
            let standing = Standing { client: Some(Arc::new(client.clone())), ..standing() };
            let live = is_live(&standing, now);
            assert!(!(ended && live), "revived: {client:?} at {now}");
            revived += u32::from(admitted(client, now).is_ok() && !live);
            dead += u32::from(!live);
            !live
        },
    );
    assert!(revived > 0 && dead > revived, "clients come back, and their tokens do not");
}

/// AA-08, AA-09, threat 30: a token of a revoked authorization is dead after any moves of anyone.
#[test]
fn aa_09_no_moves_of_an_authorization_revive_a_token() {
    const EDIT: Move<Authorization> = |record, _| record.edit_scopes(scopes("alpha:readonly"));
    const AUDIENCE: Move<Authorization> = |record, _| record.edit_audience(Audience::everyone());
    const APPROVE: Move<Authorization> =
        |record, _| record.approve(approval(Granted::Scopes(scopes("alpha")), Audience::everyone()));
    const DENY: Move<Authorization> = |record, now| record.deny(OWNER, now);
    const REVOKE: Move<Authorization> = |record, now| record.revoke(OWNER, now);
    // A new identifier each time, as the rule has it.
    const REAUTHORIZE: Move<Authorization> = |record, now| {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&now.unix().to_be_bytes());
        let fresh = AuthorizationId::from_bytes(bytes);
        record.reauthorize(fresh, approval(Granted::Scopes(scopes("alpha")), Audience::everyone()))
    };
    // TK-10.
    const END: Move<Authorization> = |record, _| record.in_next_epoch();
    let moves = [EDIT, AUDIENCE, APPROVE, DENY, REVOKE, REAUTHORIZE, END];
    let mut dead = 0;
    let start = approved(Granted::Scopes(scopes("alpha")));
    explore(&start, &moves, (5, NOW), false, &mut |record, ended, now| {
        let standing = Standing { authorization: Some(Arc::new(record.clone())), ..standing() };
        let live = is_live(&standing, now);
        assert!(!(ended && live), "revived: {record:?} at {now}");
        dead += u32::from(!live);
        !live
    });
    assert!(dead > 0);
}

/// TK-10, threat 30: a login that stands on an ended word of its user is dead, whatever the user says next.
#[test]
fn tk_10_no_moves_of_a_consent_revive_a_login() {
    const AGREE: Move<UserConsent> = |record, now| {
        let (shown, scopes) = (scopes("alpha"), scopes("alpha"));
        Ok(record.agreeing(Agreement { authorization: CURRENT, shown, scopes, at: now, client_epoch: EPOCH }))
    };
    const WITHDRAW: Move<UserConsent> = |record, _| Ok(record.withdrawn());
    const END: Move<UserConsent> = |record, _| Ok(record.in_next_epoch());
    let (mut live_ones, mut dead) = (0, 0);
    explore(&consent(), &[AGREE, WITHDRAW, END], (4, NOW), false, &mut |record, ended, now| {
        let standing = Standing { consent: Some(Arc::new(record.clone())), ..standing() };
        let live = is_live(&standing, now);
        assert!(!(ended && live), "revived: {record:?} at {now}");
        (live_ones, dead) = (live_ones + u32::from(live), dead + u32::from(!live));
        !live
    });
    assert!(live_ones > 1 && dead > live_ones, "to agree ends nothing");
}
