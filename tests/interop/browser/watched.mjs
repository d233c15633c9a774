// A browser that is watched: what its console says, what the policy of a page stops, and how each page looks.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { ADDRESS } from "./host.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDTHS = [1200, 400];
const PICTURES = process.env.SCREENSHOTS;

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
const complaints = [];
let examining = false;
mkdirSync(PICTURES, { recursive: true });

export const version = browser.version();
export const close = () => browser.close();

// A page of a browser without cookies, whose every complaint is kept.
export async function open(options = {}) {
  const context = await browser.newContext({ baseURL: ADDRESS, ...options });
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (violation) => {
      console.error(`the policy stopped ${violation.violatedDirective}: ${violation.blockedURI}`);
    });
  });
  const page = await context.newPage();
  const complain = (text) => examining || complaints.push(`${page.url()}: ${text}`);
  page.on("pageerror", (error) => complain(error.message));
  page.on("console", (message) => {
    // A page that refuses is one with an error's status, of which the console tells.
    const isPageItself = message.text().startsWith("Failed to load resource") && message.location().url === page.url();
    if (["error", "warning"].includes(message.type()) && !isPageItself) complain(message.text());
  });
  page.setDefaultTimeout(10_000);
  return page;
}

// Nothing was complained of since the last time.
export function assertQuiet() {
  assert.deepEqual(complaints.splice(0), []);
}

// The page fits, is accessible by day and by night, and is kept as a picture, in each width.
export async function look(page, name) {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await page.screenshot({ path: join(PICTURES, `${name}-${width}.png`), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert(wide <= width, `${name} is ${wide} wide at ${width}`);
    assert.deepEqual(await faults(page), [], `${name} at ${width}`);
  }
  await page.emulateMedia({ colorScheme: "dark" });
  assert.deepEqual(await faults(page), [], `${name} in the dark`);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: WIDTHS[0], height: 800 });
}

async function faults(page) {
  // What examines the page puts styles into it, which the policy stops: that is not of the page.
  examining = true;
  const found = await page.evaluate(`${AXE}; axe.run(document, { resultTypes: ["violations"] }).then((found) =>
    found.violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html).join(" ")))`);
  examining = false;
  return found;
}
