//! Explaining authorization requests (GV-05, AA-03 to AA-05, GR-03, GR-09, GR-11, SC-03, OR-01, threat 37).
#![cfg(feature = "testing")]

mod common;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use grantor::access::Explanation;
use grantor::access::Layer;
use grantor::access::Verdict;
use grantor::admin::Proposal;
use grantor::change::Reason;
use grantor::grant::authorize::Decision;
use grantor::grant::authorize::ExplainedRequest;
use grantor::grant::authorize::RequestRefused;
use grantor::model::CodeClient;
use grantor::model::Grant;
use grantor::model::GrantType;
use grantor::model::Pkce;
use grantor::model::PromptKind;
use grantor::server::Authorize;
use grantor::server::LoggedIn;
use grantor::server::ShowError;
use grantor::server::Supposing;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::FORMER;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::value::ClientId;
use grantor::value::Scopes;
use grantor::value::Timestamp;
use grantor::value::UserId;
use grantor::wire::AuthorizeRequest;

use common::Call;
use common::House;
use common::LAPSED;
use common::NEWCOMER;
use common::WITHDRAWN;
use common::done;

/// RFC 7636 appendix B.
const CHALLENGE: &str =
    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
/// Number 30: opted out of PKCE, with two redirect URIs, approved for less than it registered.
const LOOSE: u64 = 30;
/// Number 31: approved for a scope that it did not register.
const EMPTIED: u64 = 31;

/// The house with clients of more sorts.
fn house() -> House {
    let house = House::new();
    let loose = fixtures::changed(&fixtures::client(LOOSE, GrantType::AuthorizationCode), |fields| {
        if let Grant::AuthorizationCode {
            client: CodeClient::Confidential { pkce, .. }, redirect_uris, ..
        } = &mut fields.grant
        {
            *pkce = Pkce::Optional;
            *redirect_uris =
                fixtures::redirect_uris("https://app.example.com/callback https://app.example.com/other");
        }
    });
    house.put(fixtures::approved(ACME, &loose).edit_scopes(fixtures::scopes("users:readonly")).unwrap());
    house.put(loose);
    let emptied = fixtures::client(EMPTIED, GrantType::AuthorizationCode);
    house.put(fixtures::approved(ACME, &emptied).edit_scopes(fixtures::scopes("analytics")).unwrap());
    house.put(emptied);
    house
}

/// Every client that Acme is told of, one that is gone, and none.
fn clients(house: &House) -> Vec<String> {
    let world = &house.world;
    let own = world.clients().into_iter().map(|client| client.id.to_string());
    let more = [LAPSED, WITHDRAWN, LOOSE, EMPTIED].map(|number| fixtures::id::<ClientId>(number).to_string());
    own.chain(more).chain([world.removed.id.to_string(), "nobody".into()]).collect()
}

/// Requests, right and wrong in each of their parts.
fn queries(client: &str) -> Vec<String> {
    let types = ["&response_type=code", "&response_type=token", "&response_type=id_token", ""];
    let uris =
        ["&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback", "", "&redirect_uri=https%3A%2F%2Fevil"];
    let challenges = ["", CHALLENGE, "&code_challenge=x&code_challenge_method=S256", "&code_challenge=plain"];
    let scopes =
        ["", "&scope=users%3Areadonly", "&scope=analytics", "&scope=routing%20%20x", "&scope=routing"];
    let mut all = Vec::new();
    for response_type in types {
        for uri in uris {
            for challenge in challenges {
                for scope in scopes {
                    for more in ["", "&resource=x"] {
                        all.push(format!("client_id={client}{response_type}{uri}{challenge}{scope}{more}"));
                    }
                }
            }
        }
    }
    all
}

fn explained(house: &House, query: &str, user: UserId, now: Timestamp) -> ExplainedRequest {
    let request = AuthorizeRequest { query: query.as_bytes() };
    done(house.admin().explain_authorize(&request, user, now, now)).expect("a request that can be read")
}

/// What the endpoint does: the refusal, or the decision that it carried out.
fn answered(house: &House, query: &str, user: UserId, now: Timestamp) -> Result<Decision, RequestRefused> {
    let request = AuthorizeRequest { query: query.as_bytes() };
    let who = LoggedIn { organization: ACME, user };
    match done(house.server.authorize(&request, Some(who), now)) {
        Authorize::ShowError(ShowError::NotTrusted(reason)) => Err(RequestRefused::NotTrusted(reason)),
        Authorize::Redirect(redirect) => match redirect.refused {
            Some(reason) => Err(RequestRefused::Refused(reason)),
            None => {
                let location = common::location(&Authorize::Redirect(redirect.clone())).unwrap().to_owned();
                assert!(location.contains("code="), "{location}");
                Ok(Decision::SendBack { scopes: Scopes::empty() })
            }
        },
        Authorize::Ask(page) => {
            let shown = Scopes::new(page.scopes.iter().map(|shown| shown.scope.clone())).unwrap();
            Ok(match page.asks {
                PromptKind::User => Decision::AskUser { shown },
                PromptKind::Administrator => Decision::AskAdministrator { shown },
            })
        }
        Authorize::AdministratorMustApprove(needed) => {
            Ok(Decision::AdministratorMustApprove { requested: needed.requested })
        }
        other => panic!("{other:?}"),
    }
}

