//! Explaining: each layer's verdict against the table, and the whole against what decides (GV-05).

use std::fmt::Debug;

use grantor::access::Access;
use grantor::access::Allowed;
use grantor::access::CallRefused;
use grantor::access::Explanation;
use grantor::access::IssueFor;
use grantor::access::Layer;
use grantor::access::PermissionsRequired;
use grantor::access::Refusal;
use grantor::access::Requirement;
use grantor::access::ScopesRequired;
use grantor::access::Standing;
use grantor::access::Verdict;
use grantor::access::admit;
use grantor::access::explain_admission;
use grantor::access::explain_call;
use grantor::access::judge;
use grantor::change::Reason;

use super::layers::Age;
use super::layers::AuthorizationState;
use super::layers::ClientState;
use super::layers::ConsentStanding;
use super::layers::FamilyStanding;
use super::layers::Ground;
use super::layers::HolderState;
use super::layers::Idle;
use super::layers::Life;
use super::layers::OrganizationState;
use super::layers::TokenState;
use super::layers::Verb;
use super::layers::all_authorizations;
use super::layers::role_in_all_divisions;
use super::world::*;

const LAYERS: [Layer; 7] = [
    Layer::Organization,
    Layer::Client,
    Layer::Authorization,
    Layer::Login,
    Layer::Consent,
    Layer::User,
    Layer::Token,
];

/// One in so many combinations is explained: a prime, so that no axis is skipped by it. Those that are allowed are few:
/// the tests of issuing and using explain each of them.
const STRIDE: u64 = 1_009;

/// How often each verdict was given.
#[derive(Debug, Default)]
struct Seen {
    passes: u64,
    does_not_apply: u64,
    rests: u64,
    refuses: u64,
    several: u64,
}

/// GV-05: of every layer that refuses a token its reason is told, whatever the other layers say, and the first of
/// them is the answer.
#[test]
fn gv_05_each_layer_of_a_use_is_explained_by_the_table() {
    let organizations = [
        OrganizationState::Absent,
        OrganizationState::There(Idle::Off, Age::Equal),
        OrganizationState::There(Idle::Off, Age::Later),
        OrganizationState::There(Idle::After300, Age::Equal),
    ];
    let tokens = TokenState::with(&[1, 0], &[299, 300]);
    assert_all_explained(Verb::Use, &organizations, &tokens);
}

/// GV-05: the same for a token that is to be issued.
#[test]
fn gv_05_each_layer_of_an_issue_is_explained_by_the_table() {
    let organizations = [OrganizationState::Absent, OrganizationState::There(Idle::Hipaa, Age::Later)];
    assert_all_explained(Verb::Issue, &organizations, &[TokenState { end: 1, unused: 0 }]);
}

#[track_caller]
fn assert_all_explained(verb: Verb, organizations: &[OrganizationState], tokens: &[TokenState]) {
    let lives = [Life::Active, Life::Inactive(1), Life::Inactive(0), Life::Disabled(None)];
    let clients = ClientState::with(&lives, &Age::USUAL);
    let holders = HolderState::all(verb, &ConsentStanding::USUAL);
    let (mut at, mut seen) = (0, Seen::default());
    for &organization in organizations {
        for &client in &clients {
            for end in client.sunsets() {
                for (authorization, under) in all_authorizations() {
                    let ground = Ground { organization, client, authorization, under };
                    // No login begins under what was never approved: the table does not say in which epoch that is.
                    let pending = authorization == AuthorizationState::Pending;
                    for &holder in holders.iter().filter(|holder| !(pending && holder.is_user())) {
                        for &token in tokens {
                            at += 1;
                            if at % STRIDE == 0 {
                                explained(verb, (ground, end), holder, token, &mut seen);
                            }
                        }
                    }
                }
            }
        }
    }
    let Seen { passes, does_not_apply, rests, refuses, several } = seen;
    let counts = [passes, does_not_apply, rests, refuses, several];
    assert!(counts.into_iter().all(|count| count > 0), "each verdict is met with: {seen:?}");
}

