/** Tasks in a real VS Code, as a user does them: from the palette to text in the document, and back by one undo. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import type { Frame } from "playwright-core";
import { poll } from "../../scripts/lib/poll.mjs";
import { repository } from "../../scripts/lib/paths.mjs";
import { copySampleWorkspace } from "../../scripts/lib/sampleWorkspace.mjs";
import { startVscodeServer, type VscodeServer } from "../../scripts/lib/vscodeServer.mjs";
import { openWorkbench, type Workbench } from "../../scripts/lib/workbench.mjs";
import { violations } from "./helpers/violations.ts";

/** Pictures of every run; `npm run screenshots` puts them where the README shows them. */
const images = path.join(repository, process.env["LOCALGHOST_SCREENSHOTS"] ?? "test-results");

const VIEWER = [
  "# Packages",
  "",
  "The package fileview is a viewer for large text files. It reads only what is shown, so that files of any size open at",
  "once. It searches with regular expressions, and is maintained by Jon Keller.",
  "",
  "The package quickmap draws maps from the common formats of geographic data.",
  "",
].join("\n");

let server: VscodeServer;
let workspace: { path: string; remove: () => Promise<void> };
let workbench: Workbench;
const cleanups: (() => Promise<unknown>)[] = [];

before(async () => {
  fs.mkdirSync(images, { recursive: true });
  workspace = await copySampleWorkspace();
  cleanups.push(workspace.remove);
  fs.writeFileSync(path.join(workspace.path, "packages.md"), VIEWER);
  fs.writeFileSync(path.join(workspace.path, "long.md"), `${VIEWER}\n`.repeat(200_000 / VIEWER.length));
  // Tasks need no ghost text.
  const settings = { "files.autoSave": "off", "editor.wordWrap": "on", "localghost.enable": false };
  server = await startVscodeServer({ linkedExtensions: [repository], smokeTestDriver: false, settings });
  cleanups.push(server.stop);
  const viewport = { width: 1000, height: 620 };
  workbench = await openWorkbench({ server, folder: workspace.path, viewport, deviceScaleFactor: 1.5 });
  cleanups.push(() => workbench.close());
  await workbench.waitForStatusBarText(/Localghost/);
});

after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

/** The zone of a result that is done. */
const zone = () => workbench.page.locator(".review-widget", { hasText: "Generated text may be wrong" }).first();

/** The page of the results: VS Code nests it in a frame of its own origin, and shows the playground in another. */
async function openPanel(): Promise<Frame> {
  await workbench.runCommand("Localghost: Show Results");
  const withCards = async () => {
    const frames = workbench.page.frames();
    const counts = await Promise.all(
      frames.map((frame) =>
        frame
          .locator("#cards")
          .count()
          .catch(() => 0),
      ),
    );
    return frames.find((_, index) => counts[index] === 1);
  };
  const frame = await poll(withCards, (found) => found !== undefined, "the page of the results");
  assert.ok(frame);
  return frame;
}

async function openPackages(): Promise<void> {
  await workbench.openFile("packages.md");
  await workbench.press("Control+Home");
  await workbench.press("ArrowDown");
  await workbench.press("ArrowDown");
}

const picks = () => workbench.page.locator(".quick-input-widget .monaco-list-row");

/** By the model's own words, which stream in. */
async function writeSummary(): Promise<void> {
  await workbench.runCommand("Localghost: Run Task…");
  for (const choice of ["Summarize", "Zero-shot", "Write the Answer"]) {
    await picks().filter({ hasText: choice }).first().waitFor();
    // Not by a click: below the mouse, which has just clicked there, a hover may stand before the next row.
    await workbench.page.keyboard.type(choice);
    await workbench.press("Enter");
  }
}

/** Takes a picture without what pops up below the mouse. */
async function takePicture(name: string): Promise<void> {
  await workbench.page.mouse.move(700, 5);
  await workbench.page.locator(".workbench-hover").first().waitFor({ state: "hidden" });
  await workbench.screenshot(path.join(images, name));
}

const isChanged = async () => (await workbench.page.locator(".tab.active.dirty").count()) > 0;

/** Waits until the file in front has been changed, or is as it was saved. */
async function untilChanged(expected: boolean): Promise<void> {
  await poll(isChanged, (changed) => changed === expected, expected ? "a change" : "the text as it was");
}

/** Goes on with Tab until the element with a text has the focus. */
async function tabTo(text: string): Promise<void> {
  const focused = () => workbench.page.evaluate<string | undefined>("document.activeElement?.textContent");
  for (let presses = 0; presses < 40; presses++) {
    if ((await focused()) === text) return;
    await workbench.press("Tab");
  }
  assert.fail(`Tab does not reach "${text}"`);
}

test("from the palette to a summary below the paragraph, inserted by keys, and undone", async () => {
  await openPackages();
  await workbench.runCommand("Localghost: Summarize Selection");
  await zone().waitFor({ timeout: 60_000 });
  const shown = await zone().innerText();
  assert.match(shown, /packages\.md, the paragraph in lines 3 to 4/);
  assert.match(shown, /localghost-nano/);
  assert.match(shown, /confidence (low|medium|high)/);
  assert.equal(await isChanged(), false);
  await takePicture("task-inline.png");

  // VS Code's own: to the next comment.
  await workbench.press("Alt+F9");
  await tabTo("Insert Below");
  await workbench.press("Enter");
  await untilChanged(true);
  assert.match(await workbench.editorText(), /Jon Keller\.\n\S/);
  await workbench.press("ControlOrMeta+Z");
  await untilChanged(false);
  await workbench.runCommand("Localghost: Clear Results");
  await zone().waitFor({ state: "detached" });
});

