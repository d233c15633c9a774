// An application on this machine, to which the browser comes back.

import { createServer } from "node:http";
import * as openid from "openid-client";
import { ADDRESS } from "./host.mjs";

const PAGE =
  '<!DOCTYPE html><html lang="en"><title>The application</title><link rel="icon" href="data:,">' +
  "<main><h1>Back at the application</h1></main></html>";
const listening = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(PAGE));
await new Promise((ready) => listening.listen(0, "127.0.0.1", ready));
listening.unref();

export const CALLBACK = `http://127.0.0.1:${listening.address().port}/callback`;
export const close = () => listening.closeAllConnections();

// An application with this client.
export async function application({ id, secret }) {
  const options = { algorithm: "oauth2", execute: [openid.allowInsecureRequests] };
  const proof = openid.ClientSecretBasic(secret);
  const server = await openid.discovery(new URL(ADDRESS), id, undefined, proof, options);
  const verifier = openid.randomPKCECodeVerifier();
  const state = openid.randomState();
  const challenge = await openid.calculatePKCECodeChallenge(verifier);
  return {
    // Where it sends the browser.
    begin: (scope) =>
      openid.buildAuthorizationUrl(server, {
        redirect_uri: CALLBACK,
        state,
        code_challenge: challenge,
        code_challenge_method: "S256",
        ...(scope && { scope }),
      }).href,
    // What it makes of where the browser came back to.
    end: (page) =>
      openid.authorizationCodeGrant(server, new URL(page.url()), { expectedState: state, pkceCodeVerifier: verifier }),
  };
}