fn explained(
    verb: Verb,
    (ground, end): (Ground, i64),
    holder: HolderState,
    token: TokenState,
    seen: &mut Seen,
) {
    let Ground { organization, client, authorization, under } = ground;
    let standing = Standing {
        organization: organization.record(),
        client: client.record(),
        authorization: authorization.record(),
        ..holder.standing(under)
    };
    let [login, consent, user] = holder.refusals(ground);
    let expected = [
        organization.refusals(verb),
        client.refusals(holder.is_user(), end, verb),
        authorization.refusals(client, under, verb),
        login,
        consent,
        user,
        token.refusals(organization),
    ];
    let record = token.record(if holder.is_user() { AS_USER } else { AS_CLIENT }, under);
    let (user, family) = match holder {
        HolderState::Client { .. } => (None, None),
        HolderState::User(FamilyStanding::NotAsked, ..) => (Some(USER), None),
        HolderState::User(..) => (Some(USER), Some(FAMILY)),
    };
    let asked = IssueFor { organization: HOME, client: CLIENT, user, family };
    let sunset = sunset(at(end));
    let case = (ground, holder, token, end);
    match verb {
        Verb::Issue => {
            let explanation = explain_admission(&standing, &asked, sunset, NOW);
            assert_eq!(explanation.verdict(Layer::Token), None);
            assert_one(&explanation, &expected, |refusal| *refusal, &case, seen);
            let answer = admit(&standing, &asked, sunset, NOW).map(|_| ());
            assert_answers(&explanation, &answer, &case);
        }
        Verb::Use => {
            let access = access(record, standing);
            let requirement = open_to_all();
            let explanation = explain_call(&access, &requirement, sunset, NOW);
            assert_one(&explanation, &expected, of_gate, &case, seen);
            let answer = judge(&access.standing, &access.token.record, sunset, NOW).map(|_| ());
            assert_answers(&explanation, &answer.map_err(CallRefused::NotLive), &case);
        }
    }
}

/// Each layer says what the table says of it, unless what it rests on is itself in the way.
fn assert_one<R: Reason>(
    explanation: &Explanation<R>,
    expected: &[Vec<Refusal>; 7],
    of: impl Fn(&R) -> Refusal,
    case: &dyn Debug,
    seen: &mut Seen,
) {
    for (layer, expected) in LAYERS.into_iter().zip(expected) {
        match explanation.verdict(layer) {
            None => assert_eq!(layer, Layer::Token, "{case:?}"),
            Some(Verdict::Passes) => {
                assert!(expected.is_empty(), "{case:?}: {layer} passes, and not {expected:?}");
                seen.passes += 1;
            }
            Some(Verdict::DoesNotApply) => {
                assert!(expected.is_empty(), "{case:?}: {layer} is not asked, and not {expected:?}");
                assert!([Layer::Login, Layer::Consent, Layer::User].contains(&layer), "{case:?}: {layer}");
                seen.does_not_apply += 1;
            }
            Some(Verdict::RestsOn(on)) => {
                assert!(*on < layer, "{case:?}: {layer} rests on {on}");
                assert!(!explanation.verdict(*on).unwrap().lets_pass(), "{case:?}: {layer} on {on}");
                seen.rests += 1;
            }
            Some(Verdict::Refuses(reason)) => {
                let refusal = of(reason);
                assert!(expected.contains(&refusal), "{case:?}: {layer} {refusal:?}, not {expected:?}");
                seen.refuses += 1;
            }
            Some(_) => panic!("{case:?}: {layer} is enforced"),
        }
    }
    seen.several += u64::from(explanation.refusals().count() > 1);
}

fn of_gate(reason: &CallRefused) -> Refusal {
    match reason {
        CallRefused::NotLive(refusal) => *refusal,
        other => panic!("of the gate: {other:?}"),
    }
}

