import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { loadModel } from "../../src/engine/model/loadModel.ts";
import { openPackedWeights, packedFileName } from "../../src/engine/model/packedWeights.ts";
import { DTYPES } from "../../src/shared/protocol.ts";
import { checkpointFolder, copyModel, temporaryFolder } from "../helpers/fixtures.ts";
import { editConfig, editHeader, fails } from "./helpers/checkpoints.ts";

const INT8 = packedFileName("int8");

function newModel(t: TestContext): { folder: string; cache: string; packed: string } {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  return { folder, cache: path.join(temporaryFolder(t), "cache"), packed: path.join(folder, INT8) };
}

/** All files below a folder, relative to it. */
function filesBelow(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
}

function noTemporaryFiles(...folders: string[]): void {
  assert.deepEqual(
    folders.flatMap(filesBelow).filter((name) => name.endsWith(".tmp")),
    [],
  );
}

test("a model is packed beside its checkpoint once, and found again", async (t) => {
  const { folder, cache } = newModel(t);
  for (const dtype of DTYPES) {
    const { path: file, tensors } = await openPackedWeights(folder, dtype, cache);
    assert.equal(file, path.join(folder, packedFileName(dtype)));
    const time = new Date(2001, 1, 1);
    fs.utimesSync(file, time, time);
    assert.deepEqual((await openPackedWeights(folder, dtype, cache)).tensors, tensors);
    assert.equal(fs.statSync(file).mtimeMs, time.getTime(), "it was not written again");
  }
  assert.deepEqual(filesBelow(cache), []);
  noTemporaryFiles(folder);
});

test("packing the same checkpoint gives the same bytes", async (t) => {
  const [a, b] = [newModel(t), newModel(t)];
  await openPackedWeights(a.folder, "int8", a.cache);
  await openPackedWeights(b.folder, "int8", b.cache);
  assert.deepEqual(fs.readFileSync(a.packed), fs.readFileSync(b.packed));
});

const PACK_AGAIN: [string, (folder: string, packed: string) => void][] = [
  ["cut off", (_, packed) => fs.truncateSync(packed, 50_000)],
  ["empty", (_, packed) => fs.truncateSync(packed, 0)],
  ["of garbage", (_, packed) => fs.writeFileSync(packed, "garbage ".repeat(9))],
  ["of another dtype", (folder, packed) => fs.copyFileSync(path.join(folder, packedFileName("int4")), packed)],
  [
    "of another version",
    (_, packed) =>
      editHeader(packed, (header) => {
        header["__metadata__"] = { ...header["__metadata__"], version: "0" } as never;
      }),
  ],
  [
    "that lacks a tensor",
    (_, packed) =>
      editHeader(packed, (header) => {
        delete header["h.0.ln_1.bias"];
      }),
  ],
];

for (const [name, damage] of PACK_AGAIN) {
  test(`a packed file ${name} is made again from the checkpoint`, async (t) => {
    const { folder, cache, packed } = newModel(t);
    await openPackedWeights(folder, "int4", cache);
    await openPackedWeights(folder, "int8", cache);
    const whole = fs.readFileSync(packed);
    damage(folder, packed);
    assert.notDeepEqual(fs.readFileSync(packed), whole);
    await openPackedWeights(folder, "int8", cache);
    assert.deepEqual(fs.readFileSync(packed), whole);
    noTemporaryFiles(folder, cache);
  });
}

test("weights or settings that change are packed again", async (t) => {
  const { folder, cache, packed } = newModel(t);
  await openPackedWeights(folder, "int8", cache);
  const old = fs.readFileSync(packed);
  const weights = path.join(folder, "model.safetensors");
  const bytes = fs.readFileSync(weights);
  bytes.writeFloatLE(0.5, bytes.length - 4);
  fs.writeFileSync(weights, bytes);
  await openPackedWeights(folder, "int8", cache);
  const retrained = fs.readFileSync(packed);
  assert.notDeepEqual(retrained, old);

  editConfig(folder, { layer_norm_epsilon: 0.01 });
  assert.equal((await openPackedWeights(folder, "int8", cache)).config.layerNormEpsilon, 0.01);
  assert.notDeepEqual(fs.readFileSync(packed), retrained);
});

