/** Models in a real VS Code: one is added from a hub, paused, resumed, chosen, verified and deleted. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { repository } from "../../scripts/lib/paths.mjs";
import { poll } from "../../scripts/lib/poll.mjs";
import { extensionHost } from "../helpers/extensionHost.ts";
import { checkpointFolder } from "../helpers/fixtures.ts";
import { TestProxy } from "../helpers/hubServerProxy.ts";
import {
  answer,
  answerDialog,
  chooseFolder,
  type ModelsWindow,
  openModels,
  pick,
  pressInRow,
  row,
  runOn,
  waitForRow,
} from "./helpers/modelsWindow.ts";

const images = path.join(repository, process.env["LOCALGHOST_SCREENSHOTS"] ?? "test-results");
const NAME = "sample/tiny-gpt2";
const WEIGHTS = /cdn.*safetensors/;

let window: ModelsWindow;
let proxy: TestProxy;

before(async () => {
  fs.mkdirSync(images, { recursive: true });
  proxy = await TestProxy.start("user", "word", { "hub.test": "127.0.0.1" });
  window = await openModels({ "http.proxy": proxy.address("user:word") });
  // The embedded model under another name: it has something to say about code.
  window.hub.publish(NAME, path.join(repository, "models", "localghost-nano"));
});

after(async () => {
  await window.close();
  await proxy.stop();
});

const folderOf = (name: string) => path.join(window.modelsFolder, name);

/** Asks for a model by its name on the hub, up to the plan. */
async function ask(name: string): Promise<void> {
  await window.workbench.runCommand("Localghost: Add Model…");
  await pick(window.page, "Repository or Address");
  await answer(window.page, name);
  await window.page.locator(".monaco-dialog-box").waitFor();
}

/** Types in a file of the sample, and waits for ghost text. */
async function writesIn(file: string): Promise<void> {
  await window.workbench.openFile(file);
  await window.workbench.press("Control+End");
  await window.workbench.typeText("\nexport ");
  await window.workbench.waitForGhostText(/\w/, 60_000);
}

/** Waits until the status bar names a model. */
async function shows(model: string): Promise<void> {
  const { workbench } = window;
  const read = () => workbench.statusBarText(/Localghost/);
  await poll(read, (text) => text?.includes(model) ?? false, `the status bar to show ${model}`);
}

/** What was interrupted is offered, not fetched unasked. */
const offerOfInterrupted = () =>
  window.page.locator(".notification-list-item", {
    hasText: /The download of sample\/tiny-gpt2 was interrupted at \d+%/,
  });

test("the view lists what is there and what could be, and how it would run here", async () => {
  const { page } = window;
  await waitForRow(page, "localghost-nano", /^localghost-nano, everywhere · /);
  await waitForRow(page, "openai-community/gpt2", /, (fast|slow|too large) · 548 MB/);
  assert.equal(window.hub.requests.length, 0, "nothing is fetched by itself");
});

test("a plan comes first, and nothing of the weights before it is agreed to", async () => {
  const { page, workbench, hub } = window;
  await ask(NAME);
  await workbench.screenshot(path.join(images, "models-plan.png"));
  const plan = await answerDialog(page, "Cancel");
  assert.match(plan, /Download sample\/tiny-gpt2\?/);
  assert.match(plan, /11\.0 MB from 127\.0\.0\.1:\d+, at commit [0-9a-f]{12}/);
  assert.match(plan, /Licence: mit/);
  assert.match(plan, /model\.safetensors \(10\.8 MB\)/);
  // The configuration and the tokenizer were looked at: they say whether the model can run.
  assert.ok(!hub.requests.some(({ url }) => url.includes("safetensors")));
  assert.equal(fs.existsSync(window.modelsFolder), false);
});

test("a download shows how far it is, pauses, survives reloads, and goes on where it stopped", async () => {
  const { page, workbench, hub } = window;
  hub.fail(WEIGHTS, { kind: "trickle", bytes: 100_000, everyMs: 90 });
  await ask(NAME);
  await answerDialog(page, "Download");
  await waitForRow(page, NAME, /\d+%, .* of 11\.0 MB, .*\/s, .* left/);
  await workbench.waitForNotification(/Downloading sample\/tiny-gpt2: \d+%/);
  await workbench.screenshot(path.join(images, "models.png"));
  await pressInRow(page, NAME, "Pause Download");
  await waitForRow(page, NAME, /paused at \d+%/);
  const sent = hub.sent.get("model.safetensors") ?? 0;
  assert.ok(sent > 0 && sent < 10_000_000, `${sent} bytes`);

  await pressInRow(page, NAME, "Resume Download");
  await waitForRow(page, NAME, /\d+%, .* left/);
  await page.reload();
  await offerOfInterrupted().waitFor({ timeout: 60_000 });
  await offerOfInterrupted().getByRole("button", { name: "Resume" }).click();

  // A process that hangs still has its download when the next window looks, and has ended a moment later.
  await waitForRow(page, NAME, /\d+%, .* left/);
  const host = await extensionHost(window.serverPid);
  process.kill(host, "SIGSTOP");
  await page.reload();
  await waitForRow(page, NAME, /another window is working on it/, 60_000);
  process.kill(host, "SIGKILL");
  await offerOfInterrupted().waitFor();
  hub.mend();
  await offerOfInterrupted().getByRole("button", { name: "Resume" }).click();
  await workbench.waitForNotification(/sample\/tiny-gpt2 is ready/, 60_000);
  const total = hub.sent.get("model.safetensors") ?? 0;
  const size = fs.statSync(path.join(folderOf(NAME), "model.safetensors")).size;
  // What was under way when a connection was cut is sent twice: never as much as the file.
  assert.ok(total < 1.5 * size, `${total} bytes were sent for a file of ${size}`);
  assert.ok(fs.existsSync(path.join(folderOf(NAME), "localghost-int8.safetensors")), "it is packed");
});

