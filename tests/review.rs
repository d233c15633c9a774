//! The review of an organization's application access: each finding, at its boundary, and what it must not say (GV-03).
#![cfg(feature = "testing")]

mod common;

use std::sync::Arc;

use grantor::change::Changes;
use grantor::model::Approval;
use grantor::model::Authorization;
use grantor::model::AuthorizationState;
use grantor::model::Caller;
use grantor::model::Calls;
use grantor::model::Client;
use grantor::model::ClientFields;
use grantor::model::ClientSecrets;
use grantor::model::CodeClient;
use grantor::model::Counted;
use grantor::model::Division;
use grantor::model::Grant;
use grantor::model::GrantType;
use grantor::model::IdentityProvider;
use grantor::model::ImplicitSunset;
use grantor::model::Organization;
use grantor::model::Overlap;
use grantor::model::Owner;
use grantor::model::Pkce;
use grantor::model::Policy;
use grantor::model::ProviderCertificates;
use grantor::model::ProviderState;
use grantor::model::Purpose;
use grantor::model::Role;
use grantor::model::SecretUse;
use grantor::model::Usage;
use grantor::model::UsageDay;
use grantor::model::UsageSummary;
use grantor::review::report::ApplicationReviewed;
use grantor::review::report::ClientReviewed;
use grantor::review::report::Evidence;
use grantor::review::report::FindingCode;
use grantor::review::report::FindingSubject;
use grantor::review::report::ProviderReviewed;
use grantor::review::report::Report;
use grantor::review::report::Review;
use grantor::review::report::ReviewCriteria;
use grantor::review::report::ReviewedUnder;
use grantor::review::report::Severity;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::ADMINISTRATORS;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::SALES;
use grantor::testing::fixtures::VIEWERS;
use grantor::testing::fixtures::YESTERDAY;
use grantor::value::ClientId;
use grantor::value::Day;
use grantor::value::OrganizationId;
use grantor::value::Permission;
use grantor::value::Scope;
use grantor::value::Timestamp;
use grantor::value::TokenLifetime;

#[cfg(feature = "saml")]
use common::Call;
use common::House;
use common::catalog;
use common::done;

/// A year before now.
const LAST_YEAR: Timestamp = NOON.minus(365 * DAY);
/// What was last used at this instant is unused, and a second later it is not.
const WINDOW: Timestamp = NOON.minus(90 * DAY);
const JUST_WITHIN: Timestamp = WINDOW.plus(1);

/// An organization that is in order, with one client of one grant type that is approved and used.
#[derive(Clone)]
struct Tidy {
    organization: Organization,
    criteria: ReviewCriteria,
    sunset: ImplicitSunset,
    client_limit: u32,
    client: Client,
    uses: Vec<SecretUse>,
    usage: Option<UsageSummary>,
    /// Of another client, so that usage is known to have been counted.
    counted: Option<UsageSummary>,
    is_used_elsewhere: bool,
    roles: Vec<Arc<Role>>,
    authorization: Authorization,
    provider: Option<IdentityProvider>,
    no_login_from: Timestamp,
    locked_out: Option<u64>,
}

/// One call of the client at this instant, which needed this.
fn used(client: ClientId, at: Timestamp, scope: &str, permission: &str, calls: Calls) -> UsageDay {
    let mut usage = Usage::default();
    usage.count(&Counted {
        endpoint: None,
        caller: Caller::Client,
        calls,
        scope: Scope::new(scope).ok().as_ref(),
        permissions: Permission::new(permission).ok().as_slice(),
        last_call: at,
    });
    UsageDay { organization: ACME, client, day: Day::of(at), usage }
}

const ONE: Calls = Calls::new([0, 1, 0, 0, 0]);

fn summary(days: &[UsageDay]) -> UsageSummary {
    let mut summary = UsageSummary::of(&days[0]).unwrap();
    days[1..].iter().for_each(|day| summary.add(day));
    summary
}

fn is_secret(grant: &mut Grant) -> Option<&mut ClientSecrets> {
    match grant {
        Grant::ClientCredentials { secrets, .. } | Grant::Saml2Bearer { secrets, .. } => Some(secrets),
        Grant::AuthorizationCode { client: CodeClient::Confidential { secrets, .. }, .. } => Some(secrets),
        Grant::AuthorizationCode { client: CodeClient::Public, .. } | Grant::Implicit { .. } => None,
    }
}

impl Tidy {
    fn new(grant_type: GrantType) -> Self {
        let client = fixtures::changed(&fixtures::client(1, grant_type), |fields| {
            (fields.created, fields.modified) = (LAST_YEAR, LAST_YEAR);
            fields.lifetime = TokenLifetime::RECOMMENDED;
            fields.description = Some("What it is for".parse().unwrap());
            fields.governance.contact = Some("Maria".parse().unwrap());
            if let Grant::ClientCredentials { roles, .. } = &mut fields.grant {
                *roles = fixtures::role_grants([(VIEWERS, Division::One(SALES))]);
            }
            if let Some(secrets) = is_secret(&mut fields.grant) {
                let fresh = *secrets.current().unwrap();
                *secrets = ClientSecrets::first(grantor::model::ClientSecret { created: YESTERDAY, ..fresh });
            }
        });
        let days = [
            used(client.id, YESTERDAY, "routing", "routing:queue:view", ONE),
            used(client.id, YESTERDAY, "users:readonly", "users:user:view", ONE),
        ];
        let counted = summary(&[
            used(fixtures::id(99), WINDOW, "", "", ONE),
            used(fixtures::id(99), YESTERDAY, "", "", ONE),
        ]);
        let mut tidy = Self {
            organization: fixtures::organization(ACME, "Acme"),
            criteria: ReviewCriteria::default(),
            sunset: ImplicitSunset::default(),
            client_limit: 1_000,
            uses: vec![],
            usage: Some(summary(&days)),
            counted: Some(counted),
            is_used_elsewhere: false,
            roles: vec![Arc::new(fixtures::role(ACME, VIEWERS, "routing:queue:view routing:queue:edit"))],
            authorization: fixtures::approved(ACME, &client),
            client,
            provider: None,
            no_login_from: Timestamp::MAX,
            locked_out: None,
        };
        tidy.approved_at(LAST_YEAR);
        tidy
    }

    fn change(&mut self, change: impl FnOnce(&mut ClientFields)) {
        self.client = fixtures::changed(&self.client, change);
    }

    fn approval(&self) -> Approval {
        match self.authorization.state() {
            AuthorizationState::Approved(approval) => approval.clone(),
            other => panic!("{other:?}"),
        }
    }

    fn approved_at(&mut self, at: Timestamp) {
        let mut approval = self.approval();
        approval.consent.at = at;
        self.authorization = Authorization::approved(ACME, self.client.id, self.authorization.id(), approval);
    }

    fn days(&mut self, days: &[UsageDay]) {
        self.usage = Some(summary(days));
    }

    fn report(&self) -> Report {
        let scopes = catalog();
        let under = ReviewedUnder {
            criteria: &self.criteria,
            scopes: &scopes,
            sunset: self.sunset,
            client_limit: self.client_limit,
        };
        let mut review = Review::new(&self.organization, under, NOON);
        // Usage comes last here, and first from the server: the order does not matter.
        review.add_client(&ClientReviewed {
            client: &self.client,
            uses: &self.uses,
            usage: self.usage.as_ref(),
            is_used_elsewhere: self.is_used_elsewhere,
            roles: &self.roles,
        });
        review.add_application(&ApplicationReviewed {
            authorization: &self.authorization,
            client: Some(&self.client),
            usage: self.usage.as_ref(),
        });
        if let Some(provider) = &self.provider {
            let (no_login_from, locked_out) = (self.no_login_from, self.locked_out);
            review.add_provider(&ProviderReviewed { provider, no_login_from, locked_out });
        }
        self.usage.iter().chain(&self.counted).for_each(|usage| review.add_usage(usage));
        review.report()
    }

    /// What is found, as the severity and the code.
    fn found(&self) -> Vec<(Severity, &'static str)> {
        self.report().findings.iter().map(|finding| (finding.severity, finding.code.as_str())).collect()
    }
}

use Severity::High;
use Severity::Low;
use Severity::Medium;
use Severity::Notice;

/// What is found once this is changed of an organization in order.
#[track_caller]
fn finds(grant_type: GrantType, change: impl FnOnce(&mut Tidy), expected: &[(Severity, &str)]) -> Report {
    let mut tidy = Tidy::new(grant_type);
    change(&mut tidy);
    assert_eq!(tidy.found(), expected);
    tidy.report()
}

