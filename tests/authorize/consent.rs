//! What a user agreed to: remembered of confidential clients, under one authorization, in one organization
//! (AA-15, threats 37 and 40).

use grantor::admin::authorizations::Acknowledgement;
use grantor::model::Agreement;
use grantor::model::PromptKind;
use grantor::server::Authorize;
use grantor::server::LoggedIn;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::value::Scopes;
use proptest::prelude::*;

use crate::browser::ADMIN;
use crate::browser::App;
use crate::browser::Asking;
use crate::browser::NEIGHBOR;
use crate::browser::NOBODY;
use crate::browser::SOMEBODY;
use crate::browser::Sent;
use crate::browser::YES;
use crate::browser::answer;
use crate::browser::approved;
use crate::browser::confidential;
use crate::browser::implicit;
use crate::browser::own_word;
use crate::browser::page;
use crate::browser::public;
use crate::browser::redeemed;
use crate::browser::say;
use crate::browser::scopes_of;
use crate::browser::sent;
use crate::browser::shown;
use crate::browser::unapproved;
use crate::browser::visit;
use crate::browser::word;
use crate::browser::yes_to;
use crate::common::House;
use crate::common::assert_same;
use crate::common::done;

/// Whether the user is asked; otherwise the browser was sent back with what was asked for.
#[track_caller]
fn is_asked(answered: Authorize) -> bool {
    match answered {
        Authorize::Ask(_) => true,
        Authorize::Redirect(redirect) => {
            assert_eq!(Sent::of(&redirect).refused, None);
            false
        }
        other => panic!("neither asked nor sent back: {other:?}"),
    }
}

/// An application, approved, that somebody has agreed to.
#[track_caller]
fn agreed(house: &House, scopes: &str) -> App {
    let app = approved(house, &confidential());
    let _ = say(house, &Asking::code(app.id), (SOMEBODY, &yes_to(scopes)), NOON);
    app
}

/// AA-15: a confidential client's user is asked once; the next time the browser is sent back at once, for the
/// same scopes or fewer, and the login has what was asked for.
#[test]
fn aa_15_a_confidential_client_is_remembered() {
    let house = House::new();
    let app = agreed(&house, "routing users:readonly");
    for (asked, granted) in
        [("routing users:readonly", "routing users:readonly"), ("routing:readonly", "routing:readonly")]
    {
        let asking = Asking::code(app.id).with("scope", asked);
        let sent = sent(visit(&house, &asking, SOMEBODY, NOON.plus(30)));
        assert_eq!(redeemed(&house, &app, sent.code(), NOON.plus(30)).1, granted);
    }
    assert!(!is_asked(visit(&house, &Asking::code(app.id), SOMEBODY, NOON)), "and for all, by default");
}

/// AA-15: of whoever else is asked, nothing is remembered.
#[test]
fn aa_15_what_one_user_agreed_to_is_not_another_s() {
    let house = House::new();
    let app = agreed(&house, "routing users:readonly");
    for who in [NOBODY, ADMIN] {
        let page = page(&house, &Asking::code(app.id), who, NOON);
        assert_eq!(page.asks, PromptKind::User);
        assert!(page.scopes.iter().all(|scope| !scope.agreed_before));
    }
    let other = approved(&house, &confidential());
    assert!(is_asked(visit(&house, &Asking::code(other.id), SOMEBODY, NOON)), "nor of another application");
}

/// AA-15, threat 40: a public client's user is asked each time, for the same and for fewer scopes, and the page
/// says what was agreed to before.
#[test]
fn threat_40_a_public_client_asks_again() {
    for (draft, asks) in [(public(), Asking::code as fn(_) -> _), (implicit(), Asking::token)] {
        let house = House::new();
        let app = approved(&house, &draft);
        let _ = say(&house, &asks(app.id), (SOMEBODY, &yes_to("routing")), NOON);
        for asking in [asks(app.id), asks(app.id).with("scope", "routing:readonly"), asks(app.id)] {
            assert!(is_asked(visit(&house, &asking, SOMEBODY, NOON)), "{draft:?}");
        }
        let page = page(&house, &asks(app.id), SOMEBODY, NOON);
        let before: Vec<_> = page.scopes.iter().map(|scope| scope.agreed_before).collect();
        assert_eq!((scopes_of(&page).as_str(), before), ("routing users:readonly", vec![true, false]));
    }
}

