//! One promise of the gate at a time, by the moves that lead to it.

use std::sync::Arc;

use grantor::access::Access;
use grantor::access::IssueFor;
use grantor::access::Refusal;
use grantor::access::Standing;
use grantor::access::admit;
use grantor::access::judge;
use grantor::audit::Actor;
use grantor::change::Key;
use grantor::change::Record;
use grantor::change::Version;
use grantor::change::Versioned;
use grantor::model::AccessToken;
use grantor::model::Audience;
use grantor::model::Authorization;
use grantor::model::Client;
use grantor::model::ClientFields;
use grantor::model::FamilyState;
use grantor::model::Granted;
use grantor::model::Holder;
use grantor::model::IdleTimeout;
use grantor::model::ImplicitSunset;
use grantor::model::Lifecycle;
use grantor::model::Organization;
use grantor::model::Owner;
use grantor::model::Policy;
use grantor::model::Revocation;
use grantor::model::TokenFamily;
use grantor::model::User;
use grantor::model::UserConsent;
use grantor::model::UserState;
use grantor::value::AuthorizationId;
use grantor::value::Epoch;
use grantor::value::OrganizationId;
use grantor::value::Scopes;
use grantor::value::Timestamp;

use super::layers::role_in_all_divisions;
use super::world::*;

/// A new login of the user, and one that is continued.
const NEW: IssueFor = IssueFor { organization: HOME, client: CLIENT, user: Some(USER), family: None };
const CONTINUED: IssueFor = IssueFor { family: Some(FAMILY), ..NEW };

fn for_user() -> Standing {
    standing_for_user(confidential_code(scopes("alpha beta")))
}

#[track_caller]
fn used(standing: &Standing, token: &AccessToken) -> Result<(), Refusal> {
    judge(standing, token, no_sunset(), NOW).map(|_| ())
}

#[track_caller]
fn issued(standing: &Standing, asked: &IssueFor) -> Result<(), Refusal> {
    admit(standing, asked, no_sunset(), NOW).map(|_| ())
}

/// Nothing is used, issued or continued, for this reason.
#[track_caller]
fn assert_ended(standing: &Standing, refusal: Refusal) {
    assert_eq!(used(standing, &token(AS_USER)), Err(refusal));
    assert_eq!(issued(standing, &NEW), Err(refusal));
    assert_eq!(issued(standing, &CONTINUED), Err(refusal));
}

#[track_caller]
fn assert_live(standing: &Standing) {
    assert_eq!(used(standing, &token(AS_USER)), Ok(()));
    assert_eq!(issued(standing, &NEW), Ok(()));
    assert_eq!(issued(standing, &CONTINUED), Ok(()));
}

/// AA-08, threat 31: revoking ends use, issue and refresh at the same instant.
#[test]
fn aa_08_revoking_ends_use_issue_and_refresh_at_once() {
    let mut standing = for_user();
    assert_live(&standing);
    let revoked = approved(Granted::Scopes(scopes("alpha"))).revoke(Actor::Operator, NOW).unwrap();
    standing.authorization = Some(Arc::new(revoked));
    let refusal = Refusal::Revoked(Revocation { by: Actor::Operator, at: NOW });
    assert_ended(&standing, refusal);
}

/// AA-09: after a start from scratch the old token and the old login stay dead, and a new one works.
#[test]
fn aa_09_a_new_authorization_revives_nothing() {
    let mut standing = for_user();
    let revoked = approved(Granted::Scopes(scopes("alpha"))).revoke(Actor::Operator, at(-2)).unwrap();
    let approval = approval(Granted::Scopes(scopes("alpha")), Audience::everyone());
    standing.authorization = Some(Arc::new(revoked.reauthorize(UNHEARD_OF, approval).unwrap()));
    assert_eq!(used(&standing, &token(AS_USER)), Err(Refusal::Superseded));
    assert_eq!(issued(&standing, &CONTINUED), Err(Refusal::Superseded));
    assert_eq!(issued(&standing, &NEW), Ok(()));

    let (authorization, authorization_epoch) = (UNHEARD_OF, Epoch::FIRST);
    let login = TokenFamily { authorization_epoch, ..family(authorization) };
    standing.family = Some(Arc::new(login));
    let token = AccessToken { authorization, authorization_epoch, ..token(AS_USER) };
    assert_eq!(used(&standing, &token), Ok(()));
}