use GrantType::AuthorizationCode;
use GrantType::ClientCredentials;
use GrantType::Implicit;
use GrantType::Saml2Bearer;

/// GV-03: of what is in order nothing is said.
#[test]
fn gv_03_nothing_is_found_where_all_is_in_order() {
    for grant_type in [AuthorizationCode, ClientCredentials, Saml2Bearer] {
        let report = finds(grant_type, |_| {}, &[]);
        assert_eq!(report.severities, Default::default());
        assert!(report.is_use_known);
    }
}

/// GV-03: unused clients and applications, to the second; and what speaks against it.
#[test]
fn gv_03_unused_clients_and_applications() {
    let both = [(Medium, "client.unused"), (Medium, "application.unused")];
    let application = [(Medium, "application.unused")];
    let last = |at: Timestamp| {
        move |tidy: &mut Tidy| tidy.days(&[used(tidy.client.id, at, "routing", "routing:queue:view", ONE)])
    };
    finds(ClientCredentials, last(WINDOW), &both);
    finds(ClientCredentials, last(WINDOW.plus(1)), &[]);
    let report = finds(ClientCredentials, |tidy| tidy.usage = None, &both);
    let none = Evidence::Unused { since: LAST_YEAR, last_call: None, last_secret_use: None };
    assert_eq!(report.findings[0].evidence, none);
    assert_eq!(report.findings[0].remedy(), FindingCode::ClientUnused.remedy());

    // A client, and an approval, that is younger than the window.
    let unused_of = |created: Timestamp, approved: Timestamp| {
        move |tidy: &mut Tidy| {
            tidy.usage = None;
            tidy.change(|fields| fields.created = created);
            tidy.approved_at(approved);
        }
    };
    finds(ClientCredentials, unused_of(WINDOW, WINDOW), &both);
    finds(ClientCredentials, unused_of(WINDOW.plus(1), WINDOW), &application);
    finds(ClientCredentials, unused_of(WINDOW, WINDOW.plus(1)), &[(Medium, "client.unused")]);

    // One that was enabled, restored or edited within it.
    let changed = |at: Timestamp| {
        move |tidy: &mut Tidy| {
            tidy.usage = None;
            tidy.change(|fields| fields.modified = at);
        }
    };
    finds(ClientCredentials, changed(WINDOW.plus(1)), &[]);
    let report = finds(ClientCredentials, changed(WINDOW), &both);
    let none = Evidence::Unused { since: WINDOW, last_call: None, last_secret_use: None };
    assert_eq!(report.findings[0].evidence, none);

    // One that obtains tokens, or is used in another organization.
    let secret_used = |at: Timestamp| {
        move |tidy: &mut Tidy| {
            tidy.usage = None;
            let secret = tidy.client.secret_ids().next().unwrap();
            tidy.uses = vec![tidy.client.secret_use(secret, at)];
        }
    };
    finds(ClientCredentials, secret_used(WINDOW), &both);
    finds(ClientCredentials, secret_used(WINDOW.plus(1)), &application);
    let elsewhere = |tidy: &mut Tidy| (tidy.usage, tidy.is_used_elsewhere) = (None, true);
    finds(ClientCredentials, elsewhere, &application);
    // The use of another client's secret is no use.
    finds(
        ClientCredentials,
        |tidy| {
            secret_used(NOON)(tidy);
            tidy.uses[0].client = fixtures::id(98);
        },
        &both,
    );
}

/// GV-03: where usage was never counted, or not for long enough, nothing is called unused, and the report says why.
#[test]
fn gv_03_what_was_never_counted_is_not_unused() {
    let unknown = |counted: Option<Timestamp>| {
        let mut tidy = Tidy::new(ClientCredentials);
        tidy.usage = None;
        tidy.counted = counted.map(|at| summary(&[used(fixtures::id(99), at, "", "", ONE)]));
        let report = tidy.report();
        assert_eq!((tidy.found().len(), report.is_use_known), (0, false));
        assert_eq!(report.counts, []);
        report
    };
    let report = unknown(None);
    assert_eq!(report.counted_since, None);
    assert!(report.to_html().contains("Usage was never counted for this organization"));
    assert!(report.to_markdown().contains("Usage was never counted for this organization"));
    // The day of the window begins before it: half of it is enough to say that usage was counted.
    let report = unknown(Some(Day::of(WINDOW).end()));
    assert!(report.to_html().contains("for less than 90 days"));
    let known = |tidy: &mut Tidy| {
        tidy.usage = None;
        tidy.counted = Some(summary(&[
            used(fixtures::id(99), Day::of(WINDOW).end().minus(1), "", "", ONE),
            used(fixtures::id(99), YESTERDAY, "", "", ONE),
        ]));
    };
    finds(ClientCredentials, known, &[(Medium, "client.unused"), (Medium, "application.unused")]);
    // What does not rest on usage is told all the same.
    finds(
        ClientCredentials,
        |tidy| {
            tidy.counted = None;
            tidy.usage = None;
            tidy.change(|fields| fields.description = None);
        },
        &[(Low, "client.description.missing")],
    );
}

/// GV-03: a window that begins with a day needs that day, to its first second.
#[test]
fn gv_03_usage_is_known_from_the_day_the_window_begins_with() {
    let begin = Day::of(WINDOW).start();
    let is_known = |first: Timestamp, unused_after: u32| {
        let mut tidy = Tidy::new(ClientCredentials);
        tidy.usage = None;
        tidy.criteria.unused_after = unused_after;
        let days = [first, YESTERDAY].map(|at| used(fixtures::id(99), at, "", "", ONE));
        tidy.counted = Some(summary(&days));
        let report = tidy.report();
        assert_eq!(report.is_use_known, !report.findings.is_empty());
        report.is_use_known
    };
    let whole_days = u32::try_from(NOON.seconds_since(begin)).unwrap();
    for (first, unused_after, expected) in [
        (begin, whole_days, true),
        (Day::of(WINDOW).end().minus(1), whole_days, true),
        (Day::of(WINDOW).end(), whole_days, false),
        (begin, whole_days + 1, false),
        (begin.minus(1), whole_days + 1, true),
    ] {
        assert_eq!(is_known(first, unused_after), expected, "from {first}, after {unused_after} s");
    }
}

/// GV-03: where no call of any client was counted since, the counting may have stopped: nothing is called unused.
#[test]
fn gv_03_what_is_counted_no_more_is_not_unused() {
    let counted_until = |last: Timestamp| {
        let mut tidy = Tidy::new(ClientCredentials);
        tidy.usage = None;
        tidy.counted = Some(summary(&[
            used(fixtures::id(99), LAST_YEAR, "", "", ONE),
            used(fixtures::id(99), last, "", "", ONE),
        ]));
        (tidy.found().len(), tidy.report())
    };
    let (found, report) = counted_until(WINDOW);
    assert_eq!((found, report.is_use_known, report.counted_until), (0, false, Some(WINDOW)));
    for written in [report.to_html(), report.to_markdown()] {
        assert!(written.contains("No call was counted in the last 90 days"), "{written}");
    }
    let (found, report) = counted_until(JUST_WITHIN);
    assert_eq!((found, report.is_use_known), (2, true));
}

/// GV-03: a request is stale after 14 days, to the second.
#[test]
fn gv_03_requests_that_wait() {
    let asked = |at: Timestamp| {
        move |tidy: &mut Tidy| {
            let AuthorizationState::Pending { requested, by, .. } =
                fixtures::pending(ACME, &tidy.client).state().clone()
            else {
                panic!()
            };
            let id = tidy.authorization.id();
            tidy.authorization = Authorization::request(ACME, tidy.client.id, id, requested, by, at);
        }
    };
    let report = finds(AuthorizationCode, asked(NOON.minus(14 * DAY)), &[(Low, "application.request.stale")]);
    let words = report.findings[0].evidence.to_string();
    assert!(words.contains("2026-01-01") && words.contains("routing users:readonly"), "{words}");
    assert_eq!(report.applications.pending, 1);
    let report = finds(AuthorizationCode, asked(NOON.minus(14 * DAY).plus(1)), &[]);
    assert_eq!(report.applications.pending, 1);
}

