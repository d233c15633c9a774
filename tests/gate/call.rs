//! Calls: `authorize_call` against the rules, for every combination of scopes, policy, permissions and
//! division.

use std::sync::Arc;

use grantor::access::Access;
use grantor::access::CallRefused;
use grantor::access::DivisionRequired;
use grantor::access::HolderRequired;
use grantor::access::Layer;
use grantor::access::PermissionsRequired;
use grantor::access::Refusal;
use grantor::access::Requirement;
use grantor::access::ScopeCheck;
use grantor::access::ScopesRequired;
use grantor::access::Standing;
use grantor::access::authorize_call;
use grantor::access::judge;
use grantor::model::AccessToken;
use grantor::model::Division;
use grantor::model::Granted;
use grantor::model::Holder;
use grantor::model::Organization;
use grantor::model::Policy;
use grantor::model::RoleGrant;
use grantor::model::RoleGrants;
use grantor::value::DivisionId;
use grantor::value::Permission;
use grantor::value::Scope;
use grantor::value::Scopes;

use super::explaining::assert_call_explained;
use super::roles::Held;
use super::roles::P;
use super::roles::Q;
use super::roles::ROLES;
use super::world::*;

/// How much of `alpha` is held. The order is the rule: read-write covers read-only (SC-01).
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Level {
    Nothing,
    ReadOnly,
    ReadWrite,
}

const LEVELS: [Level; 3] = [Level::Nothing, Level::ReadOnly, Level::ReadWrite];

impl Level {
    /// A set that holds so much of each, beside scopes that sound alike.
    fn scopes(alpha: Self, beta: Self) -> Scopes {
        let part = |level, name: &str| match level {
            Self::Nothing => String::new(),
            Self::ReadOnly => format!(" {name}:readonly"),
            Self::ReadWrite => format!(" {name}"),
        };
        scopes(&format!("alpha-more alp zeta{}{}", part(alpha, "alpha"), part(beta, "beta")))
    }
}

/// What a call accepts, and the levels of `alpha` and `beta` from which on one of the accepted scopes is
/// held.
const ACCEPTED: [(&str, Option<Level>, Option<Level>); 5] = [
    ("alpha", Some(Level::ReadWrite), None),
    ("alpha:readonly", Some(Level::ReadOnly), None),
    ("alpha beta", Some(Level::ReadWrite), Some(Level::ReadWrite)),
    ("alpha:readonly beta", Some(Level::ReadOnly), Some(Level::ReadWrite)),
    ("gamma", None, None),
];

fn organization(enforce_scopes: bool) -> Arc<Organization> {
    let policy = Policy { enforce_scopes, ..Policy::default() };
    Arc::new(organization_with(policy).in_next_epoch())
}

