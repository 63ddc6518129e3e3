/** Models of this machine: folders, files and archives, honest and hostile. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { openCheckpoint } from "../../src/engine/model/checkpoint.ts";
import { unpackArchive } from "../../src/models/import/archive.ts";
import { importModel } from "../../src/models/import/importModel.ts";
import { ModelsFolder } from "../../src/models/modelsFolder.ts";
import { readProvenance } from "../../src/models/provenance.ts";
import type { ErrorKind } from "../../src/shared/errors.ts";
import { editConfig, fails } from "../engine/helpers/checkpoints.ts";
import { checkpointFolder, copyModel, fixturesFolder, neverAborted, temporaryFolder } from "../helpers/fixtures.ts";
import { type Item, itemsOf, tarGzOf, tarOf, zipOf } from "./helpers/archives.ts";
import { filesBelow } from "./helpers/hub.ts";

const PLAIN = checkpointFolder("tiny-plain");
const SHARDED = checkpointFolder("tiny-sharded");
const PLAIN_FILES = ["config.json", "model.safetensors", "tokenizer.json"];

interface ImportBench {
  /** A folder to put sources into. */
  sources: string;
  models: ModelsFolder;
  add: (source: string, name?: string) => Promise<{ name: string; folder: string }>;
}

function importBench(t: TestContext): ImportBench {
  const root = temporaryFolder(t);
  const models = new ModelsFolder(path.join(root, "models"));
  const sources = path.join(root, "sources");
  fs.mkdirSync(sources);
  return { sources, models, add: (source, name) => importModel(source, models, { name, signal: neverAborted() }) };
}

function assertImported(folder: string, source: string, names: readonly string[]): void {
  assert.deepEqual(filesBelow(folder), [...names, "localghost.json"].sort());
  for (const name of names) {
    assert.deepEqual(fs.readFileSync(path.join(folder, name)), fs.readFileSync(path.join(source, name)));
  }
  assert.deepEqual(Object.keys(readProvenance(folder)?.files ?? {}).sort(), names.toSorted());
  openCheckpoint(folder);
}

/** Nothing is left of an import that failed. */
function assertClean({ models, sources }: ImportBench): void {
  assert.deepEqual(filesBelow(models.path), []);
  assert.deepEqual(fs.readdirSync(path.dirname(sources)).sort(), ["models", "sources"]);
}

test("a folder is copied: what is needed and nothing else", async (t) => {
  const bench = importBench(t);
  const source = copyModel(t, PLAIN);
  fs.writeFileSync(path.join(source, "pytorch_model.bin"), "pickle");
  const { name, folder } = await bench.add(source);
  assert.equal(name, "imported/tiny-plain");
  assert.equal(folder, bench.models.model(name));
  assertImported(folder, PLAIN, PLAIN_FILES);
  assert.deepEqual(readProvenance(folder)?.source, { kind: "import", from: "tiny-plain" });
  assert.equal(filesBelow(bench.models.path).length, PLAIN_FILES.length + 1);
  const again = fails("invalidRequest", /^There is a model imported\/tiny-plain already: remove it first, or choose/);
  await assert.rejects(bench.add(source), again);
  assert.equal((await bench.add(source, "mine/second")).name, "mine/second");
});

test("a sharded folder comes with its shards, also when one of them is named", async (t) => {
  const bench = importBench(t);
  const names = filesBelow(SHARDED).filter((file) => /^(model|config|tokenizer\.json)/.test(file));
  assertImported((await bench.add(SHARDED)).folder, SHARDED, names);
  const shard = path.join(SHARDED, "model-00002-of-00003.safetensors");
  assertImported((await bench.add(shard)).folder, SHARDED, names);
});

test("a safetensors file of any name comes with the configuration beside it", async (t) => {
  const bench = importBench(t);
  const source = copyModel(t, PLAIN);
  fs.renameSync(path.join(source, "model.safetensors"), path.join(source, "my finetune.safetensors"));
  const { name, folder } = await bench.add(path.join(source, "my finetune.safetensors"));
  assert.equal(name, "imported/my-finetune");
  assertImported(folder, PLAIN, PLAIN_FILES);
});

test("an ONNX export comes from its folder or by its file", async (t) => {
  const bench = importBench(t);
  const source = path.join(bench.sources, "exported");
  fs.mkdirSync(path.join(source, "onnx"), { recursive: true });
  for (const name of ["config.json", "tokenizer.json"]) {
    fs.copyFileSync(path.join(fixturesFolder, "variants", "module", name), path.join(source, name));
  }
  fs.copyFileSync(path.join(fixturesFolder, "exports", "model.onnx"), path.join(source, "onnx", "model.onnx"));
  for (const [what, name] of [
    [source, "a/folder"],
    [path.join(source, "onnx", "model.onnx"), "a/file"],
  ] as const) {
    const { folder } = await bench.add(what, name);
    assert.deepEqual(filesBelow(folder), ["config.json", "localghost.json", "onnx/model.onnx", "tokenizer.json"]);
  }
});

