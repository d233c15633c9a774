"""The example host as people use it: pages and their forms, and where those lead."""

import html
import os
import re
from urllib.parse import parse_qs, urljoin, urlparse

import requests

ADDRESS = os.environ["HOST_ADDRESS"]
PASSWORD = os.environ["HOST_PASSWORD"]
CALLBACK = "http://127.0.0.1:9090/callback"
SCOPES = ("routing", "users:readonly", "oauth:readonly")
AUTOMATION = "0a000000-0000-4000-8000-0000000000a4 *"


class Refused(Exception):
    """The host showed a page, and sent the browser nowhere."""


class Browser:
    """A browser at which a user of the demo is logged in."""

    def __init__(self, email="ada@acme.example"):
        self.session = requests.Session()
        self.submit("/login", "/login", [("email", email), ("password", PASSWORD)])

    def submit(self, page, path, fields, expected=200):
        """Posts the form of a page as the page would, and follows no redirect."""
        token = hidden(self.session.get(urljoin(ADDRESS, page)).text, "form_token")
        return self.post(path, [("form_token", token), *fields], expected)

    def post(self, path, fields, expected=200):
        answer = self.session.post(
            urljoin(ADDRESS, path), data=fields, headers={"Origin": ADDRESS}, allow_redirects=False
        )
        assert answer.status_code == expected, f"{path}: {answer.status_code}: {answer.text}"
        return answer

    def register(self, name, *, public=False, robot=False):
        """Registers and approves a client. Its id, and its secret where it has one."""
        fields = [("name", name), ("lifetime", "3600")]
        if robot:
            fields += [("grant_type", "client_credentials"), ("role", AUTOMATION)]
        else:
            fields += [("grant_type", "authorization_code"), ("redirect_uris", CALLBACK)]
            fields += [("scope", scope) for scope in SCOPES]
        if public:
            fields.append(("public", "yes"))
        form = f"/console/clients/new?grant_type={fields[2][1]}"
        page = self.submit(form, "/console/clients", fields).text
        client = re.search(r'href="/console/clients/([0-9a-f-]{36})"', page)[1]
        authorize = "/console/applications/authorize"
        self.submit(authorize, authorize, [("client", client)], expected=303)
        secret = re.search(r'value="(gcs_[^"]+)"', page)
        assert (secret is None) == public, "public clients alone have no secret"
        return client, secret and secret[1]

    def authorize(self, url, *, allow=True, without=()):
        """Opens the address that the application sends the browser to, and answers the page that asks. Where it leads."""
        answer = self.session.get(url, allow_redirects=False)
        if answer.is_redirect:
            return answer.headers["Location"]
        page = answer.text
        if answer.status_code != 200:
            raise Refused(f"{answer.status_code}: {html.unescape(page)}")
        scopes = re.findall(r'name="scope" value="([^"]+)"', page)
        fields = [(name, hidden(page, name)) for name in ("form_token", "ticket")]
        fields.append(("answer", "approve" if allow else "deny"))
        fields += [("scope", scope) for scope in scopes if scope not in without]
        led = self.post("/oauth/consent", fields).text
        return html.unescape(re.search(r'content="0; url=([^"]+)"', led)[1])


def hidden(page, name):
    """The value of the hidden field."""
    return html.unescape(re.search(f'name="{name}" value="([^"]*)"', page)[1])


def parameter(url, name):
    """The only value of a parameter of the URL, if it is there."""
    values = parse_qs(urlparse(url).query).get(name, [])
    assert len(values) <= 1, f"{name} is there twice: {url}"
    return values[0] if values else None


def call(token):
    """The status of a call with this token."""
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(urljoin(ADDRESS, "/api/v2/oauth/clients"), headers=headers).status_code
