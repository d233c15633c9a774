//! What a change would stop from working is what it then stops (GV-04), and a deletion is planned by it (LC-04).
#![cfg(feature = "testing")]

mod common;

#[path = "impact/effect.rs"]
mod effect;
#[path = "impact/places.rs"]
mod places;
#[cfg(feature = "saml")]
#[path = "impact/sign_on.rs"]
mod sign_on;

use std::collections::BTreeMap;

use grantor::access::IssueFor;
use grantor::access::Layer;
use grantor::access::Standing;
use grantor::access::Verdict;
use grantor::access::admit;
use grantor::access::explain_admission;
use grantor::access::judge;
use grantor::admin::ClientDraft;
use grantor::admin::DeletionPlan;
use grantor::admin::Proposal;
use grantor::admin::authorizations::Acknowledgement;
use grantor::change::Denial;
use grantor::change::Key;
use grantor::change::PlanChange;
use grantor::change::Record;
use grantor::model::AuthorizationState;
use grantor::model::Caller;
use grantor::model::Calls;
use grantor::model::Counted;
use grantor::model::Division;
use grantor::model::GrantType;
use grantor::model::Granted;
use grantor::model::IdleTimeout;
use grantor::model::ImplicitSunset;
use grantor::model::Overlap;
use grantor::model::Policy;
use grantor::model::RoleGrant;
use grantor::model::RoleGrants;
use grantor::model::UsageSummary;
use grantor::model::User;
use grantor::model::UserState;
use grantor::ready;
use grantor::review::impact::Impact;
use grantor::review::impact::NoLonger;
use grantor::server::Error;
use grantor::store::Store;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::ADMINISTRATORS;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::VIEWERS;
use grantor::testing::fixtures::YESTERDAY;
use grantor::value::ClientId;
use grantor::value::Estimate;
use grantor::value::FamilyId;
use grantor::value::OrganizationId;
use grantor::value::Scopes;
use grantor::value::Timestamp;
use grantor::value::TokenLifetime;
use grantor::value::UserId;

use common::House;
use common::NEWCOMER;
use common::assert_same;
use common::carry_out;
use common::code;
use common::copy;
use common::crowd;
use common::denied;
use common::done;
use common::draft;
use common::proposals;
use common::uris;

/// What works: each token and login with what it may do, and each application.
#[derive(Debug, PartialEq)]
struct Works {
    tokens: BTreeMap<[u8; 32], May>,
    logins: BTreeMap<FamilyId, May>,
    applications: BTreeMap<(OrganizationId, ClientId), May>,
}

type May = (Scopes, RoleGrants);

