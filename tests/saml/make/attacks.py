"""Keys, algorithms, comments, markup, entities, ids and encryption, each wrong in its own way."""

import re

import facts
import handmade
import messages
import xmlsec
from refusals import at_assertion
from refusals import change
from refusals import own_reference
from refusals import refuse
from refusals import short
from refusals import signed_by_provider

OTHER_IDP = "https://other.example.com/metadata"
EVIL = "https://evil.example.com"
FAMILY = "attacks"


def make(book, _):
    base = short()
    keys(book, base)
    comments(book, base)
    markup(book, base)
    entities(book, base)
    ids(book, base)
    encryption(book, base)


def keys(book, base):
    def named(name, **parts):
        return base.having(name=f"attacks/{name}", **parts)

    refuse(book, "unsigned", named("unsigned", signed=()).xml(), "not signed", 46, signed=[])
    message = named("other_key")
    refuse(
        book,
        "other_key",
        xmlsec.sign(message, "other-rsa-2048"),
        "signed by a key that is in the message alone",
        46,
        key="other-rsa-2048",
    )
    message = named("other_key_response", signed=("response",))
    refuse(
        book,
        "other_key_response",
        xmlsec.sign(message, "other-rsa-2048"),
        "signed by a key that is in the message alone",
        46,
        key="other-rsa-2048",
        signed=["response"],
    )
    message = named("other_key_value_alone")
    refuse(
        book,
        "other_key_value_alone",
        xmlsec.sign(message, "other-rsa-2048", info="key-value"),
        "signed by a key that is in the message alone",
        46,
        key="other-rsa-2048",
    )
    message = named("other_key_with_our_certificate")
    refuse(
        book,
        "other_key_with_our_certificate",
        handmade.sign(message, "other-rsa-2048", info=xmlsec.key_info("idp-rsa-2048")),
        "signed by another key than the certificate beside it",
        46,
        key="other-rsa-2048",
    )
    message = named("key_info_only")
    bare = f'<ds:Signature xmlns:ds="{facts.DS}">{xmlsec.key_info("idp-rsa-2048")}</ds:Signature>'
    refuse(
        book,
        "key_info_only",
        message.xml().replace(messages.ASSERTION_SIGNATURE, bare),
        "a signature that signs nothing",
        46,
    )
    message = named("another_provider_of_the_organization", issuer=OTHER_IDP, response_issuer=OTHER_IDP)
    refuse(
        book,
        "another_provider_of_the_organization",
        xmlsec.sign(message, "other-rsa-2048"),
        "the issuer is another provider, and so is the key",
        54,
        key="other-rsa-2048",
    )
    message = named("issuer_of_another_provider", issuer=OTHER_IDP, response_issuer=OTHER_IDP)
    refuse(book, "issuer_of_another_provider", signed_by_provider(message), "the issuer is another provider", 54)
    hmacs(book, named)
    algorithms(book, named)


def hmacs(book, named):
    pem = facts.certificate_file("idp-rsa-2048").read_bytes()
    spki = (
        handmade.certificate("idp-rsa-2048")
        .public_key()
        .public_bytes(
            handmade.serialization.Encoding.PEM,
            handmade.serialization.PublicFormat.SubjectPublicKeyInfo,
        )
    )
    for name, secret, algorithm in [
        ("hmac_with_certificate", pem, "hmac-sha256"),
        ("hmac_with_public_key", spki, "hmac-sha256"),
        ("hmac_sha1_with_public_key", spki, "hmac-sha1"),
        ("hmac_with_nothing", b"", "hmac-sha256"),
    ]:
        message = named(name)
        xml = at_assertion(message, own_reference(message), algorithm=algorithm, secret=secret)
        refuse(book, name, xml, "HMAC", 46, key=None)
    message = named("hmac_truncated")
    xml = at_assertion(
        message,
        own_reference(message),
        algorithm="hmac-sha256",
        secret=b"",
        parameters="<ds:HMACOutputLength>8</ds:HMACOutputLength>",
        spoil=lambda value: value[:1],
    )
    refuse(book, "hmac_truncated", xml, "HMAC", 46, key=None)


