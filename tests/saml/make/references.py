"""What a signature refers to, how it gets there, and what of it is signed."""

import hashlib
import re

import facts
import handmade
import messages
from refusals import at_assertion
from refusals import change
from refusals import own_reference
from refusals import refuse
from refusals import short
from refusals import signed_by_provider

EVIL = "https://evil.example.com"
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
XSLT = "http://www.w3.org/TR/1999/REC-xslt-19991116"


def make(book, _):
    base = short()
    references(book, base)
    signed_infos(book, base)


def references(book, base):
    def named(name, **parts):
        return base.having(name=f"attacks/{name}", **parts)

    message = named("digest_wrong")
    wrong = handmade.base64_text(hashlib.sha256(b"something else").digest())
    refuse(
        book,
        "digest_wrong",
        at_assertion(message, handmade.reference(f"#{message.assertion_id}", wrong)),
        "a wrong digest",
        50,
    )
    change(
        book,
        "content_changed_after_signing",
        [(f">{facts.SUBJECT}<", f">{facts.ATTACKER}<")],
        "a wrong digest",
        50,
        subject=facts.ATTACKER,
    )
    space = "<ds:SignedInfo>"
    change(
        book,
        "void_canonicalization_of_signed_info",
        [(space, space[:-1] + ' xmlns:void="relative/uri">')],
        "a relative namespace",
        50,
    )
    message = named("digest_of_nothing")
    empty = handmade.base64_text(hashlib.sha256(b"").digest())
    refuse(
        book,
        "digest_of_nothing",
        at_assertion(message, handmade.reference(f"#{message.assertion_id}", empty)),
        "a digest of nothing",
        50,
    )
    # A relative namespace makes canonicalization undefined: some implementations go on with nothing.
    message = named("void_canonicalization", extra_assertion_attributes=' xmlns:void="relative/uri"')
    xml = message.xml().replace(' xmlns:void="relative/uri"', "")
    sealed = handmade.seal(
        xml,
        messages.ASSERTION_SIGNATURE,
        handmade.reference(f"#{message.assertion_id}", empty),
        info="",
    )
    sealed = sealed.replace("<saml:Assertion ", '<saml:Assertion xmlns:void="relative/uri" ', 1)
    refuse(book, "void_canonicalization", sealed, "a relative namespace", 50)
    message = named("two_references")
    target = f"#{message.assertion_id}"
    value = handmade.digest_of(message.xml(), message.assertion_id)
    good = handmade.reference(target, value)
    refuse(book, "two_references", at_assertion(message, good + good), "two references", 50)
    message = named("two_references_one_elsewhere")
    good = own_reference(message)
    status_free = handmade.reference("", handmade.digest_of(message.xml(), message.response_id))
    refuse(book, "two_references_one_elsewhere", at_assertion(message, good + status_free), "two references", 50)
    message = named("no_reference")
    refuse(book, "no_reference", at_assertion(message, ""), "no reference", 50)
    message = named("manifest")
    xml = at_assertion(message, own_reference(message)).replace(
        "</ds:Signature>",
        f"<ds:Object><ds:Manifest>{own_reference(message)}</ds:Manifest></ds:Object></ds:Signature>",
    )
    refuse(book, "manifest", xml, "an Object in the signature", 50)
    targets(book, named)
    transforms(book, named)