/// Asked of the gate, record by record.
fn works(house: &House, now: Timestamp) -> Works {
    let mut works = Works { tokens: BTreeMap::new(), logins: BTreeMap::new(), applications: BTreeMap::new() };
    let standing = |organization, client, user: Option<UserId>, family: Option<FamilyId>| {
        let mut standing = Standing::default();
        let keys = [Some(Key::Organization(organization)), Some(Key::Client(client))]
            .into_iter()
            .chain([Some(Key::Authorization(organization, client)), family.map(Key::Family)])
            .chain([user.map(|user| Key::User(organization, user))])
            .chain([user.map(|user| Key::UserConsent(organization, client, user))]);
        for key in keys.flatten() {
            match house.find(key).map(|found| found.record) {
                Some(Record::Organization(there)) => standing.organization = Some(there),
                Some(Record::Client(there)) => standing.client = Some(there),
                Some(Record::Authorization(there)) => standing.authorization = Some(there),
                Some(Record::Family(there)) => standing.family = Some(there),
                Some(Record::User(there)) => standing.user = Some(there),
                Some(Record::UserConsent(there)) => standing.consent = Some(there),
                _ => {}
            }
        }
        standing
    };
    for (_, stored) in house.dump() {
        match stored.record {
            Record::AccessToken(token) => {
                let access = ready(house.store().access(&token.digest)).unwrap().unwrap().unwrap();
                if let Ok(live) = judge(&access.standing, &token, ImplicitSunset::default(), now) {
                    let roles = match token.user() {
                        Some(_) => RoleGrants::default(),
                        None => live.client().grant.roles().cloned().unwrap_or_default(),
                    };
                    works.tokens.insert(*token.digest.as_bytes(), (live.scopes(), roles));
                }
            }
            Record::Family(family) if family.refresh.is_some() => {
                let (organization, client) = (family.organization, family.client);
                let standing = standing(organization, client, Some(family.user), Some(family.id));
                let asked =
                    IssueFor { organization, client, user: Some(family.user), family: Some(family.id) };
                if let Ok(admitted) = admit(&standing, &asked, ImplicitSunset::default(), now) {
                    works.logins.insert(family.id, (admitted.scopes(), RoleGrants::default()));
                }
            }
            // Approved by default in an organization that said no word (AA-13).
            Record::Client(client)
                if client.organization().is_none()
                    && house.find(Key::Authorization(ACME, client.id)).is_none() =>
            {
                let scopes = client.grant.scopes().cloned().unwrap_or_default();
                works.applications.insert((ACME, client.id), (scopes, RoleGrants::default()));
            }
            Record::Authorization(word) => {
                let (organization, client) = (word.organization(), word.client());
                let standing = standing(organization, client, None, None);
                let Some(registered) = standing.client.clone() else { continue };
                let user = registered.grant.scopes().map(|_| VIEWER);
                let asked = IssueFor { organization, client, user, family: None };
                let explained = explain_admission(&standing, &asked, ImplicitSunset::default(), now);
                let passes = [Layer::Organization, Layer::Client, Layer::Authorization]
                    .map(|layer| explained.verdict(layer) == Some(&Verdict::Passes));
                if passes == [true; 3] {
                    let granted = match word.state() {
                        AuthorizationState::Approved(approval) => approval.granted.clone(),
                        _ => continue,
                    };
                    let scopes = match (granted, registered.grant.scopes()) {
                        (Granted::Scopes(approved), Some(own)) => own.intersection(&approved),
                        _ => Scopes::empty(),
                    };
                    let roles = registered.grant.roles().cloned().unwrap_or_default();
                    works.applications.insert((organization, client), (scopes, roles));
                }
            }
            _ => {}
        }
    }
    works
}

/// How many stopped working, and how many work with less.
fn lost<K: Ord>(before: &BTreeMap<K, May>, after: &BTreeMap<K, May>) -> [Estimate; 2] {
    let (mut ended, mut narrowed) = (0, 0);
    for (key, (scopes, roles)) in before {
        match after.get(key) {
            None => ended += 1,
            Some((left, held)) => {
                let same = scopes.is_covered_by(left) && roles.iter().all(|grant| held.covers(grant));
                narrowed += u64::from(!same);
            }
        }
    }
    [Estimate::exactly(ended), Estimate::exactly(narrowed)]
}

/// GV-04: what is told beforehand is what then happens, for every change and every sort of client, and telling it changes
/// nothing. What would be refused is refused, for the same reason.
#[test]
fn gv_04_what_is_foreseen_is_what_happens() {
    let mut seen = [0_u32; 7];
    for at in [NOON, NOON.plus(1)] {
        let house = crowd();
        let (before, dump) = (works(&house, at), house.dump());
        for proposal in proposals(&house) {
            let foreseen = ready(house.admin().impact(&proposal, at)).unwrap();
            let there = copy(&house);
            let happened = carry_out(&there, &proposal, at);
            let impact = match (foreseen, happened) {
                (Ok(impact), Ok(())) => impact,
                (Err(Error::Denied(foreseen)), Err(denial)) => {
                    assert_eq!(foreseen, denial, "{proposal:?}");
                    seen[6] += 1;
                    continue;
                }
                (foreseen, happened) => panic!("{proposal:?}: {foreseen:?}, and then {happened:?}"),
            };
            let after = works(&there, at);
            let tokens = lost(&before.tokens, &after.tokens);
            assert_eq!([impact.tokens_ended, impact.tokens_narrowed], tokens, "{proposal:?}: tokens");
            let [logins, _] = lost(&before.logins, &after.logins);
            assert_eq!(impact.logins_ended, logins, "{proposal:?}: logins");
            let applications = lost(&before.applications, &after.applications);
            let told = [impact.applications_ended, impact.applications_narrowed];
            assert_eq!(told, applications, "{proposal:?}: applications");
            let named = Estimate::exactly(impact.applications.len() as u64);
            assert_eq!(named, applications[0].and(applications[1]), "{proposal:?}");
            assert_eq!(impact.reason.is_some(), !(tokens[0].is_none() && logins.is_none()), "{proposal:?}");
            let counts = [tokens[0], tokens[1], logins, applications[0], applications[1]];
            for (seen, count) in seen.iter_mut().zip(counts) {
                *seen += u32::from(!count.is_none());
            }
            seen[5] += u32::from(impact.is_none());
        }
        let refused = house.dump().into_iter().filter(|(key, _)| !matches!(key, Key::Event(_))).collect();
        let dump = dump.into_iter().filter(|(key, _)| !matches!(key, Key::Event(_))).collect();
        assert_same(&refused, &dump, "nothing but refusals is written");
    }
    assert!(seen.iter().all(|seen| *seen > 3), "every sort of impact was met: {seen:?}");
}

