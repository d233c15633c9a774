"""The `xmlsec1` program: signs, verifies, encrypts, decrypts."""

import subprocess
import tempfile
from pathlib import Path

import facts
import messages

ID_ATTRIBUTES = [
    option
    for namespace, name in [
        (facts.SAML, "Assertion"),
        (facts.SAMLP, "Response"),
        (facts.SAMLP, "LogoutRequest"),
        (facts.SAMLP, "LogoutResponse"),
        (facts.MD, "EntityDescriptor"),
        (facts.MD, "EntitiesDescriptor"),
    ]
    for option in ("--id-attr:ID", f"{namespace}:{name}")
]


class Refused(Exception):
    """What `xmlsec1` said on the way to a non-zero exit."""


def run(command, *options, **files):
    """Runs a command; an option `{name}` stands for a temporary file with that content."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for name, content in files.items():
            paths[name] = str(Path(folder) / name)
            Path(paths[name]).write_bytes(content if isinstance(content, bytes) else content.encode())
        output = Path(folder) / "output"
        line = ["xmlsec1", command, "--output", str(output)]
        line += [str(option).format_map(paths) if "{" in str(option) else str(option) for option in options]
        done = subprocess.run(line, capture_output=True, check=False)
        if done.returncode != 0:
            raise Refused(done.stderr.decode(errors="replace").strip()[-400:])
        return output.read_bytes().decode() if output.exists() else ""


def key_info(key, kind="certificate"):
    if kind == "none":
        return ""
    if kind == "certificate":
        return (
            f"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{facts.certificate_text(key)}</ds:X509Certificate>"
            "</ds:X509Data></ds:KeyInfo>"
        )
    if kind == "key-value":
        return "<ds:KeyInfo><ds:KeyValue/></ds:KeyInfo>"
    raise ValueError(kind)


def template(target, key, signature="rsa-sha256", digest="sha256", info="certificate", prefixes=None):
    """A signature for `xmlsec1` to fill in."""
    inclusive = f'<ec:InclusiveNamespaces xmlns:ec="{facts.EXCLUSIVE}" PrefixList="{prefixes}"/>' if prefixes else ""
    return (
        f'<ds:Signature xmlns:ds="{facts.DS}"><ds:SignedInfo>'
        f'<ds:CanonicalizationMethod Algorithm="{facts.EXCLUSIVE}"/>'
        f'<ds:SignatureMethod Algorithm="{facts.SIGNATURES[signature]}"/>'
        f'<ds:Reference URI="#{target}"><ds:Transforms><ds:Transform Algorithm="{facts.ENVELOPED}"/>'
        f'<ds:Transform Algorithm="{facts.EXCLUSIVE}">{inclusive}</ds:Transform></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{facts.DIGESTS[digest]}"/><ds:DigestValue></ds:DigestValue></ds:Reference>'
        "</ds:SignedInfo><ds:SignatureValue></ds:SignatureValue>"
        f"{key_info(key, info)}</ds:Signature>"
    )


def fill(xml, target, key):
    """Signs the element `target`, whose template stands in it."""
    signed = run(
        "--sign",
        "--privkey-pem",
        facts.key_file(key),
        *ID_ATTRIBUTES,
        "--node-xpath",
        f"//*[@ID='{target}']/*[local-name()='Signature']",
        "{document}",
        document=xml,
    )
    # The program's own declaration goes: the place of a signature not yet made is text, and lines count.
    return (
        signed.removeprefix('<?xml version="1.0"?>\n')
        .removeprefix('<?xml version="1.0" encoding="UTF-8"?>\n')
        .rstrip("\n")
    )


def sign(message, key="idp-rsa-2048", **options):
    """The message as text, signed where it says, the assertion first."""
    return sign_text(message.xml(), message, key, **options)


def sign_text(xml, message, key="idp-rsa-2048", **options):
    for element, target in (("assertion", message.assertion_id), ("response", message.response_id)):
        place = messages.PLACES[element]
        if place in xml:
            xml = fill(xml.replace(place, template(target, key, **options)), target, key)
    return xml


def verify(xml, certificate, xpath="(//*[local-name()='Signature'])[1]"):
    """Whether the signature is valid by the certificate's key, whatever the message carries."""
    try:
        run(
            "--verify",
            "--enabled-reference-uris",
            "empty,same-doc",
            "--enabled-key-data",
            "raw-x509-cert",
            "--pubkey-cert-pem",
            facts.certificate_file(certificate),
            *ID_ATTRIBUTES,
            "--node-xpath",
            xpath,
            "{document}",
            document=xml,
        )
    except Refused:
        return False
    return True


def encrypt(xml, content="aes256-gcm", key="sp-rsa-2048", transport="rsa-oaep-mgf1p"):
    """Encrypts the assertion inside the `EncryptedAssertion` that stands in the document."""
    session = {"aes128-cbc": "aes-128", "aes256-cbc": "aes-256", "aes128-gcm": "aes-128", "aes256-gcm": "aes-256"}[
        content
    ]
    algorithm = (facts.XENC11 if content.endswith("gcm") else facts.XENC) + content
    pattern = (
        f'<xenc:EncryptedData xmlns:xenc="{facts.XENC}" Type="{facts.XENC}Element">'
        f'<xenc:EncryptionMethod Algorithm="{algorithm}"/><ds:KeyInfo xmlns:ds="{facts.DS}"><xenc:EncryptedKey>'
        f'<xenc:EncryptionMethod Algorithm="{facts.XENC}{transport}"/>'
        "<xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo>"
        "<xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>"
    )
    encrypted = run(
        "--encrypt",
        "--pubkey-cert-pem",
        facts.certificate_file(key),
        "--session-key",
        session,
        "--xml-data",
        "{document}",
        "--node-xpath",
        "//*[local-name()='EncryptedAssertion']/*",
        "{pattern}",
        document=xml,
        pattern=pattern,
    )
    return (
        encrypted.removeprefix('<?xml version="1.0"?>\n')
        .removeprefix('<?xml version="1.0" encoding="UTF-8"?>\n')
        .rstrip("\n")
    )


def decrypt(xml, key="sp-rsa-2048"):
    return run(
        "--decrypt",
        "--privkey-pem",
        facts.key_file(key),
        "--id-attr:Id",
        f"{facts.XENC}:EncryptedKey",
        "{document}",
        document=xml,
    )


def printed(xml, element):
    """What the program digests for the first reference of the template in the document; `element` has its id."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document"
        path.write_text(xml)
        done = subprocess.run(
            [
                "xmlsec1",
                "--sign",
                "--privkey-pem",
                facts.key_file("idp-rsa-2048"),
                "--store-references",
                "--id-attr:ID",
                element,
                "--output",
                str(Path(folder) / "output"),
                str(path),
            ],
            capture_output=True,
            check=False,
        )
    if done.returncode != 0:
        raise Refused(done.stderr.decode(errors="replace"))
    start, end = b"== PreDigest data - start buffer:\n", b"\n== PreDigest data - end buffer"
    return done.stdout[done.stdout.index(start) + len(start) : done.stdout.index(end)].decode()
