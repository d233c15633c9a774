"""Signatures and encryption made part by part, for what no library would make."""

import base64
import hashlib
import hmac
import os

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric import utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml import etree

import facts
import messages
import xmlsec

HASHES = {
    "md5": hashes.MD5,
    "sha1": hashes.SHA1,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


def base64_text(data):
    return base64.b64encode(data).decode()


def private_key(name):
    return serialization.load_pem_private_key(facts.key_file(name).read_bytes().split(b"\n", 1)[1], None)


def certificate(name):
    return x509.load_pem_x509_certificate(facts.certificate_file(name).read_bytes())


def parse(xml):
    return etree.fromstring(xml.encode(), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def canonical(node, method=facts.EXCLUSIVE, prefixes=None, comments=False):
    exclusive = method.startswith(facts.EXCLUSIVE)
    return etree.tostring(
        node,
        method="c14n",
        exclusive=exclusive,
        with_comments=comments,
        inclusive_ns_prefixes=prefixes.split() if prefixes and exclusive else None,
    )


def raw_signature(data, algorithm, key, secret=None, der=False):
    """The octets of a signature over `data`."""
    family, _, digest = algorithm.rpartition("-")
    if family == "hmac":
        return hmac.new(secret, data, getattr(hashlib, digest)).digest()
    hashed, private = HASHES[digest](), private_key(key)
    if family == "ecdsa":
        signature = private.sign(data, ec.ECDSA(hashed))
        if der:
            return signature
        width = (private.curve.key_size + 7) // 8
        return b"".join(part.to_bytes(width, "big") for part in utils.decode_dss_signature(signature))
    if family == "rsa-pss":
        scheme = padding.PSS(padding.MGF1(hashed), hashed.digest_size)
        return private.sign(data, scheme, hashed)
    return private.sign(data, padding.PKCS1v15(), hashed)


def transform(algorithm, inner=""):
    return f'<ds:Transform Algorithm="{algorithm}">{inner}</ds:Transform>'


def reference(uri, digest_value, digest="sha256", transforms=None):
    if transforms is None:
        transforms = transform(facts.ENVELOPED) + transform(facts.EXCLUSIVE)
    target = "" if uri is None else f' URI="{uri}"'
    held = f"<ds:Transforms>{transforms}</ds:Transforms>" if transforms else ""
    return (
        f'<ds:Reference{target}>{held}<ds:DigestMethod Algorithm="{facts.DIGESTS[digest]}"/>'
        f"<ds:DigestValue>{digest_value}</ds:DigestValue></ds:Reference>"
    )


def digest_of(xml, target, digest="sha256", **canonicalization):
    """The digest of the element with an id, its signature being still a mere place."""
    for place in messages.PLACES.values():
        xml = xml.replace(place, "")
    node = parse(xml)
    if node.get("ID") != target:
        node = node.find(f".//*[@ID='{target}']")
    return base64_text(hashlib.new(digest, canonical(node, **canonicalization)).digest())


def seal(xml, place, references, algorithm="rsa-sha256", key="idp-rsa-2048", **options):
    """Puts a signature over the given references at a place.

    Options: `method` names the algorithm otherwise than `algorithm`, `parameters` stands inside it; `info` is the
    KeyInfo; `secret` is of an HMAC; `c14n` canonicalizes SignedInfo; `der` encodes an ECDSA signature so; `spoil`
    changes the value; `before` and `after` stand beside SignedInfo, of which `sign_info` is the number that is signed.
    """
    c14n = options.get("c14n", facts.EXCLUSIVE)
    method = options.get("method", facts.SIGNATURES[algorithm])
    named = "" if method is None else f' Algorithm="{method}"'
    info = options.get("info", xmlsec.key_info(key) if key else "")
    signature = (
        f'<ds:Signature xmlns:ds="{facts.DS}">{options.get("before", "")}<ds:SignedInfo>'
        f'<ds:CanonicalizationMethod Algorithm="{c14n}"/>'
        f"<ds:SignatureMethod{named}>{options.get('parameters', '')}</ds:SignatureMethod>{references}</ds:SignedInfo>"
        f"{options.get('after', '')}<ds:SignatureValue>@value@</ds:SignatureValue>{info}</ds:Signature>"
    )
    xml = xml.replace(place, signature)
    clean = xml
    for other in messages.PLACES.values():
        clean = clean.replace(other, "")
    value = parse(clean).xpath("//*[local-name()='SignatureValue'][text()='@value@']")[0]
    infos = [node for node in value.getparent() if etree.QName(node).localname == "SignedInfo"]
    chosen = infos[options.get("sign_info", 0) if options.get("before") else 0]
    octets = canonical(chosen, c14n)
    made = raw_signature(octets, algorithm, key, options.get("secret"), options.get("der", False))
    return xml.replace("@value@", base64_text(options.get("spoil", lambda value: value)(made)))


def sign(message, key="idp-rsa-2048", digest="sha256", **options):
    """Signs the parts a message says, the assertion first, each as one reference to its own id."""
    xml = message.xml()
    prefixes, method = options.pop("prefixes", None), options.pop("transform_method", facts.EXCLUSIVE)
    inner = f'<ec:InclusiveNamespaces xmlns:ec="{facts.EXCLUSIVE}" PrefixList="{prefixes}"/>' if prefixes else ""
    transforms = transform(facts.ENVELOPED) + transform(method, inner)
    for element, target in (("assertion", message.assertion_id), ("response", message.response_id)):
        if element in message.signed:
            value = digest_of(xml, target, digest, method=method, prefixes=prefixes)
            xml = seal(
                xml, messages.PLACES[element], reference(f"#{target}", value, digest, transforms), key=key, **options
            )
    return xml


def encrypted_assertion(plain, **options):
    """An EncryptedAssertion by AES-256-GCM and RSA-OAEP; options place and spoil its parts."""
    session, nonce = os.urandom(32), os.urandom(12)
    sealed = AESGCM(session).encrypt(nonce, plain.encode(), None)
    sealed = options.get("spoil", lambda octets: octets)(nonce + sealed)
    digest = options.get("digest", "sha1")
    scheme = padding.OAEP(padding.MGF1(HASHES[digest]()), HASHES[digest](), None)
    method = f'<xenc:EncryptionMethod Algorithm="{facts.XENC}rsa-oaep-mgf1p"/>'
    if digest != "sha1":
        method = (
            f'<xenc:EncryptionMethod Algorithm="{facts.XENC11}rsa-oaep"><ds:DigestMethod xmlns:ds="{facts.DS}" '
            f'Algorithm="{facts.DIGESTS[digest]}"/><xenc11:MGF xmlns:xenc11="{facts.XENC11}" '
            f'Algorithm="{facts.XENC11}mgf1{digest}"/></xenc:EncryptionMethod>'
        )
    if options.get("transport") == "rsa-1_5":
        scheme, method = padding.PKCS1v15(), f'<xenc:EncryptionMethod Algorithm="{facts.XENC}rsa-1_5"/>'
    wrapped = certificate(options.get("key", "sp-rsa-2048")).public_key().encrypt(session, scheme)
    place = options.get("place", "inside")
    identity = ' Id="_encrypted-key"' if place == "retrieval" else ""
    recipient = f' Recipient="{facts.SP}"' if place != "inside" else ""
    key = (
        f'<xenc:EncryptedKey xmlns:xenc="{facts.XENC}"{identity}{recipient}>{method}<xenc:CipherData><xenc:CipherValue>'
        f"{base64_text(wrapped)}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>"
    )
    info = {
        "inside": f'<ds:KeyInfo xmlns:ds="{facts.DS}">{key}</ds:KeyInfo>',
        "beside": "",
        "retrieval": f'<ds:KeyInfo xmlns:ds="{facts.DS}"><ds:RetrievalMethod Type="{facts.XENC}EncryptedKey" '
        'URI="#_encrypted-key"/></ds:KeyInfo>',
    }[place]
    data = (
        f'<xenc:EncryptedData xmlns:xenc="{facts.XENC}" Type="{facts.XENC}Element"><xenc:EncryptionMethod '
        f'Algorithm="{facts.XENC11}aes256-gcm"/>{info}<xenc:CipherData><xenc:CipherValue>{base64_text(sealed)}'
        "</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>"
    )
    return f"<saml:EncryptedAssertion>{data}{'' if place == 'inside' else key}</saml:EncryptedAssertion>"
