/** What media/sample/README.md invites a newcomer to do. The pictures of the README are taken here. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { repository } from "../../scripts/lib/paths.mjs";
import { copySampleWorkspace } from "../../scripts/lib/sampleWorkspace.mjs";
import { startVscodeServer } from "../../scripts/lib/vscodeServer.mjs";
import { openWorkbench, type Workbench } from "../../scripts/lib/workbench.mjs";

/** Pictures of every run; `npm run screenshots` puts them where the README shows them. */
const images = path.join(repository, process.env["LOCALGHOST_SCREENSHOTS"] ?? "test-results");

let workbench: Workbench;
const cleanups: (() => Promise<unknown>)[] = [];

before(async () => {
  fs.mkdirSync(images, { recursive: true });
  const sample = await copySampleWorkspace(path.join(repository, "media", "sample"));
  cleanups.push(sample.remove);
  const server = await startVscodeServer({ linkedExtensions: [repository], smokeTestDriver: false });
  cleanups.push(server.stop);
  const viewport = { width: 1000, height: 560 };
  workbench = await openWorkbench({ server, folder: sample.path, viewport, deviceScaleFactor: 1.5 });
  cleanups.push(() => workbench.close());
  await workbench.waitForStatusBarText(/Localghost/);
});

after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

test("a word is offered where it is likely, and a body to who asks for it", async () => {
  await workbench.openFile("greetings.ts");
  await workbench.press("Control+End");
  await workbench.typeText("export function sayThankYou(");
  const parameter = await workbench.waitForGhostText(/^\w/);
  await workbench.press("Tab");
  await workbench.waitForEditorText(`export function sayThankYou(${parameter}`);
  await workbench.press("End");
  await workbench.typeText(": string {\n");
  await workbench.runCommand("Localghost: Trigger Ghost Text");
  await workbench.waitForGhostText(/\S/);
  await workbench.screenshot(path.join(images, "ghost-text.png"));
});

test("a click on the ghost shows what can be done", async () => {
  await workbench.page
    .locator('[id="localghost.localghost.localghost.status"], [aria-label*="Localghost is"]')
    .first()
    .click();
  const rows = workbench.page.locator(".quick-input-widget .monaco-list-row");
  await rows.first().waitFor();
  const labels = await rows.allInnerTexts();
  for (const expected of ["Turn Ghost Text Off", "Restart Engine", "Show Log", "Open Settings"]) {
    assert.ok(
      labels.some((label) => label.includes(expected)),
      `${expected} is not in ${labels.join(", ")}`,
    );
  }
  await workbench.press("Escape");
});

test("ghost text goes on with shapes.py", async () => {
  await workbench.openFile("shapes.py");
  await workbench.press("Control+End");
  await workbench.runCommand("Localghost: Trigger Ghost Text");
  await workbench.waitForGhostText(/\S/);
});
