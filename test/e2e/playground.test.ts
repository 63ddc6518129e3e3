/** The playground in a real VS Code: a prompt goes in, and every token shows what the model thought of it. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { repository } from "../../scripts/lib/paths.mjs";
import { clearlyChanged } from "../../scripts/lib/pixels.mjs";
import { poll } from "../../scripts/lib/poll.mjs";
import {
  contentFrame,
  generate,
  openPlayground,
  pageIn,
  type PlaygroundWindow,
  savedPlayground,
  widenSideBar,
} from "../../scripts/lib/playgroundWindow.mjs";
import { violations } from "./helpers/violations.ts";

const images = path.join(repository, process.env["LOCALGHOST_SCREENSHOTS"] ?? "test-results");
const PROMPT =
  "// src/queue.ts\nexport class Queue<T> {\n  private readonly items: T[] = [];\n\n  push(item: T): void {";

let window: PlaygroundWindow;

before(async () => {
  fs.mkdirSync(images, { recursive: true });
  window = await openPlayground();
});

after(() => window.close());

const text = () => window.page.locator("#prompt").inputValue();
const summary = () => window.page.locator("#summary").innerText();
const facts = () => window.page.locator("#tokenFacts").innerText();

/** Runs in the page: what is seen and reaches into the margin on the right, or beyond. */
const elementsBeyondEdge = `
  (() => {
    const edge = document.querySelector("vscode-tabs").getBoundingClientRect().right + 0.5;
    const seen = [...document.querySelectorAll("vscode-tabs *")].filter((one) => one.checkVisibility());
    return seen.filter((one) => one.getBoundingClientRect().right > edge).map((one) => one.outerHTML.slice(0, 80));
  })()`;

/** Sets a control, which may be folded away. */
async function setControl(name: string, value: string): Promise<void> {
  const { page } = window;
  await page.locator("#controlsSection").evaluate((section) => section.setAttribute("open", ""));
  await page.locator(`input#${name}`).fill(value);
  await page.locator(`input#${name}`).blur();
}

async function waitForText(expected: (now: string) => boolean, what: string): Promise<string> {
  return poll(text, expected, what);
}

test("a prompt is continued in its own text, and each token shows what else could have come", async () => {
  const { page, workbench } = window;
  // What is drawn later is the same each time: none of it is a text that ends at its first token.
  await setControl("seed", "3");
  await setControl("temperature", "0");
  await setControl("maxTokens", "24");
  await page.locator("#prompt").fill(PROMPT);
  await generate(window);
  assert.match(await summary(), /^24 tokens/);
  const whole = await text();
  assert.ok(whole.startsWith(PROMPT) && whole.length > PROMPT.length);
  assert.match(await page.locator("#modelLine").innerText(), /localghost-nano \(int8\) on the CPU/);

  // The prompt's own tokens are scored by themselves, so that only the first of the text has no probability.
  await page.locator("#surpriseSection .metrics").waitFor();
  await poll(
    () => page.locator("#score").isDisabled(),
    (isDisabled) => isDisabled,
    "all tokens to be scored",
  );
  await page.locator("#prompt").press("Control+End");
  const shares = (await page.locator("#likeliest .share").allInnerTexts()).map(Number.parseFloat);
  assert.equal(shares.length, 10);
  assert.deepEqual(
    shares,
    shares.toSorted((a, b) => b - a),
  );
  // Greedy decoding takes the likeliest.
  assert.match(await facts(), /rank 1,/);
  assert.equal(await page.locator("#likeliest tr.taken").count(), 1);
  await page.locator("#controlsSection").evaluate((section) => section.removeAttribute("open"));
  for (const key of ["ArrowUp", "ArrowUp", "End", "ArrowLeft"]) await page.locator("#prompt").press(key);
  await workbench.screenshot(path.join(images, "playground.png"));
  await page.locator("#prompt").press("Control+End");
});

