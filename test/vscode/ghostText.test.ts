import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { LocalghostApi } from "../../src/extension/api.ts";
import {
  acceptGhostText,
  activateWithoutMemory,
  closeEditors,
  openMarked,
  openMarkedFile,
  QUEUE,
  until,
} from "./support/localghost.ts";

suite("ghost text", () => {
  let localghost: LocalghostApi;

  suiteSetup(async () => {
    localghost = await activateWithoutMemory();
  });

  teardown(closeEditors);

  test("comes from the engine", async () => {
    const asked = localghost.requestCount;
    const editor = await openMarkedFile("src/queue.ts", QUEUE);
    assert.match(await acceptGhostText(editor), /^ \S/);
    assert.ok(localghost.requestCount > asked);
    const state = localghost.engineState;
    assert.ok(state.kind === "ready" || state.kind === "working");
    assert.equal(state.model.name, "localghost-nano");
    assert.equal(state.model.device, "cpu");
  });

  test("is undone in one step", async () => {
    const editor = await openMarked(QUEUE);
    const before = editor.document.getText();
    await acceptGhostText(editor);
    await vscode.commands.executeCommand("undo");
    assert.equal(editor.document.getText(), before);
  });

  test("stays while its first letters are typed, without another request", async () => {
    const offered = await acceptGhostText(await openMarked(QUEUE));
    await closeEditors();

    const editor = await openMarked(QUEUE);
    const asked = localghost.requestCount;
    await vscode.commands.executeCommand("localghost.trigger");
    for (const letter of offered.slice(0, 3)) await vscode.commands.executeCommand("type", { text: letter });
    assert.equal(await acceptGhostText(editor), offered.slice(3));
    assert.equal(localghost.requestCount, asked);
  });

  test("keeps the document's line ends", async () => {
    const editor = await openMarked(QUEUE.replaceAll("\n", "\r\n"));
    assert.equal(editor.document.eol, vscode.EndOfLine.CRLF);
    await acceptGhostText(editor);
    assert.doesNotMatch(editor.document.getText(), /(?<!\r)\n/);
  });

  test("is not asked for where nobody writes", async () => {
    const scheme = "localghost-read-only";
    const content = QUEUE.replace("|", "");
    const provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: () => content,
    });
    try {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(`${scheme}:queue.ts`));
      const editor = await vscode.window.showTextDocument(document);
      const cursor = document.positionAt(QUEUE.indexOf("|"));
      editor.selection = new vscode.Selection(cursor, cursor);
      const asked = localghost.requestCount;
      await vscode.commands.executeCommand("localghost.trigger");
      assert.equal(localghost.requestCount, asked);
    } finally {
      provider.dispose();
    }
  });

  test("comes back after the engine was killed, and leaves the document alone", async () => {
    const editor = await openMarked(QUEUE);
    const before = editor.document.getText();
    await vscode.commands.executeCommand("localghost.restartEngine");
    const { enginePid } = localghost;
    assert.ok(enginePid !== undefined);
    await vscode.commands.executeCommand("localghost.trigger");
    process.kill(enginePid, "SIGKILL");
    await until("the engine is back", () => {
      const { engineState, enginePid: pid } = localghost;
      return engineState.kind === "ready" && pid !== undefined && pid !== enginePid;
    });
    assert.equal(editor.document.getText(), before);
    assert.notEqual(await acceptGhostText(editor), "");
  });
});
