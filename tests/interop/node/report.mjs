// What a client did: a line for each promise.

import assert from "node:assert/strict";
import { appendFileSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

// Runs what keeps each promise, and notes whether it was kept.
export async function report(client, version, promises) {
  const name = `${client} ${version}`;
  for (const [promise, keep] of Object.entries(promises)) {
    let outcome = "ok";
    try {
      await keep();
    } catch (error) {
      console.error(`${name}: ${promise}:`, error);
      outcome = "FAILED";
      process.exitCode = 1;
    }
    appendFileSync(process.env.RESULTS, `${[name, promise, outcome].join("\t")}\n`);
  }
}

// The version of a package itself: some export their package.json, and some do not.
export function versionOf(client) {
  let folder = dirname(require.resolve(client));
  for (;;) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, "package.json")));
      if (name === client) return version;
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
    folder = dirname(folder);
  }
}

// The library surfaces an error, and this is what it says of it.
export async function surfaces(read, expected, act) {
  let answer;
  try {
    answer = await act();
  } catch (error) {
    let found;
    try {
      found = read(error);
    } catch {
      throw error;
    }
    try {
      assert.deepEqual(found, expected);
    } catch (difference) {
      difference.cause = error;
      throw difference;
    }
    return error;
  }
  assert.fail(`no error, but ${JSON.stringify(answer)}`);
}
