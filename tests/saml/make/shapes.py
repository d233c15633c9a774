"""Shapes that real identity providers send, arranged by hand and signed by `xmlsec1`."""

import base64
import re

import facts
import handmade
import messages
import xmlsec

FAMILY = "shapes"
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
FRACTION = "2026-11-25T12:00:00.1234567Z"
FRACTION_EXPIRES = "2026-11-25T12:05:00.1234567Z"


def make(book, _):
    base = messages.Message("shapes")
    plain_shapes(book, base)
    base64_shapes(book, base)
    key_info_shapes(book, base)
    subject_shapes(book, base)
    encrypted_shapes(book, base)
    switched_shapes(book, base)
    circumstances(book)


PROVIDERS = ("adfs", "entra", "google", "okta", "onelogin", "ping", "salesforce")


def add(book, message, xml=None, **known):
    known.setdefault("signed", list(message.signed))
    # Only a whole provider's message carries its certificate: it makes a fixture a third longer.
    info = "certificate" if message.name.split("/")[1] in PROVIDERS else "none"
    book.add(message.name, xml or xmlsec.sign(message, known.get("key", "idp-rsa-2048"), info=info), FAMILY, **known)


def plain_shapes(book, base):
    first = {"attributes_first": True}
    microsoft = {
        **first,
        "attributes": (
            (CLAIMS + "emailaddress", (facts.SUBJECT,)),
            ("email", (facts.SUBJECT,)),
            ("OrganizationName", (facts.ORGANIZATION,)),
        ),
        "issue_instant": "2026-11-25T12:00:00.123Z",
        "authn_instant": FRACTION,
        "not_before": "2026-11-25T11:55:00.123Z",
        "not_on_or_after": "2026-11-25T12:05:00.123Z",
        "confirmation_not_on_or_after": "2026-11-25T12:05:00.123Z",
    }
    lines = {"line_ends": "\n    "}
    for name, parts in [
        (
            "adfs",
            {**microsoft, "extra_response_attributes": ' Consent="urn:oasis:names:tc:SAML:2.0:consent:unspecified"'},
        ),
        ("entra", {**microsoft, "declare": "both"}),
        ("google", {**first, "signed": ("response",), "issue_instant": "2026-11-25T12:00:00.000Z"}),
        ("okta", {"signed": ("response", "assertion"), **lines}),
        ("onelogin", {"signed": ("response",), "declare": "response"}),
        ("ping", {"signed": ("assertion",), "declare": "response"}),
        ("salesforce", {"signed": ("response", "assertion"), "declare": "both", **lines}),
        ("attributes_first", first),
        ("attributes_first_both", {**first, "signed": ("response", "assertion")}),
        (
            "seven_digit_fractions",
            {
                "issue_instant": FRACTION,
                "not_before": FRACTION,
                "not_on_or_after": FRACTION_EXPIRES,
                "confirmation_not_on_or_after": FRACTION_EXPIRES,
                "authn_instant": FRACTION,
            },
        ),
        ("twenty_digit_fraction", {"issue_instant": "2026-11-25T12:00:00.00000000000000000001Z"}),
        ("indented", lines),
        ("indented_with_line_ends_of_windows", {"line_ends": "\r\n\t"}),
        ("xml_declaration", {"prolog": '<?xml version="1.0" encoding="UTF-8"?>\n'}),
        ("xml_declaration_alone", {"prolog": '<?xml version="1.0"?>'}),
        ("issuer_format", {"issuer_attributes": ' Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity"'}),
        ("no_response_issuer", {"response_issuer": None}),
        ("several_audiences", {"audiences": (("https://elsewhere.example.com", facts.SP),)}),
        ("two_audience_restrictions", {"audiences": ((facts.SP,), (facts.SP, "https://elsewhere.example.com"))}),
        ("one_time_use", {"other_conditions": "<saml:OneTimeUse/>"}),
        ("proxy_restriction", {"other_conditions": '<saml:ProxyRestriction Count="0"/>'}),
        ("session_not_on_or_after", {"session_not_on_or_after": "2026-11-25T20:00:00Z"}),
        ("no_conditions_times", {"not_before": None, "not_on_or_after": None}),
        ("unsolicited", {"in_response_to": None}),
        (
            "several_values",
            {
                "attributes": (
                    ("email", (facts.SUBJECT,)),
                    ("OrganizationName", (facts.ORGANIZATION,)),
                    ("groups", ("staff", "a &amp; b", "&lt;c&gt;", "d&#xA;e", "", "\u00fcber \U0001f511")),
                )
            },
        ),
    ]:
        message = base.having(name=f"shapes/{name}", **parts)
        known = {"initiated_by": "idp"} if name == "unsolicited" else {}
        if name == "no_conditions_times":
            known["note"] = "the confirmation alone limits the time"
        xml = None
        if "\r" in message.line_ends:
            # Line ends are normalized before anything is signed, and sent as they were written.
            xml = xmlsec.sign(message, info="none").replace("\n\t", "\r\n\t")
        add(book, message, xml, **known)


