//! Issuing a token: `admit` against the table.

use std::fmt::Debug;

use grantor::access::IssueFor;
use grantor::access::Refusal;
use grantor::access::Standing;
use grantor::access::admit;

use super::layers::Age;
use super::layers::AuthorizationState;
use super::layers::ClientState;
use super::layers::FamilyStanding;
use super::layers::HolderState;
use super::layers::Idle;
use super::layers::Life;
use super::layers::OrganizationState;
use super::layers::Under;
use super::layers::Verb;
use super::layers::all_authorizations;
use super::layers::first;
use super::world::*;

/// AA-02, AA-08, AA-09, AA-13, AA-14, LC-05, LC-07, LC-08, LC-09, LC-10, GR-05, OR-01, OR-07, threat 12,
/// threat 28, threat 29: a token may be issued exactly where no layer refuses, and the first layer that
/// refuses gives the reason.
///
/// An idle timeout is about tokens that there are: it refuses nothing here. An epoch is about tokens and
/// logins: a new login may begin in any. The approval for everyone lets in three users, the one for an
/// audience one: 4, each with a new login beside any of three identifiers that are not read, and in the first
/// epoch of both client and organization with a family that began under the current one. For four grant types
/// of three owners that is 12 x (16 + 12) where the organization is in its first epoch, and 12 x (12 + 12)
/// where it is not. Built in by default, 3 users in four grant types: 4 x (12 + 9), and 4 x (9 + 9). Client
/// credentials of the organization itself: 2 approvals, 3 identifiers, 2 holders, 2 epochs: 24 each. Together
/// 444 and 384.
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
    let holders = HolderState::all(Verb::Issue);
    // 142 clients, and two more ends of the implicit grant for 30 of them; three identifiers of ten
    // authorizations.
    let all = 4 * (142 + 2 * 30) * 30 * 100;
    assert_eq!(admit_all(&organizations, &clients, &holders), (all, 444 + 384));
}

/// Asks for every combination, and compares each answer with the table: how many there were, how many were
/// allowed.
fn admit_all(
    organizations: &[OrganizationState],
    clients: &[ClientState],
    holders: &[HolderState],
) -> (u64, u64) {
    let (mut all, mut allowed) = (0, 0);
    let mut standing = Standing::default();
    for &organization in organizations {
        standing.organization = organization.record();
        for &client in clients {
            standing.client = client.record();
            for end in client.sunsets() {
                for (authorization, under) in all_authorizations() {
                    standing.authorization = authorization.record();
                    let by_authorization = authorization.refusals(client, under, Verb::Issue);
                    for &holder in holders {
                        standing.family = holder.family(under);
                        standing.user = holder.user();
                        let continues = authorization.current(client) == Some(under);
                        let [mut by_family, by_user] = if continues {
                            holder.refusals(authorization)
                        } else {
                            holder.refusals_of_a_former_family(authorization)
                        };
                        // LC-07, TK-10: what ended the tokens of a login ended the login.
                        by_family.extend(holder.refusals_of_an_ended_login(organization, client));
                        let by_client = client.refusals(holder.is_user(), end, Verb::Issue);
                        let by_organization = organization.refusals(Verb::Issue);
                        let layers = [&by_organization, &by_client, &by_authorization, &by_family, &by_user];
                        let expected = first(layers.map(Vec::as_slice));
                        let case = (organization, client, end, authorization, under, holder);
                        all += 1;
                        allowed += u64::from(check(&standing, holder, end, expected, &case));
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
        HolderState::User(FamilyStanding::NotAsked, _) => (Some(USER), None),
        HolderState::User(..) => (Some(USER), Some(FAMILY)),
    };
    let asked = IssueFor { organization: HOME, client: CLIENT, user, family };
    match admit(standing, &asked, sunset(at(use_ends)), NOW) {
        Err(refusal) => {
            assert!(expected.contains(&refusal), "{case:?}: {refusal:?}, expected one of {expected:?}");
            false
        }
        Ok(proof) => {
            assert!(expected.is_empty(), "{case:?}: allowed, expected one of {expected:?}");
            assert_eq!(proof.issue_for(), &asked);
            assert_eq!(Some(proof.organization()), standing.organization.as_deref());
            assert_eq!(Some(proof.client()), standing.client.as_deref());
            let current = standing.authorization.as_ref().map_or(Under::BuiltIn.id(), |record| record.id());
            assert_eq!(proof.authorization(), current);
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