def targets(book, named):
    for name, uri, threat in [
        ("reference_to_nothing", "#_nothing", 52),
        ("reference_external", f"{EVIL}/assertion.xml", 52),
        ("reference_file", "file:///etc/hostname", 52),
        ("reference_without_hash", None, 52),
        ("reference_hash_alone", "#", 52),
        ("reference_xpointer_root", "#xpointer(/)", 52),
    ]:
        message = named(name)
        value = handmade.digest_of(message.xml(), message.assertion_id)
        uri = message.assertion_id if name == "reference_without_hash" else uri
        refuse(
            book,
            name,
            at_assertion(message, handmade.reference(uri, value)),
            "the reference names another thing",
            threat,
        )
    message = named("reference_xpointer_id")
    value = handmade.digest_of(message.xml(), message.assertion_id)
    uri = f"#xpointer(id('{message.assertion_id}'))"
    refuse(
        book,
        "reference_xpointer_id",
        at_assertion(message, handmade.reference(uri, value)),
        "the reference is an expression",
        52,
    )
    message = named("reference_to_parent")
    # The assertion's own signature refers to the response around it.
    value = handmade.digest_of(message.xml(), message.response_id)
    refuse(
        book,
        "reference_to_parent",
        at_assertion(message, handmade.reference(f"#{message.response_id}", value)),
        "the reference names another element",
        52,
    )
    message = named("reference_of_response_to_assertion", signed=("response",))
    value = handmade.digest_of(message.xml(), message.assertion_id)
    xml = handmade.seal(
        message.xml(), messages.RESPONSE_SIGNATURE, handmade.reference(f"#{message.assertion_id}", value)
    )
    refuse(
        book, "reference_of_response_to_assertion", xml, "the reference names another element", 52, signed=["response"]
    )
    message = named("reference_empty_of_assertion")
    value = handmade.digest_of(message.xml(), message.response_id)
    refuse(
        book,
        "reference_empty_of_assertion",
        at_assertion(message, handmade.reference("", value)),
        "an empty reference inside the document",
        52,
    )
    for name, part in [
        ("reference_to_subject", "saml:Subject"),
        ("reference_to_attributes", "saml:AttributeStatement"),
    ]:
        message = named(name)
        xml = message.xml().replace(f"<{part}>", f'<{part} ID="_part">')
        value = handmade.digest_of(xml, "_part")
        xml = handmade.seal(xml, messages.ASSERTION_SIGNATURE, handmade.reference("#_part", value))
        refuse(book, name, xml, "the reference names another element", 52)


def transforms(book, named):
    enveloped, exclusive = handmade.transform(facts.ENVELOPED), handmade.transform(facts.EXCLUSIVE)
    xpath = handmade.transform(
        XPATH, f'<ds:XPath xmlns:saml="{facts.SAML}">not(ancestor-or-self::saml:Subject)</ds:XPath>'
    )
    xslt = handmade.transform(
        XSLT,
        '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"><xsl:template match="/">'
        "<x/></xsl:template></xsl:stylesheet>",
    )
    for name, chain, reason in [
        ("transform_xpath", enveloped + xpath + exclusive, "a transform that is not allowed"),
        ("transform_xslt", enveloped + xslt, "a transform that is not allowed"),
        ("transform_base64", enveloped + handmade.transform(facts.DS + "base64"), "a transform that is not allowed"),
        ("transform_three", enveloped + exclusive + exclusive, "three transforms"),
        ("transform_enveloped_twice", enveloped + enveloped + exclusive, "three transforms"),
        ("transform_in_other_order", exclusive + enveloped, "the transforms are in another order"),
        ("transform_exclusive_alone", exclusive, "no enveloped-signature transform"),
        ("transform_enveloped_alone", enveloped, "no canonicalization"),
        ("transform_none", "", "no transforms"),
        ("transform_many", enveloped + exclusive * 32, "too many transforms"),
    ]:
        message = named(name)
        value = handmade.digest_of(message.xml(), message.assertion_id)
        if name == "transform_xpath":
            # What the expression leaves: the assertion without its subject.
            without = re.sub("<saml:Subject>.*</saml:Subject>", "", message.xml())
            value = handmade.digest_of(without, message.assertion_id)
        refs = handmade.reference(f"#{message.assertion_id}", value, transforms=chain)
        refuse(book, name, at_assertion(message, refs), reason, 50)


