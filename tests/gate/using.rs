//! Using a token: `judge` against the table.

use std::fmt::Debug;

use grantor::access::IssueFor;
use grantor::access::Refusal;
use grantor::access::Standing;
use grantor::access::admit;
use grantor::access::explain_call;
use grantor::access::judge;
use grantor::model::AccessToken;
use grantor::model::Holder;

use super::explaining::open_to_all;
use super::layers::Age;
use super::layers::AuthorizationState;
use super::layers::ClientState;
use super::layers::ConsentStanding;
use super::layers::FamilyStanding;
use super::layers::Ground;
use super::layers::HolderState;
use super::layers::Idle;
use super::layers::Kind;
use super::layers::Life;
use super::layers::Of;
use super::layers::OrganizationState;
use super::layers::TokenState;
use super::layers::Under;
use super::layers::UserStanding;
use super::layers::Verb;
use super::layers::all_authorizations;
use super::layers::first;
use super::layers::then;
use super::world::*;

/// What is combined: each of one with each of every other.
#[derive(Clone)]
struct Axes {
    organizations: Vec<OrganizationState>,
    clients: Vec<ClientState>,
    authorizations: Vec<(AuthorizationState, Under)>,
    holders: Vec<HolderState>,
    tokens: Vec<TokenState>,
}

/// How many combinations there were, and how many of them were allowed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Tally {
    all: u64,
    allowed: u64,
}

/// AA-02, AA-08, AA-09, AA-13, AA-14, LC-05, LC-08, LC-09, LC-10, TK-04, TK-06, GR-05, OR-01, OR-07,
/// threat 28, threat 29: a token is allowed exactly where no layer refuses, and the first layer that refuses
/// gives the reason.
///
/// Allowed are 72 x 8 combinations. By organization and token there are 8: unused for four times where there
/// is no idle timeout, one with 300 s, three with HIPAA. By client, authorization and holder there are 72, with
/// the one family and the one consent that are live: the four grant types for users of three owners by two
/// approvals for everyone (two users each) or one for an audience (one user), 60; those that are built in by
/// default (two users), 8; client credentials of the organization itself by two approvals with two holders, 4.
#[test]
fn each_state_of_each_layer_against_each_of_every_other() {
    let families = [
        FamilyStanding::Absent,
        FamilyStanding::OfAnotherUser,
        FamilyStanding::Until(1),
        FamilyStanding::Until(0),
        FamilyStanding::Revoked,
    ];
    let logins = families.into_iter().flat_map(|family| ConsentStanding::USUAL.map(|word| (family, word)));
    let of_users = logins.flat_map(|(family, consent)| {
        UserStanding::USUAL.map(|user| HolderState::User(family, consent, user))
    });
    let of_clients = [false, true].map(|beside| HolderState::Client { beside });
    let lives = [Life::Active, Life::Inactive(1), Life::Inactive(0), Life::Disabled(None)];
    let axes = Axes {
        organizations: vec![
            OrganizationState::Absent,
            OrganizationState::Another,
            OrganizationState::There(Idle::Off, Age::Equal),
            OrganizationState::There(Idle::Off, Age::Later),
            OrganizationState::There(Idle::After300, Age::Equal),
            OrganizationState::There(Idle::Hipaa, Age::Equal),
        ],
        clients: ClientState::with(&lives, &Age::USUAL),
        authorizations: all_authorizations(),
        holders: of_clients.into_iter().chain(of_users).collect(),
        tokens: TokenState::with(&[1, 0], &[299, 300, 899, 900]),
    };
    // 114 clients, and two more ends of the implicit grant for 24 of them.
    let all = 6 * (114 + 2 * 24) * 66 * (2 + 5 * 4 * 5) * 8;
    assert_eq!(axes.judge_in_parallel(), Tally { all, allowed: 72 * 8 });
}

/// TK-04, TK-06, LC-08, threat 28: the states that are rarer, and each second around each instant: every one
/// of a layer with every one of each other layer, two layers at a time.
#[test]
fn each_pair_of_layers_in_all_their_states() {
    let few = Axes {
        organizations: vec![
            OrganizationState::There(Idle::Off, Age::Equal),
            OrganizationState::There(Idle::Off, Age::Later),
        ],
        clients: vec![
            ClientState::There(Kind::ClientCredentials, Of::Home, Life::Active, Age::Equal),
            ClientState::There(Kind::PublicCode, Of::Abroad, Life::Active, Age::Equal),
            ClientState::There(Kind::ConfidentialCode, Of::BuiltIn, Life::Active, Age::Equal),
            ClientState::There(Kind::Saml2Bearer, Of::Home, Life::Disabled(None), Age::Equal),
        ],
        authorizations: vec![
            (AuthorizationState::Absent, Under::BuiltIn),
            (AuthorizationState::ScopesForAudience, Under::Current),
            (AuthorizationState::Roles, Under::Current),
        ],
        holders: vec![
            HolderState::Client { beside: true },
            HolderState::User(FamilyStanding::Until(1), ConsentStanding::Agreed, UserStanding::InAudience),
            HolderState::User(FamilyStanding::Revoked, ConsentStanding::Withdrawn, UserStanding::Inactive),
        ],
        tokens: vec![TokenState { end: 1, unused: 0 }, TokenState { end: 0, unused: 0 }],
    };
    let organizations = OrganizationState::all();
    let clients = ClientState::all();
    let authorizations = all_authorizations();
    let holders = HolderState::all(Verb::Use, &ConsentStanding::ALL);
    let unused = [-1, 0, 299, 300, 301, 309, 310, 311, 899, 900, 901, 28_800];
    let tokens = TokenState::with(&[1, 0, -1], &unused);

    let by_organization = Axes { organizations, ..few.clone() };
    let by_client = Axes { clients, ..few.clone() };
    let by_authorization = Axes { authorizations, ..few.clone() };
    let by_holder = Axes { holders, ..few.clone() };
    let by_token = Axes { tokens, ..few };
    let layers = [by_organization, by_client, by_authorization, by_holder, by_token];
    let [organization, client, authorization, holder, token] = &layers;
    let pairs = [
        Axes { clients: client.clients.clone(), ..organization.clone() },
        Axes { authorizations: authorization.authorizations.clone(), ..organization.clone() },
        Axes { holders: holder.holders.clone(), ..organization.clone() },
        Axes { tokens: token.tokens.clone(), ..organization.clone() },
        Axes { authorizations: authorization.authorizations.clone(), ..client.clone() },
        Axes { holders: holder.holders.clone(), ..client.clone() },
        Axes { tokens: token.tokens.clone(), ..client.clone() },
        Axes { holders: holder.holders.clone(), ..authorization.clone() },
        Axes { tokens: token.tokens.clone(), ..authorization.clone() },
        Axes { tokens: token.tokens.clone(), ..holder.clone() },
    ];
    for pair in pairs {
        assert_ne!(pair.judge_in_parallel().allowed, 0, "each pair has a neighbor that passes");
    }
}