/// threat 40: a client that became public asks again, whatever was agreed to when it was confidential; a
/// built-in one too.
#[test]
fn threat_40_a_client_that_became_public_asks_again() {
    let house = House::new();
    let app = agreed(&house, "routing users:readonly");
    assert!(!is_asked(visit(&house, &Asking::code(app.id), SOMEBODY, NOON)));
    let _ = done(house.admin().edit_client(app.id, &public(), NOON));
    assert!(is_asked(visit(&house, &Asking::code(app.id), SOMEBODY, NOON)));

    let built_in = "https://built-in.example.com/callback";
    let asking = Asking::code(house.world.built_in.id).with("redirect_uri", built_in);
    for _ in 0..2 {
        let _ = say(&house, &asking, (SOMEBODY, &YES), NOON).code();
    }
}

/// AA-15: who agreed to fewer scopes is asked for more, and sent back at once for those.
#[test]
fn aa_15_a_consent_to_fewer_scopes_asks_for_more() {
    let house = House::new();
    let app = agreed(&house, "routing:readonly");
    let asking = |scope| Asking::code(app.id).with("scope", scope);
    assert!(!is_asked(visit(&house, &asking("routing:readonly"), SOMEBODY, NOON)));
    for more in ["routing", "users:readonly", "routing:readonly users:readonly"] {
        assert!(is_asked(visit(&house, &asking(more), SOMEBODY, NOON)), "{more}");
    }
    assert!(is_asked(visit(&house, &Asking::code(app.id), SOMEBODY, NOON)), "all there are");
    let _ = say(&house, &Asking::code(app.id), (SOMEBODY, &YES), NOON);
    assert!(!is_asked(visit(&house, &asking("routing users:readonly"), SOMEBODY, NOON)));
}

/// AA-06, AA-15: scopes that are approved later are asked for.
#[test]
fn aa_15_what_is_approved_later_is_asked_for() {
    let house = House::new();
    let app = unapproved(&house, &confidential());
    let _ = done(house.admin().authorize(app.id, Some(&["routing".to_owned()]), NOON));
    let _ = say(&house, &Asking::code(app.id), (SOMEBODY, &YES), NOON);
    assert!(!is_asked(visit(&house, &Asking::code(app.id), SOMEBODY, NOON)));
    let more = ["routing".to_owned(), "users:readonly".to_owned()];
    let _ = done(house.admin().edit_scopes(app.id, &more, NOON));
    assert!(is_asked(visit(&house, &Asking::code(app.id), SOMEBODY, NOON)));
}

/// AA-09, AA-15: under another authorization everybody is asked again, be the scopes the same.
#[test]
fn aa_09_aa_15_another_authorization_asks_again() {
    let house = House::new();
    let app = agreed(&house, "routing users:readonly");
    let asking = Asking::code(app.id);
    let _ = done(house.admin().revoke(app.id, Acknowledgement::NotGiven, NOON));
    assert_eq!(sent(visit(&house, &asking, SOMEBODY, NOON)).error().0, "authorization.revoked");
    let _ = done(house.admin().reauthorize(app.id, None, NOON));
    let again = page(&house, &asking, SOMEBODY, NOON);
    assert!(again.scopes.iter().all(|scope| !scope.agreed_before), "under this authorization");
    let _ = say(&house, &asking, (SOMEBODY, &YES), NOON);
    assert!(!is_asked(visit(&house, &asking, SOMEBODY, NOON)));
    let agreed = own_word(&house, SOMEBODY, app.id).unwrap().agreed.unwrap();
    assert_eq!(agreed.authorization, word(&house, ACME, app.id).unwrap().id());
}

/// AA-15: a client that was restored is not the one that was agreed to: the user is asked again, and the page says nothing of before.
#[test]
fn aa_15_a_client_of_another_epoch_asks_again() {
    let house = House::new();
    let app = agreed(&house, "routing users:readonly");
    let client = house.client(app.id);
    house.put(client.deactivate(fixtures::administrator(), NOON.plus(604_800), NOON).unwrap());
    let _ = done(house.admin().restore_client(app.id, None, NOON));
    let page = page(&house, &Asking::code(app.id), SOMEBODY, NOON);
    assert!(page.scopes.iter().all(|scope| !scope.agreed_before));
    let _ = sent(answer(&house, page.ticket.expose(), &YES, SOMEBODY, NOON));
    assert!(!is_asked(visit(&house, &Asking::code(app.id), SOMEBODY, NOON)));
}

