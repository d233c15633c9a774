//! A user who logs in with a client, by the browser.

use grantor::server::Authorize;
use grantor::server::Choice;
use grantor::server::LoggedIn;
use grantor::value::Timestamp;
use grantor::wire::AuthorizeRequest;

use super::House;
use super::done;

/// What the browser comes to by this query of a client's, the user agreeing to everything where asked.
#[track_caller]
pub fn visit_and_agree(house: &House, query: &str, user: LoggedIn, now: Timestamp) -> Authorize {
    let request = AuthorizeRequest { query: query.as_bytes() };
    match done(house.server.authorize(&request, Some(user), now)) {
        Authorize::Ask(page) => {
            let yes = Choice::Approve { scopes: None };
            done(house.server.answer_consent(page.ticket.expose(), &yes, user, now))
        }
        answer => answer,
    }
}

/// Where the browser is sent; none where a page is shown.
pub fn location(answer: &Authorize) -> Option<&str> {
    let Authorize::Redirect(redirect) = answer else { return None };
    let found = redirect.response.headers.iter().find(|(name, _)| *name == "location");
    found.map(|(_, uri)| uri.as_str())
}

/// The value of this parameter, with which the browser is sent back.
#[track_caller]
pub fn sent_back(answer: &Authorize, name: &str) -> String {
    let (_, answered) = location(answer).and_then(|uri| uri.split_once(['?', '#'])).expect("parameters");
    let pairs = answered.split('&').filter_map(|parameter| parameter.split_once('='));
    let value = pairs.into_iter().find_map(|(found, value)| (found == name).then_some(value));
    value.unwrap_or_else(|| panic!("no {name}: {answer:?}")).to_owned()
}
