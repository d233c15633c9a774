//! An administrator's approval at the browser, a user's own consent beside it, and who may use what was approved
//! (AA-03 to AA-05, AA-12 to AA-15).

use grantor::admin::authorizations::Acknowledgement;
use grantor::audit::Action;
use grantor::audit::Actor;
use grantor::model::Approval;
use grantor::model::Authorization;
use grantor::model::AuthorizationState;
use grantor::model::GrantType;
use grantor::model::Granted;
use grantor::model::PromptKind;
use grantor::server::AdministratorNeeded;
use grantor::server::Authorize;
use grantor::server::LoggedIn;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATORS;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::VIEWERS;
use grantor::value::AuthorizationId;
use grantor::value::ClientId;

use crate::browser::ADMIN;
use crate::browser::Asking;
use crate::browser::NEIGHBOR;
use crate::browser::NOBODY;
use crate::browser::SOMEBODY;
use crate::browser::YES;
use crate::browser::approved;
use crate::browser::confidential;
use crate::browser::own_word;
use crate::browser::page;
use crate::browser::redeemed;
use crate::browser::say;
use crate::browser::scopes_of;
use crate::browser::sent;
use crate::browser::unapproved;
use crate::browser::visit;
use crate::browser::with_roles;
use crate::browser::word;
use crate::browser::yes_to;
use crate::common::House;
use crate::common::NEWCOMER;
use crate::common::assert_same;
use crate::common::done;
use crate::common::draft;

#[track_caller]
fn approval(authorization: &Authorization) -> &Approval {
    match authorization.state() {
        AuthorizationState::Approved(approval) => approval,
        other => panic!("not approved: {other:?}"),
    }
}

/// The approved scopes, as a text.
#[track_caller]
fn granted(authorization: &Authorization) -> String {
    match &approval(authorization).granted {
        Granted::Scopes(scopes) => scopes.to_string(),
        Granted::Roles => panic!("approved for its roles"),
    }
}

#[track_caller]
fn must_approve(answered: Authorize) -> AdministratorNeeded {
    match answered {
        Authorize::AdministratorMustApprove(needed) => needed,
        other => panic!("no administrator is needed: {other:?}"),
    }
}

/// A request of a client of the fixtures, to its own page.
fn asking(client: ClientId) -> Asking {
    Asking::code(client).with("redirect_uri", "https://app.example.com/callback")
}

/// A request of the built-in client.
fn built_in(house: &House) -> Asking {
    asking(house.world.built_in.id).with("redirect_uri", "https://built-in.example.com/callback")
}

/// AA-03: of a client that was authorized by its id, users are asked for what was selected then, and for no more.
#[test]
fn aa_03_what_was_authorized_by_id_is_what_users_are_asked_for() {
    let house = House::new();
    let app = unapproved(&house, &confidential());
    let _ = done(house.admin().authorize(app.id, Some(&["routing:readonly".to_owned()]), NOON));
    for who in [SOMEBODY, NOBODY, ADMIN] {
        let page = page(&house, &Asking::code(app.id), who, NOON);
        assert_eq!((page.asks, scopes_of(&page).as_str()), (PromptKind::User, "routing:readonly"));
        let more = Asking::code(app.id).with("scope", "routing");
        assert_eq!(sent(visit(&house, &more, who, NOON)).error(), ("scope.not.approved", "invalid_scope"));
    }
}

/// AA-04: an administrator sees what an unknown application asks for, in the organization's name.
#[test]
fn aa_04_an_administrator_sees_what_is_asked_for() {
    let house = House::new();
    let app = unapproved(&house, &confidential());
    let seen = page(&house, &Asking::code(app.id), ADMIN, NOON);
    assert_eq!((seen.asks, scopes_of(&seen).as_str()), (PromptKind::Administrator, "routing users:readonly"));
}

/// AA-15: of that yes both are recorded, apart and with what was shown: the organization's approval, and the
/// administrator's own agreement to it.
#[test]
fn aa_15_an_administrators_yes_is_the_organizations_and_their_own() {
    let house = House::new();
    let app = unapproved(&house, &confidential());
    let sent = say(&house, &Asking::code(app.id), (ADMIN, &yes_to("routing")), NOON.plus(2));
    assert_eq!(redeemed(&house, &app, sent.code(), NOON.plus(2)).1, "routing");
    let authorization = word(&house, ACME, app.id).unwrap();
    let consent = &approval(&authorization).consent;
    assert_eq!((consent.by, consent.at), (fixtures::administrator(), NOON.plus(2)));
    assert_eq!(consent.shown.to_string(), "routing users:readonly");
    assert_eq!((consent.granted.to_string(), granted(&authorization)), ("routing".into(), "routing".into()));
    let own = own_word(&house, ADMIN, app.id).unwrap().agreed.unwrap();
    assert_eq!(
        (own.authorization, own.at, own.scopes),
        (authorization.id(), consent.at, consent.granted.clone())
    );
    assert_eq!(own.shown, consent.shown);
}

