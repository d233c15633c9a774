"""Makes every fixture afresh. `make.sh` runs it with all that it needs."""

import sys
import tempfile
from pathlib import Path

import attacks
import canonical
import facts
import family_node
import family_pysaml2
import family_signxml
import family_xmlsec1
import metadata
import references
import shapes
import wrapping
import wrong_facts
from book import Book

# In this order: some start from what others made.
FAMILIES = (
    family_node,
    family_signxml,
    family_xmlsec1,
    shapes,
    metadata,
    wrapping,
    attacks,
    references,
    wrong_facts,
    canonical,
)
ABOUT = {
    "facts": {
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
        "issued": facts.ISSUED,
        "expires": facts.EXPIRES,
        "now": facts.NOW,
        "skew_seconds": 10,
        "relay_state": "state-1",
        "token_audience": facts.TOKEN_AUDIENCE,
        "token_endpoint": facts.TOKEN_ENDPOINT,
    },
}


def main(folder, modules):
    book = Book(folder)
    with tempfile.TemporaryDirectory() as scratch:
        family_pysaml2.make(book, Path(scratch))
    for family in FAMILIES:
        family.make(book, modules)
    book.close(**ABOUT)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
