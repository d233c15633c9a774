"""Messages signed by signxml, the one library here that makes ECDSA and RSA-PSS."""

from lxml import etree
from signxml import CanonicalizationMethod
from signxml import DigestAlgorithm
from signxml import SignatureMethod
from signxml import SignatureReference
from signxml import XMLSigner

import facts
import handmade
import messages

FAMILY = "signxml"


class Weak(XMLSigner):
    """The library refuses SHA-1 unless told otherwise."""

    def check_deprecated_methods(self):
        pass


def sign(message, algorithm, digest, key, **options):
    """Signs the parts a message says, the assertion first."""
    xml = message.xml()
    for element, target in (("assertion", message.assertion_id), ("response", message.response_id)):
        if element not in message.signed:
            continue
        placeholder = f'<ds:Signature xmlns:ds="{facts.DS}" Id="placeholder"></ds:Signature>'
        root = handmade.parse(xml.replace(messages.PLACES[element], placeholder))
        signer = Weak(
            signature_algorithm=SignatureMethod(facts.SIGNATURES[algorithm]),
            digest_algorithm=DigestAlgorithm(facts.DIGESTS[digest]),
            c14n_algorithm=CanonicalizationMethod(options.get("c14n", facts.EXCLUSIVE)),
        )
        prefixes = options.get("prefixes")
        # The library digests a reference with its prefixes and never writes them into its transform.
        reference = SignatureReference(URI=f"#{target}", inclusive_ns_prefixes=options.get("digest_prefixes", []))
        signed = signer.sign(
            root,
            key=facts.key_file(key).read_bytes().split(b"\n", 1)[1],
            cert=facts.certificate_file(key).read_text(),
            reference_uri=[reference],
            id_attribute="ID",
            inclusive_ns_prefixes=prefixes,
            always_add_key_value=options.get("key_value", False),
        )
        xml = etree.tostring(signed, encoding="unicode")
    return xml


def make(book, _):
    base = messages.Message("signxml")
    response, both = {"signed": ("response",)}, {"signed": ("response", "assertion")}
    accepted = [
        ("ecdsa_p256", {}, "ecdsa-sha256", "sha256", "idp-p256"),
        ("ecdsa_p256_response", response, "ecdsa-sha256", "sha256", "idp-p256"),
        ("ecdsa_p256_both", both, "ecdsa-sha256", "sha256", "idp-p256"),
        ("ecdsa_p384", {}, "ecdsa-sha384", "sha384", "idp-p384"),
        ("ecdsa_p384_response", response, "ecdsa-sha384", "sha384", "idp-p384"),
        ("rsa_pss_sha256", {}, "rsa-pss-sha256", "sha256", "idp-rsa-2048"),
        ("rsa_pss_sha256_response", response, "rsa-pss-sha256", "sha256", "idp-rsa-2048"),
        ("rsa_pss_sha384", {}, "rsa-pss-sha384", "sha384", "idp-rsa-2048"),
        ("rsa_pss_sha512_rsa_4096", {}, "rsa-pss-sha512", "sha512", "idp-rsa-4096"),
        ("rsa_sha384", {}, "rsa-sha384", "sha384", "idp-rsa-2048"),
        ("rsa_sha384_response", response, "rsa-sha384", "sha384", "idp-rsa-2048"),
        ("rsa_sha512_digest_sha256", {}, "rsa-sha512", "sha256", "idp-rsa-2048"),
        ("rsa_4096_both", both, "rsa-sha256", "sha256", "idp-rsa-4096"),
    ]
    for name, parts, algorithm, digest, key in accepted:
        message = base.having(name=f"signxml/{name}", **parts)
        xml = sign(message, algorithm, digest, key)
        book.add(message.name, xml, FAMILY, signed=list(message.signed), signature=algorithm, key=key, trusted=[key])
    prefixed(book, base)
    deviating(book, base)


def prefixed(book, base):
    typed = {
        "extra_response_attributes": f' xmlns:xs="{facts.XS}" xmlns:xsi="{facts.XSI}"',
        "declare": "response",
    }
    for name, parts, prefixes in [
        ("inclusive_namespaces", {}, ["xs", "xsi"]),
        ("inclusive_namespaces_on_response", typed, ["xs", "xsi", "saml"]),
        ("inclusive_namespaces_unknown", {}, ["nowhere"]),
    ]:
        message = base.having(name=f"signxml/{name}", **parts)
        xml = sign(message, "rsa-sha256", "sha256", "idp-rsa-2048", prefixes=prefixes)
        book.add(message.name, xml, FAMILY, signed=["assertion"])
    message = base.having(name="signxml/inclusive_namespaces_of_digest", **typed)
    xml = sign(message, "rsa-sha256", "sha256", "idp-rsa-2048", digest_prefixes=["xs", "xsi"])
    book.add(
        message.name,
        xml,
        FAMILY,
        signed=["assertion"],
        expected="refused",
        reason="digested with prefixes that the transform does not list",
        threat=50,
    )
    message = base.having(name="signxml/key_value_beside_certificate")
    xml = sign(message, "ecdsa-sha256", "sha256", "idp-p256", key_value=True)
    book.add(message.name, xml, FAMILY, signed=["assertion"], key="idp-p256", trusted=["idp-p256"])


def deviating(book, base):
    for name, c14n, switch in [
        ("inclusive_c14n", facts.INCLUSIVE, "inclusive-c14n"),
        ("inclusive_c14n_11", facts.INCLUSIVE_11, "inclusive-c14n"),
        ("exclusive_c14n_with_comments", facts.EXCLUSIVE + "WithComments", None),
    ]:
        for element in ("assertion", "response"):
            message = base.having(name=f"signxml/{name}_{element}", signed=(element,))
            xml = sign(message, "rsa-sha256", "sha256", "idp-rsa-2048", c14n=c14n)
            known = (
                {"expected": "refused", "reason": "inclusive canonicalization", "accepted_with": [switch]}
                if switch
                else {}
            )
            book.add(message.name, xml, FAMILY, signed=[element], **known)
    for name, algorithm, digest, key in [
        ("rsa_sha1", "rsa-sha1", "sha1", "idp-rsa-2048"),
        ("rsa_sha1_digest_sha256", "rsa-sha1", "sha256", "idp-rsa-2048"),
        ("rsa_sha256_digest_sha1", "rsa-sha256", "sha1", "idp-rsa-2048"),
        ("ecdsa_sha1", "ecdsa-sha1", "sha1", "idp-p256"),
    ]:
        message = base.having(name=f"signxml/{name}")
        xml = sign(message, algorithm, digest, key)
        switches = ["sha1"] if algorithm.startswith("rsa") else []
        book.add(
            message.name,
            xml,
            FAMILY,
            signed=["assertion"],
            key=key,
            trusted=[key],
            expected="refused",
            reason="SHA-1",
            accepted_with=switches,
            threat=46,
        )
