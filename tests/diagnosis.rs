//! The table of troubles (DX-01 to DX-11): each row is reached by causing its failure, and asking why.
#![cfg(feature = "testing")]

mod common;

use std::collections::HashSet;

use grantor::access::Requirement;
use grantor::admin::ClientDraft;
use grantor::admin::authorizations::Acknowledgement;
use grantor::audit::Action;
use grantor::audit::Actor;
use grantor::audit::Attempt;
use grantor::audit::Event;
use grantor::audit::Outcome;
use grantor::audit::Subject;
use grantor::change::Changes;
use grantor::change::Reason;
use grantor::model::Division;
use grantor::model::GrantType;
use grantor::model::Overlap;
use grantor::model::Policy;
use grantor::model::RoleGrant;
use grantor::model::User;
use grantor::model::UserState;
use grantor::review::diagnosis::Culprit;
use grantor::review::diagnosis::Diagnosis;
use grantor::review::diagnosis::Failure;
use grantor::review::diagnosis::Row;
use grantor::server::LoggedIn;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::HOUR;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::VIEWERS;
use grantor::value::ClientId;
use grantor::value::EventId;
use grantor::value::Timestamp;
use grantor::wire::AuthorizeRequest;

use common::Call;
use common::House;
use common::LAPSED;
use common::WITHDRAWN;
use common::code;
use common::done;
use common::draft;

/// The refusal that these steps leave in the trail, diagnosed.
#[track_caller]
fn diagnosed<T>(house: &House, now: Timestamp, steps: impl FnOnce() -> T) -> Diagnosis {
    let (_, events) = house.events_of(steps);
    let refused: Vec<&Event> = events.iter().filter(|event| event.outcome != Outcome::Done).collect();
    let [event] = refused.as_slice() else { panic!("not one refusal: {events:?}") };
    let diagnosis = done(house.admin().diagnose(event.id, now)).expect("a row");
    assert_eq!(diagnosis.at, event.at);
    diagnosis
}

/// Which change it was, by the administrator of Acme.
#[track_caller]
fn assert_changed(diagnosis: &Diagnosis, action: Action, at: Timestamp) -> &Culprit {
    let culprit = diagnosis.culprit.as_ref().unwrap_or_else(|| panic!("no change: {diagnosis}"));
    assert_eq!((culprit.action, culprit.at), (action, at), "{diagnosis}");
    assert_eq!(culprit.by, Actor::User { organization: ACME, user: ADMINISTRATOR }, "{diagnosis}");
    culprit
}

fn routing() -> Requirement {
    fixtures::requirement("routing", "routing:queue:view")
}

fn service(house: &House) -> (ClientId, String) {
    house.service(&draft(GrantType::ClientCredentials), NOON)
}

const fn later(seconds: u32) -> Timestamp {
    NOON.plus(seconds)
}

/// The query with which an application sends a user to be asked.
fn query(client: ClientId, redirect_uri: &str) -> String {
    format!(
        "response_type=code&client_id={client}&redirect_uri={redirect_uri}&state=xyz\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
    )
}

/// DX-01: a scope that was never approved.
#[test]
fn dx_01_a_missing_scope() {
    let house = House::new();
    let token = house.web_token();
    let analytics = fixtures::requirement("analytics", "");
    let diagnosis = diagnosed(&house, NOON, || house.call(&token, &analytics, NOON));
    assert_eq!((diagnosis.row, diagnosis.code.as_str()), (Row::MissingScope, "scope.missing"));
    assert_eq!(diagnosis.culprit, None);
    assert!(diagnosis.row.remedy().starts_with("edit the authorization"));
    assert!(diagnosis.looked_back_to.is_some(), "a change was looked for");
}

/// DX-02: a wrong secret, and a client that there is not; nothing was rotated.
#[test]
fn dx_02_wrong_credentials() {
    let house = House::new();
    let (id, secret) = service(&house);
    let diagnosis = diagnosed(&house, NOON, || house.ask(id, &secret.replace("gcs_", "gcs_x"), NOON));
    assert_eq!((diagnosis.row, diagnosis.culprit), (Row::WrongCredentials, None));
    let diagnosis = diagnosed(&house, NOON, || code(house.admin().client(fixtures::id(999), NOON)));
    assert_eq!(diagnosis.row, Row::WrongCredentials);
    assert_eq!(diagnosis.row.cause(), "the client id or the secret is wrong");
    assert!(diagnosis.row.remedy().contains("verify") && diagnosis.row.remedy().contains("regenerate"));
}