/// GV-04, OR-05: whoever may not do it may not ask what it would do, and is told what is missing.
#[test]
fn gv_04_asking_needs_what_doing_needs() {
    let house = crowd();
    for proposal in proposals(&house) {
        let bystander = house.server.administration(ACME, BYSTANDER);
        let denial = denied(bystander.impact(&proposal, NOON));
        assert!(matches!(denial, Denial::MissingPermission(_)), "{proposal:?}: {denial:?}");
    }
}

/// GV-04, OR-01: of another organization's client nothing is told but what the own word on it holds.
#[test]
fn gv_04_another_organizations_client_is_not_looked_into() {
    let house = crowd();
    let globex = house.server.administration(GLOBEX, ADMINISTRATOR);
    for proposal in [
        Proposal::DeleteClient(house.world.saml.id),
        Proposal::EndTokensOfClient(house.world.saml.id),
        Proposal::RegenerateSecret { client: house.world.saml.id, overlap: None },
    ] {
        assert_eq!(code(globex.impact(&proposal, NOON)), "client.not.found", "{proposal:?}");
    }
    assert_eq!(code(globex.plan_deletion(house.world.saml.id, NOON)), "client.not.found");
    let foreign: ClientId = fixtures::id(NEWCOMER);
    assert_eq!(code(house.admin().plan_deletion(foreign, NOON)), "client.not.found");
    let impact = done(globex.impact(&Proposal::Revoke(house.world.saml.id), NOON));
    assert!(impact.applications.iter().all(|affected| affected.organization == GLOBEX), "{impact:?}");
    assert_eq!((impact.reach, impact.secrets.len()), (None, 0), "{}", house.world.saml.id);
}

/// Plants so many tokens of the service.
fn many(tokens: u64) -> House {
    let house = House::new();
    let like = fixtures::token(&house.world.service, &house.world.service_approval, None);
    for number in 0..tokens {
        house.plant_token(100_000 + number, &like);
    }
    house
}

/// GV-04: revoking and asking what it would do cost the same with ten times the tokens; the number is told with bounds
/// that hold, and a word on how sure it is.
#[test]
fn gv_04_the_cost_does_not_grow_with_the_tokens() {
    let mut calls = Vec::new();
    for tokens in [1_000, 10_000] {
        let house = many(tokens);
        let there = tokens + 1;
        house.store().take_calls();
        let impact = done(house.admin().impact(&Proposal::Revoke(house.world.service.id), NOON));
        calls.push(house.store().take_calls().len());
        let Estimate { about, low, high } = impact.tokens_ended;
        assert!(low <= there && there <= high.unwrap(), "{there}: {:?}", impact.tokens_ended);
        assert!(about.abs_diff(there) < there / 4, "{there}: {about}");
        assert!(!impact.tokens_ended.is_exact());
        assert!(impact.to_string().contains("access tokens would stop working"), "{impact}");
        let (code, _) = impact.reason.unwrap();
        assert_eq!(code, "authorization.revoked");
    }
    assert_eq!(calls[0], calls[1], "calls of the store");
}