/// AA-02, AA-10: what is pending obtains nothing, and what is denied never will.
#[test]
fn aa_02_pending_and_denied_requests_obtain_nothing() {
    let mut standing = for_user();
    let by = Actor::User { organization: HOME, user: USER };
    let pending = Authorization::request(HOME, CLIENT, CURRENT, scopes("alpha"), by, at(-9));
    standing.authorization = Some(Arc::new(pending.clone()));
    assert_ended(&standing, Refusal::Pending { since: at(-9) });
    standing.authorization = Some(Arc::new(pending.deny(by, at(-3)).unwrap()));
    assert_ended(&standing, Refusal::Revoked(Revocation { by, at: at(-3) }));
    let approval = approval(Granted::Scopes(scopes("alpha")), Audience::everyone());
    standing.authorization = Some(Arc::new(in_epoch(pending.approve(approval).unwrap())));
    assert_live(&standing);
}

/// AA-06: what may be issued is what is approved and registered, read-write and read-only told apart.
#[test]
fn aa_06_issued_is_what_is_approved_and_registered() {
    let cases = [
        ("alpha", "alpha", "alpha"),
        ("alpha", "alpha:readonly", "alpha:readonly"),
        ("alpha:readonly", "alpha", "alpha:readonly"),
        ("alpha beta", "beta gamma", "beta"),
        ("alpha beta:readonly", "alpha:readonly beta", "alpha:readonly beta:readonly"),
    ];
    for (registered, granted, issued) in cases {
        let mut standing = standing_for_user(public_code(scopes(registered)));
        standing.authorization = Some(Arc::new(approved(Granted::Scopes(scopes(granted)))));
        let proof = admit(&standing, &NEW, no_sunset(), NOW).unwrap();
        assert_eq!(proof.scopes(), scopes(issued), "{registered} registered, {granted} approved");
    }
    let disjoint = approved(Granted::Scopes(scopes("gamma")));
    let standing = Standing { authorization: Some(Arc::new(disjoint)), ..for_user() };
    assert_eq!(admit(&standing, &NEW, no_sunset(), NOW).unwrap().scopes(), Scopes::empty());
}

/// TK-10: ending all tokens of an application ends use and refresh, and the application stays approved.
#[test]
fn tk_10_ending_the_tokens_of_an_application_leaves_it_approved() {
    let mut standing = for_user();
    let ended = standing.authorization.as_ref().unwrap().in_next_epoch().unwrap();
    standing.authorization = Some(Arc::new(ended));
    assert_eq!(used(&standing, &token(AS_USER)), Err(Refusal::AuthorizationEndedTokens));
    assert_eq!(issued(&standing, &CONTINUED), Err(Refusal::AuthorizationEndedTokens));
    assert_eq!(issued(&standing, &NEW), Ok(()));
}

/// TK-10, AA-13: the tokens of a built-in client that is approved by default are ended by a word of its own.
#[test]
fn tk_10_the_tokens_of_a_built_in_client_are_ended() {
    let mut standing = Standing { client: Some(Arc::new(built_in())), authorization: None, ..for_user() };
    standing.family = Some(Arc::new(family(AuthorizationId::BUILT_IN)));
    let (authorization, authorization_epoch) = (AuthorizationId::BUILT_IN, Epoch::FIRST);
    let by_default = AccessToken { authorization, authorization_epoch, ..token(AS_USER) };
    assert_eq!(used(&standing, &by_default), Ok(()));
    let approval = approval(Granted::Scopes(scopes("alpha")), Audience::everyone());
    let ended = in_epoch(Authorization::approved(HOME, CLIENT, authorization, approval));
    standing.authorization = Some(Arc::new(ended));
    assert_eq!(used(&standing, &by_default), Err(Refusal::AuthorizationEndedTokens));
    assert_eq!(issued(&standing, &CONTINUED), Err(Refusal::AuthorizationEndedTokens));
    assert_eq!(issued(&standing, &NEW), Ok(()));
}