/// DX-02: an integration in which no credentials were entered.
#[test]
fn dx_02_credentials_that_are_not_configured() {
    let house = House::new();
    let (id, _) = service(&house);
    let body = format!("grant_type=client_credentials&client_id={id}");
    let diagnosis = diagnosed(&house, NOON, || house.post(&[], body.as_bytes(), NOON));
    assert_eq!(diagnosis.row, Row::CredentialsNotConfigured);
}

/// DX-02: the authorization fails before anybody logs in, since the application is not registered like this.
#[test]
fn dx_02_a_client_that_is_misconfigured() {
    let house = House::new();
    let query = query(house.world.web.id, "https://elsewhere.example.com/callback");
    let user = LoggedIn { organization: ACME, user: VIEWER };
    let request = AuthorizeRequest { query: query.as_bytes() };
    let (_, events) = house.events_of(|| done(house.server.authorize(&request, Some(user), NOON)));
    let failure = events.iter().find_map(Failure::of_event).expect("a refusal");
    assert_eq!(failure.code, "redirect.uri.unknown");
    let diagnosis = done(house.admin().diagnose_failure(failure, NOON)).unwrap();
    assert_eq!(diagnosis.row, Row::ClientMisconfigured);
}

/// DX-03: a role that does not permit it; and where the roles of the client were edited since, that edit.
#[test]
fn dx_03_a_missing_permission() {
    let house = House::new();
    let (id, secret) = service(&house);
    let token = house.issue(id, &secret, NOON);
    let edit = fixtures::requirement("", "routing:queue:edit");
    let diagnosis = diagnosed(&house, later(10), || house.call(&token, &edit, later(10)));
    assert_eq!((diagnosis.row, &diagnosis.culprit), (Row::MissingPermission, &None));
    assert!(diagnosis.row.remedy().contains("role"));

    let roles = vec![RoleGrant { role: fixtures::ADMINISTRATORS, division: Division::All }];
    let edited = ClientDraft { roles, ..draft(GrantType::ClientCredentials) };
    let _ = done(house.admin().edit_client(id, &edited, later(20)));
    assert!(house.call(&token, &edit, later(21)).is_ok());
    let _ = done(house.admin().edit_client(id, &draft(GrantType::ClientCredentials), later(30)));
    let diagnosis = diagnosed(&house, later(40), || house.call(&token, &edit, later(40)));
    let culprit = assert_changed(&diagnosis, Action::EditClient, later(30));
    assert!(culprit.changes.iter().any(|change| change.field == "roles"));
}

/// DX-04: revoked, by whom and when.
#[test]
fn dx_04_a_revoked_application() {
    let house = House::new();
    let (id, secret) = service(&house);
    let token = house.issue(id, &secret, NOON);
    let _ = done(house.admin().revoke(id, Acknowledgement::NotGiven, later(60)));
    for diagnosis in [
        diagnosed(&house, later(90), || house.call(&token, &fixtures::requirement("", ""), later(90))),
        diagnosed(&house, later(120), || house.ask(id, &secret, later(120))),
    ] {
        assert_eq!(
            (diagnosis.row, diagnosis.code.as_str()),
            (Row::ApplicationRevoked, "authorization.revoked")
        );
        assert_changed(&diagnosis, Action::Revoke, later(60));
        assert!(diagnosis.row.remedy().contains("from scratch"));
    }
    // AA-09: authorized anew, the token from before is still dead, and it is the revocation that did it.
    let _ = done(house.admin().reauthorize(id, None, later(180)));
    let call = || house.call(&token, &fixtures::requirement("", ""), later(240));
    let diagnosis = diagnosed(&house, later(240), call);
    assert_eq!(diagnosis.code, "authorization.superseded");
    assert_changed(&diagnosis, Action::Revoke, later(60));
}

