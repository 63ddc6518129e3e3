/** The chat that VS Code has without an account, and what a newcomer is shown. The pictures of both are taken here. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { repository } from "../../scripts/lib/paths.mjs";
import { openSampleWindow, type SampleWindow } from "../../scripts/lib/sampleWindow.mjs";
import type { Workbench } from "../../scripts/lib/workbench.mjs";

const images = path.join(repository, process.env["LOCALGHOST_SCREENSHOTS"] ?? "test-results");

let window: SampleWindow;
let workbench: Workbench;

before(async () => {
  fs.mkdirSync(images, { recursive: true });
  window = await openSampleWindow({
    server: { linkedExtensions: [repository], smokeTestDriver: false, settings: { "chat.disableAIFeatures": false } },
    page: { viewport: { width: 1400, height: 720 } },
  });
  ({ workbench } = window);
});

after(async () => {
  await window.close();
});

test("the participant answers in VS Code's own chat, on a model that needs no account", async () => {
  const { page } = workbench;
  await workbench.openFile("notes.md");
  await workbench.runCommand("Chat: Open Chat (Ask)");
  const models = page.locator(".chat-input-toolbars .action-label").filter({ hasText: /Models|localghost/ });
  await models.last().click();
  await page.locator(".action-widget .monaco-list-row").filter({ hasText: "localghost-nano" }).click();
  await page.locator(".chat-editor-container .monaco-editor").first().click();
  await workbench.typeText("@localghost /summarize ");
  await workbench.press("Escape");
  await workbench.press("Enter");
  const answer = page.locator(".interactive-response").last();
  await answer.getByText("confidence").waitFor();
  assert.match(await answer.innerText(), /A lighthouse is a tower/);
  await workbench.screenshot(path.join(images, "chat.png"));
});

test("a step of the walkthrough is ticked off once its button was pressed", async () => {
  const { page } = workbench;
  // Beside the chat there is no room for a step's picture.
  await workbench.press("Control+Alt+B");
  await workbench.runCommand("Welcome: Open Walkthrough...");
  await page.locator(".quick-input-widget input").fill("Localghost");
  await workbench.press("Enter");
  const steps = page.locator(".getting-started-step");
  await steps.first().waitFor();
  assert.equal(await steps.count(), 5);
  await page.locator(".getting-started-media img").first().waitFor();
  // VS Code brings the focus here half a second late, and would open there what a quicker click has asked for.
  await page.locator(".getting-started-step.expanded:focus").waitFor();
  await workbench.screenshot(path.join(images, "walkthrough.png"));
  await page.getByRole("button", { name: "Open Sample" }).click();
  await workbench.waitForEditorText(/Says hello/);
  await page.locator(".getting-started-step .codicon-getting-started-step-checked").first().waitFor();
  await workbench.focusedEditor();
});