def spread(text, width, line_end):
    return line_end.join(text[start : start + width] for start in range(0, len(text), width))


def respaced(xml, local, space):
    """Spaces the Base64 of every element of that name otherwise."""

    def change(match):
        return match.group(1) + space("".join(match.group(2).split())) + match.group(3)

    return re.sub(rf"(<ds:{local}>)([^<]+)(</ds:{local}>)", change, xml)


def base64_shapes(book, base):
    wide = {"signed": ("response", "assertion")}
    for name, spacing in [
        ("base64_crlf", lambda text: "\r\n" + spread(text, 64, "\r\n") + "\r\n"),
        ("base64_carriage_return_references", lambda text: spread(text, 76, "&#13;\n")),
        ("base64_spaces", lambda text: "  " + spread(text, 40, " ") + "\t"),
    ]:
        message = base.having(name=f"shapes/{name}", **wide)
        # The response's signature covers the assertion's: that one is spaced first, its own value and certificate last.
        inner = xmlsec.sign_text(
            message.having(signed=("assertion",), name=message.name, assertion_id=message.assertion_id).xml(),
            message,
        )
        for local in ("SignatureValue", "X509Certificate"):
            inner = respaced(inner, local, spacing)
        place = f"</saml:Issuer>{messages.RESPONSE_SIGNATURE}<samlp:Status>"
        xml = xmlsec.sign_text(inner.replace("</saml:Issuer><samlp:Status>", place), message)
        # xmlsec1 writes a normalized document: the line ends of Windows come back, where they change nothing.
        if name == "base64_crlf":
            xml = re.sub("(?<!\r)\n", "\r\n", xml)
        add(book, message, xml)
    message = base.having(name="shapes/base64_digest_spaces")
    value = handmade.digest_of(message.xml(), message.assertion_id)
    spaced = f"\n  {value[:20]}\n  {value[20:]}\n"
    xml = handmade.seal(
        message.xml(),
        messages.ASSERTION_SIGNATURE,
        handmade.reference(f"#{message.assertion_id}", spaced),
    )
    add(book, message, xml)
    for name, post in [
        ("post_in_lines", lambda text: spread(text, 76, "\r\n")),
        ("post_in_lines_of_unix", lambda text: spread(text, 64, "\n") + "\n"),
    ]:
        message = base.having(name=f"shapes/{name}")
        xml = xmlsec.sign(message)
        add(book, message, xml, post=post(base64.b64encode(xml.encode()).decode()))


def key_info_shapes(book, base):
    pem = facts.certificate_file("idp-rsa-2048").read_text().strip()
    for name, info, key in [
        ("no_key_info", "none", "idp-rsa-2048"),
        ("rsa_key_value_alone", "key-value", "idp-rsa-2048"),
        ("ec_no_key_info", "none", "idp-p256"),
    ]:
        message = base.having(name=f"shapes/{name}")
        algorithm = "ecdsa-sha256" if key == "idp-p256" else "rsa-sha256"
        xml = xmlsec.sign(message, key, info=info, signature=algorithm)
        add(book, message, xml, key=key, trusted=[key])
    for name, info in [
        ("pem_inside_x509_certificate", f"<ds:X509Data><ds:X509Certificate>{pem}</ds:X509Certificate></ds:X509Data>"),
        ("key_name_alone", "<ds:KeyName>idp</ds:KeyName>"),
        (
            "unrelated_certificate",
            (
                f"<ds:X509Data><ds:X509Certificate>{facts.certificate_text('other-rsa-2048')}</ds:X509Certificate></ds:X509Data>"
            ),
        ),
        (
            "expired_certificate_of_the_same_key",
            (
                f"<ds:X509Data><ds:X509Certificate>{facts.certificate_text('idp-rsa-2048-expired')}</ds:X509Certificate></ds:X509Data>"
            ),
        ),
    ]:
        message = base.having(name=f"shapes/{name}")
        add(book, message, handmade.sign(message, info=f"<ds:KeyInfo>{info}</ds:KeyInfo>"))
    message = base.having(name="shapes/signed_by_the_second_of_two")
    add(book, message, key="idp-rsa-2048-next", trusted=["idp-rsa-2048", "idp-rsa-2048-next"])