/// DX-05: the scope was removed from the authorization, and the edit is named; an edit that took another one is not.
#[test]
fn dx_05_a_scope_that_was_removed() {
    let house = House::new();
    let (token, web) = (house.web_token(), house.world.web.id);
    let _ = done(house.admin().edit_scopes(web, &["users:readonly".to_owned()], later(5)));
    let _ = done(house.admin().edit_scopes(web, &["routing:readonly".to_owned()], later(6)));
    let diagnosis = diagnosed(&house, later(DAY - 1), || house.call(&token, &routing(), later(DAY - 1)));
    assert_eq!((diagnosis.row, diagnosis.code.as_str()), (Row::ScopeRemoved, "scope.removed"));
    let culprit = assert_changed(&diagnosis, Action::EditScopes, later(5));
    let [change] = culprit.changes.iter().filter(|change| change.field == "granted").collect::<Vec<_>>()[..]
    else {
        panic!("{culprit:?}")
    };
    assert!(change.before.as_deref().unwrap().contains("routing"));
    assert_eq!(change.after.as_deref(), Some("users:readonly"));
    assert_eq!(diagnosis.looked_back_to, None);
}

/// DX-05: the organization began to enforce scopes.
#[test]
fn dx_05_scopes_that_are_enforced_since() {
    let house = House::new();
    let token = house.web_token();
    let analytics = fixtures::requirement("analytics", "");
    let lax = Policy { enforce_scopes: false, ..Policy::default() };
    done(house.admin().change_policy(lax, NOON));
    assert!(house.call(&token, &analytics, later(1)).is_ok());
    done(house.admin().change_policy(Policy::default(), later(2)));
    let diagnosis = diagnosed(&house, later(3), || house.call(&token, &analytics, later(3)));
    assert_changed(&diagnosis, Action::ChangePolicy, later(2));
}

/// DX-05: the secret was rotated, and the old one is still in use.
#[test]
fn dx_05_a_secret_that_was_rotated() {
    let house = House::new();
    let (id, old) = service(&house);
    let rotated = done(house.admin().regenerate_secret(id, None, later(10)));
    let diagnosis = diagnosed(&house, later(20), || house.ask(id, &old, later(20)));
    assert_eq!((diagnosis.row, diagnosis.code.as_str()), (Row::SecretRotated, "client.secret.wrong"));
    assert_changed(&diagnosis, Action::RegenerateSecret, later(10));
    assert!(diagnosis.row.remedy().contains("new secret"));

    // Once the new one is in use, a wrong one is no longer put down to the rotation.
    let _ = house.issue(id, rotated.secret.expose(), later(30));
    let diagnosis = diagnosed(&house, later(40), || house.ask(id, &old, later(40)));
    assert_eq!((diagnosis.row, diagnosis.culprit), (Row::WrongCredentials, None));

    // With an overlap it is known to be the old one.
    let overlap = Overlap::from_seconds(HOUR).unwrap();
    let _ = done(house.admin().regenerate_secret(id, Some(overlap), later(50)));
    let after = later(50 + HOUR);
    let diagnosis = diagnosed(&house, after, || house.ask(id, rotated.secret.expose(), after));
    assert_eq!((diagnosis.row, diagnosis.code.as_str()), (Row::SecretRotated, "client.secret.ended"));
    assert_changed(&diagnosis, Action::RegenerateSecret, later(50));
}

/// DX-05, TK-10: all tokens were ended: of the organization, of the application, of the user.
#[test]
fn dx_05_tokens_that_were_ended() {
    let house = House::new();
    let (token, web) = (house.web_token(), house.world.web.id);
    done(house.admin().end_tokens_of_user(VIEWER, later(1)));
    let call = |at| diagnosed(&house, at, || house.call(&token, &routing(), at));
    let diagnosis = call(later(2));
    assert_eq!((diagnosis.row, diagnosis.code.as_str()), (Row::TokensEnded, "user.ended.tokens"));
    assert_changed(&diagnosis, Action::EndTokens, later(1));
    let _ = done(house.admin().end_tokens_of_application(web, later(3)));
    let diagnosis = call(later(4));
    assert_eq!(diagnosis.code, "authorization.ended.tokens");
    assert_changed(&diagnosis, Action::EndTokens, later(3));
    done(house.admin().end_tokens(later(5)));
    let diagnosis = call(later(6));
    assert_eq!(diagnosis.code, "organization.ended.tokens");
    assert_changed(&diagnosis, Action::EndTokens, later(5));
}

