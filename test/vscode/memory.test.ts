import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
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
    await setSetting("exclude", undefined);
    await setSetting("enable", undefined);
    await setFilesExclude(undefined);
  });

  /** Reads the workspace again; the number of the memory's tokens then. */
  async function rebuilt(): Promise<number> {
    await vscode.commands.executeCommand("localghost.rebuildMemory");
    await until("the workspace is read", settled);
    return tokens();
  }

  const tokens = () => localghost.memory.status?.tokens ?? 0;

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

  test("has nothing of what is excluded by a whole path or a folder's name, nor what a hidden file ignores", async () => {
    const before = await rebuilt();
    await writeFiles({ "memory/private/one.ts": manyLines("privateThing"), "memory/.gitignore": "ignored/\n" });
    await writeFiles({ "memory/ignored/two.ts": manyLines("ignoredThing") });
    const all = await rebuilt();
    assert.ok(all > before + 1000 && all < before + 3000, `${before} and ${all} tokens: one of the files is read`);
    for (const glob of [`${uriOf("memory/private").fsPath}/**`, "**/private", "**/priv*"]) {
      await setSetting("exclude", [glob]);
      assert.ok((await rebuilt()) < before + 500, glob);
      await openMarkedFile("memory/private/three.ts", QUEUE);
      const asked = localghost.requestCount;
      await vscode.commands.executeCommand("localghost.trigger");
      assert.equal(localghost.requestCount, asked, `no ghost text either: ${glob}`);
      await closeEditors();
    }
    await setSetting("exclude", undefined);
    await setFilesExclude({ "**/.gitignore": true });
    await rebuilt();
    assert.ok(tokens() < before + 3500, "what Git ignores stays out");
    await setFilesExclude({ "**/private": true });
    await until("the files that are hidden are forgotten", () => tokens() < before + 500);
    await vscode.workspace.fs.delete(uriOf("memory"), { recursive: true });
  });

  test("reads a file that was deleted and written again, and a folder that took the place of another", async () => {
    await writeFiles({ "memory/one.ts": manyLines("first", 10), "memory/folder/two.ts": manyLines("second", 10) });
    const before = await rebuilt();
    await vscode.workspace.fs.delete(uriOf("memory/one.ts"));
    await writeFiles({ "memory/one.ts": manyLines("first", 200) });
    await until("the new text is read", () => tokens() > before + 1000);
    const after = tokens();
    await writeFiles({ "memory/other/two.ts": manyLines("second", 400) });
    await until("the new folder is read", () => tokens() > after + 2000);
    const both = await rebuilt();
    await vscode.workspace.fs.delete(uriOf("memory/folder"), { recursive: true });
    await vscode.workspace.fs.rename(uriOf("memory/other"), uriOf("memory/folder"));
    await until("all is read", async () => {
      const read = tokens();
      return Math.abs(read - (await rebuilt())) < 10 && read > both - 500;
    });
    await vscode.workspace.fs.delete(uriOf("memory"), { recursive: true });
  });

  test("has a notebook once, open or not", async () => {
    const source = manyLines("cellThing")
      .split("\n")
      .map((line) => `${line}\n`);
    const cells = [{ cell_type: "code", execution_count: null, id: "a", metadata: {}, outputs: [], source }];
    const notebook = { cells, metadata: { language_info: { name: "python" } }, nbformat: 4, nbformat_minor: 5 };
    await writeFiles({ "memory/notebook.ipynb": JSON.stringify(notebook) });
    const closed = await rebuilt();
    const near = (): boolean => localghost.memory.waiting === 0 && Math.abs(tokens() - closed) < 200;
    const uri = uriOf("memory/notebook.ipynb");
    await vscode.commands.executeCommand("vscode.openWith", uri, "jupyter-notebook");
    const isOpen = () => vscode.workspace.notebookDocuments.some((one) => one.uri.toString() === uri.toString());
    await until("the notebook is open", isOpen);
    await until("its cells stand in its place", near);
    assert.ok(Math.abs((await rebuilt()) - closed) < 200, `${closed} and ${tokens()} tokens`);
    await closeEditors();
    await until("the notebook is closed", () => !isOpen());
    await until("its file is read again", near);
    await vscode.workspace.fs.delete(uriOf("memory"), { recursive: true });
  });

  test("offers nothing of what was forgotten, and starts no engine that was turned off", async () => {
    await writeFiles({ "memory/helper.ts": HELPER });
    await rebuilt();
    const text = await acceptGhostText(await openMarkedFile("memory/before.ts", CALLER));
    assert.match(text, /^ Frobnicator, zebraOffset/);
    await closeEditors();
    await vscode.workspace.fs.delete(uriOf("memory/helper.ts"));
    await vscode.commands.executeCommand("localghost.clearMemory");
    assert.doesNotMatch(await acceptGhostText(await openMarkedFile("memory/after.ts", CALLER)), /zebraOffset/);
    await closeEditors();

    await writeFiles(
      Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`memory/${i}.ts`, manyLines(`v${i}x`)])),
    );
    await vscode.commands.executeCommand("localghost.rebuildMemory");
    await until("the workspace is being read", () => localghost.memory.waiting > 20);
    await setSetting("enable", false);
    await until("the engine is off", () => localghost.engineState.kind === "off");
    for (let look = 0; look < 30; look++) {
      await sleep(50);
      assert.equal(localghost.enginePid, undefined);
    }
    await setSetting("enable", undefined);
    await vscode.workspace.fs.delete(uriOf("memory"), { recursive: true });
    await acceptGhostText(await openMarked(QUEUE));
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

function manyLines(name: string, count = 100): string {
  return Array.from({ length: count }, (_, i) => `export const ${name}${i} = "some words of ${name}";`).join("\n");
}

async function setFilesExclude(value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration("files").update("exclude", value, vscode.ConfigurationTarget.Global);
}

/** Writes new files, and waits until VS Code has told of them. */
async function createFiles(texts: Readonly<Record<string, string>>): Promise<void> {
  const untold = new Set(Object.keys(texts).map((name) => uriOf(name).toString()));
  const watcher = vscode.workspace.createFileSystemWatcher("**/memory/**");
  const told = (uri: vscode.Uri) => untold.delete(uri.toString());
  // A file that was deleted a moment before has changed.
  const listeners = [watcher.onDidCreate(told), watcher.onDidChange(told)];
  try {
    await writeFiles(texts);
    await until("VS Code has told of the new files", () => untold.size === 0);
  } finally {
    vscode.Disposable.from(...listeners, watcher).dispose();
  }
}

/** Writes new files, for whoever finds them by looking. */
async function writeFiles(texts: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(texts)) {
    await vscode.workspace.fs.writeFile(uriOf(name), new TextEncoder().encode(text));
  }
}

function uriOf(name: string): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, "The suite runs in a workspace.");
  return vscode.Uri.joinPath(folder.uri, name);
}
