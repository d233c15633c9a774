//! Cookies, and what a request must show before a handler sees it: a session, and the token of a form.

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Multipart, Request},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use grantor::server::LoggedIn;

use super::{
    form::{Form, encoded},
    reply::media_type,
};
use crate::{
    console::layout,
    host::{Host, Shared, now},
    sessions::{Session, is_same},
};

/// A cookie of this host: read by no script, and sent along from other sites by links at most.
pub struct Cookie {
    plain: &'static str,
    secure: &'static str,
}

/// The session's id.
pub const SESSION: Cookie = Cookie { plain: "session", secure: "__Host-session" };
/// What the form of the login page must bring along, for there is no session yet.
pub const LOGIN: Cookie = Cookie { plain: "login", secure: "__Host-login" };

impl Cookie {
    const fn name(&self, secure: bool) -> &'static str {
        if secure { self.secure } else { self.plain }
    }

    /// The header that sets it.
    pub fn set(&self, host: &Host, value: &str) -> [(header::HeaderName, String); 1] {
        let secure = host.is_secure();
        let mark = if secure { "; Secure" } else { "" };
        let name = self.name(secure);
        [(header::SET_COOKIE, format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{mark}"))]
    }

    /// The header that removes it.
    pub fn remove(&self, host: &Host) -> [(header::HeaderName, String); 1] {
        let [(name, value)] = self.set(host, "");
        [(name, format!("{value}; Max-Age=0"))]
    }

    /// Its value in a request.
    pub fn find<'h>(&self, host: &Host, headers: &'h HeaderMap) -> Option<&'h str> {
        cookie(headers, self.name(host.is_secure()))
    }
}

/// The value of the only cookie with this name.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut named = pairs.filter(|(known, _)| *known == name).map(|(_, value)| value);
    // Two of one name: whose they are cannot be told.
    let first = named.next()?;
    named.next().is_none().then_some(first)
}

/// Who is logged in at the browser, if anybody is.
pub fn session(host: &Host, headers: &HeaderMap) -> Option<Session> {
    host.sessions.find(SESSION.find(host, headers)?, now())
}

/// A request of somebody who is logged in. Others are led to the login page.
pub struct SignedIn(pub Session);

impl SignedIn {
    pub const fn who(&self) -> LoggedIn {
        self.0.who
    }
}

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, host: &Shared) -> Result<Self, Response> {
        match session(host, &parts.headers) {
            Some(session) => Ok(Self(session)),
            None if parts.method == Method::GET => {
                let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
                Err(Redirect::to(&format!("/login?return_to={}", encoded(path))).into_response())
            }
            None => Err(layout::message(
                StatusCode::UNAUTHORIZED,
                "You are not logged in any more",
                "Log in and send the form again. Nothing was changed.",
            )
            .into_response()),
        }
    }
}

/// A form of one of our pages, sent from that page by whoever it was shown to.
pub struct Posted {
    pub session: Session,
    pub form: Form,
}

impl Posted {
    pub const fn who(&self) -> LoggedIn {
        self.session.who
    }
}

impl FromRequest<Shared> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, host: &Shared) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let SignedIn(session) = SignedIn::from_request_parts(&mut parts, host).await?;
        let request = Request::from_parts(parts, body);
        let form = own_form(request, host).await?;
        match form.value(FORM_TOKEN).is_some_and(|token| is_same(token, &session.form_token)) {
            true => Ok(Self { session, form }),
            false => Err(forged()),
        }
    }
}

/// The hidden field that shows that a form is from our page.
pub const FORM_TOKEN: &str = "form_token";

/// The form in the body, unless another site sent it.
pub async fn own_form(request: Request, host: &Shared) -> Result<Form, Response> {
    if !is_own(host, request.headers()) {
        return Err(forged());
    }
    let kind = media_type(request.headers()).map(<[u8]>::to_ascii_lowercase);
    let form = match kind.as_deref() {
        Some(b"multipart/form-data") => uploaded(request, host).await,
        Some(b"application/x-www-form-urlencoded") => {
            let bytes = Bytes::from_request(request, host).await.map_err(IntoResponse::into_response)?;
            Form::parse(&bytes).ok()
        }
        Some(_) | None => None,
    };
    form.ok_or_else(|| {
        let advice = "Go back, and send it again.";
        layout::message(StatusCode::BAD_REQUEST, "The form cannot be read", advice).into_response()
    })
}

/// A form with a file: its text is a value like any other.
async fn uploaded(request: Request, host: &Shared) -> Option<Form> {
    let mut parts = Multipart::from_request(request, host).await.ok()?;
    let mut fields = Vec::new();
    while let Some(part) = parts.next_field().await.ok()? {
        let name = part.name()?.to_owned();
        fields.push((name, part.text().await.ok()?));
    }
    Form::of_fields(fields).ok()
}

/// Whether the request comes from our own pages, as far as the browser says: by the address that we are known under, or
/// the one that it was asked under.
pub fn is_own(host: &Host, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let asked = headers.get(header::HOST).and_then(|asked| asked.to_str().ok());
    let scheme = if host.is_secure() { "https" } else { "http" };
    let issuer = host.issuer().as_str();
    let at = issuer.split('/').take(3).collect::<Vec<_>>().join("/");
    origin == at || asked.is_some_and(|asked| origin == format!("{scheme}://{asked}"))
}

/// The answer to a form that is not from our page.
pub fn forged() -> Response {
    let advice = "It is too old, or another site sent it. Go back, load the page again, and send it once more. \
                  Nothing was changed.";
    layout::message(StatusCode::FORBIDDEN, "The form is not from this session", advice).into_response()
}

/// A path of this host to lead to, as the browser brought it. Anything else leads to the start: a text that a browser
/// could read as another host's address is none.
pub fn return_to(text: Option<&str>) -> &str {
    let is_path = |text: &&str| {
        let mut characters = text.chars();
        characters.next() == Some('/')
            && !matches!(characters.next(), Some('/' | '\\'))
            && text.len() <= 16_384
            && text.chars().all(|character| character.is_ascii_graphic() && character != '\\')
    };
    text.filter(is_path).unwrap_or("/")
}