/// GV-03: a scope for writing of which only reads were seen, and one that no call needed.
#[test]
fn gv_03_scopes_broader_than_their_use() {
    let needed = |needs: &'static [(&'static str, Timestamp)]| {
        move |tidy: &mut Tidy| {
            let id = tidy.client.id;
            let days: Vec<UsageDay> = needs.iter().map(|(scope, at)| used(id, *at, scope, "", ONE)).collect();
            tidy.days(&days);
        }
    };
    let broad = (Medium, "application.scope.broad");
    let unused = (Low, "application.scope.unused");
    let report = finds(
        AuthorizationCode,
        needed(&[("routing:readonly", YESTERDAY), ("users:readonly", YESTERDAY)]),
        &[broad],
    );
    let scopes = vec![("routing".parse().unwrap(), YESTERDAY)];
    assert_eq!(report.findings[0].evidence, Evidence::OnlyRead { since: WINDOW, scopes });
    let report = finds(
        AuthorizationCode,
        needed(&[("routing:readonly", YESTERDAY), ("routing", WINDOW), ("users:readonly", YESTERDAY)]),
        &[broad],
    );
    assert!(
        matches!(&report.findings[0].subject, FindingSubject::Application { name, .. } if name.as_str() == "Client 1")
    );
    // A write within the window, and the read of another.
    let written: &[_] =
        &[("routing:readonly", YESTERDAY), ("routing", JUST_WITHIN), ("users:readonly", YESTERDAY)];
    finds(AuthorizationCode, needed(written), &[]);
    let report = finds(AuthorizationCode, needed(&[("routing", YESTERDAY)]), &[unused]);
    let scopes = vec![("users:readonly".parse().unwrap(), None)];
    let never = Evidence::NeverNeeded { since: WINDOW, scopes, last_call: YESTERDAY };
    assert_eq!(report.findings[0].evidence, never);
    finds(AuthorizationCode, needed(&[("routing", YESTERDAY), ("users:readonly", WINDOW)]), &[unused]);
    finds(AuthorizationCode, needed(&[("routing", YESTERDAY), ("users:readonly", JUST_WITHIN)]), &[]);

    // What speaks against it: the approval is younger, the scope was added later, scopes are not enforced, none was told.
    let with = |more: fn(&mut Tidy)| {
        move |tidy: &mut Tidy| {
            needed(&[("routing:readonly", YESTERDAY)])(tidy);
            more(tidy);
        }
    };
    finds(AuthorizationCode, with(|tidy| tidy.approved_at(WINDOW)), &[broad, unused]);
    finds(AuthorizationCode, with(|tidy| tidy.approved_at(WINDOW.plus(1))), &[]);
    let added = |tidy: &mut Tidy| {
        let mut approval = tidy.approval();
        approval.consent.granted = fixtures::scopes("routing");
        tidy.authorization = Authorization::approved(ACME, tidy.client.id, tidy.authorization.id(), approval);
    };
    finds(AuthorizationCode, with(added), &[broad]);
    let lax = |tidy: &mut Tidy| {
        let policy = Policy { enforce_scopes: false, ..Policy::default() };
        tidy.organization = tidy.organization.with_policy(policy, NOON);
    };
    finds(AuthorizationCode, with(lax), &[(High, "policy.scopes.not.enforced")]);
    finds(AuthorizationCode, needed(&[("", YESTERDAY)]), &[]);
    // A scope of which there is no form for reading alone, or no more, cannot be narrowed to it.
    let granting = |scope: &'static str, needs: &'static [(&'static str, Timestamp)]| {
        move |tidy: &mut Tidy| {
            needed(needs)(tidy);
            let mut approval = tidy.approval();
            approval.consent.granted = fixtures::scopes(scope);
            approval.granted = grantor::model::Granted::Scopes(fixtures::scopes(scope));
            tidy.authorization =
                Authorization::approved(ACME, tidy.client.id, tidy.authorization.id(), approval);
        }
    };
    finds(AuthorizationCode, granting("billing", &[("billing:readonly", YESTERDAY)]), &[]);
    finds(AuthorizationCode, granting("analytics", &[("analytics:readonly", YESTERDAY)]), &[broad]);
    // So many were needed that some may not be known.
    let many = |tidy: &mut Tidy| {
        let id = tidy.client.id;
        let days: Vec<UsageDay> =
            (0..200).map(|number| used(id, YESTERDAY, &format!("s{number}"), "", ONE)).collect();
        tidy.days(&days);
    };
    finds(AuthorizationCode, many, &[]);
}

/// GV-03: wildcards, all divisions, roles of which nothing was used, and roles that are no more.
#[test]
fn gv_03_wide_roles() {
    let permits = |permissions: &'static str| {
        move |tidy: &mut Tidy| tidy.roles = vec![Arc::new(fixtures::role(ACME, VIEWERS, permissions))]
    };
    let wildcard = "client.role.wildcard";
    let report = finds(ClientCredentials, permits("*:*:* routing:queue:view"), &[(High, wildcard)]);
    let patterns = vec!["*:*:*".to_owned()];
    assert_eq!(report.findings[0].evidence, Evidence::Wildcards { patterns, more: 0 });
    finds(ClientCredentials, permits("routing:*:*"), &[(Medium, wildcard)]);
    finds(ClientCredentials, permits("*:queue:view"), &[(Medium, wildcard)]);
    let many = "a:b:* b:b:* c:b:* d:b:* e:*:* routing:queue:* f:b:*";
    let report = finds(ClientCredentials, permits(many), &[(Medium, wildcard)]);
    let Evidence::Wildcards { patterns, more } = &report.findings[0].evidence else { panic!() };
    assert_eq!((patterns[0].as_str(), patterns.len(), *more), ("e:*:*", 5, 2));

    let in_all = |tidy: &mut Tidy| {
        tidy.change(|fields| {
            if let Grant::ClientCredentials { roles, .. } = &mut fields.grant {
                *roles = fixtures::role_grants([(VIEWERS, Division::All), (VIEWERS, Division::One(SALES))]);
            }
        });
    };
    let report = finds(ClientCredentials, in_all, &[(Low, "client.role.everywhere")]);
    assert_eq!(report.findings[0].evidence, Evidence::Divisions { all: true, named: 1 });
    let missing = [(Low, "client.role.missing")];
    finds(ClientCredentials, |tidy| tidy.roles.clear(), &missing);
    // The role of the same identifier in another organization is another one.
    let theirs = |tidy: &mut Tidy| tidy.roles = vec![Arc::new(fixtures::role(GLOBEX, VIEWERS, "a:b:c"))];
    finds(ClientCredentials, theirs, &missing);

    let unused = [(Medium, "client.role.unused")];
    finds(ClientCredentials, permits("analytics:view:view"), &unused);
    let needed = |at: Timestamp, modified: Timestamp| {
        move |tidy: &mut Tidy| {
            let id = tidy.client.id;
            tidy.days(&[
                used(id, at, "", "routing:queue:view", ONE),
                used(id, YESTERDAY, "", "other:thing:view", ONE),
            ]);
            tidy.change(|fields| fields.modified = modified);
        }
    };
    finds(ClientCredentials, needed(WINDOW, WINDOW), &unused);
    finds(ClientCredentials, needed(WINDOW.plus(1), WINDOW), &[]);
    finds(ClientCredentials, needed(WINDOW, WINDOW.plus(1)), &[]);
    // So many were needed that some may not be known, one of the role's among them.
    let many = |permissions: usize| {
        move |tidy: &mut Tidy| {
            let id = tidy.client.id;
            let days: Vec<UsageDay> = (0..permissions)
                .map(|number| used(id, YESTERDAY, "", &format!("other:thing:a{number}"), ONE))
                .collect();
            tidy.days(&days);
        }
    };
    finds(ClientCredentials, many(Usage::MAX_NEEDS - 1), &unused);
    finds(ClientCredentials, many(Usage::MAX_NEEDS), &[]);
}

