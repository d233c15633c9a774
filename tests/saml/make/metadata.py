"""Metadata of identity providers, in the shapes of the well-known ones, with our keys and names."""

import facts
import messages
import xmlsec

FAMILY = "metadata"
FED = "http://docs.oasis-open.org/wsfed/federation/200706"
ENTITY_SIGNATURE = messages.RESPONSE_SIGNATURE
EMAIL_11 = facts.EMAIL
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
VALID_UNTIL = "2036-11-25T12:00:00Z"


def key(name="idp-rsa-2048", use="signing", p="", ds="", text=None):
    used = f' use="{use}"' if use else ""
    declared = f' xmlns:{ds[:-1]}="{facts.DS}"' if ds else f' xmlns="{facts.DS}"'
    certificate = text or facts.certificate_text(name)
    return (
        f"<{p}KeyDescriptor{used}><{ds}KeyInfo{declared}><{ds}X509Data><{ds}X509Certificate>{certificate}"
        f"</{ds}X509Certificate></{ds}X509Data></{ds}KeyInfo></{p}KeyDescriptor>"
    )


def endpoint(kind, binding, location, p="", more=""):
    return f'<{p}{kind} Binding="{binding}" Location="{location}"{more}/>'


def sso(p="", bindings=(facts.REDIRECT, facts.POST), location=facts.IDP_SSO):
    return "".join(endpoint("SingleSignOnService", binding, location, p) for binding in bindings)


def slo(p="", bindings=(facts.REDIRECT, facts.POST), more=""):
    return "".join(endpoint("SingleLogoutService", binding, facts.IDP_LOGOUT, p, more) for binding in bindings)


def formats(*names, p=""):
    return "".join(f"<{p}NameIDFormat>{name}</{p}NameIDFormat>" for name in names)


def role(inner, p="", protocols=facts.SAMLP, attributes=""):
    return f'<{p}IDPSSODescriptor{attributes} protocolSupportEnumeration="{protocols}">{inner}</{p}IDPSSODescriptor>'


def entity(inner, p="", entity_id=facts.IDP, attributes="", declare=True):
    declared = (f' xmlns:{p[:-1]}="{facts.MD}"' if p else f' xmlns="{facts.MD}"') if declare else ""
    return f'<{p}EntityDescriptor{declared} entityID="{entity_id}"{attributes}>{inner}</{p}EntityDescriptor>'


def simple(p="md:", entity_id=facts.IDP, attributes="", keys=None, declare=True):
    keys = key(p=p, ds="ds:") if keys is None else keys
    return entity(role(keys + formats(EMAIL_11, p=p) + sso(p), p), p, entity_id, attributes, declare)


def aggregate(inner, attributes="", declare=True):
    declared = f' xmlns:md="{facts.MD}"' if declare else ""
    return f"<md:EntitiesDescriptor{declared}{attributes}>{inner}</md:EntitiesDescriptor>"


def signed(xml, target, name="idp-rsa-2048"):
    template = xmlsec.template(target, name)
    return xmlsec.fill(xml.replace(ENTITY_SIGNATURE, template), target, name)


def make(book, _):
    shapes(book)
    forms(book)
    refused(book)


def add(book, name, xml, **known):
    book.add(f"metadata/{name}", xml, FAMILY, kind="metadata", binding="none", **known)


def federation_role(kind, extra=""):
    return (
        f'<RoleDescriptor xmlns:xsi="{facts.XSI}" xmlns:fed="{FED}" xsi:type="fed:{kind}" '
        f'protocolSupportEnumeration="{FED}">{key(ds="")}{extra}</RoleDescriptor>'
    )


def claim(name, display):
    return (
        f'<Attribute xmlns="{facts.SAML}" Name="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/{name}" '
        f'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri" FriendlyName="{display}"/>'
    )


