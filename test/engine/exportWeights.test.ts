/** A ready export names the files of its weights itself: none outside its folder is read. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { loadExport } from "../../src/engine/model/loadExport.ts";
import { encodeModel } from "../../src/engine/model/onnxProto.ts";
import { LocalghostError } from "../../src/shared/errors.ts";
import { checkpointFolder, temporaryFolder } from "../helpers/fixtures.ts";

/** A graph that hands on four numbers of a file. */
function graphOf(file: string): Uint8Array {
  const data = { file, offset: 0, byteLength: 16 };
  return encodeModel(
    {
      name: "hands on",
      nodes: [{ operator: "Identity", domain: "", inputs: ["weights"], outputs: ["out"], attributes: {} }],
      initializers: [{ name: "weights", type: "float32", shape: [4], data }],
      inputs: [],
      outputs: [{ name: "out", type: "float32", shape: [4] }],
    },
    { "": 20 },
  );
}

const outside = /escapes model directory|outside model directory/;
const places: [location: string, why: RegExp][] = [
  // It is read, and the graph is then none of a GPT-2.
  ["inside", /is no language model/],
  ["../secret", outside],
  ["link", outside],
  ["/etc/hostname", /absolute/i],
];

for (const [location, why] of places) {
  test(`an export whose weights are in ${location}`, { skip: process.platform === "win32" }, async (t) => {
    const root = temporaryFolder(t);
    const folder = path.join(root, "model");
    fs.mkdirSync(folder);
    fs.copyFileSync(path.join(checkpointFolder("tiny-plain"), "config.json"), path.join(folder, "config.json"));
    for (const file of ["secret", "model/inside"]) fs.writeFileSync(path.join(root, file), Buffer.alloc(16));
    fs.symlinkSync(path.join(root, "secret"), path.join(folder, "link"));
    fs.writeFileSync(path.join(folder, "model.onnx"), graphOf(location));
    await assert.rejects(loadExport(folder, "model.onnx", "cpu", { threads: 1, start: 0 }), (error) => {
      assert.ok(error instanceof LocalghostError && error.kind === "modelInvalid");
      assert.match(error.cause instanceof Error ? error.cause.message : error.message, why);
      return true;
    });
  });
}