/// It is allowed exactly where it is decided so, and the first refusal is the one that is answered.
#[track_caller]
pub fn assert_answers<R: Debug + PartialEq>(
    explanation: &Explanation<R>,
    answer: &Result<(), R>,
    case: &dyn Debug,
) {
    assert_eq!(explanation.refusal(), answer.as_ref().err(), "{case:?}");
    assert_eq!(explanation.is_allowed(), answer.is_ok(), "{case:?}: {explanation:?}");
}

/// The explanation of a call agrees with its answer.
#[track_caller]
pub fn assert_call_explained(
    access: &Access,
    requirement: &Requirement,
    answer: &Result<Allowed, CallRefused>,
) -> Explanation<CallRefused> {
    let explanation = explain_call(access, requirement, no_sunset(), NOW);
    let answer = answer.as_ref().map(|_| ()).map_err(Clone::clone);
    assert_answers(&explanation, &answer, requirement);
    explanation
}

/// GV-05: what an authorization gone takes with it cannot be told, and what does not rest on it is told all the same.
#[test]
fn gv_05_what_rests_on_a_missing_record_says_so() {
    let mut standing = standing_for_user(confidential_code(scopes("alpha")));
    (standing.authorization, standing.user) = (None, None);
    let requirement = Requirement::permission("a:b:c".parse().unwrap()).any_scope_of(accepted("alpha"));
    let explanation = explain_call(&access(token(AS_USER), standing), &requirement, no_sunset(), NOW);
    let told: Vec<_> = explanation.layers.iter().map(|judged| (judged.layer, &judged.verdict)).collect();
    let (passes, refuses) = (Verdict::Passes, |refusal| Verdict::Refuses(CallRefused::NotLive(refusal)));
    let expected = [
        (Layer::Organization, &passes),
        (Layer::Client, &passes),
        (Layer::Authorization, &refuses(Refusal::NotAuthorized)),
        (Layer::Login, &Verdict::RestsOn(Layer::Authorization)),
        (Layer::Consent, &passes),
        (Layer::User, &refuses(Refusal::UserUnknown)),
        (Layer::Token, &passes),
        (Layer::Holder, &passes),
        (Layer::Scopes, &Verdict::RestsOn(Layer::Authorization)),
        (Layer::Permissions, &Verdict::RestsOn(Layer::User)),
    ];
    assert_eq!(told, expected);
}

/// GV-05: as it would be at another instant.
#[test]
fn gv_05_another_instant_is_an_argument() {
    let access = access(token(AS_CLIENT), standing_for_client(role_in_all_divisions()));
    let verdicts = [3_599, 3_600].map(|later| {
        let explanation = explain_call(&access, &open_to_all(), no_sunset(), at(later));
        assert_eq!(explanation.at, at(later));
        explanation.refusal().map(Reason::code)
    });
    assert_eq!(verdicts, [None, Some("token.expired")]);
}

/// GV-05: as it would be after a change that is not made yet: the records are edited, and asked about again.
#[test]
fn gv_05_a_change_that_is_not_made_is_explained() {
    let mut access = access(token(AS_USER), standing_for_user(confidential_code(scopes("alpha beta"))));
    let requirement = Requirement { scopes: ScopesRequired::AnyOf(accepted("alpha")), ..open_to_all() };
    assert!(explain_call(&access, &requirement, no_sunset(), NOW).is_allowed());
    let edited = access.standing.authorization.as_ref().unwrap().edit_scopes(scopes("beta")).unwrap();
    access.standing.authorization = Some(edited.into());
    let explanation = explain_call(&access, &requirement, no_sunset(), NOW);
    assert_eq!(explanation.refusal().map(Reason::code), Some("scope.removed"));
    assert_eq!(explanation.refusals().count(), 1);
}

/// A call that needs nothing but a live token.
pub fn open_to_all() -> Requirement {
    Requirement {
        scopes: ScopesRequired::Nothing,
        permissions: PermissionsRequired::Nothing,
        ..Requirement::default()
    }
}