def shapes(book):
    """What each of the well-known providers publishes, as far as an importer can see it."""
    types = (
        '<fed:ClaimTypesOffered><auth:ClaimType xmlns:auth="http://docs.oasis-open.org/wsfed/authorization/200706" '
        'Uri="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"><auth:DisplayName>Name</auth:DisplayName>'
        "</auth:ClaimType></fed:ClaimTypesOffered>"
    )
    entra_id = "_00000000-0000-0000-0000-0000000entra"
    entra = '<?xml version="1.0" encoding="utf-8"?>' + entity(
        ENTITY_SIGNATURE
        + federation_role("SecurityTokenServiceType", types)
        + federation_role("ApplicationServiceType")
        + role(key() + key("idp-rsa-2048-next") + slo(bindings=(facts.REDIRECT,)) + sso()),
        attributes=f' ID="{entra_id}"',
    )
    add(
        book,
        "entra",
        signed(entra, entra_id),
        signed=["entity"],
        trusted=["idp-rsa-2048", "idp-rsa-2048-next"],
        note="Microsoft Entra ID: signed, WS-Federation roles first, two certificates, logout by Redirect alone",
    )
    adfs_id = "_00000000-0000-0000-0000-00000000adfs"
    service_provider = (
        f'<SPSSODescriptor WantAssertionsSigned="true" protocolSupportEnumeration="{facts.SAMLP}">'
        + key("sp-rsa-2048", "encryption")
        + key()
        + slo()
        + formats(EMAIL_11, PERSISTENT, TRANSIENT)
        + f'<AssertionConsumerService Binding="{facts.POST}" Location="{facts.IDP_SSO}" index="0" isDefault="true"/>'
        + "</SPSSODescriptor>"
    )
    adfs = entity(
        ENTITY_SIGNATURE
        + federation_role("ApplicationServiceType")
        + federation_role("SecurityTokenServiceType", types)
        + service_provider
        + role(
            key("sp-rsa-2048", "encryption")
            + key()
            + slo()
            + formats(EMAIL_11, PERSISTENT, TRANSIENT)
            + sso()
            + claim("emailaddress", "E-Mail Address")
            + claim("givenname", "Given Name"),
        )
        + '<ContactPerson contactType="support"><GivenName>Support</GivenName></ContactPerson>',
        attributes=f' ID="{adfs_id}"',
    )
    add(
        book,
        "adfs",
        signed(adfs, adfs_id),
        signed=["entity"],
        note="AD FS: signed, four roles, another certificate for encryption, which verifies nothing, claims offered",
    )
    okta = '<?xml version="1.0" encoding="UTF-8"?>' + entity(
        role(
            key(p="md:", ds="ds:") + formats(UNSPECIFIED, EMAIL_11, p="md:") + sso("md:", (facts.POST, facts.REDIRECT)),
            "md:",
            attributes=' WantAuthnRequestsSigned="false"',
        ),
        "md:",
    )
    add(book, "okta", okta, note="Okta: one role, no logout, POST before Redirect")
    google = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n' + entity(
        role(
            key(p="md:", ds="ds:") + formats(EMAIL_11, p="md:") + sso("md:"),
            "md:",
            attributes=' WantAuthnRequestsSigned="false"',
        ),
        "md:",
        attributes=f' validUntil="{VALID_UNTIL}.000Z"'.replace("Z.000Z", ".000Z"),
    )
    add(book, "google", google, note="Google Workspace: validUntil, no logout")
    onelogin = '<?xml version="1.0"?>\n' + entity(
        role(
            key()
            + slo(bindings=(facts.REDIRECT,), more=f' ResponseLocation="{facts.IDP_LOGOUT}/response"')
            + formats(EMAIL_11)
            + sso(bindings=(facts.REDIRECT, facts.POST, "urn:oasis:names:tc:SAML:2.0:bindings:SOAP")),
        ),
    ).replace("><", ">\n  <")
    add(
        book,
        "onelogin",
        onelogin,
        note="OneLogin: no prefix, another location for answers to logout, an endpoint for SOAP",
    )
    ping = entity(
        role(
            key(p="md:", ds="ds:")
            + slo("md:", (facts.POST, facts.REDIRECT))
            + formats(UNSPECIFIED, EMAIL_11, p="md:")
            + sso("md:", (facts.POST, facts.REDIRECT)),
            "md:",
            attributes=' WantAuthnRequestsSigned="true"',
        )
        + '<md:ContactPerson contactType="administrative"/>',
        "md:",
        attributes=' ID="ping-metadata" cacheDuration="PT1440M"',
    )
    add(book, "ping", ping, note="Ping: wants signed requests, cacheDuration")
    salesforce = '<?xml version="1.0" encoding="UTF-8"?>' + entity(
        role(
            key(p="md:", ds="ds:")
            + slo("md:", (facts.POST, facts.REDIRECT))
            + formats(EMAIL_11, PERSISTENT, TRANSIENT, UNSPECIFIED, p="md:")
            + sso("md:", (facts.POST, facts.REDIRECT)),
            "md:",
        ),
        "md:",
        attributes=f' validUntil="{VALID_UNTIL}"',
    ).replace("><", ">\n   <")
    add(book, "salesforce", salesforce, note="Salesforce: validUntil, indented, four name-id formats")


