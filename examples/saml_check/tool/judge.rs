//! One message, judged.

use grantor::Timestamp;
use grantor::saml::Peer;
use grantor::saml::assertion::Verified;
use grantor::saml::bearer::BearerAssertion;
use grantor::saml::bearer::BearerExpected;
use grantor::saml::bearer::check_assertion;
use grantor::saml::crypto::AwsLc;
use grantor::saml::crypto::AwsLcDecryptor;
use grantor::saml::crypto::Decryptor;
use grantor::saml::response::Answers;
use grantor::saml::response::Check;
use grantor::saml::response::Expected;
use grantor::saml::response::VerifiedAssertion;
use grantor::saml::response::check_response;
use grantor::saml::xml::Document;
use grantor::saml::xml::Limits;
use grantor::value::EndpointUri;
use grantor::value::EntityId;

use super::arguments::Expects;
use super::arguments::Policy;
use super::encoding;
use super::encoding::Encoding;
use super::trust::Given;
use super::trust::Trusted;
use super::verdict;
use super::verdict::Accepted;
use super::verdict::Checked;
use super::verdict::Fault;
use super::verdict::Refused;
use super::verdict::Session;
use super::verdict::Verdict;

/// All that messages are judged by.
pub struct Judge {
    pub given: Given,
    pub expects: Expects,
    pub policy: Policy,
    pub encoding: Encoding,
    pub decryptor: Option<AwsLcDecryptor>,
    pub now: Timestamp,
}

impl Judge {
    /// What is to be said of this message.
    pub fn verdict<'a>(&self, file: &'a str, message: &[u8]) -> Verdict<'a> {
        let mut trail = Trail::default();
        match self.judge(message, &mut trail) {
            Ok(accepted) => Verdict::Accepted(Box::new(Accepted { file, checks: trail.0, ..accepted })),
            Err(fault) => Verdict::Refused(Refused { file, fault, checks: trail.0 }),
        }
    }

    fn judge(&self, message: &[u8], trail: &mut Trail) -> Result<Accepted<'static>, Fault> {
        let trusted = self.given.trusted(self.policy.deviations, self.now);
        let trusted = trail.pass(self.given.check(), trusted)?;
        let xml = match &self.expects {
            Expects::Login { .. } => encoding::response(message, self.encoding),
            Expects::Grant { .. } => encoding::assertion(message, self.encoding),
        };
        let xml = trail.pass("encoding", xml)?;
        let document = trail.pass("xml", Document::parse(&xml, Limits::MESSAGE).map_err(Fault::from))?;
        let peer = self.peer(&trusted);
        match &self.expects {
            Expects::Login { acs, audience, request, .. } => {
                let found = self.login(&document, &peer, (acs, audience, request.as_deref()), trail)?;
                Ok(of_login(&found, &trusted))
            }
            Expects::Grant { token_endpoint, audience } => {
                let expected = BearerExpected { token_endpoint, audience };
                let found = check_assertion(&document, &peer, &expected, self.now).map_err(Fault::from);
                Ok(of_grant(&trail.pass("assertion", found)?, &trusted))
            }
        }
    }

    fn login(
        &self,
        document: &Document<'_>,
        peer: &Peer<'_>,
        (acs, audience, request): (&EndpointUri, &EntityId, Option<&str>),
        trail: &mut Trail,
    ) -> Result<VerifiedAssertion, Fault> {
        let answers = match request {
            // Whether the user had to authenticate anew is known to whoever sent the request.
            Some(id) => Answers::Request { id, issued: self.now, force_authn: false },
            None => Answers::Nothing,
        };
        match check_response(document, peer, &Expected { acs, audience, answers }, self.now) {
            Ok(found) => {
                trail.passed(found.passed());
                Ok(found)
            }
            Err(refusal) => {
                trail.passed(&refusal.passed);
                trail.pass(refusal.failed.name(), Err(refusal.error.into()))
            }
        }
    }

    fn peer<'p>(&'p self, trusted: &'p Trusted) -> Peer<'p> {
        Peer {
            entity_id: &trusted.entity_id,
            certificates: &trusted.certificates,
            deviations: self.policy.deviations,
            clock_skew: self.policy.clock_skew,
            verifier: &AwsLc,
            decryptor: self.decryptor.as_ref().map(|decryptor| decryptor as &dyn Decryptor),
            allow_cbc: self.policy.allow_cbc,
        }
    }
}

/// The checks so far, in their order.
#[derive(Default)]
struct Trail(Vec<Checked>);

impl Trail {
    fn pass<T>(&mut self, check: &'static str, found: Result<T, Fault>) -> Result<T, Fault> {
        self.0.push(Checked { check, passed: found.is_ok() });
        found
    }

    fn passed(&mut self, checks: &[Check]) {
        self.0.extend(checks.iter().map(|check| Checked { check: check.name(), passed: true }));
    }
}

fn of_login(found: &VerifiedAssertion, trusted: &Trusted) -> Accepted<'static> {
    let accepted = of(found, trusted);
    let session = Session {
        index: found.session_index().map(str::to_owned),
        authenticated: Some(found.authn_instant().to_string()),
        not_on_or_after: found.session_not_on_or_after().map(|ends| ends.to_string()),
        context: found.authn_context().map(str::to_owned),
        ..accepted.session
    };
    Accepted { session, ..accepted }
}

fn of_grant(found: &BearerAssertion, trusted: &Trusted) -> Accepted<'static> {
    let accepted = of(found, trusted);
    let authenticated = found.authn_instant().map(|at| at.to_string());
    Accepted { session: Session { authenticated, ..accepted.session }, ..accepted }
}

/// What both say.
fn of<U>(found: &Verified<U>, trusted: &Trusted) -> Accepted<'static> {
    let signer = trusted.certificates.get(found.certificate());
    let (user, note) = match found.email() {
        Ok(email) => (Some(email.to_string()), None),
        Err(error) => (None, Some(Fault::from(error))),
    };
    Accepted {
        file: "",
        user,
        note,
        name_id: found.name_id().map(verdict::name_id),
        attributes: verdict::attributes(found.attributes()),
        session: Session {
            issuer: found.issuer().to_string(),
            assertion: found.id().to_owned(),
            index: None,
            authenticated: None,
            not_on_or_after: None,
            context: None,
            remember_until: found.usable_until().to_string(),
            encrypted: found.is_encrypted(),
            certificate: signer.map(|certificate| certificate.fingerprint()).unwrap_or_default(),
        },
        checks: Vec::new(),
    }
}