/// TK-10, AA-15: what ends the user's word, or loses it, ends use and refresh; a new login may begin.
#[test]
fn tk_10_no_login_goes_on_without_the_word_of_its_user() {
    let ended = |consent: Option<UserConsent>, refusal| {
        let standing = Standing { consent: consent.map(Arc::new), ..for_user() };
        assert_eq!(used(&standing, &token(AS_USER)), Err(refusal));
        assert_eq!(issued(&standing, &CONTINUED), Err(refusal));
        assert_eq!(issued(&standing, &NEW), Ok(()));
    };
    ended(Some(consent().withdrawn()), Refusal::UserEndedTokens);
    ended(Some(consent().in_next_epoch()), Refusal::UserEndedTokens);
    ended(Some(UserConsent::none(HOME, CLIENT, USER)), Refusal::UserEndedTokens);
    ended(None, Refusal::ConsentUnknown);
}

/// AA-07: lost is a scope that was in the token and is no longer approved, not one that is held or never was
/// there.
#[test]
fn aa_07_lost_is_what_was_taken_away() {
    let mut standing = for_user();
    standing.authorization = Some(Arc::new(approved(Granted::Scopes(scopes("alpha:readonly")))));
    let token = AccessToken { scopes: scopes("alpha"), ..token(AS_USER) };
    let live = judge(&standing, &token, no_sunset(), NOW).unwrap();
    let lost = ["alpha", "alpha:readonly", "beta"].map(|scope| live.has_lost(&scope.parse().unwrap()));
    assert_eq!(lost, [true, false, false]);
}

/// AA-12: the audience is judged by the roles of now, in any division.
#[test]
fn aa_12_the_audience_is_judged_by_the_roles_of_now() {
    let mut standing = for_user();
    let limited =
        approved(Granted::Scopes(scopes("alpha"))).edit_audience(Audience::of_roles([ROLE])).unwrap();
    standing.authorization = Some(Arc::new(limited));
    assert_ended(&standing, Refusal::UserOutsideAudience);
    standing.user = Some(Arc::new(user(role_in_all_divisions())));
    assert_live(&standing);
}

fn built_in() -> Client {
    let owner = Owner::BuiltIn { needed_by_administrators: true };
    Client::new(client_fields(CLIENT, owner, public_code(scopes("alpha beta")), Lifecycle::Active)).unwrap()
}

/// AA-13: approved everywhere by default, with all that it registered; a revocation wins, whatever roles one
/// has.
#[test]
fn aa_13_a_built_in_client_is_approved_until_it_is_revoked() {
    let mut standing = Standing { client: Some(Arc::new(built_in())), authorization: None, ..for_user() };
    standing.family = Some(Arc::new(family(AuthorizationId::BUILT_IN)));
    standing.user = Some(Arc::new(user(role_in_all_divisions())));
    let by_default = AccessToken {
        authorization: AuthorizationId::BUILT_IN,
        authorization_epoch: Epoch::FIRST,
        ..token(AS_USER)
    };
    assert_eq!(used(&standing, &by_default), Ok(()));
    assert_eq!(admit(&standing, &CONTINUED, no_sunset(), NOW).unwrap().scopes(), scopes("alpha beta"));

    let revoked = Authorization::revoked_built_in(HOME, CLIENT, Actor::Operator, at(-1));
    let refusal = Refusal::Revoked(Revocation { by: Actor::Operator, at: at(-1) });
    standing.authorization = Some(Arc::new(revoked.clone()));
    assert_eq!(used(&standing, &by_default), Err(refusal));
    assert_eq!(issued(&standing, &NEW), Err(refusal));
    assert_eq!(issued(&standing, &CONTINUED), Err(refusal));

    let approval = approval(Granted::Scopes(scopes("alpha")), Audience::everyone());
    standing.authorization = Some(Arc::new(revoked.reauthorize(CURRENT, approval).unwrap()));
    assert_eq!(used(&standing, &by_default), Err(Refusal::Superseded));
    assert_eq!(issued(&standing, &CONTINUED), Err(Refusal::Superseded));
    assert_eq!(admit(&standing, &NEW, no_sunset(), NOW).unwrap().scopes(), scopes("alpha"));
}