/// TK-06, TK-08, AA-06, AA-07: one accepted scope is in the token, approved and registered, each as of now;
/// where the organization does not enforce scopes the lack is reported.
#[test]
fn aa_06_a_scope_is_held_where_all_three_hold_it() {
    let pairs: Vec<_> = LEVELS.into_iter().flat_map(|alpha| LEVELS.map(|beta| (alpha, beta))).collect();
    let sets: Vec<_> = pairs.iter().map(|&(alpha, beta)| Level::scopes(alpha, beta)).collect();
    let organizations = [true, false].map(|enforced| (enforced, organization(enforced)));
    let (mut all, mut held, mut reported) = (0, 0, 0);
    for (registered, registered_scopes) in pairs.iter().zip(&sets) {
        let mut standing = standing_for_user(confidential_code(registered_scopes.clone()));
        for (granted, granted_scopes) in pairs.iter().zip(&sets) {
            standing.authorization = Some(Arc::new(approved(Granted::Scopes(granted_scopes.clone()))));
            for (issued, issued_scopes) in pairs.iter().zip(&sets) {
                let token = AccessToken { scopes: issued_scopes.clone(), ..token(AS_USER) };
                let mut access = access(token, standing.clone());
                let alpha = registered.0.min(granted.0).min(issued.0);
                let beta = registered.1.min(granted.1).min(issued.1);
                let live = judge(&access.standing, &access.token.record, no_sunset(), NOW).unwrap();
                assert_eq!(live.scopes(), Level::scopes(alpha, beta));
                for (enforced, organization) in &organizations {
                    access.standing.organization = Some(organization.clone());
                    for (accepted, from_alpha, from_beta) in ACCEPTED {
                        let is_held = from_alpha.is_some_and(|least| alpha >= least)
                            || from_beta.is_some_and(|least| beta >= least);
                        let expected = match (is_held, enforced) {
                            (true, _) => Ok(ScopeCheck::Held),
                            (false, false) => Ok(ScopeCheck::NotEnforced),
                            // DX-05: what the token was issued with, and the application no longer has.
                            (false, true) => {
                                let least = [from_alpha, from_beta].into_iter().flatten();
                                let mut lost = self::accepted(accepted)
                                    .into_iter()
                                    .zip(least.zip([issued.0, issued.1]))
                                    .filter(|(_, (least, issued))| issued >= least);
                                Err(refused_for(lost.next().map(|(scope, _)| scope), accepted))
                            }
                        };
                        let case = (accepted, registered, granted, issued, enforced);
                        assert_eq!(scope_check(&access, accepted), expected, "{case:?}");
                        all += 1;
                        held += usize::from(expected == Ok(ScopeCheck::Held));
                        reported += usize::from(expected == Ok(ScopeCheck::NotEnforced));
                    }
                }
            }
        }
    }
    assert_eq!(all, 9 * 9 * 9 * 2 * ACCEPTED.len());
    assert_eq!(held, 2 * HELD_OF_729);
    assert_eq!(reported, 729 * ACCEPTED.len() - HELD_OF_729);
}

fn refused_for(removed: Option<Scope>, accepted: &str) -> CallRefused {
    let accepted = self::accepted(accepted);
    match removed {
        Some(removed) => CallRefused::ScopeRemoved { removed, accepted },
        None => CallRefused::ScopeMissing { accepted },
    }
}

/// How a call stands that accepts these scopes, and needs no permissions.
fn scope_check(access: &Access, accepted: &str) -> Result<ScopeCheck, CallRefused> {
    let requirement = Requirement {
        scopes: ScopesRequired::AnyOf(self::accepted(accepted)),
        permissions: PermissionsRequired::Nothing,
        ..Requirement::default()
    };
    let answer = authorize_call(access, &requirement, no_sunset(), NOW);
    let _ = assert_call_explained(access, &requirement, &answer);
    answer.map(|allowed| allowed.scopes)
}

/// Of the 27 ways to hold `alpha` in three places 1 is read-write in all and 8 are read-only at least, and of
/// `beta` too. Of the 729 ways to hold both, 1 x 27 are held for `alpha`, 8 x 27 for `alpha:readonly`, 27 +
/// 27 - 1 for `alpha beta`, 216 + 27 - 8 for `alpha:readonly beta`.
const HELD_OF_729: usize = 27 + 216 + 53 + 235;

/// Whether what is held there is held where the call needs it (TK-06).
fn suffices(held: &[Held], required: DivisionRequired) -> bool {
    match required {
        DivisionRequired::All => held.contains(&Held::Everywhere),
        DivisionRequired::In(DIVISION) => held.contains(&Held::Here) || held.contains(&Held::Everywhere),
        DivisionRequired::In(OTHER_DIVISION) => {
            held.contains(&Held::Elsewhere) || held.contains(&Held::Everywhere)
        }
        DivisionRequired::In(_) => held.contains(&Held::Everywhere),
        DivisionRequired::Any => !held.is_empty(),
    }
}

/// Whether having `p` and `q`, or not, is enough.
type Met = fn(bool, bool) -> bool;

