import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import * as os from "node:os";
import { temporaryFolder } from "../helpers/fixtures.ts";
import { json, localghost } from "./helpers/cli.ts";

const repository = path.resolve(import.meta.dirname, "..", "..");

interface Report {
  diagnoses: { check: string; level: string; facts: Record<string, unknown> }[];
}

test("the doctor measures the embedded model on this machine", async (t) => {
  const environment = { LOCALGHOST_MODELS: path.join(temporaryFolder(t), "models") };
  const { diagnoses } = await json<Report>(["doctor", "--device", "cpu"], { environment });
  const found = Object.fromEntries(diagnoses.map(({ check, level, facts }) => [check, { level, facts }]));
  for (const check of ["runtime", "storage", "model", "engine", "device"]) {
    assert.equal(found[check]?.level, "ok", `${check}: ${JSON.stringify(found[check])}`);
  }
  assert.ok(Number(found["speed"]?.facts["tokensPerSecond"]) > 0);
});

test("the doctor prints Markdown without a path of this machine, and fails where there is a problem", async () => {
  const { code, stdout, stderr } = await localghost(["doctor", "--model", "no-such-model"]);
  assert.equal(code, 1);
  assert.match(stdout, /^# Localghost Doctor/);
  assert.match(stdout, /Model Files \| Problem/);
  assert.match(stderr, /Problems were found: 1/);
  for (const secret of [repository, os.homedir(), os.tmpdir()]) assert.ok(!stdout.includes(secret), secret);
});

test("the doctor works where ONNX Runtime is missing, and the other commands send there", (t) => {
  // A copy of the sources, whose node_modules lack the one package.
  const copy = temporaryFolder(t);
  for (const name of ["src", "models", "package.json"]) {
    fs.cpSync(path.join(repository, name), path.join(copy, name), { recursive: true });
  }
  fs.mkdirSync(path.join(copy, "node_modules"));
  for (const name of ["@vscode", "@huggingface", "undici", "vscode-jsonrpc", "valibot", "tar", "ignore"]) {
    fs.symlinkSync(path.join(repository, "node_modules", name), path.join(copy, "node_modules", name), "junction");
  }
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [path.join(copy, "src", "cli", "entry.ts"), ...args], { encoding: "utf8" });
  const examined = run("doctor", "--json");
  const { diagnoses } = JSON.parse(examined.stdout) as Report;
  const levels = Object.fromEntries(diagnoses.map(({ check, level }) => [check, level]));
  assert.deepEqual([levels["runtime"], levels["engine"], levels["model"]], ["problem", "problem", "ok"]);
  assert.equal(examined.status, 1);
  const other = run("tokenize");
  assert.equal(other.status, 1);
  assert.match(
    other.stderr,
    /^localghost: The program cannot be loaded \(.*\): "localghost doctor" says what to do\.\n$/,
  );
});

test("the bundle loads ONNX Runtime only when it is needed", (t) => {
  const out = path.join(temporaryFolder(t), "dist");
  const bundle = path.join(repository, "dist", "cli.js");
  // `npm test` builds first; a test file that is run alone may stand in a folder where nothing was built.
  if (!fs.existsSync(bundle)) {
    t.skip("npm run build makes it");
    return;
  }
  fs.mkdirSync(out, { recursive: true });
  fs.copyFileSync(bundle, path.join(out, "cli.js"));
  fs.writeFileSync(path.join(out, "package.json"), JSON.stringify({ type: "module" }));
  const help = execFileSync(process.execPath, [path.join(out, "cli.js"), "doctor", "--help"], { encoding: "utf8" });
  assert.match(help, /localghost doctor/);
});
