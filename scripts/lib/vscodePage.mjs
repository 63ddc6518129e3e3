import { trackIdleCallbacks } from "./workbenchDom.mjs";

/**
 * @typedef {object} PageOptions
 * @property {import("./vscodeServer.mjs").VscodeServer} server
 * @property {import("playwright-core").Browser} browser
 * @property {string} folder The folder that VS Code opens.
 * @property {string} [extensionPath] An extension to run from its sources' folder; without it, only installed ones run.
 * @property {string} [extensionTestsPath] A module whose `run()` VS Code calls in the extension host.
 * @property {(type: string, args: unknown[]) => void} [onLog] What the extension host and the workbench log.
 * @property {(code: number) => void} [onExit] The outcome of `run()`.
 * @property {{ width: number, height: number }} [viewport]
 * @property {number} [deviceScaleFactor]
 */

/**
 * Opens VS Code's workbench in a new browser context, and does not wait until it is ready.
 *
 * @param {PageOptions} options
 * @returns {Promise<import("playwright-core").Page>}
 */
export async function openVscodePage(options) {
  const { server, browser, folder, extensionPath, extensionTestsPath, onLog, onExit } = options;
  const { viewport = { width: 1280, height: 800 }, deviceScaleFactor = 1 } = options;
  const context = await browser.newContext({ viewport, deviceScaleFactor });
  await context.addInitScript(trackIdleCallbacks);
  const page = await context.newPage();
  if (onLog) await page.exposeFunction("codeAutomationLog", onLog);
  if (onExit) await page.exposeFunction("codeAutomationExit", onExit);
  /** @type {[string, string][]} */
  const payload = [["skipWelcome", "true"]];
  if (extensionPath) payload.push(["extensionDevelopmentPath", server.remote(extensionPath)]);
  if (extensionTestsPath) payload.push(["extensionTestsPath", server.remote(extensionTestsPath)]);
  await page.goto(server.url(folder, payload));
  return page;
}