/// GV-04: beyond the organizations that are looked at, the numbers are told as "at least".
#[test]
fn gv_04_what_is_not_looked_at_is_not_claimed() {
    let house = House::new();
    let web = &house.world.web;
    for number in 0..250_u64 {
        let organization: OrganizationId = fixtures::id(50_000 + number);
        house.put(fixtures::organization(organization, "Another"));
        house.put(fixtures::approved(organization, web));
    }
    let impact = done(house.admin().impact(&Proposal::DeleteClient(web.id), NOON));
    assert_eq!(impact.reach.as_ref().map(|reach| reach.organizations), Some(251));
    assert_eq!(impact.applications_ended, Estimate::exactly(200).at_least());
    assert_eq!(impact.applications.len(), Impact::NAMED);
    assert_eq!(impact.tokens_ended.high, None);
    assert!(impact.to_string().contains("at least 200 applications would obtain no more tokens"), "{impact}");
}

/// GV-04, LC-04: the last use is told, however many organizations come before this one.
#[test]
fn gv_04_the_own_use_is_told_beside_many_organizations() {
    let house = House::new();
    let service = &house.world.service;
    for number in 0..=u8::try_from(Impact::MOST_PLACES).unwrap() {
        let mut bytes = [0; 16];
        bytes[15] = number;
        let organization = OrganizationId::from_bytes(bytes);
        assert!(organization < ACME);
        house.put(fixtures::organization(organization, "Another"));
        house.put(fixtures::approved(organization, service));
    }
    let used = Some(house.world.service_usage_summary.last_call());
    let impact = done(house.admin().impact(&Proposal::DeleteClient(service.id), NOON));
    assert_eq!((impact.last_call, impact.applications[0].organization), (used, ACME));
    assert!(impact.permissions.iter().any(|lost| lost.what.as_str() == "routing:queue:view"), "{impact}");
    assert_eq!(done(house.admin().plan_deletion(service.id, NOON)).last_call, used);
}

/// GV-04: which secrets would end, when, and when they were last used.
#[test]
fn gv_04_the_secrets_that_would_end_are_named_with_their_last_use() {
    let house = House::new();
    let service = house.world.service.id;
    let secret = house.world.service.secret_ids().next().unwrap();
    let used = house.world.service_secret_use.last_used;
    let at = |overlap: Option<u32>| {
        let overlap = overlap.map(|seconds| Overlap::from_seconds(seconds).unwrap());
        let impact =
            done(house.admin().impact(&Proposal::RegenerateSecret { client: service, overlap }, NOON));
        assert!(impact.tokens_ended.is_none(), "tokens live on");
        let ending: Vec<_> =
            impact.secrets.iter().map(|ending| (ending.id, ending.ends, ending.last_used)).collect();
        ending
    };
    assert_eq!(at(None), [(secret, NOON, Some(used))]);
    assert_eq!(at(Some(60)), [(secret, NOON.plus(60), Some(used))]);
    let _ = done(house.admin().regenerate_secret(service, Overlap::from_seconds(600).ok(), NOON));
    let second = house.client(service).secret_ids().next().unwrap();
    assert_eq!(at(None), [(second, NOON, None), (secret, NOON, Some(used))]);
    // The first one is over by then: it ends no more.
    let late = |seconds| {
        let again = Proposal::RegenerateSecret { client: service, overlap: None };
        let impact = done(house.admin().impact(&again, NOON.plus(seconds)));
        impact.secrets.iter().map(|ending| ending.id).collect::<Vec<_>>()
    };
    assert_eq!((late(599), late(600)), (vec![second, secret], vec![second]));
    let edit = Proposal::EditClient { client: service, draft: Box::new(draft(GrantType::AuthorizationCode)) };
    let impact = done(house.admin().impact(&edit, NOON));
    assert!(impact.secrets.iter().all(|ending| ending.ends == NOON), "{:?}", impact.secrets);
}

