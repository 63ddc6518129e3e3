/** Models that are there: listed, verified, packed, removed, and tidied up after. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { Engine } from "../../src/engine/engine.ts";
import { noteUse } from "../../src/engine/model/lastUsed.ts";
import { openPackedWeights, packedFileName } from "../../src/engine/model/packedWeights.ts";
import { cleanUp } from "../../src/models/cleanUp.ts";
import { unfinishedDownloads } from "../../src/models/download/unfinished.ts";
import { importModel } from "../../src/models/import/importModel.ts";
import { findInstalled, installedModels, installedNames } from "../../src/models/installed.ts";
import { ModelsFolder } from "../../src/models/modelsFolder.ts";
import { packModel } from "../../src/models/packModel.ts";
import { removeModel } from "../../src/models/remove.ts";
import { unusedModels } from "../../src/models/unused.ts";
import { verifyModel } from "../../src/models/verify.ts";
import { fails } from "../engine/helpers/checkpoints.ts";
import { checkpointFolder, copyModel, nanoFolder, neverAborted, temporaryFolder } from "../helpers/fixtures.ts";
import { downloadBench, filesBelow } from "./helpers/hub.ts";

const NAME = "imported/tiny-plain";

async function imported(t: TestContext): Promise<{ models: ModelsFolder; folder: string }> {
  const models = new ModelsFolder(path.join(temporaryFolder(t), "models"));
  const { folder } = await importModel(checkpointFolder("tiny-plain"), models, { signal: neverAborted() });
  return { models, folder };
}

function target(models: ModelsFolder) {
  return { name: NAME, folder: models.model(NAME), lock: models.lockOf(NAME) };
}

async function states(folder: string): Promise<Record<string, string>> {
  const results = await verifyModel(folder, neverAborted());
  return Object.fromEntries(results.map(({ file, state }) => [file, state]));
}

test("what is installed is listed with its sizes and where it came from", async (t) => {
  const { models, folder } = await imported(t);
  await packModel(target(models), "int8", {});
  const [model, ...others] = installedModels(models);
  assert.deepEqual(others, []);
  assert.equal(model?.name, NAME);
  assert.deepEqual([model.contextLength, model.source], [64, { kind: "import", from: "tiny-plain" }]);
  assert.equal(
    model.bytes,
    filesBelow(folder).reduce((sum, file) => sum + fs.statSync(path.join(folder, file)).size, 0),
  );
  assert.deepEqual(
    model.packed.map(({ dtype, state }) => [dtype, state]),
    [["int8", "ready"]],
  );
  assert.equal(findInstalled(models, "tiny-plain"), NAME);
  fs.cpSync(folder, models.model("other/tiny-plain"), { recursive: true });
  assert.equal(findInstalled(models, NAME), NAME);
  assert.throws(
    () => findInstalled(models, "tiny-plain"),
    fails("modelNotFound", /several models "tiny-plain": name one/),
  );
  assert.throws(() => findInstalled(models, "none"), fails("modelNotFound", /^There is no model "none" in /));
});

test("a model that is used is known to be, to the hour, and one that is not is listed as unused", async (t) => {
  const { models, folder } = await imported(t);
  const day = 24 * 3600 * 1000;
  const [now, before] = [Date.now(), filesBelow(folder)];
  const listed = () => installedModels(models);
  assert.equal(listed()[0]?.lastUsed, undefined);
  assert.deepEqual(
    [29, 31].map((days) => unusedModels(listed(), 30, now + days * day).map(({ name }) => name)),
    [[], [NAME]],
    "counted from when it was added",
  );
  const engine = new Engine({ threads: 1 });
  t.after(() => engine.dispose());
  await engine.load({ folder, dtype: "fp32", device: "cpu" }, neverAborted());
  const used = Date.parse(listed()[0]?.lastUsed ?? "");
  assert.ok(used >= now - 2000 && used <= Date.now());
  assert.deepEqual(
    filesBelow(folder).filter((file) => !before.includes(file)),
    [packedFileName("fp32"), "localghost-used"],
  );
  noteUse(folder, used + 30 * 60_000);
  assert.equal(Date.parse(listed()[0]?.lastUsed ?? ""), used, "not more than once an hour");
  noteUse(folder, used + 20 * day);
  assert.deepEqual(unusedModels(listed(), 30, now + 49 * day), []);
  assert.equal(unusedModels(listed(), 30, now + 51 * day).length, 1);

  // Folders that nobody added are left as they are.
  const plain = copyModel(t, checkpointFolder("tiny-plain"));
  noteUse(plain);
  assert.ok(!filesBelow(plain).includes("localghost-used"));
});

test("packing happens once, and again when the weights changed", async (t) => {
  const { models, folder } = await imported(t);
  assert.equal(await packModel(target(models), "int4", {}), true);
  assert.equal(await packModel(target(models), "int4", {}), false);
  const weights = path.join(folder, "model.safetensors");
  const bytes = fs.readFileSync(weights);
  bytes.writeFloatLE(0.25, bytes.length - 4);
  fs.writeFileSync(weights, bytes);
  assert.equal(await packModel(target(models), "int4", {}), true);
});

test("verifying finds each kind of damage, and nothing where there is none", async (t) => {
  const { models, folder } = await imported(t);
  await packModel(target(models), "int8", {});
  const sound = {
    "config.json": "ok",
    "tokenizer.json": "ok",
    "model.safetensors": "ok",
    [packedFileName("int8")]: "ok",
  };
  assert.deepEqual(await states(folder), sound);

  const flip = (name: string, at: number): void => {
    const file = path.join(folder, name);
    const bytes = fs.readFileSync(file);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    fs.writeFileSync(file, bytes);
  };
  // Past what a fingerprint samples: only reading all of it shows it.
  flip("model.safetensors", 100_000);
  assert.deepEqual(await states(folder), {
    ...sound,
    "model.safetensors": "damaged",
    [packedFileName("int8")]: "outdated",
  });
  flip("model.safetensors", 100_000);
  flip(packedFileName("int8"), 60_000);
  assert.deepEqual(await states(folder), { ...sound, [packedFileName("int8")]: "damaged" });
  flip(packedFileName("int8"), 60_000);
  fs.rmSync(path.join(folder, "tokenizer.json"));
  assert.deepEqual(await states(folder), { ...sound, "tokenizer.json": "missing" });
});

test("verifying reads any folder, with a record or without, and can be cancelled", async (t) => {
  const plain = copyModel(t, checkpointFolder("tiny-plain"));
  await openPackedWeights(plain, "int8", temporaryFolder(t));
  assert.deepEqual(await states(plain), {
    "config.json": "unknown",
    "model.safetensors": "unknown",
    [packedFileName("int8")]: "ok",
  });
  const nano = Object.entries(await states(nanoFolder)).filter(([file]) => !file.startsWith("localghost-"));
  assert.ok(nano.length > 3 && nano.every(([, state]) => state === "ok"), JSON.stringify(nano));
  await assert.rejects(verifyModel(plain, AbortSignal.abort()), fails("cancelled", /cancelled\.$/));
});

test("a removed model is gone, with what has arrived of it, and its bytes are told", async (t) => {
  const { models, folder } = await imported(t);
  const bytes = installedModels(models)[0]?.bytes;
  assert.equal(await removeModel(models, NAME), bytes);
  assert.ok(!fs.existsSync(folder));
  assert.deepEqual(filesBelow(models.path), []);
  await assert.rejects(
    removeModel(models, NAME),
    fails("modelNotFound", /^There is no model "imported\/tiny-plain" in /),
  );

  const { server, models: others, download } = await downloadBench(t);
  server.publish("a/b", checkpointFolder("tiny-plain"));
  server.fail(/cdn/, { kind: "cut", after: 1000 }, 1);
  server.fail(/cdn/, { kind: "status", status: 404 });
  await assert.rejects(download("a/b"), fails("modelNotFound", /^The hub has no model\.safetensors of a\/b/));
  const [stopped] = unfinishedDownloads(others);
  assert.deepEqual([stopped?.name, stopped?.state], ["a/b", "stopped"]);
  assert.ok((stopped?.bytesDone ?? 0) > 1000 && (stopped?.bytesDone ?? 0) < (stopped?.bytesTotal ?? 0));
  assert.ok((await removeModel(others, "a/b")) > 1000);
  assert.deepEqual(unfinishedDownloads(others), []);
  assert.deepEqual(filesBelow(others.path), []);
});

test("tidying up removes what dead processes left, and keeps what can go on", async (t) => {
  const { models, folder } = await imported(t);
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  const leftovers = [
    path.join(models.trash, "0b1c", "model.safetensors"),
    path.join(models.importing, "imported--x", "unpacked", "config.json"),
    path.join(models.staging, "installed--already", "download.json"),
    path.join(models.locks, "imported--x.lock"),
    path.join(models.locks, "imported--x.lock.0b1c"),
    path.join(folder, `${packedFileName("int8")}.${pid}.tmp`),
  ];
  const resumable = path.join(models.staging, "a--b", "model", "model.safetensors.0123456789ab.part");
  for (const file of [...leftovers, resumable]) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, "left");
  }
  const before = filesBelow(folder).length;
  assert.ok(cleanUp(models) > 0);
  assert.deepEqual(
    leftovers.filter((file) => fs.existsSync(file)),
    [],
  );
  assert.ok(fs.existsSync(resumable));
  assert.equal(filesBelow(folder).length, before - 1);
  assert.deepEqual(installedNames(models), [NAME]);
  assert.deepEqual(fs.readdirSync(models.path).sort(), [".staging", "imported"]);
  assert.equal(cleanUp(models), 0);
});
