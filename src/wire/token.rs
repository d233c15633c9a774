//! Requests to the token endpoint (RFC 6749 §3.2).

use core::fmt;

use zeroize::Zeroizing;

use super::Form;
use super::Malformed;
use super::after_scheme;
use super::basic;
use crate::grant::Verifier;
use crate::value::ClientId;
use crate::value::CodeChallenge;
use crate::value::Digest;
use crate::value::PresentedRefreshToken;
use crate::value::kind::AuthorizationCode;
use crate::value::kind::ClientSecret;

/// A request of a client, as it came: a `POST`, which the host has checked. To the token endpoint, and as well
/// to those of introspection and revocation.
///
/// ```
/// use grantor::wire::RequestedGrant;
/// use grantor::wire::TokenRequest;
///
/// let request = TokenRequest {
///     authorization: &[b"Basic YTpi"],
///     content_type: Some(b"application/x-www-form-urlencoded"),
///     body: b"grant_type=client_credentials",
/// };
/// let parsed = request.parse()?;
/// assert!(matches!(parsed.grant, RequestedGrant::ClientCredentials { scope: None }));
/// # Ok::<(), grantor::wire::Malformed>(())
/// ```
#[derive(Clone, Copy)]
pub struct TokenRequest<'a> {
    /// The values of all `Authorization` headers.
    pub authorization: &'a [&'a [u8]],
    /// The value of the `Content-Type` header.
    pub content_type: Option<&'a [u8]>,
    /// The body.
    pub body: &'a [u8],
}

impl TokenRequest<'_> {
    /// Reads the request.
    ///
    /// # Errors
    ///
    /// [`Malformed`] for what cannot be read: see its variants. An id that no client can have and a grant
    /// type that does not exist can be read; they are refused in their turn (GR-10).
    pub fn parse(&self) -> Result<ParsedTokenRequest, Malformed> {
        let (credentials, form) = self.form()?;
        Ok(ParsedTokenRequest { credentials, grant: grant(&form)? })
    }

    /// Who asks, and the form with all the rest.
    pub(super) fn form(&self) -> Result<(Credentials, Form), Malformed> {
        check_content_type(self.content_type)?;
        let form = Form::parse(self.body)?;
        Ok((credentials(self.authorization, &form)?, form))
    }
}

/// Shows lengths alone: headers and body hold secrets.
impl fmt::Debug for TokenRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenRequest({} headers, {} bytes)", self.authorization.len(), self.body.len())
    }
}

/// A request to the token endpoint, read.
#[derive(Debug)]
pub struct ParsedTokenRequest {
    /// Who asks.
    pub credentials: Credentials,
    /// What for.
    pub grant: RequestedGrant,
}

/// Who a client says it is, and how it proves it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Credentials {
    /// The client; none where no id was sent, or one that no client can have: an unknown client (CL-11).
    pub client: Option<ClientId>,
    /// The proof.
    pub presented: Presented,
}

impl Credentials {
    /// The digest of the secret, where one was presented.
    #[must_use]
    pub const fn secret(&self) -> Option<Digest<ClientSecret>> {
        match self.presented {
            Presented::Basic(secret) | Presented::Body(secret) => Some(secret),
            Presented::Nothing => None,
        }
    }
}

/// How a client authenticates (RFC 6749 §2.3.1).
///
/// The text of the secret has been wiped: its digest is all that is needed. A text that cannot be a secret
/// has a digest that matches nothing, so that it costs the same work (CL-11).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Presented {
    /// By an `Authorization: Basic` header.
    Basic(Digest<ClientSecret>),
    /// By `client_secret` in the body.
    Body(Digest<ClientSecret>),
    /// Not at all, as a public client does.
    Nothing,
}