/// DX-05: the client was set for deletion.
#[test]
fn dx_05_a_client_that_is_not_in_use() {
    let house = House::new();
    let (token, web) = (house.web_token(), house.world.web.id);
    let plan = done(house.admin().plan_deletion(web, later(1)));
    let _ = done(house.admin().delete_client(&plan, later(2)));
    let diagnosis = diagnosed(&house, later(3), || house.call(&token, &routing(), later(3)));
    assert_eq!((diagnosis.row, diagnosis.code.as_str()), (Row::ClientNotInUse, "client.inactive"));
    assert_changed(&diagnosis, Action::DeleteClient, later(2));
}

/// DX-06: a token at its end. A shorter lifetime is no remedy, and no change is looked for.
#[test]
fn dx_06_an_expired_token() {
    let house = House::new();
    let (id, secret) = service(&house);
    let token = house.issue(id, &secret, NOON);
    let at = later(2 * DAY);
    let diagnosis = diagnosed(&house, at, || house.call(&token, &fixtures::requirement("", ""), at));
    assert_eq!(diagnosis.row, Row::TokenExpired);
    assert_eq!((&diagnosis.culprit, diagnosis.looked_back_to), (&None, None));
    assert_eq!(diagnosis.row.remedy(), "request a new token, or refresh it");
}

/// DX-07: a grant that the client is not registered for; roles on a client that carries none.
#[test]
fn dx_07_a_wrong_grant_type_and_roles_that_are_not_carried() {
    let house = House::new();
    let (id, secret) = service(&house);
    let basic = common::basic(id, &secret);
    let body = b"grant_type=authorization_code&code=none&redirect_uri=https://a.example/cb";
    let diagnosis = diagnosed(&house, NOON, || house.post(&[&basic], body, NOON));
    assert_eq!((diagnosis.row, &diagnosis.culprit), (Row::WrongGrantType, &None));

    let edited = draft(GrantType::AuthorizationCode);
    let _ = done(house.admin().edit_client(id, &edited, later(10)));
    let diagnosis = diagnosed(&house, later(20), || {
        let secret = done(house.admin().regenerate_secret(id, None, later(15)));
        house.ask(id, secret.secret.expose(), later(20))
    });
    assert_eq!(diagnosis.row, Row::WrongGrantType);
    assert_changed(&diagnosis, Action::EditClient, later(10));

    let roles = vec![RoleGrant { role: VIEWERS, division: Division::All }];
    let with_roles = ClientDraft { roles, ..draft(GrantType::AuthorizationCode) };
    let diagnosis =
        diagnosed(&house, later(30), || code(house.admin().create_client(&with_roles, later(30))));
    assert_eq!((diagnosis.row, diagnosis.code.as_str()), (Row::RolesNotCarried, "bad.client.roles"));
}

/// DX-08: the secret is not shown, by nothing; to regenerate it is the remedy.
#[test]
fn dx_08_a_secret_that_is_not_visible() {
    let house = House::new();
    let (id, secret) = service(&house);
    let shown = serde_json::to_string(&done(house.admin().client(id, NOON))).unwrap();
    assert!(!shown.contains(&secret));
    assert!(Row::SecretNotVisible.cause().contains("once"));
    assert!(Row::SecretNotVisible.remedy().contains("regenerate"));
    let regenerated = done(house.admin().regenerate_secret(id, None, NOON));
    let _ = house.issue(id, regenerated.secret.expose(), NOON);
}

/// DX-10: a client that has none of the scopes that there are is not restored: assign scopes first.
#[test]
fn dx_10_a_restore_that_is_refused() {
    let house = House::new();
    let id = fixtures::id::<ClientId>(LAPSED);
    let diagnosis = diagnosed(&house, NOON, || code(house.admin().restore_client(id, Some(&[]), NOON)));
    assert_eq!(diagnosis.row, Row::RestoreRefused);
    assert!(diagnosis.row.remedy().contains("assign scopes first"));
}

