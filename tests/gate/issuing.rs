//! Issuing a token: `admit` against the table.

use std::fmt::Debug;

use grantor::access::IssueFor;
use grantor::access::Refusal;
use grantor::access::Standing;
use grantor::access::admit;
use grantor::access::explain_admission;

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
use super::layers::Under;
use super::layers::Verb;
use super::layers::all_authorizations;
use super::layers::first;
use super::layers::then;
use super::world::*;

/// AA-02, AA-08, AA-09, AA-13, AA-14, LC-05, LC-07, LC-08, LC-09, LC-10, GR-05, OR-01, OR-07, threat 12,
/// threat 28, threat 29: a token may be issued exactly where no layer refuses, and the first layer that
/// refuses gives the reason.
///
/// An idle timeout is about tokens that there are: it refuses nothing here. An epoch is about tokens and
/// logins: a new login may begin in any, beside any consent. Each of two approvals for everyone lets in three
/// users, the one for an audience one: 7, each with a new login beside any of six authorizations and four
/// consents that are not read, 168, and in the epoch of both client and organization with a family that began
/// under the current one and stands on a consent, 7. For four grant types of three owners that is 12 x (175 +
/// 168) where the organization is in the epoch of the family, and 12 x (168 + 168) where it is not. Built in by
/// default, 3 users in four grant types: 4 x (75 + 72), and 4 x (72 + 72). Client credentials of the
/// organization itself: 2 approvals, 6 authorizations, 2 holders, 2 epochs: 48 each. Together 4 752 and 4 656.
#[test]
fn each_state_of_each_layer_against_each_of_every_other() {
    let lives =
        [Life::Active, Life::Inactive(1), Life::Inactive(0), Life::Disabled(None), Life::Disabled(Some(0))];
    let organizations = [
        OrganizationState::Absent,
        OrganizationState::Another,
        OrganizationState::There(Idle::Off, Age::Equal),
        OrganizationState::There(Idle::Hipaa, Age::Later),
    ];
    let clients = ClientState::with(&lives, &Age::USUAL);
    let holders = HolderState::all(Verb::Issue, &ConsentStanding::USUAL);
    // 142 clients, and two more ends of the implicit grant for 30 of them; eleven authorizations with six that a
    // family began under; fifteen families with four consents and seven users.
    let all = 4 * (142 + 2 * 30) * 66 * (2 + 15 * 4 * 7);
    assert_eq!(admit_in_parallel(&organizations, &clients, &holders), (all, 4_752 + 4_656));
}

/// Asks for every combination, half of the clients at a time: how many there were, how many were allowed.
fn admit_in_parallel(
    organizations: &[OrganizationState],
    clients: &[ClientState],
    holders: &[HolderState],
) -> (u64, u64) {
    let (left, right) = clients.split_at(clients.len() / 2);
    std::thread::scope(|scope| {
        let halves = [left, right].map(|half| scope.spawn(|| admit_all(organizations, half, holders)));
        let [left, right] = halves.map(|half| half.join().unwrap());
        (left.0 + right.0, left.1 + right.1)
    })
}

/// Asks for every combination, and compares each answer with the table: how many there were, how many were
/// allowed.
fn admit_all(
    organizations: &[OrganizationState],
    clients: &[ClientState],
    holders: &[HolderState],
) -> (u64, u64) {
    let (mut all, mut allowed) = (0, 0);
    let of = |under| holders.iter().map(|holder| holder.standing(under)).collect::<Vec<_>>();
    let authorizations: Vec<_> =
        all_authorizations().into_iter().map(|(state, under)| (state, under, of(under))).collect();
    for &organization in organizations {
        let by_organization = organization.refusals(Verb::Issue);
        for &client in clients {
            for end in client.sunsets() {
                let by_client = [false, true].map(|user| client.refusals(user, end, Verb::Issue));
                for (authorization, under, standings) in &authorizations {
                    let ground =
                        Ground { organization, client, authorization: *authorization, under: *under };
                    let by_authorization = authorization.refusals(client, *under, Verb::Issue);
                    let by_ground = [false, true].map(|user| {
                        let layers = [&by_organization, &by_client[usize::from(user)], &by_authorization];
                        first(layers.map(Vec::as_slice))
                    });
                    let mut standing = Standing {
                        organization: organization.record(),
                        client: client.record(),
                        authorization: authorization.record(),
                        ..Standing::default()
                    };
                    for (&holder, Standing { family, consent, user, .. }) in holders.iter().zip(standings) {
                        standing.family.clone_from(family);
                        standing.consent.clone_from(consent);
                        standing.user.clone_from(user);
                        let before = by_ground[usize::from(holder.is_user())];
                        let expected = then(before, || holder.refusals(ground));
                        all += 1;
                        allowed += u64::from(check(&standing, holder, end, &expected, &(ground, holder)));
                    }
                }
            }
        }
    }
    (all, allowed)
}

/// Whether the issuing is allowed; the answer must be the expected one.
fn check(
    standing: &Standing,
    holder: HolderState,
    use_ends: i64,
    expected: &[Refusal],
    case: &dyn Debug,
) -> bool {
    let (user, family) = match holder {
        HolderState::Client { .. } => (None, None),
        HolderState::User(FamilyStanding::NotAsked, ..) => (Some(USER), None),
        HolderState::User(..) => (Some(USER), Some(FAMILY)),
    };
    let asked = IssueFor { organization: HOME, client: CLIENT, user, family };
    match admit(standing, &asked, sunset(at(use_ends)), NOW) {
        Err(refusal) => {
            assert!(
                expected.contains(&refusal),
                "{case:?} until {use_ends}: {refusal:?}, expected one of {expected:?}"
            );
            false
        }
        Ok(proof) => {
            let explained = explain_admission(standing, &asked, sunset(at(use_ends)), NOW);
            assert!(explained.is_allowed(), "{case:?}: {explained:?}");
            assert!(expected.is_empty(), "{case:?} until {use_ends}: allowed, expected one of {expected:?}");
            assert_eq!(proof.issue_for(), &asked);
            assert_eq!(Some(proof.organization()), standing.organization.as_deref());
            assert_eq!(Some(proof.client()), standing.client.as_deref());
            let by_default = (Under::BuiltIn.id(), Under::BuiltIn.epoch());
            let current = standing.authorization.as_ref().map(|record| (record.id(), record.epoch()));
            assert_eq!((proof.authorization(), proof.authorization_epoch()), current.unwrap_or(by_default));
            let registered = proof.client().grant.scopes().cloned().unwrap_or_default();
            assert_eq!(proof.scopes(), registered, "the approved ones are the same here");
            true
        }
    }
}

/// Threat 29: a family without its user, which no grant asks for, is continued by nobody.
#[test]
fn threat_29_a_family_without_its_user_is_refused() {
    let asked = IssueFor { organization: HOME, client: CLIENT, user: None, family: Some(FAMILY) };
    let mut standing = standing_for_user(public_code(scopes("alpha")));
    for client in ClientState::with(&[Life::Active], &[Age::Equal]) {
        standing.client = client.record();
        for authorization in AuthorizationState::ALL {
            standing.authorization = authorization.record();
            assert!(admit(&standing, &asked, no_sunset(), NOW).is_err(), "{client:?}, {authorization:?}");
        }
    }
}
