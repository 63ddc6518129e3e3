import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { readSafetensorsHeader, writeSafetensors, type TensorToWrite } from "../../../src/engine/model/safetensors.ts";
import { temporaryFolder } from "../../helpers/fixtures.ts";
import { fails, safetensorsBytes } from "../../engine/helpers/checkpoints.ts";

function tensor(name: string, shape: number[], ...chunks: number[][]): TensorToWrite {
  return { name, dtype: "U8", shape, chunks: () => chunks.map((chunk) => Uint8Array.from(chunk)) };
}

test("what is written is read again", (t) => {
  const file = path.join(temporaryFolder(t), "a.safetensors");
  const tensors = [tensor("b", [2, 3], [1, 2, 3, 4], [5, 6]), tensor("a", [1], [7]), tensor("none", [0, 5])];
  writeSafetensors(file, tensors, { format: "test", "ключ": "值" }); // prettier-ignore
  const header = readSafetensorsHeader(file);
  assert.deepEqual(header.metadata, { format: "test", "ключ": "值" }); // prettier-ignore
  assert.deepEqual([...header.tensors.keys()], ["b", "a", "none"]);
  const bytes = fs.readFileSync(file);
  const dataOf = (name: string): number[] => {
    const { offset = 0, byteLength = 0 } = header.tensors.get(name) ?? {};
    return [...bytes.subarray(offset, offset + byteLength)];
  };
  assert.deepEqual(dataOf("b"), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(dataOf("a"), [7]);
  assert.deepEqual(header.tensors.get("none")?.shape, [0, 5]);
  assert.equal(header.dataOffset % 4096, 0, "the first tensor begins at a page");
  assert.deepEqual(fs.readdirSync(path.dirname(file)), ["a.safetensors"]);
});

test("a file that cannot be finished leaves nothing behind, and the old one in place", (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, "a.safetensors");
  writeSafetensors(file, [tensor("a", [1], [1])], {});
  const before = fs.readFileSync(file);
  const failing: TensorToWrite = {
    ...tensor("a", [9]),
    *chunks() {
      yield Uint8Array.of(1, 2);
      throw new Error("the source went away");
    },
  };
  assert.throws(() => writeSafetensors(file, [failing], {}), /the source went away/);
  assert.throws(() => writeSafetensors(file, [tensor("a", [9], [1, 2])], {}), /wrote 2 bytes .* header says 9/);
  assert.deepEqual(fs.readFileSync(file), before);
  assert.deepEqual(fs.readdirSync(folder), ["a.safetensors"]);
});

const good = { dtype: "F32", shape: [2], data_offsets: [0, 8] };

/** Headers that lie, over 16 bytes of data, and what is said of them. */
const lies: [string, unknown, RegExp][] = [
  ["beyond the file", { a: { ...good, data_offsets: [16, 24] } }, /cut off before the end of tensor "a"/],
  ["far beyond the file", { a: { ...good, data_offsets: [2 ** 52, 2 ** 52 + 8] } }, /cut off before the end/],
  ["overlapping", { a: good, b: { ...good, data_offsets: [4, 12] } }, /"a" and "b" claim the same bytes/],
  ["twice the same bytes", { a: good, b: good }, /"a" and "b" claim the same bytes/],
  ["too few bytes", { a: { ...good, shape: [3] } }, /"a" claims 8 bytes where its shape needs 12/],
  ["backwards", { a: { ...good, data_offsets: [8, 0] } }, /"a" claims -8 bytes/],
  ["a shape too large for any number", { a: { ...good, shape: [2 ** 52, 2 ** 52] } }, /"a" claims 8 bytes/],
  ["an unknown dtype", { a: { ...good, dtype: "F8_E4M3" } }, /"a" has the unknown type "F8_E4M3"/],
  ["a dtype that every object has", { a: { ...good, dtype: "toString" } }, /unknown type "toString"/],
  ["no dtype", { a: { shape: [2], data_offsets: [0, 8] } }, /"a" has the unknown type null/],
  ["a negative dimension", { a: { ...good, shape: [-2] } }, /"a" has no valid shape and range/],
  ["half a dimension", { a: { ...good, shape: [0.5] } }, /no valid shape/],
  ["one offset", { a: { ...good, data_offsets: [0] } }, /no valid shape and range/],
  ["no tensor", { a: null }, /"a" has the unknown type null/],
  ["a list", [good], /its header is not a JSON object/],
  ["metadata that is null", { __metadata__: null }, /its metadata is not text/],
  ["metadata that is a number", { __metadata__: { version: 1 } }, /its metadata is not text/],
  ["a number", 5, /its header is not a JSON object/],
  ["no JSON", "{oops", /its header is not JSON/],
  ["a name of the language's own", '{"__proto__":{"dtype":"X"}}', /"__proto__" has the unknown type "X"/],
];

for (const [name, header, message] of lies) {
  test(`a header that lies is refused in a sentence: ${name}`, (t) => {
    const file = path.join(temporaryFolder(t), "a.safetensors");
    fs.writeFileSync(file, safetensorsBytes(header, 16));
    const sentence = new RegExp(`^The weights file .*a\\.safetensors is damaged: .*(${message.source}).*again\\.$`);
    assert.throws(() => readSafetensorsHeader(file), fails("modelInvalid", sentence));
  });
}

const huge = Buffer.alloc(24);
huge.writeBigUInt64LE(2n ** 63n);
const beyond = Buffer.alloc(24);
beyond.writeBigUInt64LE(1000n);

const files: [string, Buffer, RegExp][] = [
  ["empty", Buffer.alloc(0), /it is too short/],
  ["seven bytes", Buffer.alloc(7), /it is too short/],
  ["a header of no bytes", Buffer.alloc(8), /its header is not JSON/],
  ["a header longer than the file", beyond, /it ends inside its header/],
  ["a header longer than anything", huge, /does not begin with a safetensors header/],
  ["text", Buffer.from("version https://git-lfs.github.com/spec/v1\n"), /does not begin with a safetensors header/],
  ["cut inside the header", safetensorsBytes({ a: good }).subarray(0, 30), /it ends inside its header/],
  ["cut inside the data", safetensorsBytes({ a: good }, 7), /cut off before the end of tensor "a"/],
];

for (const [name, bytes, message] of files) {
  test(`a file that is no safetensors is refused in a sentence: ${name}`, (t) => {
    const file = path.join(temporaryFolder(t), "a.safetensors");
    fs.writeFileSync(file, bytes);
    assert.throws(() => readSafetensorsHeader(file), fails("modelInvalid", message));
  });
}

test("a tensor called __proto__ is a tensor like any other", (t) => {
  const file = path.join(temporaryFolder(t), "a.safetensors");
  fs.writeFileSync(file, safetensorsBytes(`{"__proto__":${JSON.stringify(good)},"__metadata__":{}}`, 8));
  const { tensors } = readSafetensorsHeader(file);
  assert.deepEqual([...tensors.keys()], ["__proto__"]);
  assert.equal(({} as Record<string, unknown>)["dtype"], undefined);
});

test("a file that is missing, and a folder in its place, cannot be opened", (t) => {
  const folder = temporaryFolder(t);
  for (const file of [path.join(folder, "none"), folder]) {
    assert.throws(() => readSafetensorsHeader(file), fails("modelNotFound", /cannot be opened: check that it exists/));
  }
});