test("weights that are no numbers are refused by the name of their tensor", async (t) => {
  for (const dtype of ["fp32", "int4"] as const) {
    const { folder, cache } = newModel(t);
    const file = path.join(folder, "model.safetensors");
    const bytes = fs.readFileSync(file);
    const header = bytes.readBigUInt64LE(0);
    const entries = JSON.parse(bytes.subarray(8, 8 + Number(header)).toString()) as Record<
      string,
      { data_offsets: [number, number] }
    >;
    const [, entry] = Object.entries(entries).find(([name]) => name.endsWith("h.1.mlp.c_fc.weight")) ?? [];
    const start = entry?.data_offsets[0] ?? NaN;
    bytes.fill(0xff, 8 + Number(header) + start, 8 + Number(header) + start + 4);
    fs.writeFileSync(file, bytes);
    const refusal = fails("modelInvalid", /^The weights hold values that are no numbers \(h\.1\.mlp\.c_fc\.weight\): /);
    await assert.rejects(openPackedWeights(folder, dtype, cache), refusal);
  }
});

test("packed weights behind a link are loaded", { skip: process.platform === "win32" }, async (t) => {
  const { folder, cache, packed } = newModel(t);
  await openPackedWeights(folder, "int8", cache);
  const elsewhere = path.join(temporaryFolder(t), "elsewhere.safetensors");
  fs.renameSync(packed, elsewhere);
  fs.symlinkSync(elsewhere, packed);
  fs.rmSync(path.join(folder, "model.safetensors"));
  const { model } = await loadModel(folder, "int8", "cpu", { threads: 1, cacheFolder: cache });
  t.after(() => model.dispose());
  assert.ok((await model.forward(model.newSequence(), [1], [0])).every(Number.isFinite));
});

test("packed weights of one format answer where no others can be made, and say so", async (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  const cacheFolder = temporaryFolder(t);
  await openPackedWeights(folder, "fp16", cacheFolder);
  fs.rmSync(path.join(folder, "model.safetensors"));
  const { model } = await loadModel(folder, "int8", "cpu", { threads: 1, cacheFolder });
  t.after(() => model.dispose());
  assert.equal(model.info.dtype, "fp16");
  assert.match(
    model.info.deviceReason,
    /^The CPU was asked for\. Of this model only fp16 weights are here, and are used\.$/,
  );
});

test("packed weights without a checkpoint are taken as they are", async (t) => {
  const { folder, cache } = newModel(t);
  const { tensors } = await openPackedWeights(folder, "int8", cache);
  fs.rmSync(path.join(folder, "model.safetensors"));
  assert.deepEqual((await openPackedWeights(folder, "int8", cache)).tensors, tensors);
  assert.equal((await openPackedWeights(folder, "fp32", cache)).dtype, "int8", "there are no others");
  fs.rmSync(path.join(folder, packedFileName("int8")));
  const missing = /has no safetensors weights: copy model\.safetensors there\.$/;
  await assert.rejects(openPackedWeights(folder, "fp32", cache), fails("modelNotFound", missing));
});

