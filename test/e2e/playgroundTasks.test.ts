/** The playground's tasks, dialogue and ways to the editor, in a real VS Code. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import type { Locator } from "playwright-core";
import { repository } from "../../scripts/lib/paths.mjs";
import { poll } from "../../scripts/lib/poll.mjs";
import { openPlayground, pageIn, type PlaygroundWindow } from "../../scripts/lib/playgroundWindow.mjs";

const images = path.join(repository, process.env["LOCALGHOST_SCREENSHOTS"] ?? "test-results");

let window: PlaygroundWindow;

before(async () => {
  fs.mkdirSync(images, { recursive: true });
  window = await openPlayground();
});

after(() => window.close());

/** The page draws what has changed in its next frame. */
async function waitForCount(locator: Locator, expected: number): Promise<void> {
  await poll(
    () => locator.count(),
    (count) => count === expected,
    `${expected} of ${locator.toString()}`,
  );
}

test("a task is compared with none, one and several examples, and its prompt is shown", async () => {
  const { page, workbench } = window;
  await page.locator('[data-tab="tasks"]').click();
  await page.locator("#template").selectOption("translate");
  await page.locator("#value-to").fill("French");
  await page.locator("#taskInput").fill("Where is the station?");
  await page.locator("#preview", { hasText: "Where is the station? =" }).waitFor();
  await page.locator("#compare", { hasText: "Compare 0, 1, 5 shots" }).click();
  await page
    .locator(".column .note", { hasText: /tokens of prompt/ })
    .nth(2)
    .waitFor();
  const prompts = await page.locator(".column p.note").allInnerTexts();
  const tokens = prompts.map((line) => Number.parseInt(line, 10));
  assert.deepEqual(
    tokens,
    tokens.toSorted((a, b) => a - b),
    "more examples, longer prompts",
  );
  assert.ok((tokens[2] ?? 0) > (tokens[0] ?? 0));
  await workbench.screenshot(path.join(images, "playground-tasks.png"));
});

test("examples are rows to edit, to move and to drop, and the prompt follows", async () => {
  const { page } = window;
  const rows = page.locator(".example");
  const count = await rows.count();
  const second = await rows.nth(1).locator("textarea").first().inputValue();
  await page.locator('[aria-label="Move example 2 up"]').click();
  await poll(
    () => rows.first().locator("textarea").first().inputValue(),
    (value) => value === second,
    "the second example to stand first",
  );
  await page.locator('[aria-label="Drop example 1"]').click();
  await waitForCount(rows, count - 1);
  await page.locator("#addExample").click();
  await waitForCount(rows, count);
  await rows.last().locator("textarea").first().fill("Good night <script>");
  await rows.last().locator("textarea").last().fill("Bonne nuit <script>");
  await page
    .locator("#preview", { hasText: "Good night <script> = Bonne nuit <script>\nWhere is the station? =" })
    .waitFor();
});

test("a template is saved in the workspace, and the palette runs it", async () => {
  const { page, workbench, folder } = window;
  await page.locator("#template").selectOption("summarize");
  await page.locator("#templateSection").evaluate((section) => section.setAttribute("open", ""));
  await page.locator("#draftTitle").fill("Say It Shorter");
  await page.locator("#draftId").fill("say-it-shorter");
  await page.locator("#draftPattern").fill("{input}\nIn short: {output}");
  await page.locator("#saveWorkspace").click();
  await page.locator("#notice", { hasText: "say-it-shorter.json" }).waitFor();
  const file = path.join(folder, ".localghost", "prompts", "say-it-shorter.json");
  const saved = JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, unknown>;
  assert.equal(saved["title"], "Say It Shorter");
  assert.equal(saved["pattern"], "{input}\nIn short: {output}");
  await page.locator("#template option", { hasText: "Say It Shorter (workspace)" }).waitFor({ state: "attached" });

  await workbench.openFile("README.md");
  await workbench.runCommand("Localghost: Run Task…");
  const picks = workbench.page.locator(".quick-input-widget .monaco-list-row");
  for (const choice of ["Say It Shorter", "Zero-shot", "Write the Answer"]) {
    await picks.filter({ hasText: choice }).first().waitFor();
    await workbench.page.locator(".quick-input-widget input").first().fill(choice);
    await workbench.press("Enter");
  }
  const result = workbench.page.locator(".review-widget", { hasText: "Say It Shorter" }).first();
  await result.locator("text=localghost-nano").first().waitFor();
  await result.getByRole("button", { name: "Close Result" }).click();
});

test("a result opens in the playground, as its prompt and what the model wrote", async () => {
  const { page, workbench } = window;
  await workbench.runCommand("Localghost: Open Result in Playground");
  await page.locator(".branch").nth(1).waitFor();
  assert.match(await page.locator("#prompt").inputValue(), /\nIn short:/);
  await page.locator("#undoGeneration").click();
  await poll(
    () => page.locator("#prompt").inputValue(),
    (text) => text.endsWith("\nIn short:"),
    "the prompt alone",
  );
  await page.locator('[data-tab="tasks"]').click();
});

