/** What media/sample/README.md invites a newcomer to do. The pictures of the README are taken here. */
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { repository } from "../../scripts/lib/paths.mjs";
import { openSampleWindow, type SampleWindow } from "../../scripts/lib/sampleWindow.mjs";
import type { Workbench } from "../../scripts/lib/workbench.mjs";

/** Pictures of every run; `npm run screenshots` puts them where the README shows them. */
const images = path.join(repository, process.env["LOCALGHOST_SCREENSHOTS"] ?? "test-results");

let window: SampleWindow;
let workbench: Workbench;

before(async () => {
  fs.mkdirSync(images, { recursive: true });
  window = await openSampleWindow({
    original: path.join(repository, "media", "sample"),
    page: { viewport: { width: 1000, height: 560 }, deviceScaleFactor: 1.5 },
  });
  ({ workbench } = window);
});

after(async () => {
  await window.close();
});

test("a word is offered where it is likely, and a signature and a body to who asks for them", async () => {
  await workbench.openFile("greetings.ts");
  await workbench.press("Control+End");
  await workbench.typeText("export ");
  const word = await workbench.waitForGhostText(/^\w/);
  await workbench.press("Tab");
  await workbench.waitForEditorText(`export ${word}`);
  await workbench.typeText(" sayThankYou(");
  await workbench.runCommand("Localghost: Trigger Ghost Text");
  await workbench.waitForGhostText(/^name: string/);
  // Off the tab, whose path would be shown.
  await workbench.page.mouse.move(600, 450);
  await workbench.page.locator(".monaco-hover:visible").waitFor({ state: "hidden" });
  await workbench.screenshot(path.join(images, "ghost-text.png"));
  await workbench.press("Tab");
  await workbench.press("End");
  await workbench.press("Enter");
  await workbench.runCommand("Localghost: Trigger Ghost Text");
  await workbench.waitForGhostText(/\S/);
});

test("a click on the ghost shows what can be done", async () => {
  await workbench.page
    .locator('[id="localghost.localghost.localghost.status"], [aria-label*="Localghost is"]')
    .first()
    .click();
  // The list draws the rows that it has room for: each is looked for by its name.
  const input = workbench.page.locator(".quick-input-widget input").first();
  for (const name of ["Turn Ghost Text Off", "Restart Engine", "Show Log", "Open Settings"]) {
    await input.fill(name);
    await workbench.page.locator(".quick-input-widget .monaco-list-row", { hasText: name }).first().waitFor();
  }
  await workbench.press("Escape");
});

test("ghost text goes on with shapes.py", async () => {
  await workbench.openFile("shapes.py");
  await workbench.press("Control+End");
  await workbench.runCommand("Localghost: Trigger Ghost Text");
  await workbench.waitForGhostText(/\S/);
});