/// GV-03: what is found of several roles of a client, or of several certificates of a provider, is told of each.
#[test]
fn gv_03_each_part_of_a_subject_is_told() {
    let two = |tidy: &mut Tidy| {
        tidy.change(|fields| {
            if let Grant::ClientCredentials { roles, .. } = &mut fields.grant {
                *roles =
                    fixtures::role_grants([VIEWERS, ADMINISTRATORS].map(|role| (role, Division::One(SALES))));
            }
        });
        tidy.roles.clear();
        let mut provider = fixtures::identity_provider(ACME, 1);
        let certificates = [1, 2].map(|number| fixtures::certificate(number, LAST_YEAR, NOON.plus(3 * DAY)));
        provider.settings.certificates = ProviderCertificates::new(certificates).unwrap();
        tidy.provider = Some(provider);
    };
    let (expiring, missing) = ((Low, "provider.certificate.expiring"), (Low, "client.role.missing"));
    let report = finds(ClientCredentials, two, &[expiring, expiring, missing, missing]);
    let subjects: std::collections::BTreeSet<String> =
        report.findings.iter().map(|finding| finding.subject.to_string()).collect();
    assert_eq!(subjects.len(), 4, "{subjects:?}");
    let certificate = fixtures::certificate(1, LAST_YEAR, NOON.plus(3 * DAY)).fingerprint();
    let named = format!("Identity provider 1 (certificate {})", &certificate[..16]);
    assert!(subjects.contains(&named), "{subjects:?}");
    assert!(report.counts.iter().all(|count| (count.total, count.listed, count.more) == (2, 2, 0)));
}

/// GV-03, TK-01: above 64 800 s, unless the policy cuts it.
#[test]
fn gv_03_long_lifetimes() {
    let lives = |seconds: u32| {
        move |tidy: &mut Tidy| {
            tidy.change(|fields| {
                fields.lifetime = TokenLifetime::from_seconds(seconds).unwrap();
                if let Grant::ClientCredentials { purpose, .. } = &mut fields.grant {
                    *purpose = Purpose::Scim;
                }
            });
        }
    };
    let long = "client.lifetime.long";
    finds(ClientCredentials, lives(64_800), &[]);
    finds(ClientCredentials, lives(64_801), &[(Low, long)]);
    finds(ClientCredentials, lives(172_800), &[(Low, long)]);
    finds(ClientCredentials, lives(172_801), &[(Medium, long)]);
    let cut = |most: u32| {
        move |tidy: &mut Tidy| {
            lives(86_400)(tidy);
            let maximum_lifetime = Some(TokenLifetime::from_seconds(most).unwrap());
            let policy = Policy { maximum_lifetime, ..Policy::default() };
            tidy.organization = tidy.organization.with_policy(policy, NOON);
        }
    };
    finds(ClientCredentials, cut(64_800), &[]);
    let report = finds(ClientCredentials, cut(64_801), &[(Low, long)]);
    assert_eq!(report.findings[0].evidence, Evidence::Lifetime { seconds: 64_801, recommended: 64_800 });
}

/// GV-03: a secret is old at 90 days, and one that was replaced is told while it is used and not yet over.
#[test]
fn gv_03_old_secrets() {
    let generated = |at: Timestamp| {
        move |tidy: &mut Tidy| {
            tidy.change(|fields| {
                let secrets = is_secret(&mut fields.grant).unwrap();
                let current = *secrets.current().unwrap();
                *secrets = ClientSecrets::first(grantor::model::ClientSecret { created: at, ..current });
            });
        }
    };
    for grant_type in [AuthorizationCode, ClientCredentials, Saml2Bearer] {
        let report = finds(grant_type, generated(WINDOW), &[(Medium, "client.secret.old")]);
        let age = Evidence::SecretAge { created: WINDOW, days: 90, last_used: None };
        assert_eq!(report.findings[0].evidence, age);
        finds(grant_type, generated(WINDOW.plus(1)), &[]);
    }
    let rotated = |used_since: Option<u32>, overlap: u32| {
        move |tidy: &mut Tidy| {
            let rotated = NOON.minus(DAY / 2);
            let new = grantor::model::ClientSecret {
                id: fixtures::id(77),
                created: rotated,
                ..*tidy.client.grant.secrets().unwrap().current().unwrap()
            };
            let old = tidy.client.secret_ids().next().unwrap();
            let overlap = Overlap::from_seconds(overlap).unwrap();
            tidy.client = tidy
                .client
                .regenerate_secret(new, Some(overlap), fixtures::administrator(), rotated)
                .unwrap();
            tidy.uses = used_since
                .map(|later| tidy.client.secret_use(old, rotated.plus(later)))
                .into_iter()
                .collect();
        }
    };
    let used = [(High, "client.secret.overlap.used")];
    let report = finds(ClientCredentials, rotated(Some(1), DAY), &used);
    assert!(
        matches!(report.findings[0].subject, FindingSubject::Secret { secret, .. } if secret != fixtures::id(77))
    );
    assert_eq!(report.timeline.next[0].at, NOON.plus(DAY / 2));
    finds(ClientCredentials, rotated(Some(0), DAY), &[]);
    finds(ClientCredentials, rotated(None, DAY), &[]);
    finds(ClientCredentials, rotated(Some(1), DAY / 2 + 1), &used);
    finds(ClientCredentials, rotated(Some(1), DAY / 2), &[]);
    // What another client did with a secret of that identifier is no use of this one.
    let by_another = |tidy: &mut Tidy| {
        rotated(Some(1), DAY)(tidy);
        tidy.uses[0].client = fixtures::id(98);
    };
    finds(ClientCredentials, by_another, &[]);
    let of_another = |client: Option<ClientId>| {
        let change = |tidy: &mut Tidy| {
            generated(WINDOW)(tidy);
            let used = tidy.client.secret_use(tidy.client.secret_ids().next().unwrap(), YESTERDAY);
            tidy.uses = vec![SecretUse { client: client.unwrap_or(used.client), ..used }];
        };
        let report = finds(ClientCredentials, change, &[(Medium, "client.secret.old")]);
        match report.findings[0].evidence {
            Evidence::SecretAge { last_used, .. } => last_used,
            ref other => panic!("{other:?}"),
        }
    };
    assert_eq!((of_another(None), of_another(Some(fixtures::id(98)))), (Some(YESTERDAY), None));
}

/// GV-03, CL-15: what nobody wrote down, and reviews that are due.
#[test]
fn gv_03_descriptions_contacts_and_reviews() {
    let change = |change: fn(&mut ClientFields)| move |tidy: &mut Tidy| tidy.change(change);
    finds(
        AuthorizationCode,
        change(|fields| fields.description = None),
        &[(Low, "client.description.missing")],
    );
    finds(
        AuthorizationCode,
        change(|fields| fields.governance.contact = None),
        &[(Notice, "client.contact.missing")],
    );
    let due = change(|fields| fields.governance.next_review = Some(NOON));
    finds(AuthorizationCode, due, &[(Medium, "client.review.overdue")]);
    let later = change(|fields| fields.governance.next_review = Some(NOON.plus(1)));
    let report = finds(AuthorizationCode, later, &[]);
    assert_eq!(report.timeline.next.len(), 1);
    finds(
        AuthorizationCode,
        change(|fields| {
            if let Grant::AuthorizationCode { client: CodeClient::Confidential { pkce, .. }, .. } =
                &mut fields.grant
            {
                *pkce = Pkce::Optional;
            }
        }),
        &[(Medium, "client.pkce.optional")],
    );
}

/// GV-03, GR-05: implicit clients with the days that they have left.
#[test]
fn gv_03_implicit_clients() {
    let ends = |at: Timestamp| move |tidy: &mut Tidy| tidy.sunset.use_ends = at;
    let implicit = "client.implicit";
    for (at, severity, days_left) in [
        (NOON.plus(90 * DAY), Medium, 90),
        (NOON.plus(90 * DAY - 1), High, 89),
        (NOON.plus(DAY), High, 1),
        (NOON.plus(DAY - 1), High, 0),
        (NOON.minus(1), High, 0),
    ] {
        let report = finds(Implicit, ends(at), &[(severity, implicit)]);
        assert_eq!(report.findings[0].evidence, Evidence::ImplicitEnds { ends: at, days_left });
        assert_eq!(report.timeline.next.len(), usize::from(at >= NOON));
    }
}

