// oauth4webapi, as an application that uses it would.

import assert from "node:assert/strict";
import * as oauth from "oauth4webapi";
import { ADDRESS, Browser, CALLBACK, Refused, call } from "./host.mjs";
import { report, surfaces, versionOf } from "./report.mjs";

const insecure = { [oauth.allowInsecureRequests]: true };
const issuer = new URL(ADDRESS);
const ada = await Browser.logIn();
const discovered = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...insecure });
const server = await oauth.processDiscoveryResponse(issuer, discovered);

// An application of this client.
function application({ id, secret }, method = oauth.ClientSecretBasic) {
  const client = { client_id: id };
  const proof = secret ? method(secret) : oauth.None();
  const answered = async (request, process) => process(server, client, await request);
  return {
    // The user answers. Where the browser is led to, the state and the verifier.
    async logIn({ scope, redirect = CALLBACK, ...choice } = {}) {
      const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()];
      const url = new URL(server.authorization_endpoint);
      const parameters = {
        client_id: id,
        redirect_uri: redirect,
        response_type: "code",
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        ...(scope && { scope }),
      };
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
      return { led: await ada.authorize(url, choice), state, verifier };
    },
    validated: ({ led, state }) => oauth.validateAuthResponse(server, client, led, state),
    redeem({ led, state, verifier }) {
      const parameters = oauth.validateAuthResponse(server, client, led, state);
      return answered(
        oauth.authorizationCodeGrantRequest(server, client, proof, parameters, CALLBACK, verifier, insecure),
        oauth.processAuthorizationCodeResponse,
      );
    },
    async obtain(choice) {
      return this.redeem(await this.logIn(choice));
    },
    refresh(token, scope) {
      const options = { ...insecure, ...(scope && { additionalParameters: { scope } }) };
      return answered(
        oauth.refreshTokenGrantRequest(server, client, proof, token, options),
        oauth.processRefreshTokenResponse,
      );
    },
    credentials(scope) {
      return answered(
        oauth.clientCredentialsGrantRequest(server, client, proof, scope ? { scope } : {}, insecure),
        oauth.processClientCredentialsResponse,
      );
    },
    introspect(token) {
      return answered(
        oauth.introspectionRequest(server, client, proof, token, insecure),
        oauth.processIntrospectionResponse,
      );
    },
    async revoke(token) {
      return oauth.processRevocationResponse(await oauth.revocationRequest(server, client, proof, token, insecure));
    },
  };
}

const inBody = (error) => {
  assert(error instanceof oauth.ResponseBodyError, error);
  return [error.status, error.error];
};
const inRedirect = (error) => {
  assert(error instanceof oauth.AuthorizationResponseError, error);
  return error.error;
};
const challenge = (error) => {
  assert(error instanceof oauth.WWWAuthenticateChallengeError, error);
  return [error.status, error.cause[0].scheme];
};
const refused = (act) => surfaces(inBody, [400, "invalid_grant"], act);

const desk = await ada.register("Web API Desk");
const board = await ada.register("Web API Board", "public");
const robot = await ada.register("Web API Robot", "robot");

