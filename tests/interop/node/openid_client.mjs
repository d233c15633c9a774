// openid-client, as an application that uses it would. It speaks OAuth here, without OpenID.

import assert from "node:assert/strict";
import * as openid from "openid-client";
import { ADDRESS, Browser, CALLBACK, Refused, call } from "./host.mjs";
import { report, surfaces, versionOf } from "./report.mjs";

const ada = await Browser.logIn();

// An application of this client, which finds the server's addresses itself.
async function application({ id, secret }, method = openid.ClientSecretBasic) {
  const proof = secret ? method(secret) : openid.None();
  const options = { algorithm: "oauth2", execute: [openid.allowInsecureRequests] };
  const server = await openid.discovery(new URL(ADDRESS), id, undefined, proof, options);
  return {
    server,
    // The user answers. Where the browser is led to, the state and the verifier.
    async logIn({ scope, redirect = CALLBACK, ...choice } = {}) {
      const [verifier, state] = [openid.randomPKCECodeVerifier(), openid.randomState()];
      const url = openid.buildAuthorizationUrl(server, {
        redirect_uri: redirect,
        state,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        ...(scope && { scope }),
      });
      return { led: await ada.authorize(url, choice), state, verifier };
    },
    redeem: ({ led, state, verifier }) =>
      openid.authorizationCodeGrant(server, led, { expectedState: state, pkceCodeVerifier: verifier }),
    async obtain(choice) {
      return this.redeem(await this.logIn(choice));
    },
    refresh: (token, scope) => openid.refreshTokenGrant(server, token, scope ? { scope } : {}),
    credentials: () => openid.clientCredentialsGrant(server),
    introspect: (token) => openid.tokenIntrospection(server, token),
    revoke: (token) => openid.tokenRevocation(server, token),
  };
}

const told = (error) => {
  assert(error.code?.startsWith("OAUTH_"), error);
  return [error.code, error.error];
};
const inBody = (error) => ["OAUTH_RESPONSE_BODY_ERROR", error];
const inRedirect = (error) => ["OAUTH_AUTHORIZATION_RESPONSE_ERROR", error];
const refused = (act) => surfaces(told, inBody("invalid_grant"), act);
const isInvalid = (act) => surfaces((error) => error.code, "OAUTH_INVALID_RESPONSE", act);

const client = await ada.register("Openid Desk");
const desk = await application(client);
const board = await application(await ada.register("Openid Board", "public"));
const robot = await ada.register("Openid Robot", "robot");

await report("openid-client", versionOf("openid-client"), {
  async "metadata"() {
    assert.equal(desk.server.serverMetadata().issuer, ADDRESS);
    assert(desk.server.serverMetadata().supportsPKCE());
  },
  async "code with PKCE, by Basic"() {
    const token = await desk.obtain();
    assert.equal(await call(token.access_token), 200);
    assert(token.expiresIn() > 3590 && token.expiresIn() <= 3600, `${token.expiresIn()}`);
  },
  async "code with PKCE, by body"() {
    const token = await (await application(client, openid.ClientSecretPost)).obtain();
    assert.equal(await call(token.access_token), 200);
  },
  async "code with PKCE, public client"() {
    const token = await board.obtain();
    assert.deepEqual([await call(token.access_token), token.refresh_token], [200, undefined]);
  },
  async "state of another login"() {
    const login = await desk.logIn();
    await isInvalid(() => desk.redeem({ ...login, state: "another" }));
  },
  async "issuer in the answer"() {
    const login = await desk.logIn();
    const led = new URL(login.led);
    led.searchParams.set("iss", "https://evil.example");
    await isInvalid(() => desk.redeem({ ...login, led }));
    await desk.redeem(login);
  },
  async "refresh rotates"() {
    const old = await desk.obtain();
    const renewed = await desk.refresh(old.refresh_token);
    assert.notEqual(renewed.refresh_token, old.refresh_token);
    assert.equal(await call(renewed.access_token), 200);
  },
  async "refresh token used twice"() {
    const old = await desk.obtain();
    const renewed = await desk.refresh(old.refresh_token);
    await refused(() => desk.refresh(old.refresh_token));
    await refused(() => desk.refresh(renewed.refresh_token));
    assert.equal(await call(renewed.access_token), 401);
  },
  async "client credentials, by Basic and by body"() {
    for (const method of [openid.ClientSecretBasic, openid.ClientSecretPost]) {
      const token = await (await application(robot, method)).credentials();
      assert.deepEqual([await call(token.access_token), token.refresh_token], [403, undefined]);
    }
  },
  async "introspection and revocation"() {
    const token = await desk.obtain();
    const answer = await desk.introspect(token.access_token);
    assert.deepEqual([answer.active, answer.client_id], [true, client.id]);
    await desk.revoke(token.access_token);
    assert.deepEqual(await desk.introspect(token.access_token), { active: false });
    await desk.revoke(token.refresh_token);
    await refused(() => desk.refresh(token.refresh_token));
  },
  async "wrong secret"() {
    for (const method of [openid.ClientSecretBasic, openid.ClientSecretPost]) {
      const wrong = await application({ ...client, secret: "gcs_wrong" }, method);
      const error = await surfaces((error) => error.code, "OAUTH_WWW_AUTHENTICATE_CHALLENGE", () => wrong.obtain());
      assert.deepEqual([error.status, (await error.response.json()).error], [401, "invalid_client"]);
    }
  },
  async "wrong verifier"() {
    const login = await desk.logIn();
    await refused(() => desk.redeem({ ...login, verifier: openid.randomPKCECodeVerifier() }));
  },
  async "code used twice"() {
    const login = await desk.logIn();
    const token = await desk.redeem(login);
    await refused(() => desk.redeem(login));
    assert.equal(await call(token.access_token), 401);
  },
  async "redirect URI that is not registered"() {
    const act = () => desk.logIn({ redirect: "https://evil.example/" });
    await assert.rejects(act, (error) => error instanceof Refused && /^400: .*\(redirect\.uri\.unknown\)/s.test(error.message));
  },
  async "fewer scopes"() {
    const token = await desk.obtain({ scope: "routing users:readonly" });
    assert.equal(token.scope, "routing users:readonly");
    const narrowed = await desk.refresh(token.refresh_token, "users:readonly");
    assert.equal(narrowed.scope, "users:readonly");
    await surfaces(told, inBody("invalid_scope"), () => desk.refresh(narrowed.refresh_token, "recordings"));
  },
  async "scope that does not exist"() {
    const login = await desk.logIn({ scope: "nonsense" });
    await surfaces(told, inRedirect("invalid_scope"), () => desk.redeem(login));
  },
  async "denied by the user"() {
    const asks = await application(await ada.register("Openid Asks"));
    const login = await asks.logIn({ allow: false });
    await surfaces(told, inRedirect("access_denied"), () => asks.redeem(login));
  },
});
