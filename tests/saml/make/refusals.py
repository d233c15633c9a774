"""What the makers of attacks share."""

import handmade
import messages
import xmlsec

FAMILY = "attacks"


def short(name="attacks"):
    """What an attack starts from."""
    return messages.Message(name).short()


def refuse(book, name, xml, reason, threat, **known):
    known.setdefault("signed", ["assertion"])
    book.add(f"attacks/{name}", xml, FAMILY, expected="refused", reason=reason, threat=threat, **known)


def change(book, name, changes, reason, threat, **known):
    """What is done to a message that was in order, after it was signed."""
    known.setdefault("expected", "refused")
    book.change(
        f"attacks/{name}",
        "attacks/base_assertion",
        changes,
        reason=reason,
        threat=threat,
        note=None,
        **known,
    )


def signed_by_provider(message):
    """Signed as it should be, without the certificate, which would make the fixtures a third longer."""
    return xmlsec.sign(message, info="none")


def at_assertion(message, references, **options):
    options.setdefault("info", "")
    return handmade.seal(message.xml(), messages.ASSERTION_SIGNATURE, references, **options)


def own_reference(message, **options):
    return handmade.reference(
        f"#{message.assertion_id}", handmade.digest_of(message.xml(), message.assertion_id, **options)
    )