/// GV-04: what would be lost of scopes and roles is told with its last use.
#[test]
fn gv_04_what_is_lost_is_told_with_its_last_use() {
    let house = House::new();
    let service = house.world.service.id;
    let noon = YESTERDAY;
    // It used what no role of it gives, as another once did: that is not lost.
    let mut day = house.world.service_usage.clone();
    day.usage.count(&Counted {
        endpoint: None,
        caller: Caller::Client,
        calls: Calls::new([0, 1, 0, 0, 0]),
        scope: None,
        permissions: &["analytics:view:view".parse().unwrap()],
        last_call: YESTERDAY,
    });
    house.put(UsageSummary::of(&day).unwrap());
    // The role that lets it view queues goes, and one that permits nothing it uses comes.
    let other = fixtures::role(ACME, fixtures::id(77), "oauth:client:view");
    house.put(other.clone());
    house.put(User {
        state: UserState::Active(fixtures::role_grants([
            (ADMINISTRATORS, Division::All),
            (VIEWERS, Division::All),
            (other.id, Division::All),
        ])),
        ..house.world.administrator.clone()
    });
    let roles = vec![RoleGrant { role: other.id, division: Division::All }];
    let edit = ClientDraft { roles, ..draft(GrantType::ClientCredentials) };
    let impact =
        done(house.admin().impact(&Proposal::EditClient { client: service, draft: Box::new(edit) }, NOON));
    let lost: Vec<_> = impact.permissions.iter().map(|lost| (lost.what.as_str(), lost.last_used)).collect();
    let used = house.world.service_usage.usage.permissions().values().next().copied();
    assert_eq!(lost, [("routing:queue:view", used)]);
    assert_eq!((impact.last_call, used.is_some_and(|used| used <= noon.plus(86_400))), (used, true));
    assert!(impact.to_string().contains("the permission `routing:queue:view` would be lost, last used at"));

    let web = house.world.web.id;
    let scopes = vec!["users:readonly".to_owned()];
    let impact = done(house.admin().impact(&Proposal::EditScopes { client: web, scopes }, NOON));
    let lost: Vec<_> = impact.scopes.iter().map(|lost| (lost.what.as_str(), lost.last_used)).collect();
    assert_eq!(lost, [("routing", None)]);
    assert!(impact.to_string().contains("the scope `routing` would be lost, not seen in use"), "{impact}");
}

/// GV-04, TK-03: a lower lifetime shortens the tokens to come, and none that lives.
#[test]
fn gv_04_a_lower_lifetime_is_told_for_the_tokens_to_come() {
    let house = House::new();
    let lifetime = TokenLifetime::from_seconds(300).unwrap();
    let policy = Policy { maximum_lifetime: Some(lifetime), ..Policy::default() };
    let impact = done(house.admin().impact(&Proposal::ChangePolicy(policy), NOON));
    let shortened = impact.shortened.unwrap();
    assert_eq!((shortened.after, shortened.before), (lifetime, TokenLifetime::MAX_SCIM));
    assert!(shortened.applications.about > 3 && impact.tokens_ended.is_none());
    house.set_policy(ACME, policy, NOON);
    assert_eq!(done(house.admin().impact(&Proposal::ChangePolicy(policy), NOON)).shortened, None);
    assert_eq!(done(house.admin().impact(&Proposal::ChangePolicy(Policy::default()), NOON)).shortened, None);

    let edit = ClientDraft { lifetime: Some(300), ..draft(GrantType::AuthorizationCode) };
    let edit = Proposal::EditClient { client: house.world.web.id, draft: Box::new(edit) };
    let shortened = done(house.admin().impact(&edit, NOON)).shortened.unwrap();
    assert_eq!((shortened.after, shortened.before), (lifetime, house.world.web.lifetime));
}