/// What is needed of `p` and `q`, and whether it is met by having them.
fn needs() -> Vec<(PermissionsRequired, Met)> {
    let [p, q] = [P, Q].map(|text| Permission::new(text).unwrap());
    let all = |needed: &[&Permission]| PermissionsRequired::all(needed.iter().copied().cloned());
    let any = |needed: &[&Permission]| PermissionsRequired::any(needed.iter().copied().cloned());
    vec![
        (PermissionsRequired::Nothing, |_, _| true),
        (all(&[&p]), |p, _| p),
        (all(&[&p, &q]), |p, q| p && q),
        (all(&[&q, &p, &p]), |p, q| p && q),
        (any(&[&q]), |_, q| q),
        (any(&[&p, &q]), |p, q| p || q),
        (any(&[&q, &p]), |p, q| p || q),
        (all(&[]), |_, _| false),
        (any(&[]), |_, _| false),
        (PermissionsRequired::default(), |_, _| false),
    ]
}

/// A token of this holder, who holds these roles. Beside client credentials stands a user whose roles are no
/// matter, and beside a user nothing.
fn caller(holder: Holder, granted: RoleGrants) -> Standing {
    match holder {
        Holder::User { .. } => Standing {
            user: Some(Arc::new(user(granted))),
            ..standing_for_user(confidential_code(scopes("alpha beta")))
        },
        Holder::Client => {
            let of_user = [ROLE, OTHER_ROLE].map(|role| RoleGrant { role, division: Division::All });
            Standing { user: Some(Arc::new(user(grants(&of_user)))), ..standing_for_client(granted) }
        }
    }
}

/// TK-06, TK-07, TK-08: scopes and permissions are two layers, and both are needed; client credentials are
/// judged by their roles alone, and refused where a user is needed. The first layer that refuses gives the
/// reason: the gate, the holder, the scopes, the permissions.
///
/// Of the 19 x 10 x 5 ways to hold and need permissions 275 are met: 95 where none is needed, and 180 others.
/// Where the token is live, a client passes with each of three scopes needed or not, under both policies, and
/// where a user is not needed: 6; a user with two under one policy and three under the other, whoever is
/// needed: 10.
#[test]
fn each_part_of_a_call_against_each_of_every_other() {
    let requirements = requirements();
    let (mut all, mut allowed) = (0, 0);
    for holder in [AS_CLIENT, AS_USER] {
        for roles in &ROLES {
            let mut standing = caller(holder, roles.grants());
            for enforced in [true, false] {
                standing.organization = Some(organization(enforced));
                for live in [true, false] {
                    let token = AccessToken { expires: at(i64::from(live)), ..token(holder) };
                    let mut access = access(token, standing.clone());
                    access.roles = roles.at_hand().collect();
                    for (requirement, met) in &requirements {
                        let permitted = met(
                            suffices(roles.p, requirement.division),
                            suffices(roles.q, requirement.division),
                        );
                        let expected = expected(holder, live, enforced, permitted, requirement);
                        let answer = authorize_call(&access, requirement, no_sunset(), NOW);
                        all += 1;
                        allowed += usize::from(answer.is_ok());
                        let explained = assert_call_explained(&access, requirement, &answer);
                        let verdict = explained.verdict(Layer::Permissions).unwrap();
                        assert_eq!(verdict.lets_pass(), permitted, "whatever else is in the way");
                        if let Ok(allowed) = &answer {
                            let who = (allowed.organization, allowed.client, allowed.holder, allowed.expires);
                            assert_eq!(who, (HOME, CLIENT, holder, at(1)));
                        }
                        let answer = answer.map(|allowed| allowed.scopes);
                        assert_eq!(answer, expected, "{holder:?}, {}: {requirement:?}", roles.name);
                    }
                }
            }
        }
    }
    assert_eq!(all, 2 * 19 * 2 * 2 * 10 * 5 * 3 * 2);
    assert_eq!(allowed, 275 * (6 + 10));
}

/// What a call may need, and whether its permissions are met by `p` and `q`.
fn requirements() -> Vec<(Requirement, Met)> {
    let divisions = [
        DivisionRequired::All,
        DivisionRequired::In(DIVISION),
        DivisionRequired::In(OTHER_DIVISION),
        DivisionRequired::In(DivisionId::from_bytes([0; 16])),
        DivisionRequired::Any,
    ];
    let scopes = [
        ScopesRequired::Nothing,
        ScopesRequired::AnyOf(accepted("alpha:readonly")),
        ScopesRequired::AnyOf(accepted("gamma")),
    ];
    let mut all = vec![];
    for (permissions, met) in needs() {
        for division in divisions {
            for scopes in &scopes {
                for holder in [HolderRequired::User, HolderRequired::Anyone] {
                    let (scopes, permissions) = (scopes.clone(), permissions.clone());
                    all.push((Requirement { scopes, permissions, division, holder }, met));
                }
            }
        }
    }
    all
}

