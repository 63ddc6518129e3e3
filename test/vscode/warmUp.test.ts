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

/** Many tokens before the cursor, in a text that no other test has; they fit one window, which is not about to move. */
function longText(name: string): string {
  const fields = Array.from({ length: 14 }, (_, i) => `  private readonly ${name}${i}: number[] = [];`);
  return QUEUE.replace("Queue", name).replace("  push", `${fields.join("\n")}\n\n  push`);
}

suite("warming up", () => {
  let localghost: LocalghostApi;

  suiteSetup(async () => {
    localghost = await activateWithoutMemory();
    await acceptGhostText(await openMarked(QUEUE));
  });

  setup(closeEditors);
  teardown(closeEditors);

  /** Opens something, and waits until the text before its resting cursor is read. */
  async function readAhead<T>(open: () => Promise<T>): Promise<{ opened: T; computedTokens: number }> {
    const before = localghost.lastReadAhead;
    const opened = await open();
    let computedTokens = 0;
    await until("the text is read ahead", () => {
      const read = localghost.lastReadAhead;
      // A slow machine lets the cursor rest at the beginning, too, before it is where it belongs.
      if (!read || read === before || read.promptTokens < 100) return false;
      ({ computedTokens } = read);
      return true;
    });
    return { opened, computedTokens };
  }

  test("where the cursor rests, ghost text has one token to read", async () => {
    const asked = localghost.requestCount;
    const { opened: editor } = await readAhead(() => openMarkedFile("src/shelf.ts", longText("Shelf")));
    assert.equal(localghost.requestCount, asked, "it is no request of the user's");

    await acceptGhostText(editor);
    const request = localghost.lastRequest;
    assert.ok(request?.prompt && request.prompt.promptTokens > 100);
    assert.equal(request.prompt.reusedTokens, request.prompt.promptTokens - 1);
    assert.equal(request.outcome, "shown");
  });

  test("two files are kept, and going back to one reads nothing", async () => {
    const box = await readAhead(() => openMarkedFile("src/box.ts", longText("Box")));
    await readAhead(() => openMarkedFile("src/crate.ts", longText("Crate")));
    const { document, selection } = box.opened;
    const again = await readAhead(async () => vscode.window.showTextDocument(document, { selection }));
    assert.equal(again.computedTokens, 0);
  });

  test("after accepting, ghost text has little to read", async () => {
    const editor = await openMarkedFile("src/drawer.ts", longText("Drawer"));
    await acceptGhostText(editor);
    await vscode.commands.executeCommand("type", { text: "\n    " });
    await acceptGhostText(editor);
    const { prompt } = localghost.lastRequest ?? {};
    assert.ok(prompt && prompt.promptTokens - prompt.reusedTokens <= 8, JSON.stringify(prompt));
  });
});