def forms(book):
    """Forms that an importer must take."""
    wrapped = (
        "\n"
        + "\n".join(
            facts.certificate_text("idp-rsa-2048")[at : at + 64]
            for at in range(0, len(facts.certificate_text("idp-rsa-2048")), 64)
        )
        + "\n"
    )
    pem = facts.certificate_file("idp-rsa-2048").read_text()
    two = key(p="md:", ds="ds:") + key("idp-rsa-2048-next", p="md:", ds="ds:")
    twice = (
        f'<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="{facts.DS}">'
        + "".join(
            f"<ds:X509Data><ds:X509Certificate>{facts.certificate_text(name)}</ds:X509Certificate></ds:X509Data>"
            for name in ("idp-rsa-2048", "idp-p256")
        )
        + "</ds:KeyInfo></md:KeyDescriptor>"
    )
    for name, keys, trusted in [
        ("certificate_in_lines", key(p="md:", ds="ds:", text=wrapped), ["idp-rsa-2048"]),
        ("certificate_in_pem", key(p="md:", ds="ds:", text=pem), ["idp-rsa-2048"]),
        ("certificate_of_windows", key(p="md:", ds="ds:", text=wrapped.replace("\n", "&#13;\n")), ["idp-rsa-2048"]),
        ("key_without_use", key(use=None, p="md:", ds="ds:"), ["idp-rsa-2048"]),
        ("several_certificates", two, ["idp-rsa-2048", "idp-rsa-2048-next"]),
        ("several_x509_data", twice, ["idp-rsa-2048", "idp-p256"]),
        ("one_certificate_twice", key(p="md:", ds="ds:") * 2, ["idp-rsa-2048"]),
        (
            "ec_certificates",
            key("idp-p256", p="md:", ds="ds:") + key("idp-p384", p="md:", ds="ds:"),
            ["idp-p256", "idp-p384"],
        ),
        (
            "encryption_key_beside",
            key(p="md:", ds="ds:") + key("other-rsa-2048", "encryption", p="md:", ds="ds:"),
            ["idp-rsa-2048"],
        ),
    ]:
        add(book, name, simple(keys=keys), trusted=trusted)
    add(
        book,
        "protocols_in_a_list",
        simple().replace(
            f'protocolSupportEnumeration="{facts.SAMLP}"',
            f'protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol  {facts.SAMLP}"',
        ),
    )
    add(book, "prefix_elsewhere", simple().replace("md:", "m:").replace("xmlns:md=", "xmlns:m="))
    add(book, "valid_until", simple(attributes=f' validUntil="{VALID_UNTIL}" cacheDuration="P1D"'))
    others = simple(
        entity_id="https://other.example.com/metadata", keys=key("other-rsa-2048", p="md:", ds="ds:"), declare=False
    )
    add(book, "aggregate_of_one", aggregate(simple(declare=False)), note="one provider: no choice to make")
    add(book, "aggregate", aggregate(others + simple(declare=False)), note="two providers: chosen by entity id")
    nested = aggregate(
        others + aggregate(aggregate(simple(declare=False), declare=False), ' Name="urn:example:inner"', declare=False),
        f' Name="urn:example:outer" validUntil="{VALID_UNTIL}"',
    )
    add(book, "aggregate_nested", nested, note="chosen by entity id, three levels deep; validity is the aggregate's")
    target = "_aggregate"
    add(
        book,
        "aggregate_signed",
        signed(aggregate(ENTITY_SIGNATURE + others + simple(declare=False), f' ID="{target}"'), target),
        signed=["entities"],
    )
    other = simple(attributes=' ID="_signed-by-federation"').replace("<md:IDPSSO", f"{ENTITY_SIGNATURE}<md:IDPSSO", 1)
    add(
        book,
        "signed_by_federation",
        signed(other, "_signed-by-federation", "idp-rsa-4096"),
        signed=["entity"],
        key="idp-rsa-4096",
        trusted=["idp-rsa-4096"],
        note="signed by a key that the document does not name as the provider's",
    )


