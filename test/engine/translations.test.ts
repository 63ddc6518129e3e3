/** What the engine's process says in the language of the window that has started it. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { InitializeRequest, LoadModelRequest, ScoreRequest } from "../../src/shared/protocol.ts";
import { translationsFor } from "../../src/shared/translations.ts";
import { checkpointFolder, copyModel, temporaryFolder } from "../helpers/fixtures.ts";
import { errorOf, INITIALIZE, startEngine } from "./helpers/connection.ts";

const GERMAN = {
  "There is no model in {0}: its config.json cannot be read.":
    "In {0} ist kein Modell: seine config.json ist nicht lesbar.",
  "The CPU was asked for.": "Verlangt war die CPU.",
};

function startWith(t: TestContext, bundle: string) {
  const file = path.join(temporaryFolder(t), "bundle.l10n.de.json");
  fs.writeFileSync(file, bundle);
  return { file, ...startEngine(t, [], undefined, { ...process.env, ...translationsFor(file) }) };
}

test("errors and reasons arrive in the language of the bundle, and texts that it lacks in English", async (t) => {
  const { client, stderr } = startWith(t, JSON.stringify(GERMAN));
  await client.sendRequest(InitializeRequest, INITIALIZE);
  const empty = temporaryFolder(t);
  assert.deepEqual(await errorOf(client.sendRequest(LoadModelRequest, { folder: empty, device: "cpu" })), {
    ...{ kind: "modelNotFound", code: -32603 },
    message: `In ${empty} ist kein Modell: seine config.json ist nicht lesbar.`,
  });
  const model = { folder: copyModel(t, checkpointFolder("tiny-plain")), device: "cpu" as const };
  assert.equal((await client.sendRequest(LoadModelRequest, model)).deviceReason, "Verlangt war die CPU.");
  const { message } = await errorOf(client.sendRequest(ScoreRequest, { model, text: "", priority: "action" }));
  assert.equal(message, "There is no text to score: write some.");
  assert.equal(stderr(), "");
});

test("an engine whose bundle cannot be read speaks English, and says why on stderr", async (t) => {
  const { client, file, stderr } = startWith(t, "{");
  await client.sendRequest(InitializeRequest, INITIALIZE);
  const empty = temporaryFolder(t);
  const { message } = await errorOf(client.sendRequest(LoadModelRequest, { folder: empty, device: "cpu" }));
  assert.equal(message, `There is no model in ${empty}: its config.json cannot be read.`);
  assert.match(stderr(), /^\S+ cannot be read as translations: SyntaxError: .*\n$/);
  assert.ok(stderr().startsWith(file));
});
