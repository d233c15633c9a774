"""Messages by pysaml2's identity provider."""

import base64
import contextlib
import io
import random
import re
import urllib.parse
import warnings

from freezegun import freeze_time

import facts
import xmlsec

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import saml2.sigver
    from saml2 import BINDING_HTTP_POST
    from saml2 import BINDING_HTTP_REDIRECT
    from saml2.config import IdPConfig
    from saml2.metadata import entity_descriptor
    from saml2.saml import NameID
    from saml2.samlp import LogoutRequest
    from saml2.samlp import SessionIndex
    from saml2.server import Server

FAMILY = "pysaml2"


def sp_metadata():
    """Our metadata, as the identity provider has it."""
    certificate = facts.certificate_text("sp-rsa-2048")
    keys = "".join(
        f'<md:KeyDescriptor use="{use}"><ds:KeyInfo xmlns:ds="{facts.DS}"><ds:X509Data>'
        f"<ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        for use in ("signing", "encryption")
    )
    logout = "".join(
        f'<md:SingleLogoutService Binding="{binding}" Location="{facts.SP_LOGOUT}"/>'
        for binding in (facts.REDIRECT, facts.POST)
    )
    return (
        f'<md:EntityDescriptor xmlns:md="{facts.MD}" entityID="{facts.SP}"><md:SPSSODescriptor '
        f'protocolSupportEnumeration="{facts.SAMLP}">{keys}{logout}<md:AssertionConsumerService '
        f'Binding="{facts.POST}" Location="{facts.ACS}" index="0" isDefault="true"/></md:SPSSODescriptor>'
        "</md:EntityDescriptor>"
    )


def server(folder, key="idp-rsa-2048"):
    metadata = folder / "sp.xml"
    metadata.write_text(sp_metadata())
    # The library reads a PEM file from its first line.
    pem = folder / f"{key}.pem"
    pem.write_text(facts.key_file(key).read_text().split("\n", 1)[1])
    config = IdPConfig().load(
        {
            "entityid": facts.IDP,
            "key_file": str(pem),
            "cert_file": str(facts.certificate_file(key)),
            "xmlsec_binary": "/usr/bin/xmlsec1",
            "metadata": {"local": [str(metadata)]},
            "service": {
                "idp": {
                    "endpoints": {
                        "single_sign_on_service": [
                            (facts.IDP_SSO, BINDING_HTTP_REDIRECT),
                            (facts.IDP_SSO, BINDING_HTTP_POST),
                        ],
                        "single_logout_service": [
                            (facts.IDP_LOGOUT, BINDING_HTTP_REDIRECT),
                            (facts.IDP_LOGOUT, BINDING_HTTP_POST),
                        ],
                    },
                    "name_id_format": [facts.EMAIL],
                    "policy": {
                        "default": {
                            "lifetime": {"minutes": facts.LIFETIME_MINUTES},
                            "name_form": "urn:oasis:names:tc:SAML:2.0:attrname-format:basic",
                        }
                    },
                }
            },
        }
    )
    return Server(config=config)


def respond(idp, **options):
    return str(
        idp.create_authn_response(
            identity={"email": [facts.SUBJECT], "OrganizationName": [facts.ORGANIZATION]},
            in_response_to=options.pop("in_response_to", facts.REQUEST_ID),
            destination=facts.ACS,
            sp_entity_id=facts.SP,
            name_id=NameID(format=facts.EMAIL, text=facts.SUBJECT),
            authn={"class_ref": facts.PASSWORD, "authn_auth": facts.IDP},
            **options,
        )
    )


@contextlib.contextmanager
def content_encryption(algorithm, session):
    """The library's own default is triple DES; its template and its session key are set otherwise here."""
    part, run = saml2.sigver.pre_encryption_part.__kwdefaults__, saml2.sigver.SecurityContext.encrypt_assertion
    before, defaults = part["msg_enc"], run.__defaults__
    part["msg_enc"] = algorithm
    run.__defaults__ = (session, *defaults[1:])
    try:
        yield
    finally:
        part["msg_enc"], run.__defaults__ = before, defaults


