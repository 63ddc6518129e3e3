import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { activeNeighbours, NEIGHBOURS } from "../../../src/extension/neighbours.ts";

/** The names of those that suggest, where these extensions are active. */
async function namesOf(
  active: readonly string[],
  settings: Readonly<Record<string, unknown>> = {},
  accounts: readonly string[] = [],
): Promise<string[]> {
  const found = await activeNeighbours({
    isActive: (id) => active.includes(id),
    setting: (name) => settings[name],
    isSignedIn: (provider) => Promise.resolve(accounts.includes(provider)),
  });
  return found.map(({ name }) => name);
}

suite("other extensions that suggest", () => {
  test("are told by their ids, which differ", () => {
    const ids = NEIGHBOURS.map(({ id }) => id.toLowerCase());
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[a-z0-9-]+\.[a-z0-9-]+$/);
  });

  test("count when they are active, and not when they are only installed", async () => {
    assert.deepEqual(await namesOf([]), []);
    assert.deepEqual(await namesOf(["TabNine.tabnine-vscode", "someone.else"]), ["Tabnine"]);
  });

  test("do not count when their own switch is off", async () => {
    const id = "Codeium.codeium";
    for (const value of [undefined, true, { "*": true }, { python: false }]) {
      assert.deepEqual(await namesOf([id], { "codeium.enableConfig": value }), ["Windsurf (Codeium)"]);
    }
    for (const value of [false, "off", { "*": false }]) {
      assert.deepEqual(await namesOf([id], { "codeium.enableConfig": value }), []);
    }
  });

  test("do not count when they come with VS Code and nobody has signed in", async () => {
    assert.deepEqual(await namesOf(["GitHub.copilot-chat"]), []);
    assert.deepEqual(await namesOf(["GitHub.copilot-chat"], {}, ["github"]), ["GitHub Copilot"]);
  });
});
