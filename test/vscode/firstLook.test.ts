import assert from "node:assert/strict";
import * as vscode from "vscode";
import {
  acceptGhostText,
  activateLocalghost,
  activateWithoutMemory,
  closeEditors,
  setSetting,
  until,
} from "./support/localghost.ts";

interface Manifest {
  contributes: { walkthroughs: { id: string; steps: { id: string; description: string }[] }[] };
}

suite("the first look", () => {
  suiteSetup(activateWithoutMemory);
  teardown(closeEditors);

  test("the walkthrough opens, and every link of its steps leads to a command", async () => {
    const extension = vscode.extensions.getExtension("localghost.localghost");
    const [walkthrough] = (extension?.packageJSON as Manifest).contributes.walkthroughs;
    assert.ok(walkthrough);
    const registered = new Set(await vscode.commands.getCommands(true));
    for (const { id, description } of walkthrough.steps) {
      // VS Code has put the texts in the places of their names.
      const links = [...description.matchAll(/\(command:(?:toSide:)?([\w.]+)\)/g)];
      assert.ok(links.length > 0, id);
      for (const [, command = ""] of links) assert.ok(registered.has(command), `${id}: ${command}`);
    }
    await vscode.commands.executeCommand("workbench.action.openWalkthrough", `localghost.localghost#${walkthrough.id}`);
    assert.match(vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? "", /Welcome|Walkthrough|Get Started/);
  });

  test("the sample is a copy that is saved nowhere, with the cursor where ghost text comes", async () => {
    await vscode.commands.executeCommand("localghost.openSample");
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    const { document } = editor;
    assert.ok(document.isUntitled);
    assert.equal(document.languageId, "typescript");
    assert.match(document.getText(), /^\/\/ .*Tab.*\n\n\/\*\* Says hello/);
    assert.equal(document.offsetAt(editor.selection.active), document.getText().length);
    await editor.edit((edit) => edit.insert(editor.selection.active, "export "));
    assert.match(await acceptGhostText(editor), /^\w/);
  });

  test("the sample opens although the model of the settings is not there", async () => {
    await setSetting("model", "no/such-model");
    try {
      await vscode.commands.executeCommand("localghost.openSample");
      assert.match(vscode.window.activeTextEditor?.document.getText() ?? "", /Says hello/);
    } finally {
      await setSetting("model", undefined);
    }
  });

  test("the sample has ghost text unasked, before the workspace is in the memory and after", async () => {
    await setSetting("memory.enable", undefined);
    try {
      const localghost = await activateLocalghost();
      const files = () => localghost.memory.status?.files ?? 0;
      for (const isFilled of [false, true]) {
        if (isFilled) await until("the workspace is read", () => localghost.memory.waiting === 0 && files() > 0);
        else await vscode.commands.executeCommand("localghost.clearMemory");
        await vscode.commands.executeCommand("localghost.openSample");
        const document = vscode.window.activeTextEditor?.document;
        await vscode.commands.executeCommand("type", { text: "export " });
        await until("ghost text is shown and taken", async () => {
          await vscode.commands.executeCommand("editor.action.inlineSuggest.commit");
          return /\nexport \w+$/.test(document?.getText() ?? "");
        });
        await closeEditors();
        await vscode.commands.executeCommand("localghost.rebuildMemory");
      }
    } finally {
      await setSetting("memory.enable", false);
    }
  });
});
