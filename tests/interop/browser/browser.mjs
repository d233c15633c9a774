// The example host in a browser, by those who use it.

import assert from "node:assert/strict";
import { CALLBACK, application, close as closeApplication } from "./application.mjs";
import { Browser, call } from "./host.mjs";
import { report, surfaces } from "./report.mjs";
import { assertQuiet, close, look, open, version } from "./watched.mjs";

const SCOPES = ["routing", "users:readonly", "oauth:readonly"];
const [ADA, VERA, EMIL, GUS] = ["ada@acme", "vera@acme", "emil@acme", "gus@globex"].map((name) => `${name}.example`);

async function logIn(page, email, password = process.env.HOST_PASSWORD) {
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.keyboard.press("Enter");
}

// A page at which this user is logged in.
async function loggedIn(email) {
  const page = await open();
  await page.goto("/login");
  await logIn(page, email);
  await page.waitForURL("**/console/clients");
  return page;
}

const click = (page, name) => page.getByRole("button", { name, exact: true }).click();
const follow = (page, name) => page.getByRole("link", { name, exact: true }).first().click();
const heading = (page, name) => page.getByRole("heading", { level: 1, name, exact: true }).waitFor();
const back = (page) => page.waitForURL(`${CALLBACK}?*`);
const denied = (act) => surfaces((error) => error.error, "access_denied", act);

const ada = await loggedIn(ADA);
const admin = await Browser.logIn();
const partner = await Browser.logIn(GUS);
const register = (browser, name) => browser.register(name, "confidential", { callback: CALLBACK, scopes: SCOPES });

