// simple-oauth2, as an application that uses it would. It knows nothing of PKCE, state or issuer: those are parameters.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { AuthorizationCode, ClientCredentials } from "simple-oauth2";
import { ADDRESS, Browser, CALLBACK, Refused, call } from "./host.mjs";
import { report, surfaces, versionOf } from "./report.mjs";

const ada = await Browser.logIn();
const settings = (client, authorizationMethod = "header") => ({
  client,
  auth: { tokenHost: ADDRESS },
  options: { authorizationMethod },
});

// An application of this client.
function application(client, method) {
  const oauth = new AuthorizationCode(settings(client, method));
  return {
    async logIn({ scope, redirect = CALLBACK, ...choice } = {}) {
      const [verifier, state] = [randomBytes(32).toString("base64url"), randomBytes(16).toString("hex")];
      const url = oauth.authorizeURL({
        redirect_uri: redirect,
        state,
        code_challenge: createHash("sha256").update(verifier).digest("base64url"),
        code_challenge_method: "S256",
        ...(scope && { scope }),
      });
      const { searchParams } = await ada.authorize(url, choice);
      assert.deepEqual([searchParams.get("state"), searchParams.get("iss")], [state, ADDRESS]);
      return { answer: searchParams, verifier };
    },
    redeem: ({ answer, verifier }) =>
      oauth.getToken({ code: answer.get("code"), redirect_uri: CALLBACK, code_verifier: verifier }),
    async obtain(choice) {
      return this.redeem(await this.logIn(choice));
    },
  };
}

const told = (error) => [error.output.statusCode, error.data.payload.error];
const refused = (act) => surfaces(told, [400, "invalid_grant"], act);

const client = await ada.register("Simple Desk");
const desk = application(client);
const robot = await ada.register("Simple Robot", "robot");

await report("simple-oauth2", versionOf("simple-oauth2"), {
  async "code with PKCE, by Basic"() {
    const { token } = await desk.obtain();
    assert.deepEqual([token.token_type, token.expires_in], ["Bearer", 3600]);
    assert.equal(await call(token.access_token), 200);
  },
  async "code with PKCE, by body"() {
    const { token } = await application(client, "body").obtain();
    assert.equal(await call(token.access_token), 200);
  },
  async "code with PKCE, public client"() {
    const board = application({ id: (await ada.register("Simple Board", "public")).id, secret: "" }, "body");
    // The library sends an empty secret: RFC 6749 appendix B has it that a parameter without a value was not sent.
    const { token } = await board.obtain();
    assert.deepEqual([await call(token.access_token), token.refresh_token], [200, undefined]);
  },
  async "refresh rotates"() {
    const old = await desk.obtain();
    const renewed = await old.refresh();
    assert.notEqual(renewed.token.refresh_token, old.token.refresh_token);
    assert.equal(await call(renewed.token.access_token), 200);
  },
  async "refresh token used twice"() {
    const old = await desk.obtain();
    const renewed = await old.refresh();
    await refused(() => old.refresh());
    await refused(() => renewed.refresh());
    assert.equal(await call(renewed.token.access_token), 401);
  },
  async "client credentials, by Basic and by body"() {
    for (const method of ["header", "body"]) {
      const { token } = await new ClientCredentials(settings(robot, method)).getToken({});
      assert.deepEqual([await call(token.access_token), token.refresh_token], [403, undefined]);
    }
  },
  async "revocation"() {
    const login = await desk.obtain();
    await login.revokeAll();
    assert.equal(await call(login.token.access_token), 401);
    await refused(() => login.refresh());
  },
  async "wrong secret"() {
    for (const method of ["header", "body"]) {
      const wrong = application({ ...client, secret: "gcs_wrong" }, method);
      await surfaces(told, [401, "invalid_client"], () => wrong.obtain());
    }
  },
  async "wrong verifier"() {
    const login = await desk.logIn();
    await refused(() => desk.redeem({ ...login, verifier: randomBytes(32).toString("base64url") }));
  },
  async "code used twice"() {
    const login = await desk.logIn();
    const { token } = await desk.redeem(login);
    await refused(() => desk.redeem(login));
    assert.equal(await call(token.access_token), 401);
  },
  async "redirect URI that is not registered"() {
    const act = () => desk.logIn({ redirect: "https://evil.example/" });
    await assert.rejects(act, (error) => error instanceof Refused && /^400: .*\(redirect\.uri\.unknown\)/s.test(error.message));
  },
  async "fewer scopes"() {
    const login = await desk.obtain({ scope: ["routing", "users:readonly"] });
    assert.equal(login.token.scope, "routing users:readonly");
    const narrowed = await login.refresh({ scope: "users:readonly" });
    assert.equal(narrowed.token.scope, "users:readonly");
    await surfaces(told, [400, "invalid_scope"], () => narrowed.refresh({ scope: "recordings" }));
  },
  async "scope that does not exist"() {
    const { answer } = await desk.logIn({ scope: "nonsense" });
    assert.deepEqual([answer.get("error"), answer.get("code")], ["invalid_scope", null]);
  },
  async "denied by the user"() {
    const asks = application(await ada.register("Simple Asks"));
    const { answer } = await asks.logIn({ allow: false });
    assert.deepEqual([answer.get("error"), answer.get("code")], ["access_denied", null]);
  },
});
