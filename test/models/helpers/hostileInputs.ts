/**
 * Inputs for the readers of foreign files: true ones with some bytes changed, and ones made from the grammar. Each case
 * reads one input and checks that it ends well: with a result, or with one sentence.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { openCheckpoint, readTensor } from "../../../src/engine/model/checkpoint.ts";
import { loadModel } from "../../../src/engine/model/loadModel.ts";
import { parseGpt2Config } from "../../../src/engine/model/gpt2Config.ts";
import { readSafetensorsHeader } from "../../../src/engine/model/safetensors.ts";
import { loadTokenizer } from "../../../src/engine/tokenizer/loadTokenizer.ts";
import { unpackArchive } from "../../../src/models/import/archive.ts";
import { openGguf } from "../../../src/models/import/gguf/ggufModel.ts";
import { isModelName, parseHubReference } from "../../../src/models/modelName.ts";
import { LocalghostError } from "../../../src/shared/errors.ts";
import { checkpointFolder, fixturesFolder, neverAborted } from "../../helpers/fixtures.ts";
import { safetensorsBytes } from "../../engine/helpers/checkpoints.ts";
import { itemsOf, tarGzOf, tarOf, zipOf } from "./archives.ts";
import { filesBelow } from "./hub.ts";

/** One reader under test; `work` is a folder that it may write to. */
export interface HostileCase {
  readonly name: string;
  /** Seconds that one input may take; a hang is a failure. */
  readonly secondsAtMost: number;
  readonly property: (work: string) => fc.IAsyncProperty<unknown>;
}

const ODD = checkpointFolder("tiny-odd");

/** Changes some bytes, cuts the end off, or puts a piece elsewhere. */
function mutated(original: Buffer): fc.Arbitrary<Buffer> {
  const place = fc.nat(original.length - 1);
  const change = fc.oneof(
    fc.record({ kind: fc.constant("set" as const), at: place, value: fc.nat(255) }),
    fc.record({ kind: fc.constant("flip" as const), at: place, value: fc.nat(7) }),
    fc.record({ kind: fc.constant("cut" as const), at: place, value: fc.constant(0) }),
    fc.record({ kind: fc.constant("move" as const), at: place, value: place }),
  );
  return fc.array(change, { minLength: 1, maxLength: 8 }).map((changes) => {
    let bytes = Buffer.from(original);
    for (const { kind, at, value } of changes) {
      if (bytes.length === 0) break;
      const i = at % bytes.length;
      if (kind === "set") bytes[i] = value;
      else if (kind === "flip") bytes[i] = (bytes[i] ?? 0) ^ (1 << value);
      else if (kind === "cut") bytes = bytes.subarray(0, i);
      else bytes.copy(bytes, i, value % bytes.length, Math.min(bytes.length, (value % bytes.length) + 64));
    }
    return bytes;
  });
}

/** Numbers at the edges of what formats and machines hold. */
const edge = fc.oneof(
  fc.integer({ min: -2, max: 600 }),
  fc.constantFrom(2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 1e300, -1, 0.5, NaN, -0),
);
const anything = fc.jsonValue({ maxDepth: 3 });

async function endsWell(read: () => unknown): Promise<void> {
  try {
    await read();
  } catch (error) {
    if (!(error instanceof LocalghostError)) throw error;
    if (error.kind === "internal" || !/^.+\.$/s.test(error.message)) throw error;
  }
}

function header(): fc.Arbitrary<Buffer> {
  const entry = fc.oneof(
    fc.record({
      dtype: fc.oneof(fc.constantFrom("F32", "F16", "BF16", "F64", "I8", "BOOL", "toString"), anything),
      shape: fc.oneof(fc.array(edge, { maxLength: 4 }), anything),
      data_offsets: fc.oneof(fc.tuple(edge, edge), anything),
    }),
    anything,
  );
  // Consistent in itself, and near the end of the file on one side or the other.
  const plausible = fc.tuple(fc.nat(30), fc.nat(60)).map(([elements, begin]) => ({
    dtype: "F32",
    shape: [elements],
    data_offsets: [begin, begin + 4 * elements],
  }));
  const name = fc.constantFrom("wte.weight", "transformer.wte.weight", "__proto__", "constructor", "__metadata__", "x");
  return fc
    .tuple(fc.dictionary(name, fc.oneof(entry, plausible), { maxKeys: 4 }), fc.nat(200))
    .map(([entries, data]) => safetensorsBytes(entries, data));
}

/** The properties of a safetensors file hold whatever it says: every tensor lies inside it. */
function checkHeader(file: string): void {
  const { size } = fs.statSync(file);
  for (const { offset, byteLength } of readSafetensorsHeader(file).tensors.values()) {
    if (offset < 8 || byteLength < 0 || offset + byteLength > size) throw new Error("a tensor lies outside its file");
  }
}