/// GV-03, LC-03, LC-08: of a client set for deletion the instant of removal is told and nothing else, until it is gone.
#[test]
fn gv_03_clients_that_await_their_removal() {
    let removed = |at: Timestamp| {
        move |tidy: &mut Tidy| {
            tidy.usage = None;
            tidy.change(|fields| fields.description = None);
            tidy.client = tidy.client.deactivate(fixtures::administrator(), at, YESTERDAY).unwrap();
        }
    };
    let report = finds(ClientCredentials, removed(NOON.plus(1)), &[(Notice, "client.removal.pending")]);
    assert_eq!(report.timeline.next[0].at, NOON.plus(1));
    assert!(report.findings[0].evidence.to_string().contains("2026-01-15T12:00:01Z"));
    let report = finds(ClientCredentials, removed(NOON), &[]);
    let of_clients: u64 = report.clients.iter().map(|counts| counts.total()).sum();
    assert_eq!((of_clients, report.applications.approved), (0, 0), "it is gone");
    // Disabled by the operator: its deletion runs on, and nothing else is told.
    let disabled = |tidy: &mut Tidy| {
        removed(NOON.plus(1))(tidy);
        tidy.client = tidy.client.disable(grantor::audit::Actor::Operator, YESTERDAY).unwrap();
    };
    let report = finds(ClientCredentials, disabled, &[(Notice, "client.removal.pending")]);
    assert_eq!(report.clients[0].disabled, 1);
}

/// GV-03, CL-17: near the limit of clients, and at it.
#[test]
fn gv_03_few_clients_left() {
    let limit = |limit: u32| {
        move |tidy: &mut Tidy| (tidy.client_limit, tidy.criteria.clients_near_limit) = (limit, 50)
    };
    let near = "clients.near.limit";
    finds(ClientCredentials, limit(1), &[(High, near)]);
    let report = finds(ClientCredentials, limit(2), &[(Medium, near)]);
    assert_eq!(report.findings[0].evidence, Evidence::Clients { clients: 1, limit: 2 });
    finds(ClientCredentials, limit(3), &[]);
    let own = |tidy: &mut Tidy| {
        let policy = Policy { client_limit: 1, ..Policy::default() };
        tidy.organization = tidy.organization.with_policy(policy, NOON);
    };
    finds(ClientCredentials, own, &[(High, near)]);
}

/// GV-03: where there is no client, none is near a limit, however low it is.
#[test]
fn gv_03_no_client_is_near_no_limit() {
    let none_near = |tidy: &mut Tidy| {
        tidy.criteria.clients_near_limit = 0;
        tidy.change(|fields| fields.owner = Owner::Organization(GLOBEX));
    };
    finds(AuthorizationCode, none_near, &[]);
    let one = |tidy: &mut Tidy| tidy.criteria.clients_near_limit = 0;
    finds(AuthorizationCode, one, &[(Medium, "clients.near.limit")]);
}

/// GV-03, LC-08, OR-01: an application is of the client it is told with; a built-in client that is gone is none.
#[test]
fn gv_03_only_applications_that_there_are_count() {
    let counts = |client: u64, removal: Timestamp| {
        let tidy = Tidy::new(AuthorizationCode);
        let (scopes, criteria) = (catalog(), ReviewCriteria::default());
        let under = ReviewedUnder {
            criteria: &criteria,
            scopes: &scopes,
            sunset: tidy.sunset,
            client_limit: tidy.client_limit,
        };
        let mut review = Review::new(&tidy.organization, under, NOON);
        let ending =
            |client: &Client| client.deactivate(fixtures::administrator(), removal, YESTERDAY).unwrap();
        let client = ending(&fixtures::client(client, AuthorizationCode));
        review.add_application(&ApplicationReviewed {
            authorization: &tidy.authorization,
            client: Some(&client),
            usage: None,
        });
        review.add_built_in(&ending(&fixtures::world().built_in));
        let applications = review.report().applications;
        (applications.approved, applications.built_in)
    };
    assert_eq!(counts(1, NOON.plus(1)), (1, 1));
    assert_eq!(counts(2, NOON.plus(1)), (0, 1), "of another client");
    assert_eq!(counts(1, NOON), (0, 0), "gone");
}

/// GV-03: a secret is drawn as old from the age on from which it is told as old.
#[test]
fn gv_03_old_secrets_are_drawn_as_old() {
    let drawn = |old_after: u32| {
        let mut tidy = Tidy::new(ClientCredentials);
        tidy.criteria.secret_old_after = old_after;
        tidy.change(|fields| {
            let secrets = is_secret(&mut fields.grant).unwrap();
            let current = *secrets.current().unwrap();
            *secrets = ClientSecrets::first(grantor::model::ClientSecret { created: WINDOW, ..current });
        });
        let page = tidy.report().to_html();
        let (_, picture) = page.split_once("id=\"secrets-title\"").unwrap();
        let (picture, _) = picture.split_once("</svg>").unwrap();
        ["one", "two"].map(|class| picture.matches(&format!("<rect class=\"{class}\"")).count())
    };
    assert_eq!(drawn(90 * DAY), [0, 1]);
    assert_eq!(drawn(91 * DAY), [1, 0]);
}

/// GV-03: one of a thousand is drawn so that it is seen, and none is not drawn.
#[test]
fn gv_03_what_is_there_is_seen() {
    let tidy = Tidy::new(AuthorizationCode);
    let (scopes, criteria) = (catalog(), ReviewCriteria::default());
    let under =
        ReviewedUnder { criteria: &criteria, scopes: &scopes, sunset: tidy.sunset, client_limit: 1_000_000 };
    let mut review = Review::new(&tidy.organization, under, NOON);
    for number in 1..=1_000 {
        let grant_type = if number == 1 { Saml2Bearer } else { AuthorizationCode };
        review.add_client(&ClientReviewed::new(&fixtures::client(number, grant_type)));
    }
    let page = review.report().to_html();
    let (_, picture) = page.split_once("id=\"clients-title\"").unwrap();
    let (picture, _) = picture.split_once("</svg>").unwrap();
    let widths: Vec<f64> = picture
        .split("<rect class=\"one\"")
        .skip(1)
        .map(|bar| attributes(bar, "width")[0].parse().unwrap())
        .collect();
    assert_eq!(widths.len(), 2, "{picture}");
    assert!(widths.iter().all(|width| *width >= 2.0), "{widths:?}");
}

/// GV-03: applications whose calls fail, and those that call more than they did.
#[test]
fn gv_03_calls_that_fail_and_calls_that_are_unusual() {
    let calls = |each: &'static [(u32, [u64; 5])]| {
        move |tidy: &mut Tidy| {
            let id = tidy.client.id;
            let of = |(back, calls): &(u32, [u64; 5])| {
                used(id, NOON.minus(back * DAY), "", "routing:queue:view", Calls::new(*calls))
            };
            tidy.days(&each.iter().map(of).collect::<Vec<_>>());
        }
    };
    let failing = [(Medium, "application.calls.failing")];
    finds(ClientCredentials, calls(&[(0, [0, 80, 0, 10, 10])]), &failing);
    finds(ClientCredentials, calls(&[(0, [0, 81, 0, 19, 0])]), &[]);
    finds(ClientCredentials, calls(&[(0, [0, 0, 0, 99, 0])]), &[]);
    finds(ClientCredentials, calls(&[(29, [0, 0, 0, 100, 0]), (0, [0, 1, 0, 0, 0])]), &failing);
    finds(ClientCredentials, calls(&[(30, [0, 0, 0, 100, 0]), (0, [0, 1, 0, 0, 0])]), &[]);

    let unusual = [(Medium, "application.calls.unusual")];
    let report =
        finds(ClientCredentials, calls(&[(8, [0, 800, 0, 0, 0]), (7, [0, 1_000, 0, 0, 0])]), &unusual);
    assert_eq!(report.findings[0].evidence, Evidence::Unusual { calls: 1_000, usual: 200 });
    finds(ClientCredentials, calls(&[(35, [0, 800, 0, 0, 0]), (1, [0, 1_000, 0, 0, 0])]), &unusual);
    finds(ClientCredentials, calls(&[(8, [0, 800, 0, 0, 0]), (7, [0, 999, 0, 0, 0])]), &[]);
    finds(ClientCredentials, calls(&[(8, [0, 804, 0, 0, 0]), (7, [0, 1_000, 0, 0, 0])]), &[]);
    finds(ClientCredentials, calls(&[(8, [0, 800, 0, 0, 0]), (0, [0, 9_000, 0, 0, 0])]), &[]);
    finds(ClientCredentials, calls(&[(36, [0, 800, 0, 0, 0]), (1, [0, 9_000, 0, 0, 0])]), &[]);
}