/// The same standing with every record but the client's of another organization.
fn moved_to(organization: OrganizationId, standing: &Standing) -> Standing {
    let authorization = in_epoch(Authorization::approved(
        organization,
        CLIENT,
        CURRENT,
        approval(Granted::Scopes(scopes("beta")), Audience::everyone()),
    ));
    Standing {
        organization: Some(Arc::new(Organization::new(organization, name(), at(-9_000)).in_next_epoch())),
        client: standing.client.clone(),
        authorization: Some(Arc::new(authorization)),
        family: Some(Arc::new(TokenFamily { organization, ..family(CURRENT) })),
        consent: Some(Arc::new(UserConsent { organization, ..consent() })),
        user: Some(Arc::new(User { organization, ..user(role_in_all_divisions()) })),
    }
}

/// AA-14: an organization that did not create the client has a word of its own on it, and scopes of its own.
#[test]
fn aa_14_each_organization_has_its_own_word() {
    let home = for_user();
    let mut abroad = moved_to(ABROAD, &home);
    let token_abroad = AccessToken { organization: ABROAD, ..token(AS_USER) };
    let new_abroad = IssueFor { organization: ABROAD, ..NEW };
    let live = judge(&abroad, &token_abroad, no_sunset(), NOW).unwrap();
    assert!(live.covers(&"beta".parse().unwrap()) && !live.covers(&"alpha".parse().unwrap()));

    let revoked = abroad.authorization.as_ref().unwrap().revoke(Actor::Operator, at(-1)).unwrap();
    abroad.authorization = Some(Arc::new(revoked));
    assert!(used(&abroad, &token_abroad).is_err() && issued(&abroad, &new_abroad).is_err());
    assert_live(&home);
}

/// OR-01: a token of one organization opens nothing with any one of the records of another, all ids being the
/// same.
#[test]
fn or_01_no_record_of_another_organization_serves() {
    let home = for_user();
    let abroad = moved_to(ABROAD, &home);
    let swaps: [fn(&mut Standing, &Standing); 5] = [
        |here, there| here.organization.clone_from(&there.organization),
        |here, there| here.authorization.clone_from(&there.authorization),
        |here, there| here.family.clone_from(&there.family),
        |here, there| here.consent.clone_from(&there.consent),
        |here, there| here.user.clone_from(&there.user),
    ];
    for (index, swap) in swaps.iter().enumerate() {
        let mut standing = home.clone();
        swap(&mut standing, &abroad);
        assert!(used(&standing, &token(AS_USER)).is_err(), "record {index}");
        assert!(issued(&standing, &CONTINUED).is_err(), "record {index}");
    }
    assert!(used(&abroad, &token(AS_USER)).is_err(), "all of them");
}