test(
  "the hub's cache, whose files are links, is imported as files",
  { skip: process.platform === "win32" },
  async (t) => {
    const bench = importBench(t);
    const snapshot = path.join(bench.sources, "snapshot");
    fs.mkdirSync(snapshot);
    for (const name of PLAIN_FILES) fs.symlinkSync(path.join(PLAIN, name), path.join(snapshot, name));
    const { folder } = await bench.add(snapshot);
    assertImported(folder, PLAIN, PLAIN_FILES);
    assert.ok(fs.lstatSync(path.join(folder, "config.json")).isFile());
  },
);

const packers = { "model.zip": zipOf, "model.tar.gz": tarGzOf, "model.tgz": tarGzOf, "model.tar": tarOf };

for (const [file, pack] of Object.entries(packers)) {
  test(`${file} is unpacked, with its model at the top or in a folder`, async (t) => {
    const bench = importBench(t);
    const archive = path.join(bench.sources, file);
    const extra: Item[] = [
      { name: "gpt/README.md", content: Buffer.from("words") },
      { name: "gpt/training_args.bin", content: Buffer.from("pickle") },
    ];
    fs.writeFileSync(archive, pack([...extra, ...itemsOf(PLAIN, "./gpt/")]));
    assertImported((await bench.add(archive)).folder, PLAIN, PLAIN_FILES);
    fs.writeFileSync(archive, pack(itemsOf(SHARDED)));
    const { folder } = await bench.add(archive, "a/sharded");
    assert.equal(openCheckpoint(folder).files.length, 3);
    assert.deepEqual(filesBelow(bench.models.importing), []);
  });
}

test("what was unpacked is on the disk to its last byte", async (t) => {
  const folder = temporaryFolder(t);
  const archive = path.join(folder, "one.tar");
  const content = Buffer.alloc(1000, "x");
  fs.writeFileSync(archive, tarOf([{ name: "config.json", content }]));
  for (let round = 0; round < 100; round++) {
    const target = path.join(folder, String(round));
    await unpackArchive(archive, target, { signal: neverAborted(), onBytes: () => undefined });
    assert.deepEqual(fs.readFileSync(path.join(target, "config.json")), content);
  }
});

test("a zip of Windows, with its own separators, is unpacked", async (t) => {
  const bench = importBench(t);
  const archive = path.join(bench.sources, "model.zip");
  fs.writeFileSync(archive, zipOf(itemsOf(PLAIN, "gpt\\")));
  assertImported((await bench.add(archive)).folder, PLAIN, PLAIN_FILES);
});

test("a zip whose bytes are not those that were packed is refused", async (t) => {
  const bench = importBench(t);
  const items = itemsOf(PLAIN).map((item) => (item.name.endsWith(".safetensors") ? { ...item, checksum: 1 } : item));
  fs.writeFileSync(path.join(bench.sources, "model.zip"), zipOf(items));
  const refusal = fails("modelInvalid", /^model\.zip is damaged: download or pack it again\.$/);
  await assert.rejects(bench.add(path.join(bench.sources, "model.zip")), refusal);
  assertClean(bench);
});

const climbing = ["../evil.safetensors", "a/../../evil.safetensors", "/evil.safetensors", "..\\evil.safetensors"];
const hostile: [name: string, items: Item[], sentence: RegExp][] = [
  ...climbing.map((name): [string, Item[], RegExp] => [
    name,
    [{ name, content: Buffer.from("x") }],
    / (has a file that would be written outside its folder: it is not unpacked|is damaged: download or pack it again)\.$/,
  ]),
  ["a link", [{ name: "config.json", link: "/etc/passwd" }], /holds a link/],
  ["a bomb", [{ name: "onnx/model.onnx", content: Buffer.alloc(80 << 20) }], /unpacks to more than 100 times its size/],
  [
    "a bomb that no model needs",
    [{ name: "README.md", content: Buffer.alloc(80 << 20) }],
    /unpacks to more than 100 times its size/,
  ],
  [
    "a crowd",
    Array.from({ length: 10_001 }, (_, i) => ({ name: `${i}.txt` })),
    /holds more than 10000 files: it is not unpacked\.$/,
  ],
  [
    "one name twice",
    [
      { name: "config.json", content: Buffer.from("{}") },
      { name: "config.json", content: Buffer.from("[]") },
    ],
    /is damaged: download or pack it again\.$/,
  ],
];