def make(book, folder):
    # Ids are drawn from a seed, so that a fixture changes only when the library does.
    chance = random.Random(2026)
    random.SystemRandom = lambda: chance
    with freeze_time(facts.ISSUED), contextlib.redirect_stderr(io.StringIO()):
        responses(book, server(folder))
        encrypted(book, server(folder))
        logouts(book, server(folder))
        other_keys(book, folder)
        metadata(book, server(folder))


def responses(book, idp):
    sha512 = {"sign_alg": facts.SIGNATURES["rsa-sha512"], "digest_alg": facts.DIGESTS["sha512"]}
    sha256 = {"sign_alg": facts.SIGNATURES["rsa-sha256"], "digest_alg": facts.DIGESTS["sha256"]}
    sha384 = {"sign_alg": facts.SIGNATURES["rsa-sha384"], "digest_alg": facts.DIGESTS["sha384"]}
    sha1 = {"sign_alg": facts.SIGNATURES["rsa-sha1"], "digest_alg": facts.DIGESTS["sha1"]}
    for name, signed, algorithm in [
        ("response", ["response"], sha256),
        ("assertion", ["assertion"], sha256),
        ("both", ["response", "assertion"], sha256),
        ("assertion_sha384", ["assertion"], sha384),
        ("response_sha512", ["response"], sha512),
        ("both_sha512", ["response", "assertion"], sha512),
    ]:
        xml = respond(idp, sign_response="response" in signed, sign_assertion="assertion" in signed, **algorithm)
        book.add(f"pysaml2/{name}", xml, FAMILY, signed=signed)
    xml = respond(idp, sign_response=False, sign_assertion=True, **sha1)
    book.add(
        "pysaml2/assertion_sha1",
        xml,
        FAMILY,
        signed=["assertion"],
        expected="refused",
        reason="SHA-1",
        accepted_with=["sha1"],
        threat=46,
    )
    xml = respond(idp, sign_response=False, sign_assertion=False)
    book.add("pysaml2/unsigned", xml, FAMILY, expected="refused", reason="not signed", threat=46)
    # pysaml2 leaves InResponseTo out of a response that nobody asked for.
    xml = respond(idp, sign_response=True, sign_assertion=True, in_response_to=None, **sha256)
    book.add("pysaml2/unsolicited", xml, FAMILY, signed=["response", "assertion"], initiated_by="idp")


def other_keys(book, folder):
    algorithm = {"sign_alg": facts.SIGNATURES["rsa-sha256"], "digest_alg": facts.DIGESTS["sha256"]}
    for key, expected in [
        ("idp-rsa-4096", {}),
        (
            "idp-rsa-1024",
            {
                "expected": "refused",
                "reason": "RSA key of 1024 bits",
                "accepted_with": ["rsa-1024"],
                "threat": 46,
            },
        ),
    ]:
        xml = respond(server(folder, key), sign_response=False, sign_assertion=True, **algorithm)
        book.add(
            f"pysaml2/assertion_{key[4:].replace('-', '_')}",
            xml,
            FAMILY,
            signed=["assertion"],
            key=key,
            trusted=[key],
            **expected,
        )


def encrypted(book, idp):
    algorithm = {"sign_alg": facts.SIGNATURES["rsa-sha256"], "digest_alg": facts.DIGESTS["sha256"]}
    to = facts.certificate_text("sp-rsa-2048")
    transport = "rsa-oaep-mgf1p"

    def add(name, signed, content, **known):
        xml = respond(
            idp,
            sign_response="response" in signed,
            sign_assertion="assertion" in signed,
            encrypt_assertion=True,
            encrypt_cert_assertion=to,
            encrypt_assertion_self_contained=known.pop("self_contained", True),
            **algorithm,
        )
        how = {"content": content, "key_transport": transport, "key": "sp-rsa-2048"}
        plain = xmlsec.decrypt(xml)
        book.add(f"pysaml2/{name}", xml, FAMILY, signed=signed, encrypted=how, plain=plain, **known)

    with content_encryption(facts.XENC11 + "aes256-gcm", "aes-256"):
        add("encrypted_gcm_assertion_signed", ["assertion"], "aes256-gcm")
        add("encrypted_gcm_response_signed", ["response"], "aes256-gcm")
        add("encrypted_gcm_both_signed", ["response", "assertion"], "aes256-gcm")
        add("encrypted_gcm_prefixes_outside", ["assertion"], "aes256-gcm", self_contained=False)
        add(
            "encrypted_gcm_unsigned",
            [],
            "aes256-gcm",
            expected="refused",
            reason="encryption is no signature",
            threat=46,
        )
    with content_encryption(facts.XENC + "aes128-cbc", "aes-128"):
        add(
            "encrypted_cbc_response_signed",
            ["response"],
            "aes128-cbc",
            expected="refused",
            reason="AES-CBC",
            accepted_with=["aes-cbc"],
        )
    # What the library does when nothing is said.
    add(
        "encrypted_triple_des_response_signed",
        ["response"],
        "tripledes-cbc",
        expected="refused",
        reason="triple DES is not allowed",
    )


