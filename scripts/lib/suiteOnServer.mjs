import { launchChromium } from "./chromium.mjs";
import { Problem } from "./problem.mjs";
import { openVscodePage } from "./vscodePage.mjs";
import { startVscodeServer } from "./vscodeServer.mjs";

/**
 * Runs a suite in the extension host of a VS Code server, with the workbench in a headless browser.
 *
 * @param {import("./suiteOnDesktop.mjs").SuiteOptions} options
 * @returns {Promise<number>} The exit code.
 */
export async function runSuiteOnServer({ extension, suite, folder, cleanup, output }) {
  const server = await startVscodeServer();
  cleanup.add(server.stop);
  const browser = await launchChromium();
  cleanup.add(() => browser.close());
  return new Promise((resolve, reject) => {
    const lost = (/** @type {string} */ what) => () => reject(new Problem(`${what} ended before the suite did.`));
    browser.on("disconnected", lost("The browser"));
    void server.exited.then(lost("The VS Code server"));
    openVscodePage({
      ...{ server, browser, folder, extensionPath: extension, extensionTestsPath: suite },
      onLog: (_type, args) => output.log(args),
      onExit: resolve,
    }).then((page) => page.on("crash", lost("The page")), reject);
  });
}