test("the arrow keys and the mouse choose the token that is described", async () => {
  const { page, workbench } = window;
  await page.locator("#prompt").press("Control+Home");
  await page.locator("#token h2", { hasText: "Token 1 of" }).waitFor();
  for (let i = 0; i < 4; i++) await workbench.press("ArrowRight");
  await page.locator("#token h2", { hasText: /Token [2-9] of/ }).waitFor();
  const byKey = await facts();
  await page.locator('#token [aria-label="Next token"]').click();
  await poll(facts, (now) => now !== byKey, "the next token");
  const box = await page.locator("#prompt").boundingBox();
  assert.ok(box);
  await workbench.page.mouse.move(box.x + 30, box.y + 40);
  await poll(
    facts,
    (now) => now.startsWith("⏎") || now.startsWith("export") || now.startsWith("exp"),
    "the token that is pointed at",
  );
});

test("a click on an alternative branches there, and the tree leads back", async () => {
  const { page } = window;
  const before = await text();
  const branches = await page.locator(".branch").count();
  await page.locator("#prompt").press("Control+End");
  await page.locator("#prompt").press("ArrowUp");
  const choice = page.locator("#likeliest tr:not(.taken) .choice:enabled").first();
  await choice.click();
  await waitForText((now) => now !== before, "another text");
  await page.locator("#generate").waitFor();
  await page.locator("#summary", { hasText: /from the cache/ }).waitFor();
  // All of the prompt but its last token was read before.
  const [, prompt, cached] = /prompt of (\d+) \((\d+) from the cache/.exec(await summary()) ?? [];
  assert.equal(Number(cached), Number(prompt) - 1);
  assert.equal(await page.locator(".branch").count(), branches + 1);
  await page.locator(".branch").nth(1).click();
  await waitForText((now) => now === before, "the first text again");
});

test("generations can be undone, repeated and continued", async () => {
  const { page } = window;
  const whole = await text();
  await page.locator("#undoGeneration").click();
  await waitForText((now) => now === PROMPT, "the prompt alone");
  await page.locator("#prompt").press("Control+z");
  await waitForText((now) => now === whole, "undo to bring the text back");
  await setControl("temperature", "1.5");
  await page.locator("#regenerate").click();
  await waitForText((now) => now !== whole && now.startsWith(PROMPT), "another text");
  await page.locator("#generate", { hasText: "Continue" }).waitFor();
  const other = await text();
  await generate(window);
  await waitForText((now) => now.startsWith(other) && now.length > other.length, "a longer text");
});

test("stop ends a long generation, and another can follow", async () => {
  const { page } = window;
  await setControl("maxTokens", "1000");
  const before = (await text()).length;
  await page.locator("#generate").click();
  await waitForText((now) => now.length > before + 20, "some tokens");
  await page.locator("#stop").click();
  await page.locator("#generate").waitFor();
  const stopped = await text();
  assert.ok(stopped.length > before);
  await setControl("maxTokens", "3");
  await generate(window);
  assert.match(await summary(), /^[123] tokens?/);
});

test("several texts stand side by side, and one is chosen to go on with", async () => {
  const { page, workbench } = window;
  await setControl("alternatives", "3");
  await setControl("maxTokens", "20");
  await page.locator("#prompt").fill(PROMPT);
  await generate(window);
  const columns = page.locator(".column");
  assert.equal(await columns.count(), 3);
  await page.locator("#controlsSection").evaluate((section) => section.removeAttribute("open"));
  await workbench.screenshot(path.join(images, "playground-alternatives.png"));
  const second = await columns.nth(1).locator(".text").innerText();
  await columns.nth(1).locator("button").click();
  await waitForText((now) => now.endsWith(second.trimEnd()) || now.includes(second.trim()), "the second text");
  await setControl("alternatives", "1");
});

test("hostile text shows as text", async () => {
  const { page } = window;
  const hostile = `<img src=x onerror="document.title='broken'"><script>document.title='broken'</script>\u202Egnp.exe {{x}} \${y}`;
  await page.locator("#prompt").fill(hostile);
  await page.locator("#score").click();
  await page.locator("#surpriseSection .metrics").waitFor();
  await page.locator("#prompt").press("Control+End");
  await page.locator("#token").waitFor();
  await page.locator('[data-tab="tokenizer"]').click();
  await page.locator("#tokenizerText").fill(hostile);
  await page.locator("#pieces tbody tr").nth(20).waitFor();
  const pieces = await page.locator("#pieces tbody th").allInnerTexts();
  assert.ok(pieces.join("").includes("<img"), "the tag is there as text");
  assert.ok(!pieces.join("").includes("\u202E"), "the override is named, and does nothing");
  assert.equal(await page.locator("#page img, #page script").count(), 0);
  assert.notEqual(await page.locator("html").evaluate((html) => html.ownerDocument.title), "broken");
  const bytes = (await page.locator("#pieces .bytes").allInnerTexts()).join(" ").split(" ");
  assert.equal(Buffer.from(bytes.map((byte) => Number.parseInt(byte, 16))).toString("utf8"), hostile);

  await page.locator("#tokenizerText").fill("x".repeat(100_000));
  await page.locator("#tokenizerSummary", { hasText: /^100000 characters, 100000 bytes/ }).waitFor();
  await page.locator("#tokenizerText").fill("");
  await page.locator('[data-tab="complete"]').click();
  await page.locator("#prompt").fill("y".repeat(100_000));
  await poll(text, (now) => now.length === 100_000, "the long line");
  await page.locator("#modelLine", { hasText: /tokens of context/ }).waitFor();
});

test("no theme has anything that axe-core finds wrong", async () => {
  const { page, workbench, setTheme } = window;
  await page.locator("#prompt").fill(PROMPT);
  await generate(window);
  for (const theme of ["dark", "high-contrast", "light"] as const) {
    await setTheme(theme);
    await page.locator("#prompt").press("Control+End");
    await page.locator("#token").waitFor();
    await workbench.screenshot(path.join(images, `playground-${theme}.png`));
    await page.locator("#controlsSection").evaluate((section) => section.setAttribute("open", ""));
    for (const tab of ["complete", "tasks", "dialogue", "tokenizer"]) {
      await page.locator(`[data-tab="${tab}"]`).click();
      assert.deepEqual(await violations(contentFrame(workbench.page)), [], `${tab} in ${theme}`);
    }
    await page.locator('[data-tab="complete"]').click();
    await page.locator("#controlsSection").evaluate((section) => section.removeAttribute("open"));
  }
});

test("in a side bar of the usual width nothing is cut off", async () => {
  const { page, workbench } = window;
  const frame = contentFrame(workbench.page);
  await widenSideBar(workbench.page, 350);
  await page.locator("#controlsSection").evaluate((section) => section.setAttribute("open", ""));
  for (const tab of ["tasks", "dialogue", "tokenizer", "complete"]) {
    await page.locator(`[data-tab="${tab}"]`).click();
    assert.deepEqual(await frame.evaluate(elementsBeyondEdge), [], tab);
  }
  await page.locator("#controlsSection").evaluate((section) => section.removeAttribute("open"));
  await widenSideBar(workbench.page, 640);
});

test("the lines below tokens are seen where the system forces its own colours", async () => {
  const { page, workbench } = window;
  const frame = contentFrame(workbench.page);
  await workbench.page.emulateMedia({ forcedColors: "active" });
  // These reach beyond the plate that browsers put behind text then.
  await frame.evaluate("for (const name of ['level0', 'shown', 'generated']) CSS.highlights.delete(name)");
  const lines = await page.locator(".editor").screenshot();
  await frame.evaluate("CSS.highlights.clear()");
  const changed = clearlyChanged(lines, await page.locator(".editor").screenshot());
  assert.ok(changed > 50, `${changed} pixels of lines`);
  await workbench.page.emulateMedia({ forcedColors: "none" });
});

test("a view comes back as it was: hidden, and after a reload of the window", async () => {
  const { page, workbench } = window;
  const before = await text();
  const branches = await page.locator(".branch").count();
  await workbench.runCommand("View: Show Explorer");
  await page.locator("#prompt").waitFor({ state: "hidden" });
  await workbench.runCommand("Localghost: Focus on Playground View");
  await page.locator("#prompt").waitFor();
  assert.equal(await text(), before);

  const saved = () => savedPlayground(workbench.page);
  await poll(saved, (state) => state.tab === "complete" && state.text === before, "the playground to be saved", 60_000);
  await workbench.page.reload();
  await workbench.waitForStatusBarText(/Localghost/);
  await workbench.runCommand("Localghost: Focus on Playground View");
  const again = pageIn(workbench.page);
  await again.locator("#prompt").waitFor();
  assert.equal(await again.locator("#prompt").inputValue(), before);
  assert.equal(await again.locator(".branch").count(), branches);
  await again.locator("#prompt").press("Control+End");
  assert.equal(await again.locator("#likeliest .share").count(), 10);
});
