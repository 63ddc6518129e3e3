/** `localghost models …` as a process, with a hub on this machine. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import type { GenerateResult } from "../../src/shared/protocol.ts";
import { checkpointFolder, fixturesFolder, temporaryFolder } from "../helpers/fixtures.ts";
import { TestHub } from "../helpers/hubServer.ts";
import { TestProxy } from "../helpers/hubServerProxy.ts";
import { filesBelow } from "../models/helpers/hub.ts";
import { cliMain, json, localghost, type Outcome } from "./helpers/cli.ts";

const PLAIN = checkpointFolder("tiny-plain");
const NAME = "tiny/plain";

interface Listed {
  name: string;
  state: string;
  folder?: string;
  packed?: { dtype: string; state: string }[];
}

interface Bench {
  server: TestHub;
  folder: string;
  run: (...args: string[]) => Promise<Outcome>;
  read: <T>(...args: string[]) => Promise<T>;
}

async function bench(t: TestContext, extra: Record<string, string> = {}): Promise<Bench> {
  const server = await TestHub.start();
  t.after(() => server.stop());
  server.publish(NAME, PLAIN);
  const folder = path.join(temporaryFolder(t), "models");
  const environment = { LOCALGHOST_MODELS: folder, HF_ENDPOINT: server.endpoint, ...extra };
  return {
    server,
    folder,
    run: (...args) => localghost(args, { environment }),
    read: (...args) => json(args, { environment }),
  };
}

async function fails(running: Promise<Outcome>, code: number, line: RegExp): Promise<void> {
  const { code: actual, stderr } = await running;
  const last = stderr.trimEnd().split("\n").at(-1) ?? "";
  assert.match(last, line);
  assert.equal(actual, code);
}

test("a model's whole life: searched, planned, added, used, verified, packed, removed", async (t) => {
  const { folder, run, read } = await bench(t);
  assert.deepEqual(
    (await read<{ name: string }[]>("models", "search", "plain")).map(({ name }) => name),
    [NAME],
  );
  assert.match((await run("models", "search", "plain")).stdout, /^tiny\/plain {2}7 downloads {2}updated 2026-01-01\n$/);

  const plan = await run("models", "add", NAME, "--plan");
  assert.match(plan.stdout, /^tiny\/plain at [0-9a-f]{12}, 0\.1M parameters, licence: mit\n {2}config\.json +819 B\n/);
  assert.match(plan.stdout, /\n327 kB|\n\d+ kB to .*tiny.plain \(.* free\)\n$/);
  assert.deepEqual([plan.code, plan.stderr, filesBelow(folder)], [0, "", []]);
  const planned = await read<{ totalBytes: number; files: { path: string }[] }>("models", "add", NAME, "--plan");
  assert.deepEqual(planned.files.map((file) => file.path).sort(), [
    "config.json",
    "model.safetensors",
    "tokenizer.json",
  ]);

  const added = await run("models", "add", NAME);
  assert.match(added.stdout, /\ntiny\/plain is ready: \d+ kB in .*plain\n$/);
  assert.match(added.stderr, /^(checking|downloading) \d+%, .* of .*\n/);
  assert.match(added.stderr, /\npacking 100%, /);
  assert.doesNotMatch(added.stderr, /\r/, "lines in a pipe");
  assert.equal(added.code, 0);

  const listed = (await read<Listed[]>("models", "list")).find(({ name }) => name === NAME);
  assert.deepEqual([listed?.state, listed?.packed?.map(({ dtype }) => dtype)], ["installed", ["int8"]]);
  assert.match(
    (await run("models", "list")).stdout,
    /^tiny\/plain +installed +0\.1M parameters, context 64 .*packed: int8$/m,
  );

  for (const name of [NAME, "plain"]) {
    const result = await read<GenerateResult>("complete", "-m", name, "-p", "ab", "-n", "3", "--device", "cpu");
    assert.equal(result.tokens.length, 3);
  }
  assert.match((await run("models", "list")).stdout, /^tiny\/plain +installed .* used today +packed: int8$/m);
  assert.match((await run("models", "list", "--unused")).stdout, /^0 B of models that are not used\n$/);
  assert.match(
    (await run("models", "list", "--unused", "--days", "0")).stdout,
    /^tiny\/plain +\d+ kB +used today\n\n\d+ kB of models that are not used\n$/,
  );
  const verified = await read<{ file: string; state: string }[]>("models", "verify", "plain");
  assert.equal(verified.length, 4);
  assert.ok(verified.every(({ state }) => state === "ok"));

  assert.match((await run("models", "pack", NAME, "--dtype", "int4")).stdout, /^tiny\/plain is packed to int4: \d/);
  assert.match((await run("models", "pack", NAME, "--dtype", "int4")).stdout, /^tiny\/plain is already packed to int4/);
  const info = await read<{ licence: string; source: { kind: string }; dtypes: { dtype: string; fit: string }[] }>(
    ...["models", "info", NAME],
  );
  assert.deepEqual([info.licence, info.source.kind], ["mit", "hub"]);
  assert.deepEqual(
    info.dtypes.map(({ dtype, fit }) => [dtype, fit]),
    ["int8", "int4", "fp16", "fp32"].map((d) => [d, "fast"]),
  );
  assert.match((await run("models", "info", NAME)).stdout, /\nshape +2 layers, 4 heads, width 64, context 64\n/);

  const weights = path.join(folder, NAME, "model.safetensors");
  const bytes = fs.readFileSync(weights);
  bytes[200_000] = (bytes[200_000] ?? 0) ^ 1;
  fs.writeFileSync(weights, bytes);
  await fails(
    run("models", "verify", NAME),
    1,
    /^localghost: tiny\/plain is damaged \(model\.safetensors\): remove it and/,
  );

  assert.match((await run("models", "remove", "plain")).stdout, /^tiny\/plain is removed: \d+ kB freed\n$/);
  assert.deepEqual(filesBelow(folder), []);
  await fails(
    run("complete", "-m", NAME, "-p", "a"),
    1,
    /^localghost: There is no model "tiny\/plain": name a folder, or/,
  );
});

test("what broke off is listed, goes on with the same command, or is discarded", async (t) => {
  const { server, folder, run, read } = await bench(t);
  server.fail(/cdn/, { kind: "cut", after: 100_000 }, 1);
  server.fail(/cdn/, { kind: "status", status: 404 });
  await fails(run("models", "add", NAME), 1, /^localghost: The hub has no model\.safetensors of tiny\/plain/);
  const list = await read<Listed[]>("models", "list");
  assert.deepEqual(
    list.map(({ name, state }) => [name, state]),
    [
      ["localghost-nano", "embedded"],
      [NAME, "unfinished"],
    ],
  );
  assert.match(
    (await run("models", "list")).stdout,
    /^tiny\/plain +unfinished +\d+ kB of \d+ kB has arrived .*goes on$/m,
  );
  server.mend();
  server.forgetRequests();
  assert.equal((await run("models", "add", NAME, "--no-pack")).code, 0);
  assert.ok((server.sent.get("model.safetensors") ?? 0) < 300_000);

  server.publish("tiny/other", PLAIN);
  server.fail(/cdn/, { kind: "status", status: 404 });
  assert.equal((await run("models", "add", "tiny/other")).code, 1);
  assert.match((await run("models", "remove", "tiny/other")).stdout, /^tiny\/other is removed: \d/);
  assert.deepEqual(filesBelow(path.join(folder, ".staging")), []);
});

test("models of this machine are added from a folder and by another name", async (t) => {
  const { folder, run, read } = await bench(t);
  const added = await read<Listed>("models", "add", PLAIN, "--dtype", "int4");
  assert.deepEqual([added.name, added.packed?.map(({ dtype }) => dtype)], ["imported/tiny-plain", ["int4"]]);
  const variant = path.join(fixturesFolder, "variants", "own-head", "model.safetensors");
  assert.match((await run("models", "add", variant, "--name", "my/head")).stdout, /^my\/head is ready/);
  assert.equal((await run("complete", "-m", "head", "-p", "a", "-n", "2", "--device", "cpu")).code, 0);
  await fails(run("models", "add", PLAIN), 1, /^localghost: There is a model imported\/tiny-plain already/);
  await fails(run("models", "add", "./none"), 1, /^localghost: There is no \.\/none: check the path\.$/);
  assert.ok(fs.existsSync(path.join(folder, "my", "head", "localghost.json")));
});

test("all models move, are found from where they were, and come back", async (t) => {
  const { folder, run, read } = await bench(t);
  await run("models", "add", PLAIN, "--no-pack");
  const other = path.join(path.dirname(folder), "other");
  const moved = await run("models", "move", other);
  assert.match(moved.stdout, /^1 model, \d+ kB, moved to .*other; a note in .*models leads there\n$/);
  assert.equal((await read<Listed[]>("models", "list")).at(-1)?.folder, path.join(other, "imported", "tiny-plain"));
  assert.equal((await run("complete", "-m", "tiny-plain", "-p", "a", "-n", "2", "--device", "cpu")).code, 0);
  const back = await read<{ from: string; to: string; names: string[] }>("models", "move", folder);
  assert.deepEqual([back.from, back.to, back.names], [other, folder, ["imported/tiny-plain"]]);
  assert.equal((await read<Listed[]>("models", "list")).at(-1)?.folder, path.join(folder, "imported", "tiny-plain"));
  await fails(run("models", "move", folder), 1, /^localghost: The models are in .* already: choose another folder\.$/);
});

test("the catalogue tells how its models would run here", async (t) => {
  const { run, read } = await bench(t);
  const available = (await read<(Listed & { fit?: string })[]>("models", "list", "--catalogue")).filter(
    ({ state }) => state === "available",
  );
  assert.equal(available.length, 5);
  assert.ok(available.every(({ fit = "" }) => ["fast", "slow", "too large"].includes(fit)));
  assert.match(
    (await run("models", "list", "--catalogue")).stdout,
    /^openai-community\/gpt2 +\w+.* 548 MB to fetch +MIT\./m,
  );
  await fails(
    run("complete", "-m", "gpt2-xl", "-p", "a"),
    1,
    /run "localghost models add openai-community\/gpt2-xl" first/,
  );
});

test("a token opens a private model, through a proxy with a password", async (t) => {
  const proxy = await TestProxy.start("user", "word");
  t.after(() => proxy.stop());
  const { server, run } = await bench(t, { HF_TOKEN: "secret", NO_PROXY: "", no_proxy: "" });
  server.publish("tiny/private", PLAIN, {}, { token: "secret" });
  const address = proxy.address("user:word");
  assert.equal((await run("models", "add", "tiny/private", "--no-pack", "--proxy", address)).code, 0);
  assert.ok(proxy.tunnels.length >= 2);
  const line = /^localghost: The proxy wants a name and a password: write them into its address/;
  await fails(run("models", "add", NAME, "--proxy", proxy.address()), 1, line);
});

test(
  "Ctrl-C stops a download in one sentence, and keeps what has arrived",
  { skip: process.platform === "win32" },
  async (t) => {
    const { server, folder } = await bench(t);
    server.fail(/cdn/, { kind: "trickle", bytes: 2000, everyMs: 50 });
    const env = { ...process.env, LOCALGHOST_MODELS: folder, HF_ENDPOINT: server.endpoint };
    const child = spawn(process.execPath, [cliMain, "models", "add", NAME], {
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      const before = stderr;
      stderr += chunk.toString();
      // Once: the second one ends the process at once.
      if (!before.includes("downloading") && stderr.includes("downloading")) child.kill("SIGINT");
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.match(stderr, /\nlocalghost: The download was stopped; what has arrived is kept\.\n$/);
    assert.equal(code, 1);
    assert.ok(filesBelow(path.join(folder, ".staging")).some((file) => file.endsWith(".part")));
  },
);

const usage: [string[], RegExp][] = [
  [["add"], /"models add" needs a repository, a folder or a file \(see /],
  [["add", "a/b", "c/d"], /"models add" needs a repository, a folder or a file, and one alone/],
  [["add", "a/b", "--dtype", "int5"], /--dtype must be one of int8, int4, fp16, fp32, not "int5"/],
  [["add", "a/b", "--name", "c/d"], /--name is for what is copied from this machine/],
  [["add", ".", "--plan"], /--plan is for what is fetched from a hub/],
  [["remove"], /"models remove" needs the name of a model/],
  [["move"], /"models move" needs a folder \(see /],
  [["verify", ""], /"models verify" needs the name of a model/],
  [["search", "--limit", "0", "x"], /--limit must be a whole number, 1 or more, not 0/],
  [["list", "--days", "3"], /--days is for --unused/],
  [["list", "x"], /Unexpected argument 'x'/],
  [["pack", "--frobnicate", "x"], /Unknown option '--frobnicate'/],
];

for (const [args, line] of usage) {
  test(`wrong usage: models ${args.join(" ")}`, () => fails(localghost(["models", ...args]), 2, line));
}

const failures: [string[], RegExp][] = [
  [["remove", "none"], /There is no model "none" in /],
  [["verify", "none"], /There is no model "none": name a folder, or one of localghost-nano/],
  [["add", "a b"], /"a b" is neither a repository \(owner\/name\) nor a file or folder\.$/],
  [["add", "a/b", "--endpoint", "hub"], /"hub" is no address of a hub: write https:\/\/host\.$/],
  [["add", "a/b", "--proxy", "proxy"], /"proxy" is no proxy: write http:\/\/host:port\.$/],
  [["add", "https://elsewhere.test/a/b"], /is not on https:\/\/huggingface\.co: make its hub the endpoint, or copy/],
];

for (const [args, line] of failures) {
  test(`one sentence: models ${args.join(" ")}`, () =>
    fails(localghost(["models", ...args], { environment: { HF_ENDPOINT: "" } }), 1, line));
}
