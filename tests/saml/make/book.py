"""The fixtures' book: writes each file and what is known of it."""

import base64
import json
import shutil
import urllib.parse
import zlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree
from signxml import SignatureConfiguration
from signxml import XMLVerifier
from signxml.exceptions import InvalidDigest
from signxml.exceptions import InvalidInput
from signxml.exceptions import InvalidSignature as SignxmlInvalidSignature

import facts
import handmade
import xmlsec

# What is read out of a message, by element and attribute, and the name it has in the manifest.
IDS = {
    "Response@ID": "response",
    "Assertion@ID": "assertion",
    "LogoutRequest@ID": "logout_request",
    "LogoutResponse@ID": "logout_response",
    "EntityDescriptor@ID": "entity",
    "EntitiesDescriptor@ID": "entities",
    "Response@InResponseTo": "in_response_to",
    "LogoutResponse@InResponseTo": "in_response_to",
    "SubjectConfirmationData@InResponseTo": "confirmation_in_response_to",
    "AuthnStatement@SessionIndex": "session_index",
}
INSTANTS = {
    "Response@IssueInstant": "issue_instant",
    "LogoutRequest@IssueInstant": "issue_instant",
    "LogoutResponse@IssueInstant": "issue_instant",
    "LogoutRequest@NotOnOrAfter": "not_on_or_after",
    "Assertion@IssueInstant": "assertion_issue_instant",
    "Conditions@NotBefore": "not_before",
    "Conditions@NotOnOrAfter": "not_on_or_after",
    "SubjectConfirmationData@NotBefore": "confirmation_not_before",
    "SubjectConfirmationData@NotOnOrAfter": "confirmation_not_on_or_after",
    "AuthnStatement@AuthnInstant": "authn_instant",
    "AuthnStatement@SessionNotOnOrAfter": "session_not_on_or_after",
    "EntityDescriptor@validUntil": "valid_until",
    "EntitiesDescriptor@validUntil": "valid_until",
}
# What the facts name already is not said again of each message.
KNOWN_IDS = (facts.REQUEST_ID, facts.LOGOUT_REQUEST_ID, facts.SESSION_INDEX)
WITHOUT_SUBJECT = ("logout_response", "metadata")
DEFAULTS = {
    "kind": "response",
    "binding": "post",
    "signed": [],
    "signature": None,
    "digest": None,
    "key": "idp-rsa-2048",
    "trusted": ["idp-rsa-2048"],
    "encrypted": None,
    "subject": facts.SUBJECT,
    "initiated_by": "sp",
    "expected": "accepted",
    "reason": None,
    "accepted_with": [],
    "threat": None,
    "note": None,
    "post": None,
    "changes": [],
    "checked": None,
    "ids": {},
    "instants": {},
}
# What an entry of the manifest says where it says nothing.
USUAL = {
    **DEFAULTS,
    "signed": ["assertion"],
    "signature": "rsa-sha256",
    "digest": "sha256",
    "checked": "xmlsec1: valid",
}


class Book:
    """Collects fixtures under one folder."""

    def __init__(self, folder):
        self.folder, self.entries = folder, []
        # Only what an earlier run made is removed: a folder of anything else was named by mistake.
        if folder.exists():
            if any(folder.iterdir()) and not (folder / "manifest.json").exists():
                raise SystemExit(f"{folder} holds other things than fixtures")
            shutil.rmtree(folder)
        folder.mkdir(parents=True)

    def add(self, name, content, family, *, suffix=None, **known):
        """Writes a fixture; `known` overrides `DEFAULTS`."""
        unknown = set(known) - set(DEFAULTS) - {"plain"}
        if unknown:
            raise ValueError(f"{name}: {unknown}")
        entry = {"name": name, "file": f"{name}.{suffix or 'xml'}", "family": family, **DEFAULTS, **known}
        post, plain = entry.pop("post"), entry.pop("plain", None)
        if entry["expected"] == "refused" and not entry["reason"]:
            raise ValueError(f"{name}: a refusal has a reason")
        if any(other["name"] == name for other in self.entries):
            raise ValueError(f"{name}: twice")
        self.write(entry["file"], content)
        if post is not None:
            entry["post"] = f"{name}.post.txt"
            self.write(entry["post"], post)
        self.entries.append(entry)
        readable = xml_of(entry, content)
        if entry["kind"] in WITHOUT_SUBJECT:
            entry["subject"] = None
        entry.update(read(plain or readable, entry))
        entry["checked"] = judge(content, readable, plain, entry)
        expect(entry)

    def change(self, name, other, changes, **known):
        """The file of another fixture with parts of its text replaced, each the first that is so, in turn."""
        first = next(entry for entry in self.entries if entry["name"] == other)
        text = (self.folder / first["file"]).read_bytes().decode()
        for old, new in changes:
            if old not in text:
                raise ValueError(f"{name}: {old} is not in {other}")
            text = text.replace(old, new, 1)
        self.again(name, other, changes=changes, **known)
        entry = self.entries[-1]
        entry["checked"] = judge(text, text, None, entry)

    def again(self, name, other, **known):
        """The same file in other circumstances: another certificate trusted, another kind of login."""
        first = next(entry for entry in self.entries if entry["name"] == other)
        if any(entry["name"] == name for entry in self.entries):
            raise ValueError(f"{name}: twice")
        known.setdefault("expected", "refused")
        entry = {**first, "reason": None, "accepted_with": [], **known}
        entry.update(name=name, family=name.split("/")[0])
        self.entries.append(entry)

    def write(self, file, content):
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def close(self, **about):
        """Writes the manifest: what all fixtures share once, of each what is its own."""
        lines = []
        for entry in sorted(self.entries, key=lambda entry: entry["name"]):
            own = {key: value for key, value in entry.items() if key not in USUAL or value != USUAL[key]}
            lines.append(json.dumps(own, separators=(",", ":")))
        head = json.dumps({**about, "defaults": USUAL}, indent=1)[:-2]
        self.write("manifest.json", head + ',\n "fixtures": [\n' + ",\n".join(lines) + "\n ]\n}\n")


