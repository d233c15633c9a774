"""Authlib, as an application that uses it would."""

import json

import authlib
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc6749.errors import MismatchingStateException
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url

from host import ADDRESS, CALLBACK, Browser, Refused, call, parameter
from report import Report, raises

report = Report("Authlib", authlib.__version__)
ada = Browser()
metadata = requests.get(get_well_known_url(ADDRESS, external=True)).json()
confidential = ada.register("Authlib Desk")
public = ada.register("Authlib Board", public=True)
robot = ada.register("Authlib Robot", robot=True)


def session(client=confidential, method="client_secret_basic", **options):
    return OAuth2Session(
        *client,
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        **options,
    )


def log_in(application, **choice):
    """The user allows it. Where the browser is led to, the state and the verifier."""
    verifier = generate_token(48)
    url, state = application.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)
    return ada.authorize(url, **choice), state, verifier


def redeem(application, led, state, verifier):
    return application.fetch_token(
        metadata["token_endpoint"], authorization_response=led, state=state, code_verifier=verifier
    )


def obtain(application, **choice):
    return redeem(application, *log_in(application, **choice))


def refresh(application, token, **more):
    return application.refresh_token(metadata["token_endpoint"], refresh_token=token, **more)


def is_active(application, token):
    return application.introspect_token(metadata["introspection_endpoint"], token=token).json()["active"]


@report.promise("metadata")
def _():
    assert metadata["issuer"] == ADDRESS
    # Authlib takes https alone: the document as it is behind TLS.
    AuthorizationServerMetadata(json.loads(json.dumps(metadata).replace("http://", "https://"))).validate()


@report.promise("code with PKCE, by Basic")
def _():
    token = obtain(session())
    assert token["token_type"] == "Bearer" and token["expires_in"] == 3600
    assert call(token["access_token"]) == 200


@report.promise("code with PKCE, by body")
def _():
    assert call(obtain(session(method="client_secret_post"))["access_token"]) == 200


@report.promise("code with PKCE, public client")
def _():
    application = session(public, "none")
    token = obtain(application)
    assert call(token["access_token"]) == 200
    # It comes again through the browser: it has no secret that a refresh token could hang on.
    assert "refresh_token" not in token


@report.promise("state of another login")
def _():
    application = session()
    led, _, verifier = log_in(application)
    raises(MismatchingStateException, "mismatching_state", lambda: redeem(application, led, "another", verifier))


@report.promise("issuer in the answer")
def _():
    led, state, _ = log_in(session())
    assert (parameter(led, "iss"), parameter(led, "state")) == (metadata["issuer"], state)


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
    raises(OAuthError, "invalid_grant", lambda: refresh(application, old))
    raises(OAuthError, "invalid_grant", lambda: refresh(application, new["refresh_token"]))
    assert call(new["access_token"]) == 401


@report.promise("client credentials, by Basic and by body")
def _():
    for method in ("client_secret_basic", "client_secret_post"):
        application = session(robot, method)
        token = application.fetch_token(metadata["token_endpoint"], grant_type="client_credentials")
        assert "refresh_token" not in token
        # It acts for itself, and no user is named for it: the call is let in, and judged by its roles.
        assert call(token["access_token"]) == 403


@report.promise("introspection and revocation")
def _():
    application = session()
    token = obtain(application)
    answer = application.introspect_token(metadata["introspection_endpoint"], token=token["access_token"]).json()
    assert answer["active"] and answer["client_id"] == confidential[0]
    answer = application.revoke_token(metadata["revocation_endpoint"], token=token["access_token"])
    assert answer.status_code == 200 and not is_active(application, token["access_token"])
    application.revoke_token(metadata["revocation_endpoint"], token=token["refresh_token"])
    raises(OAuthError, "invalid_grant", lambda: refresh(application, token["refresh_token"]))


@report.promise("wrong secret")
def _():
    for method in ("client_secret_basic", "client_secret_post"):
        raises(OAuthError, "invalid_client", lambda: obtain(session((confidential[0], "gcs_wrong"), method)))


@report.promise("wrong verifier")
def _():
    application = session()
    led, state, _ = log_in(application)
    raises(OAuthError, "invalid_grant", lambda: redeem(application, led, state, generate_token(48)))


@report.promise("code used twice")
def _():
    application = session()
    login = log_in(application)
    token = redeem(application, *login)
    raises(OAuthError, "invalid_grant", lambda: redeem(application, *login))
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
    application = session(scope="routing users:readonly")
    assert obtain(application)["scope"] == "routing users:readonly"
    narrowed = refresh(application, application.token["refresh_token"], scope="users:readonly")
    assert narrowed["scope"] == "users:readonly"
    error = raises(
        OAuthError,
        "invalid_scope",
        lambda: refresh(application, application.token["refresh_token"], scope="recordings"),
    )
    assert "scope" in error.description


@report.promise("scope that does not exist")
def _():
    led, state, _ = log_in(session(scope="nonsense"))
    assert (parameter(led, "error"), parameter(led, "state")) == ("invalid_scope", state)


@report.promise("denied by the user")
def _():
    client = ada.register("Authlib Asks")
    led, state, _ = log_in(session(client), allow=False)
    assert (parameter(led, "error"), parameter(led, "code")) == ("access_denied", None)
    assert (parameter(led, "iss"), parameter(led, "state")) == (ADDRESS, state)


report.end()
