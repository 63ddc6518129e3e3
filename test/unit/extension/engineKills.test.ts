/** Engines and hosts that are killed at random moments; `npm run kills` goes on for longer, in a real VS Code, too. */
import assert from "node:assert/strict";
import * as path from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { seededRandom } from "../../../src/engine/sampling/random.ts";
import { makePackedWeights, packedFileName } from "../../../src/engine/model/packedWeights.ts";
import { checkpointFolder, copyModel, temporaryFolder } from "../../helpers/fixtures.ts";
import { EngineHost } from "../../kills/engineHost.ts";
import { engineFile } from "../../kills/engineFile.ts";
import { HostProcess } from "../../kills/hostProcess.ts";
import { killOnce, MOMENTS } from "../../kills/kills.ts";
import { silentLog } from "./helpers/fakeEngine.ts";

const IS_POSIX = process.platform !== "win32";
const HALT_MS = 500;

test("an engine is killed at each kind of moment: calls end with a reason, no edit is lost, another one comes", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  await makePackedWeights(folder, "int8", path.join(folder, packedFileName("int8")));
  const host = new EngineHost(engineFile(), { folder, device: "cpu" }, temporaryFolder(t), silentLog);
  t.after(() => host.supervisor.stop());
  const random = seededRandom(1);
  for (const moment of MOMENTS) {
    const byItself = moment === "writing";
    const { gaveUp } = await killOnce(host, moment, random, byItself ? "byItself" : "restart");
    assert.equal(gaveUp, false);
  }
});

test("an engine goes on after its host was halted, and ends when it is killed", { skip: !IS_POSIX }, async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const host = new HostProcess("writing", { engineFile: engineFile(), folder, cacheFolder: temporaryFolder(t) });
  const engine = await host.engineAtWork();
  host.child.kill("SIGSTOP");
  await wait(HALT_MS);
  host.child.kill("SIGCONT");
  // What was under way when it was halted, and what it asked next.
  for (let i = 0; i < 2; i++) assert.equal(await host.engineAtWork(), engine);
  await assert.doesNotReject(host.kill(engine));
});