/// AA-15, TK-10: a consent that was taken back is asked for again; what was issued by it is dead.
#[test]
fn aa_15_a_consent_taken_back_is_asked_for_again() {
    let house = House::new();
    let app = approved(&house, &confidential());
    let sent = say(&house, &Asking::code(app.id), (SOMEBODY, &YES), NOON);
    let (token, _) = redeemed(&house, &app, sent.code(), NOON);
    assert_eq!(house.refused(&token, NOON), None);
    done(house.server.withdraw_consent(SOMEBODY, app.id, NOON));
    assert_eq!(house.refused(&token, NOON), Some("user.ended.tokens"));
    assert!(is_asked(visit(&house, &Asking::code(app.id), SOMEBODY, NOON)));
}

/// AA-15: that tokens were ended takes no consent back.
#[test]
fn aa_15_ending_tokens_takes_no_consent_back() {
    let house = House::new();
    let app = agreed(&house, "routing users:readonly");
    done(house.admin().end_tokens_of_user(SOMEBODY.user, NOON));
    done(house.admin().end_tokens(NOON));
    let _ = done(house.admin().end_tokens_of_application(app.id, NOON));
    let sent = sent(visit(&house, &Asking::code(app.id), SOMEBODY, NOON));
    let (token, _) = redeemed(&house, &app, sent.code(), NOON);
    assert_eq!(house.refused(&token, NOON), None, "and a new login is of the new epoch");
}

/// An application of Globex that both organizations have approved.
#[track_caller]
fn in_both(house: &House) -> App {
    let globex = house.server.administration(GLOBEX, ADMINISTRATOR);
    let created = done(globex.create_client(&confidential(), NOON));
    let app = App { id: created.client.id, secret: created.secret.map(|secret| secret.expose().to_owned()) };
    let _ = done(globex.authorize(app.id, None, NOON));
    let _ = done(house.admin().authorize(app.id, None, NOON));
    app
}

/// AA-14, threat 37: what a user of one organization agreed to is not agreed to by the user of the same number in
/// another, whose page has its own organization's name; and no ticket works across.
#[test]
fn threat_37_a_consent_is_of_one_organization() {
    let house = House::new();
    let app = in_both(&house);
    let _ = say(&house, &Asking::code(app.id), (ADMIN, &YES), NOON);
    assert!(!is_asked(visit(&house, &Asking::code(app.id), ADMIN, NOON)));
    let theirs = page(&house, &Asking::code(app.id), NEIGHBOR, NOON);
    assert_eq!(theirs.organization.as_str(), "Globex");
    assert!(theirs.scopes.iter().all(|scope| !scope.agreed_before));
    let before = house.dump();
    assert_eq!(shown(answer(&house, theirs.ticket.expose(), &YES, ADMIN, NOON)), "consent.prompt.other.user");
    assert_same(&house.dump(), &before, "an answer from the other organization");
    assert_eq!(own_word(&house, NEIGHBOR, app.id), None);
}

/// threat 37: a login at the browser opens the user's own organization, under its own word, and the
/// trail is that organization's.
#[test]
fn threat_37_a_login_is_of_the_visitors_organization() {
    let house = House::new();
    let app = in_both(&house);
    let code_of = |who: LoggedIn| say(&house, &Asking::code(app.id), (who, &YES), NOON).code().to_owned();
    let (ours, events) = house.events_of(|| code_of(ADMIN));
    assert!(events.iter().all(|event| event.organization == Some(ACME)), "{events:?}");
    let (theirs, events) = house.events_of(|| code_of(NEIGHBOR));
    assert!(events.iter().all(|event| event.organization == Some(GLOBEX)), "{events:?}");
    let [ours, theirs] = [ours, theirs].map(|code| redeemed(&house, &app, &code, NOON).0);
    let opened = |token: &str| house.call(token, &fixtures::requirement("", ""), NOON).unwrap().organization;
    assert_eq!((opened(&ours), opened(&theirs)), (ACME, GLOBEX));
}

