"""requests-oauthlib, as an application that uses it would."""

import requests
import requests_oauthlib
from oauthlib.oauth2 import BackendApplicationClient
from oauthlib.oauth2.rfc6749 import errors
from requests_oauthlib import OAuth2Session

from host import ADDRESS, CALLBACK, Browser, Refused, call, parameter
from report import Report, raises

report = Report("requests-oauthlib", requests_oauthlib.__version__)
ada = Browser()
metadata = requests.get(f"{ADDRESS}/.well-known/oauth-authorization-server").json()
confidential = ada.register("Requests Desk")
public = ada.register("Requests Board", public=True)
robot = ada.register("Requests Robot", robot=True)


def session(client=confidential, scope=None):
    return OAuth2Session(client[0], redirect_uri=CALLBACK, scope=scope, pkce="S256")


def log_in(application, **choice):
    """The user allows it. Where the browser is led to."""
    url, _ = application.authorization_url(metadata["authorization_endpoint"])
    return ada.authorize(url, **choice)


def redeem(application, led, client=confidential, **how):
    url = metadata["token_endpoint"]
    return application.fetch_token(url, authorization_response=led, client_secret=client[1], **how)


def obtain(application, client=confidential, **how):
    return redeem(application, log_in(application), client, **how)


def refresh(application, token, client=confidential):
    return application.refresh_token(metadata["token_endpoint"], refresh_token=token, auth=client)


@report.promise("code with PKCE, by Basic")
def _():
    token = obtain(session())
    assert token["token_type"] == "Bearer" and token["expires_in"] == 3600
    assert call(token["access_token"]) == 200


@report.promise("code with PKCE, by body")
def _():
    assert call(obtain(session(), include_client_id=True)["access_token"]) == 200


@report.promise("code with PKCE, public client")
def _():
    token = obtain(session(public), public, include_client_id=True)
    assert call(token["access_token"]) == 200 and "refresh_token" not in token


@report.promise("public client with an empty secret by Basic")
def _():
    # What this library does where nothing is said of the client's authentication.
    raises(errors.InvalidClientError, "invalid_client", lambda: obtain(session(public), public))


@report.promise("state of another login")
def _():
    led = log_in(session())
    application = session()
    log_in(application)
    raises(errors.MismatchingStateError, "mismatching_state", lambda: redeem(application, led))


@report.promise("issuer in the answer")
def _():
    assert parameter(log_in(session()), "iss") == metadata["issuer"]


@report.promise("refresh rotates")
def _():
    application = session()
    old = obtain(application)
    new = refresh(application, old["refresh_token"])
    assert new["refresh_token"] != old["refresh_token"] and call(new["access_token"]) == 200


@report.promise("refresh token used twice")
def _():
    application = session()
    old = obtain(application)["refresh_token"]
    new = refresh(application, old)
    raises(errors.InvalidGrantError, "invalid_grant", lambda: refresh(application, old))
    raises(errors.InvalidGrantError, "invalid_grant", lambda: refresh(application, new["refresh_token"]))
    assert call(new["access_token"]) == 401


@report.promise("client credentials, by Basic and by body")
def _():
    client, secret = robot
    for in_body in (False, True):
        application = OAuth2Session(client=BackendApplicationClient(client_id=client))
        token = application.fetch_token(
            metadata["token_endpoint"], client_secret=secret, include_client_id=in_body
        )
        assert "refresh_token" not in token and call(token["access_token"]) == 403


@report.promise("revocation")
def _():
    application = session()
    token = obtain(application)
    for kind in ("access_token", "refresh_token"):
        url, headers, body = application._client.prepare_token_revocation_request(
            metadata["revocation_endpoint"].replace("http://", "https://"), token[kind], token_type_hint=kind
        )
        url = url.replace("https://", "http://")
        assert requests.post(url, headers=headers, data=body, auth=confidential).status_code == 200
    assert call(token["access_token"]) == 401
    raises(errors.InvalidGrantError, "invalid_grant", lambda: refresh(application, token["refresh_token"]))


@report.promise("wrong secret")
def _():
    wrong = (confidential[0], "gcs_wrong")
    for in_body in (False, True):
        act = lambda: obtain(session(), wrong, include_client_id=in_body)
        raises(errors.InvalidClientError, "invalid_client", act)


@report.promise("wrong verifier")
def _():
    led = log_in(application := session())
    application._code_verifier = "0123456789-0123456789-0123456789-0123456789"
    raises(errors.InvalidGrantError, "invalid_grant", lambda: redeem(application, led))


@report.promise("code used twice")
def _():
    application = session()
    led = log_in(application)
    token = redeem(application, led)
    raises(errors.InvalidGrantError, "invalid_grant", lambda: redeem(application, led))
    assert call(token["access_token"]) == 401


@report.promise("redirect URI that is not registered")
def _():
    application = session()
    application.redirect_uri = "https://evil.example/"
    try:
        log_in(application)
    except Refused as refused:
        assert str(refused).startswith("400") and "(redirect.uri.unknown)" in str(refused), refused
    else:
        raise AssertionError("the browser was led on")


@report.promise("fewer scopes")
def _():
    application = session(scope=["users:readonly"])
    assert obtain(application)["scope"] == ["users:readonly"]
    held = application.token["refresh_token"]
    # The library asks for the session's scopes at every refresh.
    application.scope = ["recordings"]
    raises(errors.InvalidScopeError, "invalid_scope", lambda: refresh(application, held))


@report.promise("scope that the user took away")
def _():
    # The library tells the application so by raising, unless it is told to relax. The token is in what it raises.
    client = ada.register("Requests Takes")
    application = session(client, ["routing", "users:readonly"])
    led = log_in(application, without=("routing",))
    try:
        redeem(application, led, client)
    except Warning as changed:
        token = changed.token
        assert changed.new_scope == ["users:readonly"] and call(token["access_token"]) == 403
    else:
        raise AssertionError("the application is not told")
    # An application that goes on as before asks for what was taken away. It is refused, and its login goes on.
    act = lambda: refresh(application, token["refresh_token"], client)
    raises(errors.InvalidScopeError, "invalid_scope", act)
    application.scope = ["users:readonly"]
    assert refresh(application, token["refresh_token"], client)["scope"] == ["users:readonly"]


@report.promise("scope that does not exist")
def _():
    application = session(scope=["nonsense"])
    led = log_in(application)
    raises(errors.InvalidScopeError, "invalid_scope", lambda: redeem(application, led))


@report.promise("denied by the user")
def _():
    client = ada.register("Requests Asks")
    application = session(client)
    led = log_in(application, allow=False)
    raises(errors.AccessDeniedError, "access_denied", lambda: redeem(application, led, client))


report.end()
