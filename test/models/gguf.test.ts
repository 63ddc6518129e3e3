/** GGUF files, llama.cpp's format: what is read of them gives the numbers that were written, or one clear sentence. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import type { GgmlType as WrittenType } from "../../bench/models/ggmlBlocks.ts";
import { writeGguf } from "../../bench/models/ggufFile.ts";
import { writeRandomCheckpoint } from "../../bench/models/randomCheckpoint.ts";
import { openCheckpoint, readTensor } from "../../src/engine/model/checkpoint.ts";
import { loadTokenizer } from "../../src/engine/tokenizer/loadTokenizer.ts";
import { originalShape } from "../../src/models/catalogue.ts";
import { fromGgml, type GgmlType } from "../../src/models/import/gguf/ggmlTypes.ts";
import { readGgufHeader } from "../../src/models/import/gguf/ggufHeader.ts";
import { openGguf } from "../../src/models/import/gguf/ggufModel.ts";
import { importModel } from "../../src/models/import/importModel.ts";
import { ModelsFolder } from "../../src/models/modelsFolder.ts";
import { verifyModel } from "../../src/models/verify.ts";
import { fails } from "../engine/helpers/checkpoints.ts";
import {
  checkpointFolder,
  fixturesFolder,
  largestDifference,
  neverAborted,
  readFixture,
  temporaryFolder,
} from "../helpers/fixtures.ts";
import { loadForTest, logitsInChunks } from "../helpers/models.ts";
import { filesBelow } from "./helpers/hub.ts";

const MIXED = path.join(fixturesFolder, "gguf", "mixed.gguf");

interface Reference {
  ids: number[];
  rows: { position: number; logits: number[] }[];
}

/** Imports a GGUF file into a models folder of its own. */
async function imported(t: TestContext, file: string): Promise<{ folder: string; models: ModelsFolder }> {
  const models = new ModelsFolder(path.join(temporaryFolder(t), "models"));
  return { folder: (await importModel(file, models, { signal: neverAborted() })).folder, models };
}

for (const { name, type, bytes, values } of readFixture<{
  types: { name: string; type: GgmlType; bytes: string; values: number[] }[];
}>("gguf", "blocks.json").types) {
  test(`blocks of ${name} are the numbers that llama.cpp reads`, () => {
    const read = fromGgml(Uint8Array.from(Buffer.from(bytes, "hex")), type);
    assert.equal(read.length, values.length);
    const largest = Math.max(...values.map(Math.abs));
    assert.ok(largest > 0.1);
    assert.ok(largestDifference(read, values) < 1e-6 * largest);
  });
}

