"""Messages written by hand: a response whose every part can be set, with places for its signatures."""

from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from hashlib import sha256
from xml.sax.saxutils import escape
from xml.sax.saxutils import quoteattr

import facts

RESPONSE_SIGNATURE = "@response-signature@"
ASSERTION_SIGNATURE = "@assertion-signature@"
PLACES = {"response": RESPONSE_SIGNATURE, "assertion": ASSERTION_SIGNATURE}


def identifier(kind, name):
    """An id that is the same at every run."""
    return "_" + sha256(f"{kind} of {name}".encode()).hexdigest()[:20]


def attributes_of(pairs):
    return "".join(f" {name}={quoteattr(value)}" for name, value in pairs if value is not None)


@dataclass
class Message:
    """What a response says. `None` leaves a part out."""

    name: str
    version: str = "2.0"
    response_version: str = "2.0"
    response_issuer: str | None = facts.IDP
    issuer: str | None = facts.IDP
    issuer_attributes: str = ""
    destination: str | None = facts.ACS
    in_response_to: str | None = facts.REQUEST_ID
    issue_instant: str = facts.ISSUED
    response_issue_instant: str | None = None
    status: str | None = f'<samlp:Status><samlp:StatusCode Value="{facts.SUCCESS}"/></samlp:Status>'
    response_extensions: str = ""

    # Markup, so that comments and the like can stand in it.
    subject: str | None = facts.SUBJECT
    name_format: str | None = facts.EMAIL
    method: str = facts.BEARER
    recipient: str | None = facts.ACS
    confirmation_in_response_to: str | None = "same"
    confirmation_not_before: str | None = None
    confirmation_not_on_or_after: str | None = facts.EXPIRES
    other_confirmations: str = ""

    conditions: bool = True
    not_before: str | None = facts.ISSUED
    not_on_or_after: str | None = facts.EXPIRES
    audiences: tuple = ((facts.SP,),)
    other_conditions: str = ""

    advice: str = ""
    authn: bool = True
    authn_instant: str = facts.ISSUED
    authn_class: str = facts.PASSWORD
    session_not_on_or_after: str | None = None
    attributes: tuple = (("email", (facts.SUBJECT,)), ("OrganizationName", (facts.ORGANIZATION,)))
    attributes_first: bool = False
    after_assertion: str = ""

    signed: tuple = ("assertion",)
    signature_last: bool = False
    declare: str = "both"
    assertion_id: str | None = None
    extra_assertion_attributes: str = ""
    extra_response_attributes: str = ""
    line_ends: str = ""
    prolog: str = ""

    response_id: str = field(init=False, default="")

    def __post_init__(self):
        self.response_id = identifier("response", self.name)
        if self.assertion_id is None:
            self.assertion_id = identifier("assertion", self.name)

    def short(self):
        """A message as small as one in order can be, for where hundreds of them are kept."""
        return self.having(
            declare="response", name_format=None, authn_class="urn:oasis:names:tc:SAML:2.0:ac:classes:X509"
        )

    def having(self, **changes):
        """This message with other parts; another name gives it other ids."""
        if "name" in changes:
            changes.setdefault("assertion_id", None)
        return replace(self, **changes)

    def subject_xml(self):
        if self.subject is None:
            return ""
        answers = (
            self.in_response_to if self.confirmation_in_response_to == "same" else self.confirmation_in_response_to
        )
        data = attributes_of(
            [
                ("InResponseTo", answers),
                ("NotBefore", self.confirmation_not_before),
                ("NotOnOrAfter", self.confirmation_not_on_or_after),
                ("Recipient", self.recipient),
            ]
        )
        name_id = f"<saml:NameID{attributes_of([('Format', self.name_format)])}>{self.subject}</saml:NameID>"
        confirmation = (
            f'<saml:SubjectConfirmation Method="{self.method}"><saml:SubjectConfirmationData{data}/>'
            "</saml:SubjectConfirmation>"
        )
        return f"<saml:Subject>{name_id}{self.other_confirmations}{confirmation}</saml:Subject>"

    def conditions_xml(self):
        if not self.conditions:
            return ""
        times = attributes_of([("NotBefore", self.not_before), ("NotOnOrAfter", self.not_on_or_after)])
        audiences = "".join(
            "<saml:AudienceRestriction>"
            + "".join(f"<saml:Audience>{audience}</saml:Audience>" for audience in restriction)
            + "</saml:AudienceRestriction>"
            for restriction in self.audiences
        )
        return f"<saml:Conditions{times}>{audiences}{self.other_conditions}</saml:Conditions>"

    def statements_xml(self):
        authn = ""
        if self.authn:
            session = attributes_of(
                [
                    ("AuthnInstant", self.authn_instant),
                    ("SessionIndex", facts.SESSION_INDEX),
                    ("SessionNotOnOrAfter", self.session_not_on_or_after),
                ]
            )
            authn = (
                f"<saml:AuthnStatement{session}><saml:AuthnContext><saml:AuthnContextClassRef>{self.authn_class}"
                "</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>"
            )
        stated = ""
        if self.attributes:
            stated = "".join(
                f"<saml:Attribute Name={quoteattr(name)}>"
                + "".join(f"<saml:AttributeValue>{value}</saml:AttributeValue>" for value in values)
                + "</saml:Attribute>"
                for name, values in self.attributes
            )
            stated = f"<saml:AttributeStatement>{stated}</saml:AttributeStatement>"
        return stated + authn if self.attributes_first else authn + stated

    def place(self, element):
        return PLACES[element] if element in self.signed else ""

    def assertion_xml(self, alone=False):
        declared = f' xmlns:saml="{facts.SAML}"' if alone or self.declare == "both" else ""
        head = attributes_of(
            [("ID", self.assertion_id), ("Version", self.version), ("IssueInstant", self.issue_instant)]
        )
        issuer = "" if self.issuer is None else f"<saml:Issuer{self.issuer_attributes}>{self.issuer}</saml:Issuer>"
        place = self.place("assertion")
        parts = [
            issuer,
            "" if self.signature_last else place,
            self.subject_xml(),
            self.conditions_xml(),
            self.advice,
            self.statements_xml(),
            place if self.signature_last else "",
        ]
        body = self.line_ends.join(part for part in parts if part)
        return f"<saml:Assertion{declared}{head}{self.extra_assertion_attributes}>{body}</saml:Assertion>"

    def xml(self, assertion=None):
        head = attributes_of(
            [
                ("ID", self.response_id),
                ("Version", self.response_version),
                ("IssueInstant", self.response_issue_instant or self.issue_instant),
                ("Destination", self.destination),
                ("InResponseTo", self.in_response_to),
            ]
        )
        issuer = "" if self.response_issuer is None else f"<saml:Issuer>{escape(self.response_issuer)}</saml:Issuer>"
        place = self.place("response")
        parts = [
            issuer,
            "" if self.signature_last else place,
            self.response_extensions,
            self.status or "",
            self.assertion_xml() if assertion is None else assertion,
            self.after_assertion,
            place if self.signature_last else "",
        ]
        body = self.line_ends.join(part for part in parts if part)
        return (
            f'{self.prolog}<samlp:Response xmlns:samlp="{facts.SAMLP}" xmlns:saml="{facts.SAML}"'
            f"{head}{self.extra_response_attributes}>{body}</samlp:Response>"
        )