for (const [name, items, sentence] of hostile) {
  for (const [file, pack] of [
    ["model.zip", zipOf],
    ["model.tar.gz", tarGzOf],
  ] as const) {
    test(`a hostile ${file} is refused: ${name}`, async (t) => {
      const bench = importBench(t);
      fs.writeFileSync(path.join(bench.sources, file), pack([...itemsOf(PLAIN), ...items]));
      await assert.rejects(bench.add(path.join(bench.sources, file)), fails("modelInvalid", sentence));
      assertClean(bench);
    });
  }
}

for (const type of ["1", "2", "3", "4", "6"]) {
  test(`a tar with an entry of type ${type}, a link or a device, is refused`, async (t) => {
    const bench = importBench(t);
    const item = { name: "tokenizer.json", link: "config.json", type };
    fs.writeFileSync(path.join(bench.sources, "model.tar"), tarOf([...itemsOf(PLAIN), item]));
    const refusal = fails("modelInvalid", /model\.tar (holds a link or a device: it is not unpacked|is damaged.*)\.$/);
    await assert.rejects(bench.add(path.join(bench.sources, "model.tar")), refusal);
    assertClean(bench);
  });
}

const refused: [name: string, make: (sources: string) => string, kind: ErrorKind, sentence: RegExp][] = [
  [
    "what is not there",
    (sources) => path.join(sources, "none"),
    "modelNotFound",
    /^There is no .*none: check the path\.$/,
  ],
  ["an empty folder", (sources) => sources, "modelNotFound", /^There is no config\.json with /],
  [
    "a pickle",
    (sources) => {
      fs.writeFileSync(path.join(sources, "pytorch_model.bin"), "x");
      return path.join(sources, "pytorch_model.bin");
    },
    "modelInvalid",
    /^pytorch_model\.bin is a pickle, which can run code and is not read: convert it/,
  ],
  [
    "a folder with a pickle",
    (sources) => {
      fs.cpSync(PLAIN, sources, { recursive: true });
      fs.renameSync(path.join(sources, "model.safetensors"), path.join(sources, "pytorch_model.bin"));
      return sources;
    },
    "modelInvalid",
    /^sources has no weights that can be read: its pytorch_model\.bin is a pickle/,
  ],
  [
    "a text",
    (sources) => {
      fs.writeFileSync(path.join(sources, "notes.txt"), "x");
      return path.join(sources, "notes.txt");
    },
    "modelInvalid",
    /^notes\.txt is nothing that can be imported: take a folder/,
  ],
  [
    "several models",
    (sources) => {
      fs.cpSync(PLAIN, path.join(sources, "a"), { recursive: true });
      fs.cpSync(PLAIN, path.join(sources, "b"), { recursive: true });
      return sources;
    },
    "modelInvalid",
    /holds several models: add the folder of one of them\.$/,
  ],
  [
    "weights of another configuration",
    (sources) => {
      fs.cpSync(PLAIN, sources, { recursive: true });
      editConfig(sources, { n_layer: 3 });
      return sources;
    },
    "modelInvalid",
    /tensor "h\.2\.ln_1\.weight" is missing/,
  ],
  [
    "a tokenizer of another model",
    (sources) => {
      fs.cpSync(PLAIN, sources, { recursive: true });
      fs.copyFileSync(path.join(SHARDED, "tokenizer.json"), path.join(sources, "tokenizer.json"));
      return sources;
    },
    "modelInvalid",
    /has \d+ tokens but its model only 272/,
  ],
  [
    "an archive that is none",
    (sources) => {
      fs.writeFileSync(path.join(sources, "model.zip"), "not a zip");
      return path.join(sources, "model.zip");
    },
    "modelInvalid",
    /^model\.zip is damaged: download or pack it again\.$/,
  ],
  [
    "an archive that is cut off",
    (sources) => {
      const whole = tarGzOf(itemsOf(PLAIN));
      fs.writeFileSync(path.join(sources, "model.tgz"), whole.subarray(0, whole.length >> 1));
      return path.join(sources, "model.tgz");
    },
    "modelInvalid",
    /^model\.tgz is damaged: download or pack it again\.$/,
  ],
];

for (const [name, make, kind, sentence] of refused) {
  test(`an import ends in one sentence: ${name}`, async (t) => {
    const bench = importBench(t);
    await assert.rejects(bench.add(make(bench.sources)), fails(kind, sentence));
    assert.deepEqual(filesBelow(bench.models.path), []);
  });
}

test("an import that is cancelled leaves nothing", async (t) => {
  const bench = importBench(t);
  fs.writeFileSync(path.join(bench.sources, "model.zip"), zipOf(itemsOf(PLAIN)));
  for (const source of [PLAIN, path.join(bench.sources, "model.zip")]) {
    const stop = new AbortController();
    const adding = importModel(source, bench.models, { signal: stop.signal, onProgress: () => stop.abort() });
    await assert.rejects(adding, fails("cancelled", /cancelled\.$/));
    assertClean(bench);
  }
});