def refused(book):
    """Metadata that must not become a provider."""
    service_provider = entity(
        f'<md:SPSSODescriptor protocolSupportEnumeration="{facts.SAMLP}">{key(p="md:", ds="ds:")}'
        f'<md:AssertionConsumerService Binding="{facts.POST}" Location="{facts.ACS}" index="0"/></md:SPSSODescriptor>',
        "md:",
    )

    def with_keys(keys):
        return simple(keys=keys)

    past = ' validUntil="2026-11-25T11:00:00Z"'
    p = {"p": "md:", "ds": "ds:"}
    others = simple(entity_id="https://other.example.com/metadata", declare=False)
    for name, xml, reason in [
        ("service_provider", service_provider, "no identity provider"),
        ("no_role", entity("", "md:"), "no identity provider"),
        ("no_keys", with_keys(""), "no signing certificate"),
        ("certificate_expired", with_keys(key("idp-rsa-2048-expired", **p)), "the certificate has expired"),
        (
            "certificate_not_yet_valid",
            with_keys(key("idp-rsa-2048-not-yet-valid", **p)),
            "the certificate is not yet valid",
        ),
        ("certificate_rsa_1024", with_keys(key("idp-rsa-1024", **p)), "RSA key of 1024 bits"),
        ("certificate_empty", with_keys(key(text=" ", **p)), "a certificate that is none"),
        ("certificate_no_base64", with_keys(key(text="%%%%", **p)), "a certificate that is none"),
        (
            "certificate_cut",
            with_keys(key(text=facts.certificate_text("idp-rsa-2048")[:400], **p)),
            "a certificate that is none",
        ),
        (
            "certificates_six",
            with_keys(
                "".join(
                    key(name, **p)
                    for name in (
                        "idp-rsa-2048",
                        "idp-rsa-2048-next",
                        "idp-rsa-4096",
                        "idp-p256",
                        "idp-p384",
                        "other-rsa-2048",
                    )
                )
            ),
            "more than five certificates",
        ),
        ("valid_until_past_of_aggregate", aggregate(simple(declare=False), past), "past validUntil"),
        ("aggregate_without_ours", aggregate(others), "no such entity id"),
        ("aggregate_empty", aggregate(""), "no entity"),
        ("aggregate_twice", aggregate(simple(declare=False) * 2), "an entity id twice"),
        ("root_response", f'<samlp:Response xmlns:samlp="{facts.SAMLP}"/>', "the root is no metadata"),
        (
            "ws_federation_alone",
            entity(federation_role("SecurityTokenServiceType")),
            "no identity provider of SAML 2.0",
        ),
        ("html", "<html><body>Not found</body></html>", "the root is no metadata"),
        (
            "oidc",
            '{"issuer":"https://idp.example.com","authorization_endpoint":"https://idp.example.com/authorize"}',
            "no XML, but OpenID Connect",
        ),
    ]:
        add(book, f"refused_{name}", xml, expected="refused", reason=reason)
    changed(book, past)
    target = "_tampered"
    xml = simple(attributes=f' ID="{target}"').replace("<md:IDPSSO", f"{ENTITY_SIGNATURE}<md:IDPSSO", 1)
    tampered = signed(xml, target).replace(facts.IDP_SSO, "https://evil.example.com/sso")
    add(
        book,
        "refused_signature_wrong",
        tampered,
        signed=["entity"],
        expected="refused",
        threat=46,
        reason="the signature is wrong, where a signer is pinned",
    )
    add(
        book,
        "refused_signed_by_another",
        signed(xml, target, "other-rsa-2048"),
        signed=["entity"],
        key="other-rsa-2048",
        expected="refused",
        threat=46,
        reason="signed by another key, where a signer is pinned",
    )


