//! Requests that were sent to an identity provider, and await their answer (SA-06, SA-16, SA-17).

use std::borrow::Cow;

use serde::Deserialize;
use serde::Serialize;

use crate::audit::Actor;
use crate::value::Digest;
use crate::value::Epoch;
use crate::value::IdentityProviderId;
use crate::value::OrganizationId;
use crate::value::Timestamp;
use crate::value::hexadecimal;
use crate::value::kind;

/// A request to an identity provider that awaits its answer: which one it is, and which browser it was sent through.
///
/// The browser keeps a ticket, in a cookie; the digest of the ticket is the id of the request. Whoever answers needs
/// both: the id that the identity provider signed, and the ticket. An answer that somebody else was given logs nobody
/// in as that somebody.
///
/// ```
/// use grantor::model::SamlRequest;
/// use grantor::value::Plain;
/// use grantor::value::kind;
///
/// let ticket: Plain<kind::SamlTicket> = Plain::from_random(&[7; 32]);
/// let id = SamlRequest::id_of(ticket.digest());
/// assert!(id.starts_with('_'));
/// assert_eq!(SamlRequest::digest_of(&id), Some(ticket.digest()));
/// assert_eq!(SamlRequest::digest_of("_1"), None);
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SamlRequest {
    /// What the ticket is looked up by, and the [id](Self::id) of the request.
    pub digest: Digest<kind::SamlTicket>,
    /// In which organization.
    pub organization: OrganizationId,
    /// To which of its identity providers.
    pub provider: IdentityProviderId,
    /// What was asked for.
    pub purpose: RequestPurpose,
    /// Where the host leads the browser afterwards: the host's own text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_to: Option<String>,
    /// When it was sent.
    pub issued: Timestamp,
    /// From when on no answer is taken (SA-06).
    pub expires: Timestamp,
    /// Whether it was answered.
    pub state: RequestState,
    /// Which one it is of those that were sent through one browser without success in between, from 1 (SA-16).
    pub round: u32,
}

/// What an identity provider was asked for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestPurpose {
    /// To log a user in.
    Login {
        /// Whether the user had to prove who it is anew.
        force_authn: bool,
    },
    /// To log a user in, to see whether it works (SA-05).
    TestLogin {
        /// Who tests.
        by: Actor,
        /// Which settings.
        epoch: Epoch,
        /// Whether the user had to prove who it is anew.
        force_authn: bool,
    },
    /// To log a user out (SA-17).
    Logout,
}

/// Whether a request was answered.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestState {
    /// Not yet, or not well.
    Waiting {
        /// Why the last answer was refused, by its code, where one was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refused: Option<Cow<'static, str>>,
    },
    /// Yes, and it will not be answered again.
    Answered {
        /// When.
        at: Timestamp,
    },
}

impl SamlRequest {
    /// 600 s, ten minutes: how long an answer is waited for (SA-06).
    pub const LIFETIME: u32 = 600;
    /// 5: how often a browser is sent to one identity provider without success in between, until it is called a loop
    /// (SA-16).
    pub const MAX_ROUNDS: u32 = 5;
    /// 2 048 bytes: the longest text that leads on.
    pub const MAX_RETURN_TO: usize = 2_048;

    /// The id that the message has: a name of XML with 256 bits that nobody can guess (SAML core §1.3.4).
    #[must_use]
    pub fn id(&self) -> String {
        Self::id_of(self.digest)
    }

    /// The id of the request with this digest.
    #[must_use]
    pub fn id_of(digest: Digest<kind::SamlTicket>) -> String {
        format!("_{}", hexadecimal(digest.as_bytes()))
    }

    /// The digest of the request with this id; none for an id that was not made here.
    #[must_use]
    pub fn digest_of(id: &str) -> Option<Digest<kind::SamlTicket>> {
        let digits = id.strip_prefix('_')?.as_bytes().as_chunks::<2>();
        let mut bytes = [0; 32];
        if digits.0.len() != bytes.len() || !digits.1.is_empty() {
            return None;
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(digits.0) {
            *byte = value(*high)? << 4 | value(*low)?;
        }
        Some(Digest::from_bytes(bytes))
    }

    /// Where it belongs: its organization, and the identity provider it was sent to.
    #[must_use]
    pub const fn place(&self) -> (OrganizationId, IdentityProviderId) {
        (self.organization, self.provider)
    }

    /// Whether it was not answered yet.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        matches!(self.state, RequestState::Waiting { .. })
    }