/// GV-04: what would be refused and nobody can count is named, and is not nothing.
#[test]
fn gv_04_what_cannot_be_counted_is_named() {
    let house = House::new();
    let told = |proposal: Proposal| {
        let impact = done(house.admin().impact(&proposal, NOON));
        let (is_none, text) = (impact.is_none(), impact.to_string());
        assert_eq!(
            is_none,
            impact.no_longer.is_empty() && text.starts_with("nothing would stop working"),
            "{text}"
        );
        assert!(impact.no_longer.iter().all(|named| text.contains(&named.to_string())), "{text}");
        impact.no_longer
    };
    let policy = |change: fn(&mut Policy)| {
        let mut policy = Policy::default();
        change(&mut policy);
        Proposal::ChangePolicy(policy)
    };
    let lax = Policy {
        enforce_scopes: false,
        idle_timeout: IdleTimeout::from_seconds(7_200).ok(),
        ..Policy::default()
    };
    assert_eq!(told(Proposal::ChangePolicy(lax)), [NoLonger::UnusedFor(7_200)]);
    house.set_policy(ACME, lax, NOON);
    assert_eq!(told(policy(|_| {})), [NoLonger::WithoutScope]);
    assert_eq!(told(policy(|policy| policy.enforce_scopes = false)), []);
    let hipaa = |policy: &mut Policy| (policy.enforce_scopes, policy.hipaa) = (false, true);
    assert_eq!(done(house.admin().impact(&policy(hipaa), NOON)).no_longer, [NoLonger::UnusedFor(900)]);
    let alone = |policy: &mut Policy| (policy.enforce_scopes, policy.sso_only) = (false, true);
    assert_eq!(told(policy(alone)), [NoLonger::WithoutProvider]);

    let web = house.client(house.world.web.id);
    let edited = |change: &dyn Fn(&mut ClientDraft)| {
        let mut draft = ClientDraft {
            redirect_uris: uris(&web),
            scopes: web.grant.scopes().unwrap().iter().map(ToString::to_string).collect(),
            lifetime: Some(web.lifetime.seconds()),
            ..draft(GrantType::AuthorizationCode)
        };
        change(&mut draft);
        Proposal::EditClient { client: web.id, draft: Box::new(draft) }
    };
    assert_eq!(told(edited(&|_| {})), []);
    let gone = web.grant.redirect_uris().unwrap().iter().next().unwrap().clone();
    let moved = told(edited(&|draft| draft.redirect_uris = vec!["https://new.example.com/back".into()]));
    assert_eq!(moved[0], NoLonger::RedirectUri(gone));
    assert_eq!(moved.len(), uris(&web).len());
    let migrated = done(house.admin().impact(&Proposal::MigrateImplicit(house.world.implicit.id), NOON));
    assert_eq!(migrated.no_longer, [NoLonger::GrantType(GrantType::Implicit)]);
}

/// LC-04: the plan shows the organizations that lose access and the tokens that end, and is refused with what changed.
#[test]
fn lc_04_a_plan_is_refused_with_what_changed() {
    let house = crowd();
    let saml = house.world.saml.id;
    let plan = done(house.admin().plan_deletion(saml, NOON));
    assert_eq!((plan.reach.organizations, plan.reach.first.clone()), (2, vec![ACME, GLOBEX]));
    let told = done(house.admin().impact(&Proposal::DeleteClient(saml), NOON));
    assert_eq!((plan.tokens, plan.logins), (told.tokens_ended, told.logins_ended));
    assert!(plan.tokens.about > 5 && plan.tokens.is_exact(), "{plan:?}");

    let refused = |plan: &DeletionPlan| {
        let before = house.dump();
        let denial = denied(house.admin().delete_client(plan, NOON));
        assert_same(&house.dump(), &before, "refused");
        let Denial::PlanOutdated { changed, .. } = denial else { panic!("{denial:?}") };
        (changed, Denial::to_string(&denial))
    };
    // One organization fewer, and one more.
    let globex = house.server.administration(GLOBEX, ADMINISTRATOR);
    let _ = done(globex.revoke(saml, Acknowledgement::NotGiven, NOON));
    let (changed, words) = refused(&plan);
    assert_eq!(changed, PlanChange::Organizations { shown: 2, now: 1 });
    assert!(words.contains("2 then, 1 now"), "{words}");
    let fewer = done(house.admin().plan_deletion(saml, NOON));
    let _ = done(globex.reauthorize(saml, None, NOON));
    assert_eq!(refused(&fewer).0, PlanChange::Organizations { shown: 1, now: 2 });
    assert_eq!(refused(&plan).0, PlanChange::Organizations { shown: 2, now: 2 }, "another word of Globex");
    // Another token is no other plan.
    let plan = done(house.admin().plan_deletion(saml, NOON));
    let like = fixtures::token(&house.world.saml, &house.world.saml_approval, Some(&house.world.web_login));
    house.plant_token(77_000, &like);
    let _ = done(house.admin().delete_client(&plan, NOON));
    assert!(works(&house, NOON).applications.keys().all(|(_, client)| *client != saml));
}
