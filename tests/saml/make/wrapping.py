"""Signature wrapping: the signed element is moved, another one stands where it is looked for."""

from copy import deepcopy

from lxml import etree

import facts
import handmade
import messages
import xmlsec

FAMILY = "attacks"
PREFIXES = {facts.SAML: "saml", facts.SAMLP: "samlp", facts.DS: "ds"}
WRAPPED = "the element that is signed is not the one that would be read"


def local(node):
    return etree.QName(node).localname


def child(node, name):
    return next(part for part in node if local(part) == name)


def signed_part(root, element):
    return root if element == "response" else child(root, "Assertion")


def forged(part):
    """A copy of a signed element that says who the attacker would be, without its signature."""
    evil = deepcopy(part)
    evil.tail = None
    evil.set("ID", "_forged-" + part.get("ID")[1:9])
    evil.remove(child(evil, "Signature"))
    for node in evil.iter(f"{{{facts.SAML}}}NameID", f"{{{facts.SAML}}}AttributeValue"):
        if node.text == facts.SUBJECT:
            node.text = facts.ATTACKER
    for node in evil.iter(f"{{{facts.SAML}}}Assertion"):
        if node is not evil:
            node.set("ID", "_forged-" + node.get("ID")[1:9])
    return evil


def bare(part):
    """A copy of a signed element and, apart from it, its signature."""
    original = deepcopy(part)
    original.tail = None
    signature = child(original, "Signature")
    original.remove(signature)
    return original, signature


def after_issuer(evil, node):
    evil.insert(list(evil).index(child(evil, "Issuer")) + 1, node)


def carrier(namespace, name, *held):
    node = etree.Element(f"{{{namespace}}}{name}", nsmap={PREFIXES[namespace]: namespace})
    node.extend(held)
    return node


def teeth(xml, element):
    """A wrapping is one only if the element that was signed is still in it, as it was."""
    root = handmade.parse(xml)
    for reference in root.iter(f"{{{facts.DS}}}Reference"):
        target, value = reference.get("URI")[1:], reference.find(f"{{{facts.DS}}}DigestValue").text
        for node in root.xpath("//*[@ID=$target]", target=target):
            original = deepcopy(node)
            for signature in original.findall(f"{{{facts.DS}}}Signature"):
                original.remove(signature)
            if handmade.digest_of(text(original), target) == value:
                return
    raise ValueError(f"a wrapping without its {element}")


def wrap(number, root, element):
    """The document after the permutation of that number (Somorovsky and others, 2012)."""
    part = signed_part(root, element)
    evil = forged(part)
    original, signature = bare(part)
    whole = deepcopy(part)
    whole.tail = None
    if number == 1:
        # The original, without its signature, inside that signature; the forgery around it.
        signature.append(original)
        after_issuer(evil, signature)
    elif number == 2:
        # The original, without its signature, before the signature that refers to it.
        after_issuer(evil, signature)
        after_issuer(evil, original)
    elif number == 3:
        # The forgery beside the original, before it; of a response, the original at the end of the forgery.
        if element == "response":
            evil.append(whole)
        else:
            return beside(root, part, evil, before=True)
    elif number == 4:
        # The forgery around the original.
        evil.insert(1, whole)
    elif number == 5:
        # The forgery holds the signature, the original comes after it.
        after_issuer(evil, signature)
        if element == "response":
            evil.append(original)
        else:
            return replaced(root, part, evil, original)
    elif number == 6:
        # The forgery holds the signature, the signature holds the original, before what it says itself.
        signature.insert(0, original)
        after_issuer(evil, signature)
    elif number == 7:
        # The forgery in Extensions, before the original; of a response, the original in the forgery's Extensions.
        if element == "response":
            after_issuer(evil, carrier(facts.SAMLP, "Extensions", whole))
        else:
            root.insert(1, carrier(facts.SAMLP, "Extensions", evil))
            return root
    elif number == 8:
        # The forgery holds the signature, an Object of the signature holds the original.
        signature.append(carrier(facts.DS, "Object", original))
        after_issuer(evil, signature)
    return evil if element == "response" else replaced(root, part, evil)


def beside(root, part, evil, before):
    root.insert(list(root).index(part) + (0 if before else 1), evil)
    return root


def replaced(root, part, *others):
    place = list(root).index(part)
    root.remove(part)
    for step, other in enumerate(others):
        root.insert(place + step, other)
    return root


def text(root):
    return etree.tostring(root, encoding="unicode")