test("the words of a chosen answer are shown where they stand", async () => {
  await openPackages();
  await workbench.runCommand("Localghost: Run Task…");
  await picks().filter({ hasText: "Summarize" }).first().waitFor();
  await takePicture("task-picker.png");
  await picks().filter({ hasText: "Answer a question about a text" }).first().click();
  await picks().filter({ hasText: "Zero-shot" }).first().click();
  await picks().filter({ hasText: "Choose from the Text" }).first().click();
  await workbench.page.locator(".quick-input-widget input").first().fill("Who maintains fileview?");
  await workbench.press("Enter");
  const answer = workbench.page.locator(".review-widget", { hasText: "chosen from the text" }).first();
  await answer.waitFor({ timeout: 60_000 });
  assert.match(await answer.innerText(), /\d+% \S/);
  await answer.locator(".comment-body li a").first().click();
  await workbench.waitForStatusBarText(/selected\)/);
  assert.equal(await isChanged(), false);
  await answer.getByRole("button", { name: "Close Result" }).click();
  await answer.waitFor({ state: "detached" });
});

test("a long task is cancelled from its notification", async () => {
  await workbench.openFile("long.md");
  await workbench.press("Control+A");
  await writeSummary();
  const toast = workbench.page.locator(".notification-toast", { hasText: "Localghost: Summarize" });
  await toast.getByText(/part \d+ of \d+/).waitFor({ timeout: 60_000 });
  await toast.getByRole("button", { name: "Cancel" }).click();
  await workbench.press("Control+End");
  await workbench.page.locator(".review-widget", { hasText: "Stopped before its end" }).waitFor();
  assert.equal(await isChanged(), false);
});

test("a translation asks for the language, and the panel shows all results and what can be done with them", async () => {
  const settings = path.join(workspace.path, ".vscode", "settings.json");
  fs.mkdirSync(path.dirname(settings));
  const changes = { "localghost.resultView": "panel", "editor.minimap.enabled": false };
  fs.writeFileSync(settings, JSON.stringify(changes));
  await openPackages();
  // The one change that is seen tells that both have come.
  await workbench.page.locator(".minimap canvas").first().waitFor({ state: "hidden" });
  // The page is open before the first result comes, and the setting holds by then.
  const panel = await openPanel();
  await workbench.runCommand("Localghost: Translate Selection…");
  await picks().filter({ hasText: "French" }).first().click();
  const translated = panel.locator(".card.done[open]", { hasText: "Translate" });
  await translated.waitFor({ timeout: 60_000 });
  const inEditor = workbench.page.locator(".review-widget", { hasText: "Translate" });
  assert.equal(await inEditor.count(), 0, "one view is enough");
  await openPackages();
  await writeSummary();
  const summarized = panel.locator(".card.done[open]", { hasText: "Summarize" });
  await summarized.waitFor({ timeout: 60_000 });
  assert.equal(await panel.locator(".card").count(), 4, "those of the other view are there too");

  await summarized.getByRole("button", { name: "Compare Alternatives" }).click();
  await summarized.locator(".alternative").nth(1).waitFor({ timeout: 60_000 });
  await workbench.page.setViewportSize({ width: 1000, height: 820 });
  await openPanel();
  await workbench.page.locator(".notification-toast").first().waitFor({ state: "detached" });
  await takePicture("task-panel.png");
  assert.deepEqual(await violations(panel), []);
  const announced = await panel.getByRole("status").textContent();
  assert.equal(announced, `Summarize: ${await summarized.locator(".answer").textContent()}`);
  const second = await summarized.locator(".alternative p").nth(1).innerText();
  await summarized.getByRole("button", { name: "Take This" }).nth(1).click();
  await poll(
    () => summarized.locator(".answer").innerText(),
    (text) => text.endsWith(second),
    "the second text as the answer",
  );

  await summarized.getByRole("button", { name: "Replace…" }).click();
  await workbench.page.locator(".tab.active", { hasText: "replace by" }).waitFor();
  await takePicture("task-replace.png");
  await workbench.runCommand("Localghost: Replace");
  await untilChanged(true);
  await workbench.press("ControlOrMeta+Z");
  await untilChanged(false);

  await panel.getByRole("button", { name: "Clear Results" }).click();
  await panel.locator("#none").waitFor();
});

test("Stop in the panel is pressed while the text grows", async () => {
  const panel = await openPanel();
  await workbench.openFile("long.md");
  await workbench.press("Control+A");
  await writeSummary();
  const card = panel.locator(".card", { hasText: "Summarize" });
  await card.locator("li").first().waitFor({ timeout: 60_000 });
  // As long as a person's finger rests on the button; the card is drawn several times meanwhile.
  await card.getByRole("button", { name: "Stop" }).click({ delay: 250 });
  await panel.locator(".card.stopped", { hasText: "Stopped before its end" }).waitFor();
});
