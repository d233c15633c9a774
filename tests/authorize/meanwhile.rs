//! What changed between a page and its answer counts, and not what was shown (AA-04, threats 7 and 12).

use grantor::admin::ClientDraft;
use grantor::admin::authorizations::Acknowledgement;
use grantor::change::Key;
use grantor::change::Kind;
use grantor::change::Record;
use grantor::model::ConsentPrompt;
use grantor::model::GrantType;
use grantor::model::ResponseType;
use grantor::model::User;
use grantor::model::UserState;
use grantor::server::AskConsent;
use grantor::server::Authorize;
use grantor::server::LoggedIn;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::ADMINISTRATORS;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::VIEWERS;

use crate::browser::ADMIN;
use crate::browser::App;
use crate::browser::Asking;
use crate::browser::CALLBACK;
use crate::browser::NOBODY;
use crate::browser::SOMEBODY;
use crate::browser::YES;
use crate::browser::answer;
use crate::browser::approved;
use crate::browser::confidential;
use crate::browser::implicit;
use crate::browser::opted_out;
use crate::browser::page;
use crate::browser::public;
use crate::browser::redeemed;
use crate::browser::registered;
use crate::browser::sent;
use crate::browser::shown;
use crate::browser::unapproved;
use crate::browser::visit;
use crate::browser::with_roles;
use crate::browser::word;
use crate::browser::yes_to;
use crate::common::House;
use crate::common::assert_same;
use crate::common::done;

/// What an answer comes to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Outcome {
    /// It is as if nothing had changed.
    Granted,
    /// The application is told this error, for this reason.
    SentBack(&'static str, &'static str),
    /// This is shown, and nothing sent.
    Shown(&'static str),
}

use Outcome::Granted;
use Outcome::SentBack;
use Outcome::Shown;

/// What is done to the application between the page and the answer.
type Meanwhile = fn(&House, &App);

#[track_caller]
fn edit(house: &House, app: &App, draft: ClientDraft) {
    let _ = done(house.admin().edit_client(app.id, &draft, NOON));
}

fn returning_to(uris: &[&str]) -> ClientDraft {
    registered(confidential(), uris)
}

fn deactivated(house: &House, who: LoggedIn) {
    house.put(User { organization: who.organization, id: who.user, state: UserState::Inactive, email: None });
}

#[track_caller]
fn revoke(house: &House, app: &App) {
    let _ = done(house.admin().revoke(app.id, Acknowledgement::NotGiven, NOON));
}

#[track_caller]
fn authorize(house: &House, app: &App, scopes: &str) {
    let scopes: Vec<String> = scopes.split(' ').map(str::to_owned).collect();
    let _ = done(house.admin().authorize(app.id, Some(&scopes), NOON));
}