def subject_shapes(book, base):
    def confirmation(method, **data):
        held = messages.attributes_of(data.items())
        data_xml = f"<saml:SubjectConfirmationData{held}/>"
        return f'<saml:SubjectConfirmation Method="{method}">{data_xml}</saml:SubjectConfirmation>'

    late = confirmation(
        facts.BEARER,
        InResponseTo=facts.REQUEST_ID,
        NotOnOrAfter="2026-11-25T11:00:00Z",
        Recipient=facts.ACS,
    )
    elsewhere = confirmation(
        facts.BEARER,
        InResponseTo=facts.REQUEST_ID,
        NotOnOrAfter=facts.EXPIRES,
        Recipient="https://elsewhere.example.com/acs",
    )
    forged = base.having(name="advice", subject=facts.ATTACKER, signed=()).assertion_xml(alone=True)
    evil = f"<saml:Advice>{forged}</saml:Advice>"
    for name, parts in [
        ("two_subject_confirmations", {"other_confirmations": elsewhere}),
        ("two_subject_confirmations_one_late", {"other_confirmations": late}),
        ("holder_of_key_beside_bearer", {"other_confirmations": confirmation(facts.HOLDER_OF_KEY)}),
        (
            "address_in_confirmation",
            {
                "other_confirmations": confirmation(
                    facts.BEARER,
                    Address="192.0.2.7",
                    InResponseTo=facts.REQUEST_ID,
                    NotOnOrAfter=facts.EXPIRES,
                    Recipient=facts.ACS,
                )
            },
        ),
        ("assertion_in_advice", {"advice": evil}),
    ]:
        add(book, base.having(name=f"shapes/{name}", **parts))
    inner = base.having(name="advice_signed", subject=facts.ATTACKER)
    signed = xmlsec.sign_text(inner.assertion_xml(alone=True), inner, info="none")
    message = base.having(name="shapes/signed_assertion_in_advice", advice=f"<saml:Advice>{signed}</saml:Advice>")
    xml = xmlsec.sign_text(message.xml(), message, info="none")
    add(book, message, xml, note="what stands in Advice is no assertion of this response")


def encrypted_shapes(book, base):
    def wrapped(name, parts, **options):
        message = base.having(name=f"shapes/{name}", **parts)
        inner = message.assertion_xml()
        if "assertion" in message.signed:
            # Signed where it stands, with the prefixes of the response around it.
            alone = message.having(signed=("assertion",), assertion_id=message.assertion_id)
            whole = xmlsec.sign_text(alone.xml(), alone, info="none")
            inner = re.search("<saml:Assertion.*</saml:Assertion>", whole, re.DOTALL).group(0)
        xml = message.xml(handmade.encrypted_assertion(inner, **options))
        return message, xmlsec.sign_text(xml, message, info="none"), inner

    how = {"content": "aes256-gcm", "key_transport": "rsa-oaep-mgf1p", "key": "sp-rsa-2048"}
    for name, parts, options, transport in [
        ("encrypted_key_beside", {}, {"place": "beside"}, "rsa-oaep-mgf1p"),
        ("encrypted_key_by_retrieval_method", {}, {"place": "retrieval"}, "rsa-oaep-mgf1p"),
        ("encrypted_oaep_sha256", {}, {"digest": "sha256"}, "rsa-oaep-sha256"),
        ("encrypted_prefix_on_response_alone", {"declare": "response"}, {}, "rsa-oaep-mgf1p"),
        ("encrypted_key_beside_response_signed", {"signed": ("response",)}, {"place": "beside"}, "rsa-oaep-mgf1p"),
    ]:
        message, xml, inner = wrapped(name, parts, **options)
        add(
            book,
            message,
            xml,
            encrypted={**how, "key_transport": transport},
            plain=message.having(signed=()).xml(inner)
            if "assertion" in message.signed
            else message.having(signed=()).xml(),
        )