/// OR-01, TK-07: a client acts by its roles in the organization that owns it, and in no other, whoever
/// approves it.
#[test]
fn or_01_client_credentials_act_at_home_alone() {
    let standing = standing_for_client(role_in_all_divisions());
    assert_eq!(used(&standing, &token(AS_CLIENT)), Ok(()));
    let asked = IssueFor { organization: HOME, client: CLIENT, user: None, family: None };
    assert_eq!(issued(&standing, &asked), Ok(()));

    let authorization =
        Authorization::approved(ABROAD, CLIENT, CURRENT, approval(Granted::Roles, Audience::everyone()));
    let abroad = Standing { authorization: Some(Arc::new(authorization)), ..moved_to(ABROAD, &standing) };
    let token = AccessToken { organization: ABROAD, ..token(AS_CLIENT) };
    assert_eq!(used(&abroad, &token), Err(Refusal::WrongGrantType));
    assert_eq!(issued(&abroad, &IssueFor { organization: ABROAD, ..asked }), Err(Refusal::WrongGrantType));
}

/// OR-07: what the host says of the user holds at the next call.
#[test]
fn or_07_an_inactive_or_absent_user_does_nothing() {
    let mut standing = for_user();
    standing.user = Some(Arc::new(User { state: UserState::Inactive, ..user(role_in_all_divisions()) }));
    assert_ended(&standing, Refusal::UserInactive);
    standing.user = None;
    assert_ended(&standing, Refusal::UserUnknown);
}

fn with_client(standing: &Standing, client: Client) -> Standing {
    Standing { client: Some(Arc::new(client)), ..standing.clone() }
}

/// LC-05, LC-10: deleting in the owner organization ends access in every organization, from that instant.
#[test]
fn lc_10_deleting_ends_access_everywhere() {
    let home = for_user();
    let removal = at(604_800);
    let deleted =
        client(confidential_code(scopes("alpha"))).deactivate(Actor::Operator, removal, NOW).unwrap();
    let standing = with_client(&home, deleted.clone());
    assert_ended(&standing, Refusal::ClientInactive { removal });

    let abroad = with_client(&moved_to(ABROAD, &home), deleted);
    let token = AccessToken { organization: ABROAD, ..token(AS_USER) };
    assert_eq!(used(&abroad, &token), Err(Refusal::ClientInactive { removal }));
    let asked = IssueFor { organization: ABROAD, ..CONTINUED };
    assert_eq!(issued(&abroad, &asked), Err(Refusal::ClientInactive { removal }));
}

/// LC-07: a restored client obtains new tokens, and those from before the deletion stay dead.
#[test]
fn lc_07_restored_clients_obtain_anew() {
    let deleted = client(confidential_code(scopes("alpha")))
        .deactivate(Actor::Operator, at(604_000), at(-800))
        .unwrap();
    let restored = deleted.restore(Actor::Operator, at(-1)).unwrap();
    let epoch = restored.epoch;
    let standing = with_client(&for_user(), restored);
    assert_eq!(used(&standing, &token(AS_USER)), Err(Refusal::ClientEndedTokens));
    assert_eq!(issued(&standing, &NEW), Ok(()));
    let standing = Standing {
        family: Some(Arc::new(TokenFamily { client_epoch: epoch, ..family(CURRENT) })),
        ..standing
    };
    assert_eq!(used(&standing, &AccessToken { client_epoch: epoch, ..token(AS_USER) }), Ok(()));
}

/// LC-08: gone from the instant of removal on, to the second, though the record is still there.
#[test]
fn lc_08_gone_from_the_instant_of_removal_on() {
    for lifecycle in
        [Lifecycle::Inactive(deletion(0)), Lifecycle::Disabled { since: at(-9), deletion: Some(deletion(0)) }]
    {
        let fields = ClientFields { lifecycle, ..client(confidential_code(scopes("alpha"))).into() };
        let standing = with_client(&for_user(), Client::new(fields).unwrap());
        let refusal = |now| judge(&standing, &token(AS_USER), no_sunset(), now).unwrap_err();
        assert_ne!(refusal(at(-1)), Refusal::ClientGone);
        assert_eq!(refusal(at(0)), Refusal::ClientGone);
        assert_eq!(refusal(at(1)), Refusal::ClientGone);
    }
}

