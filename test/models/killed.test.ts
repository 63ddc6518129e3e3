/** kill -9 at any moment of download, import, pack and delete: the next start is clean, nothing is corrupt, no space leaks. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { seededRandom } from "../../src/engine/sampling/random.ts";
import { cleanUp } from "../../src/models/cleanUp.ts";
import { installedNames } from "../../src/models/installed.ts";
import { ModelsFolder } from "../../src/models/modelsFolder.ts";
import { packModel } from "../../src/models/packModel.ts";
import { removeModel } from "../../src/models/remove.ts";
import { verifyModel } from "../../src/models/verify.ts";
import { checkpointFolder, neverAborted, temporaryFolder } from "../helpers/fixtures.ts";
import { downloadBench, filesBelow } from "./helpers/hub.ts";

const PLAIN = checkpointFolder("tiny-plain");
const RESTLESS = path.join(import.meta.dirname, "helpers", "restless.ts");
const KILLS = 50;
/** A round of the restless process takes about as long. */
const LONGEST_MS = 500;

/** What a kill may leave after tidying up: whole models, and a download that can go on. */
function assertTidy(folder: string): void {
  const allowed =
    /^(tiny\/plain|imported\/copy)\/(config\.json|tokenizer\.json|model\.safetensors|localghost(-\w+\.safetensors|\.json))$|^\.staging\/tiny--plain\/(download\.json|model\/)/;
  assert.deepEqual(
    filesBelow(folder).filter((file) => !allowed.test(file)),
    [],
  );
}

const REMOVES = path.join(import.meta.dirname, "helpers", "restlessRemove.ts");
/** So many files that removing them takes a while. */
const FILES = 400;

test("kills while a model is removed leave all of it or nothing", { timeout: 300_000 }, async (t) => {
  const models = new ModelsFolder(path.join(temporaryFolder(t), "models"));
  const name = "imported/many";
  const random = seededRandom(20_260_502);
  const ends = new Set<string>();
  for (let kill = 0; kill < 25; kill++) {
    fs.mkdirSync(models.model(name), { recursive: true });
    for (let i = 0; i < FILES; i++) fs.writeFileSync(path.join(models.model(name), `${i}.safetensors`), "x");
    const child = spawn(process.execPath, [REMOVES, models.path, name], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    await wait(random() * 25);
    child.kill("SIGKILL");
    await once(child, "close");
    const trashed = filesBelow(models.trash).length;
    const left = filesBelow(models.model(name)).length;
    assert.ok(left === 0 || left === FILES, "what is in sight is whole");
    ends.add(left === FILES ? "before" : trashed > 0 ? "half-way" : "after");
    cleanUp(models);
    assert.equal(filesBelow(models.path).length, left, "nothing else is left");
  }
  t.diagnostic(`killed ${[...ends].sort().join(", ")}`);
  assert.ok(ends.size > 1, "kills do come in the middle");
});

test(`${KILLS} kills leave nothing corrupt and nothing behind`, { timeout: 300_000 }, async (t) => {
  const { server, models, download } = await downloadBench(t);
  server.publish("tiny/plain", PLAIN);
  server.fail(/cdn/, { kind: "trickle", bytes: 32_768, everyMs: 8 });
  const random = seededRandom(20_260_501);
  const seen = new Set<string>();
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, [RESTLESS, server.endpoint, models.path, PLAIN], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await wait(random() * LONGEST_MS);
    assert.equal(child.exitCode, null, "it works until it is killed");
    child.kill("SIGKILL");
    await once(child, "close");

    for (const file of filesBelow(models.path)) {
      if (file.startsWith(".")) seen.add(file.split("/")[0] ?? "");
      if (file.endsWith(".tmp")) seen.add("tmp");
      if (file.endsWith(".part")) seen.add("part");
    }
    cleanUp(models);
    assertTidy(models.path);
    for (const name of installedNames(models)) {
      const results = await verifyModel(models.model(name), neverAborted());
      const bad = results.filter(({ state }) => state !== "ok");
      assert.deepEqual(bad, [], `${name} after kill ${kill}`);
      assert.ok(results.length >= 3, `${name} is whole`);
    }
  }
  t.diagnostic(`caught in the middle of: ${[...seen].sort().join(", ")}`);
  assert.ok(seen.has(".staging") && seen.has(".locks"), "kills do come in the middle");

  // And the next start works, to the end.
  server.mend();
  const folder = await download("tiny/plain");
  await packModel({ name: "tiny/plain", folder, lock: models.lockOf("tiny/plain") }, "int8", {});
  const results = await verifyModel(folder, neverAborted());
  assert.ok(results.every(({ state }) => state === "ok"));
  for (const name of installedNames(models)) await removeModel(models, name);
  cleanUp(models);
  assert.deepEqual(fs.readdirSync(models.path), []);
});