/// AA-04, AA-15: an administrator's yes agrees for no other user: each is asked, for what was approved.
#[test]
fn aa_15_an_approval_is_no_consent_of_other_users() {
    let house = House::new();
    let app = unapproved(&house, &confidential());
    let _ = say(&house, &Asking::code(app.id), (ADMIN, &yes_to("routing")), NOON);
    assert!(matches!(visit(&house, &Asking::code(app.id), ADMIN, NOON), Authorize::Redirect(_)));
    for who in [SOMEBODY, NOBODY] {
        assert_eq!(own_word(&house, who, app.id), None);
        let page = page(&house, &Asking::code(app.id), who, NOON);
        assert_eq!((page.asks, scopes_of(&page).as_str()), (PromptKind::User, "routing"));
    }
}

/// AA-15: a user's yes approves nothing for the organization, and an approval elsewhere is no yes of the
/// administrator's own.
#[test]
fn aa_15_a_users_yes_is_no_approval() {
    let house = House::new();
    let app = approved(&house, &confidential());
    let before = word(&house, ACME, app.id);
    let (_, events) = house.events_of(|| say(&house, &Asking::code(app.id), (SOMEBODY, &YES), NOON));
    assert_eq!(events.iter().map(|event| event.action).collect::<Vec<_>>(), [Action::Authorize]);
    assert_eq!(word(&house, ACME, app.id), before);
    assert_eq!(own_word(&house, ADMIN, app.id), None, "who approved it by its id was not asked");
    assert_eq!(page(&house, &Asking::code(app.id), ADMIN, NOON).asks, PromptKind::User);
}

/// AA-15, GV-01: an approval at the browser has an event of its own beside that of the login, by the same actor.
#[test]
fn aa_15_an_approval_at_the_browser_has_its_own_event() {
    let house = House::new();
    let app = unapproved(&house, &confidential());
    let (_, events) = house.events_of(|| say(&house, &Asking::code(app.id), (ADMIN, &YES), NOON));
    let mut actions: Vec<_> = events.iter().map(|event| event.action).collect();
    actions.sort_by_key(|action| *action != Action::Approve);
    assert_eq!(actions, [Action::Approve, Action::Authorize]);
    for event in events {
        assert_eq!((event.actor, event.organization), (fixtures::administrator(), Some(ACME)));
        let after = event.changes.iter().filter_map(|change| change.after.as_deref());
        assert!(after.into_iter().any(|text| text == "routing users:readonly"), "{event:?}");
    }
}

/// AA-05: a user without the permission is told that an administrator must approve; the request is pending with
/// what was asked for, by the user.
#[test]
fn aa_05_a_user_without_the_permission_asks_an_administrator() {
    let house = House::new();
    let app = unapproved(&house, &confidential());
    let narrow = Asking::code(app.id).with("scope", "routing:readonly");
    let (needed, events) = house.events_of(|| must_approve(visit(&house, &narrow, NOBODY, NOON)));
    assert_eq!((needed.client, needed.application.as_str()), (app.id, "Reports"));
    assert_eq!(needed.requested, fixtures::scopes("routing:readonly"));
    let by = Actor::User { organization: ACME, user: BYSTANDER };
    let pending = AuthorizationState::Pending { requested: needed.requested, by, at: NOON };
    assert_eq!(word(&house, ACME, app.id).unwrap().state(), &pending);
    assert_eq!(events.iter().map(|event| event.action).collect::<Vec<_>>(), [Action::RequestAuthorization]);
}

/// AA-05: a request that is pending stays as it is, whoever repeats it and for whatever.
#[test]
fn aa_05_asking_again_changes_nothing() {
    let house = House::new();
    let app = unapproved(&house, &confidential());
    let narrow = Asking::code(app.id).with("scope", "routing:readonly");
    let _ = must_approve(visit(&house, &narrow, NOBODY, NOON));
    let before = house.dump();
    for (asking, who) in [(&narrow, NOBODY), (&Asking::code(app.id), NOBODY), (&narrow, SOMEBODY)] {
        let _ = must_approve(visit(&house, asking, who, NOON.plus(60)));
    }
    assert_same(&house.dump(), &before, "asked again");
}