/// LC-08: what a removed client left is a tombstone, and opens nothing.
#[test]
fn lc_08_a_tombstone_is_no_client() {
    let standing = for_user();
    let tombstone = standing.client.as_ref().unwrap().tombstone(Actor::Sweep, NOW);
    let access = gathered(&token(AS_USER), &standing, |key| match key {
        Key::Client(_) => Some(Record::Tombstone(tombstone)),
        _ => None,
    });
    assert_eq!(used(&access.standing, &token(AS_USER)), Err(Refusal::ClientGone));
}

/// LC-09: disabled ends use, issue and refresh, and enabling revives no token.
#[test]
fn lc_09_disabled_ends_everything_and_enabling_revives_nothing() {
    let disabled = client(confidential_code(scopes("alpha"))).disable(Actor::Operator, at(-7)).unwrap();
    let standing = with_client(&for_user(), disabled.clone());
    assert_ended(&standing, Refusal::ClientDisabled { since: at(-7) });
    let standing = with_client(&standing, disabled.enable(Actor::Operator, at(-1)).unwrap());
    assert_eq!(used(&standing, &token(AS_USER)), Err(Refusal::ClientEndedTokens));
    assert_eq!(issued(&standing, &NEW), Ok(()));
}

/// LC-11: what ended stays ended though the clock goes back before it ended, or to the beginning of time.
#[test]
fn lc_11_a_clock_that_goes_back_revives_nothing() {
    let live = for_user();
    let of = |lifecycle| {
        let fields = ClientFields { lifecycle, ..client(confidential_code(scopes("alpha"))).into() };
        with_client(&live, Client::new(fields).unwrap())
    };
    let revoked = approved(Granted::Scopes(scopes("alpha"))).revoke(Actor::Operator, NOW).unwrap();
    let ended = FamilyState::Revoked(revocation());
    let ended = [
        of(Lifecycle::Inactive(deletion(0))),
        of(Lifecycle::Inactive(deletion(700_000))),
        of(Lifecycle::Disabled { since: NOW, deletion: None }),
        Standing { authorization: Some(Arc::new(revoked)), ..live.clone() },
        Standing { family: Some(Arc::new(TokenFamily { state: ended, ..family(CURRENT) })), ..live.clone() },
    ];
    let token = token(AS_USER);
    let clocks = [Timestamp::MIN, at(-100_000_000), at(-604_801), at(-51), at(-1), NOW, Timestamp::MAX];
    for (index, standing) in ended.iter().enumerate() {
        for now in clocks {
            assert!(judge(standing, &token, no_sunset(), now).is_err(), "state {index} at {now}");
            assert!(admit(standing, &CONTINUED, no_sunset(), now).is_err(), "state {index} at {now}");
        }
    }
}

/// LC-11, TK-04: a token used at a later instant than now is alive until its own end, and no longer.
#[test]
fn lc_11_a_use_in_the_future_extends_no_token() {
    let policy = Policy { idle_timeout: Some(IdleTimeout::MIN), ..Policy::default() };
    let organization = Arc::new(organization_with(policy).in_next_epoch());
    let standing = Standing { organization: Some(organization), ..for_user() };
    let token = AccessToken { last_used: Timestamp::MAX, expires: at(100), ..token(AS_USER) };
    let at_end = |now| judge(&standing, &token, no_sunset(), now).map(|_| ());
    assert_eq!(at_end(at(99)), Ok(()));
    assert_eq!(at_end(at(100)), Err(Refusal::TokenExpired { expired: at(100) }));
}

