//! What stands between a test and the browser: requests as their parameters, answers as what they say.

use grantor::admin::ClientDraft;
use grantor::change::Key;
use grantor::change::Reason;
use grantor::change::Record;
use grantor::model::Authorization;
use grantor::model::GrantType;
use grantor::model::Pkce;
use grantor::model::RoleGrants;
use grantor::model::UserConsent;
use grantor::ready;
use grantor::server::AskConsent;
use grantor::server::Authorize;
use grantor::server::Choice;
use grantor::server::LoggedIn;
use grantor::server::Redirect;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::value::ClientId;
use grantor::value::OrganizationId;
use grantor::value::Timestamp;
use grantor::value::UserId;
use grantor::wire::AuthorizeRequest;
use grantor::wire::Response;
use serde_json::Value;

use crate::common::House;
use crate::common::Told;
use crate::common::basic;
use crate::common::done;
use crate::common::told;

/// Where the applications of these tests are returned to.
pub const CALLBACK: &str = "https://app.example.com/callback?tenant=7";
/// The issuer of the house.
pub const ISSUER: &str = "https://login.example.com";
/// RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// RFC 7636 appendix B.
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The administrator of Acme, at the browser.
pub const ADMIN: LoggedIn = LoggedIn { organization: ACME, user: ADMINISTRATOR };
/// A user of Acme with a role, and without the permission to approve.
pub const SOMEBODY: LoggedIn = LoggedIn { organization: ACME, user: VIEWER };
/// A user of Acme without any role.
pub const NOBODY: LoggedIn = LoggedIn { organization: ACME, user: BYSTANDER };
/// The administrator of Globex, whose number is that of Acme's.
pub const NEIGHBOR: LoggedIn = LoggedIn { organization: GLOBEX, user: ADMINISTRATOR };

/// An application as its developer knows it.
#[derive(Clone, Debug)]
pub struct App {
    pub id: ClientId,
    pub secret: Option<String>,
}

/// What is entered for a confidential client that returns to [`CALLBACK`].
pub fn confidential() -> ClientDraft {
    ClientDraft {
        name: "Reports".into(),
        grant_type: Some(GrantType::AuthorizationCode),
        redirect_uris: vec![CALLBACK.into()],
        scopes: vec!["routing".into(), "users:readonly".into()],
        ..ClientDraft::default()
    }
}

/// The same for one that opts out of PKCE.
pub fn opted_out() -> ClientDraft {
    ClientDraft { pkce: Pkce::Optional, ..confidential() }
}

/// The same for a public one.
pub fn public() -> ClientDraft {
    ClientDraft { public: true, ..confidential() }
}

/// The same for one of the implicit grant.
pub fn implicit() -> ClientDraft {
    ClientDraft { grant_type: Some(GrantType::Implicit), ..confidential() }
}

/// An application of Acme on which no organization has a word.
#[track_caller]
pub fn unapproved(house: &House, draft: &ClientDraft) -> App {
    let created = house.create(draft, NOON);
    App { id: created.client.id, secret: created.secret.map(|secret| secret.expose().to_owned()) }
}

/// An application that Acme has approved for all its scopes.
#[track_caller]
pub fn approved(house: &House, draft: &ClientDraft) -> App {
    let app = unapproved(house, draft);
    let _ = done(house.admin().authorize(app.id, None, NOON));
    app
}

/// An authorization request, as its parameters in their order.
#[derive(Clone, Debug)]
pub struct Asking(Vec<(String, String)>);

