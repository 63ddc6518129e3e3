import { repository } from "./paths.mjs";
import { copySampleWorkspace } from "./sampleWorkspace.mjs";
import { startVscodeServer } from "./vscodeServer.mjs";
import { openWorkbench } from "./workbench.mjs";

/**
 * @typedef {object} SampleWindow A VS Code window on a copy of a folder, with Localghost at work in it.
 * @property {import("./workbench.mjs").Workbench} workbench
 * @property {import("./vscodeServer.mjs").VscodeServer} server
 * @property {string} folder The copy that is open.
 * @property {() => Promise<void>} close
 */

/**
 * @param {object} [options]
 * @param {string} [options.original] The folder; the fixtures' workspace by default.
 * @param {(folder: string) => void} [options.prepare] Changes the copy before it is opened.
 * @param {Parameters<typeof startVscodeServer>[0]} [options.server] By default this repository is the extension, without the
 *   smoke-test driver.
 * @param {{ viewport?: { width: number, height: number }, deviceScaleFactor?: number }} [options.page]
 * @returns {Promise<SampleWindow>}
 */
export async function openSampleWindow({ original, prepare, server: serverOptions, page = {} } = {}) {
  /** @type {(() => Promise<unknown>)[]} */
  const cleanups = [];
  const close = async () => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  };
  try {
    const sample = await copySampleWorkspace(original);
    cleanups.push(sample.remove);
    prepare?.(sample.path);
    const server = await startVscodeServer(serverOptions ?? { linkedExtensions: [repository], smokeTestDriver: false });
    cleanups.push(server.stop);
    const workbench = await openWorkbench({ server, folder: sample.path, ...page });
    cleanups.push(() => workbench.close());
    await workbench.waitForStatusBarText(/Localghost/);
    return { workbench, server, folder: sample.path, close };
  } catch (error) {
    await close();
    throw error;
  }
}
