import assert from "node:assert/strict";
import * as vscode from "vscode";

suite("activation", () => {
  test("the extension is there and activates", async () => {
    const extension = vscode.extensions.getExtension("localghost.localghost");
    assert.ok(extension, "VS Code does not know localghost.localghost");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
