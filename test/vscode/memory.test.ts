import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { LocalghostApi } from "../../src/extension/api.ts";
import {
  acceptGhostText,
  activateLocalghost,
  closeEditors,
  openMarked,
  openMarkedFile,
  QUEUE,
  setSetting,
  until,
} from "./support/localghost.ts";

const HELPER = [
  "/** Moves the quixotic frobnicator to where it belongs. */",
  "export function relocateFrobnicator(frobnicator: Frobnicator, zebraOffset: number): Frobnicator {",
  "  return frobnicator.moveBy(zebraOffset * QUIXOTIC_FACTOR);",
  "}",
  "",
].join("\n");
const CALLER =
  'import { relocateFrobnicator } from "./helper.ts";\n\nexport function relocateFrobnicator(frobnicator:|\n';
/** As surely foretold as the helper's, if its file were read. */
const HIDDEN =
  "export function unspeakableWombat(zanzibar: Marmalade, teapot: Umbrella): Marmalade {\n  return teapot;\n}\n";
const HIDDEN_CALLER = "export function unspeakableWombat(zanzibar:|\n";

suite("the memory of the workspace", () => {
  let localghost: LocalghostApi;
  const files = () => localghost.memory.status?.files ?? 0;
  const settled = () => localghost.memory.waiting === 0 && files() > 0;

  suiteSetup(async () => {
    localghost = await activateLocalghost();
    await setSetting("memory.enable", undefined);
    await acceptGhostText(await openMarked(QUEUE));
  });

  teardown(async () => {
    await closeEditors();
    await setSetting("memory.enable", undefined);
  });

  test("has the workspace's files, those that have just come, too", async () => {
    await until("the workspace is read", settled);
    // The number of files tells nothing of it: VS Code closes untitled documents when it likes.
    await createFiles({ "memory/helper.ts": HELPER });
    await vscode.commands.executeCommand("localghost.rebuildMemory");
    await until("the new file is read", settled);
    const editor = await openMarkedFile("memory/caller.ts", CALLER);
    assert.match(await acceptGhostText(editor), /^ Frobnicator, zebraOffset: number\): Frobnicator \{/);
    await closeEditors();
    await vscode.workspace.fs.delete(uriOf("memory"), { recursive: true });
  });

  test("has nothing of what Git ignores, nor of files that hold secrets", async () => {
    const hidden = { "memory/.gitignore": "ignored.ts\n", "memory/ignored.ts": HIDDEN, "memory/.env": HIDDEN };
    await createFiles({ ...hidden, "memory/helper.ts": HELPER });
    await vscode.commands.executeCommand("localghost.rebuildMemory");
    await until("the workspace is read", settled);
    assert.match(await acceptGhostText(await openMarkedFile("memory/caller.ts", CALLER)), /^ Frobnicator, zebraOffset/);
    const guess = await acceptGhostText(await openMarkedFile("memory/other.ts", HIDDEN_CALLER));
    assert.doesNotMatch(guess, /Marmalade|Umbrella/);
    await closeEditors();
    await vscode.workspace.fs.delete(uriOf("memory"), { recursive: true });
  });

  test("can be paused, cleared, rebuilt and turned off", async () => {
    await until("the workspace is read", settled);
    await vscode.commands.executeCommand("localghost.clearMemory");
    assert.deepEqual([files(), localghost.memory.isPaused], [0, true]);
    await vscode.commands.executeCommand("localghost.rebuildMemory");
    await until("it is filled again", () => files() > 0);
    await setSetting("memory.enable", false);
    await until("it is off", () => files() === 0);
    await setSetting("memory.enable", undefined);
    await until("it is on again", () => files() > 0);
  });

  test("is filled anew when the engine is", async () => {
    await until("the workspace is read", settled);
    await vscode.commands.executeCommand("localghost.restartEngine");
    await until("it is filled again", () => localghost.engineState.kind === "ready" && files() > 0);
  });
});

/** Writes new files, and waits until VS Code has told of them. */
async function createFiles(texts: Readonly<Record<string, string>>): Promise<void> {
  const untold = new Set(Object.keys(texts).map((name) => uriOf(name).toString()));
  const watcher = vscode.workspace.createFileSystemWatcher("**/memory/**");
  const told = (uri: vscode.Uri) => untold.delete(uri.toString());
  // A file that was deleted a moment before has changed.
  const listeners = [watcher.onDidCreate(told), watcher.onDidChange(told)];
  try {
    for (const [name, text] of Object.entries(texts)) {
      await vscode.workspace.fs.writeFile(uriOf(name), new TextEncoder().encode(text));
    }
    await until("VS Code has told of the new files", () => untold.size === 0);
  } finally {
    vscode.Disposable.from(...listeners, watcher).dispose();
  }
}

function uriOf(name: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, "The suite runs in a workspace.");
  return vscode.Uri.joinPath(folder.uri, name);
}