/** A header from the grammar, whose counts and lengths may lie; or a true file whose header was changed. */
function gguf(): fc.Arbitrary<Buffer> {
  const honest = fs.readFileSync(path.join(fixturesFolder, "gguf", "mixed.gguf"));
  const head = 8192;
  const u32 = fc.oneof(fc.nat(14), fc.constantFrom(2 ** 31, 2 ** 32 - 1)).map((n) => littleEndian(n, 4));
  const u64 = fc.oneof(fc.nat(40), fc.constantFrom(2 ** 31, 2 ** 40, 2 ** 53 - 1)).map((n) => littleEndian(n, 8));
  const text = fc
    .constantFrom("general.architecture", "gpt2", "general.alignment", "token_embd.weight", "__proto__", "")
    .chain((word) =>
      fc
        .oneof({ weight: 9, arbitrary: fc.constant(littleEndian(word.length, 8)) }, u64)
        .map((length) => Buffer.concat([length, Buffer.from(word)])),
    );
  const grammar = fc
    .tuple(fc.constantFrom(2, 3, 3, 1), u64, u64, fc.array(fc.oneof(u32, u64, text), { maxLength: 60 }))
    .map(([version, ...rest]) => Buffer.concat([Buffer.from("GGUF"), littleEndian(version, 4), ...rest.flat()]));
  return fc.oneof(
    grammar,
    mutated(honest.subarray(0, head)).map((changed) => Buffer.concat([changed, honest.subarray(head)])),
    mutated(honest),
    // A number of the header that says how much of something there is.
    fc.tuple(fc.nat(head), fc.constantFrom(0, 1, 2 ** 31, 2 ** 40, 2 ** 53)).map(([at, value]) => {
      const changed = Buffer.from(honest);
      littleEndian(value, 8).copy(changed, at);
      return changed;
    }),
  );
}

function littleEndian(value: number, length: 4 | 8): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes.subarray(0, length);
}

/** Whatever a GGUF says, its tensors lie inside it, and its numbers can be read. */
function checkGguf(file: string): void {
  const { size } = fs.statSync(file);
  const { tensors, tokenizerJson } = openGguf(file);
  JSON.parse(tokenizerJson);
  for (const { name, stored } of tensors) {
    const { type, offset, byteLength } = stored;
    if (type === undefined || byteLength <= 0 || offset + byteLength > size) throw new Error(`${name} lies outside`);
  }
}

function config(): fc.Arbitrary<string> {
  const keys = ["n_embd", "n_head", "n_layer", "vocab_size", "n_positions", "n_inner", "layer_norm_epsilon"];
  const record = fc.dictionary(
    fc.constantFrom(...keys, "activation_function", "eos_token_id"),
    fc.oneof(edge, anything),
  );
  const honest = fs.readFileSync(path.join(ODD, "config.json"), "utf8");
  return fc.oneof(
    record.map((changes) => JSON.stringify({ ...(JSON.parse(honest) as object), ...changes })),
    mutated(Buffer.from(honest)).map((bytes) => bytes.toString("utf8")),
    anything.map((value) => JSON.stringify(value)),
  );
}

function tokenizerJson(): fc.Arbitrary<Buffer> {
  const honest = fs.readFileSync(path.join(ODD, "tokenizer.json"));
  const parsed = JSON.parse(honest.toString("utf8")) as { model: Record<string, unknown> };
  const vocab = fc.oneof(fc.dictionary(fc.string({ maxLength: 3 }), fc.oneof(edge, anything)), anything);
  const merges = fc.oneof(fc.array(fc.oneof(fc.string(), anything), { maxLength: 5 }), anything);
  const model = fc.record({ type: fc.constantFrom("BPE", undefined), vocab, merges }, { requiredKeys: [] });
  const top = fc.dictionary(fc.constantFrom("pre_tokenizer", "decoder", "added_tokens", "normalizer"), anything);
  return fc.oneof(
    mutated(honest),
    fc
      .tuple(model, top)
      .map(([changes, others]) =>
        Buffer.from(JSON.stringify({ ...parsed, ...others, model: { ...parsed.model, ...changes } })),
      ),
  );
}

function archive(): fc.Arbitrary<{ name: string; bytes: Buffer }> {
  const items = itemsOf(ODD).filter(({ name }) => name !== "reference.json");
  const packed = { "model.zip": zipOf(items), "model.tgz": tarGzOf(items), "model.tar": tarOf(items) };
  const hostile = fc.array(
    fc.record(
      {
        name: fc.oneof(fc.constantFrom("../up.onnx", "a/../../up.onnx", "/tmp/up.onnx", "config.json"), fc.string()),
        content: fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
        link: fc.constantFrom("/etc/passwd", "../.."),
        type: fc.constantFrom("0", "1", "2", "3", "5", "7", "L", "x", "g"),
      },
      { requiredKeys: ["name", "content"] },
    ),
    { maxLength: 4 },
  );
  return fc.oneof(
    ...Object.entries(packed).map(([name, bytes]) => mutated(bytes).map((changed) => ({ name, bytes: changed }))),
    hostile.map((list) => ({ name: "model.zip", bytes: zipOf(list) })),
    hostile.map((list) => ({ name: "model.tar", bytes: tarOf(list) })),
    hostile.map((list) => ({ name: "model.tgz", bytes: tarGzOf(list) })),
  );
}

