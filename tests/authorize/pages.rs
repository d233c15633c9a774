//! The ticket of a page, and its answers (AA-04, AA-15, threats 4 and 11).

use std::sync::Barrier;

use grantor::audit::Actor;
use grantor::change::Kind;
use grantor::server::Authorize;
use grantor::server::Choice;
use grantor::server::LoggedIn;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::value::Plain;
use grantor::value::Scopes;
use grantor::value::kind;
use proptest::prelude::*;

use crate::browser::ADMIN;
use crate::browser::App;
use crate::browser::Asking;
use crate::browser::CALLBACK;
use crate::browser::NEIGHBOR;
use crate::browser::NOBODY;
use crate::browser::SOMEBODY;
use crate::browser::VERIFIER;
use crate::browser::YES;
use crate::browser::answer;
use crate::browser::approved;
use crate::browser::confidential;
use crate::browser::exchanged;
use crate::browser::own_word;
use crate::browser::page;
use crate::browser::public;
use crate::browser::redeemed;
use crate::browser::say;
use crate::browser::scopes_of;
use crate::browser::sent;
use crate::browser::shown;
use crate::browser::unapproved;
use crate::browser::word;
use crate::browser::yes_to;
use crate::common::House;
use crate::common::Told;
use crate::common::assert_same;
use crate::common::told;

/// A house with an approved application, and the ticket of a page that somebody is shown.
#[track_caller]
fn asked(house: &House) -> (App, String) {
    let app = approved(house, &confidential());
    let page = page(house, &Asking::code(app.id), SOMEBODY, NOON);
    (app, page.ticket.expose().to_owned())
}

/// How many records of this kind there are.
fn count(house: &House, kind: Kind) -> usize {
    house.dump().keys().filter(|key| key.kind() == kind).count()
}

/// AA-04: the page shows the application, the organization, where the browser goes, and each scope with the
/// words of the catalog.
#[test]
fn aa_04_the_page_shows_what_is_asked() {
    let house = House::new();
    let app = approved(&house, &confidential());
    let page = page(&house, &Asking::code(app.id).with("scope", "routing:readonly"), SOMEBODY, NOON);
    assert_eq!(
        (page.client, page.application.as_str(), page.organization.as_str()),
        (app.id, "Reports", "Acme")
    );
    assert_eq!((page.redirect_uri.as_str(), page.expires), (CALLBACK, NOON.plus(600)));
    let [scope] = page.scopes.as_slice() else { panic!("one scope: {:?}", page.scopes) };
    assert_eq!(scope.scope.to_string(), "routing:readonly");
    assert_eq!(scope.description.as_deref(), Some("What routing:readonly opens"));
    assert!(!scope.agreed_before);
}

/// A ticket cannot be forged: no text a letter away is one.
#[test]
fn a_ticket_cannot_be_forged() {
    let house = House::new();
    let (_, ticket) = asked(&house);
    let before = house.dump();
    for at in 0..ticket.len() {
        for letter in ["A", "b", "_", "%", ""] {
            let mut forged = ticket.clone();
            forged.replace_range(at..=at, letter);
            if forged != ticket {
                assert_eq!(shown(answer(&house, &forged, &YES, SOMEBODY, NOON)), "consent.prompt.unknown");
            }
        }
    }
    assert_same(&house.dump(), &before, "after all of them");
    assert_eq!(sent(answer(&house, &ticket, &YES, SOMEBODY, NOON)).refused, None);
}

/// A ticket cannot be guessed: one that was never given out is none, nor is another kind of text that was.
#[test]
fn a_ticket_cannot_be_guessed() {
    let house = House::new();
    let (_, ticket) = asked(&house);
    let before = house.dump();
    let drawn: Plain<kind::ConsentTicket> = fixtures::plain(7);
    let token: Plain<kind::AccessToken> = fixtures::plain(7);
    let spaced = format!(" {ticket}");
    for other in ["", drawn.expose(), token.expose(), &house.web_token(), &spaced, &ticket.repeat(1_000)] {
        assert_eq!(shown(answer(&house, other, &YES, SOMEBODY, NOON)), "consent.prompt.unknown");
    }
    assert_same(&house.dump(), &before, "after all of them");
    assert_eq!(sent(answer(&house, &ticket, &YES, SOMEBODY, NOON)).refused, None);
}