/// GV-03, SA-04: certificates by the days that are announced; who is locked out; what nobody would notice.
#[test]
fn gv_03_certificates_that_expire() {
    let provider = |ends: &'static [Timestamp], no_login_from: Timestamp, locked_out: Option<u64>| {
        move |tidy: &mut Tidy| {
            let mut provider = fixtures::identity_provider(ACME, 1);
            let certificates =
                (1..).zip(ends).map(|(number, ends)| fixtures::certificate(number, LAST_YEAR, *ends));
            provider.settings.certificates = ProviderCertificates::new(certificates).unwrap();
            (tidy.no_login_from, tidy.locked_out) = (no_login_from, locked_out);
            tidy.provider = Some(provider);
        }
    };
    let expiring = "provider.certificate.expiring";
    let expired = "provider.certificate.expired";
    macro_rules! ends {
        ($seconds:expr, $locked:expr, $expected:expr) => {{
            const ENDS: [Timestamp; 1] = [NOON.plus($seconds)];
            finds(Saml2Bearer, provider(&ENDS, ENDS[0].plus(1), $locked), $expected)
        }};
    }
    ends!(60 * DAY + 1, Some(3), &[]);
    ends!(60 * DAY, Some(3), &[(High, expiring)]);
    ends!(60 * DAY, None, &[(Medium, expiring)]);
    ends!(7 * DAY + 1, None, &[(Medium, expiring)]);
    ends!(7 * DAY, None, &[(High, expiring)]);
    let report = ends!(DAY + 1, Some(3), &[(High, expiring)]);
    let Evidence::Expires { days, locked_out, .. } = report.findings[0].evidence else { panic!() };
    assert_eq!((days, locked_out), (7, Some(3)));
    assert!(report.findings[0].evidence.to_string().ends_with("and 3 users are locked out then"));
    assert_eq!(report.timeline.next.len(), 1);

    const OVER: [Timestamp; 1] = [NOON.minus(1)];
    finds(Saml2Bearer, provider(&OVER, NOON, None), &[(High, expired)]);
    // Over for long, and still the last one: nobody logs in from now on, as nobody did before.
    const LONG_OVER: [Timestamp; 1] = [NOON.minus(5 * DAY)];
    finds(Saml2Bearer, provider(&LONG_OVER, NOON, None), &[(High, expired)]);
    finds(Saml2Bearer, provider(&LONG_OVER, NOON.plus(1), None), &[(Low, expired)]);
    // Another certificate takes over.
    const BOTH: [Timestamp; 2] = [NOON.minus(1), NOON.plus(100 * DAY)];
    finds(Saml2Bearer, provider(&BOTH, BOTH[1].plus(1), None), &[(Low, expired)]);
    // Nobody logs in by it.
    let draft = |tidy: &mut Tidy| {
        provider(&OVER, NOON, None)(tidy);
        tidy.provider.as_mut().unwrap().state = ProviderState::Draft;
    };
    finds(Saml2Bearer, draft, &[(Notice, expired)]);
    let foreign = |tidy: &mut Tidy| {
        provider(&OVER, NOON, None)(tidy);
        tidy.provider.as_mut().unwrap().organization = GLOBEX;
    };
    finds(Saml2Bearer, foreign, &[]);
    let metadata = |until: Timestamp| {
        move |tidy: &mut Tidy| {
            const LATE: [Timestamp; 1] = [NOON.plus(1_000 * DAY)];
            provider(&LATE, until, None)(tidy);
            tidy.provider.as_mut().unwrap().settings.valid_until = Some(until);
        }
    };
    let expiring = "provider.metadata.expiring";
    finds(Saml2Bearer, metadata(NOON.plus(60 * DAY)), &[(Medium, expiring)]);
    finds(Saml2Bearer, metadata(NOON.plus(60 * DAY + 1)), &[]);
    finds(Saml2Bearer, metadata(NOON), &[(High, expiring)]);
}

/// OR-01: of another organization's client, the name and what this organization did with it; another organization's records
/// are no part of it.
#[test]
fn or_01_of_others_no_more_than_is_known_is_told() {
    let foreign = |tidy: &mut Tidy| {
        tidy.change(|fields| {
            fields.owner = Owner::Organization(GLOBEX);
            fields.description = None;
            fields.lifetime = TokenLifetime::MAX;
        });
        tidy.usage = None;
    };
    let report = finds(AuthorizationCode, foreign, &[(Medium, "application.unused")]);
    assert!(report.clients.iter().all(|counts| counts.total() == 0));
    let of_globex = |tidy: &mut Tidy| {
        foreign(tidy);
        let approval = tidy.approval();
        tidy.authorization = Authorization::approved(GLOBEX, tidy.client.id, fixtures::id(5), approval);
    };
    finds(AuthorizationCode, of_globex, &[]);
    // Usage of another organization's data is no use of this one's.
    let elsewhere = |tidy: &mut Tidy| {
        let mut day = used(tidy.client.id, YESTERDAY, "routing", "", ONE);
        day.organization = GLOBEX;
        tidy.days(&[day]);
    };
    finds(AuthorizationCode, elsewhere, &[(Medium, "client.unused"), (Medium, "application.unused")]);
    // Nor does it say since when usage was counted here, or how much.
    let theirs_alone = |tidy: &mut Tidy| {
        tidy.counted = None;
        let mut day = used(tidy.client.id, WINDOW, "routing", "", ONE);
        day.organization = GLOBEX;
        tidy.days(&[day]);
    };
    let report = finds(AuthorizationCode, theirs_alone, &[]);
    assert_eq!(report.counted_since, None);
    assert!(report.calls.iter().all(|day| day.total == 0));
}

/// Many clients of one fault, in an order that is not theirs.
fn many(numbers: impl Iterator<Item = u64>, listed: u16) -> Report {
    let mut tidy = Tidy::new(AuthorizationCode);
    let policy = Policy { client_limit: 1_000_000, ..Policy::default() };
    tidy.organization = tidy.organization.with_policy(policy, NOON);
    let (scopes, criteria) = (catalog(), ReviewCriteria { listed, ..ReviewCriteria::default() });
    let under =
        ReviewedUnder { criteria: &criteria, scopes: &scopes, sunset: tidy.sunset, client_limit: 1_000_000 };
    let mut review = Review::new(&tidy.organization, under, NOON);
    for number in numbers {
        let client = fixtures::changed(&fixtures::client(number, AuthorizationCode), |fields| {
            fields.name = fixtures::name(&format!("Client {:05}", number / 2));
            if number % 100 == 0 {
                fields.lifetime = TokenLifetime::MAX;
            }
        });
        review.add_client(&ClientReviewed::new(&client));
    }
    review.report()
}

/// GV-03: by severity, code and subject, whatever the order in which the records came; all counted, and the first listed.
#[test]
fn gv_03_findings_have_one_order_and_are_bounded() {
    let report = many((1..=1_000).rev(), 3);
    assert_eq!(report, many(1..=1_000, 3));
    let told: Vec<(Severity, &str, &str)> = report
        .findings
        .iter()
        .map(|finding| (finding.severity, finding.code.as_str(), finding.subject.name().as_str()))
        .collect();
    let of =
        |severity, code| ["Client 00000", "Client 00001", "Client 00001"].map(|name| (severity, code, name));
    let expected = [
        of(Low, "client.lifetime.long"),
        of(Low, "client.description.missing"),
        of(Notice, "client.contact.missing"),
    ]
    .concat();
    assert_eq!(told, expected);
    let [lifetime, description, contact] = report.counts.as_slice() else { panic!("{:?}", report.counts) };
    for count in [lifetime, description, contact] {
        assert_eq!((count.total, count.listed, count.more), (1_000, 3, 997));
    }
    assert_eq!((report.severities.low, report.severities.notice), (2_000, 1_000));
    for (listed, expected) in [(0, 1), (500, 500), (501, 500)] {
        assert_eq!(many(1..=1_000, listed).counts[0].listed, expected, "{listed}");
    }
    assert!(report.to_markdown().contains("and 997 more"));
    assert!(report.to_html().contains("3 listed, and 997 more"));
    let serialized = |clients: u64| serde_json::to_string(&many(1..=clients, 20)).unwrap().len();
    assert!(serialized(10_000) < serialized(1_000) + 200, "the report does not grow with the clients");
}