def xml_of(entry, content):
    """The XML of what goes by Redirect or in Base64."""
    content = content.decode("latin-1") if isinstance(content, bytes) else content
    if entry["file"].endswith(".query.txt"):
        form = urllib.parse.parse_qs(content.strip())
        return zlib.decompress(base64.b64decode(form.get("SAMLRequest", form.get("SAMLResponse"))[0]), -15).decode()
    if entry["file"].endswith(".base64url.txt"):
        return base64.urlsafe_b64decode(content.strip() + "==").decode()
    return content


def read(xml, entry):
    """The ids and instants that a message holds, as far as it is XML at all."""
    try:
        root = etree.fromstring(xml.encode(), etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (etree.XMLSyntaxError, ValueError):
        return {}
    ids, instants = {}, {}
    for node in root.iter(etree.Element):
        local = etree.QName(node).localname
        for attribute, value in node.attrib.items():
            known_as = f"{local}@{attribute}"
            if known_as in IDS and len(value) < 200 and value not in KNOWN_IDS:
                ids.setdefault(IDS[known_as], value)
            if known_as in INSTANTS and value != (facts.EXPIRES if known_as.endswith("OnOrAfter") else facts.ISSUED):
                instants.setdefault(INSTANTS[known_as], value)
    known = {"ids": ids, "instants": instants}
    if entry["signature"] is None:
        method = root.find(f".//{{{facts.DS}}}SignatureMethod")
        named = {uri: name for name, uri in facts.SIGNATURES.items()}
        if method is not None and method.get("Algorithm") in named:
            known["signature"] = named[method.get("Algorithm")]
    if entry["digest"] is None:
        method = root.find(f".//{{{facts.DS}}}DigestMethod")
        named = {uri: name for name, uri in facts.DIGESTS.items()}
        if method is not None and method.get("Algorithm") in named:
            known["digest"] = named[method.get("Algorithm")]
    return known


ELEMENTS = {
    "response": "Response",
    "assertion": "Assertion",
    "logout_request": "LogoutRequest",
    "logout_response": "LogoutResponse",
    "entity": "EntityDescriptor",
    "entities": "EntitiesDescriptor",
}


def judge(content, xml, plain, entry):
    """What independent code says of the signature by a trusted key. It is no verdict on the message."""
    if entry["signed"] == ["query"]:
        return word("cryptography", any(query_is_signed(content.strip(), name) for name in entry["trusted"]))
    if not entry["trusted"] or ("Signature" not in xml and "Signature" not in (plain or "")):
        return None
    if (entry["signature"] or "").startswith("rsa-pss"):
        return word("signxml", any(signxml_verifies(xml, name, entry) for name in entry["trusted"]))
    paths = [f"(//*[local-name()='{ELEMENTS[place]}']/*[local-name()='Signature'])[1]" for place in entry["signed"]]
    found = True
    for path, place in zip(paths or ["(//*[local-name()='Signature'])[1]"], entry["signed"] or [None]):
        # An encrypted assertion is signed inside; all else is signed as it was sent.
        text = plain if plain and place == "assertion" else xml
        found = found and any(xmlsec.verify(text, name, path) for name in entry["trusted"])
    return word("xmlsec1", found)


def word(by, valid):
    return f"{by}: {'valid' if valid else 'invalid'}"


def query_is_signed(query, name):
    """Whether the signature of a Redirect query covers its octets as they were sent."""
    parts = dict(part.split("=", 1) for part in reversed(query.split("&")))
    if "Signature" not in parts:
        return False
    kind = "SAMLRequest" if "SAMLRequest" in parts else "SAMLResponse"
    covered = "&".join(f"{part}={parts[part]}" for part in (kind, "RelayState", "SigAlg") if part in parts)
    signature = base64.b64decode(urllib.parse.unquote(parts["Signature"]))
    try:
        handmade.certificate(name).public_key().verify(signature, covered.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def signxml_verifies(xml, name, entry):
    place = ELEMENTS[entry["signed"][0]]
    config = SignatureConfiguration(location="./" if place == "Response" else f"./{{*}}{place}/")
    try:
        XMLVerifier().verify(
            xml.encode(),
            x509_cert=facts.certificate_file(name).read_text(),
            id_attribute="ID",
            expect_config=config,
        )
    except (InvalidDigest, InvalidInput, SignxmlInvalidSignature):
        return False
    return True


def expect(entry):
    """An accepted message must be signed in the eyes of other code too."""
    if entry["expected"] == "accepted" and entry["signed"] and not entry["checked"].endswith(": valid"):
        raise ValueError(f"{entry['name']}: accepted, but {entry['checked']}")