/// Of the page of a user, whose organization has approved the application.
const OF_A_USER: [(&str, Meanwhile, Outcome); 20] = [
    ("nothing", |_, _| {}, Granted),
    (
        "a name",
        |house, app| edit(house, app, ClientDraft { name: "Other".into(), ..confidential() }),
        Granted,
    ),
    (
        "a second page",
        |house, app| edit(house, app, returning_to(&[CALLBACK, "https://b.example/"])),
        Granted,
    ),
    (
        "another page",
        |house, app| edit(house, app, returning_to(&["https://b.example/"])),
        Shown("redirect.uri.unknown"),
    ),
    (
        "nearly the page",
        |house, app| {
            edit(house, app, returning_to(&["https://app.example.com/callback?tenant=8"]));
        },
        Shown("redirect.uri.unknown"),
    ),
    ("public", |house, app| edit(house, app, public()), Granted),
    (
        "implicit",
        |house, app| edit(house, app, implicit()),
        SentBack("grant.type.wrong", "unauthorized_client"),
    ),
    (
        "SAML",
        |house, app| {
            edit(house, app, ClientDraft { grant_type: Some(GrantType::Saml2Bearer), ..confidential() });
        },
        SentBack("grant.type.wrong", "unauthorized_client"),
    ),
    (
        "registered scopes",
        |house, app| {
            edit(house, app, ClientDraft { scopes: vec!["routing".into()], ..confidential() });
        },
        SentBack("scope.not.approved", "invalid_scope"),
    ),
    (
        "approved scopes",
        |house, app| {
            let _ = done(house.admin().edit_scopes(app.id, &["routing".to_owned()], NOON));
        },
        SentBack("scope.not.approved", "invalid_scope"),
    ),
    ("revoked", revoke, SentBack("authorization.revoked", "access_denied")),
    (
        "reauthorized",
        |house, app| {
            revoke(house, app);
            let _ = done(house.admin().reauthorize(app.id, None, NOON));
        },
        Granted,
    ),
    (
        "audience with the user",
        |house, app| {
            let _ = done(house.admin().edit_audience(app.id, &[VIEWERS], NOON));
        },
        Granted,
    ),
    (
        "audience without the user",
        |house, app| {
            let _ = done(house.admin().edit_audience(app.id, &[ADMINISTRATORS], NOON));
        },
        SentBack("user.outside.audience", "access_denied"),
    ),
    (
        "a role taken from the user",
        |house, app| {
            let _ = done(house.admin().edit_audience(app.id, &[VIEWERS], NOON));
            with_roles(house, VIEWER, fixtures::role_grants([]));
        },
        SentBack("user.outside.audience", "access_denied"),
    ),
    ("user deactivated", |house, _| deactivated(house, SOMEBODY), SentBack("user.unknown", "access_denied")),
    (
        "client disabled",
        |house, app| {
            let _ = done(house.server.operator().disable_client(app.id, NOON));
        },
        Shown("client.disabled"),
    ),
    (
        "client set for deletion",
        |house, app| {
            let client = house.client(app.id);
            house.put(client.deactivate(fixtures::administrator(), NOON.plus(7 * DAY), NOON).unwrap());
        },
        Shown("client.inactive"),
    ),
    (
        "client removed",
        |house, app| {
            let plan = done(house.admin().plan_deletion(app.id, NOON));
            let _ = done(house.admin().delete_client(&plan, NOON));
        },
        Shown("client.not.found"),
    ),
    ("all tokens ended", |house, _| done(house.admin().end_tokens(NOON)), Granted),
];

/// Of the page of an administrator, whose organization has no word on the application.
const OF_AN_ADMINISTRATOR: [(&str, Meanwhile, Outcome); 10] = [
    ("nothing", |_, _| {}, Granted),
    (
        "demoted",
        |house, _| {
            with_roles(house, ADMINISTRATOR, fixtures::role_grants([]));
        },
        SentBack("authorization.missing", "access_denied"),
    ),
    ("deactivated", |house, _| deactivated(house, ADMIN), SentBack("user.unknown", "access_denied")),
    (
        "requested by another",
        |house, app| {
            let _ = visit(house, &Asking::code(app.id), NOBODY, NOON);
        },
        Granted,
    ),
    ("approved by another", |house, app| authorize(house, app, "routing users:readonly"), Granted),
    (
        "approved for fewer scopes",
        |house, app| {
            authorize(house, app, "routing");
        },
        SentBack("scope.not.approved", "invalid_scope"),
    ),
    (
        "requested and denied",
        |house, app| {
            let _ = visit(house, &Asking::code(app.id), NOBODY, NOON);
            let _ = done(house.admin().deny(app.id, NOON));
        },
        SentBack("authorization.revoked", "access_denied"),
    ),
    (
        "approved and revoked",
        |house, app| {
            authorize(house, app, "routing users:readonly");
            revoke(house, app);
        },
        SentBack("authorization.revoked", "access_denied"),
    ),
    (
        "registered scopes",
        |house, app| {
            edit(house, app, ClientDraft { scopes: vec!["routing".into()], ..confidential() });
        },
        SentBack("authorization.missing", "access_denied"),
    ),
    (
        "another page",
        |house, app| edit(house, app, returning_to(&["https://b.example/"])),
        Shown("redirect.uri.unknown"),
    ),
];

