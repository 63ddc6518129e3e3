/** Another extension that suggests text is there: the user is told once, and the answer holds in a window that is reloaded. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { repository } from "../../scripts/lib/paths.mjs";
import { openSampleWindow, type SampleWindow } from "../../scripts/lib/sampleWindow.mjs";

const STATUS = /Localghost/;
const SURE = "\nexport ";
let folder: string;
let window: SampleWindow | undefined;
let workbench: SampleWindow["workbench"];

/** Makes a folder an extension with the id of one that is known, which does nothing but to be active. */
function writeNeighbour(extension: string): void {
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
}

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "localghost-neighbour-"));
  writeNeighbour(folder);
  const settings = { "files.autoSave": "off", "localghost.memory.enable": false };
  window = await openSampleWindow({
    server: { linkedExtensions: [repository, folder], smokeTestDriver: false, settings },
  });
  ({ workbench } = window);
});

after(async () => {
  await window?.close();
  fs.rmSync(folder, { recursive: true });
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
