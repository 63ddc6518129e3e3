import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { nanoFolder, temporaryFolder } from "../helpers/fixtures.ts";

interface ModelManifest {
  describeModels: (modelsFolder: string) => Record<string, Record<string, string>>;
  verifyModels: (modelsFolder: string) => string[];
}

// The build's scripts are JavaScript, and checked as a project of their own.
const script = new URL("../../scripts/lib/modelManifest.mjs", import.meta.url).href;
const { describeModels, verifyModels } = (await import(script)) as ModelManifest;

const models = path.dirname(nanoFolder);

test("the embedded models are the files that the manifest lists, and no others", () => {
  const manifest: unknown = JSON.parse(fs.readFileSync(path.join(models, "manifest.json"), "utf8"));
  assert.deepEqual(describeModels(models), manifest);
  assert.deepEqual(verifyModels(models), [nanoFolder]);
});

test("a model's file that is missing, or another one, is noticed", (t) => {
  const folder = temporaryFolder(t);
  const model = path.join(folder, "model");
  fs.mkdirSync(model);
  fs.writeFileSync(path.join(model, "config.json"), "{}");
  fs.writeFileSync(path.join(folder, "manifest.json"), JSON.stringify(describeModels(folder)));
  assert.deepEqual(verifyModels(folder), [model]);
  fs.writeFileSync(path.join(model, "config.json"), "{ }");
  assert.throws(() => verifyModels(folder), /config\.json is not the file that models\/manifest\.json describes/);
  fs.rmSync(path.join(model, "config.json"));
  assert.throws(() => verifyModels(folder), /config\.json is missing: check the repository out again/);
});
