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
  setSetting,
  until,
} from "./support/localghost.ts";

const getSetting = (name: string): unknown => vscode.workspace.getConfiguration("localghost").get(name);

suite("commands", () => {
  let localghost: LocalghostApi;

  suiteSetup(async () => {
    localghost = await activateWithoutMemory();
  });

  teardown(async () => {
    await setSetting("enable", undefined);
    await setSetting("enableByLanguage", undefined);
    await closeEditors();
  });

  test("all that package.json lists are registered", async () => {
    const registered = await vscode.commands.getCommands(true);
    const extension = vscode.extensions.getExtension("localghost.localghost");
    const { contributes } = extension?.packageJSON as { contributes: { commands: { command: string }[] } };
    assert.ok(contributes.commands.length > 0);
    for (const { command } of contributes.commands) assert.ok(registered.includes(command), command);
  });

  test("toggle stops the engine and silences ghost text", async () => {
    await acceptGhostText(await openMarked(QUEUE));
    await vscode.commands.executeCommand("localghost.toggle");
    assert.equal(getSetting("enable"), false);
    await until("the engine is off", () => localghost.engineState.kind === "off");
    assert.equal(localghost.enginePid, undefined);

    const asked = localghost.requestCount;
    const editor = await openMarked(QUEUE);
    const before = editor.document.getText();
    await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
    await vscode.commands.executeCommand("editor.action.inlineSuggest.commit");
    assert.equal(localghost.requestCount, asked);
    assert.equal(editor.document.getText(), before);

    await vscode.commands.executeCommand("localghost.toggle");
    assert.equal(getSetting("enable"), true);
    // VS Code does not ask again at a place where it was told that there is nothing, and knows a place by its file.
    await closeEditors();
    assert.notEqual(await acceptGhostText(await openMarkedFile("src/again.ts", QUEUE)), "");
  });

  test("toggle language silences one language", async () => {
    const editor = await openMarked(QUEUE);
    await vscode.commands.executeCommand("localghost.toggleLanguage");
    assert.deepEqual(getSetting("enableByLanguage"), { "*": true, typescript: false });
    const asked = localghost.requestCount;
    await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
    await vscode.commands.executeCommand("editor.action.inlineSuggest.commit");
    assert.equal(localghost.requestCount, asked);

    await acceptGhostText(await openMarked(QUEUE, "javascript"));
    await vscode.window.showTextDocument(editor.document);
    await vscode.commands.executeCommand("localghost.toggleLanguage");
    assert.deepEqual(getSetting("enableByLanguage"), { "*": true, typescript: true });
  });

  test("restart starts another process", async () => {
    await acceptGhostText(await openMarked(QUEUE));
    const { enginePid } = localghost;
    assert.ok(enginePid !== undefined);
    await vscode.commands.executeCommand("localghost.restartEngine");
    await until("the engine is ready", () => localghost.engineState.kind === "ready");
    assert.ok(localghost.enginePid !== undefined && localghost.enginePid !== enginePid);
  });
});