/// DX-11: whoever is no administrator asks one; an application that waits is approved by one.
#[test]
fn dx_11_what_needs_an_administrator() {
    let house = House::new();
    let bystander = house.server.administration(ACME, BYSTANDER);
    let partner = house.world.partner.id;
    let diagnosis = diagnosed(&house, NOON, || code(bystander.authorize(partner, None, NOON)));
    assert_eq!(diagnosis.row, Row::NotAnAdministrator);
    assert!(diagnosis.row.remedy().contains("ask an administrator"));
    let created = house.create(&draft(GrantType::ClientCredentials), NOON);
    let secret = created.secret.unwrap();
    let diagnosis = diagnosed(&house, NOON, || house.ask(created.client.id, secret.expose(), NOON));
    assert_eq!((diagnosis.row, diagnosis.code.as_str()), (Row::NotApproved, "authorization.missing"));
}

/// OR-07, AA-12: a user who is inactive, or outside the audience since it was edited.
#[test]
fn dx_a_user_who_is_not_admitted() {
    let house = House::new();
    let (token, web) = (house.web_token(), house.world.web.id);
    let _ = done(house.admin().edit_audience(web, &[fixtures::ADMINISTRATORS], later(1)));
    let diagnosis = diagnosed(&house, later(2), || house.call(&token, &routing(), later(2)));
    assert_eq!((diagnosis.row, diagnosis.code.as_str()), (Row::UserNotAdmitted, "user.outside.audience"));
    assert_changed(&diagnosis, Action::EditAudience, later(1));
    house.put(User { state: UserState::Inactive, ..house.world.viewer.clone() });
    let diagnosis = diagnosed(&house, later(3), || house.call(&token, &routing(), later(3)));
    assert_eq!((diagnosis.row, diagnosis.code.as_str()), (Row::UserNotAdmitted, "user.inactive"));
}

/// Every row has its three texts, and none of them is another's symptom.
#[test]
fn dx_each_row_has_a_cause_and_a_remedy() {
    let texts: HashSet<_> = Row::ALL.iter().map(|row| (row.symptom(), row.cause(), row.remedy())).collect();
    let symptoms: HashSet<_> = Row::ALL.iter().map(|row| row.symptom()).collect();
    assert_eq!((texts.len(), symptoms.len()), (Row::ALL.len(), Row::ALL.len()));
    for row in Row::ALL {
        for text in [row.symptom(), row.cause(), row.remedy()] {
            assert!(!text.is_empty() && !text.ends_with('.') && !text.contains("  "), "{text}");
        }
    }
}

/// OR-01, threat 37: an event of another organization is none, and so is one that tells of no refusal; and what its
/// owner did to a client is not told to others.
#[test]
fn threat_37_the_trail_of_another_organization_is_not_read() {
    let house = House::new();
    let token = house.web_token();
    let web = house.world.web.id;
    let _ = done(house.admin().revoke(web, Acknowledgement::NotGiven, later(1)));
    let (_, events) = house.events_of(|| house.call(&token, &routing(), later(2)));
    let globex = house.server.administration(GLOBEX, ADMINISTRATOR);
    assert_eq!(code(globex.diagnose(events[0].id, later(3))), "event.not.found");
    assert_eq!(code(house.admin().diagnose(fixtures::id(999), later(3))), "event.not.found");
    assert_eq!(code(house.admin().diagnose(house.world.event.id, later(3))), "event.not.found");
    let failure = Failure::of_event(&events[0]).unwrap();
    let told = done(globex.diagnose_failure(failure, later(3))).unwrap();
    assert_eq!(told.culprit, None);
}

