"""Messages by the identity providers of Node, which `make.js` runs."""

import json
import os
import subprocess

import facts
import xmlsec


def make(book, modules):
    told = {
        "keys": str(facts.KEYS),
        "issued": facts.ISSUED,
        "expires": facts.EXPIRES,
        "lifetime_seconds": facts.LIFETIME_MINUTES * 60,
        "sp": facts.SP,
        "acs": facts.ACS,
        "sp_logout": facts.SP_LOGOUT,
        "idp": facts.IDP,
        "idp_sso": facts.IDP_SSO,
        "idp_logout": facts.IDP_LOGOUT,
        "request_id": facts.REQUEST_ID,
        "logout_request_id": facts.LOGOUT_REQUEST_ID,
        "subject": facts.SUBJECT,
        "organization": facts.ORGANIZATION,
        "session_index": facts.SESSION_INDEX,
        "email": facts.EMAIL,
        "password": facts.PASSWORD,
        "responder": facts.RESPONDER,
        "basic": "urn:oasis:names:tc:SAML:2.0:attrname-format:basic",
        "token_audience": facts.TOKEN_AUDIENCE,
        "token_endpoint": facts.TOKEN_ENDPOINT,
    }
    done = subprocess.run(
        ["node", str(facts.HERE / "make.js")],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NODE_PATH": str(modules), "NODE_NO_WARNINGS": "1"},
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    for known in json.loads(done.stdout):
        name, content = known.pop("name"), known.pop("content")
        if known.get("encrypted"):
            known["plain"] = xmlsec.decrypt(content)
        book.add(name, content, name.split("/")[0], **known)
