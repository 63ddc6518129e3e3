/** Installs what tests in a real VS Code need, where it is not there yet: the VS Code server and a browser. */
import { ensureChromium } from "./lib/chromium.mjs";
import { installVscodeServer } from "./lib/installVscodeServer.mjs";
import { describe } from "./lib/problem.mjs";

try {
  await installVscodeServer();
  ensureChromium();
} catch (error) {
  // Who needs them tries again, and fails with the same words.
  process.stderr.write(`${describe(error)}\n`);
}
