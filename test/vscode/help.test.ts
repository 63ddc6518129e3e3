import assert from "node:assert/strict";
import * as os from "node:os";
import * as vscode from "vscode";
import { activateLocalghost, closeEditors, setSetting } from "./support/localghost.ts";

suite("help", () => {
  suiteSetup(activateLocalghost);

  teardown(async () => {
    await setSetting("threads", undefined);
    await closeEditors();
  });

  test("the doctor measures the model, and writes a report that is saved nowhere and names no folder and no host", async () => {
    await setSetting("threads", -1);
    await vscode.commands.executeCommand("localghost.doctor");
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document?.isUntitled);
    assert.equal(document.languageId, "markdown");
    const report = document.getText();
    for (const said of [
      /Native Library \| OK/,
      /Engine \| OK/,
      /tokens a second/,
      /not valid.*threads/,
      /`files`: \d/,
    ]) {
      assert.match(report, said);
    }
    const [workspace] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(workspace);
    for (const secret of [workspace.uri.fsPath, os.homedir(), os.tmpdir(), "127.0.0.1"]) {
      assert.ok(!report.includes(secret), `${secret} is in the report:\n${report}`);
    }
  });
});