function inFile(work: string, name: string, bytes: Buffer | string): string {
  const file = path.join(work, name);
  fs.writeFileSync(file, bytes);
  return file;
}

export const HOSTILE_CASES: readonly HostileCase[] = [
  {
    name: "safetensors header",
    secondsAtMost: 2,
    property: (work) => {
      const honest = fs.readFileSync(path.join(ODD, "model.safetensors"));
      return fc.asyncProperty(fc.oneof(header(), mutated(honest.subarray(0, 4000))), (bytes) =>
        endsWell(() => checkHeader(inFile(work, "header.safetensors", bytes))),
      );
    },
  },
  {
    name: "checkpoint",
    secondsAtMost: 2,
    property: (work) => {
      const folder = path.join(work, "checkpoint");
      fs.mkdirSync(folder, { recursive: true });
      const weights = fs.readFileSync(path.join(ODD, "model.safetensors"));
      fs.writeFileSync(path.join(folder, "model.safetensors"), weights);
      return fc.asyncProperty(config(), (json) =>
        endsWell(() => {
          inFile(folder, "config.json", json);
          readTensor(openCheckpoint(folder), "wte.weight");
        }),
      );
    },
  },
  {
    name: "shard index",
    secondsAtMost: 2,
    property: (work) => {
      const folder = path.join(work, "sharded");
      fs.mkdirSync(folder, { recursive: true });
      fs.copyFileSync(path.join(ODD, "config.json"), path.join(folder, "config.json"));
      const shard = fc.oneof(
        fc.constantFrom("../secret", "/etc/passwd", ".", "", "config.json"),
        fc.string(),
        anything,
      );
      const map = fc.oneof(fc.dictionary(fc.string(), shard), anything);
      return fc.asyncProperty(map, (weightMap) =>
        endsWell(() => {
          inFile(folder, "model.safetensors.index.json", JSON.stringify({ weight_map: weightMap }));
          openCheckpoint(folder);
        }),
      );
    },
  },
  {
    name: "GGUF",
    secondsAtMost: 2,
    property: (work) => fc.asyncProperty(gguf(), (bytes) => endsWell(() => checkGguf(inFile(work, "x.gguf", bytes)))),
  },
  {
    name: "config.json",
    secondsAtMost: 1,
    property: () => fc.asyncProperty(config(), (json) => endsWell(() => parseGpt2Config(json, "config.json"))),
  },
  {
    name: "tokenizer.json",
    secondsAtMost: 2,
    property: (work) =>
      fc.asyncProperty(tokenizerJson(), fc.string(), (bytes, text) =>
        endsWell(() => {
          inFile(work, "tokenizer.json", bytes);
          const tokenizer = loadTokenizer(work);
          tokenizer.decode(tokenizer.encode(text));
        }),
      ),
  },
  {
    name: "archive",
    secondsAtMost: 5,
    property: (work) =>
      fc.asyncProperty(archive(), async ({ name, bytes }) => {
        const inside = path.join(work, "inside");
        fs.rmSync(inside, { recursive: true, force: true });
        fs.mkdirSync(path.join(inside, "target"), { recursive: true });
        const file = inFile(work, name, bytes);
        await endsWell(() =>
          unpackArchive(file, path.join(inside, "target"), { signal: neverAborted(), onBytes: () => undefined }),
        );
        const outside = filesBelow(inside).filter((one) => !one.startsWith("target/"));
        if (outside.length > 0) throw new Error(`written outside: ${outside.join()}`);
        for (const entry of fs.readdirSync(inside, { recursive: true, withFileTypes: true })) {
          if (entry.isSymbolicLink()) throw new Error("a link was made");
        }
      }),
  },
  {
    name: "ONNX export",
    secondsAtMost: 10,
    property: (work) => {
      const folder = path.join(work, "exported");
      fs.mkdirSync(folder, { recursive: true });
      for (const name of ["config.json", "tokenizer.json"]) {
        fs.copyFileSync(path.join(fixturesFolder, "variants", "module", name), path.join(folder, name));
      }
      const honest = fs.readFileSync(path.join(fixturesFolder, "exports", "model.onnx"));
      return fc.asyncProperty(mutated(honest), async (bytes) => {
        inFile(folder, "model.onnx", bytes);
        const options = { threads: 1, cacheFolder: work };
        const loading = loadModel(folder, "fp32", "cpu", options);
        await endsWell(async () => (await loading).model.dispose());
      });
    },
  },
  {
    name: "repository name",
    secondsAtMost: 1,
    property: () =>
      fc.asyncProperty(fc.oneof(fc.string(), fc.webUrl(), fc.webPath()), (text) =>
        endsWell(() => {
          const { repository } = parseHubReference(text, "https://huggingface.co");
          const part = repository.includes("/") ? repository : `x/${repository}`;
          if (!isModelName(part) || part.includes("..")) throw new Error(`${repository} is no safe name`);
        }),
      ),
  },
];
