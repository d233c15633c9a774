//! What the tool says of itself.

/// The answer to `--help`.
pub const HELP: &str = "\
Checks SAML responses, or assertions of the SAML2 bearer grant, and says why they are refused.

    saml_check (--metadata FILE [--issuer URI] | --certificate FILE... --issuer URI)
               --acs URL --audience URI (--request-id ID | --idp-initiated)
               [--at RFC3339] [--skew SECONDS] [--encoding xml|base64|deflate]
               [--decryption-key FILE] [--allow NAME]... RESPONSE...
    saml_check (--metadata FILE [--issuer URI] | --certificate FILE... --issuer URI)
               --grant TOKEN_ENDPOINT --audience ISSUER
               [--at RFC3339] [--skew SECONDS] [--encoding xml|base64] [--allow NAME]... ASSERTION...

Of each file one line of JSON is printed. `-` stands for the standard input.

The identity provider:
    --metadata FILE        Its metadata, imported as strictly as an administrator would import it.
    --certificate FILE     A certificate that it signs with, as PEM, DER or Base64. 1 to 5 times.
    --issuer URI           Its entity id. With --metadata, which one of several is meant.
    --allow NAME           A deviation that its policy lets it have. Any number of times. One of
                           sha1, rsa-1024, missing-destination, missing-audience, empty-reference-uri,
                           signature-position, confirmation-not-before, missing-in-response-to,
                           offset-time, inclusive-c14n, expired-certificate; and aes-cbc, which is no
                           deviation but insecure. None is taken by --metadata: certificates that are
                           weak or expired are given by --certificate.

What is expected of a response:
    --acs URL              The assertion consumer service that it was posted to.
    --audience URI         The entity id of the service provider.
    --request-id ID        The request that it is to answer.
    --idp-initiated        It answers none: the identity provider began.
    --decryption-key FILE  The key that assertions are encrypted to: PKCS #8, as PEM or DER.

What is expected of an assertion of a grant (RFC 7522), instead:
    --grant URL            The token endpoint that it is sent to.
    --audience URI         The issuer identifier of the authorization server, as in its metadata. The
                           address of the token endpoint is not taken for it.

How it is read:
    --at RFC3339           The instant of the check. Default: now.
    --skew SECONDS         How far the clocks may be apart. Default: 10.
    --encoding xml         The XML itself. The default.
    --encoding base64      The value of `SAMLResponse` as a form has it, percent-encoding undone; of an
                           assertion, the parameter: base64url.
    --encoding deflate     The value as a query has it: compressed. To look at only; logins are
                           answered by POST, and what is compressed is refused there.

The verdict is `accepted` or `refused`. One that is refused has the code of the check that failed, its cause
and its remedy, and the name for --allow if there is one that would let just this pass.

`user` is the email address that users are found by: the attribute `email`, else a `NameID` that is one. It
is null where there is none, and `note` says why. The assertion is good then, but no login succeeds by it:
let the identity provider state an address. A host that knows its users otherwise goes by `issuer` and
`name_id` together.

Whether an assertion was accepted before is not checked: nothing is remembered.

Exit code: 0 if all are accepted, 1 if any is refused, 2 for wrong arguments and unreadable files.
";