def switched_shapes(book, base):
    last = {"signature_last": True}
    for name, parts, reason, switch in [
        ("missing_destination", {"destination": None}, "no Destination", "missing-destination"),
        (
            "missing_destination_signed",
            {"destination": None, "signed": ("response",)},
            "no Destination",
            "missing-destination",
        ),
        ("missing_audience", {"audiences": ()}, "no AudienceRestriction", "missing-audience"),
        ("signature_last", last, "the signature is not after Issuer", "signature-position"),
        (
            "signature_last_response",
            {**last, "signed": ("response",)},
            "the signature is not after Issuer",
            "signature-position",
        ),
        (
            "confirmation_not_before",
            {"confirmation_not_before": facts.ISSUED},
            "NotBefore on the confirmation",
            "confirmation-not-before",
        ),
        (
            "missing_in_response_to_on_confirmation",
            {"confirmation_in_response_to": None},
            "no InResponseTo on the confirmation",
            "missing-in-response-to",
        ),
        (
            "offset_times",
            {
                "issue_instant": "2026-11-25T13:00:00+01:00",
                "not_before": "2026-11-25T13:00:00+01:00",
                "not_on_or_after": "2026-11-25T07:05:00-05:00",
            },
            "times with an offset",
            "offset-time",
        ),
    ]:
        message = base.having(name=f"shapes/{name}", **parts)
        add(book, message, expected="refused", reason=reason, accepted_with=[switch], threat=53)
    message = base.having(
        name="shapes/missing_in_response_to_on_response",
        in_response_to=None,
        confirmation_in_response_to=facts.REQUEST_ID,
    )
    add(
        book,
        message,
        expected="refused",
        reason="no InResponseTo on the response",
        accepted_with=["missing-in-response-to"],
        threat=53,
    )
    message = base.having(name="shapes/signature_after_status", signed=("response",))
    xml = (
        message.xml()
        .replace(messages.RESPONSE_SIGNATURE, "")
        .replace("</samlp:Status>", f"</samlp:Status>{messages.RESPONSE_SIGNATURE}")
    )
    add(
        book,
        message,
        xmlsec.sign_text(xml, message),
        expected="refused",
        reason="the signature is not after Issuer",
        accepted_with=["signature-position"],
    )
    message = base.having(name="shapes/empty_reference_uri", signed=("response",))
    value = handmade.digest_of(message.xml(), message.response_id)
    xml = handmade.seal(message.xml(), messages.RESPONSE_SIGNATURE, handmade.reference("", value))
    add(
        book,
        message,
        xml,
        expected="refused",
        reason="the reference names no id",
        accepted_with=["empty-reference-uri"],
        threat=52,
    )
    message = base.having(name="shapes/inclusive_signed_info_alone")
    xml = handmade.sign(message, c14n=facts.INCLUSIVE, info="")
    add(book, message, xml, expected="refused", reason="inclusive canonicalization", accepted_with=["inclusive-c14n"])
    message = base.having(name="shapes/inclusive_transform_alone")
    xml = handmade.sign(message, transform_method=facts.INCLUSIVE, info="")
    add(book, message, xml, expected="refused", reason="inclusive canonicalization", accepted_with=["inclusive-c14n"])


def circumstances(book):
    """Messages in order, in the wrong circumstances."""
    good = "xmlsec1/both"
    book.again(
        "circumstances/expired_certificate",
        good,
        trusted=["idp-rsa-2048-expired"],
        reason="the certificate has expired",
        accepted_with=["expired-certificate"],
        threat=54,
    )
    book.again(
        "circumstances/not_yet_valid_certificate",
        good,
        trusted=["idp-rsa-2048-not-yet-valid"],
        reason="the certificate is not yet valid",
        threat=54,
    )
    book.again(
        "circumstances/removed_certificate",
        good,
        trusted=["idp-rsa-2048-next"],
        reason="the key is no longer trusted",
        threat=54,
    )
    book.again("circumstances/no_certificate", good, trusted=[], reason="no key is trusted", threat=54)
    book.again(
        "circumstances/one_of_several_certificates",
        good,
        trusted=["idp-p256", "idp-rsa-2048-next", "idp-rsa-2048-expired", "idp-rsa-2048"],
        expected="accepted",
    )
    book.again(
        "circumstances/answers_a_request_but_none_was_made",
        good,
        initiated_by="idp",
        reason="InResponseTo, where no request was made",
        threat=53,
    )
    book.again(
        "circumstances/answers_none_but_a_request_was_made",
        "shapes/unsolicited",
        initiated_by="sp",
        reason="no InResponseTo",
        threat=53,
    )
    book.again(
        "circumstances/login_as_bearer_assertion",
        "xmlsec1/assertion",
        kind="assertion",
        binding="token",
        reason="a response is no assertion",
        threat=53,
    )
    book.again(
        "circumstances/bearer_assertion_as_login",
        "saml/bearer",
        kind="response",
        binding="post",
        reason="an assertion is no response",
        threat=53,
    )
