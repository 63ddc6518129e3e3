import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import type { LocalghostApi } from "../../src/extension/api.ts";
import {
  acceptGhostText,
  activateWithoutMemory,
  closeEditors,
  openMarked,
  QUEUE,
  setSetting,
  until,
} from "./support/localghost.ts";
import { openSelected, PASSAGE, runToEnd } from "./support/tasks.ts";

suite("models", () => {
  let localghost: LocalghostApi;
  let home: string;

  suiteSetup(async () => {
    localghost = await activateWithoutMemory();
    home = fs.mkdtempSync(path.join(tmpdir(), "localghost-suite-"));
    const extension = vscode.extensions.getExtension("localghost.localghost");
    assert.ok(extension);
    for (const name of ["for-javascript", "for-summaries"]) {
      fs.cpSync(path.join(extension.extensionPath, "models", "localghost-nano"), path.join(home, name), {
        recursive: true,
      });
    }
  });

  suiteTeardown(() => fs.rmSync(home, { recursive: true, force: true }));

  teardown(async () => {
    for (const name of ["model", "modelByLanguage", "modelByTask"]) await setSetting(name, undefined);
    await closeEditors();
  });

  const modelName = () => ("model" in localghost.engineState ? localghost.engineState.model.name : undefined);

  test("a language has a model of its own, and others keep theirs, on one engine", async () => {
    await setSetting("modelByLanguage", { javascript: path.join(home, "for-javascript") });
    await acceptGhostText(await openMarked(QUEUE));
    assert.equal(modelName(), "localghost-nano");
    const { enginePid } = localghost;
    assert.notEqual(await acceptGhostText(await openMarked(QUEUE, "javascript")), "");
    assert.equal(modelName(), "for-javascript");
    await acceptGhostText(await openMarked(QUEUE.replace("Queue", "Stack")));
    assert.equal(modelName(), "localghost-nano");
    assert.equal(localghost.enginePid, enginePid);
  });

  test("a task's model goes before its language's", async () => {
    await setSetting("modelByLanguage", { markdown: path.join(home, "for-javascript") });
    await setSetting("modelByTask", { summarize: path.join(home, "for-summaries") });
    await openSelected(`[${PASSAGE}]`);
    await runToEnd(localghost, "localghost.summarize");
    assert.equal(modelName(), "for-summaries");
  });

  test("a model of a language that is not there fails for that language alone", async () => {
    await setSetting("modelByLanguage", { javascript: "no-such-model" });
    await openMarked(QUEUE, "javascript");
    await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
    await closeEditors();
    assert.notEqual(await acceptGhostText(await openMarked(QUEUE)), "");
    await until("the engine is ready", () => localghost.engineState.kind === "ready");
    assert.equal(modelName(), "localghost-nano");
  });
});