test("a file of llama.cpp's own package, each matrix in another type, gives the logits of PyTorch", async (t) => {
  const { folder, models } = await imported(t, MIXED);
  assert.deepEqual(filesBelow(folder), ["config.json", "localghost.json", "model.safetensors", "tokenizer.json"]);
  assert.deepEqual(filesBelow(models.importing), []);
  assert.ok((await verifyModel(folder, neverAborted())).every(({ state }) => state === "ok"));
  const { model } = await loadForTest(t, folder, "fp32");
  const { ids, rows } = readFixture<Reference>("gguf", "mixed-reference.json");
  const logits = await logitsInChunks(model, ids, ids.length);
  // Quantized numbers are kept as float16, whose rounding this is: quantizing itself moved these logits by 1.8.
  for (const { position, logits: expected } of rows) {
    assert.ok(largestDifference(logits[position] ?? [], expected) < 0.02);
  }

  const types = new Set([...readGgufHeader(MIXED).tensors.values()].map(({ typeName }) => typeName));
  assert.deepEqual([...types].sort(), ["BF16", "F16", "F32", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"]);
  const [ours, theirs] = [loadTokenizer(folder), loadTokenizer(checkpointFolder("tiny-plain"))];
  const text = "for (const x of [1, 2]) {\n  f(x); // naïve <|endoftext|>\n}";
  assert.deepEqual(ours.encode(text), theirs.encode(text));
  assert.equal(ours.decode([271]), "<|endoftext|>");
  const { endOfText, layerNormEpsilon, innerWidth } = openCheckpoint(folder).config;
  assert.deepEqual([endOfText, layerNormEpsilon, innerWidth], [271, 1e-5, 96]);
});

const SHAPE = { ...originalShape(2, 64, 2), contextLength: 32, vocabularySize: 320, endOfText: 319 };
/** The largest difference of a weight, as a part of the largest weight: half a step of its type. */
const written: [type: WrittenType, weights: number][] = [
  ["F32", 0],
  ["F16", 2 ** -11],
  ["Q8_0", 1 / 254 + 2 ** -11],
  ["Q4_0", 1 / 8 + 2 ** -11],
];

for (const [type, bound] of written) {
  test(`what is written as ${type} comes back`, async (t) => {
    const source = path.join(temporaryFolder(t), "random");
    writeRandomCheckpoint(source, SHAPE, 7);
    const file = path.join(path.dirname(source), `random.${type}.gguf`);
    writeGguf(file, openCheckpoint(source), type);
    const { folder } = await imported(t, file);
    assert.equal(path.basename(folder), `random.${type}`);
    const [before, after] = [openCheckpoint(source), openCheckpoint(folder)];
    assert.deepEqual(after.config, before.config);
    for (const name of before.tensors.keys()) {
      const [a, b] = [readTensor(before, name), readTensor(after, name)];
      const largest = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      assert.ok(largestDifference(a, b) <= bound * largest, name);
    }
    if (type !== "F32" && type !== "F16") return;
    const ids = [65, 66, 67, 97, 98, 99, 300, 65, 66];
    const [expected, actual] = await Promise.all(
      [source, folder].map(async (one) => logitsInChunks((await loadForTest(t, one, "fp32")).model, ids, ids.length)),
    );
    for (const [i, row] of (expected ?? []).entries()) {
      assert.ok(largestDifference(row, actual?.[i] ?? []) <= (type === "F32" ? 0 : 0.02));
    }
  });
}

/** Changes a file's bytes where a text stands in it. */
function edited(t: TestContext, find: string, replace: (bytes: Buffer, at: number) => void): string {
  const bytes = fs.readFileSync(MIXED);
  const at = bytes.indexOf(find);
  assert.ok(at > 0);
  replace(bytes, at);
  const file = path.join(temporaryFolder(t), "edited.gguf");
  fs.writeFileSync(file, bytes);
  return file;
}

const refused: [name: string, make: (t: TestContext) => string, sentence: RegExp][] = [
  [
    "another architecture",
    (t) => edited(t, "gpt2", (bytes, at) => bytes.write("bert", at)),
    /^edited\.gguf holds a "bert" model; Localghost runs "gpt2" models only\.$/,
  ],
  [
    "a type that is not read",
    (t) => edited(t, "blk.0.attn_qkv.weight", (bytes, at) => bytes.writeUInt32LE(10, at + 21 + 4 + 16)),
    /^edited\.gguf stores weights as Q2_K, which is not read: take the file with one of F32, F16, .*BF16\.$/,
  ],
  [
    "a type that nobody knows",
    (t) => edited(t, "blk.0.attn_qkv.weight", (bytes, at) => bytes.writeUInt32LE(99, at + 21 + 4 + 16)),
    /stores weights as type 99, which is not read/,
  ],
  [
    "a tensor that is missing",
    (t) => edited(t, "blk.1.ffn_up.weight", (bytes, at) => bytes.write("blk.9", at)),
    /^edited\.gguf lacks the tensor "blk\.1\.ffn_up\.weight": download or convert it again\.$/,
  ],
  [
    "another tokenizer",
    (t) => edited(t, "gpt-2", (bytes, at) => bytes.write("qwen2", at)),
    /^edited\.gguf has a tokenizer that GPT-2 does not use \("qwen2"\): choose another model\.$/,
  ],
  [
    "another number of layers",
    (t) => edited(t, "gpt2.block_count", (bytes, at) => bytes.writeUInt32LE(3, at + 16 + 4)),
    /^edited\.gguf lacks the tensor "blk\.2\.attn_norm\.weight"/,
  ],
  [
    "a width that its tensors do not have",
    (t) => edited(t, "gpt2.embedding_length", (bytes, at) => bytes.writeUInt32LE(128, at + 21 + 4)),
    /^edited\.gguf contradicts itself: its tensor "token_embd\.weight" is \[64, 272\] and should be \[128, 272\]\.$/,
  ],
  [
    "an older version",
    (t) => edited(t, "general.architecture", (bytes) => bytes.writeUInt32LE(1, 4)),
    /is GGUF of version 1, and 2 and 3 are read: convert the model again with today's llama\.cpp\.$/,
  ],
  [
    "more tensors than bytes",
    (t) => edited(t, "general.architecture", (bytes) => bytes.writeBigUInt64LE(2n ** 40n, 8)),
    /edited\.gguf is damaged: it ends inside its header\. Download or copy it again\.$/,
  ],
  [
    "a name longer than the file",
    (t) => edited(t, "general.architecture", (bytes, at) => bytes.writeBigUInt64LE(2n ** 62n, at - 8)),
    /is damaged: it holds an impossibly large number/,
  ],
  [
    "a file that is cut off",
    (t) => {
      const file = edited(t, "gpt2", () => undefined);
      fs.truncateSync(file, 100_000);
      return file;
    },
    /is damaged: it is cut off before the end of tensor "/,
  ],
  [
    "something else",
    (t) => {
      const file = path.join(temporaryFolder(t), "x.gguf");
      fs.writeFileSync(file, "PK and so on");
      return file;
    },
    /x\.gguf is damaged: it does not begin as a GGUF file/,
  ],
];

for (const [name, make, sentence] of refused) {
  test(`a GGUF file is refused in a sentence: ${name}`, async (t) => {
    const file = make(t);
    assert.throws(() => openGguf(file), fails("modelInvalid", sentence));
    const models = new ModelsFolder(path.join(temporaryFolder(t), "models"));
    await assert.rejects(importModel(file, models, { signal: neverAborted() }), fails("modelInvalid", sentence));
    assert.deepEqual(filesBelow(models.path), []);
  });
}

test("a conversion that is cancelled leaves nothing", async (t) => {
  const models = new ModelsFolder(path.join(temporaryFolder(t), "models"));
  const stop = new AbortController();
  const adding = importModel(MIXED, models, { signal: stop.signal, onProgress: () => stop.abort() });
  await assert.rejects(adding, fails("cancelled", /cancelled\.$/));
  assert.deepEqual(filesBelow(models.path), []);
});

test("a folder that holds a GGUF alone says to add the file", async (t) => {
  const folder = temporaryFolder(t);
  fs.copyFileSync(MIXED, path.join(folder, "model.gguf"));
  const models = new ModelsFolder(path.join(temporaryFolder(t), "models"));
  const sentence = /: add model\.gguf itself, which needs none\.$/;
  await assert.rejects(importModel(folder, models, { signal: neverAborted() }), fails("modelNotFound", sentence));
});