/// AA-04, AA-05: a pending request is approved by an administrator who comes with the application, for what is
/// asked for now and selected; it stays the same authorization, and the user is asked then.
#[test]
fn aa_05_a_pending_request_is_approved_at_the_browser() {
    let house = House::new();
    let app = unapproved(&house, &confidential());
    let _ =
        must_approve(visit(&house, &Asking::code(app.id).with("scope", "routing:readonly"), NOBODY, NOON));
    let pending = word(&house, ACME, app.id).unwrap();
    assert_eq!(page(&house, &Asking::code(app.id), ADMIN, NOON).asks, PromptKind::Administrator);
    let _ = say(&house, &Asking::code(app.id), (ADMIN, &yes_to("routing")), NOON);
    let approved = word(&house, ACME, app.id).unwrap();
    assert_eq!((approved.id(), granted(&approved)), (pending.id(), "routing".into()));
    assert_eq!(scopes_of(&page(&house, &Asking::code(app.id), NOBODY, NOON)), "routing");
}

/// AA-04, AA-05: it is the permission that makes the difference, at the time of the request, and no role's name.
#[test]
fn aa_05_the_permission_decides_who_is_asked_to_approve() {
    for (permitted, may) in [
        ("oauth:client:authorize", true),
        ("oauth:client:*", true),
        ("*:*:*", true),
        ("oauth:client:view", false),
        ("oauth:client:edit oauth:client:add oauth:client:delete", false),
        ("routing:client:authorize", false),
    ] {
        let house = House::new();
        let app = unapproved(&house, &confidential());
        let who = LoggedIn { organization: ACME, user: house.user_with(60, permitted) };
        let answered = visit(&house, &Asking::code(app.id), who, NOON);
        assert_eq!(matches!(answered, Authorize::Ask(_)), may, "{permitted}");
        assert_eq!(matches!(answered, Authorize::AdministratorMustApprove(_)), !may, "{permitted}");
    }
}

/// AA-12: an application that is limited to roles is for who holds one of them now, administrators included.
#[test]
fn aa_12_the_audience_limits_who_is_asked() {
    let house = House::new();
    let app = approved(&house, &confidential());
    let asked = |who| matches!(visit(&house, &Asking::code(app.id), who, NOON), Authorize::Ask(_));
    assert_eq!([ADMIN, SOMEBODY, NOBODY].map(asked), [true, true, true]);
    let _ = done(house.admin().edit_audience(app.id, &[VIEWERS], NOON));
    assert_eq!(
        [ADMIN, SOMEBODY, NOBODY].map(asked),
        [true, true, false],
        "the administrator holds both roles"
    );
    let _ = done(house.admin().edit_audience(app.id, &[ADMINISTRATORS], NOON));
    assert_eq!([ADMIN, SOMEBODY, NOBODY].map(asked), [true, false, false]);
    let _ = done(house.admin().edit_audience(app.id, &[], NOON));
    assert_eq!([ADMIN, SOMEBODY, NOBODY].map(asked), [true, true, true]);
}

/// AA-12: a consent that is remembered helps nobody who left the audience.
#[test]
fn aa_12_who_left_the_audience_is_not_sent_back_with_a_code() {
    let house = House::new();
    let app = approved(&house, &confidential());
    let _ = done(house.admin().edit_audience(app.id, &[VIEWERS], NOON));
    let sent_then = say(&house, &Asking::code(app.id), (SOMEBODY, &YES), NOON);
    let (token, _) = redeemed(&house, &app, sent_then.code(), NOON);
    with_roles(&house, VIEWER, fixtures::role_grants([]));
    let refused = sent(visit(&house, &Asking::code(app.id), SOMEBODY, NOON));
    assert_eq!(refused.error(), ("user.outside.audience", "access_denied"));
    assert_eq!(house.refused(&token, NOON), Some("user.outside.audience"));
}

/// AA-13: a built-in client is approved by default: users are asked for themselves, and nothing is recorded of
/// the organization.
#[test]
fn aa_13_a_built_in_client_is_approved_by_default() {
    let house = House::new();
    let id = house.world.built_in.id;
    for who in [SOMEBODY, NOBODY, ADMIN, NEIGHBOR] {
        assert_eq!(page(&house, &built_in(&house), who, NOON).asks, PromptKind::User);
        let _ = say(&house, &built_in(&house), (who, &YES), NOON).code();
        let agreed = own_word(&house, who, id).unwrap().agreed.unwrap();
        assert_eq!(agreed.authorization, AuthorizationId::BUILT_IN);
    }
    assert_eq!((word(&house, ACME, id), word(&house, GLOBEX, id)), (None, None));
}

