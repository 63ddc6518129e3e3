/** Hands on the keyboard of a real VS Code: what keys do to ghost text in the states that an editor can be in. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { repository } from "../../scripts/lib/paths.mjs";
import { poll } from "../../scripts/lib/poll.mjs";
import { openSampleWindow, type SampleWindow } from "../../scripts/lib/sampleWindow.mjs";

/** What the embedded model is sure of: after it comes "function". */
const SURE = "\nexport ";
/** What stays away cannot be waited for: this is several times what a suggestion takes. */
const LONG_ENOUGH_MS = 1_500;
const CRLF_FILE = "windows.ts";
const LARGE_FILE = "large.txt";

let window: SampleWindow;
let workbench: SampleWindow["workbench"];

function addFiles(folder: string): void {
  const cart = fs.readFileSync(path.join(folder, "cart.ts"), "utf8");
  fs.writeFileSync(path.join(folder, CRLF_FILE), cart.replaceAll("\n", "\r\n"));
  fs.writeFileSync(path.join(folder, LARGE_FILE), cart.repeat(Math.ceil(5_000_000 / cart.length)));
}

before(async () => {
  const settings = {
    "files.autoSave": "off",
    "editor.wordBasedSuggestions": "off",
    // What the model alone is sure of is the same each time.
    "localghost.memory.enable": false,
  };
  window = await openSampleWindow({
    prepare: addFiles,
    server: { linkedExtensions: [repository], smokeTestDriver: false, settings },
  });
  ({ workbench } = window);
});

after(() => window.close());

beforeEach(() => openAtEnd("cart.ts"));

afterEach(async () => {
  await workbench.press("Escape");
  await workbench.runCommand("File: Revert File");
});

async function openAtEnd(name: string): Promise<void> {
  await workbench.openFile(name);
  await workbench.press("Control+End");
}

const pause = () => new Promise((resolve) => setTimeout(resolve, LONG_ENOUGH_MS));

/** The last line that is shown, which is the one that is typed at. */
async function lastLine(): Promise<string> {
  return (await workbench.editorText()).trimEnd().split("\n").at(-1) ?? "";
}

test("Tab takes ghost text, and one undo takes it back", async () => {
  await workbench.typeText(SURE);
  const ghost = await workbench.waitForGhostText(/^function/);
  await workbench.press("Tab");
  await workbench.waitForEditorText(`export ${ghost.split("\n")[0] ?? ""}`);
  await workbench.press("Control+Z");
  await workbench.waitForEditorText(/export\s*$/);
});

test("Ctrl+Right takes a word of it, and one undo takes the word back", async () => {
  await workbench.typeText(SURE);
  await workbench.runCommand("Localghost: Trigger Ghost Text");
  const ghost = await workbench.waitForGhostText(/^function \w/);
  await workbench.press("Control+ArrowRight");
  await workbench.waitForEditorText(/export function\s*$/);
  const rest = await workbench.waitForGhostText(/\w/);
  assert.equal(`function${rest}`, ghost);
  await workbench.press("Escape");
  await workbench.press("Control+Z");
  await workbench.waitForEditorText(/export\s*$/);
});

test("while an input method composes nothing is shown, and composed text is typed text", async () => {
  const session = await workbench.page.context().newCDPSession(workbench.page);
  const compose = (text: string) =>
    session.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length });
  await workbench.typeText(SURE);
  await workbench.waitForGhostText(/^function/);
  // What is composed is what ghost text says: it would stay if it were typed.
  await compose("f");
  await workbench.waitForNoGhostText();
  await compose("fu");
  await workbench.waitForEditorText(/export fu\s*$/);
  await pause();
  assert.equal(await workbench.ghostText(), undefined);
  await session.send("Input.insertText", { text: "fu" });
  await workbench.waitForGhostText(/^nction/);
  assert.match(await lastLine(), /^export fu$/);
  await session.detach();
});

test("with several cursors nothing is shown, and with one again it is", async () => {
  await workbench.typeText("\n\n");
  await workbench.runCommand("Add Cursor Above");
  await workbench.typeText("export ");
  await workbench.waitForEditorText(/export\s*\n\s*export\s*$/);
  await pause();
  assert.equal(await workbench.ghostText(), undefined);
  await workbench.press("Escape");
  await workbench.press("Control+End");
  await workbench.typeText(SURE);
  await workbench.waitForGhostText(/^function/);
});

test("in a snippet nothing is shown until its last tab stop", async () => {
  await workbench.typeText("\n");
  await workbench.runCommand("Snippets: Insert Snippet");
  const input = workbench.page.locator(".quick-input-widget input").first();
  await input.fill("forof");
  await workbench.page.locator(".quick-input-widget .monaco-list-row").first().click();
  await workbench.waitForEditorText(/for \(const \w+ of/);
  await workbench.typeText("export ");
  await pause();
  assert.equal(await workbench.ghostText(), undefined);
});

test("line ends stay those of the document", async () => {
  await openAtEnd(CRLF_FILE);
  await workbench.typeText("\nexport function isEmpty(items: Item[]): boolean {\n");
  await workbench.runCommand("Localghost: Trigger Ghost Text");
  await workbench.waitForGhostText(/\S/);
  await workbench.press("Tab");
  await workbench.press("Control+S");
  const file = path.join(window.folder, CRLF_FILE);
  const saved = await poll(
    () => fs.readFileSync(file, "utf8"),
    (text) => text.includes("isEmpty"),
    "the saved file",
  );
  assert.doesNotMatch(saved, /(?<!\r)\n/);
});

test("a file of 5 MB gets ghost text, too", async () => {
  await openAtEnd(LARGE_FILE);
  await workbench.typeText(SURE);
  await workbench.waitForGhostText(/^function/);
  await workbench.press("Tab");
  await poll(lastLine, (line) => line.startsWith("export function"), "the taken text in the last line");
});