def make(book, _):
    for element in ("assertion", "response"):
        message = messages.Message("attacks").short().having(name=f"attacks/base_{element}", signed=(element,))
        base = xmlsec.sign(message, info="none")
        book.add(message.name, base, FAMILY, signed=[element], note="what the wrappings are made of")
        for number in range(1, 9):
            for identity in ("", "_same_id") if number in (1, 3, 5) else ("",):
                root = wrap(number, handmade.parse(base), element)
                xml = text(root)
                if identity:
                    target = signed_part(handmade.parse(base), element).get("ID")
                    xml = xml.replace("_forged-" + target[1:9], target)
                teeth(xml, element)
                add(book, f"xsw{number}_{element}{identity}", xml, 52 if identity else 47)
        others(book, element, base)
    encrypted(book)


def add(book, name, xml, threat=47, reason=WRAPPED, **known):
    book.add(
        f"attacks/{name}",
        xml,
        FAMILY,
        subject=facts.ATTACKER,
        expected="refused",
        reason=reason,
        threat=threat,
        **known,
    )


def others(book, element, base):
    """Places beyond the eight."""
    if element == "response":
        for namespace, path in [(facts.SAMLP, "StatusDetail"), (facts.SAMLP, "StatusMessage")]:
            root = handmade.parse(base)
            evil = forged(root)
            child(evil, "Status").append(carrier(namespace, path, deepcopy(root)))
            add(book, f"wrapped_in_{path.lower()}_response", text(evil))
        # The original whole, in a forgery of another protocol message.
        root = handmade.parse(base)
        artifact = carrier(facts.SAMLP, "ArtifactResponse")
        artifact.attrib.update({"ID": "_artifact", "Version": "2.0", "IssueInstant": facts.ISSUED})
        artifact.append(deepcopy(root))
        book.add(
            "attacks/inside_artifact_response",
            text(artifact),
            FAMILY,
            expected="refused",
            threat=47,
            reason="the root is no response",
        )
        return
    root = handmade.parse(base)
    part = child(root, "Assertion")
    add(book, "forged_after_signed_assertion", text(beside(root, part, forged(part), before=False)))
    for name, path in [("advice", "Advice"), ("attribute_value", None)]:
        root = handmade.parse(base)
        part = child(root, "Assertion")
        evil = forged(part)
        held = deepcopy(part)
        held.tail = None
        if path:
            evil.insert(3, carrier(facts.SAML, path, held))
        else:
            value = next(evil.iter(f"{{{facts.SAML}}}AttributeValue"))
            value.text = None
            value.append(held)
        add(book, f"wrapped_in_{name}", text(replaced(root, part, evil)))
    root = handmade.parse(base)
    part = child(root, "Assertion")
    evil = forged(part)
    held = deepcopy(part)
    held.tail = None
    confirmation = next(evil.iter(f"{{{facts.SAML}}}SubjectConfirmationData"))
    confirmation.append(held)
    add(book, "wrapped_in_confirmation_data", text(replaced(root, part, evil)))
    # The signature of the assertion, moved to where one of the response would stand.
    root = handmade.parse(base)
    part = child(root, "Assertion")
    evil = forged(part)
    original, signature = bare(part)
    replaced(root, part, evil, original)
    root.insert(1, signature)
    add(book, "signature_of_assertion_at_response", text(root))
    # A forgery of another namespace or no prefix, that a search by local name finds.
    root = handmade.parse(base)
    part = child(root, "Assertion")
    fake = etree.fromstring(text(forged(part)).replace(facts.SAML, "urn:oasis:names:tc:SAML:1.0:assertion"))
    add(book, "forged_of_another_namespace", text(beside(root, part, fake, before=True)))


def encrypted(book):
    """A signed assertion beside an encrypted forgery."""
    message = messages.Message("attacks/encrypted_forgery_beside_signed").short()
    root = handmade.parse(xmlsec.sign(message, info="none"))
    evil = forged(child(root, "Assertion"))
    sealed = handmade.encrypted_assertion(text(evil))
    xml = text(root).replace("<saml:Assertion", f"{sealed}<saml:Assertion", 1)
    add(book, "encrypted_forgery_beside_signed", xml, reason="two assertions, one of them encrypted")
    inside = xmlsec.sign(messages.Message("attacks/xsw_encrypted").short(), info="none")
    for number in (3, 5, 8):
        wrapped = wrap(number, handmade.parse(inside), "assertion")
        assertions = [node for node in wrapped if local(node) == "Assertion"]
        plain = "".join(text(node) for node in assertions)
        for node in assertions:
            wrapped.remove(node)
        xml = text(wrapped).replace("</samlp:Response>", handmade.encrypted_assertion(plain) + "</samlp:Response>")
        add(
            book,
            f"xsw{number}_encrypted",
            xml,
            encrypted={"content": "aes256-gcm", "key_transport": "rsa-oaep-mgf1p", "key": "sp-rsa-2048"},
        )