def logouts(book, idp):
    name_id = NameID(format=facts.EMAIL, text=facts.SUBJECT)
    algorithm = {"sign_alg": facts.SIGNATURES["rsa-sha256"], "digest_alg": facts.DIGESTS["sha256"]}

    def request(sign):
        _, made = idp.create_logout_request(
            facts.SP_LOGOUT,
            facts.SP,
            name_id=name_id,
            session_indexes=[SessionIndex(text=facts.SESSION_INDEX)],
            expire=facts.EXPIRES,
            sign=sign,
            **algorithm,
        )
        return str(made)

    def response(sign):
        asked = LogoutRequest(id=facts.LOGOUT_REQUEST_ID)
        idp.response_args = lambda *_: {"in_response_to": facts.LOGOUT_REQUEST_ID, "destination": facts.SP_LOGOUT}
        return str(idp.create_logout_response(asked, [BINDING_HTTP_POST], sign=sign, **algorithm))

    for name, kind, place, maker, typ in [
        ("logout_request", "logout_request", "logout_request", request, False),
        ("logout_response", "logout_response", "logout_response", response, True),
    ]:
        xml = maker(True)
        form = "".join(idp.apply_binding(BINDING_HTTP_POST, xml, facts.SP_LOGOUT, "state-1", response=typ)["data"])
        field = "SAMLResponse" if typ else "SAMLRequest"
        value = re.search(f'name="{field}" value="([^"]*)"', form).group(1)
        same = base64.b64decode(value).decode() == xml
        book.add(f"pysaml2/{name}_post", xml, FAMILY, kind=kind, signed=[place], post=None if same else value)
        xml = maker(False)
        book.add(f"pysaml2/{name}_unsigned", xml, FAMILY, kind=kind, expected="refused", reason="not signed", threat=46)
        sent = idp.apply_binding(
            BINDING_HTTP_REDIRECT,
            xml,
            facts.SP_LOGOUT,
            "state-1",
            response=typ,
            sign=True,
            sigalg=facts.SIGNATURES["rsa-sha256"],
        )
        query = urllib.parse.urlparse(dict(sent["headers"])["Location"]).query
        known = {"kind": kind, "binding": "redirect", "signed": ["query"], "signature": "rsa-sha256"}
        book.add(f"pysaml2/{name}_redirect", query, FAMILY, suffix="query.txt", **known)
        bad = {**known, "expected": "refused", "threat": 46}
        book.add(
            f"pysaml2/{name}_redirect_other_relay_state",
            query.replace("state-1", "state-2"),
            FAMILY,
            suffix="query.txt",
            reason="the signature does not cover this RelayState",
            **bad,
        )
        book.add(
            f"pysaml2/{name}_redirect_unsigned",
            re.sub("&(SigAlg|Signature)=[^&]*", "", query),
            FAMILY,
            suffix="query.txt",
            reason="not signed",
            **{**bad, "signed": [], "signature": None},
        )
        book.add(
            f"pysaml2/{name}_redirect_repeated",
            query + "&RelayState=state-3",
            FAMILY,
            suffix="query.txt",
            reason="a parameter comes twice",
            **bad,
        )


def metadata(book, idp):
    xml = str(entity_descriptor(idp.config))
    book.add("pysaml2/metadata", xml, FAMILY, kind="metadata")
