/** The packaged extension, installed as a user installs it: it must need nothing of the repository. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { after, test } from "node:test";
import { readPackage } from "../../scripts/lib/checkPackage.mjs";
import { installVsix } from "../../scripts/lib/installVsix.mjs";
import { projectNode, repository } from "../../scripts/lib/paths.mjs";
import { openSampleWindow } from "../../scripts/lib/sampleWindow.mjs";
import { engineProcesses, mappedFiles } from "../helpers/engineProcesses.ts";
import { temporaryFolder } from "../helpers/fixtures.ts";

const packageScript = [path.join(repository, "scripts", "package.mjs")];
const cleanups: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

test("a package for Alpine Linux answers in WebAssembly, with the repository out of reach", async (t) => {
  const folder = temporaryFolder(t);
  const vsix = path.join(folder, "alpine.vsix");
  execFileSync(projectNode, [...packageScript, "--target", "alpine-x64", "--out", vsix], { stdio: "pipe" });
  const { entries } = await readPackage(vsix);
  for (const [name, { content }] of entries) {
    const file = path.join(folder, "extension", name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
  const cli = path.join(folder, "extension", "dist", "cli.js");
  // It carries weights of one format, which answer whatever is asked for.
  for (const dtype of ["int8", "fp32"]) {
    const args = ["complete", "--prompt", "export function ", "--max-tokens", "8", "--dtype", dtype, "--json"];
    const answer = execFileSync(projectNode, [cli, ...args], { encoding: "utf8", cwd: folder });
    const { text, device, dtype: used } = JSON.parse(answer) as Record<"text" | "device" | "dtype", string>;
    assert.deepEqual([device, used], ["cpu", "fp16"]);
    assert.match(text, /\S/);
  }
});

test("the packaged extension shows ghost text with the repository out of reach", async (t) => {
  const vsix = path.join(temporaryFolder(t), "localghost.vsix");
  execFileSync(projectNode, [...packageScript, "--out", vsix], { stdio: "pipe" });
  const { extensionsDir, remove } = await installVsix(vsix);
  cleanups.push(remove);
  const [installed = ""] = fs.readdirSync(extensionsDir).filter((name) => name.startsWith("localghost."));
  const folder = path.join(extensionsDir, installed);
  assert.deepEqual(nativeLibraries(folder), [`${process.platform}/${process.arch}`], "one platform's library only");
  assert.ok(!fs.existsSync(path.join(folder, "models", "localghost-nano", "model.safetensors")), "packed weights only");

  const { workbench, close } = await openSampleWindow({ server: { extensionsDir } });
  cleanups.push(close);
  await workbench.openFile("cart.ts");
  await workbench.press("Control+End");
  await workbench.typeText("\nexport ");
  // Asked for: whether it is shown unasked is the gate's business, and not the package's.
  await workbench.runCommand("Localghost: Trigger Ghost Text");
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