/// DX-05: the walk is bounded, and says how far it went; within its bound the change is found behind any number of
/// events.
#[test]
fn dx_05_the_trail_is_read_from_its_end_in_bounded_steps() {
    let house = House::new();
    let (id, _) = service(&house);
    let new = done(house.admin().regenerate_secret(id, None, later(10)));
    // Thirty attempts in each of 200 seconds, of another client.
    let plant = |from: u32, seconds: u32, each: u32| {
        for second in from..from + seconds {
            let events = (0..each).map(|number| {
                let mut random = [0; 10];
                random[2..6].copy_from_slice(&number.to_be_bytes());
                noise(EventId::at(later(second), random), later(second))
            });
            house.plant(events.fold(Changes::new(), Changes::insert));
        }
    };
    plant(20, 200, 30);
    let failure = |code: &str, at| Failure {
        code: code.into(),
        cause: "as it was told".into(),
        at,
        action: Action::IssueToken,
        client: Some(id),
        user: None,
        provider: None,
    };
    let diagnosed = |code, at| done(house.admin().diagnose_failure(failure(code, at), at)).unwrap();
    house.store().take_calls();
    assert_changed(&diagnosed("client.secret.wrong", later(400)), Action::RegenerateSecret, later(10));
    let lists = house.store().take_calls().into_iter().filter(|call| *call == Call::List).count();
    assert!(lists <= 64, "{lists}");

    // Far more than the bound, between the change and the failure.
    plant(1_000, 40, 1_000);
    let at = later(1_050);
    let diagnosis = diagnosed("permission.missing", at);
    let back_to = diagnosis.looked_back_to.expect("not all of it");
    assert!(later(1_000) < back_to && back_to < later(1_040), "{back_to}");
    let lists = house.store().take_calls().into_iter().filter(|call| *call == Call::List).count();
    assert!((64..=69).contains(&lists), "{lists}");

    // The client's record tells when the secret was generated, and that it was never used.
    let diagnosis = diagnosed("client.secret.wrong", at);
    assert_changed(&diagnosis, Action::RegenerateSecret, later(10));
    assert_eq!((diagnosis.row, diagnosis.looked_back_to), (Row::SecretRotated, None));
    let _ = house.issue(id, new.secret.expose(), later(1_041));
    let diagnosis = diagnosed("client.secret.wrong", later(1_040));
    assert_eq!((diagnosis.row, &diagnosis.culprit), (Row::WrongCredentials, &None));
}

fn noise(id: EventId, at: Timestamp) -> Event {
    let client = fixtures::id(777);
    let attempt = Attempt {
        event: id,
        organization: Some(ACME),
        actor: Actor::Client(client),
        action: Action::IssueToken,
        subject: Subject::Client(client),
        at,
    };
    attempt.refused("client.secret.wrong", "the secret is wrong, or was replaced".into())
}

/// GV-05, TK-11: a diagnosis is read by programs and by people, and names the change in both.
#[test]
fn dx_05_a_diagnosis_is_read_by_programs_and_people() {
    let house = House::new();
    let token = house.web_token();
    let web = house.world.web.id;
    let _ = done(house.admin().edit_scopes(web, &["users:readonly".to_owned()], later(5)));
    let diagnosis = diagnosed(&house, later(9), || house.call(&token, &routing(), later(9)));
    let json = serde_json::to_value(&diagnosis).unwrap();
    assert_eq!(json["row"], "scope_removed");
    assert_eq!(json["code"], "scope.removed");
    assert_eq!(json["remedy"], Row::ScopeRemoved.remedy());
    assert_eq!(json["culprit"]["action"], "edit_scopes");
    assert_eq!(json["culprit"]["at"], later(5).unix());
    let text = diagnosis.to_string();
    let by = format!("user {ADMINISTRATOR} of organization {ACME}");
    assert!(
        text.starts_with("calls fail that worked before\n  refused:  the scope `routing` was removed"),
        "{text}"
    );
    assert!(
        text.contains(&format!("\n  changed:  EditScopes at 2026-01-15T12:00:05Z by {by}: granted")),
        "{text}"
    );
}

/// What was explained is diagnosed without an event.
#[test]
fn dx_05_an_explanation_is_diagnosed() {
    let house = House::new();
    let withdrawn = fixtures::id::<ClientId>(WITHDRAWN);
    let explanation = done(house.admin().explain_client(withdrawn, Some(VIEWER), NOON, NOON));
    let reason = explanation.refusal().unwrap();
    let failure = Failure::of_reason(reason, Action::IssueToken, withdrawn, Some(VIEWER), NOON);
    assert_eq!((failure.code.as_str(), failure.cause.as_str()), (reason.code(), reason.to_string().as_str()));
    let diagnosis = done(house.admin().diagnose_failure(failure, NOON)).unwrap();
    assert_eq!(diagnosis.row, Row::ApplicationRevoked);
    let nothing = Failure {
        code: "parameter.missing".into(),
        ..Failure::of_reason(reason, Action::IssueToken, withdrawn, None, NOON)
    };
    assert_eq!(done(house.admin().diagnose_failure(nothing, NOON)), None);
}
