"""Messages signed by the right key that say one wrong thing."""

import facts
from refusals import short
from refusals import signed_by_provider

OTHER_IDP = "https://other.example.com/metadata"
# Facts that an unsigned response could hide: signed as a whole too.
BOTH_WAYS = ("destination", "request_id", "status_responder", "issuer_of_response", "recipient", "audience")


def make(book, _):
    facts_of_message(book, short())


def facts_of_message(book, base):
    """Messages signed by the right key that say a wrong thing."""
    failed = f'<samlp:Status><samlp:StatusCode Value="{facts.RESPONDER}"/></samlp:Status>'
    hidden = (
        f'<samlp:Status><samlp:StatusCode Value="{facts.RESPONDER}"><samlp:StatusCode Value="{facts.SUCCESS}"/>'
        "</samlp:StatusCode></samlp:Status>"
    )

    def status(value):
        return f'<samlp:Status><samlp:StatusCode Value="{value}"/></samlp:Status>'

    unknown = (
        f'<saml:Condition xmlns:xsi="{facts.XSI}" xmlns:our="urn:example:conditions" xsi:type="our:ConditionOfTheirs"/>'
    )
    other = "https://elsewhere.example.com"
    for name, parts, reason in [
        ("destination", {"destination": other}, "another Destination"),
        ("destination_prefix", {"destination": facts.ACS + "/more"}, "another Destination"),
        ("destination_shorter", {"destination": facts.ACS[:-1]}, "another Destination"),
        ("destination_empty", {"destination": ""}, "an empty Destination"),
        ("destination_in_upper_case", {"destination": facts.ACS.upper()}, "another Destination"),
        ("recipient", {"recipient": other}, "another Recipient"),
        ("recipient_within", {"recipient": f"https://evil.example.com/?{facts.ACS}"}, "another Recipient"),
        ("recipient_missing", {"recipient": None}, "no Recipient"),
        ("audience", {"audiences": ((other,),)}, "another Audience"),
        ("audience_prefix", {"audiences": ((facts.SP + "/more",),)}, "another Audience"),
        ("audience_empty", {"audiences": (("",),)}, "another Audience"),
        (
            "audience_in_one_of_two_restrictions",
            {"audiences": ((facts.SP,), (other,))},
            "a restriction that does not name us",
        ),
        ("issuer", {"issuer": OTHER_IDP}, "another Issuer of the assertion"),
        ("issuer_missing", {"issuer": None}, "no Issuer of the assertion"),
        ("issuer_of_response", {"response_issuer": OTHER_IDP}, "another Issuer of the response"),
        ("issuer_format", {"issuer_attributes": f' Format="{facts.EMAIL}"'}, "the Format of Issuer is not entity"),
        ("issuer_prefix", {"issuer": facts.IDP + "/more"}, "another Issuer of the assertion"),
        ("request_id", {"in_response_to": "_another-request"}, "answers another request"),
        ("request_id_of_confirmation", {"confirmation_in_response_to": "_another-request"}, "answers another request"),
        ("status_responder", {"status": failed}, "the status is not Success"),
        ("status_nested_success", {"status": hidden}, "the status is not Success"),
        ("status_prefixed", {"status": status("x:" + facts.SUCCESS)}, "the status is not Success"),
        ("status_suffixed", {"status": status(facts.SUCCESS + "ful")}, "the status is not Success"),
        ("status_missing", {"status": None}, "no status"),
        ("version_of_response", {"response_version": "1.1"}, "another Version"),
        ("version_of_assertion", {"version": "2.1"}, "another Version"),
        (
            "late",
            {"not_on_or_after": "2026-11-25T12:00:00Z", "not_before": "2026-11-25T11:55:00Z"},
            "past NotOnOrAfter of the conditions",
        ),
        ("early", {"not_before": "2026-11-25T12:04:00Z"}, "before NotBefore of the conditions"),
        (
            "confirmation_late",
            {"confirmation_not_on_or_after": "2026-11-25T11:59:00Z"},
            "past NotOnOrAfter of the confirmation",
        ),
        ("confirmation_without_time", {"confirmation_not_on_or_after": None}, "no NotOnOrAfter on the confirmation"),
        (
            "times_reversed",
            {"not_before": facts.EXPIRES, "not_on_or_after": facts.ISSUED},
            "NotBefore after NotOnOrAfter",
        ),
        ("issued_in_future", {"issue_instant": "2026-11-25T12:04:00Z"}, "issued in the future"),
        ("authn_instant_in_future", {"authn_instant": "2026-11-25T12:04:00Z"}, "authenticated in the future"),
        ("session_over", {"session_not_on_or_after": "2026-11-25T11:00:00Z"}, "the session is over"),
        ("holder_of_key", {"method": facts.HOLDER_OF_KEY}, "no bearer confirmation"),
        ("sender_vouches", {"method": "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"}, "no bearer confirmation"),
        ("no_subject", {"subject": None}, "no Subject"),
        ("subject_empty", {"subject": "", "attributes": ()}, "an empty NameID"),
        ("no_conditions", {"conditions": False}, "no Conditions"),
        ("no_authn_statement", {"authn": False}, "no AuthnStatement"),
        ("condition_unknown", {"other_conditions": unknown}, "a condition that is not known"),
        ("one_time_use_twice", {"other_conditions": "<saml:OneTimeUse/><saml:OneTimeUse/>"}, "OneTimeUse twice"),
        ("time_leap_second", {"authn_instant": "2026-11-25T11:59:60Z"}, "an instant that is none"),
        ("time_of_hour_25", {"not_on_or_after": "2026-11-25T25:00:00Z"}, "an instant that is none"),
        ("time_local", {"not_on_or_after": "2026-11-25T12:05:00"}, "an instant without a zone"),
        ("time_date_alone", {"not_on_or_after": "2026-11-26"}, "an instant that is none"),
        ("time_year_0", {"not_before": "0000-01-01T00:00:00Z"}, "an instant that is none"),
        ("time_year_99999", {"not_on_or_after": "99999-01-01T00:00:00Z"}, "an instant that is none"),
    ]:
        for element in ("assertion", "response"):
            if element == "response" and name not in BOTH_WAYS:
                continue
            suffix = "" if element == "assertion" else "_response_signed"
            message = base.having(name=f"facts/{name}{suffix}", signed=(element,), **parts)
            xml = signed_by_provider(message)
            book.add(message.name, xml, "facts", signed=[element], expected="refused", reason=reason, threat=53)
