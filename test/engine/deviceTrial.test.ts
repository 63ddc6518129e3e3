/** Devices are compared in the background: whatever goes wrong there, requests go on. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { type DeviceTrial, runDeviceTrial } from "../../src/engine/deviceTrial.ts";
import { Engine } from "../../src/engine/engine.ts";
import { checkpointFolder, copyModel, neverAborted, temporaryFolder } from "../helpers/fixtures.ts";
import { paramsFor } from "./helpers/engine.ts";

test("a model that is gone when its devices were compared takes nothing else down", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const written = t.mock.method(process.stderr, "write", () => true);
  const engine = new Engine({
    cacheFolder: temporaryFolder(t),
    tryDevices: () => {
      fs.rmSync(folder, { recursive: true });
      return Promise.resolve({ onlyCpuBecause: "There is no GPU." });
    },
  });
  t.after(() => engine.dispose());
  await engine.load({ folder }, neverAborted());
  while (written.mock.callCount() === 0) await new Promise(setImmediate);
  assert.match(String(written.mock.calls[0]?.arguments[0]), /^The devices for tiny-plain could not be compared: /);
  const other = copyModel(t, checkpointFolder("tiny-odd"));
  assert.equal((await engine.generate(paramsFor(other), neverAborted())).device, "cpu");
});

const scripts: [what: string, script: string, reason: RegExp][] = [
  ["prints what a driver has to say", 'console.log("NVRM: version mismatch")', /failed when it was tried \(.*JSON/],
  ["fails", "process.exit(3)", /failed when it was tried \(exit code 3\)\.$/],
  ["is killed", 'process.kill(process.pid, "SIGKILL")', /failed when it was tried \(SIGKILL\)\.$/],
];

for (const [what, script, reason] of scripts) {
  // Windows has no signals, and tells of an exit code.
  const skip = process.platform === "win32" && script.includes("SIGKILL");
  test(`the CPU is taken where the comparison ${what}`, { skip }, async (t) => {
    const file = path.join(temporaryFolder(t), "trial.js");
    fs.writeFileSync(file, script);
    const trial: DeviceTrial = { folder: "/models/any", dtype: "int8", threads: 1, cacheFolder: "/cache" };
    const times = await runDeviceTrial(file, trial);
    assert.match("onlyCpuBecause" in times ? times.onlyCpuBecause : "", reason);
  });
}