const REFUSED: [string, (folder: string, packed: string) => void, RegExp][] = [
  [
    "of another version",
    PACK_AGAIN.find(([name]) => name === "of another version")?.[1] ?? (() => undefined),
    /localghost-int8\.safetensors was packed by another version of Localghost: install the model again\.$/,
  ],
  ["cut off", (_, packed) => fs.truncateSync(packed, 50_000), /is damaged: it is cut off before the end of tensor/],
  ["with another config", (folder) => editConfig(folder, { n_embd: 128 }), /does not fit the config\.json beside it/],
  [
    "with a billion layers",
    (folder) => editConfig(folder, { n_layer: 1e9 }),
    /does not fit the config\.json beside it/,
  ],
  [
    "of another type inside",
    (_, packed) =>
      editHeader(packed, (header) => {
        const entry = header["h.0.attn.c_attn.weight.quantized"];
        if (entry) entry.dtype = "I8";
      }),
    /does not fit the config\.json beside it: install the model again\.$/,
  ],
];

for (const [name, damage, sentence] of REFUSED) {
  test(`a packed file ${name}, without a checkpoint to make it again, is refused in a sentence`, async (t) => {
    const { folder, cache, packed } = newModel(t);
    await openPackedWeights(folder, "int8", cache);
    fs.rmSync(path.join(folder, "model.safetensors"));
    damage(folder, packed);
    await assert.rejects(openPackedWeights(folder, "int8", cache), fails("modelInvalid", sentence));
  });
}

test("where the model's folder takes no packed file, it goes to the cache folder and is found there", async (t) => {
  const { folder, cache, packed } = newModel(t);
  // A folder of that name is in the way on every system, and for root too.
  fs.mkdirSync(packed);
  const first = await openPackedWeights(folder, "int8", cache);
  assert.ok(first.path.startsWith(cache));
  const written = fs.statSync(first.path).mtimeMs;
  assert.equal((await openPackedWeights(folder, "int8", cache)).path, first.path);
  assert.equal(fs.statSync(first.path).mtimeMs, written);
  noTemporaryFiles(folder, cache);
});

test("a folder without permission to write is left alone", { skip: noPermissions() }, async (t) => {
  const { folder, cache } = newModel(t);
  const before = filesBelow(folder);
  fs.mkdirSync(cache, { recursive: true });
  for (const open of [path.dirname(folder), path.dirname(cache), cache]) fs.chmodSync(open, 0o777);
  fs.chmodSync(folder, 0o555);
  const isRoot = process.geteuid?.() === 0;
  // Permissions mean nothing to root, so it is somebody else for a moment.
  if (isRoot) process.seteuid?.(65534);
  try {
    assert.ok((await openPackedWeights(folder, "int8", cache)).path.startsWith(cache));
  } finally {
    if (isRoot) process.seteuid?.(0);
    fs.chmodSync(folder, 0o755);
  }
  assert.deepEqual(filesBelow(folder), before);
});

function noPermissions(): string | false {
  return process.platform === "win32" && "Windows has no such permissions";
}

test("a write that the system cuts short fails in a sentence and leaves nothing behind", { skip: noLimits() }, (t) => {
  const { folder, cache } = newModel(t);
  const script = `
    import { openPackedWeights } from ${JSON.stringify(new URL("../../src/engine/model/packedWeights.ts", import.meta.url).href)};
    try { await openPackedWeights(process.argv[1], "int8", process.argv[2]); }
    catch (error) { console.log(JSON.stringify({ kind: error.kind, message: error.message })); }`;
  // A limit on the size of files, in blocks of 512 or 1024 bytes, refuses the rest as a full disk does.
  const command = 'ulimit -f 40 && exec "$0" --input-type=module -e "$1" "$2" "$3"';
  const { stdout } = spawnSync("sh", ["-c", command, process.execPath, script, folder, cache], { encoding: "utf8" });
  const { kind, message } = JSON.parse(stdout) as { kind: string; message: string };
  assert.equal(kind, "modelInvalid");
  assert.match(
    message,
    /^The packed weights of .* can be written neither there nor to .* \(EFBIG: .*\): make room in o/,
  );
  assert.ok(!fs.existsSync(path.join(folder, INT8)));
  noTemporaryFiles(folder, cache);
});

function noLimits(): string | false {
  return process.platform === "win32" && "Windows has no limit on the size of a file";
}
