import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { LocalghostApi } from "../../src/extension/api.ts";
import { TestCompletionsServer } from "../helpers/completionsServer.ts";
import {
  acceptGhostText,
  activateWithoutMemory,
  closeEditors,
  openMarked,
  QUEUE,
  setSetting,
  until,
} from "./support/localghost.ts";

suite("a remote server", () => {
  let localghost: LocalghostApi;
  let server: TestCompletionsServer;

  suiteSetup(async () => {
    localghost = await activateWithoutMemory();
    server = await TestCompletionsServer.start({ tokenize: "llamaServer" });
    await acceptGhostText(await openMarked(QUEUE));
  });

  teardown(async () => {
    await setSetting("remote.endpoint", undefined);
    await setSetting("modelByLanguage", undefined);
    await closeEditors();
  });

  suiteTeardown(() => server.stop());

  const answering = () => ("model" in localghost.engineState ? localghost.engineState.model.name : undefined);

  test("gets no word before its address is set", () => {
    assert.deepEqual(server.requests, []);
    assert.equal(answering(), "localghost-nano");
  });

  test("writes the ghost text and does the tasks, and the model on this machine does again without it", async () => {
    await setSetting("remote.endpoint", server.address);
    assert.match(await acceptGhostText(await openMarked(QUEUE)), /^ a red fox/);
    assert.equal(answering(), "table");
    assert.match(String(server.completions[0]?.body["prompt"]), /get length\(\): number \{\n {4}return$/);

    const editor = await openMarked("Here is a|", "plaintext");
    await vscode.commands.executeCommand("localghost.continueHere");
    const [result] = localghost.results;
    assert.ok(result?.outcome.kind === "done");
    assert.equal(result.outcome.result.model, "table");
    assert.match(result.outcome.result.text, /^ ?red fox/);
    assert.equal(editor.document.getText(), "Here is a");

    // The result's box would keep the focus while it closes.
    await vscode.commands.executeCommand("localghost.clearResults");
    await closeEditors();
    await setSetting("remote.endpoint", undefined);
    await until("the model on this machine answers", () => answering() === "localghost-nano");
    const asked = server.requests.length;
    await acceptGhostText(await openMarked(QUEUE));
    assert.equal(answering(), "localghost-nano");
    assert.equal(server.requests.length, asked);
  });

  test("asks for no model of this machine", async () => {
    await setSetting("modelByLanguage", { typescript: "removed/long-ago" });
    await setSetting("remote.endpoint", server.address);
    assert.match(await acceptGhostText(await openMarked(QUEUE)), /^ a red fox/);
  });

  test("that fails is replaced by the model on this machine", async () => {
    await setSetting("remote.endpoint", server.address);
    server.failAlways({ kind: "status", status: 404 });
    const text = await acceptGhostText(await openMarked(QUEUE));
    assert.doesNotMatch(text, /red fox/);
    await until("the model on this machine is ready", () => answering() === "localghost-nano");
    server.failAlways(undefined);
  });
});
