/** The playground in a real VS Code: a prompt goes in, coloured tokens come out, each with what else could have come. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import type { FrameLocator } from "playwright-core";
import { repository } from "../../scripts/lib/paths.mjs";
import { poll } from "../../scripts/lib/poll.mjs";
import { copySampleWorkspace } from "../../scripts/lib/sampleWorkspace.mjs";
import { startVscodeServer } from "../../scripts/lib/vscodeServer.mjs";
import { openWorkbench, type Workbench } from "../../scripts/lib/workbench.mjs";

const images = path.join(repository, process.env["LOCALGHOST_SCREENSHOTS"] ?? "test-results");

let workbench: Workbench;
let page: FrameLocator;
const cleanups: (() => Promise<unknown>)[] = [];

before(async () => {
  fs.mkdirSync(images, { recursive: true });
  const sample = await copySampleWorkspace(path.join(repository, "media", "sample"));
  cleanups.push(sample.remove);
  const server = await startVscodeServer({ linkedExtensions: [repository], smokeTestDriver: false });
  cleanups.push(server.stop);
  const viewport = { width: 1000, height: 780 };
  workbench = await openWorkbench({ server, folder: sample.path, viewport, deviceScaleFactor: 1.5 });
  cleanups.push(() => workbench.close());
  await workbench.waitForStatusBarText(/Localghost/);
  await workbench.runCommand("Localghost: Focus on Playground View");
  // VS Code nests the page: a frame of its own origin, and the extension's page in it.
  page = workbench.page.frameLocator("iframe.webview.ready").frameLocator("#active-frame");
});

after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

test("a prompt is continued token by token, and each token shows its alternatives", async () => {
  await page.locator("#prompt").fill("// src/add.ts\nexport function add(a: number, b: number)");
  await page.locator("#maxTokens").fill("24");
  await page.locator("#generate").click();
  await page.locator("#summary", { hasText: /^24 tokens after a prompt of \d+/ }).waitFor();
  assert.equal(await page.locator(".token").count(), 24);

  await page.locator(".token").nth(3).hover();
  const rows = page.locator("#alternatives tbody tr");
  assert.equal(await rows.count(), 10);
  const percents = (await rows.locator("td:nth-child(2)").allInnerTexts()).map(Number.parseFloat);
  assert.deepEqual(
    percents,
    percents.toSorted((a, b) => b - a),
  );
  // Greedy decoding takes the likeliest.
  assert.equal(await rows.first().getAttribute("class"), "taken");
  await workbench.screenshot(path.join(images, "playground.png"));
});

test("the arrow keys walk along the tokens", async () => {
  await page.locator(".token").first().focus();
  await workbench.press("ArrowRight");
  await workbench.press("ArrowRight");
  assert.equal(await page.locator(".token").nth(2).getAttribute("aria-selected"), "true");
  assert.equal(await page.locator('.token[aria-selected="true"]').count(), 1);
});

test("stop ends a long generation, and another can follow", async () => {
  await page.locator("#maxTokens").fill("1024");
  await page.locator("#generate").click();
  await page.locator(".token").nth(5).waitFor();
  await page.locator("#stop").click();
  await page.locator("#summary", { hasText: "Stopped" }).waitFor();
  const count = await page.locator(".token").count();
  assert.ok(count < 1024);

  await page.locator("#maxTokens").fill("3");
  await page.locator("#generate").click();
  await page.locator("#summary", { hasText: /^\d tokens? after|^3 tokens/ }).waitFor();
});

test("a hidden view comes back as it was", async () => {
  const text = await page.locator("#text").innerText();
  const prompt = await page.locator("#prompt").inputValue();
  await workbench.runCommand("View: Show Explorer");
  await poll(
    () => workbench.page.locator("iframe.webview.ready").count(),
    (count) => count === 0,
    "the view to be hidden",
  );
  await workbench.runCommand("Localghost: Focus on Playground View");
  await page.locator(".token").first().waitFor();
  assert.equal(await page.locator("#text").innerText(), text);
  assert.equal(await page.locator("#prompt").inputValue(), prompt);
});
