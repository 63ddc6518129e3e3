import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import * as vscode from "vscode";
import { activateLocalghost, closeEditors, openMarkedFile, QUEUE } from "./support/localghost.ts";

suite("activation", () => {
  test("the extension is there and activates", async () => {
    const extension = vscode.extensions.getExtension("localghost.localghost");
    assert.ok(extension, "VS Code does not know localghost.localghost");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  test("no engine runs for who only reads", async () => {
    const localghost = await activateLocalghost();
    await openMarkedFile("src/read.ts", QUEUE);
    // What stays away cannot be waited for: this is several times what the cursor must rest.
    await sleep(1_500);
    assert.equal(localghost.engineState.kind, "off");
    await closeEditors();
  });
});