impl Asking {
    /// All that a client of authorization code sends, with `state=xyz`.
    pub fn code(client: ClientId) -> Self {
        let client = client.to_string();
        let pairs = [
            ("response_type", "code"),
            ("client_id", &client),
            ("redirect_uri", CALLBACK),
            ("state", "xyz"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        Self(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec())
    }

    /// All that a client of the implicit grant sends, with `state=xyz`.
    pub fn token(client: ClientId) -> Self {
        Self::code(client).with("response_type", "token").unchallenged()
    }

    /// With this parameter, in place of what it was.
    pub fn with(self, name: &str, value: &str) -> Self {
        let mut asking = self.without(name);
        asking.0.push((name.to_owned(), value.to_owned()));
        asking
    }

    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    /// Without a challenge and its method.
    pub fn unchallenged(self) -> Self {
        self.without("code_challenge").without("code_challenge_method")
    }

    pub fn query(&self) -> String {
        let pairs = self.0.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
        pairs.collect::<Vec<_>>().join("&")
    }
}

/// Every byte that is no letter or digit, percent-encoded.
pub fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

/// A percent-encoded text, read.
#[track_caller]
pub fn decoded(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap().as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(&piece[..2], 16).unwrap());
        bytes.extend_from_slice(&piece.as_bytes()[2..]);
    }
    String::from_utf8(bytes).unwrap()
}

/// What the host does with the browser that came with this query.
#[track_caller]
pub fn visit_raw(house: &House, query: &[u8], who: impl Into<Option<LoggedIn>>, now: Timestamp) -> Authorize {
    let request = AuthorizeRequest { query };
    ready(house.server.authorize(&request, who.into(), now)).unwrap().unwrap()
}

/// The same for a request.
#[track_caller]
pub fn visit(house: &House, asking: &Asking, who: impl Into<Option<LoggedIn>>, now: Timestamp) -> Authorize {
    visit_raw(house, asking.query().as_bytes(), who, now)
}

/// The page that is shown.
#[track_caller]
pub fn page(house: &House, asking: &Asking, who: LoggedIn, now: Timestamp) -> AskConsent {
    match visit(house, asking, who, now) {
        Authorize::Ask(page) => *page,
        other => panic!("no page but {other:?}"),
    }
}

/// What comes of an answer.
#[track_caller]
pub fn answer(house: &House, ticket: &str, choice: &Choice, who: LoggedIn, now: Timestamp) -> Authorize {
    ready(house.server.answer_consent(ticket, choice, who, now)).unwrap().unwrap()
}

/// Yes, to all that is shown.
pub const YES: Choice = Choice::Approve { scopes: None };

/// Yes, to these.
pub fn yes_to(scopes: &str) -> Choice {
    Choice::Approve { scopes: Some(scopes.split_whitespace().map(str::to_owned).collect()) }
}

/// A page is shown and answered within the second.
#[track_caller]
pub fn say(house: &House, asking: &Asking, (who, choice): (LoggedIn, &Choice), now: Timestamp) -> Sent {
    let page = page(house, asking, who, now);
    sent(answer(house, page.ticket.expose(), choice, who, now))
}

/// Where the browser is sent, and with what.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sent {
    pub location: String,
    /// The parameters of the query, or of the fragment where there is one, in their order.
    pub parameters: Vec<(String, String)>,
    /// The code of the refusal that the host is told of.
    pub refused: Option<&'static str>,
}

impl Sent {
    #[track_caller]
    pub fn of(redirect: &Redirect) -> Self {
        let Response { status, body, .. } = &redirect.response;
        assert_eq!((*status, body.as_slice()), (303, [].as_slice()));
        let location = header(&redirect.response, "location").expect("a location").to_owned();
        let refused = redirect.refused.as_ref().map(Reason::code);
        let parameters = pairs(parameters_of(&location));
        Self { location, parameters, refused }
    }

    /// The values of the parameter.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let of_name = self.parameters.iter().filter(|(known, _)| known == name);
        of_name.map(|(_, value)| value.as_str()).collect()
    }

    /// The value of the parameter, which is there once; none where it is not there.
    #[track_caller]
    pub fn one(&self, name: &str) -> Option<&str> {
        let all = self.all(name);
        assert!(all.len() <= 1, "`{name}` is there twice: {self:?}");
        all.first().copied()
    }

    #[track_caller]
    pub fn code(&self) -> &str {
        self.one("code").unwrap_or_else(|| panic!("no code: {self:?}"))
    }

    #[track_caller]
    pub fn token(&self) -> &str {
        self.one("access_token").unwrap_or_else(|| panic!("no token: {self:?}"))
    }

    /// The code of the refusal, and the error that the application is told, in an answer that carries nothing
    /// else.
    #[track_caller]
    pub fn error(&self) -> (&'static str, &str) {
        for granted in ["code", "access_token", "token_type", "expires_in", "scope"] {
            assert_eq!(self.one(granted), None, "an error with a `{granted}`: {self:?}");
        }
        assert_eq!(self.one("iss"), Some(ISSUER), "{self:?}");
        (self.refused.expect("a refusal"), self.one("error").expect("an error"))
    }
}