/// The answer by the rules: the gate, the holder, the scopes, the permissions.
fn expected(
    holder: Holder,
    live: bool,
    enforced: bool,
    permitted: bool,
    required: &Requirement,
) -> Result<ScopeCheck, CallRefused> {
    if !live {
        return Err(CallRefused::NotLive(Refusal::TokenExpired { expired: NOW }));
    }
    // TK-07: calls that need a user refuse client credentials.
    if holder == AS_CLIENT && required.holder == HolderRequired::User {
        return Err(CallRefused::UserNeeded);
    }
    let check = match &required.scopes {
        ScopesRequired::Nothing => ScopeCheck::NotApplicable,
        // TK-07: judged by role grants alone.
        ScopesRequired::AnyOf(_) if holder == AS_CLIENT => ScopeCheck::NotApplicable,
        // `alpha` is held everywhere here, and `gamma` nowhere.
        ScopesRequired::AnyOf(accepted) if *accepted == self::accepted("alpha:readonly") => ScopeCheck::Held,
        // TK-08.
        ScopesRequired::AnyOf(_) if !enforced => ScopeCheck::NotEnforced,
        ScopesRequired::AnyOf(accepted) => {
            return Err(CallRefused::ScopeMissing { accepted: accepted.clone() });
        }
    };
    if permitted {
        Ok(check)
    } else {
        let (needed, division) = (required.permissions.clone(), required.division);
        Err(CallRefused::PermissionMissing { needed, division })
    }
}

/// TK-07: the scopes of a token of client credentials are no matter, even where it has some.
#[test]
fn tk_07_scopes_do_not_apply_to_client_credentials() {
    let roles = &ROLES[3];
    let token = AccessToken { scopes: scopes("gamma"), ..token(AS_CLIENT) };
    let mut access = access(token, caller(AS_CLIENT, roles.grants()));
    access.roles = roles.at_hand().collect();
    for text in ["gamma", "delta"] {
        let requirement = Requirement {
            scopes: ScopesRequired::AnyOf(accepted(text)),
            permissions: PermissionsRequired::all([Permission::new(P).unwrap()]),
            ..Requirement::default()
        };
        let allowed = authorize_call(&access, &requirement, no_sunset(), NOW).unwrap();
        assert_eq!(allowed.scopes, ScopeCheck::NotApplicable);
    }
}

/// TK-06: a requirement that says nothing is met by nobody, whoever calls and whatever is enforced.
#[test]
fn tk_06_the_default_requirement_is_met_by_nobody() {
    let roles = &ROLES[10];
    for holder in [AS_CLIENT, AS_USER] {
        for enforced in [true, false] {
            let standing =
                Standing { organization: Some(organization(enforced)), ..caller(holder, roles.grants()) };
            let mut access = access(token(holder), standing);
            access.roles = roles.at_hand().collect();
            let refused = authorize_call(&access, &Requirement::default(), no_sunset(), NOW);
            assert!(refused.is_err(), "{holder:?}, {enforced}");
        }
    }
}

/// AA-07: a scope that is taken from the authorization stops working at the next call.
#[test]
fn aa_07_a_scope_taken_away_stops_at_the_next_call() {
    let mut standing = standing_for_user(confidential_code(scopes("alpha beta")));
    let call = |standing: &Standing| scope_check(&access(token(AS_USER), standing.clone()), "alpha");
    assert_eq!(call(&standing), Ok(ScopeCheck::Held));
    let edited = standing.authorization.as_ref().unwrap().edit_scopes(scopes("alpha:readonly beta")).unwrap();
    standing.authorization = Some(Arc::new(edited));
    assert_eq!(call(&standing), Err(refused_for(Some("alpha".parse().unwrap()), "alpha")));
}