/// The grant that is asked for. What it refuses is told once the client is authenticated (GR-10).
///
/// Of codes, verifiers and tokens the text has been wiped: what is kept leads to their records, or shows nothing.
#[derive(Debug)]
#[non_exhaustive]
pub enum RequestedGrant {
    /// `client_credentials` (RFC 6749 §4.4).
    ClientCredentials {
        /// The `scope` parameter, as it was sent.
        scope: Option<String>,
    },
    /// `authorization_code` (RFC 6749 §4.1).
    AuthorizationCode {
        /// The digest of the `code`; none for one that was not issued here.
        code: Option<Digest<AuthorizationCode>>,
        /// The `redirect_uri` parameter, as it was sent.
        redirect_uri: Option<String>,
        /// The `code_verifier` parameter (RFC 7636 §4.5).
        verifier: Verifier,
    },
    /// `refresh_token` (RFC 6749 §6).
    RefreshToken {
        /// The `refresh_token`; none for one that was not issued here.
        token: Option<PresentedRefreshToken>,
        /// The `scope` parameter, as it was sent.
        scope: Option<String>,
    },
    /// `urn:ietf:params:oauth:grant-type:saml2-bearer` (RFC 7522).
    Saml2Bearer {
        /// The `assertion` parameter, as it was sent.
        assertion: Option<PresentedAssertion>,
        /// The `organization` parameter, as it was sent: the identifier of the one whose data the token is to open.
        organization: Option<String>,
        /// The `scope` parameter, as it was sent.
        scope: Option<String>,
    },
    /// `authorization_code` or `refresh_token` without the parameter that it cannot do without (RFC 6749 §4.1.3,
    /// §6): told once the client is authenticated.
    Incomplete {
        /// The name of the parameter.
        parameter: &'static str,
    },
    /// A grant type that does not exist here: `unsupported_grant_type` (GR-09).
    Unsupported,
    /// A `resource` is named, and none can be: `invalid_target` (RFC 8707 §2).
    Targeted,
}

pub(super) fn check_content_type(content_type: Option<&[u8]>) -> Result<(), Malformed> {
    // RFC 9110 §8.3.1: type/subtype in any case of letters, then parameters, which change nothing: a form is
    // UTF-8 by its definition.
    let media_type = content_type.unwrap_or_default().split(|byte| *byte == b';').next().unwrap_or_default();
    if media_type.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded") {
        return Ok(());
    }
    Err(Malformed::ContentType)
}

/// An assertion as a client presents it: base64url. Whoever has it may have a token for it, so it is not printed, and its
/// memory is wiped.
pub struct PresentedAssertion(Zeroizing<String>);

impl PresentedAssertion {
    fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PresentedAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PresentedAssertion({} bytes)", self.0.len())
    }
}

fn credentials(authorization: &[&[u8]], form: &Form) -> Result<Credentials, Malformed> {
    // RFC 7521 §4.2: a client that authenticates by an assertion is not one that authenticates by nothing.
    if form.value("client_assertion").is_some() || form.value("client_assertion_type").is_some() {
        return Err(Malformed::AuthenticationMethod);
    }
    let client_id = form.value("client_id");
    let client_secret = form.value("client_secret");
    let header = match authorization {
        [] => {
            let presented =
                client_secret.map_or(Presented::Nothing, |secret| Presented::Body(digest(secret)));
            return Ok(Credentials { client: client_id.and_then(|id| id.parse().ok()), presented });
        }
        [header] => header,
        [_, _, ..] => return Err(Malformed::AuthorizationRepeated),
    };
    let after_scheme = after_scheme(header, "Basic").ok_or(Malformed::AuthenticationMethod)?;
    let basic = basic::parse(after_scheme).map_err(Malformed::Basic)?;
    // RFC 6749 §2.3: the client MUST NOT use more than one authentication method in each request.
    if client_secret.is_some() {
        return Err(Malformed::TwoMethods);
    }
    if client_id.is_some_and(|id| id != basic.client_id.as_str()) {
        return Err(Malformed::TwoClients);
    }
    Ok(Credentials {
        client: basic.client_id.parse().ok(),
        presented: Presented::Basic(digest(&basic.client_secret)),
    })
}

fn digest(secret: &str) -> Digest<ClientSecret> {
    Digest::of_presented_or_none(secret)
}