/// What stands in the fragment, or else in the query.
pub fn parameters_of(location: &str) -> &str {
    let (before, fragment) = location.split_once('#').unwrap_or((location, ""));
    if location.contains('#') { fragment } else { before.split_once('?').map_or("", |(_, query)| query) }
}

/// The parameters of a query or fragment, decoded.
#[track_caller]
pub fn pairs(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

pub fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

/// Where the browser is sent.
#[track_caller]
pub fn sent(answered: Authorize) -> Sent {
    match answered {
        Authorize::Redirect(redirect) => Sent::of(&redirect),
        other => panic!("not sent anywhere: {other:?}"),
    }
}

/// The code of the error that is shown, and of which nobody but the one at the browser is told.
#[track_caller]
pub fn shown(answered: Authorize) -> &'static str {
    match answered {
        Authorize::ShowError(error) => error.code(),
        other => panic!("no error but {other:?}"),
    }
}

/// What the application receives for its code, with the verifier or without, where it was sent to
/// [`CALLBACK`] by name.
#[track_caller]
pub fn exchanged(house: &House, app: &App, (code, verifier): (&str, &str), now: Timestamp) -> Response {
    let (id, redirect_uri) = (app.id, encoded(CALLBACK));
    let mut body = format!("grant_type=authorization_code&code={code}&redirect_uri={redirect_uri}");
    if !verifier.is_empty() {
        body += &format!("&code_verifier={verifier}");
    }
    match &app.secret {
        Some(secret) => house.post(&[&basic(id, secret)], body.as_bytes(), now),
        None => house.post(&[], format!("{body}&client_id={id}").as_bytes(), now),
    }
}

/// The token that the application receives for its code, and its scopes.
#[track_caller]
pub fn redeemed(house: &House, app: &App, code: &str, now: Timestamp) -> (String, String) {
    let response = exchanged(house, app, (code, VERIFIER), now);
    match told(&response) {
        Told::Token(token, _) => {
            let body: Value = serde_json::from_slice(&response.body).unwrap();
            (token, body["scope"].as_str().expect("scopes").to_owned())
        }
        refused @ Told::Error(..) => panic!("not redeemed: {refused:?}"),
    }
}

/// The organization's word on the application, if it has one.
pub fn word(house: &House, organization: OrganizationId, client: ClientId) -> Option<Authorization> {
    match house.find(Key::Authorization(organization, client))?.record {
        Record::Authorization(authorization) => Some((*authorization).clone()),
        other => panic!("no authorization but {other:?}"),
    }
}

/// The user's word on the application, if there is one.
pub fn own_word(house: &House, who: LoggedIn, client: ClientId) -> Option<UserConsent> {
    match house.find(Key::UserConsent(who.organization, client, who.user))?.record {
        Record::UserConsent(consent) => Some((*consent).clone()),
        other => panic!("no consent but {other:?}"),
    }
}

/// The scopes of a page, as one text.
pub fn scopes_of(page: &AskConsent) -> String {
    page.scopes.iter().map(|shown| shown.scope.to_string()).collect::<Vec<_>>().join(" ")
}

/// The draft with these pages to return to.
pub fn registered(draft: ClientDraft, uris: &[&str]) -> ClientDraft {
    ClientDraft { redirect_uris: uris.iter().map(|uri| (*uri).to_owned()).collect(), ..draft }
}

/// Other roles for a user of Acme, or none.
pub fn with_roles(house: &House, user: UserId, roles: RoleGrants) {
    house.put(fixtures::user(ACME, user, roles));
}