/// threat 11: a ticket is no code, and a code no ticket.
#[test]
fn threat_11_a_ticket_is_no_code_and_a_code_no_ticket() {
    let house = House::new();
    let (app, ticket) = asked(&house);
    let refused = told(&exchanged(&house, &app, (&ticket, VERIFIER), NOON));
    assert_eq!(refused, Told::Error(400, "invalid_grant".into()));
    let code = sent(answer(&house, &ticket, &YES, SOMEBODY, NOON)).code().to_owned();
    assert_eq!(shown(answer(&house, &code, &YES, SOMEBODY, NOON)), "consent.prompt.unknown");
    let _ = redeemed(&house, &app, &code, NOON);
}

/// A ticket is spent by its answer, whichever it is, and by no other use of it.
#[test]
fn a_ticket_cannot_be_replayed() {
    for (first, second) in
        [(YES, YES), (YES, Choice::Deny), (Choice::Deny, YES), (Choice::Deny, Choice::Deny)]
    {
        let house = House::new();
        let (_, ticket) = asked(&house);
        let _ = sent(answer(&house, &ticket, &first, SOMEBODY, NOON));
        let before = house.dump();
        for after in [0, 1, 599, 600] {
            let replayed = answer(&house, &ticket, &second, SOMEBODY, NOON.plus(after));
            assert_eq!(shown(replayed), "consent.prompt.unknown", "{first:?} {second:?}");
        }
        assert_same(&house.dump(), &before, "after the replays");
    }
}

/// How many of four that answer the ticket at the same time are sent back with a code.
fn granted_at_once(house: &House, ticket: &str, seed: u64) -> usize {
    let barrier = Barrier::new(4);
    std::thread::scope(|scope| {
        let one = |number| {
            let (house, barrier) = (house.another(seed + number), &barrier);
            scope.spawn(move || {
                barrier.wait();
                matches!(answer(&house, ticket, &YES, SOMEBODY, NOON), Authorize::Redirect(_))
            })
        };
        let answers: Vec<_> = (0..4).map(one).collect();
        answers.into_iter().map(|answer| usize::from(answer.join().unwrap())).sum()
    })
}

/// One ticket, answered by many at once: one code.
#[test]
fn a_ticket_answered_by_many_at_once_is_answered_once() {
    for seed in 0..20 {
        let house = House::new();
        let (_, ticket) = asked(&house);
        let codes = count(&house, Kind::AuthorizationCode);
        assert_eq!(granted_at_once(&house, &ticket, 100 + 4 * seed), 1);
        assert_eq!(count(&house, Kind::AuthorizationCode), codes + 1);
    }
}

/// threat 11: a ticket is of the user who was asked: not of another one, the administrator included, and not of
/// the user of the same number in another organization. For the rightful one it still counts.
#[test]
fn threat_11_a_ticket_cannot_be_moved_to_another_user() {
    let house = House::new();
    let (_, ticket) = asked(&house);
    let before = house.dump();
    let namesake = LoggedIn { organization: GLOBEX, user: VIEWER };
    for who in [ADMIN, NOBODY, NEIGHBOR, namesake] {
        for choice in [YES, Choice::Deny, yes_to("routing")] {
            assert_eq!(shown(answer(&house, &ticket, &choice, who, NOON)), "consent.prompt.other.user");
        }
    }
    assert_same(&house.dump(), &before, "after the others");
    assert_eq!(sent(answer(&house, &ticket, &YES, SOMEBODY, NOON)).refused, None);
}