/// GV-03: how many more of a code there are is told once, behind the last of them that is listed, of whatever severity.
#[test]
fn gv_03_how_many_more_there_are_is_told_once() {
    let lives = |listed: u16| {
        let tidy = Tidy::new(ClientCredentials);
        let (scopes, criteria) = (catalog(), ReviewCriteria { listed, ..ReviewCriteria::default() });
        let under =
            ReviewedUnder { criteria: &criteria, scopes: &scopes, sunset: tidy.sunset, client_limit: 1_000 };
        let mut review = Review::new(&tidy.organization, under, NOON);
        for number in 1..=7 {
            let client = fixtures::changed(&tidy.client, |fields| {
                fields.id = fixtures::id(number);
                fields.created = NOON;
                // Two for months, and five for a day.
                let seconds = if number <= 2 { 172_801 } else { 86_400 };
                fields.lifetime = TokenLifetime::from_seconds(seconds).unwrap();
                if let Grant::ClientCredentials { purpose, .. } = &mut fields.grant {
                    *purpose = Purpose::Scim;
                }
            });
            review.add_client(&ClientReviewed { roles: &tidy.roles, ..ClientReviewed::new(&client) });
        }
        review.report()
    };
    for (listed, more) in [(1, 6), (2, 5), (3, 4), (6, 1)] {
        let report = lives(listed);
        let long: Vec<_> =
            report.counts.iter().filter(|count| count.code == FindingCode::LifetimeLong).collect();
        assert_eq!((report.counts.len(), long[0].more), (1, more), "{:?}", report.counts);
        let (page, text) = (report.to_html(), report.to_markdown());
        assert_eq!(text.matches(&format!("and {more} more\n")).count(), 1, "{text}");
        assert_eq!(page.matches(&format!(" listed, and {more} more")).count(), 1, "{page}");
        let [behind, last] =
            [text.find(&format!("and {more} more")), text.rfind("tokens live")].map(Option::unwrap);
        assert!(behind > last, "{text}");
    }
    let (page, text) = (lives(7).to_html(), lives(7).to_markdown());
    assert!(!page.contains(" listed, and ") && !text.lines().any(|line| line.starts_with("and ")), "{text}");
}

/// GV-03: the serde form holds all that the page does, and stays as it is.
#[test]
fn gv_03_the_report_is_data() {
    let mut tidy = Tidy::new(ClientCredentials);
    tidy.usage = None;
    tidy.change(|fields| fields.lifetime = TokenLifetime::DEFAULT);
    let json = serde_json::to_value(tidy.report()).unwrap();
    let finding = serde_json::json!({
        "code": "client.lifetime.long",
        "severity": "low",
        "subject": { "kind": "client", "client": "00000000-0000-4000-8000-000000000001", "name": "Client 1" },
        "evidence": { "seconds": 86_400, "recommended": 64_800 },
        "words": "tokens live 86400 s; 64800 s are recommended",
        "remedy": "set the shortest lifetime that its work allows",
    });
    assert_eq!(json["findings"][2], finding);
    let fields: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "applications",
        "at",
        "calls",
        "clients",
        "counted_since",
        "counted_until",
        "counts",
        "criteria",
        "findings",
        "is_use_known",
        "name",
        "organization",
        "secrets",
        "severities",
        "timeline",
    ];
    assert_eq!(fields, expected);
    let count = serde_json::json!({ "code": "client.unused", "total": 1, "listed": 1, "more": 0 });
    assert_eq!(json["counts"][0], count);
    assert_eq!(json["severities"], serde_json::json!({ "high": 0, "medium": 2, "low": 1, "notice": 0 }));
    assert_eq!(json["calls"].as_array().unwrap().len(), 90);
}

/// What is in quotes after each of these.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!(" {name}=\"");
    page.split(begin.as_str()).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// The report on a world with all sorts of findings, whose names are as hostile as names may be.
fn hostile() -> Report {
    let house = House::with(|world| {
        world.web = fixtures::changed(&world.web, |fields| {
            fields.name = fixtures::name("\"'&amp; onload=x | [a](javascript:b) `c` *d* www.e.example שלום");
        });
    });
    done(house.admin().review(&ReviewCriteria { stale_after: 0, ..ReviewCriteria::default() }, NOON))
}