def algorithms(book, named):
    for name, method, reason in [
        ("algorithm_missing", None, "no signature algorithm"),
        ("algorithm_none", "http://www.w3.org/2000/09/xmldsig#none", "an unknown signature algorithm"),
        ("algorithm_unknown", facts.DS_MORE + "rsa-sha256-fast", "an unknown signature algorithm"),
        ("algorithm_in_upper_case", (facts.DS_MORE + "rsa-sha256").upper(), "an unknown signature algorithm"),
        ("algorithm_ecdsa_of_rsa_key", facts.SIGNATURES["ecdsa-sha256"], "an RSA key for an ECDSA algorithm"),
        ("algorithm_other_digest", facts.SIGNATURES["rsa-sha512"], "signed by another algorithm than it says"),
        ("algorithm_pss_of_pkcs1", facts.SIGNATURES["rsa-pss-sha256"], "signed by another algorithm than it says"),
    ]:
        message = named(name)
        refuse(book, name, at_assertion(message, own_reference(message), method=method), reason, 46)
    message = named("algorithm_md5")
    xml = at_assertion(message, own_reference(message, digest="sha256"), algorithm="rsa-md5")
    refuse(book, "algorithm_md5", xml, "MD5", 46)
    message = named("digest_md5")
    value = handmade.digest_of(message.xml(), message.assertion_id, "md5")
    xml = at_assertion(message, handmade.reference(f"#{message.assertion_id}", value, "md5"))
    refuse(book, "digest_md5", xml, "MD5", 46)
    message = named("ecdsa_der")
    xml = at_assertion(message, own_reference(message), algorithm="ecdsa-sha256", key="idp-p256", der=True)
    refuse(book, "ecdsa_der", xml, "an ECDSA value in DER", 46, key="idp-p256", trusted=["idp-p256"])
    for name, spoil in [
        ("ecdsa_zero", lambda value: bytes(len(value))),
        ("ecdsa_short", lambda value: value[:-1]),
        ("ecdsa_long", lambda value: b"\x00" + value),
        ("ecdsa_empty", lambda value: b""),
    ]:
        message = named(name)
        xml = at_assertion(message, own_reference(message), algorithm="ecdsa-sha256", key="idp-p256", spoil=spoil)
        refuse(book, name, xml, "an ECDSA value that is none", 46, key="idp-p256", trusted=["idp-p256"])
    for name, spoil in [
        ("signature_value_flipped", lambda value: value[:40] + bytes([value[40] ^ 1]) + value[41:]),
        ("signature_value_short", lambda value: value[:-1]),
        ("signature_value_long", lambda value: b"\x00" + value),
        ("signature_value_zero", lambda value: bytes(len(value))),
        ("signature_value_empty", lambda value: b""),
    ]:
        message = named(name)
        refuse(book, name, at_assertion(message, own_reference(message), spoil=spoil), "a wrong signature value", 46)