def changed(book, past):
    """Metadata in order, but for one part of its text."""
    add(book, "simple", simple())
    start, named = "<md:EntityDescriptor", f' entityID="{facts.IDP}"'
    redirect, post = sso("md:", (facts.REDIRECT,)), sso("md:", (facts.POST,))
    soap = sso("md:", ("urn:oasis:names:tc:SAML:2.0:bindings:SOAP",))

    def located(where):
        return [(facts.IDP_SSO, where), (facts.IDP_SSO, where)]

    for name, changes, reason in [
        ("saml_1_1_alone", [(facts.SAMLP, "urn:oasis:names:tc:SAML:1.1:protocol")], "no identity provider of SAML 2.0"),
        ("encryption_keys_alone", [('use="signing"', 'use="encryption"')], "no signing certificate"),
        ("valid_until_past", [(named, named + past)], "past validUntil"),
        ("valid_until_no_time", [(named, f'{named} validUntil="tomorrow"')], "an instant that is none"),
        ("location_javascript", located("javascript:alert(1)"), "a location that is no https URL"),
        ("location_data", located("data:text/html,x"), "a location that is no https URL"),
        ("location_plain_http", located("http://idp.example.com/sso"), "a location that is no https URL"),
        ("location_relative", located("/sso"), "a location that is no https URL"),
        ("location_empty", located(""), "a location that is no https URL"),
        ("no_sso", [(redirect, ""), (post, "")], "no SingleSignOnService"),
        ("sso_soap_alone", [(redirect, soap), (post, "")], "no SingleSignOnService by Redirect or POST"),
        ("entity_id_missing", [(named, "")], "no entity id"),
        ("entity_id_empty", [(named, ' entityID=""')], "no entity id"),
        (
            "entity_id_long",
            [(named, f' entityID="https://idp.example.com/{"x" * 1024}"')],
            "an entity id of more than 1024 characters",
        ),
        ("root_of_another_namespace", [(facts.MD, "urn:oasis:names:tc:SAML:1.0:metadata")], "the root is no metadata"),
        ("doctype", [(start, f"<!DOCTYPE md:EntityDescriptor>{start}")], "a document type declaration"),
        (
            "entity_external",
            [
                (start, f'<!DOCTYPE x [<!ENTITY where SYSTEM "file:///etc/hostname">]>{start}'),
                (facts.IDP_SSO, "&where;"),
            ],
            "a document type declaration",
        ),
        ("not_closed", [("</md:EntityDescriptor>", "")], "the root is not closed"),
    ]:
        threat = 51 if name in ("doctype", "entity_external") else None
        book.change(
            f"metadata/refused_{name}",
            "metadata/simple",
            changes,
            expected="refused",
            reason=reason,
            threat=threat,
        )
