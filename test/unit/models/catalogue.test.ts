import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "../../../src/engine/model/checkpoint.ts";
import { countParameters } from "../../../src/engine/model/gpt2Config.ts";
import { bytesNeeded, CATALOGUE, findInCatalogue } from "../../../src/models/catalogue.ts";
import { estimateFit, type Fit } from "../../../src/models/fit.ts";
import { measureMachine } from "../../../src/models/machine.ts";
import type { Dtype } from "../../../src/shared/protocol.ts";
import { nanoFolder } from "../../helpers/fixtures.ts";

function entry(name: string) {
  const found = findInCatalogue(name);
  assert.ok(found, name);
  return found;
}

test("names are unique, with or without their owner", () => {
  const short = CATALOGUE.map(({ name }) => name.split("/").at(-1));
  assert.equal(new Set(short).size, CATALOGUE.length);
  assert.equal(findInCatalogue("gpt2")?.name, "openai-community/gpt2");
  assert.equal(findInCatalogue("openai-community/gpt2-xl")?.name, "openai-community/gpt2-xl");
  assert.equal(findInCatalogue("gpt"), undefined);
});

test("parameters are those of the published models, in millions", () => {
  const published = { distilgpt2: 82, gpt2: 124, "gpt2-medium": 355, "gpt2-large": 774, "gpt2-xl": 1558 };
  for (const [name, millions] of Object.entries(published)) {
    assert.equal(Math.round(countParameters(entry(name).config) / 1e6), millions, name);
  }
});

test("the hub's file of GPT-2 small has 548 MB", () => {
  // 548,105,171 bytes with its header.
  assert.equal(Math.round(entry("gpt2").downloadBytes / 1e5), 5481);
});

test("the embedded entry is the model that comes with Localghost", () => {
  assert.deepEqual(entry("localghost-nano").config, readConfig(nanoFolder));
});

test("smaller dtypes and smaller models need less", () => {
  for (const { config } of CATALOGUE) {
    const dtypes: Dtype[] = ["int4", "int8", "fp16", "fp32"];
    const sizes = dtypes.map((dtype) => bytesNeeded(config, dtype));
    for (const [i, { disk, memory }] of sizes.entries()) {
      assert.ok(memory > disk);
      assert.ok(disk > (sizes[i - 1]?.disk ?? 0));
    }
  }
  const int4 = CATALOGUE.map(({ config }) => bytesNeeded(config, "int4").memory);
  assert.deepEqual(
    int4,
    int4.toSorted((a, b) => a - b),
  );
});

const fits: [name: string, gigabytes: number, gigabytesPerSecond: number, dtype: "int8" | "fp32", fit: Fit][] = [
  ["gpt2", 16, 20, "int8", "fast"],
  ["gpt2-xl", 16, 20, "int8", "slow"],
  ["gpt2-xl", 16, 100, "int8", "fast"],
  ["gpt2-xl", 8, 100, "fp32", "too large"],
  ["gpt2-xl", 2, 100, "int8", "too large"],
  ["localghost-nano", 1, 2, "fp32", "fast"],
];

for (const [name, gigabytes, speed, dtype, fit] of fits) {
  test(`${name} in ${dtype} is ${fit} with ${gigabytes} GB of memory at ${speed} GB a second`, () => {
    const machine = { memoryBytes: gigabytes * 1e9, bytesPerSecond: speed * 1e9 };
    assert.equal(estimateFit(entry(name).config, dtype, machine).fit, fit);
  });
}

test("this machine is measured, and its embedded model is fast", async () => {
  const machine = await measureMachine();
  assert.ok(machine.memoryBytes > 2 ** 28, `${machine.memoryBytes} bytes of memory`);
  assert.ok(machine.bytesPerSecond > 1e8 && machine.bytesPerSecond < 1e13, `${machine.bytesPerSecond} bytes a second`);
  assert.equal(estimateFit(entry("localghost-nano").config, "int8", machine).fit, "fast");
});