def comments(book, base):
    """Comments and processing instructions that canonicalization leaves out, or not, inside values."""
    outsider = "maria@example.com.evil.example"
    for name, parts, reason in [
        ("comment_in_name_id", {"subject": "maria@example.com<!---->.evil.example"}, "a comment in a value"),
        ("comment_first_in_name_id", {"subject": "<!-- -->" + outsider}, "a comment in a value"),
        ("comment_in_issuer", {"issuer": facts.IDP + "<!---->.evil.example"}, "a comment in a value"),
        ("comment_in_audience", {"audiences": ((facts.SP + "<!---->.evil.example",),)}, "a comment in a value"),
        (
            "comment_in_attribute",
            {
                "attributes": (
                    ("email", ("maria@example.com<!---->.evil.example",)),
                    ("OrganizationName", (facts.ORGANIZATION,)),
                )
            },
            "a comment in a value",
        ),
        ("instruction_in_name_id", {"subject": "maria@example.com<?x y?>.evil.example"}, "a processing instruction"),
        ("instruction_in_audience", {"audiences": ((facts.SP + "<?x y?>.evil.example",),)}, "a processing instruction"),
        ("element_in_name_id", {"subject": "maria@example.com<b/>.evil.example"}, "an element in a value"),
    ]:
        message = base.having(name=f"attacks/{name}", **parts)
        known = {"subject": outsider} if "name_id" in name else {}
        refuse(book, name, signed_by_provider(message), reason, 48, **known)
    # Put in after the signature was made, which stays valid.
    message = base.having(name="attacks/outsider", subject=outsider)
    book.add("attacks/outsider", signed_by_provider(message), FAMILY, signed=["assertion"], subject=outsider)
    for name, inside, expected, reason in [
        ("comment_added_to_name_id", "maria@example.com<!---->.evil.example", "refused", "a comment in a value"),
        (
            "cdata_in_name_id",
            "maria@example.com<![CDATA[.evil.example]]>",
            "either",
            "a CDATA section is text: the whole subject is read, or the message is refused",
        ),
    ]:
        book.change(
            f"attacks/{name}",
            "attacks/outsider",
            [(f">{outsider}<", f">{inside}<")],
            expected=expected,
            reason=reason,
            threat=48,
        )


def markup(book, base):
    evil = base.having(name="attacks/forged", subject=facts.ATTACKER, signed=()).assertion_xml()
    for name, before in [("two_assertions_forged_first", True), ("two_assertions_forged_last", False)]:
        message = base.having(name=f"attacks/{name}")
        xml = signed_by_provider(message)
        xml = (
            xml.replace("</samlp:Status>", f"</samlp:Status>{evil}")
            if before
            else xml.replace("</samlp:Response>", f"{evil}</samlp:Response>")
        )
        refuse(
            book, name, xml, "two assertions", 47, subject=facts.ATTACKER, signed=["assertion"] if not before else []
        )
    second = base.having(name="attacks/second", subject="luca@example.com")
    message = base.having(name="attacks/two_assertions_both_signed", after_assertion="@second@")
    xml = signed_by_provider(message).replace(
        "@second@", xmlsec.sign_text(second.assertion_xml(alone=True), second, info="none")
    )
    refuse(book, "two_assertions_both_signed", xml, "two assertions", 47)
    message = base.having(name="attacks/two_assertions_response_signed", signed=("response",), after_assertion=evil)
    refuse(
        book, "two_assertions_response_signed", signed_by_provider(message), "two assertions", 47, signed=["response"]
    )
    # A second signature that is not valid is not passed over.
    inner = base.having(name="attacks/second_signature_wrong")
    wrong = signed_by_provider(inner)
    value = re.search("<ds:SignatureValue>(.)", wrong).group(1)
    wrong = wrong.replace(f"<ds:SignatureValue>{value}", f"<ds:SignatureValue>{'A' if value != 'A' else 'B'}")
    outer = base.having(name="attacks/second_signature_wrong", signed=("response",))
    xml = wrong.replace("</saml:Issuer><samlp:Status>", f"</saml:Issuer>{messages.RESPONSE_SIGNATURE}<samlp:Status>", 1)
    refuse(
        book,
        "second_signature_wrong",
        xmlsec.sign_text(xml, outer, info="none"),
        "the signature of the assertion is wrong",
        46,
        signed=["response", "assertion"],
    )
    start, end, status = "<samlp:Response", "</samlp:Response>", "<samlp:Status>"
    not_alone = "an attribute twice"
    for name, changes, reason in [
        (
            "root_of_another_namespace",
            [(facts.SAMLP, "urn:oasis:names:tc:SAML:1.0:protocol")],
            "the root is no response",
        ),
        ("root_in_no_namespace", [(start, "<Response"), (end, "</Response>")], "the root is no response"),
        (
            "root_logout_response",
            [(start, "<samlp:LogoutResponse"), (end, "</samlp:LogoutResponse>")],
            "the root is no response",
        ),
        ("signature_of_another_namespace", [(facts.DS + '"', facts.DS[:-1] + '"')], "not signed"),
        ("trailing_element", [(end, end + "<more/>")], "more than one root"),
        ("trailing_text", [(end, end + "more")], "text after the root"),
        ("leading_text", [(start, "more" + start)], "text before the root"),
        ("undeclared_prefix", [(status, "<nowhere:x/>" + status)], "an undeclared prefix"),
        ("repeated_attribute", [(' Version="2.0"', ' Version="2.0" Version="2.0"')], not_alone),
        (
            "repeated_attribute_by_two_prefixes",
            [
                (status, '<x xmlns:a="urn:x" xmlns:b="urn:x" a:c="1" b:c="2"/>' + status),
            ],
            not_alone,
        ),
        ("prefix_xml_rebound", [(status, '<x xmlns:xml="urn:x"/>' + status)], "the prefix xml rebound"),
        ("version_1_1", [(start, '<?xml version="1.1"?>' + start)], "XML 1.1"),
        (
            "encoding_latin_1",
            [(start, '<?xml version="1.0" encoding="ISO-8859-1"?>' + start)],
            "another encoding than UTF-8",
        ),
        ("encoding_utf_7", [(start, '<?xml version="1.0" encoding="UTF-7"?>' + start)], "another encoding than UTF-8"),
        ("not_closed", [(end, "")], "the root is not closed"),
        ("nul", [(status, "\0" + status)], "a character that XML does not allow"),
        ("nul_reference", [(status, "&#0;" + status)], "a character that XML does not allow"),
        ("instruction_before_root", [(start, "<?x y?>" + start)], "a processing instruction"),
    ]:
        change(book, name, changes, reason, 49)
    message = base.having(name="attacks/encoding_utf_16")
    xml = '<?xml version="1.0" encoding="UTF-16"?>' + signed_by_provider(message)
    refuse(book, "encoding_utf_16", b"\xff\xfe" + xml.encode("utf-16-le"), "another encoding than UTF-8", 49)
    for name, xml in [("empty", ""), ("no_xml", "SAMLResponse"), ("html", "<html><body>Sign in</body></html>")]:
        refuse(book, name, xml, "no response at all", 49, signed=[], subject=None)