    /// The same, answered. One that was answered stays as it is.
    #[must_use]
    pub fn answered(&self, now: Timestamp) -> Self {
        match self.state {
            RequestState::Waiting { .. } => {
                Self { state: RequestState::Answered { at: now }, ..self.clone() }
            }
            RequestState::Answered { .. } => self.clone(),
        }
    }

    /// The same after an answer that was refused. It can still be answered: what was refused came from anybody.
    ///
    /// One that was answered stays as it is: no answer that is refused afterwards opens it again.
    #[must_use]
    pub fn refused(&self, code: &'static str) -> Self {
        match self.state {
            RequestState::Waiting { .. } => {
                let refused = Some(Cow::Borrowed(code));
                Self { state: RequestState::Waiting { refused }, ..self.clone() }
            }
            RequestState::Answered { .. } => self.clone(),
        }
    }
}

/// A digit as it is written here: in lower case, so that one request has one id.
fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => digit.checked_sub(b'0'),
        b'a'..=b'f' => digit.checked_sub(b'a')?.checked_add(10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::fixtures;
    use crate::testing::fixtures::ACME;
    use crate::testing::fixtures::NOON;

    fn waiting() -> SamlRequest {
        fixtures::saml_request(&fixtures::identity_provider(ACME, 1))
    }

    /// SA-06, threat 53: an answer that was refused leaves the request open and says why; one that was taken
    /// closes it, and nothing opens it again.
    #[test]
    fn sa_06_a_request_is_answered_once() {
        let refused = waiting().refused("saml.response.status").refused("saml.response.destination");
        let code = Some(Cow::Borrowed("saml.response.destination"));
        assert_eq!(refused.state, RequestState::Waiting { refused: code });
        assert!(refused.is_waiting());
        let answered = refused.answered(NOON);
        assert_eq!(answered.state, RequestState::Answered { at: NOON });
        assert!(!answered.is_waiting());
        assert_eq!(answered.refused("saml.response.status"), answered);
        assert_eq!(answered.answered(NOON.plus(1)), answered);
        let but_state = |request: SamlRequest| SamlRequest { state: waiting().state, ..request };
        assert_eq!([refused, answered].map(but_state), [waiting(), waiting()], "nothing else changes");
    }

    #[test]
    fn sa_06_an_answer_is_waited_for_ten_minutes() {
        assert_eq!(SamlRequest::LIFETIME, 600);
        assert_eq!(waiting().expires.seconds_since(waiting().issued), 600);
    }

    /// threat 45: what is stored is read whole, or not at all.
    #[test]
    fn a_stored_request_is_read_strictly() {
        let stored = serde_json::to_value(waiting()).unwrap();
        let read = |edit: fn(&mut serde_json::Value)| {
            let mut edited = stored.clone();
            edit(&mut edited);
            serde_json::from_value::<SamlRequest>(edited).ok()
        };
        assert_eq!(read(|_| {}), Some(waiting()));
        let nowhere = read(|json| drop(json.as_object_mut().unwrap().remove("return_to")));
        assert_eq!(nowhere, Some(SamlRequest { return_to: None, ..waiting() }));
        for refused in [
            (|json| json["digest"] = "short".into()) as fn(&mut serde_json::Value),
            |json| json["purpose"] = "log_in".into(),
            |json| json["state"] = "answered".into(),
            |json| json["round"] = (-1).into(),
            |json| json["expires"] = "2026-01-15T12:00:00Z".into(),
            |json| drop(json.as_object_mut().unwrap().remove("state")),
            |json| drop(json.as_object_mut().unwrap().remove("expires")),
            |json| drop(json.as_object_mut().unwrap().remove("provider")),
        ] {
            assert_eq!(read(refused), None);
        }
    }

    proptest! {
        /// SA-06: a request has one id, and the id leads back to it.
        #[test]
        fn sa_06_an_id_leads_to_its_request(bytes: [u8; 32], other in "_[0-9a-fA-F]{62,66}|\\PC{0,8}") {
            let digest = Digest::from_bytes(bytes);
            let id = SamlRequest::id_of(digest);
            prop_assert_eq!(id.len(), 65);
            prop_assert_eq!(SamlRequest::digest_of(&id), Some(digest));
            let read = SamlRequest::digest_of(&other).map(SamlRequest::id_of);
            prop_assert!(read.is_none_or(|read| read == other));
        }
    }
}
