/** A VS Code window with the Models view open, an empty models folder, and a hub on this machine. */
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Locator, Page } from "playwright-core";
import { repository } from "../../../scripts/lib/paths.mjs";
import { widenSideBar } from "../../../scripts/lib/playgroundWindow.mjs";
import { poll } from "../../../scripts/lib/poll.mjs";
import { copySampleWorkspace } from "../../../scripts/lib/sampleWorkspace.mjs";
import { startVscodeServer } from "../../../scripts/lib/vscodeServer.mjs";
import { openWorkbench, type Workbench } from "../../../scripts/lib/workbench.mjs";
import { TestHub } from "../../helpers/hubServer.ts";

export interface ModelsWindow {
  readonly workbench: Workbench;
  readonly page: Page;
  readonly hub: TestHub;
  readonly modelsFolder: string;
  /** The process of the VS Code server. */
  readonly serverPid: number;
  /** Adds settings of the machine that the extension runs on. */
  readonly set: (settings: Record<string, unknown>) => void;
  readonly close: () => Promise<void>;
}

/** @param settings of the user */
export async function openModels(settings: Record<string, unknown> = {}): Promise<ModelsWindow> {
  const cleanups: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  };
  try {
    const hub = await TestHub.start();
    cleanups.push(() => hub.stop());
    const home = fs.mkdtempSync(path.join(fs.realpathSync(tmpdir()), "localghost-models-"));
    cleanups.push(() => fs.rmSync(home, { recursive: true, force: true }));
    const modelsFolder = path.join(home, ".local", "share", "localghost", "models");
    const sample = await copySampleWorkspace(path.join(repository, "media", "sample"));
    cleanups.push(sample.remove);
    const server = await startVscodeServer({
      ...{ linkedExtensions: [repository], smokeTestDriver: false, settings },
      env: { HOME: home, XDG_DATA_HOME: "", LOCALGHOST_MODELS: "" },
    });
    cleanups.push(server.stop);
    const file = path.join(server.userDataDir, "Machine", "settings.json");
    const set: ModelsWindow["set"] = (more) => {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      const before = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as object) : {};
      fs.writeFileSync(file, JSON.stringify({ ...before, ...more }));
    };
    set({ "localghost.hub.endpoint": hub.endpoint });
    const viewport = { width: 1280, height: 680 };
    const workbench = await openWorkbench({ server, folder: sample.path, viewport, deviceScaleFactor: 1.5 });
    cleanups.push(() => workbench.close());
    await workbench.waitForStatusBarText(/Localghost/);
    await workbench.openFile("greetings.ts");
    await workbench.runCommand("Localghost: Focus on Models View");
    await workbench.page.locator(".pane-header", { hasText: "Playground" }).click();
    await widenSideBar(workbench.page, 520);
    return { workbench, page: workbench.page, hub, modelsFolder, serverPid: server.pid, set, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The row of a model; its label for screen readers says its state too. */
export function row(page: Page, name: string): Locator {
  return page.locator(`.pane-body .monaco-list-row[aria-label^="${name},"]`);
}

/** Waits until the row of a model says something. */
export async function waitForRow(page: Page, name: string, expected: RegExp, limit?: number): Promise<string> {
  const read = async (): Promise<string> => {
    const labels = await row(page, name).evaluateAll((rows) => rows.map((one) => one.getAttribute("aria-label") ?? ""));
    return labels.join("\n");
  };
  return poll(read, (label) => expected.test(label), `the row of ${name} to say ${String(expected)}`, limit);
}

/** Presses a button that appears in the row of a model when it is pointed at. */
export async function pressInRow(page: Page, name: string, action: string): Promise<void> {
  await row(page, name).hover();
  await row(page, name).locator(`a.action-label[aria-label^="${action}"]`).click();
}

/** Runs a command on a model. */
export async function runOn({ workbench, page }: ModelsWindow, name: string, command: string): Promise<void> {
  await workbench.runCommand(`Localghost: ${command}`);
  await pick(page, name);
}

/** Presses a button of the dialog that is shown. */
export async function answerDialog(page: Page, button: string): Promise<string> {
  const dialog = page.locator(".monaco-dialog-box");
  await dialog.waitFor();
  const text = await dialog.innerText();
  await dialog.locator(".monaco-button", { hasText: button }).first().click();
  await dialog.waitFor({ state: "hidden" });
  return text;
}

/** Chooses an entry of the quick pick that is shown. */
export async function pick(page: Page, entry: string | RegExp): Promise<void> {
  await page.locator(".quick-input-widget .monaco-list-row", { hasText: entry }).first().click();
}

/** Chooses a folder in VS Code's own dialog for files, by its path. */
export async function chooseFolder(page: Page, folder: string, button: string): Promise<void> {
  const dialog = page.locator(".quick-input-widget");
  const input = dialog.locator("input").first();
  const confirm = dialog.locator(".quick-input-action .monaco-button", { hasText: button });
  await confirm.waitFor();
  const found = dialog.locator(".monaco-list-row", { hasText: path.basename(folder) }).first();
  // The dialog writes the folder where it begins, and may do so after what was typed.
  const type = async (): Promise<boolean> => {
    if ((await input.inputValue()) !== folder) await input.fill(folder);
    await page.waitForTimeout(300);
    return found.isVisible();
  };
  await poll(type, (isFound) => isFound, `the dialog to find ${folder}`);
  // What is typed filters the folder around it; only a folder that was gone into is the one that is taken.
  await found.click();
  await poll(
    () => input.inputValue(),
    (shown) => shown === `${folder}/`,
    `the dialog to go into ${folder}`,
  );
  await confirm.click();
  await dialog.waitFor({ state: "hidden" });
}

/** Types into the input box that is shown, and confirms. */
export async function answer(page: Page, text: string): Promise<void> {
  const input = page.locator(".quick-input-widget input").first();
  await input.fill(text);
  await page.locator(".quick-input-widget .monaco-list-row").first().waitFor({ state: "hidden" });
  await input.press("Enter");
}