/// What cannot be told rests on what is in the way, and stands before it.
#[track_caller]
fn assert_well_told<R: std::fmt::Debug>(explanation: &Explanation<R>, context: &str) {
    let places: Vec<Layer> = explanation.layers.iter().map(|judged| judged.layer).collect();
    assert_eq!(places.iter().collect::<BTreeSet<_>>().len(), places.len(), "{context}: {places:?}");
    for (at, judged) in explanation.layers.iter().enumerate() {
        if let Verdict::RestsOn(on) = judged.verdict {
            assert!(!explanation.verdict(on).unwrap().lets_pass(), "{context}: {explanation:?}");
            assert!(places[..at].contains(&on), "{context}: {explanation:?}");
        }
    }
}

/// GV-05: of every client, user and request the explanation's first refusal is what the endpoint answers, and its decision is
/// what the endpoint does; and to ask commits nothing.
#[test]
fn gv_05_a_request_is_explained_as_it_is_answered() {
    let house = house();
    let users = [ADMINISTRATOR, VIEWER, BYSTANDER, FORMER, fixtures::id(99)];
    let mut decisions = BTreeMap::new();
    let mut refusing = BTreeSet::new();
    let (mut asked, mut several) = (0_u32, 0_u32);
    for (which, client) in clients(&house).into_iter().enumerate() {
        for query in queries(&client) {
            asked += 1;
            // Each request of each client with one user, and another one with the next client.
            let user = users[(usize::try_from(asked).unwrap() + which) % users.len()];
            let context = format!("{query} by {user}");
            house.store().take_calls();
            let ExplainedRequest { explanation, decision } = explained(&house, &query, user, NOON);
            let commits = house.store().take_calls().iter().any(|call| matches!(call, Call::Commit(_)));
            assert!(!commits, "{context}");
            assert_well_told(&explanation, &context);
            refusing.extend(
                explanation
                    .layers
                    .iter()
                    .filter(|judged| judged.verdict.refusal().is_some())
                    .map(|judged| judged.layer),
            );
            several += u32::from(explanation.refusals().count() > 1);
            match answered(&house, &query, user, NOON) {
                Err(refusal) => {
                    assert_eq!(explanation.refusal(), Some(&refusal), "{context}: {explanation}");
                    assert_eq!((explanation.is_allowed(), decision), (false, None), "{context}");
                }
                Ok(done) => {
                    assert_eq!(explanation.refusal(), None, "{context}: {explanation}");
                    let decision = decision.expect("a decision");
                    let (name, asks_first) = match (&decision, &done) {
                        (Decision::SendBack { .. }, Decision::SendBack { .. }) => ("send back", false),
                        (Decision::AskUser { .. }, told) if *told == decision => ("ask user", false),
                        (Decision::AskAdministrator { .. }, told) if *told == decision => {
                            ("administrator", true)
                        }
                        (Decision::AdministratorMustApprove { .. }, told) if *told == decision => {
                            ("must", true)
                        }
                        told => panic!("{context}: {told:?}"),
                    };
                    assert_eq!(explanation.is_allowed(), !asks_first, "{context}: {explanation}");
                    assert_eq!(explanation.asks_first(), asks_first, "{context}: {explanation}");
                    *decisions.entry(name).or_insert(0_u32) += 1;
                }
            }
        }
    }
    assert!(asked > 5_000 && several > 1_000, "{asked} {several}");
    assert_eq!(decisions.len(), 4, "{decisions:?}");
    let expected = [
        Layer::Application,
        Layer::RedirectUri,
        Layer::Parameters,
        Layer::ResponseType,
        Layer::GrantType,
        Layer::Challenge,
        Layer::ScopeSyntax,
        Layer::Visitor,
        Layer::Client,
        Layer::Authorization,
        Layer::User,
        Layer::Scopes,
    ];
    assert_eq!(refusing, expected.into_iter().collect(), "every layer refuses somewhere");
}

/// GV-05, GR-05: as it would be at another instant: the implicit grant after its end, a client that was removed.
#[test]
fn gv_05_a_request_is_explained_at_another_instant() {
    let house = house();
    let query = format!("response_type=token&client_id={}", house.world.implicit.id);
    let request = AuthorizeRequest { query: query.as_bytes() };
    let end = house.server.settings().implicit_sunset.use_ends;
    let at = |at: Timestamp| {
        let explained = done(house.admin().explain_authorize(&request, VIEWER, at, NOON)).unwrap();
        assert_eq!(explained.explanation.at, at);
        explained.explanation.refusal().map(Reason::code)
    };
    assert_eq!((at(end.minus(1)), at(end)), (None, Some("grant.implicit.ended")));
    assert_eq!(answered(&house, &query, VIEWER, end).unwrap_err().code(), "grant.implicit.ended");
}