/// GR-05: by default the implicit grant ends at 1 May 2027 00:00 UTC, for what it issues and what it issued.
#[test]
fn gr_05_the_implicit_grant_ends_on_its_day() {
    const MAY_2026: Timestamp = Timestamp::from_unix(1_777_593_600);
    const MAY_2027: Timestamp = Timestamp::from_unix(1_809_129_600);
    assert_eq!(MAY_2026.to_string(), "2026-05-01T00:00:00Z");
    assert_eq!(MAY_2027.to_string(), "2027-05-01T00:00:00Z");
    let expires = Timestamp::MAX;
    let mut standing = standing_for_user(implicit(scopes("alpha")));
    standing.family = Some(Arc::new(TokenFamily { expires, ..family(CURRENT) }));
    let token = AccessToken { expires, ..token(AS_USER) };
    let both = |now| {
        let used = judge(&standing, &token, ImplicitSunset::default(), now).map(|_| ());
        let issued = admit(&standing, &NEW, ImplicitSunset::default(), now).map(|_| ());
        assert_eq!(used, issued);
        used
    };
    assert_eq!(both(MAY_2026), Ok(()), "existing clients go on after the end of creation");
    assert_eq!(both(MAY_2027.minus(1)), Ok(()));
    assert_eq!(both(MAY_2027), Err(Refusal::ImplicitEnded { ended: MAY_2027 }));
    assert_eq!(both(MAY_2027.plus(1)), Err(Refusal::ImplicitEnded { ended: MAY_2027 }));
}

/// Everything that the token hangs on as a store gives it, by the keys it is asked for; `instead` goes first.
fn gathered(token: &AccessToken, from: &Standing, instead: impl Fn(Key) -> Option<Record>) -> Access {
    let mut access = Access::of(Versioned { version: Version::FIRST, record: token.clone() });
    let held = |key| match key {
        Key::Organization(_) => from.organization.clone().map(Record::Organization),
        Key::Client(_) => from.client.clone().map(Record::Client),
        Key::Authorization(..) => from.authorization.clone().map(Record::Authorization),
        Key::Family(_) => from.family.clone().map(Record::Family),
        Key::UserConsent(..) => from.consent.clone().map(Record::UserConsent),
        Key::User(..) => from.user.clone().map(Record::User),
        _ => None,
    };
    for key in access.parents().into_iter().flatten() {
        access.extend(instead(key).or_else(|| held(key)));
    }
    access
}

/// TK-06: a token is asked for by the keys of what it names, and what they give is all that is judged.
#[test]
fn tk_06_a_token_hangs_on_what_it_names() {
    let standing = for_user();
    let access = gathered(&token(AS_USER), &standing, |_| None);
    assert_eq!(access.standing, standing);
    let user = Key::User(HOME, USER);
    let of_client = [Key::Organization(HOME), Key::Client(CLIENT), Key::Authorization(HOME, CLIENT)];
    let parents: Vec<_> = access.parents().into_iter().flatten().collect();
    let of_login = [Key::Family(FAMILY), Key::UserConsent(HOME, CLIENT, USER), user];
    assert_eq!(parents, [&of_client[..], &of_login].concat());
    let parents: Vec<_> =
        gathered(&token(Holder::Client), &standing, |_| None).parents().into_iter().flatten().collect();
    assert_eq!(parents, of_client);
}

/// OR-01: the roles of a call are asked for in the token's organization alone, and never an inactive user's.
#[test]
fn or_01_roles_are_asked_for_in_the_organization_of_the_token() {
    let mut standing = for_user();
    standing.user = Some(Arc::new(User { organization: ABROAD, ..user(role_in_all_divisions()) }));
    let keys: Vec<_> = gathered(&token(AS_USER), &standing, |_| None).role_keys().collect();
    assert_eq!(keys, [Key::Role(HOME, ROLE)]);
    standing.user = Some(Arc::new(User { state: UserState::Inactive, ..user(role_in_all_divisions()) }));
    assert_eq!(gathered(&token(AS_USER), &standing, |_| None).role_keys().count(), 0);
}