await report("oauth4webapi", versionOf("oauth4webapi"), {
  async "metadata"() {
    assert.equal(server.issuer, ADDRESS);
    assert.deepEqual(server.code_challenge_methods_supported, ["S256"]);
    assert(server.authorization_response_iss_parameter_supported);
    const another = new URL("https://login.example.com");
    const document = () => new Response(JSON.stringify(server), { headers: { "content-type": "application/json" } });
    await assert.rejects(oauth.processDiscoveryResponse(another, document()));
  },
  async "code with PKCE, by Basic"() {
    const token = await application(desk).obtain();
    assert.deepEqual([token.token_type, token.expires_in], ["bearer", 3600]);
    assert.equal(await call(token.access_token), 200);
  },
  async "code with PKCE, by body"() {
    const token = await application(desk, oauth.ClientSecretPost).obtain();
    assert.equal(await call(token.access_token), 200);
  },
  async "code with PKCE, public client"() {
    const token = await application(board).obtain();
    assert.deepEqual([await call(token.access_token), token.refresh_token], [200, undefined]);
  },
  async "state of another login"() {
    const login = await application(desk).logIn();
    const read = (error) => error.code;
    await surfaces(read, oauth.INVALID_RESPONSE, () => application(desk).validated({ ...login, state: "another" }));
  },
  async "issuer in the answer"() {
    const login = await application(desk).logIn();
    application(desk).validated(login);
    for (const wrong of ["https://evil.example", null]) {
      const led = new URL(login.led);
      if (wrong) led.searchParams.set("iss", wrong);
      else led.searchParams.delete("iss");
      const read = (error) => error.code;
      await surfaces(read, oauth.INVALID_RESPONSE, () => application(desk).validated({ ...login, led }));
    }
  },
  async "refresh rotates"() {
    const old = await application(desk).obtain();
    const renewed = await application(desk).refresh(old.refresh_token);
    assert.notEqual(renewed.refresh_token, old.refresh_token);
    assert.equal(await call(renewed.access_token), 200);
  },
  async "refresh token used twice"() {
    const old = await application(desk).obtain();
    const renewed = await application(desk).refresh(old.refresh_token);
    await refused(() => application(desk).refresh(old.refresh_token));
    await refused(() => application(desk).refresh(renewed.refresh_token));
    assert.equal(await call(renewed.access_token), 401);
  },
  async "client credentials, by Basic and by body"() {
    for (const method of [oauth.ClientSecretBasic, oauth.ClientSecretPost]) {
      const token = await application(robot, method).credentials();
      // It acts for itself, and no user is named for it: the call is let in, and judged by its roles.
      assert.deepEqual([await call(token.access_token), token.refresh_token], [403, undefined]);
    }
  },
  async "client credentials with another grant type's client"() {
    await surfaces(inBody, [400, "unauthorized_client"], () => application(desk).credentials());
  },
  async "introspection and revocation"() {
    const token = await application(desk).obtain();
    const told = await application(desk).introspect(token.access_token);
    assert.deepEqual([told.active, told.client_id, told.iss ?? ADDRESS], [true, desk.id, ADDRESS]);
    await application(desk).revoke(token.access_token);
    assert.deepEqual(await application(desk).introspect(token.access_token), { active: false });
    await application(desk).revoke(token.refresh_token);
    await refused(() => application(desk).refresh(token.refresh_token));
    await application(desk).revoke("gat_unknown");
  },
  async "wrong secret"() {
    // The library tells of the challenge that a 401 has, whichever way the secret was sent.
    for (const method of [oauth.ClientSecretBasic, oauth.ClientSecretPost]) {
      const wrong = application({ ...desk, secret: "gcs_wrong" }, method);
      const error = await surfaces(challenge, [401, "basic"], () => wrong.obtain());
      assert.equal((await error.response.json()).error, "invalid_client");
    }
  },
  async "wrong verifier"() {
    const login = await application(desk).logIn();
    await refused(() => application(desk).redeem({ ...login, verifier: oauth.generateRandomCodeVerifier() }));
  },
  async "code used twice"() {
    const login = await application(desk).logIn();
    const token = await application(desk).redeem(login);
    await refused(() => application(desk).redeem(login));
    assert.equal(await call(token.access_token), 401);
  },
  async "code of another client"() {
    const other = await ada.register("Web API Other");
    const login = await application(desk).logIn();
    await refused(() => application(other).redeem(login));
  },
  async "redirect URI that is not registered"() {
    const act = () => application(desk).logIn({ redirect: "https://evil.example/" });
    await assert.rejects(act, (error) => error instanceof Refused && /^400: .*\(redirect\.uri\.unknown\)/s.test(error.message));
  },
  async "fewer scopes"() {
    const token = await application(desk).obtain({ scope: "routing users:readonly" });
    assert.equal(token.scope, "routing users:readonly");
    const narrowed = await application(desk).refresh(token.refresh_token, "users:readonly");
    assert.equal(narrowed.scope, "users:readonly");
    await surfaces(inBody, [400, "invalid_scope"], () => application(desk).refresh(narrowed.refresh_token, "recordings"));
  },
  async "scope that the user took away"() {
    const client = await ada.register("Web API Takes");
    const token = await application(client).obtain({ scope: "routing users:readonly", without: ["routing"] });
    assert.equal(token.scope, "users:readonly");
  },
  async "scope that does not exist"() {
    const login = await application(desk).logIn({ scope: "nonsense" });
    await surfaces(inRedirect, "invalid_scope", () => application(desk).validated(login));
  },
  async "denied by the user"() {
    const client = await ada.register("Web API Asks");
    const login = await application(client).logIn({ allow: false });
    await surfaces(inRedirect, "access_denied", () => application(client).validated(login));
  },
});
