/** Tasks where there is more than one folder, and where there is none. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { launchChromium } from "../../scripts/lib/chromium.mjs";
import { repository } from "../../scripts/lib/paths.mjs";
import { poll } from "../../scripts/lib/poll.mjs";
import { copySampleWorkspace } from "../../scripts/lib/sampleWorkspace.mjs";
import { startVscodeServer, type VscodeServer } from "../../scripts/lib/vscodeServer.mjs";
import { openWorkbench, type Workbench } from "../../scripts/lib/workbench.mjs";

let server: VscodeServer;
let folder: string;
let browser: Awaited<ReturnType<typeof launchChromium>>;
const cleanups: (() => Promise<unknown>)[] = [];

before(async () => {
  const sample = await copySampleWorkspace();
  cleanups.push(sample.remove);
  folder = sample.path;
  server = await startVscodeServer({ linkedExtensions: [repository], smokeTestDriver: false });
  cleanups.push(server.stop);
  browser = await launchChromium();
  cleanups.push(() => browser.close());
});

after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

/** Opens a window with what the page's address asks for. */
async function openWindow(query: Record<string, string>): Promise<Workbench> {
  const url = () => `http://127.0.0.1:${server.port}/?${new URLSearchParams(query).toString()}`;
  const workbench = await openWorkbench({ server: { ...server, url }, folder, browser });
  await workbench.waitForStatusBarText(/Localghost/);
  return workbench;
}

const picks = (workbench: Workbench) => workbench.page.locator(".quick-input-widget .monaco-list-row");

/** Types the name, since a long list draws only what is in sight. */
async function pick(workbench: Workbench, name: string): Promise<void> {
  await picks(workbench).first().waitFor();
  await workbench.page.locator(".quick-input-widget input").first().fill(name);
  await picks(workbench).filter({ hasText: name }).first().click();
}

const zone = (workbench: Workbench) =>
  workbench.page.locator(".review-widget", { hasText: "Generated text may be wrong" }).first();

test("in a workspace of two folders, tasks and examples of the second one count", async () => {
  const second = path.join(folder, "..", "second");
  fs.mkdirSync(path.join(second, ".localghost", "prompts"), { recursive: true });
  const shout = { title: "Shout", pattern: "{input}\nIn capitals: {output}", cut: "all", maxTokens: 8 };
  fs.writeFileSync(path.join(second, ".localghost", "prompts", "shout.json"), JSON.stringify(shout));
  fs.writeFileSync(path.join(second, "quiet.md"), "a quiet word\n");
  const workspaceFile = path.join(folder, "..", "two.code-workspace");
  fs.writeFileSync(workspaceFile, JSON.stringify({ folders: [{ path: "sample" }, { path: "second" }], settings: {} }));

  const workbench = await openWindow({ workspace: workspaceFile });
  await workbench.openFile("quiet.md");
  await workbench.press("Control+Home");
  await workbench.press("Shift+End");
  await workbench.runCommand("Localghost: Remember Selection as Example");
  await pick(workbench, "shout");
  await workbench.page.locator(".quick-input-widget input").first().fill("A QUIET WORD");
  await workbench.press("Enter");
  await picks(workbench).filter({ hasText: "This Workspace" }).first().click();
  await poll(
    () => Promise.resolve(fs.readFileSync(workspaceFile, "utf8")),
    (text) => text.includes("A QUIET WORD"),
    "the example in the workspace's settings",
  );

  await workbench.runCommand("Localghost: Run Task…");
  await pick(workbench, "shout");
  await picks(workbench).filter({ hasText: "One-shot" }).first().click();
  await zone(workbench).waitFor({ timeout: 60_000 });
  assert.match(await zone(workbench).innerText(), /quiet\.md, the selection in line 1[^]*one-shot/);
  await workbench.close();
});

test("without a folder, a task works on an untitled file", async () => {
  const workbench = await openWindow({ ew: "true" });
  await workbench.newUntitledFile();
  await workbench.typeText("The package fileview is a viewer for large text files.");
  await workbench.press("Escape");
  await workbench.runCommand("Localghost: Summarize Selection");
  await zone(workbench).waitFor({ timeout: 60_000 });
  assert.match(await zone(workbench).innerText(), /Untitled-1, the paragraph in line 1/);
  const before = await workbench.editorText();
  await zone(workbench).getByText("Insert Below", { exact: true }).click();
  await poll(
    () => workbench.editorText(),
    (text) => text !== before && text.startsWith("The package fileview"),
    "the summary below",
  );
  await workbench.close();
});