/// Ten minutes, to the second.
#[test]
fn a_ticket_dies_unanswered() {
    for (after, is_taken) in [(0, true), (599, true), (600, false), (601, false)] {
        let house = House::new();
        let (_, ticket) = asked(&house);
        let before = house.dump();
        let answered = answer(&house, &ticket, &YES, SOMEBODY, NOON.plus(after));
        assert_eq!(matches!(answered, Authorize::Redirect(_)), is_taken, "{after}");
        if !is_taken {
            assert_eq!(shown(answered), "consent.prompt.unknown");
            assert_same(&house.dump(), &before, "too late");
        }
    }
}

/// Pages that nobody answered are swept.
#[test]
fn a_ticket_that_died_is_swept() {
    let house = House::new();
    let (_, ticket) = asked(&house);
    house.sweep_all(NOON.plus(599));
    assert_eq!(count(&house, Kind::ConsentPrompt), 1, "and those of the world are over");
    assert_eq!(sent(answer(&house, &ticket, &YES, SOMEBODY, NOON.plus(599))).refused, None);
    let (_, ticket) = asked(&house);
    house.sweep_all(NOON.plus(600));
    assert_eq!(count(&house, Kind::ConsentPrompt), 0);
    assert_eq!(shown(answer(&house, &ticket, &YES, SOMEBODY, NOON)), "consent.prompt.unknown");
}

/// A no is told to the application as it is, and recorded as nothing but an event: nobody agreed, nothing is
/// approved, and the same user is asked again.
#[test]
fn aa_04_a_no_grants_nothing_and_is_not_remembered() {
    for (draft, who) in [(confidential(), SOMEBODY), (confidential(), ADMIN), (public(), SOMEBODY)] {
        let house = House::new();
        let app = if who == ADMIN { unapproved(&house, &draft) } else { approved(&house, &draft) };
        let before = house.dump();
        let sent = say(&house, &Asking::code(app.id), (who, &Choice::Deny), NOON);
        assert_eq!((sent.error(), sent.one("state")), (("consent.denied", "access_denied"), Some("xyz")));
        assert_same(&house.dump(), &before, "after a no");
        let again = page(&house, &Asking::code(app.id), who, NOON);
        assert!(again.scopes.iter().all(|scope| !scope.agreed_before));
    }
}

/// AA-04: of what is shown fewer may be selected; the login has those, and the token too.
#[test]
fn aa_04_what_is_deselected_is_not_granted() {
    for selected in ["routing", "users:readonly", "routing:readonly", "routing:readonly users:readonly"] {
        let house = House::new();
        let app = approved(&house, &confidential());
        let sent = say(&house, &Asking::code(app.id), (SOMEBODY, &yes_to(selected)), NOON);
        let (token, scopes) = redeemed(&house, &app, sent.code(), NOON);
        assert_eq!(scopes, selected);
        for scope in ["routing", "users:readonly"] {
            let call = house.call(&token, &fixtures::requirement(scope, ""), NOON);
            assert_eq!(call.is_ok(), selected.split(' ').any(|one| one == scope), "{scope} of {selected}");
        }
    }
}

/// Any selection, as a form could be made to give it.
fn some_selection() -> impl Strategy<Value = Vec<String>> {
    let texts = [
        "analytics",
        "routing",
        "routing:readonly",
        "users",
        "users:readonly",
        "routing users:readonly",
        "Routing",
        "routing:write",
        "",
        "*",
    ];
    prop::collection::vec(prop::sample::select(texts.to_vec()), 0..5)
        .prop_map(|texts| texts.into_iter().map(str::to_owned).collect())
}

/// What an application may ask for, and is shown.
const SHOWN: [&str; 4] = ["routing", "users:readonly", "routing users:readonly", "routing:readonly"];