test("a draft that is no template is refused in one sentence", async () => {
  const { page } = window;
  await page.locator("#draftPattern").fill("no placeholders");
  await page.locator("#saveWorkspace").click();
  await page.locator("#notice", { hasText: /\{(input|output)\}/ }).waitFor();
  await page.locator('[aria-label="Close the notice"]').click();
  await page.locator("#template").selectOption("summarize");
});

test("questions are asked about a passage, asked again, edited and branched", async () => {
  const { page, workbench } = window;
  await page.locator('[data-tab="dialogue"]').click();
  await page.locator("#passage").fill("The package quickmap is a tool to draw maps. It is maintained by Eva Ruiz.");
  for (const [i, question] of ["Who maintains quickmap?", "What is it?"].entries()) {
    await page.locator("#question").fill(question);
    await page.locator("#question").press("Enter");
    await page.locator(".turn").nth(i).locator(".note", { hasText: /%/ }).first().waitFor();
  }
  const answer = page.locator("#answer1");
  assert.notEqual(await answer.inputValue(), "");
  await page.locator('[aria-label="Another answer to question 2"]').click();
  await page.locator(".turn", { hasText: "2 of 2" }).waitFor();
  await page.locator('[aria-label="Previous answer to question 2"]').click();
  await page.locator(".turn", { hasText: "1 of 2" }).waitFor();
  await workbench.screenshot(path.join(images, "playground-dialogue.png"));
  await page.locator('[aria-label^="Branch: go on from question 1"]').click();
  await waitForCount(page.locator(".turn"), 1);
  await page.locator("#answer0").fill("Eva Ruiz");
  await page.locator("#thread").selectOption({ index: 0 });
  await waitForCount(page.locator(".turn"), 2);
});

test("the oldest questions are dropped for all to see when the context is full", async () => {
  const { page } = window;
  await page.locator("#newThread").click();
  await page.locator("#passage").fill("Maps are drawn by quickmap. ".repeat(8));
  for (let i = 0; i < 2; i++) {
    await page.locator("#question").fill(`Is this question ${i} a long one? ${"Is it very long? ".repeat(42)}`);
    await page.locator("#ask").click();
    await page.locator("#ask[disabled]").waitFor();
    await page.locator(".turn").nth(i).locator('[aria-label^="Another answer"]').waitFor();
  }
  await page.locator(".dropped-line").waitFor();
  assert.equal(await page.locator(".turn.dropped").count(), 1);
});

test("the selection comes in, and the generated text goes out to the cursor", async () => {
  const { page, workbench } = window;
  await workbench.openFile("greetings.ts");
  await workbench.press("Control+Home");
  await workbench.press("Shift+End");
  const line = (await workbench.editorText()).split("\n")[0] ?? "";
  await page.locator('[data-tab="complete"]').click();
  await page.locator("#takeSelection").click();
  await poll(
    () => page.locator("#prompt").inputValue(),
    (text) => text === line,
    "the selection as the prompt",
  );
  await page.locator("#generate").click();
  await page.locator("#summary", { hasText: /^\d+ tokens?/ }).waitFor();
  const generated = (await page.locator("#prompt").inputValue()).slice(line.length);
  await workbench.openFile("greetings.ts");
  await workbench.press("Control+End");
  await page.locator("#insert").click();
  const lastLine = generated.trimEnd().split("\n").at(-1) ?? "";
  await workbench.waitForEditorText(lastLine.trim());
  await workbench.press("Control+Shift+P");
  await workbench.press("Escape");
});

test("a file is painted by its surprise until that is cleared", async () => {
  const { workbench } = window;
  await workbench.openFile("shapes.py");
  await workbench.runCommand("Localghost: Score This File");
  await workbench.waitForStatusBarText(/Surprise:/);
  // Signs alone would be read as nothing.
  await workbench.page.getByRole("button", { name: /^Underlined is what the model did not expect: dotted/ }).waitFor();
  const painted = () =>
    workbench.page.locator(".editor-group-container.active .view-lines span[class*='ced-']").count();
  await poll(painted, (count) => count > 3, "painted words");
  await workbench.page.locator(".notification-toast").first().waitFor({ state: "hidden" });
  await workbench.screenshot(path.join(images, "playground-score-file.png"));
  await workbench.runCommand("Localghost: Clear Scores");
  await poll(painted, (count) => count === 0, "no painted words");
  assert.equal(await workbench.statusBarText(/Surprise:/), undefined);
});

test("the playground opens as an editor tab, too", async () => {
  const { workbench } = window;
  await workbench.runCommand("View: Close Primary Side Bar");
  await workbench.runCommand("Localghost: Open Playground in an Editor Tab");
  const tab = pageIn(workbench.page);
  await tab.locator("#prompt").fill("Once");
  await tab.locator("#generate").click();
  await tab.locator("#summary", { hasText: /^\d+ tokens?/ }).waitFor();
});