/// AA-14, threat 37: a revocation in one organization leaves the logins of the other as they are.
#[test]
fn threat_37_a_revocation_is_of_one_organization() {
    let house = House::new();
    let app = in_both(&house);
    let [ours, theirs] = [ADMIN, NEIGHBOR].map(|who| {
        let sent = say(&house, &Asking::code(app.id), (who, &YES), NOON);
        redeemed(&house, &app, sent.code(), NOON).0
    });
    let _ = done(house.admin().revoke(app.id, Acknowledgement::NotGiven, NOON));
    assert_eq!(house.refused(&ours, NOON), Some("authorization.revoked"));
    assert_eq!(house.refused(&theirs, NOON), None);
    assert!(!is_asked(visit(&house, &Asking::code(app.id), NEIGHBOR, NOON)));
}

/// threat 37: a user of one organization is nobody in another, whatever the number.
#[test]
fn threat_37_a_user_is_of_one_organization() {
    let house = House::new();
    let app = in_both(&house);
    for who in [SOMEBODY, NOBODY] {
        let elsewhere = LoggedIn { organization: GLOBEX, ..who };
        let refused = sent(visit(&house, &Asking::code(app.id), elsewhere, NOON));
        assert_eq!(refused.error(), ("user.unknown", "access_denied"));
    }
}

/// Scopes of which an application may ask.
const SCOPES: [&str; 6] =
    ["analytics", "analytics:readonly", "routing", "routing:readonly", "users", "users:readonly"];

fn some_scopes() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(SCOPES.to_vec(), 1..=6)
}

/// What may be selected on a page that shows `routing users:readonly`.
const SELECTIONS: [&str; 3] = ["routing", "users:readonly", "routing:readonly"];

/// Whether the set covers each of the scopes, itself or the one that includes it (SC-01).
fn covers(set: &[&str], scopes: &[&str]) -> bool {
    let has = |scope: &&str| set.contains(scope) || set.contains(&scope.trim_end_matches(":readonly"));
    scopes.iter().all(has)
}

/// A house in which these scopes of the world's client `web` are registered, approved, and agreed to by the user
/// without roles.
fn house_of(registered: &[&str], approved: &[&str], agreed: &[&str]) -> House {
    let house = House::new();
    let set = |scopes: &[&str]| fixtures::scopes(&scopes.join(" "));
    house.put(fixtures::changed(&house.world.web, |fields| {
        fields.grant = fields.grant.clone().with_scopes(set(registered));
    }));
    let authorization = house.world.web_approval.edit_scopes(set(approved)).unwrap();
    let consent = fixtures::consent(&authorization, NOBODY.user);
    let agreement = consent.agreed.clone().unwrap();
    house.put(consent.agreeing(Agreement { scopes: set(agreed), ..agreement }));
    house.put(authorization);
    house
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// AA-06, AA-15, SC-03: whatever was registered, approved, agreed to and asked for: more than what is
    /// approved and registered is refused, more than what was agreed to is asked for, and the rest is sent back at
    /// once.
    #[test]
    fn aa_15_who_is_asked_and_who_is_sent_back(
        registered in some_scopes(),
        approved in some_scopes(),
        agreed in some_scopes(),
        asked in some_scopes(),
    ) {
        let house = house_of(&registered, &approved, &agreed);
        let asking = Asking::code(house.world.web.id)
            .with("redirect_uri", "https://app.example.com/callback")
            .with("scope", &asked.join(" "));
        let answered = visit(&house, &asking, NOBODY, NOON);
        if covers(&registered, &asked) && covers(&approved, &asked) {
            prop_assert_eq!(is_asked(answered), !covers(&agreed, &asked));
        } else {
            let refused = sent(answered);
            prop_assert!(matches!(refused.error().0, "scope.not.approved" | "scope.none.left"), "{:?}", refused);
        }
    }

    /// AA-15: what is recorded of a page is what it showed and what was selected, however often it is answered.
    #[test]
    fn aa_15_the_record_holds_what_was_shown_and_what_was_selected(
        answers in prop::collection::vec((prop::sample::select(SELECTIONS.to_vec()), 0_u32..9), 1..4),
    ) {
        let house = House::new();
        let app = approved(&house, &public());
        let mut now = NOON;
        for (selected, after) in answers {
            now = now.plus(after);
            let _ = say(&house, &Asking::code(app.id), (SOMEBODY, &yes_to(selected)), now);
            let agreed = own_word(&house, SOMEBODY, app.id).unwrap().agreed.unwrap();
            prop_assert_eq!(agreed.at, now);
            prop_assert_eq!(agreed.shown.to_string(), "routing users:readonly");
            prop_assert_eq!(Ok(agreed.scopes), Scopes::parse(selected));
        }
    }
}
