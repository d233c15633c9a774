//! Where the gate once did not do what the rules say, or what it says of itself.

use std::sync::Arc;

use grantor::access::CallRefused;
use grantor::access::IssueFor;
use grantor::access::PermissionsRequired;
use grantor::access::Refusal;
use grantor::access::Requirement;
use grantor::access::ScopesRequired;
use grantor::access::admit;
use grantor::access::authorize_call;
use grantor::access::judge;
use grantor::audit::Actor;
use grantor::model::AccessToken;
use grantor::model::Organization;
use grantor::model::Policy;
use grantor::model::TokenFamily;
use grantor::model::User;
use grantor::model::UserConsent;

use super::layers::role_in_all_divisions;
use super::world::*;

const CONTINUED: IssueFor =
    IssueFor { organization: HOME, client: CLIENT, user: Some(USER), family: Some(FAMILY) };

/// LC-07, threat 28: a login from before the deletion is not continued after the client is restored.
#[test]
fn lc_07_a_login_from_before_the_deletion_is_not_continued() {
    let mut standing = standing_for_user(confidential_code(scopes("alpha")));
    let deleted =
        standing.client.as_ref().unwrap().deactivate(Actor::Operator, at(604_000), at(-800)).unwrap();
    standing.client = Some(Arc::new(deleted.restore(Actor::Operator, at(-1)).unwrap()));
    assert_eq!(judge(&standing, &token(AS_USER), no_sunset(), NOW).err(), Some(Refusal::ClientEndedTokens));
    assert!(admit(&standing, &CONTINUED, no_sunset(), NOW).is_err());
}

/// TK-10, threat 28: a login from before the organization ended all tokens is not continued.
#[test]
fn tk_10_a_login_from_before_the_organization_ended_all_tokens_is_not_continued() {
    let mut standing = standing_for_user(confidential_code(scopes("alpha")));
    standing.organization = standing.organization.as_deref().map(Organization::in_next_epoch).map(Arc::new);
    assert!(judge(&standing, &token(AS_USER), no_sunset(), NOW).is_err());
    assert!(admit(&standing, &CONTINUED, no_sunset(), NOW).is_err());
}

/// AA-09, threat 28: a token whose login began under another authorization is refused.
#[test]
fn aa_09_a_token_of_a_login_under_another_authorization_is_dead() {
    let mut standing = standing_for_user(confidential_code(scopes("alpha")));
    let former = TokenFamily { authorization: FORMER, ..family(CURRENT) };
    standing.family = Some(Arc::new(former));
    assert!(judge(&standing, &token(AS_USER), no_sunset(), NOW).is_err());
}

/// TK-10, threat 28: a login from before all tokens of the application were ended is neither continued, nor does
/// it serve a token that says it is of the new epoch.
#[test]
fn tk_10_a_login_from_before_the_application_s_tokens_were_ended_is_not_continued() {
    let mut standing = standing_for_user(confidential_code(scopes("alpha")));
    let ended = standing.authorization.as_ref().unwrap().in_next_epoch().unwrap();
    let newer = AccessToken { authorization_epoch: ended.epoch(), ..token(AS_USER) };
    standing.authorization = Some(Arc::new(ended));
    for token in [token(AS_USER), newer] {
        let refused = judge(&standing, &token, no_sunset(), NOW).err();
        assert_eq!(refused, Some(Refusal::AuthorizationEndedTokens));
    }
    let refused = admit(&standing, &CONTINUED, no_sunset(), NOW).err();
    assert_eq!(refused, Some(Refusal::AuthorizationEndedTokens));
}

/// TK-10, threat 28: what names another authorization and another epoch is superseded, and not merely ended.
#[test]
fn aa_09_another_authorization_is_told_before_another_epoch() {
    let mut standing = standing_for_user(confidential_code(scopes("alpha")));
    let (authorization, authorization_epoch) = (FORMER, EPOCH.next());
    let old = AccessToken { authorization, authorization_epoch, ..token(AS_USER) };
    assert_eq!(judge(&standing, &old, no_sunset(), NOW).err(), Some(Refusal::Superseded));
    let former = TokenFamily { authorization, authorization_epoch, ..family(CURRENT) };
    standing.family = Some(Arc::new(former));
    assert_eq!(admit(&standing, &CONTINUED, no_sunset(), NOW).err(), Some(Refusal::Superseded));
}

/// TK-10: the consent is judged by the user of the login, beside whichever user record is given.
#[test]
fn tk_10_the_word_of_another_user_continues_no_login() {
    let mut standing = standing_for_user(confidential_code(scopes("alpha")));
    standing.consent = Some(Arc::new(UserConsent { user: OTHER_USER, ..consent() }));
    for user in [USER, OTHER_USER] {
        standing.user = Some(Arc::new(User { id: user, ..self::user(role_in_all_divisions()) }));
        let refused = admit(&standing, &CONTINUED, no_sunset(), NOW).err();
        assert_eq!(refused, Some(Refusal::ConsentUnknown));
    }
}

/// TK-08: a call that names no accepted scope is met by no user's token, whatever the organization enforces.
#[test]
fn tk_08_no_accepted_scope_is_met_by_no_call() {
    let mut standing = standing_for_user(confidential_code(scopes("alpha")));
    let policy = Policy { enforce_scopes: false, ..Policy::default() };
    standing.organization = Some(Arc::new(organization_with(policy).in_next_epoch()));
    let requirement = Requirement { permissions: PermissionsRequired::Nothing, ..Requirement::default() };
    let refused = authorize_call(&access(token(AS_USER), standing), &requirement, no_sunset(), NOW);
    assert!(matches!(refused, Err(CallRefused::ScopeMissing { .. })), "{refused:?}");
}

/// TK-07: a call of which only the permissions are waived is not opened to every client by it.
#[test]
fn tk_07_a_requirement_left_at_its_default_is_met_by_no_client() {
    let standing = standing_for_client(role_in_all_divisions());
    let requirement = Requirement { permissions: PermissionsRequired::Nothing, ..Requirement::default() };
    let refused = authorize_call(&access(token(AS_CLIENT), standing), &requirement, no_sunset(), NOW);
    assert!(refused.is_err(), "{refused:?}");
}

/// TK-06, SC-01: a call that accepts read-write or read-only is met by read-only.
#[test]
fn tk_06_any_of_read_write_and_read_only_is_met_by_read_only() {
    let standing = standing_for_user(confidential_code(scopes("alpha:readonly")));
    let requirement = Requirement {
        scopes: ScopesRequired::AnyOf(accepted("alpha alpha:readonly")),
        permissions: PermissionsRequired::Nothing,
        ..Requirement::default()
    };
    let allowed = authorize_call(&access(token(AS_USER), standing), &requirement, no_sunset(), NOW);
    assert!(allowed.is_ok(), "{allowed:?}");
}