impl Axes {
    /// Judges every combination, half of the clients at a time.
    fn judge_in_parallel(&self) -> Tally {
        let (left, right) = self.clients.split_at(self.clients.len() / 2);
        let halves = [left, right].map(|clients| Self { clients: clients.to_vec(), ..self.clone() });
        std::thread::scope(|scope| {
            let running = halves.each_ref().map(|half| scope.spawn(|| half.judge()));
            let [left, right] = running.map(|half| half.join().unwrap());
            Tally { all: left.all + right.all, allowed: left.allowed + right.allowed }
        })
    }

    /// Judges every combination, and compares each answer with the table.
    fn judge(&self) -> Tally {
        let mut tally = Tally::default();
        let standings: Vec<Vec<_>> = self.authorizations.iter().map(|of| self.standings(of.1)).collect();
        for &organization in &self.organizations {
            let by_organization = organization.refusals(Verb::Use);
            let by_token: Vec<_> = self.tokens.iter().map(|token| token.refusals(organization)).collect();
            for &client in &self.clients {
                for end in client.sunsets() {
                    let by_client = [false, true].map(|user| client.refusals(user, end, Verb::Use));
                    for (&(authorization, under), of_holders) in self.authorizations.iter().zip(&standings) {
                        let ground = Ground { organization, client, authorization, under };
                        let by_authorization = authorization.refusals(client, under, Verb::Use);
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
                        let tokens = [AS_CLIENT, AS_USER].map(|holder| self.records(holder, under));
                        for (&holder, of_holder) in self.holders.iter().zip(of_holders) {
                            let kind = usize::from(holder.is_user());
                            let by_records = then(by_ground[kind], || holder.refusals(ground));
                            standing.family.clone_from(&of_holder.family);
                            standing.consent.clone_from(&of_holder.consent);
                            standing.user.clone_from(&of_holder.user);
                            for (record, by_token) in tokens[kind].iter().zip(&by_token) {
                                let expected = first([&by_records, by_token]);
                                tally.all += 1;
                                let case = (ground, holder);
                                tally.allowed += u64::from(check(&standing, record, end, expected, &case));
                            }
                        }
                    }
                }
            }
        }
        tally
    }

    fn standings(&self, under: Under) -> Vec<Standing> {
        self.holders.iter().map(|holder| holder.standing(under)).collect()
    }

    fn records(&self, holder: Holder, under: Under) -> Vec<AccessToken> {
        self.tokens.iter().map(|token| token.record(holder, under)).collect()
    }
}

/// Whether the token is allowed; the answer must be the expected one.
fn check(
    standing: &Standing,
    token: &AccessToken,
    use_ends: i64,
    expected: &[Refusal],
    case: &dyn Debug,
) -> bool {
    match judge(standing, token, sunset(at(use_ends)), NOW) {
        Err(refusal) => {
            assert!(
                expected.contains(&refusal),
                "{case:?} until {use_ends}, {token:?}: {refusal:?}, not {expected:?}"
            );
            false
        }
        Ok(live) => {
            assert!(expected.is_empty(), "{case:?} until {use_ends}, {token:?}: allowed, not {expected:?}");
            assert_eq!(live.token(), token);
            assert_eq!(Some(live.organization()), standing.organization.as_deref());
            assert_eq!(Some(live.client()), standing.client.as_deref());
            assert_eq!(live.holder(), token.holder);
            assert_eq!(live.scopes(), token.scopes, "approved and registered are the same here");
            assert_eq!(live.user().map(|user| user.id), token.user());
            let asked = IssueFor {
                organization: token.organization,
                client: token.client,
                user: token.user(),
                family: token.family(),
            };
            let admitted = admit(standing, &asked, sunset(at(use_ends)), NOW);
            assert!(admitted.is_ok(), "{case:?}: what may be used may be issued");
            let explained = explain_call(
                &access(token.clone(), standing.clone()),
                &open_to_all(),
                sunset(at(use_ends)),
                NOW,
            );
            assert!(explained.is_allowed(), "{case:?}: {explained:?}");
            true
        }
    }
}
