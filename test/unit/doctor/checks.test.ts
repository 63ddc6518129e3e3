import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { checkDevice } from "../../../src/doctor/checks/device.ts";
import { checkEngine } from "../../../src/doctor/checks/engine.ts";
import { checkMachine } from "../../../src/doctor/checks/machine.ts";
import { checkModel } from "../../../src/doctor/checks/model.ts";
import { checkRuntime } from "../../../src/doctor/checks/runtime.ts";
import { checkSettings } from "../../../src/doctor/checks/settings.ts";
import { checkSpeed } from "../../../src/doctor/checks/speed.ts";
import { checkStorage } from "../../../src/doctor/checks/storage.ts";
import { checkWorkspaceMemory } from "../../../src/doctor/checks/workspaceMemory.ts";
import type { Diagnosis, Level } from "../../../src/doctor/diagnosis.ts";
import { LocalghostError } from "../../../src/shared/errors.ts";

const nobody = { folders: [], names: [] };
const linux = { platform: "linux", architecture: "x64", node: "22.0.0", glibc: "2.36", isPresent: true };
const loaded = { version: "1.30.0", backends: ["cpu"] };
const model = { origin: "hub", dtype: "int8", bytes: 1e8, packed: ["int8"], verified: "sizes" } as const;
const whole = { damaged: 0, missing: 0, outdated: 0 };
const machine = { cpu: "CPU", cores: 2, memoryBytes: 8e9, availableBytes: 4e9, isLoaded: false };
const settings = { isOn: true, invalid: [], changed: {}, editorShowsSuggestions: true, neighbours: [] };
const memory = { isOn: true, files: 3, tokens: 90, bytes: 1e5, isFull: false, waiting: 0, isPaused: false };

const cases: readonly [what: string, diagnosis: Diagnosis, level: Level, says: RegExp][] = [
  ["a library that loads", checkRuntime({ ...linux, loaded }, nobody), "ok", /1\.30\.0 loads on linux-x64/],
  [
    "an Intel Mac",
    checkRuntime({ ...linux, platform: "darwin" }, nobody),
    "problem",
    /no ONNX Runtime for darwin-x64.*win32-x64/,
  ],
  [
    "an Intel Mac's own package",
    checkRuntime({ ...linux, platform: "darwin", isPresent: false, inWebAssembly: true, loaded }, nobody),
    "ok",
    /darwin-x64, in WebAssembly/,
  ],
  [
    "Alpine",
    checkRuntime({ platform: "linux", architecture: "x64", node: "22", isPresent: true }, nobody),
    "problem",
    /no GNU C library/,
  ],
  ["an old C library", checkRuntime({ ...linux, glibc: "2.9" }, nobody), "problem", /2\.9 is too old.*2\.28/],
  [
    "another platform's package",
    checkRuntime({ ...linux, isPresent: false }, nobody),
    "problem",
    /no native library for linux-x64/,
  ],
  [
    "a library that does not load",
    checkRuntime({ ...linux, error: "libx.so: not found" }, nobody),
    "problem",
    /cannot be loaded/,
  ],
  ["a writable folder", checkStorage({ freeBytes: 5e10 }), "ok", /50\.0 GB free/],
  ["a full disk", checkStorage({ freeBytes: 5e8 }), "warning", /only 500 MB left/],
  ["a read-only folder", checkStorage({ freeBytes: 5e10, refusal: "EROFS" }), "problem", /EROFS.*modelsFolder/],
  ["a whole model", checkModel({ ...model, ...whole }), "ok", /a model of your own, 100 MB/],
  ["a damaged model", checkModel({ ...model, ...whole, damaged: 1 }), "problem", /1 files are damaged/],
  ["an outdated pack", checkModel({ ...model, ...whole, outdated: 1 }), "warning", /packed by another version/],
  ["no model", checkModel(undefined), "problem", /not on this machine.*Choose/],
  ["room enough", checkMachine({ ...machine, neededBytes: 3e8 }), "ok", /needs 300 MB/],
  ["too large a model", checkMachine({ ...machine, neededBytes: 7e9 }), "problem", /needs 7\.0 GB.*smaller/],
  ["little memory now", checkMachine({ ...machine, neededBytes: 5e9 }), "warning", /4\.0 GB are free now/],
  ["little memory beside the model", checkMachine({ ...machine, neededBytes: 5e9, isLoaded: true }), "ok", /needs/],
  [
    "an engine that stops",
    checkEngine(new LocalghostError("engineStopped", "It stopped."), nobody),
    "problem",
    /It stopped.*Restart/,
  ],
  [
    "the GPU that was asked for",
    checkDevice({ device: "webgpu", deviceReason: "It was." }, "webgpu", nobody),
    "ok",
    /GPU/,
  ],
  [
    "the CPU instead",
    checkDevice({ device: "cpu", deviceReason: "No adapter." }, "webgpu", nobody),
    "warning",
    /No adapter.*driver/,
  ],
  [
    "a fast model",
    checkSpeed({ promptTokens: 100, prefillMs: 40, decodeMsPerToken: 5 }),
    "ok",
    /200 tokens a second, and 45 ms/,
  ],
  [
    "a slow model",
    checkSpeed({ promptTokens: 100, prefillMs: 900, decodeMsPerToken: 100 }),
    "warning",
    /slow.*10 tokens/,
  ],
  ["defaults", checkSettings(settings), "ok", /defaults/],
  ["a setting that is not valid", checkSettings({ ...settings, invalid: ["threads"] }), "warning", /threads/],
  ["ghost text off", checkSettings({ ...settings, isOn: false }), "warning", /off/],
  ["no inline suggestions", checkSettings({ ...settings, editorShowsSuggestions: false }), "warning", /inlineSuggest/],
  ["a neighbour", checkSettings({ ...settings, neighbours: ["Tabby"] }), "warning", /Tabby suggests/],
  ["a memory", checkWorkspaceMemory(memory), "ok", /3 files and 90 tokens/],
  ["a full memory", checkWorkspaceMemory({ ...memory, isFull: true }), "warning", /maxMegabytes/],
  ["a paused memory", checkWorkspaceMemory({ ...memory, isPaused: true }), "warning", /paused/],
  ["no memory", checkWorkspaceMemory({ ...memory, isOn: false }), "ok", /off/],
];

suite("the doctor's checks", () => {
  for (const [what, { level, finding, advice = "" }, expected, says] of cases) {
    test(what, () => {
      assert.match(`${finding} ${advice}`, says);
      assert.equal(level, expected);
      // Whoever is told of something bad is told what to do.
      assert.equal(advice !== "", expected !== "ok");
    });
  }
});
