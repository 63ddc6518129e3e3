import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { suite, test, type TestContext } from "node:test";
import { examine } from "../../../src/doctor/examine.ts";
import { privateWords } from "../../../src/doctor/privateWords.ts";
import { makeReport, toJson, toMarkdown } from "../../../src/doctor/report.ts";
import type { Subject } from "../../../src/doctor/subject.ts";
import { ModelsFolder } from "../../../src/models/modelsFolder.ts";
import { isCancelled, LocalghostError } from "../../../src/shared/errors.ts";
import type { GenerateResult, ModelInfo } from "../../../src/shared/protocol.ts";
import { checkpointFolder, neverAborted, nanoFolder, temporaryFolder } from "../../helpers/fixtures.ts";

const repository = path.resolve(import.meta.dirname, "..", "..", "..");
const SECRETS = ["Quetzal", "hf_ABCDEFGHIJKLMNOP", "Nightjar", "Ostrich", "once upon a midnight"];

/** A subject whose every part says something private. */
function indiscreet(t: TestContext, changes: Partial<Subject> = {}): Subject & { readonly home: string } {
  const home = path.join(temporaryFolder(t), "home", "Quetzal");
  const own = path.join(home, "Nightjar model");
  fs.cpSync(checkpointFolder("tiny-plain"), own, { recursive: true });
  const blab = `open '${home}/Nightjar/plan.md' and ${home}/Ostrich notes.txt: hf_ABCDEFGHIJKLMNOP of Quetzal`;
  const words = privateWords([home, own], { USER: "Quetzal" });
  return {
    home,
    client: "test",
    root: repository,
    environment: process.env,
    spec: () => ({ folder: own }),
    embedded: path.dirname(nanoFolder),
    models: () => new ModelsFolder(path.join(home, "models")),
    privateWords: { ...words, names: [...words.names, "Nightjar", "Ostrich"] },
    isLoaded: () => false,
    engine: () => Promise.reject(new LocalghostError("engineStopped", `It stopped: ${blab}`)),
    settings: () =>
      Promise.resolve({
        ...{ isOn: true, editorShowsSuggestions: true, neighbours: [], invalid: ["prompts"] },
        changed: { prompts: undefined, modelsFolder: undefined, threads: 3 },
      }),
    workspaceMemory: () => {
      throw new Error(`The memory failed at ${blab}`);
    },
    ...changes,
  };
}

async function reportOf(subject: Subject): Promise<string> {
  const report = makeReport(subject.client, await examine(subject, neverAborted()));
  return toMarkdown(report, subject.privateWords) + toJson(report, subject.privateWords);
}

function assertDiscreet(report: string, home: string): void {
  for (const secret of [...SECRETS, home, path.basename(path.dirname(path.dirname(home)))]) {
    assert.ok(!report.toLowerCase().includes(secret.toLowerCase()), `${secret} is in the report:\n${report}`);
  }
}

suite("the doctor", () => {
  test("makes every check without an engine, and tells nothing private", async (t) => {
    const subject = indiscreet(t);
    const report = await reportOf(subject);
    assertDiscreet(report, subject.home);
    for (const said of ["It stopped", "This could not be checked", "prompts", "`threads`: 3", "ONNX Runtime"]) {
      assert.ok(report.includes(said), `${said} is not in the report:\n${report}`);
    }
  });

  test("tells nothing private of an engine that runs, nor the text that it writes", async (t) => {
    const subject = indiscreet(t);
    const { home } = subject;
    const info = { device: "cpu", dtype: "int8", contextLength: 128, parameters: 1, layers: 1, width: 8 };
    const loaded = { ...info, deviceReason: `The driver in "${home}/Ostrich" failed.`, loadMs: 5, vocabularySize: 9 };
    const timings = { loadMs: 0, prefillMs: 10, decodeMsPerToken: 2 };
    const written = { text: "once upon a midnight", promptTokens: 50, timings };
    const report = await reportOf({
      ...subject,
      engine: () =>
        Promise.resolve({
          load: () => Promise.resolve(loaded as unknown as ModelInfo),
          generate: () => Promise.resolve(written as unknown as GenerateResult),
        }),
    });
    assertDiscreet(report, home);
    assert.match(report, /The driver in "<path>" failed/);
    assert.match(report, /500 tokens a second/);
  });

  test("tells nothing private of a library that does not load", async (t) => {
    const subject = indiscreet(t);
    const runtime = path.join(subject.home, "root", "node_modules", "onnxruntime-node");
    const library = path.join(runtime, "bin", "napi-v6", process.platform, process.arch, "onnxruntime_binding.node");
    fs.mkdirSync(path.dirname(library), { recursive: true });
    fs.writeFileSync(library, "no library");
    fs.writeFileSync(path.join(runtime, "package.json"), JSON.stringify({ main: "index.cjs" }));
    fs.writeFileSync(path.join(runtime, "index.cjs"), `require(${JSON.stringify(library)})`);
    const report = await reportOf({ ...subject, root: path.join(subject.home, "root") });
    assertDiscreet(report, subject.home);
    assert.match(report, /ONNX Runtime cannot be loaded/);
  });

  test("names a model that everybody has, and leaves no trace in the models folder", async (t) => {
    const subject = indiscreet(t, { spec: () => ({ folder: nanoFolder }) });
    const report = await reportOf(subject);
    assert.match(report, /localghost-nano/);
    assert.ok(!fs.existsSync(path.join(subject.home, "models")), "the folder was not there before");
  });

  test("says of a model that is not there that it is not", async (t) => {
    const missing = () => {
      throw new LocalghostError("modelNotFound", "There is no model.");
    };
    const diagnoses = await examine(indiscreet(t, { spec: missing }), neverAborted());
    assert.equal(diagnoses.find(({ check }) => check === "model")?.level, "problem");
    assert.ok(!diagnoses.some(({ check }) => check === "engine"), "nothing is started for it");
  });

  test("stops when it is told to", async (t) => {
    const controller = new AbortController();
    const examined = examine(indiscreet(t), controller.signal, (check) => {
      if (check === "model") controller.abort();
    });
    await assert.rejects(examined, isCancelled);
  });
});
