/** The packaged extension, installed as a user installs it: it must need nothing of the repository. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, test } from "node:test";
import { installVsix } from "../../scripts/lib/installVsix.mjs";
import { projectNode, repository } from "../../scripts/lib/paths.mjs";
import { copySampleWorkspace } from "../../scripts/lib/sampleWorkspace.mjs";
import { startVscodeServer } from "../../scripts/lib/vscodeServer.mjs";
import { openWorkbench } from "../../scripts/lib/workbench.mjs";
import { engineProcesses, mappedFiles } from "../helpers/engineProcesses.ts";
import { temporaryFolder } from "../helpers/fixtures.ts";

const cleanups: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

test("the packaged extension shows ghost text with the repository out of reach", async (t) => {
  const vsix = path.join(temporaryFolder(t), "localghost.vsix");
  execFileSync(projectNode, [path.join(repository, "scripts", "package.mjs"), "--out", vsix], { stdio: "pipe" });
  const { extensionsDir, remove } = await installVsix(vsix);
  cleanups.push(remove);
  const [installed = ""] = fs.readdirSync(extensionsDir).filter((name) => name.startsWith("localghost."));
  const folder = path.join(extensionsDir, installed);
  assert.deepEqual(nativeLibraries(folder), [`${process.platform}/${process.arch}`], "one platform's library only");
  assert.ok(!fs.existsSync(path.join(folder, "models", "localghost-nano", "model.safetensors")), "packed weights only");

  const workspace = await copySampleWorkspace();
  cleanups.push(workspace.remove);
  const server = await startVscodeServer({ extensionsDir });
  cleanups.push(server.stop);
  const workbench = await openWorkbench({ server, folder: workspace.path });
  cleanups.push(() => workbench.close());
  await workbench.waitForStatusBarText(/Localghost/);
  await workbench.openFile("cart.ts");
  await workbench.press("Control+End");
  await workbench.typeText("\nexport ");
  assert.match(await workbench.waitForGhostText(), /\S/);

  const [pid = 0] = engineProcesses(folder);
  const outside = mappedFiles(pid).filter((file) => file.startsWith(repository) && file !== projectNode);
  assert.deepEqual(outside, [], "the engine uses files of the repository");
});

function nativeLibraries(folder: string): string[] {
  const binaries = path.join(folder, "node_modules", "onnxruntime-node", "bin", "napi-v6");
  return fs
    .readdirSync(binaries)
    .flatMap((platform) =>
      fs.readdirSync(path.join(binaries, platform)).map((architecture) => `${platform}/${architecture}`),
    );
}
