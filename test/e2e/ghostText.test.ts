/** A user in a real VS Code: types, accepts, dismisses, switches off, and survives a crash of the engine. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { poll } from "../../scripts/lib/poll.mjs";
import { repository } from "../../scripts/lib/paths.mjs";
import { openSampleWindow, type SampleWindow } from "../../scripts/lib/sampleWindow.mjs";
import { engineProcesses } from "../helpers/engineProcesses.ts";

const STATUS = /Localghost/;

let window: SampleWindow;
let workbench: SampleWindow["workbench"];

before(async () => {
  // What the model alone is sure of is the same each time.
  const settings = { "files.autoSave": "off", "localghost.memory.enable": false };
  window = await openSampleWindow({
    server: { linkedExtensions: [repository], smokeTestDriver: false, settings },
  });
  ({ workbench } = window);
});

after(() => window.close());

beforeEach(async () => {
  await workbench.openFile("cart.ts");
  await workbench.press("Control+End");
});

/** Puts the file back as it was. */
async function revert(): Promise<void> {
  await workbench.runCommand("File: Revert File");
}

/** What the embedded model is sure of: after it comes "function". */
const SURE = "\nexport ";

test("what the model is not sure of stays hidden until it is asked for", async () => {
  await workbench.typeText("\nexport class ");
  // What stays away cannot be waited for: this is several times what a suggestion takes.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.equal(await workbench.ghostText(), undefined);
  await workbench.runCommand("Localghost: Trigger Ghost Text");
  await workbench.waitForGhostText(/\w/);
  await revert();
});

test("typing shows ghost text, Escape hides it, and Tab accepts it", async () => {
  await workbench.typeText(SURE);
  const ghost = await workbench.waitForGhostText();
  assert.match(ghost, /\S/);

  await workbench.press("Escape");
  await workbench.waitForNoGhostText();
  assert.match(await workbench.editorText(), /export\s*$/);

  await workbench.runCommand("Localghost: Trigger Ghost Text");
  const again = await workbench.waitForGhostText();
  assert.ok(again.startsWith(ghost), `who asks sees at least what was shown: ${again}`);
  await workbench.press("Tab");
  await workbench.waitForEditorText(`export ${again.split("\n")[0] ?? ""}`);
  await revert();
});

test("typing the first letters of ghost text keeps the rest of it", async () => {
  await workbench.typeText(SURE);
  const ghost = await workbench.waitForGhostText(/^\w/);
  // Up to the first bracket: the editor closes those itself.
  const [word = ""] = /^\w{1,3}/.exec(ghost) ?? [];
  for (let typed = 1; typed <= word.length; typed++) {
    await workbench.typeText(word.charAt(typed - 1));
    await workbench.waitForGhostText(new RegExp(`^${escaped(ghost.slice(typed))}`));
  }
  await revert();
});

test("the toggle silences ghost text and brings it back", async () => {
  await workbench.runCommand("Localghost: Turn Ghost Text On or Off");
  await workbench.waitForStatusBarText(STATUS, /off/);
  await workbench.typeText(SURE);
  // What stays away cannot be waited for: this is several times what a suggestion takes.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.equal(await workbench.ghostText(), undefined);

  await workbench.runCommand("Localghost: Turn Ghost Text On or Off");
  await workbench.waitForStatusBarText(STATUS, /^(?!.*off)/);
  await workbench.runCommand("Localghost: Trigger Ghost Text");
  await workbench.waitForGhostText();
  await revert();
});

test("an engine killed during a request comes back, and the document is untouched", async () => {
  await workbench.typeText(SURE);
  await workbench.waitForGhostText();
  const text = await workbench.editorText();
  const [pid = 0] = engineProcesses(window.server.extensionsDir);
  assert.notEqual(pid, 0, "no engine runs");

  await workbench.press("Escape");
  await workbench.runCommand("Localghost: Trigger Ghost Text");
  process.kill(pid, "SIGKILL");
  const [next] = await poll(
    () => engineProcesses(window.server.extensionsDir).filter((other) => other !== pid),
    (pids) => pids.length > 0,
    "a new engine",
  );
  assert.notEqual(next, pid);
  assert.equal(await workbench.editorText(), text);
  await workbench.runCommand("Localghost: Trigger Ghost Text");
  await workbench.waitForGhostText();
  await revert();
});

test("a model that is not there is reported once, in one sentence", async () => {
  const settings = path.join(window.folder, ".vscode", "settings.json");
  fs.mkdirSync(path.dirname(settings));
  fs.writeFileSync(settings, JSON.stringify({ "localghost.model": "/nowhere/gpt2" }));
  try {
    await workbench.waitForStatusBarText(STATUS, /failed/);
    const message = await workbench.waitForNotification("/nowhere/gpt2");
    assert.match(message, /^[^\n]{20,200}$/);
    await workbench.typeText(SURE);
    assert.equal((await workbench.notifications()).filter((text) => text.includes("/nowhere/gpt2")).length, 1);
    await revert();
  } finally {
    fs.rmSync(path.dirname(settings), { recursive: true });
  }
  await workbench.waitForStatusBarText(STATUS, /nano/);
});

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
