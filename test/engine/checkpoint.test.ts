/** Model folders that lack something, lie or were damaged: one sentence each, before anything is computed. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { fingerprint, openCheckpoint, readTensor } from "../../src/engine/model/checkpoint.ts";
import type { ErrorKind } from "../../src/shared/errors.ts";
import { checkpointFolder, copyModel } from "../helpers/fixtures.ts";
import { editConfig, editHeader, fails } from "./helpers/checkpoints.ts";

const CHECKPOINTS = ["tiny-plain", "tiny-sharded", "tiny-odd", "tiny-layer-scale", "tiny-bare"];
const WEIGHTS = "model.safetensors";
const INDEX = "model.safetensors.index.json";

interface Damage {
  name: string;
  from: string;
  damage: (folder: string) => void;
  kind: ErrorKind;
  sentence: RegExp;
}

function editIndex(folder: string, shard: unknown): void {
  const file = path.join(folder, INDEX);
  const index = JSON.parse(fs.readFileSync(file, "utf8")) as { weight_map: Record<string, unknown> };
  index.weight_map["transformer.wte.weight"] = shard;
  fs.writeFileSync(file, JSON.stringify(index));
}

const damages: Damage[] = [
  {
    name: "no config",
    from: "tiny-plain",
    damage: (folder) => fs.rmSync(path.join(folder, "config.json")),
    kind: "modelNotFound",
    sentence: /^There is no model in .*: its config\.json cannot be read\.$/,
  },
  {
    name: "a config of impossible size",
    from: "tiny-plain",
    damage: (folder) => fs.truncateSync(path.join(folder, "config.json"), 2 ** 40),
    kind: "modelInvalid",
    sentence: /config\.json has 1099511627776 bytes, more than any model's: copy it again\.$/,
  },
  {
    name: "no weights",
    from: "tiny-plain",
    damage: (folder) => fs.rmSync(path.join(folder, WEIGHTS)),
    kind: "modelNotFound",
    sentence: /has no safetensors weights: copy model\.safetensors there\.$/,
  },
  {
    name: "a pickle only",
    from: "tiny-plain",
    damage: (folder) => fs.renameSync(path.join(folder, WEIGHTS), path.join(folder, "pytorch_model.bin")),
    kind: "modelNotFound",
    sentence: /pytorch_model\.bin is a pickle, which can run code and is not read; convert it to model\.safetensors\.$/,
  },
  {
    name: "truncated weights",
    from: "tiny-plain",
    damage: (folder) => fs.truncateSync(path.join(folder, WEIGHTS), 200_000),
    kind: "modelInvalid",
    sentence:
      /model\.safetensors is damaged: it is cut off before the end of tensor ".*"\. Download or copy it again\.$/,
  },
  {
    name: "a tensor missing",
    from: "tiny-plain",
    damage: (folder) =>
      editHeader(path.join(folder, WEIGHTS), (header) => {
        delete header["transformer.h.1.mlp.c_fc.bias"];
      }),
    kind: "modelInvalid",
    sentence:
      /do not fit its config\.json: tensor "h\.1\.mlp\.c_fc\.bias" is missing\. Copy both from the same model\.$/,
  },
  {
    name: "a tensor of another shape",
    from: "tiny-plain",
    damage: (folder) =>
      editHeader(path.join(folder, WEIGHTS), (header) => {
        header["transformer.wte.weight"]?.shape.reverse();
      }),
    kind: "modelInvalid",
    sentence: /tensor "wte\.weight" is \[64, 272\] and should be \[272, 64\]/,
  },
  {
    name: "more layers in the config",
    from: "tiny-plain",
    damage: (folder) => editConfig(folder, { n_layer: 3 }),
    kind: "modelInvalid",
    sentence: /tensor "h\.2\.ln_1\.weight" is missing/,
  },
  {
    name: "a million layers in the config",
    from: "tiny-plain",
    damage: (folder) => editConfig(folder, { n_layer: 1e12 }),
    kind: "modelInvalid",
    sentence: /tensor "h\.2\.ln_1\.weight" is missing/,
  },
  {
    name: "another width in the config",
    from: "tiny-plain",
    damage: (folder) => editConfig(folder, { n_embd: 128 }),
    kind: "modelInvalid",
    sentence: /tensor "wte\.weight" is \[272, 64\] and should be \[272, 128\]/,
  },
  {
    name: "a config that is not GPT-2's",
    from: "tiny-plain",
    damage: (folder) => editConfig(folder, { model_type: "opt" }),
    kind: "modelInvalid",
    sentence: /config\.json describes a "opt" model; Localghost runs "gpt2" models only\.$/,
  },
  {
    name: "an index that names a missing shard",
    from: "tiny-sharded",
    damage: (folder) => editIndex(folder, "model-00009-of-00009.safetensors"),
    kind: "modelNotFound",
    sentence: /The weights file .*model-00009-of-00009\.safetensors cannot be opened: check that it exists\.$/,
  },
  {
    name: "an index that points outside its folder",
    from: "tiny-sharded",
    damage: (folder) => {
      fs.copyFileSync(path.join(checkpointFolder("tiny-plain"), WEIGHTS), path.join(folder, "..", "secret"));
      editIndex(folder, "../secret");
    },
    kind: "modelNotFound",
    sentence: /The weights file .*tiny-sharded.secret cannot be opened/,
  },
  {
    name: "an index with numbers for names",
    from: "tiny-sharded",
    damage: (folder) => editIndex(folder, 5),
    kind: "modelInvalid",
    sentence: /model\.safetensors\.index\.json cannot be read: download or copy the model again\.$/,
  },
  {
    name: "an index that is not JSON",
    from: "tiny-sharded",
    damage: (folder) => fs.writeFileSync(path.join(folder, INDEX), "{"),
    kind: "modelInvalid",
    sentence: /model\.safetensors\.index\.json cannot be read/,
  },
  {
    name: "an index without a map",
    from: "tiny-sharded",
    damage: (folder) => fs.writeFileSync(path.join(folder, INDEX), "{}"),
    kind: "modelInvalid",
    sentence: /model\.safetensors\.index\.json cannot be read/,
  },
  {
    name: "a shard cut off",
    from: "tiny-sharded",
    damage: (folder) => fs.truncateSync(path.join(folder, "model-00002-of-00003.safetensors"), 9_000),
    kind: "modelInvalid",
    sentence: /model-00002-of-00003\.safetensors is damaged: it is cut off/,
  },
];

for (const { name, from, damage, kind, sentence } of damages) {
  test(`a model folder is refused in a sentence: ${name}`, (t) => {
    const folder = copyModel(t, checkpointFolder(from));
    openCheckpoint(folder);
    damage(folder);
    assert.throws(() => openCheckpoint(folder), fails(kind, sentence));
  });
}

test("weights that are whole numbers are refused when they are read", (t) => {
  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  editHeader(path.join(folder, WEIGHTS), (header) => {
    const entry = header["transformer.wte.weight"];
    if (entry) entry.dtype = "I32";
  });
  const sentence = /^Tensor ".*wte\.weight" holds I32, not floating-point weights\.$/;
  assert.throws(() => readTensor(openCheckpoint(folder), "wte.weight"), fails("modelInvalid", sentence));
});

test("fingerprints tell checkpoints apart, and any trained tensor or setting changes one", (t) => {
  const prints = CHECKPOINTS.map((name) => fingerprint(openCheckpoint(checkpointFolder(name))));
  assert.equal(new Set(prints).size, CHECKPOINTS.length);

  const folder = copyModel(t, checkpointFolder("tiny-plain"));
  assert.equal(fingerprint(openCheckpoint(folder)), prints[0], "the folder itself does not count");
  const file = path.join(folder, WEIGHTS);
  const whole = fs.readFileSync(file);
  for (const { name, offset, byteLength } of openCheckpoint(folder).tensors.values()) {
    const changed = Buffer.from(whole);
    for (let i = offset; i < offset + byteLength; i += 4) changed.writeFloatLE(changed.readFloatLE(i) + 1e-3, i);
    fs.writeFileSync(file, changed);
    assert.notEqual(fingerprint(openCheckpoint(folder)), prints[0], `${name} was trained`);
  }
  fs.writeFileSync(file, whole);
  editConfig(folder, { layer_norm_epsilon: 1e-4 });
  assert.notEqual(fingerprint(openCheckpoint(folder)), prints[0]);
});
