import * as fs from "node:fs";
import * as path from "node:path";
import { repository } from "./paths.mjs";
import { poll } from "./poll.mjs";
import { openSampleWindow } from "./sampleWindow.mjs";

/** @typedef {import("playwright-core").Page} Page */

/**
 * Each theme with its name in the settings, and the class that VS Code then gives to a webview's body.
 *
 * @satisfies {Record<string, [string, string]>}
 */
const themes = {
  dark: ["Default Dark Modern", "vscode-dark"],
  "high-contrast": ["Default High Contrast", "vscode-high-contrast"],
  light: ["Default Light Modern", "vscode-light"],
};

/**
 * @typedef {object} PlaygroundWindow A VS Code window on the sample, with the playground's view open.
 * @property {import("./workbench.mjs").Workbench} workbench
 * @property {import("playwright-core").FrameLocator} page
 * @property {string} folder The folder that is open.
 * @property {(theme: keyof typeof themes) => Promise<void>} setTheme
 * @property {() => Promise<void>} close
 */

/**
 * @param {{ width: number, height: number }} [viewport]
 * @returns {Promise<PlaygroundWindow>}
 */
export async function openPlayground(viewport = { width: 1100, height: 1000 }) {
  const { workbench, folder, close } = await openSampleWindow({
    original: path.join(repository, "media", "sample"),
    page: { viewport, deviceScaleFactor: 1.5 },
  });
  try {
    await workbench.runCommand("Localghost: Focus on Playground View");
    const page = pageIn(workbench.page);
    await page.locator("#prompt").waitFor();
    await widenSideBar(workbench.page, Math.min(640, viewport.width - 100));
    const setTheme = (/** @type {keyof typeof themes} */ theme) => useTheme(workbench.page, folder, theme);
    return { workbench, page, folder, setTheme, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The page that is seen: VS Code nests it in a frame of its own origin, and keeps those that are hidden.
 *
 * @param {Page} page
 */
export function pageIn(page) {
  return page.frameLocator("iframe.webview.ready >> visible=true").frameLocator("#active-frame");
}

/**
 * To run scripts in the page, which its own policy does not allow to others.
 *
 * @param {Page} page
 */
export function contentFrame(page) {
  const frame = page.frames().find((one) => one.url().includes("fake.html"));
  if (!frame) throw new Error("There is no webview.");
  return frame;
}

/**
 * Presses the button that generates, and waits for the end of just that: what is said of an earlier generation stands there
 * until then.
 *
 * @param {Pick<PlaygroundWindow, "page" | "workbench">} window
 */
export async function generate({ page, workbench }) {
  const frame = contentFrame(workbench.page);
  const before = await frame.evaluate(countEnds);
  await page.locator("#generate").click();
  await poll(
    () => frame.evaluate(countEnds),
    (count) => count > before,
    "the end of a generation",
    60_000,
  );
  await page.locator("#summary", { hasText: /^\d+ tokens? after a prompt of \d+/ }).waitFor();
}

/** Runs in the page: how many generations have ended, and are drawn, since it was first called. */
function countEnds() {
  /** @type {typeof globalThis & { generationEnds?: number }} */
  const page = globalThis;
  if (page.generationEnds === undefined) {
    page.generationEnds = 0;
    addEventListener("message", (/** @type {MessageEvent<{ type: string }>} */ { data: { type } }) => {
      if (!["generated", "stopped", "failed"].includes(type)) return;
      requestAnimationFrame(() => requestAnimationFrame(() => (page.generationEnds = (page.generationEnds ?? 0) + 1)));
    });
  }
  return page.generationEnds;
}

/**
 * What a reload of the window brings back: what VS Code has written down of the view. It does so when it is idle, and a
 * window that is reloaded does not wait for it.
 *
 * @param {Page} page
 * @returns {Promise<{ tab?: string, text?: string }>}
 */
export async function savedPlayground(page) {
  const memento = await page.evaluate(readWorkspaceStorage, "memento/webviewView.localghost.playground");
  const { webviewState } = /** @type {{ webviewState?: string }} */ (JSON.parse(memento ?? "{}"));
  /** @type {unknown} */
  const state = JSON.parse(webviewState ?? "{}");
  return /** @type {{ tab?: string, text?: string }} */ (state);
}

/**
 * Runs in the page: one entry of the storage that VS Code in a browser keeps for the workspace.
 *
 * @param {string} key
 * @returns {Promise<string | undefined>}
 */
async function readWorkspaceStorage(key) {
  /** @type {<T>(request: IDBRequest<T>) => Promise<T>} */
  const resultOf = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error("IndexedDB refuses"));
    });
  // A headless browser may draw nothing more, and then has no idle moment either, as it has for a person who moves a mouse.
  await new Promise(requestAnimationFrame);
  for (const { name = "" } of await indexedDB.databases()) {
    if (!name.startsWith("vscode-web-state-db-") || name.endsWith("-global")) continue;
    const database = await resultOf(indexedDB.open(name));
    try {
      /** @type {unknown} */
      const value = await resultOf(database.transaction("ItemTable").objectStore("ItemTable").get(key));
      if (typeof value === "string") return value;
    } finally {
      database.close();
    }
  }
  return undefined;
}

/**
 * @param {Page} page
 * @param {number} to
 */
export async function widenSideBar(page, to) {
  const box = await page.locator(".part.sidebar").boundingBox();
  if (!box) throw new Error("There is no side bar.");
  await page.mouse.move(box.x + box.width, 400);
  await page.mouse.down();
  await page.mouse.move(to, 400, { steps: 5 });
  await page.mouse.up();
}

/**
 * @param {Page} page
 * @param {string} folder
 * @param {keyof typeof themes} theme
 */
async function useTheme(page, folder, theme) {
  const [name, style] = themes[theme];
  const settings = path.join(folder, ".vscode");
  fs.mkdirSync(settings, { recursive: true });
  fs.writeFileSync(path.join(settings, "settings.json"), JSON.stringify({ "workbench.colorTheme": name }));
  /** @returns {Promise<string>} */
  const styles = () => contentFrame(page).evaluate("document.body.className");
  await poll(styles, (names) => names.split(" ").includes(style), `the theme ${name}`);
}
