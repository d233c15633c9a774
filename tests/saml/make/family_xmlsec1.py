"""Messages signed and encrypted by `xmlsec1`."""

import facts
import messages
import xmlsec

FAMILY = "xmlsec1"


def make(book, _):
    base = messages.Message("xmlsec1")
    both = {"signed": ("response", "assertion")}
    for name, parts, options in [
        ("assertion", {}, {}),
        ("response", {"signed": ("response",)}, {}),
        ("both", both, {}),
        ("assertion_sha512", {}, {"signature": "rsa-sha512", "digest": "sha512"}),
        ("ecdsa_p384_sha256", {}, {"signature": "ecdsa-sha256", "key": "idp-p384"}),
        ("prefix_on_response_alone", {"declare": "response"}, {}),
        ("prefix_on_response_alone_both", {"declare": "response", **both}, {}),
        ("inclusive_namespaces", {"declare": "response"}, {"prefixes": "saml samlp #default"}),
        ("inclusive_namespaces_both", {"declare": "response", **both}, {"prefixes": "ds saml samlp"}),
        ("inclusive_namespaces_unknown", {}, {"prefixes": "nowhere xs"}),
    ]:
        message = base.having(name=f"xmlsec1/{name}", **parts)
        options = {"key": "idp-rsa-2048", **options}
        book.add(
            message.name,
            xmlsec.sign(message, **options),
            FAMILY,
            signed=list(message.signed),
            key=options["key"],
            trusted=[options["key"]],
        )
    encrypted(book, base)
    logouts(book)


def sealed(message, content, then=None):
    """Signs the assertion where the message says so, encrypts it, and signs the response over that."""
    held = f"<saml:EncryptedAssertion>{message.assertion_xml()}</saml:EncryptedAssertion>"
    inside = message.having(signed=tuple(part for part in message.signed if part == "assertion"))
    xml = message.xml(held)
    if "assertion" in inside.signed:
        xml = xmlsec.fill(
            xml.replace(messages.ASSERTION_SIGNATURE, xmlsec.template(message.assertion_id, "idp-rsa-2048")),
            message.assertion_id,
            "idp-rsa-2048",
        )
    xml = xmlsec.encrypt(xml, content)
    if then:
        xml = then(xml)
    if "response" in message.signed:
        template = xmlsec.template(message.response_id, "idp-rsa-2048")
        xml = xmlsec.fill(xml.replace(messages.RESPONSE_SIGNATURE, template), message.response_id, "idp-rsa-2048")
    return xml


def encrypted(book, base):
    refused = {"expected": "refused", "reason": "AES-CBC", "accepted_with": ["aes-cbc"]}
    for name, content, parts, known in [
        ("gcm_256_assertion", "aes256-gcm", {}, {}),
        ("gcm_128_assertion", "aes128-gcm", {}, {}),
        ("gcm_256_response", "aes256-gcm", {"signed": ("response",)}, {}),
        ("gcm_256_both", "aes256-gcm", {"signed": ("response", "assertion")}, {}),
        ("gcm_256_prefix_on_response_alone", "aes256-gcm", {"declare": "response"}, {}),
        (
            "gcm_256_prefix_on_response_alone_both",
            "aes256-gcm",
            {"declare": "response", "signed": ("response", "assertion")},
            {},
        ),
        ("cbc_256_assertion", "aes256-cbc", {}, refused),
        ("cbc_128_response", "aes128-cbc", {"signed": ("response",)}, refused),
    ]:
        message = base.having(name=f"xmlsec1/encrypted_{name}", **parts)
        xml = sealed(message, content)
        how = {"content": content, "key_transport": "rsa-oaep-mgf1p", "key": "sp-rsa-2048"}
        book.add(
            message.name,
            xml,
            FAMILY,
            signed=list(message.signed),
            encrypted=how,
            plain=xmlsec.decrypt(xml),
            **known,
        )


def logout_message(kind, name, **parts):
    """A logout request or response with a place for its signature."""
    local = "LogoutRequest" if kind == "logout_request" else "LogoutResponse"
    target = messages.identifier(kind, name)
    answers = parts.get("in_response_to", facts.LOGOUT_REQUEST_ID) if kind == "logout_response" else None
    head = messages.attributes_of(
        [
            ("ID", target),
            ("Version", "2.0"),
            ("IssueInstant", parts.get("issue_instant", facts.ISSUED)),
            ("Destination", parts.get("destination", facts.SP_LOGOUT)),
            ("InResponseTo", answers),
            ("NotOnOrAfter", parts.get("not_on_or_after", facts.EXPIRES) if kind == "logout_request" else None),
        ]
    )
    request = (
        f'<saml:NameID Format="{facts.EMAIL}">{facts.SUBJECT}</saml:NameID>'
        f"<samlp:SessionIndex>{facts.SESSION_INDEX}</samlp:SessionIndex>"
    )
    status = parts.get("status", facts.SUCCESS)
    answer = f'<samlp:Status><samlp:StatusCode Value="{status}"/></samlp:Status>'
    xml = (
        f'<samlp:{local} xmlns:samlp="{facts.SAMLP}" xmlns:saml="{facts.SAML}"{head}>'
        f"<saml:Issuer>{parts.get('issuer', facts.IDP)}</saml:Issuer>{messages.RESPONSE_SIGNATURE}"
        f"{request if kind == 'logout_request' else answer}</samlp:{local}>"
    )
    return xml, target


def logouts(book):
    for kind, name, parts, reason in [
        ("logout_request", "logout_request", {}, None),
        ("logout_response", "logout_response", {}, None),
        ("logout_request", "logout_request_destination", {"destination": facts.ACS}, "another Destination"),
        ("logout_request", "logout_request_issuer", {"issuer": "https://other.example.com/metadata"}, "another Issuer"),
        ("logout_request", "logout_request_late", {"not_on_or_after": "2026-11-25T11:59:00Z"}, "past its NotOnOrAfter"),
        ("logout_response", "logout_response_destination", {"destination": facts.ACS}, "another Destination"),
        ("logout_response", "logout_response_request_id", {"in_response_to": "_another"}, "answers another request"),
        ("logout_response", "logout_response_status", {"status": facts.RESPONDER}, "the status is not Success"),
    ]:
        xml, target = logout_message(kind, name, **parts)
        signed = xmlsec.fill(
            xml.replace(messages.RESPONSE_SIGNATURE, xmlsec.template(target, "idp-rsa-2048")),
            target,
            "idp-rsa-2048",
        )
        known = {"expected": "refused", "reason": reason, "threat": 53} if reason else {}
        book.add(f"xmlsec1/{name}", signed, FAMILY, kind=kind, signed=[kind], **known)
    other_key(book)


def other_key(book):
    for kind in ("logout_request", "logout_response"):
        xml, target = logout_message(kind, f"{kind}_other_key")
        signed = xmlsec.fill(
            xml.replace(messages.RESPONSE_SIGNATURE, xmlsec.template(target, "other-rsa-2048")),
            target,
            "other-rsa-2048",
        )
        book.add(
            f"xmlsec1/{kind}_other_key",
            signed,
            FAMILY,
            kind=kind,
            signed=[kind],
            key="other-rsa-2048",
            expected="refused",
            reason="signed by a key that is in the message alone",
            threat=46,
        )
