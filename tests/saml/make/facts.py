"""The facts that every message shares, so that tests can name them."""

from pathlib import Path

HERE = Path(__file__).resolve().parent
KEYS = HERE.parent / "keys"

SP = "https://sp.example.com/saml/metadata"
ACS = "https://sp.example.com/saml/acs"
SP_LOGOUT = "https://sp.example.com/saml/logout"
IDP = "https://idp.example.com/metadata"
IDP_SSO = "https://idp.example.com/sso"
IDP_LOGOUT = "https://idp.example.com/logout"
REQUEST_ID = "_req-0123456789abcdef0123456789abcdef"
LOGOUT_REQUEST_ID = "_logout-0123456789abcdef0123456789abcdef"
SUBJECT = "maria@example.com"
ATTACKER = "admin@example.com"
ORGANIZATION = "acme"
SESSION_INDEX = "_session-0123456789abcdef"
ISSUED = "2026-11-25T12:00:00Z"
EXPIRES = "2026-11-25T12:05:00Z"
NOW = "2026-11-25T12:00:30Z"
LIFETIME_MINUTES = 5
TOKEN_AUDIENCE = "https://auth.example.com"
TOKEN_ENDPOINT = "https://auth.example.com/oauth/token"

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
MD = "urn:oasis:names:tc:SAML:2.0:metadata"
DS = "http://www.w3.org/2000/09/xmldsig#"
DS_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
DS_PSS = "http://www.w3.org/2007/05/xmldsig-more#"
XENC = "http://www.w3.org/2001/04/xmlenc#"
XENC11 = "http://www.w3.org/2009/xmlenc11#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE_11 = "http://www.w3.org/2006/12/xml-c14n11"
ENVELOPED = DS + "enveloped-signature"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XS = "http://www.w3.org/2001/XMLSchema"

BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
HOLDER_OF_KEY = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"
EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
RESPONDER = "urn:oasis:names:tc:SAML:2.0:status:Responder"
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"

SIGNATURES = {
    "rsa-sha1": DS + "rsa-sha1",
    "rsa-md5": DS_MORE + "rsa-md5",
    "rsa-sha256": DS_MORE + "rsa-sha256",
    "rsa-sha384": DS_MORE + "rsa-sha384",
    "rsa-sha512": DS_MORE + "rsa-sha512",
    "rsa-pss-sha256": DS_PSS + "sha256-rsa-MGF1",
    "rsa-pss-sha384": DS_PSS + "sha384-rsa-MGF1",
    "rsa-pss-sha512": DS_PSS + "sha512-rsa-MGF1",
    "ecdsa-sha1": DS_MORE + "ecdsa-sha1",
    "ecdsa-sha256": DS_MORE + "ecdsa-sha256",
    "ecdsa-sha384": DS_MORE + "ecdsa-sha384",
    "ecdsa-sha512": DS_MORE + "ecdsa-sha512",
    "hmac-sha1": DS + "hmac-sha1",
    "hmac-sha256": DS_MORE + "hmac-sha256",
}
DIGESTS = {
    "md5": DS_MORE + "md5",
    "sha1": DS + "sha1",
    "sha256": XENC + "sha256",
    "sha384": DS_MORE + "sha384",
    "sha512": XENC + "sha512",
}


def key_file(name):
    return KEYS / f"{name}.key.pem"


def certificate_file(name):
    return KEYS / f"{name}.cert.pem"


def certificate_text(name):
    """The Base64 of a certificate, in one line."""
    return "".join(line for line in certificate_file(name).read_text().splitlines() if "-----" not in line)