/// Whether each of them is one of those shown, or its read-only part.
fn is_of_the_page(selected: &[String], shown: &str) -> bool {
    let is_shown = |text: &String| {
        shown.split(' ').any(|one| one == text || text.strip_suffix(":readonly") == Some(one))
    };
    !selected.is_empty() && selected.iter().all(is_shown)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// AA-04, threat 38: what was not shown cannot be selected, by an administrator as little as by a user; what
    /// was selected is what is granted. A selection that is refused spends no ticket.
    #[test]
    fn threat_38_what_was_not_shown_cannot_be_selected(
        selected in some_selection(),
        asked in prop::sample::select(SHOWN.to_vec()),
        who in prop::sample::select(vec![ADMIN, SOMEBODY]),
    ) {
        let house = House::new();
        let app = if who == ADMIN { unapproved(&house, &confidential()) } else { approved(&house, &confidential()) };
        let page = page(&house, &Asking::code(app.id).with("scope", asked), who, NOON);
        prop_assert_eq!(scopes_of(&page), asked);
        let (ticket, before) = (page.ticket.expose(), house.dump());
        let choice = Choice::Approve { scopes: Some(selected.clone()) };
        let answered = answer(&house, ticket, &choice, who, NOON);
        if is_of_the_page(&selected, asked) {
            let (_, scopes) = redeemed(&house, &app, sent(answered).code(), NOON);
            let selected = Scopes::parse(&selected.join(" "));
            prop_assert_eq!(Ok(scopes), selected.map(|scopes| scopes.to_string()));
        } else {
            prop_assert_eq!(shown(answered), "consent.bad.selection");
            assert_same(&house.dump(), &before, "a bad selection");
            prop_assert_eq!(sent(answer(&house, ticket, &YES, who, NOON)).refused, None);
        }
    }
}

/// threat 43: a selection without end is refused, and not walked to its end.
#[test]
fn threat_43_a_selection_is_bounded() {
    let house = House::new();
    let (app, ticket) = asked(&house);
    let many = |count| Choice::Approve { scopes: Some(vec!["routing".into(); count]) };
    for count in [Scopes::MAX + 1, 100_000] {
        assert_eq!(shown(answer(&house, &ticket, &many(count), SOMEBODY, NOON)), "consent.bad.selection");
    }
    assert_eq!(own_word(&house, SOMEBODY, app.id), None);
    assert_eq!(sent(answer(&house, &ticket, &many(Scopes::MAX), SOMEBODY, NOON)).refused, None);
}

/// AA-15: the answer begins one login and one code, in one commit with what was agreed to; the ticket is gone.
#[test]
fn aa_15_a_yes_records_the_consent_with_the_login() {
    let house = House::new();
    let (_, ticket) = asked(&house);
    let before = Kind::ALL.map(|kind| (kind, count(&house, kind)));
    let _ = sent(answer(&house, &ticket, &YES, SOMEBODY, NOON));
    for (kind, before) in before {
        let expected = match kind {
            Kind::Family | Kind::AuthorizationCode | Kind::UserConsent => before + 1,
            Kind::ConsentPrompt => before - 1,
            _ => before,
        };
        assert_eq!(count(&house, kind), expected, "{kind:?}");
    }
}

/// AA-15: what a user agreed to is kept with what was shown, when, and under which authorization; the
/// organization's word stays as it was.
#[test]
fn aa_15_what_was_shown_is_kept_with_what_was_agreed_to() {
    let house = House::new();
    let (app, ticket) = asked(&house);
    let authorization = word(&house, ACME, app.id).unwrap();
    let _ = sent(answer(&house, &ticket, &yes_to("routing"), SOMEBODY, NOON.plus(3)));
    let agreed = own_word(&house, SOMEBODY, app.id).unwrap().agreed.unwrap();
    assert_eq!((agreed.authorization, agreed.at), (authorization.id(), NOON.plus(3)));
    assert_eq!(agreed.shown, fixtures::scopes("routing users:readonly"));
    assert_eq!(agreed.scopes, fixtures::scopes("routing"));
    assert_eq!(word(&house, ACME, app.id).unwrap(), authorization);
}

/// Whoever answers is the actor of the trail.
#[test]
fn a_refused_answer_is_told_of_who_gave_it() {
    let house = House::new();
    let (_, ticket) = asked(&house);
    let (_, events) = house.events_of(|| answer(&house, &ticket, &YES, ADMIN, NOON));
    let [event] = events.as_slice() else { panic!("one event: {events:?}") };
    let actor = Actor::User { organization: ACME, user: ADMINISTRATOR };
    assert_eq!((event.actor, event.organization), (actor, Some(ACME)));
}