def entities(book, base):
    start, value = "<samlp:Response", f">{facts.SUBJECT}</saml:NameID>"
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    for name, doctype, entity in [
        ("doctype_empty", "<!DOCTYPE samlp:Response>", None),
        ("doctype_internal", "<!DOCTYPE samlp:Response []>", None),
        ("doctype_external", f'<!DOCTYPE samlp:Response SYSTEM "{EVIL}/response.dtd">', None),
        ("entity_in_name_id", f'<!DOCTYPE samlp:Response [<!ENTITY who "{facts.SUBJECT}">]>', "&who;"),
        ("entity_external", '<!DOCTYPE samlp:Response [<!ENTITY who SYSTEM "file:///etc/hostname">]>', "&who;"),
        ("entity_parameter", f'<!DOCTYPE samlp:Response [<!ENTITY % more SYSTEM "{EVIL}/more.dtd"> %more;]>', None),
        ("entity_billion", f'<!DOCTYPE samlp:Response [<!ENTITY l0 "lol">{lol}]>', "&l9;"),
        (
            "entity_default_attribute",
            '<!DOCTYPE samlp:Response [<!ATTLIST saml:Assertion ID ID #IMPLIED x CDATA "y">]>',
            None,
        ),
    ]:
        used = [(value, f">{entity}</saml:NameID>")] if entity else []
        change(book, name, [(start, doctype + start), *used], "a document type declaration", 51)
    change(book, "entity_undeclared", [(value, ">&who;</saml:NameID>")], "an entity that is not one of the five", 51)
    deep = "<x>" * 400 + "</x>" * 400
    status = f"<samlp:StatusDetail>{deep}</samlp:StatusDetail></samlp:Status>"
    xml = signed_by_provider(base.having(name="attacks/deep")).replace("</samlp:Status>", status)
    refuse(book, "deep", xml, "too deep", 51)