/// threat 42: the page has no script, nothing from elsewhere and no style of an element; every element is closed, every
/// identifier stands once, and what refers to one finds it; a name means nothing in it.
#[test]
fn threat_42_the_page_stands_by_itself() {
    let page = hostile().to_html();
    for absent in
        ["<script", "javascript:b\"", " style=", " src=", "http://", "https://", "url(", " on", "@import"]
    {
        let at = page.find(absent).map(|at| &page[at.saturating_sub(40)..at + 40]);
        let is_of_the_name = at.is_some_and(|text| text.contains("&amp;amp; onload=x"));
        assert!(at.is_none() || is_of_the_name || absent == " on", "{absent} in {at:?}");
    }
    assert!(
        page.contains("&quot;&#39;&amp;amp; onload=x | [a](javascript:b) `c` *d* www.e.example שלום</bdi>")
    );
    assert!(attributes(&page, "href").iter().all(|href| href.starts_with('#')));
    let ids = attributes(&page, "id");
    let unique: std::collections::HashSet<&&str> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
    let labels = attributes(&page, "aria-labelledby");
    assert!(labels.iter().flat_map(|label| label.split(' ')).all(|label| ids.contains(&label)));
    assert!(attributes(&page, "href").iter().all(|href| ids.contains(&&href[1..])));

    // Each picture says in words what it shows, each table what it holds.
    assert_eq!(page.matches("<svg").count(), 5);
    assert_eq!(page.matches("<svg viewBox").count(), page.matches("role=\"img\"").count());
    assert_eq!(page.matches("<desc id").count(), 5);
    assert_eq!(page.matches("<table").count(), page.matches("<caption>").count());
    let policy = &attributes(&page, "content")[0];
    assert!(Report::CONTENT_SECURITY_POLICY.starts_with(*policy), "{policy}");

    let mut open = Vec::new();
    let body = &page[page.find("<body>").unwrap()..];
    for tag in body.split('<').skip(1) {
        let name: String = tag.chars().take_while(|found| found.is_alphanumeric() || *found == '/').collect();
        if let Some(closed) = name.strip_prefix('/') {
            let last = open.pop();
            assert!(last.as_deref() == Some(closed) || closed == "html", "{closed} closes {last:?}");
        } else if !tag.split('>').next().unwrap().ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

/// threat 42: no name is a cell, a link or markup in Markdown; each row of a table has the cells of its head.
#[test]
fn threat_42_the_markdown_is_neutral() {
    let text = hostile().to_markdown();
    assert!(
        text.contains(r"&amp;amp; onload\=x \| \[a\]\(javascript:b\) \`c\` \*d\* www\.e.example"),
        "{text}"
    );
    let cells = |line: &str| line.replace(r"\|", "").matches('|').count();
    let mut rows = 0;
    for pair in text.lines().collect::<Vec<_>>().windows(2) {
        if pair.iter().all(|line| line.starts_with('|')) {
            assert_eq!(cells(pair[0]), cells(pair[1]), "{pair:?}");
            rows += 1;
        }
    }
    assert!(rows > 30 && text.starts_with("# Review of application access\n"));
}

/// threat 42: a name begins no line, where it could be a list.
#[test]
fn threat_42_no_name_begins_a_line() {
    for name in ["- [ ] a task", "1. first", "--- a"] {
        let mut tidy = Tidy::new(ClientCredentials);
        tidy.organization = fixtures::organization(ACME, name);
        let text = tidy.report().to_markdown();
        let start: String = name.chars().take(2).collect();
        assert!(text.lines().all(|line| !line.starts_with(&start)), "{text}");
    }
}

/// GV-03: what there is none of is not told: no scopes that were asked for, no more wildcards.
#[test]
fn gv_03_evidence_tells_what_there_is() {
    let wildcards = |more| Evidence::Wildcards { patterns: vec!["routing:*:*".into()], more }.to_string();
    assert_eq!(wildcards(0), "permits routing:*:*");
    assert_eq!(wildcards(1), "permits routing:*:* and 1 more with wildcards");
    let waits =
        |requested| Evidence::Waits { since: NOON, by: fixtures::administrator(), requested }.to_string();
    let day = Day::of(NOON);
    assert_eq!(waits(fixtures::scopes("")), format!("asked for by user {ADMINISTRATOR} on {day}"));
    assert_eq!(
        waits(fixtures::scopes("routing")),
        format!("asked for by user {ADMINISTRATOR} on {day}: routing")
    );
}

/// GV-03: every finding is on the page and in the Markdown, with its evidence and its remedy.
#[test]
fn gv_03_every_finding_is_written() {
    let house = House::new();
    let report =
        done(house.admin().review(&ReviewCriteria { stale_after: 0, ..ReviewCriteria::default() }, NOON));
    let (page, text) = (report.to_html(), report.to_markdown());
    assert!(report.counts.len() >= 7, "{:?}", report.counts);
    for finding in &report.findings {
        let words = finding.evidence.to_string().replace('*', "\\*");
        assert!(page.contains(&finding.evidence.to_string()), "{finding:?}");
        assert!(text.contains(&words), "{finding:?}");
        for written in [&page, &text] {
            assert!(written.contains(finding.remedy()) && written.contains(finding.code.as_str()));
        }
    }
    for (severity, count) in Severity::ALL.map(|severity| (severity, report.severities.of(severity))) {
        assert!(page.contains(&format!("<b>{count}</b> {severity}</li>")));
    }
}

/// GV-03, OR-01: by the server. What another organization of the same names has is neither told nor counted, and the review
/// writes nothing.
#[test]
fn or_01_a_review_is_of_one_organization() {
    let house = House::new();
    let before = house.dump();
    let (report, events) = house.events_of(|| done(house.admin().review(&ReviewCriteria::default(), NOON)));
    assert!(events.is_empty());
    common::assert_same(&house.dump(), &before, "a review");
    let clients: u64 = report.clients.iter().map(|counts| counts.total()).sum();
    assert_eq!(clients, 11, "those of Acme that are not gone");
    let applications = report.applications;
    assert_eq!((applications.pending, applications.revoked, applications.built_in), (1, 1, 1));
    let approved = applications.approved + applications.built_in;
    assert!(report.to_html().contains(&format!("<b>{approved}</b> applications approved")));
    let calls: u64 = report.calls.iter().map(|day| day.total).sum();
    assert_eq!(calls, house.world.service_usage.usage.calls().total());

    let theirs = house.server.administration(GLOBEX, ADMINISTRATOR);
    let theirs = done(theirs.review(&ReviewCriteria::default(), NOON));
    let clients: u64 = theirs.clients.iter().map(|counts| counts.total()).sum();
    assert_eq!((clients, theirs.applications.revoked), (2, 1));
    assert!(theirs.calls.iter().all(|day| day.total == 0));
    assert_eq!((theirs.counted_since, theirs.is_use_known), (None, false));
}

fn usage_of(organization: OrganizationId, client: ClientId, at: Timestamp) -> UsageSummary {
    let day = used(client, at, "", "", ONE);
    summary(&[UsageDay { organization, ..day }])
}

/// GV-03, OR-01: a client of this organization that another one approved and uses is not unused.
#[test]
fn gv_03_use_in_another_organization_is_use() {
    let reviewed = |word: Option<Authorization>, usage: &[UsageSummary]| {
        let house = House::with(|world| {
            world.mobile = fixtures::changed(&world.mobile, |fields| {
                (fields.created, fields.modified) = (LAST_YEAR, LAST_YEAR);
            });
        });
        let mobile = house.world.mobile.id;
        house.put(usage_of(ACME, fixtures::id(99), WINDOW));
        word.into_iter().for_each(|word| house.put(word));
        usage.iter().for_each(|usage| house.put(usage.clone()));
        let report = done(house.admin().review(&ReviewCriteria::default(), NOON));
        assert!(report.is_use_known);
        let is_it = |subject: &FindingSubject| matches!(subject, FindingSubject::Client { client, .. } if *client == mobile);
        report
            .findings
            .iter()
            .any(|finding| finding.code == FindingCode::ClientUnused && is_it(&finding.subject))
    };
    let world = fixtures::world();
    let (mobile, approved) = (world.mobile.id, fixtures::approved(GLOBEX, &world.mobile));
    let revoked = approved.revoke(fixtures::administrator(), YESTERDAY).unwrap();
    assert!(reviewed(None, &[]));
    assert!(reviewed(Some(approved.clone()), &[]));
    assert!(reviewed(Some(approved.clone()), &[usage_of(GLOBEX, mobile, WINDOW)]));
    assert!(!reviewed(Some(approved), &[usage_of(GLOBEX, mobile, WINDOW.plus(1))]));
    assert!(reviewed(Some(revoked), &[usage_of(GLOBEX, mobile, NOON)]));
}

/// GV-03, SA-04: by the server, who is locked out is counted: active users with an email address.
#[cfg(feature = "saml")]
#[test]
fn gv_03_who_is_locked_out_is_counted() {
    let house = House::new();
    let mut provider = house.world.provider.clone();
    let certificate = fixtures::certificate(1, LAST_YEAR, NOON.plus(5 * DAY));
    provider.settings.certificates = ProviderCertificates::new([certificate]).unwrap();
    house.put(provider);
    let locked_out = |house: &House| {
        let report = done(house.admin().review(&ReviewCriteria::default(), NOON));
        let finding = report.findings.iter().find(|found| found.code == FindingCode::CertificateExpiring);
        match finding.map(|finding| &finding.evidence) {
            Some(Evidence::Expires { locked_out, .. }) => *locked_out,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(locked_out(&house), None);
    house.set_policy(ACME, Policy { sso_only: true, ..Policy::default() }, NOON);
    let active = house.store().memory().records().into_iter().filter(|stored| match &stored.record {
        grantor::change::Record::User(user) => {
            user.organization == ACME && user.email.is_some() && user.roles().is_some()
        }
        _ => false,
    });
    assert_eq!(locked_out(&house), Some(active.count() as u64));
}

/// GV-03: of the organization's own usage nothing is known once it is forgotten, however long the window is: what is not
/// known as use here is no use elsewhere either.
#[test]
fn gv_03_forgotten_use_here_is_no_use_elsewhere() {
    let days = |days: u32| NOON.minus(days * DAY);
    let is_unused = |last: Timestamp| {
        let house = House::with(|world| {
            world.mobile = fixtures::changed(&world.mobile, |fields| {
                (fields.created, fields.modified) = (days(700), days(700));
            });
        });
        let mobile = house.world.mobile.id;
        let counted = [days(650), YESTERDAY].map(|at| used(fixtures::id(99), at, "", "", ONE));
        house.put(summary(&counted));
        house.put(usage_of(ACME, mobile, last));
        let criteria = ReviewCriteria { unused_after: 600 * DAY, ..ReviewCriteria::default() };
        let report = done(house.admin().review(&criteria, NOON));
        assert!(report.is_use_known);
        report.findings.iter().any(|finding| {
            let is_it = matches!(finding.subject, FindingSubject::Client { client, .. } if client == mobile);
            is_it && finding.code == FindingCode::ClientUnused
        })
    };
    assert!(!is_unused(days(399)), "kept");
    assert!(is_unused(days(402)), "forgotten");
}

/// GV-03: the users are read where somebody is locked out, and not otherwise.
#[cfg(feature = "saml")]
#[test]
fn gv_03_users_are_read_where_some_are_locked_out() {
    let lists = |ends: Timestamp, sso_only: bool| {
        let house = House::new();
        let mut provider = house.world.provider.clone();
        provider.settings.certificates =
            ProviderCertificates::new([fixtures::certificate(1, LAST_YEAR, ends)]).unwrap();
        house.put(provider);
        house.set_policy(ACME, Policy { sso_only, ..Policy::default() }, NOON);
        house.store().take_calls();
        let _ = done(house.admin().review(&ReviewCriteria::default(), NOON));
        house.store().take_calls().into_iter().filter(|call| *call == Call::List).count()
    };
    let (soon, late) = (NOON.plus(5 * DAY), NOON.plus(1_000 * DAY));
    let without = lists(late, false);
    assert_eq!((lists(soon, false), lists(late, true), lists(soon, true)), (without, without, without + 1));
}

/// GV-03: pages of clients and applications are read to their end, each once.
#[test]
fn gv_03_every_page_is_read() {
    let house = House::new();
    let before = done(house.admin().review(&ReviewCriteria::default(), NOON));
    let mut changes = Changes::new();
    for number in 1_000..1_250 {
        let client = fixtures::client(number, AuthorizationCode);
        changes = changes.insert(fixtures::approved(ACME, &client)).insert(client);
        changes = changes.insert(usage_of(ACME, fixtures::id(number), NOON));
    }
    house.plant(changes);
    let after = done(house.admin().review(&ReviewCriteria::default(), NOON));
    let of = |report: &Report| {
        let calls: u64 = report.calls.iter().map(|day| day.total).sum();
        (report.clients[1].active, report.applications.approved, calls)
    };
    let (clients, applications, calls) = of(&before);
    assert_eq!(of(&after), (clients + 250, applications + 250, calls + 250));
}