/// AA-13: an explicit revocation of a built-in client wins, for all roles, in the organization that revoked it.
#[test]
fn aa_13_a_revoked_built_in_client_is_revoked_for_administrators_too() {
    let house = House::new();
    let asking = built_in(&house);
    let _ = say(&house, &asking, (ADMIN, &YES), NOON);
    let _ = done(house.admin().revoke(house.world.built_in.id, Acknowledgement::Given, NOON));
    for who in [SOMEBODY, NOBODY, ADMIN] {
        let refused = sent(visit(&house, &asking, who, NOON));
        assert_eq!(refused.error(), ("authorization.revoked", "access_denied"));
    }
    let _ = say(&house, &asking, (NEIGHBOR, &YES), NOON).code();
}

/// AA-13: nobody makes a request for a built-in client out of being asked: its approval by default would be lost.
#[test]
fn aa_13_asking_for_a_built_in_client_requests_nothing() {
    let house = House::new();
    let more = built_in(&house).with("scope", "analytics");
    assert_eq!(sent(visit(&house, &more, NOBODY, NOON)).error(), ("scope.not.approved", "invalid_scope"));
    assert_eq!(word(&house, ACME, house.world.built_in.id), None);
}

/// AA-14: an application of another organization is approved at the browser, in each organization for itself,
/// with its own scopes.
#[test]
fn aa_14_a_foreign_application_is_approved_in_each_organization() {
    let house = House::new();
    let id = fixtures::id(NEWCOMER);
    let _ = must_approve(visit(&house, &asking(id), SOMEBODY, NOON));
    assert_eq!(word(&house, GLOBEX, id), None, "a request is its organization's alone");
    let _ = say(&house, &asking(id), (ADMIN, &yes_to("routing")), NOON);
    let seen = page(&house, &asking(id), NEIGHBOR, NOON);
    assert_eq!((seen.asks, seen.organization.as_str()), (PromptKind::Administrator, "Globex"));
    let _ = say(&house, &asking(id), (NEIGHBOR, &yes_to("users:readonly")), NOON);
    let scopes = [ACME, GLOBEX].map(|organization| granted(&word(&house, organization, id).unwrap()));
    assert_eq!(scopes, ["routing", "users:readonly"]);
    let _ = done(house.admin().revoke(id, Acknowledgement::NotGiven, NOON));
    assert_eq!(sent(visit(&house, &asking(id), ADMIN, NOON)).error().0, "authorization.revoked");
    assert!(matches!(visit(&house, &asking(id), NEIGHBOR, NOON), Authorize::Redirect(_)));
}

/// AA-14, threat 42: the page says which organization registered the application, so that a name of one's own
/// choice passes for no other's; of a built-in one it names none.
#[test]
fn threat_42_the_page_says_who_registered_the_application() {
    let house = House::new();
    let own = unapproved(&house, &confidential());
    let foreign = asking(fixtures::id(NEWCOMER));
    let publisher = |asking: &Asking, who| {
        let publisher = page(&house, asking, who, NOON).publisher;
        publisher.map(|name| name.to_string())
    };
    assert_eq!(publisher(&Asking::code(own.id), ADMIN).as_deref(), Some("Acme"));
    assert_eq!(publisher(&foreign, ADMIN).as_deref(), Some("Globex"));
    assert_eq!(publisher(&foreign, NEIGHBOR).as_deref(), Some("Globex"));
    assert_eq!(publisher(&built_in(&house), SOMEBODY), None);
}

/// AA-08, AA-09: an administrator at the browser revives no revoked application: that is an operation of its own.
#[test]
fn aa_09_a_revoked_application_is_not_approved_at_the_browser() {
    let house = House::new();
    let app = approved(&house, &confidential());
    let _ = done(house.admin().revoke(app.id, Acknowledgement::NotGiven, NOON));
    let before = house.dump();
    let refused = sent(visit(&house, &Asking::code(app.id), ADMIN, NOON));
    assert_eq!(refused.error(), ("authorization.revoked", "access_denied"));
    assert_same(&house.dump(), &before, "a visit to a revoked application");
}

/// AA-04: the grant types that never come to the browser are not approved there.
#[test]
fn aa_04_only_what_comes_to_the_browser_is_approved_there() {
    let house = House::new();
    for grant_type in [GrantType::Saml2Bearer, GrantType::ClientCredentials] {
        let app = unapproved(&house, &draft(grant_type));
        let before = house.dump();
        let asking = Asking::code(app.id).with("redirect_uri", "https://reports.example.com/callback");
        let answered = visit(&house, &asking, ADMIN, NOON);
        assert!(matches!(answered, Authorize::Redirect(_) | Authorize::ShowError(_)), "{answered:?}");
        assert_same(&house.dump(), &before, "a visit");
    }
}
