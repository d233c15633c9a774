//! The answer that we send.

use super::VerifiedLogoutRequest;
use crate::saml::MessageId;
use crate::saml::ServiceProvider;
use crate::saml::binding::Delivery;
use crate::saml::binding::Draft;
use crate::saml::binding::Head;
use crate::saml::binding::MessageKind;
use crate::saml::binding::Outgoing;
use crate::saml::binding::SendError;
use crate::saml::names::RESPONDER;
use crate::saml::names::SUCCESS;
use crate::value::Timestamp;

/// `LogoutResponse` (SAML core §3.7.2): what came of a logout that the identity provider asked for.
///
/// It is sent to the `ResponseLocation` of the provider where there is one, with the relay state that came with the
/// request.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct LogoutResponse {
    /// What identifies it.
    pub id: MessageId,
    /// The request that it answers.
    pub in_response_to: MessageId,
    /// What came of it.
    pub outcome: LogoutOutcome,
}

/// What came of a logout here.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum LogoutOutcome {
    /// The sessions are over, or there were none.
    Done,
    /// They are not.
    Failed,
}

impl LogoutOutcome {
    /// SAML core §3.2.2.2.
    const fn status(self) -> &'static str {
        match self {
            Self::Done => SUCCESS,
            Self::Failed => RESPONDER,
        }
    }
}

impl LogoutResponse {
    /// The answer to this request.
    #[must_use]
    pub fn to(request: &VerifiedLogoutRequest, id: MessageId, outcome: LogoutOutcome) -> Self {
        Self { id, in_response_to: request.id().clone(), outcome }
    }

    /// The answer as it goes to the browser, issued now.
    ///
    /// # Errors
    ///
    /// [`SendError`] where the message cannot be written or signed.
    pub fn send(
        &self,
        provider: &ServiceProvider,
        delivery: &Delivery<'_>,
        now: Timestamp,
    ) -> Result<Outgoing, SendError> {
        let head = Head {
            name: "samlp:LogoutResponse",
            kind: MessageKind::Response,
            id: &self.id,
            destination: delivery.destination,
            provider,
        };
        let draft = Draft::write(
            &head,
            &[("InResponseTo", self.in_response_to.as_str())],
            |writer| {
                writer.element("samlp:Status", &[], |writer| {
                    writer.empty("samlp:StatusCode", &[("Value", self.outcome.status())]);
                });
            },
            now,
        )?;
        delivery.send(draft)
    }
}
