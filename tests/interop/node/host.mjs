// The example host as people use it: pages and their forms, and where those lead.

export const ADDRESS = process.env.HOST_ADDRESS;
export const CALLBACK = "http://127.0.0.1:9090/callback";
const SCOPES = ["routing", "users:readonly", "oauth:readonly"];
const AUTOMATION = "0a000000-0000-4000-8000-0000000000a4 *";
const AUTHORIZE = "/console/applications/authorize";

// The host showed a page, and sent the browser nowhere.
export class Refused extends Error {}

// A browser at which a user of the demo is logged in.
export class Browser {
  #cookies = new Map();

  static async logIn(email = "ada@acme.example") {
    const browser = new Browser();
    await browser.submit("/login", "/login", [["email", email], ["password", process.env.HOST_PASSWORD]]);
    return browser;
  }

  async open(path, body) {
    const headers = { cookie: [...this.#cookies].map((pair) => pair.join("=")).join("; ") };
    if (body) headers.origin = ADDRESS;
    const method = body ? "POST" : "GET";
    const answer = await fetch(new URL(path, ADDRESS), { method, headers, body, redirect: "manual" });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/);
      this.#cookies.set(name, value);
    }
    return answer;
  }

  // Posts the form of a page as the page would, and follows no redirect.
  async submit(page, path, fields, expected = 200) {
    const token = hidden(await (await this.open(page)).text(), "form_token");
    return this.post(path, [["form_token", token], ...fields], expected);
  }

  async post(path, fields, expected = 200) {
    const answer = await this.open(path, new URLSearchParams(fields));
    const text = await answer.text();
    if (answer.status !== expected) throw new Error(`${path}: ${answer.status}: ${text}`);
    return text;
  }

  // Registers and approves a client. Its id, and its secret where it has one.
  async register(name, kind = "confidential", { callback = CALLBACK, scopes = SCOPES } = {}) {
    const grant = kind === "robot" ? "client_credentials" : "authorization_code";
    const fields = [["name", name], ["lifetime", "3600"], ["grant_type", grant]];
    if (kind === "robot") fields.push(["role", AUTOMATION]);
    else fields.push(["redirect_uris", callback], ...scopes.map((scope) => ["scope", scope]));
    if (kind === "public") fields.push(["public", "yes"]);
    const page = await this.submit(`/console/clients/new?grant_type=${grant}`, "/console/clients", fields);
    const [, id] = page.match(/href="\/console\/clients\/([0-9a-f-]{36})"/);
    await this.submit(AUTHORIZE, AUTHORIZE, [["client", id]], 303);
    const secret = page.match(/value="(gcs_[^"]+)"/)?.[1];
    if ((secret === undefined) !== (kind === "public")) throw new Error("public clients alone have no secret");
    return { id, secret };
  }

  // Opens the address that the application sends the browser to, and answers the page that asks. Where it leads.
  async authorize(url, { allow = true, without = [] } = {}) {
    const answer = await this.open(url);
    if (answer.headers.has("location")) return new URL(answer.headers.get("location"));
    const page = await answer.text();
    if (answer.status !== 200) throw new Refused(`${answer.status}: ${unescaped(page)}`);
    const scopes = [...page.matchAll(/name="scope" value="([^"]+)"/g)].map(([, scope]) => scope);
    const fields = ["form_token", "ticket"].map((name) => [name, hidden(page, name)]);
    fields.push(["answer", allow ? "approve" : "deny"]);
    fields.push(...scopes.filter((scope) => !without.includes(scope)).map((scope) => ["scope", scope]));
    const led = await this.post("/oauth/consent", fields);
    return new URL(unescaped(led.match(/content="0; url=([^"]+)"/)[1]));
  }
}

// The value of the hidden field.
const hidden = (page, name) => unescaped(page.match(new RegExp(`name="${name}" value="([^"]*)"`))[1]);

const unescaped = (text) =>
  text.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

// The status of a call with this token.
export async function call(token) {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(new URL("/api/v2/oauth/clients", ADDRESS), { headers })).status;
}
