//! What becomes of one token, login or application.

use grantor::access::Access;
use grantor::access::Effect;
use grantor::access::IssueFor;
use grantor::access::effect_on_application;
use grantor::access::effect_on_login;
use grantor::access::effect_on_token;
use grantor::change::Changes;
use grantor::change::Record;
use grantor::change::Version;
use grantor::model::Client;
use grantor::model::Division;
use grantor::model::Grant;
use grantor::model::ImplicitSunset;
use grantor::model::RoleGrants;
use grantor::model::User;
use grantor::model::UserState;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATORS;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::SALES;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::VIEWERS;
use grantor::value::FamilyId;
use grantor::value::RoleId;

fn writing(record: impl Into<Record>) -> Changes {
    Changes::new().update(Version::FIRST, record.into())
}

/// What the change would do to a token in a user's name, and to the login that it is of.
fn on_token_and_login(access: &Access, changes: &Changes) -> [Effect; 2] {
    let token = &access.token.record;
    let asked = IssueFor {
        organization: token.organization,
        client: token.client,
        user: token.user(),
        family: access.standing.family.as_ref().map(|login| login.id),
    };
    let sunset = ImplicitSunset::default();
    [
        effect_on_token(access, changes, sunset, NOON),
        effect_on_login(&access.standing, &asked, changes, sunset, NOON),
    ]
}

/// GV-04, OR-01: what is written of its own organization, client, word, login, user or consent ends a token and a login;
/// the same written of another one, which shares all identifiers but one with it, spares both.
#[test]
fn gv_04_what_becomes_of_another_record_spares() {
    let world = fixtures::world();
    let access = world.access(&world.web_token);
    let by = fixtures::administrator();
    let another: FamilyId = fixtures::id(999);
    let another_login = grantor::model::TokenFamily { id: another, ..world.web_login.clone() };
    let inactive = |user: &User| User { state: UserState::Inactive, ..user.clone() };
    let revoked = |organization, client| fixtures::approved(organization, client).revoke(by, NOON).unwrap();
    let own: [(&str, Record); 6] = [
        ("organization", world.acme.in_next_epoch().into()),
        ("client", world.web.disable(by, NOON).unwrap().into()),
        ("word", world.web_approval.revoke(by, NOON).unwrap().into()),
        ("login", world.web_login.revoked(by, NOON).into()),
        ("user", inactive(&world.viewer).into()),
        ("consent", world.web_consent.in_next_epoch().into()),
    ];
    let others: [(&str, Record); 9] = [
        ("another organization", world.globex.in_next_epoch().into()),
        ("another client", world.mobile.disable(by, NOON).unwrap().into()),
        ("another organization's word on the client", revoked(GLOBEX, &world.web).into()),
        ("the word on another client", revoked(ACME, &world.mobile).into()),
        ("another login of the user", another_login.revoked(by, NOON).into()),
        ("another user", inactive(&world.bystander).into()),
        (
            "the user of that identifier elsewhere",
            User { organization: GLOBEX, ..inactive(&world.viewer) }.into(),
        ),
        ("another user's consent", fixtures::consent(&world.web_approval, BYSTANDER).in_next_epoch().into()),
        (
            "the consent to another client",
            fixtures::consent(&world.mobile_approval, VIEWER).in_next_epoch().into(),
        ),
    ];
    assert_eq!(on_token_and_login(&access, &Changes::new()), [Effect::Spares; 2]);
    for (what, record) in own {
        let effects = on_token_and_login(&access, &writing(record));
        assert!(effects.iter().all(Effect::ends), "{what}: {effects:?}");
    }
    for (what, record) in others {
        assert_eq!(on_token_and_login(&access, &writing(record)), [Effect::Spares; 2], "{what}");
    }
}

fn acting_by(client: &Client, held: RoleGrants) -> Client {
    fixtures::changed(client, |fields| {
        if let Grant::ClientCredentials { roles, .. } = &mut fields.grant {
            *roles = held;
        }
    })
}

/// GV-04: a client that would act by fewer roles, or in fewer divisions, would work with less: each of its tokens and the
/// application. One whose roles would be covered works on as it does.
#[test]
fn gv_04_fewer_roles_narrow_and_as_many_spare() {
    let world = fixtures::world();
    let (all, sales) = (Division::All, Division::One(SALES));
    let elsewhere = Division::One(fixtures::id(998));
    let narrows = |before: &[(RoleId, Division)], after: &[(RoleId, Division)]| {
        let held = |grants: &[(RoleId, Division)]| fixtures::role_grants(grants.iter().copied());
        let mut access = world.access(&world.service_token);
        access.standing.client = Some(acting_by(&world.service, held(before)).into());
        let changes = writing(acting_by(&world.service, held(after)));
        let sunset = ImplicitSunset::default();
        let on_token = effect_on_token(&access, &changes, sunset, NOON);
        let on = effect_on_application(&access.standing, ACME, &changes, sunset, NOON);
        assert_eq!((on.effect, on.roles), (on_token, [held(before), held(after)]));
        match on_token {
            Effect::Narrows => true,
            Effect::Spares => false,
            other => panic!("{other:?}"),
        }
    };
    for (before, after, expected) in [
        (&[(VIEWERS, all)][..], &[(VIEWERS, all)][..], false),
        (&[(VIEWERS, sales)], &[(VIEWERS, sales), (ADMINISTRATORS, all)], false),
        (&[(VIEWERS, sales)], &[(VIEWERS, all)], false),
        (&[(VIEWERS, all)], &[(VIEWERS, sales)], true),
        (&[(VIEWERS, sales)], &[(VIEWERS, elsewhere)], true),
        (&[(VIEWERS, all)], &[(ADMINISTRATORS, all)], true),
        (&[(VIEWERS, all), (ADMINISTRATORS, all)], &[(VIEWERS, all)], true),
        (&[(VIEWERS, all), (ADMINISTRATORS, all)], &[(ADMINISTRATORS, all)], true),
    ] {
        assert_eq!(narrows(before, after), expected, "{before:?}, and then {after:?}");
    }
}