def signed_infos(book, base):
    def named(name):
        return base.having(name=f"attacks/{name}")

    def forged_info(message):
        changed = message.xml().replace(facts.SUBJECT, facts.ATTACKER)
        value = handmade.digest_of(changed, message.assertion_id)
        return (
            f'<ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{facts.EXCLUSIVE}"/><ds:SignatureMethod '
            f'Algorithm="{facts.SIGNATURES["rsa-sha256"]}"/>'
            f"{handmade.reference('#' + message.assertion_id, value)}</ds:SignedInfo>"
        )

    for name, where in [("two_signed_infos_forged_first", "before"), ("two_signed_infos_forged_last", "after")]:
        message = named(name)
        genuine = own_reference(message)
        index = {"sign_info": 1} if where == "before" else {}
        xml = at_assertion(message, genuine, **{where: forged_info(message)}, **index)
        xml = xml.replace(facts.SUBJECT, facts.ATTACKER)
        refuse(book, name, xml, "two SignedInfo", 50, subject=facts.ATTACKER)
    message = named("comment_in_digest_value")
    genuine = handmade.digest_of(message.xml(), message.assertion_id)
    changed = message.xml().replace(facts.SUBJECT, facts.ATTACKER)
    forged = handmade.digest_of(changed, message.assertion_id)
    xml = at_assertion(message, handmade.reference(f"#{message.assertion_id}", genuine))
    xml = xml.replace(facts.SUBJECT, facts.ATTACKER).replace(genuine, f"<!--{forged}-->{genuine}")
    refuse(book, "comment_in_digest_value", xml, "a comment in a digest value", 50, subject=facts.ATTACKER)
    message = named("comment_splits_digest_value")
    value = handmade.digest_of(message.xml(), message.assertion_id)
    xml = at_assertion(message, handmade.reference(f"#{message.assertion_id}", value))
    refuse(
        book,
        "comment_splits_digest_value",
        xml.replace(value, f"{value[:10]}<!---->{value[10:]}"),
        "a comment in a digest value",
        50,
    )
    message = named("element_in_digest_value")
    value = handmade.digest_of(message.xml(), message.assertion_id)
    xml = at_assertion(message, handmade.reference(f"#{message.assertion_id}", f"<x>{value}</x>"))
    refuse(book, "element_in_digest_value", xml, "an element in a digest value", 50)
    message = named("two_digest_values")
    value = handmade.digest_of(message.xml(), message.assertion_id)
    refs = handmade.reference(f"#{message.assertion_id}", value)
    extra = refs.replace("</ds:DigestValue>", "</ds:DigestValue><ds:DigestValue>AAAA</ds:DigestValue>")
    refuse(book, "two_digest_values", at_assertion(message, extra), "two digest values", 50)
    message = named("two_signatures")
    xml = signed_by_provider(message)
    signature = re.search("<ds:Signature .*?</ds:Signature>", xml, re.DOTALL).group(0)
    refuse(book, "two_signatures", xml.replace(signature, signature + signature), "two signatures of one element", 50)
    change(
        book,
        "canonicalization_unknown",
        [
            (
                f'CanonicalizationMethod Algorithm="{facts.EXCLUSIVE}"',
                'CanonicalizationMethod Algorithm="urn:example:none"',
            ),
        ],
        "an unknown canonicalization",
        50,
    )
    change(
        book,
        "comment_in_signature_value",
        [("<ds:SignatureValue>", "<ds:SignatureValue><!---->")],
        "a comment in a signature value",
        50,
    )
    change(
        book,
        "two_signature_values",
        [("<ds:SignatureValue>", "<ds:SignatureValue>AAAA</ds:SignatureValue><ds:SignatureValue>")],
        "two signature values",
        50,
    )
    message = named("digest_hidden_in_status_detail")
    value = handmade.digest_of(message.xml(), message.assertion_id)
    xml = at_assertion(message, handmade.reference(f"#{message.assertion_id}", value)).replace(
        facts.SUBJECT, facts.ATTACKER
    )
    forged = handmade.digest_of(re.sub("<ds:Signature .*</ds:Signature>", "", xml), message.assertion_id)
    detail = f'<ds:DigestValue xmlns:ds="{facts.DS}">{forged}</ds:DigestValue>'
    hidden = f"<samlp:StatusDetail>{detail}</samlp:StatusDetail></samlp:Status>"
    refuse(
        book,
        "digest_hidden_in_status_detail",
        xml.replace("</samlp:Status>", hidden),
        "a wrong digest",
        50,
        subject=facts.ATTACKER,
    )