await report("Chromium", version, {
  async "login, a wrong password first"() {
    const desk = await register(admin, "Browser Desk");
    const app = await application(desk);
    const page = await open();
    await page.goto(app.begin());
    await heading(page, "Log in to use Browser Desk");
    await look(page, "login");
    await logIn(page, ADA, "wrong");
    await page.getByRole("alert").getByText("The email address or the password is wrong.").waitFor();
    await look(page, "login-refused");
    await logIn(page, ADA);
    await heading(page, "Let Browser Desk act for you?");
    await look(page, "consent");
    assertQuiet();
  },
  async "consent: one scope taken away"() {
    const app = await application(await register(admin, "Browser Takes"));
    await ada.goto(app.begin("routing users:readonly"));
    await ada.getByLabel("See who works here").uncheck();
    await click(ada, "Allow");
    await back(ada);
    const token = await app.end(ada);
    assert.equal(token.scope, "routing");
    assert.equal(await call(token.access_token), 403);
    assertQuiet();
  },
  async "consent: denied"() {
    const app = await application(await register(admin, "Browser Asks"));
    await ada.goto(app.begin());
    await click(ada, "Do not allow");
    await back(ada);
    await denied(() => app.end(ada));
    assertQuiet();
  },
  async "login and consent without script"() {
    const app = await application(await register(admin, "Browser Plain"));
    const page = await open({ javaScriptEnabled: false });
    await page.goto(app.begin());
    await logIn(page, ADA);
    await click(page, "Allow");
    await back(page);
    assert.equal(await call((await app.end(page)).access_token), 200);
    assertQuiet();
  },
  async "unknown application: the user asks, an administrator approves in the console"() {
    const chat = await register(partner, "Globex Chat");
    const app = await application(chat);
    const emil = await loggedIn(EMIL);
    await emil.goto(app.begin());
    await heading(emil, "An administrator must approve Globex Chat");
    await look(emil, "administrator-must-approve");
    await ada.goto("/console/applications?state=pending");
    await look(ada, "applications-pending");
    await follow(ada, "Globex Chat");
    await look(ada, "application-pending");
    await ada.getByLabel("oauth:readonly", { exact: false }).first().uncheck();
    await click(ada, "Approve");
    await ada.getByText("Approved", { exact: true }).first().waitFor();
    await look(ada, "application-approved");
    await emil.goto(app.begin("routing users:readonly"));
    await click(emil, "Allow");
    await back(emil);
    assert.equal((await app.end(emil)).scope, "routing users:readonly");
    assertQuiet();
  },
  async "unknown application: an administrator approves at the browser"() {
    const app = await application(await register(partner, "Globex Notes"));
    await ada.goto(app.begin());
    await heading(ada, "Approve Globex Notes?");
    await look(ada, "approve");
    await click(ada, "Allow");
    await back(ada);
    assert.equal(await call((await app.end(ada)).access_token), 200);
    assertQuiet();
  },
  async "revocation, with its impact shown"() {
    const desk = await register(admin, "Browser Revoked");
    const app = await application(desk);
    await ada.goto(app.begin());
    await click(ada, "Allow");
    await back(ada);
    const { access_token } = await app.end(ada);
    assert.equal(await call(access_token), 200);
    await ada.goto(`/console/applications/${desk.id}`);
    await follow(ada, "Revoke");
    await ada.getByText("1 access token would stop working").waitFor();
    await look(ada, "revoke");
    assert.equal(await call(access_token), 200, "asking changes nothing");
    await click(ada, "Revoke Browser Revoked");
    await ada.getByRole("heading", { name: "Authorize anew" }).waitFor();
    await look(ada, "application-revoked");
    assert.equal(await call(access_token), 401);
    assertQuiet();
  },
  async "deletion with plan, and restore"() {
    await ada.goto("/console/clients");
    await look(ada, "clients");
    await follow(ada, "Old Dialer");
    await look(ada, "client-inactive");
    await click(ada, "Restore");
    await ada.getByText("Active", { exact: true }).waitFor();
    await look(ada, "client");
    await follow(ada, "Delete");
    await heading(ada, "Delete Old Dialer?");
    await ada.getByText("Until then it can be restored.").waitFor();
    await look(ada, "delete");
    await click(ada, "Delete Old Dialer");
    await ada.getByText("Inactive", { exact: true }).waitFor();
    await click(ada, "Restore");
    await ada.getByText("Active", { exact: true }).waitFor();
    assertQuiet();
  },
  async "secret shown once"() {
    await ada.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await ada.goto("/console/clients");
    await follow(ada, "Add a client");
    await look(ada, "client-grant-type");
    await ada.getByRole("link", { name: "Authorization code" }).click();
    await look(ada, "client-new");
    await click(ada, "Create");
    await ada.getByRole("heading", { name: "This is not right yet" }).waitFor();
    await look(ada, "client-new-refused");
    await ada.getByRole("textbox", { name: "Name", exact: true }).fill("Browser Secret");
    await ada.getByLabel("Redirect URIs").fill(CALLBACK);
    await ada.getByRole("checkbox", { name: "users:readonly" }).check();
    await click(ada, "Create");
    await heading(ada, "Browser Secret is created");
    const secret = await ada.getByLabel("Client secret").inputValue();
    assert.match(secret, /^gcs_/);
    await click(ada, "Copy");
    await ada.getByText("Copied.").waitFor();
    assert.equal(await ada.evaluate(() => navigator.clipboard.readText()), secret);
    await look(ada, "secret");
    await follow(ada, "To the client");
    await heading(ada, "Browser Secret");
    assert(!(await ada.content()).includes(secret));
    assertQuiet();
  },
  async "a refusal, and its why"() {
    const vera = await loggedIn(VERA);
    await vera.goto("/console/applications");
    await heading(vera, "That was refused");
    await vera.getByText("oauth:client:authorize").first().waitFor();
    await look(vera, "refused");
    await ada.goto("/console/applications?state=revoked");
    await ada.getByRole("row", { name: "Globex Recorder" }).getByRole("link", { name: "why?" }).click();
    await ada.getByText("authorization.revoked").waitFor();
    await look(ada, "why-explained");
    assertQuiet();
  },
  async "by keyboard: the content can be skipped to"() {
    await ada.goto("/console/clients");
    await ada.keyboard.press("Tab");
    assert.equal(await ada.evaluate(() => document.activeElement.textContent), "Skip to the content");
    await ada.keyboard.press("Enter");
    assert.equal(await ada.evaluate(() => document.activeElement.id), "content");
    assertQuiet();
  },
  async "the other pages"() {
    for (const page of ["applications", "applications/authorize", "providers", "usage", "why"]) {
      await ada.goto(`/console/${page}`);
      await look(ada, page.replace("/", "-"));
    }
    await ada.goto("/oauth/authorize?client_id=nobody&response_type=code");
    await heading(ada, "The application cannot be used this way");
    await look(ada, "authorize-refused");
    assertQuiet();
  },
});

closeApplication();
await close();