/// GV-05: after a change that is not made yet.
#[test]
fn gv_05_a_request_is_explained_after_a_change() {
    let house = house();
    let web = house.world.web.id;
    let query = format!("response_type=code&client_id={web}&scope=routing{CHALLENGE}");
    let request = AuthorizeRequest { query: query.as_bytes() };
    let after = |proposal: &Proposal| {
        let supposing = Supposing::at(NOON).after(proposal);
        done(house.admin().explain_authorize(&request, VIEWER, supposing, NOON)).unwrap()
    };
    let before = explained(&house, &query, VIEWER, NOON);
    assert_eq!(before.decision, Some(Decision::SendBack { scopes: fixtures::scopes("routing") }));
    let narrowed = Proposal::EditScopes { client: web, scopes: vec!["users:readonly".into()] };
    assert_eq!(after(&narrowed).explanation.refusal().map(Reason::code), Some("scope.not.approved"));
    let revoked = after(&Proposal::Revoke(web));
    assert_eq!(revoked.explanation.refusal().map(Reason::code), Some("authorization.revoked"));
    assert_eq!(revoked.decision, None);
    let deleted = after(&Proposal::DeleteClient(web));
    assert_eq!(deleted.explanation.refusal().map(Reason::code), Some("client.inactive"));
}

/// GV-05: for programs, under stable names; where somebody is asked first, what rests on it says so.
#[test]
fn gv_05_a_request_is_explained_to_programs_and_to_people() {
    let house = house();
    let query = format!("response_type=code&client_id={}&scope=routing{CHALLENGE}", house.world.young.id);
    let told = explained(&house, &query, VIEWER, NOON);
    let passes = |layer: &str| serde_json::json!({"layer": layer, "verdict": "passes"});
    let expected = serde_json::json!({
        "at": NOON.unix(),
        "allowed": false,
        "layers": [
            passes("application"),
            passes("redirect_uri"),
            passes("parameters"),
            passes("response_type"),
            passes("grant_type"),
            passes("challenge"),
            passes("scope_syntax"),
            passes("visitor"),
            passes("organization"),
            passes("client"),
            {"layer": "authorization", "verdict": "asks_first"},
            {"layer": "login", "verdict": "does_not_apply"},
            {"layer": "consent", "verdict": "does_not_apply"},
            {"layer": "user", "verdict": "rests_on", "on": "authorization"},
            passes("scopes"),
        ],
        "decision": {"kind": "administrator_must_approve", "requested": ["routing"]},
    });
    assert_eq!(serde_json::to_value(&told).unwrap(), expected);
    let text = told.to_string();
    assert!(text.starts_with("not refused at 2026-01-15T12:00:00Z: somebody is asked first\n"), "{text}");
    assert!(text.contains("\n  authorization  is not given yet: somebody is asked first\n"), "{text}");
    assert!(
        text.ends_with("\nthen: an administrator must approve the application first, for `routing`"),
        "{text}"
    );
    let wrong =
        format!("response_type=code&client_id={}&redirect_uri=https%3A%2F%2Fevil", house.world.web.id);
    let text = explained(&house, &wrong, FORMER, NOON).to_string();
    let first = "refused at 2026-01-15T12:00:00Z: the page to return to is not one of the application's\n";
    assert!(text.starts_with(first), "{text}");
    let line = "\n  redirect_uri   refuses: the page to return to is not one of the application's (redirect.uri.unknown); \
                to do: register the redirect URI of the request, byte for byte\n";
    assert!(text.contains(line), "{text}");
    assert!(text.contains("(pkce.challenge.missing)") && text.contains("(user.unknown)"), "{text}");
    assert!(!text.contains("then:"), "{text}");
}

/// GR-12: what cannot be read reaches no decision, and is told so to whoever may ask.
#[test]
fn gr_12_a_request_that_cannot_be_read_is_not_explained() {
    let house = house();
    let twice = AuthorizeRequest { query: b"client_id=a&client_id=b" };
    assert!(done(house.admin().explain_authorize(&twice, VIEWER, NOON, NOON)).is_err());
    let bystander = house.server.administration(ACME, BYSTANDER);
    assert_eq!(common::code(bystander.explain_authorize(&twice, VIEWER, NOON, NOON)), "missing.permission");
}

/// OR-01, threat 37: a client of another organization on which there is no word is explained as none.
#[test]
fn threat_37_a_request_of_a_foreign_client_tells_nothing() {
    let house = house();
    let ask = |client: ClientId| {
        let query = format!("response_type=code&client_id={client}{CHALLENGE}");
        explained(&house, &query, VIEWER, NOON)
    };
    let foreign = fixtures::id(NEWCOMER);
    assert_eq!(ask(foreign), ask(fixtures::id(999)));
    assert_eq!(ask(foreign).explanation.refusal().map(Reason::code), Some("client.not.found"));
    let _ = done(house.admin().authorize(foreign, None, NOON));
    assert!(ask(foreign).explanation.is_allowed());
}