test("the model is chosen in the status bar's menu, and writes", async () => {
  const { page, workbench } = window;
  await workbench.openFile("greetings.ts");
  await workbench.runCommand("Localghost: Show Menu");
  await pick(page, "Choose Model…");
  await page.locator(".quick-input-widget .monaco-list-row", { hasText: "openai-community/gpt2-xl" }).waitFor();
  await page.waitForFunction("getComputedStyle(document.querySelector('.quick-input-widget')).opacity === '1'");
  await workbench.screenshot(path.join(images, "models-choose.png"));
  await pick(page, NAME);
  await waitForRow(page, NAME, /, everywhere · /);
  await shows("tiny-gpt2");
  await writesIn("greetings.ts");
  await shows("tiny-gpt2 (CPU)");
  await workbench.runCommand("File: Revert File");
});

test("a language has a model of its own, and the status bar says which", async () => {
  const { page, workbench } = window;
  await workbench.runCommand("Localghost: Choose Model for This Language…");
  await pick(page, "localghost-nano");
  await waitForRow(page, "localghost-nano", /, for typescript · /);
  await shows("localghost-nano");
  await workbench.openFile("README.md");
  await shows("tiny-gpt2");
  await workbench.openFile("greetings.ts");
  await workbench.runCommand("Localghost: Choose Model for This Language…");
  await pick(page, "The same as everywhere");
  await shows("tiny-gpt2");
});

test("verifying finds a flipped byte", async () => {
  const { workbench } = window;
  await runOn(window, NAME, "Verify Model");
  await workbench.waitForNotification(/sample\/tiny-gpt2 is whole: 4 files verified\./);
  const file = path.join(folderOf(NAME), "model.safetensors");
  const bytes = fs.readFileSync(file);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  fs.writeFileSync(file, bytes);
  await runOn(window, NAME, "Verify Model");
  await workbench.waitForNotification(/sample\/tiny-gpt2 is not whole: model\.safetensors is damaged\./);
});

test("a model that is in use and loaded is deleted, and the embedded one takes its place", async () => {
  const { page, workbench } = window;
  await runOn(window, NAME, "Delete Model");
  const question = await answerDialog(page, "Delete");
  assert.match(question, /This frees 17\.\d MB\./);
  assert.match(question, /It is in use \(everywhere\)/);
  await workbench.waitForNotification(/sample\/tiny-gpt2 is deleted: 17\.\d MB freed\./);
  assert.equal(fs.existsSync(folderOf(NAME)), false);
  await row(page, NAME).waitFor({ state: "hidden" });
  await writesIn("greetings.ts");
  await shows("localghost-nano (CPU)");
  await workbench.runCommand("File: Revert File");
});

test("VS Code's own proxy leads to a hub that is known to it alone", async () => {
  const { page, workbench, hub, set } = window;
  assert.equal(proxy.tunnels.length, 0, "VS Code itself goes past it to its own machine");
  hub.publish("tiny/plain", checkpointFolder("tiny-plain"));
  const { port } = new URL(hub.endpoint);
  const host = `hub.test:${port}`;
  set({ "localghost.hub.endpoint": `http://${host}` });
  const planFromThere = async (): Promise<boolean> => {
    await ask("tiny/plain");
    const isThere = (await page.locator(".monaco-dialog-box").innerText()).includes(`from ${host}`);
    await answerDialog(page, isThere ? "Download" : "Cancel");
    return isThere;
  };
  await poll(planFromThere, (isThere) => isThere, "the new endpoint");
  await workbench.openNotificationCenter();
  await workbench.waitForNotification(/tiny\/plain is ready/);
  assert.ok(proxy.tunnels.includes(host));
  assert.equal(proxy.refused, 0);
  assert.ok(fs.existsSync(path.join(folderOf("tiny/plain"), "model.safetensors")));
});

test("a model is found on the hub by words, another comes from a folder, and both move to a chosen place", async () => {
  const { page, workbench } = window;
  await workbench.runCommand("Localghost: Add Model…");
  await pick(page, "Search hub.test");
  await answer(page, "tiny-gpt2");
  await pick(page, NAME);
  assert.match(await answerDialog(page, "Cancel"), /Download sample\/tiny-gpt2\?/);

  await workbench.runCommand("Localghost: Add Model…");
  await pick(page, "Folder");
  await chooseFolder(page, checkpointFolder("tiny-odd"), "Add");
  await workbench.waitForNotification(/tiny-odd is ready/);

  const elsewhere = path.join(path.dirname(window.modelsFolder), "elsewhere");
  fs.mkdirSync(elsewhere);
  await workbench.runCommand("Localghost: Move Models Folder…");
  await chooseFolder(page, elsewhere, "Choose Folder");
  assert.match(await answerDialog(page, "Move"), /Move the models to .*elsewhere\?/);
  await workbench.waitForNotification(/The models \(.*\) are in .*elsewhere now\./);
  for (const name of ["imported/tiny-odd", "tiny/plain"]) {
    assert.ok(fs.existsSync(path.join(elsewhere, name, "model.safetensors")), name);
    assert.equal(fs.existsSync(folderOf(name)), false, name);
    await waitForRow(page, name, /./);
  }
});