/// The outcome of an answer, with all that it must leave and not leave: a refusal that is sent spends the page
/// and grants nothing, one that is shown changes nothing.
#[track_caller]
fn judged(house: &House, page: &AskConsent, who: LoggedIn, context: &str) -> Outcome {
    let mut before = house.dump();
    match answer(house, page.ticket.expose(), &YES, who, NOON.plus(9)) {
        Authorize::ShowError(error) => {
            assert_same(&house.dump(), &before, context);
            Shown(error.code())
        }
        answered => {
            let sent = sent(answered);
            assert_eq!(sent.one("state"), Some("xyz"), "{context}");
            if sent.refused.is_none() {
                let _: &str = sent.code();
                return Granted;
            }
            before.retain(|key, stored| key.kind() != Kind::ConsentPrompt || !is_of(page, &stored.record));
            assert_same(&house.dump(), &before, context);
            let (code, error) = sent.error();
            let errors = ["access_denied", "invalid_request", "invalid_scope", "unauthorized_client"];
            SentBack(code, errors.into_iter().find(|known| *known == error).expect("a known error"))
        }
    }
}

fn is_of(page: &AskConsent, record: &Record) -> bool {
    matches!(record, Record::ConsentPrompt(prompt) if prompt.digest == page.ticket.digest())
}

/// AA-04, threats 7 and 12: every change of the client, the application and the user, under a user's page.
#[test]
fn threat_07_what_changed_under_the_page_of_a_user_counts() {
    for (changed, meanwhile, expected) in OF_A_USER {
        let house = House::new();
        let app = approved(&house, &confidential());
        let page = page(&house, &Asking::code(app.id), SOMEBODY, NOON);
        meanwhile(&house, &app);
        assert_eq!(judged(&house, &page, SOMEBODY, changed), expected, "{changed}");
    }
}

/// AA-04, threats 7 and 12: the same under an administrator's page. What is refused approves nothing.
#[test]
fn threat_07_what_changed_under_the_page_of_an_administrator_counts() {
    for (changed, meanwhile, expected) in OF_AN_ADMINISTRATOR {
        let house = House::new();
        let app = unapproved(&house, &confidential());
        let page = page(&house, &Asking::code(app.id), ADMIN, NOON);
        meanwhile(&house, &app);
        assert_eq!(judged(&house, &page, ADMIN, changed), expected, "{changed}");
    }
}

/// GR-03, threat 7: a client that must use PKCE by now obtains no code without a challenge.
#[test]
fn threat_07_a_client_edited_to_require_pkce_obtains_no_code_without() {
    let house = House::new();
    let app = approved(&house, &opted_out());
    let bare = Asking::code(app.id).unchallenged();
    let page = page(&house, &bare, SOMEBODY, NOON);
    edit(&house, &app, confidential());
    let expected = SentBack("pkce.challenge.missing", "invalid_request");
    assert_eq!(judged(&house, &page, SOMEBODY, "PKCE required"), expected);
}

/// GR-11: of a request that named no redirect URI, only the one that the client had is answered.
#[test]
fn gr_11_the_only_redirect_uri_is_the_one_that_was_shown() {
    for (uris, expected) in [
        (&[CALLBACK][..], Granted),
        (&["https://b.example/"], Shown("redirect.uri.unknown")),
        (&[CALLBACK, "https://b.example/"], Shown("redirect.uri.missing")),
        (&["https://b.example/", "https://c.example/"], Shown("redirect.uri.missing")),
    ] {
        let house = House::new();
        let app = approved(&house, &confidential());
        let page = page(&house, &Asking::code(app.id).without("redirect_uri"), SOMEBODY, NOON);
        edit(&house, &app, returning_to(uris));
        assert_eq!(judged(&house, &page, SOMEBODY, "redirect URIs"), expected, "{uris:?}");
    }
}

