/** Another extension that suggests text is there: the user is told once, and the answer holds in a window that is reloaded. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { repository } from "../../scripts/lib/paths.mjs";
import { copySampleWorkspace } from "../../scripts/lib/sampleWorkspace.mjs";
import { startVscodeServer } from "../../scripts/lib/vscodeServer.mjs";
import { openWorkbench, type Workbench } from "../../scripts/lib/workbench.mjs";

const STATUS = /Localghost/;
const SURE = "\nexport ";
let workbench: Workbench;
const cleanups: (() => Promise<unknown>)[] = [];

/** An extension with the id of one that is known, which does nothing but to be active. */
function writeNeighbour(folder: string): string {
  const extension = path.join(folder, "neighbour");
  fs.mkdirSync(extension);
  const manifest = {
    publisher: "TabNine",
    name: "tabnine-vscode",
    version: "1.0.0",
    engines: { vscode: "^1.100.0" },
    main: "./main.js",
    activationEvents: ["onStartupFinished"],
  };
  fs.writeFileSync(path.join(extension, "package.json"), JSON.stringify(manifest));
  fs.writeFileSync(path.join(extension, "main.js"), "exports.activate = () => undefined;\n");
  return extension;
}

before(async () => {
  const workspace = await copySampleWorkspace();
  cleanups.push(workspace.remove);
  const neighbour = writeNeighbour(path.dirname(workspace.path));
  const server = await startVscodeServer({
    linkedExtensions: [repository, neighbour],
    smokeTestDriver: false,
    settings: { "files.autoSave": "off", "localghost.memory.enable": false },
  });
  cleanups.push(server.stop);
  workbench = await openWorkbench({ server, folder: workspace.path });
  cleanups.push(() => workbench.close());
  await workbench.waitForStatusBarText(STATUS);
});

after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

async function useGhostText(): Promise<void> {
  await workbench.openFile("cart.ts");
  await workbench.press("Control+End");
  await workbench.typeText(SURE);
  await workbench.waitForGhostText();
}

test("the user is told once of another extension that suggests text", async () => {
  await useGhostText();
  assert.match(await workbench.waitForNotification("Tabnine"), /^Localghost: Tabnine suggests text as you type, too\./);
  await workbench.page.getByRole("button", { name: "Don’t Show Again" }).click();
  await workbench.runCommand("File: Revert File");

  await workbench.page.reload();
  await workbench.waitForStatusBarText(STATUS);
  await useGhostText();
  assert.deepEqual(
    (await workbench.notifications()).filter((text) => text.includes("Tabnine")),
    [],
  );
});