fn grant(form: &Form) -> Result<RequestedGrant, Malformed> {
    let grant_type = form.required("grant_type")?;
    if form.value("resource").is_some() {
        return Ok(RequestedGrant::Targeted);
    }
    Ok(match grant_type {
        "client_credentials" => {
            RequestedGrant::ClientCredentials { scope: form.value("scope").map(str::to_owned) }
        }
        "authorization_code" if form.value("code").is_none() => {
            RequestedGrant::Incomplete { parameter: "code" }
        }
        "authorization_code" => RequestedGrant::AuthorizationCode {
            code: form.value("code").and_then(|code| Digest::of_presented(code).ok()),
            redirect_uri: form.value("redirect_uri").map(str::to_owned),
            verifier: match form.value("code_verifier").map(CodeChallenge::of_verifier) {
                None => Verifier::Absent,
                Some(Err(_)) => Verifier::Malformed,
                Some(Ok(challenge)) => Verifier::Answers(challenge),
            },
        },
        "refresh_token" if form.value("refresh_token").is_none() => {
            RequestedGrant::Incomplete { parameter: "refresh_token" }
        }
        "refresh_token" => RequestedGrant::RefreshToken {
            token: form.value("refresh_token").and_then(|token| PresentedRefreshToken::parse(token).ok()),
            scope: form.value("scope").map(str::to_owned),
        },
        "urn:ietf:params:oauth:grant-type:saml2-bearer" => RequestedGrant::Saml2Bearer {
            assertion: form.value("assertion").map(PresentedAssertion::new),
            organization: form.value("organization").map(str::to_owned),
            scope: form.value("scope").map(str::to_owned),
        },
        _ => RequestedGrant::Unsupported,
    })
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::super::Fault;
    use super::*;
    use crate::value::Plain;

    const FORM: &[u8] = b"application/x-www-form-urlencoded";
    const GRANT: &str = "grant_type=client_credentials";

    fn parse(authorization: &[&str], body: &str) -> Result<ParsedTokenRequest, Malformed> {
        let authorization: Vec<&[u8]> = authorization.iter().map(|header| header.as_bytes()).collect();
        TokenRequest { authorization: &authorization, content_type: Some(FORM), body: body.as_bytes() }
            .parse()
    }

    fn client() -> (ClientId, Plain<ClientSecret>) {
        (ClientId::from_random([0xab; 16]), Plain::from_random(&[7; 32]))
    }

    fn basic(id: &str, secret: &str) -> String {
        format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
    }

    fn grant_of(body: &str) -> RequestedGrant {
        parse(&[], body).unwrap().grant
    }

    #[track_caller]
    fn assert_refused(authorization: &[&str], body: &str, expected: Malformed) {
        assert_eq!(parse(authorization, body).unwrap_err(), expected, "{body}");
    }

    /// GR-01: by header or by body, the same client and the same digest.
    #[test]
    fn gr_01_the_client_authenticates_by_header_or_body() {
        let (id, secret) = client();
        let (id_text, secret_text) = (id.to_string(), secret.expose());
        let by_header = parse(&[&basic(&id_text, secret_text)], GRANT).unwrap().credentials;
        assert_eq!(by_header, Credentials { client: Some(id), presented: Presented::Basic(secret.digest()) });
        let body = format!("{GRANT}&client_id={id}&client_secret={secret_text}");
        let by_body = parse(&[], &body).unwrap().credentials;
        assert_eq!(by_body, Credentials { client: Some(id), presented: Presented::Body(secret.digest()) });
        assert_eq!(by_header.secret(), by_body.secret());
    }

    /// CL-12: a public client names itself, and proves nothing.
    #[test]
    fn cl_12_a_client_may_name_itself_alone() {
        let (id, _) = client();
        for body in [format!("{GRANT}&client_id={id}"), format!("{GRANT}&client_id={id}&client_secret=")] {
            let credentials = parse(&[], &body).unwrap().credentials;
            assert_eq!(credentials, Credentials { client: Some(id), presented: Presented::Nothing });
            assert_eq!(credentials.secret(), None);
        }
    }

    /// CL-11: an id that no client can have is an unknown client, not a malformed request; a secret likewise.
    #[test]
    fn cl_11_an_impossible_id_is_an_unknown_client() {
        for header in [basic("s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw"), basic("", ""), basic("a", "")] {
            let credentials = parse(&[&header], GRANT).unwrap().credentials;
            assert_eq!(credentials.client, None);
            assert_eq!(credentials.presented, Presented::Basic(Digest::of_presented_or_none("")));
        }
        assert_eq!(parse(&[], GRANT).unwrap().credentials.client, None);
        assert_eq!(parse(&[], &format!("{GRANT}&client_id=x")).unwrap().credentials.client, None);
    }

    /// threat 17: one method, one client.
    #[test]
    fn threat_17_two_methods_or_clients_are_refused() {
        let (id, secret) = client();
        let id = id.to_string();
        let header = basic(&id, secret.expose());
        let header = header.as_str();
        let with_secret = format!("{GRANT}&client_secret={}", secret.expose());
        assert_refused(&[header], &with_secret, Malformed::TwoMethods);
        assert_refused(&[header], &format!("{with_secret}&client_id={id}"), Malformed::TwoMethods);
        assert_refused(&[header], &format!("{GRANT}&client_id={}", id.to_uppercase()), Malformed::TwoClients);
        assert_refused(&[header], &format!("{GRANT}&client_id=x"), Malformed::TwoClients);
        assert_refused(&[header, header], GRANT, Malformed::AuthorizationRepeated);
        assert!(parse(&[header], &format!("{GRANT}&client_id={id}")).is_ok());
    }

    /// RFC 6749 §5.2: a method that is not known is a failure to authenticate, not one to read.
    #[test]
    fn threat_17_other_methods_are_not_taken_for_none() {
        let (id, _) = client();
        let by_id = format!("{GRANT}&client_id={id}");
        for header in ["Bearer x", "Digest x", "", "Basicx", "Bas"] {
            assert_refused(&[header], &by_id, Malformed::AuthenticationMethod);
        }
        for parameter in ["client_assertion", "client_assertion_type"] {
            assert_refused(&[], &format!("{by_id}&{parameter}=x"), Malformed::AuthenticationMethod);
        }
        assert_refused(&["Basic"], &by_id, Malformed::Basic(Fault::Empty));
        assert_refused(&["Basic !"], &by_id, Malformed::Basic(Fault::Base64));
    }

    /// Every line of the vectors: `section | body | grant`.
    #[test]
    fn gr_09_grant_types_of_the_standards_are_known() {
        let vectors = include_str!("../../tests/vectors/token_request.txt");
        let mut count = 0;
        for line in vectors.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let [section, body, expected] = line.split(" | ").collect::<Vec<_>>().try_into().unwrap();
            assert_eq!(format!("{:?}", grant_of(body)), expected, "{section}");
            count += 1;
        }
        assert_eq!(count, 5);
    }

    /// GR-09: any other grant type is unsupported, an empty or absent one a missing parameter.
    #[test]
    fn gr_09_other_grant_types_are_unsupported() {
        for grant_type in
            ["x", "Client_Credentials", "client_credentials+", "implicit", "authorization_code%2C"]
        {
            let grant = grant_of(&format!("grant_type={grant_type}"));
            assert!(matches!(grant, RequestedGrant::Unsupported), "{grant:?}");
        }
        for body in ["", "grant_type=", "scope=a"] {
            assert_refused(&[], body, Malformed::Missing { parameter: "grant_type" });
        }
    }

    /// SC-03: the scope is handed on as it was sent, and an empty one is none.
    #[test]
    fn sc_03_scope_is_handed_on() {
        let scope_of = |body: &str| match grant_of(body) {
            RequestedGrant::ClientCredentials { scope } => scope,
            other => panic!("{other:?}"),
        };
        let scope = Some("a b:readonly".to_owned());
        assert_eq!(scope_of(&format!("{GRANT}&scope=a+b%3Areadonly")), scope);
        assert_eq!(scope_of(&format!("{GRANT}&scope=")), None);
    }

    /// RFC 8707 §2: a token for one resource is not answered with one for all.
    #[test]
    fn a_resource_is_not_ignored() {
        let grant = grant_of(&format!("{GRANT}&resource=https%3A%2F%2Fa.example"));
        assert!(matches!(grant, RequestedGrant::Targeted), "{grant:?}");
        assert!(!matches!(grant_of(&format!("{GRANT}&audience=a")), RequestedGrant::Targeted));
    }

    /// GR-12: the body is a form, and says so.
    #[test]
    fn gr_12_content_type_is_checked() {
        let with = |content_type: Option<&'static str>| {
            let content_type = content_type.map(str::as_bytes);
            TokenRequest { authorization: &[], content_type, body: GRANT.as_bytes() }.parse().map(|_| ())
        };
        for accepted in [
            "application/x-www-form-urlencoded",
            "Application/X-WWW-Form-URLEncoded",
            "application/x-www-form-urlencoded; charset=UTF-8",
            "application/x-www-form-urlencoded ;charset=utf-8",
        ] {
            assert_eq!(with(Some(accepted)), Ok(()), "{accepted}");
        }
        for refused in [
            None,
            Some(""),
            Some("application/json"),
            Some("application/x-www-form-urlencodedx"),
            Some("*/*"),
        ] {
            assert_eq!(with(refused), Err(Malformed::ContentType), "{refused:?}");
        }
    }

    /// threat 39: a planted secret is in nothing that can be printed.
    #[test]
    fn threat_39_no_secret_is_printed() {
        let (id, secret) = client();
        let header = basic(&id.to_string(), secret.expose());
        let headers: [&[u8]; 1] = [header.as_bytes()];
        let request =
            TokenRequest { authorization: &headers, content_type: Some(FORM), body: GRANT.as_bytes() };
        assert_eq!(format!("{request:?}"), "TokenRequest(1 headers, 29 bytes)");
        let shown = format!("{:?}", request.parse().unwrap());
        assert!(!shown.contains(secret.expose()), "{shown}");
    }

    proptest! {
        /// threat 45: no request panics.
        #[test]
        fn threat_45_no_request_panics(header: Vec<u8>, content_type: Option<Vec<u8>>, body: Vec<u8>) {
            let request = TokenRequest {
                authorization: &[&header],
                content_type: content_type.as_deref(),
                body: &body,
            };
            let _ = request.parse();
            let _ = TokenRequest { content_type: Some(FORM), ..request }.parse();
        }
    }
}
