//! Pages that ask for consent, and wait for the answer (AA-04).

use serde::Deserialize;
use serde::Serialize;

use super::CodeRedirect;
use crate::value::ClientId;
use crate::value::CodeChallenge;
use crate::value::Digest;
use crate::value::OrganizationId;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::UserId;
use crate::value::kind;

/// A page that asks a user, or an administrator, about an application: what is asked, of whom, and the request
/// that goes on with the answer.
///
/// It is found by the digest of its ticket, is of one user, is answered once, and dies unanswered.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ConsentPrompt {
    /// What the ticket of an answer is looked up by.
    pub digest: Digest<kind::ConsentTicket>,
    /// The organization of the one who is asked.
    pub organization: OrganizationId,
    /// Who is asked.
    pub user: UserId,
    /// The application that asks.
    pub client: ClientId,
    /// In which name the answer is given.
    pub asks: PromptKind,
    /// The scopes that are shown: what can be agreed to.
    pub shown: Scopes,
    /// What the application receives, and where.
    pub redirect: CodeRedirect,
    /// What is sent there.
    pub response_type: ResponseType,
    /// The application's `state`, sent back as it came.
    pub state: Option<String>,
    /// What the verifier of the code must answer.
    pub challenge: Option<CodeChallenge>,
    /// When the page was made.
    pub asked: Timestamp,
    /// From when on no answer is taken.
    pub expires: Timestamp,
}

/// In which name an answer is given.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PromptKind {
    /// As an administrator, for the organization, and for oneself (AA-04).
    Administrator,
    /// As a user, for oneself alone.
    User,
}

/// What an authorization request asks to be sent (RFC 6749 §3.1.1).
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseType {
    /// `code`: an authorization code, in the query.
    Code,
    /// `token`: an access token, in the fragment. It ends with the implicit grant (GR-05).
    Token,
}

impl ConsentPrompt {
    /// 600 s, ten minutes: how long an answer is waited for.
    pub const LIFETIME: u32 = 600;
}

impl ResponseType {
    /// Its name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Token => "token",
        }
    }
}