def ids(book, base):
    signed = base.having(name="attacks/base_assertion")
    own, end = signed.assertion_id, "</samlp:Status>"
    for name, attribute in [
        ("duplicate_id", "ID"),
        ("duplicate_id_in_lower_case", "id"),
        ("duplicate_id_as_xml_id", "xml:id"),
        ("duplicate_id_in_mixed_case", "Id"),
    ]:
        detail = f'<samlp:StatusDetail><x {attribute}="{own}"/></samlp:StatusDetail>'
        change(book, name, [(end, detail + end)], "an id twice", 52)
    change(book, "response_and_assertion_of_one_id", [(signed.response_id, own)], "an id twice", 52)
    change(
        book,
        "id_prefixed",
        [(f' ID="{own}"', f' xmlns:e="urn:e" e:ID="{own}" ID="_other"')],
        "the reference names another id",
        52,
    )
    change(book, "id_missing", [(f' ID="{own}"', "")], "no id", 52)
    message = base.having(name="attacks/id_no_ncname", assertion_id="1 2")
    refuse(book, "id_no_ncname", handmade.sign(message), "an id that is no name", 52)


def encryption(book, base):
    how = {"content": "aes256-gcm", "key_transport": "rsa-oaep-mgf1p", "key": "sp-rsa-2048"}
    evil = base.having(name="attacks/encrypted_unsigned", subject=facts.ATTACKER, signed=())
    xml = evil.xml(handmade.encrypted_assertion(evil.assertion_xml()))
    refuse(
        book,
        "encrypted_unsigned",
        xml,
        "encryption is no signature",
        46,
        signed=[],
        encrypted=how,
        subject=facts.ATTACKER,
        plain=evil.xml(),
    )
    message = base.having(name="attacks/encrypted")
    signed = re.search("<saml:Assertion.*</saml:Assertion>", signed_by_provider(message), re.DOTALL).group(0)

    def flip(index):
        return lambda octets: octets[:index] + bytes([octets[index] ^ 1]) + octets[index + 1 :]

    for name, options, reason in [
        ("encrypted_tag_wrong", {"spoil": lambda octets: octets[:-1] + bytes([octets[-1] ^ 1])}, "cannot be decrypted"),
        ("encrypted_tag_short", {"spoil": lambda octets: octets[:-12]}, "cannot be decrypted"),
        ("encrypted_content_changed", {"spoil": flip(100)}, "cannot be decrypted"),
        ("encrypted_nothing", {"spoil": lambda octets: b""}, "cannot be decrypted"),
        ("encrypted_to_another_key", {"key": "other-rsa-2048"}, "cannot be decrypted"),
        ("encrypted_rsa_1_5", {"transport": "rsa-1_5"}, "RSA PKCS #1 v1.5 is not allowed"),
    ]:
        case = base.having(name=f"attacks/{name}", signed=())
        xml = case.xml(handmade.encrypted_assertion(signed, **options))
        transport = options.get("transport", "rsa-oaep-mgf1p")
        refuse(
            book,
            name,
            xml,
            reason,
            46,
            plain=case.xml(signed),
            encrypted={**how, "key_transport": transport, "key": options.get("key", "sp-rsa-2048")},
        )
    for name, plain, reason in [
        ("encrypted_no_xml", "no xml at all", "no assertion inside"),
        ("encrypted_other_element", "<saml:Advice/>", "no assertion inside"),
        ("encrypted_doctype", "<!DOCTYPE x>" + signed, "a document type declaration"),
        ("encrypted_two_assertions", signed + signed.replace(message.assertion_id, "_other"), "two assertions inside"),
        (
            "encrypted_undeclared_prefix",
            signed.replace("<saml:Subject>", "<nowhere:Subject/><saml:Subject>"),
            "an undeclared prefix",
        ),
    ]:
        case = base.having(name=f"attacks/{name}", signed=("response",))
        xml = xmlsec.sign_text(case.xml(handmade.encrypted_assertion(plain)), case, info="none")
        refuse(book, name, xml, reason, 51 if "doctype" in name else 49, signed=["response"], encrypted=how)