/// threat 7: no token is issued to a client that was moved away from the implicit grant under the page.
#[test]
fn threat_07_a_migrated_client_is_sent_no_token() {
    let house = House::new();
    let app = approved(&house, &implicit());
    let page = page(&house, &Asking::token(app.id), SOMEBODY, NOON);
    let _ = done(house.admin().migrate_implicit(app.id, NOON));
    let tokens = house.dump().keys().filter(|key| key.kind() == Kind::AccessToken).count();
    assert_eq!(
        judged(&house, &page, SOMEBODY, "migrated"),
        SentBack("grant.type.wrong", "unauthorized_client")
    );
    assert_eq!(house.dump().keys().filter(|key| key.kind() == Kind::AccessToken).count(), tokens);
}

/// The record of the page, forged to ask for this to be sent.
#[track_caller]
fn forge(house: &House, page: &AskConsent, response_type: ResponseType) {
    match house.find(Key::ConsentPrompt(page.ticket.digest())).map(|found| found.record) {
        Some(Record::ConsentPrompt(prompt)) => {
            house.put(ConsentPrompt { response_type, ..(*prompt).clone() });
        }
        other => panic!("no page but {other:?}"),
    }
}

/// threat 7: a page whose record was forged to ask for another response type yields nothing, for every kind of
/// client.
#[test]
fn threat_07_a_forged_response_type_is_checked_when_issuing() {
    let of_codes = [confidential(), public(), opted_out()].map(|draft| (draft, ResponseType::Token));
    for (draft, forged) in of_codes.into_iter().chain([(implicit(), ResponseType::Code)]) {
        let house = House::new();
        let app = approved(&house, &draft);
        let asking = if forged == ResponseType::Code { Asking::token(app.id) } else { Asking::code(app.id) };
        let page = page(&house, &asking, SOMEBODY, NOON);
        forge(&house, &page, forged);
        let expected = SentBack("grant.type.wrong", "unauthorized_client");
        assert_eq!(judged(&house, &page, SOMEBODY, "forged"), expected, "{draft:?}");
    }
}

/// AA-06: of what was shown, what is still approved can be agreed to.
#[test]
fn aa_06_what_is_left_can_still_be_agreed_to() {
    let house = House::new();
    let app = approved(&house, &confidential());
    let page = page(&house, &Asking::code(app.id), SOMEBODY, NOON);
    let _ = done(house.admin().edit_scopes(app.id, &["routing".to_owned()], NOON));
    let sent = sent(answer(&house, page.ticket.expose(), &yes_to("routing:readonly"), SOMEBODY, NOON));
    assert_eq!(redeemed(&house, &app, sent.code(), NOON).1, "routing:readonly");
}

/// AA-01, AA-15: an approval of another administrator that came first stays as it is.
#[test]
fn aa_15_an_approval_that_came_first_stays() {
    let house = House::new();
    let app = unapproved(&house, &confidential());
    let page = page(&house, &Asking::code(app.id), ADMIN, NOON);
    authorize(&house, &app, "routing users:readonly");
    let first = word(&house, ACME, app.id);
    let _ = sent(answer(&house, page.ticket.expose(), &YES, ADMIN, NOON.plus(9))).code();
    assert_eq!(word(&house, ACME, app.id), first);
}

/// A page that could not be answered for its redirect URI can be, once the URI is back.
#[test]
fn gr_11_what_is_only_shown_spends_no_page() {
    let house = House::new();
    let app = approved(&house, &confidential());
    let page = page(&house, &Asking::code(app.id), SOMEBODY, NOON);
    edit(&house, &app, returning_to(&["https://b.example/"]));
    assert_eq!(shown(answer(&house, page.ticket.expose(), &YES, SOMEBODY, NOON)), "redirect.uri.unknown");
    edit(&house, &app, confidential());
    assert_eq!(judged(&house, &page, SOMEBODY, "the URI is back"), Granted);
}
