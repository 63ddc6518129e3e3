/** Jobs in processes of their own, as the editor starts them. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { jobRunner } from "../../src/extension/models/jobProcess.ts";
import type { JobProgress } from "../../src/models/jobs/jobs.ts";
import { describeModel } from "../../src/models/installed.ts";
import { ModelsFolder } from "../../src/models/modelsFolder.ts";
import { followMoves } from "../../src/models/movedNote.ts";
import { fails } from "../engine/helpers/checkpoints.ts";
import { checkpointFolder, neverAborted, temporaryFolder } from "../helpers/fixtures.ts";

const PLAIN = checkpointFolder("tiny-plain");
const file = path.resolve(import.meta.dirname, "../../src/models/jobs/main.ts");
const run = jobRunner(file, { warn: (line) => assert.fail(`A job has printed: ${line}`) });

test("a model is imported, packed, verified and removed", async (t) => {
  const models = temporaryFolder(t);
  const { name, folder } = await run({ kind: "import", source: PLAIN, models }, neverAborted());
  assert.equal(name, "imported/tiny-plain");
  const lock = new ModelsFolder(models).lockOf(name);
  const pack = { kind: "pack", name, folder, lock, dtype: "int4" } as const;
  assert.equal(await run(pack, neverAborted()), true);
  assert.equal(await run(pack, neverAborted()), false, "that was done before");
  assert.deepEqual(
    describeModel(name, folder).packed.map(({ dtype, state }) => ({ dtype, state })),
    [{ dtype: "int4", state: "ready" }],
  );
  const progress: JobProgress[] = [];
  const files = await run({ kind: "verify", folder }, neverAborted(), (one) => progress.push(one));
  assert.ok(files.length > 2 && files.every(({ state }) => state === "ok"));
  assert.equal(progress[0]?.activity, "verifying");
  const freed = await run({ kind: "remove", name, models }, neverAborted());
  assert.ok(freed > 100_000);
  assert.equal(fs.existsSync(folder), false);
});

test("a job fails with the reason, and a cancelled one leaves nothing", async (t) => {
  const models = temporaryFolder(t);
  await assert.rejects(
    run({ kind: "import", source: path.join(models, "none"), models }, neverAborted()),
    fails("modelNotFound", /^There is no .*none: check the path\.$/),
  );
  const stop = new AbortController();
  const importing = run({ kind: "import", source: PLAIN, models }, stop.signal);
  stop.abort();
  await assert.rejects(importing, fails("cancelled", /cancelled/));
  assert.equal(fs.existsSync(path.join(models, "imported")), false);
  await assert.rejects(run({ kind: "measure" }, AbortSignal.abort()), fails("cancelled", /cancelled/));
});

test("a job speaks the language of its bundle, or English without one that can be read", async (t) => {
  const folder = temporaryFolder(t);
  const bundle = path.join(folder, "bundle.l10n.de.json");
  fs.writeFileSync(
    bundle,
    JSON.stringify({ "There is no {0}: check the path.": "{0} gibt es nicht: prüfen Sie den Pfad." }),
  );
  const lines: string[] = [];
  const log = { warn: (line: string) => void lines.push(line) };
  const job = { kind: "import", source: path.join(folder, "none"), models: folder } as const;
  await assert.rejects(
    jobRunner(file, log, bundle)(job, neverAborted()),
    fails("modelNotFound", /^\S+none gibt es nicht: prüfen Sie den Pfad\.$/),
  );
  assert.deepEqual(lines, []);
  await assert.rejects(
    jobRunner(file, log, path.join(folder, "missing.json"))(job, neverAborted()),
    fails("modelNotFound", /^There is no \S+none: check the path\.$/),
  );
  assert.match(lines.join(), /^models: \S+missing\.json cannot be read as translations: Error: ENOENT/);
});

test("discarding a download leaves an installed model of its name alone", async (t) => {
  const folder = new ModelsFolder(temporaryFolder(t));
  const { name } = await run(
    { kind: "import", source: PLAIN, models: folder.path, name: "tiny/plain" },
    neverAborted(),
  );
  const arriving = path.join(folder.stagingOf(name), "model");
  fs.mkdirSync(arriving, { recursive: true });
  fs.writeFileSync(path.join(arriving, "model.safetensors.part"), Buffer.alloc(1000));
  assert.equal(await run({ kind: "discard", name, models: folder.path }, neverAborted()), 1000);
  assert.ok(fs.existsSync(path.join(folder.model(name), "config.json")));
  assert.equal(fs.existsSync(folder.stagingOf(name)), false);
});

test("all models move to another folder, and are found from the old one", async (t) => {
  const [from, to] = [path.join(temporaryFolder(t), "from"), path.join(temporaryFolder(t), "to")];
  const { name } = await run({ kind: "import", source: PLAIN, models: from }, neverAborted());
  const moved = await run({ kind: "move", from, to, usual: from }, neverAborted());
  assert.deepEqual({ ...moved, bytes: undefined }, { folder: to, names: [name], bytes: undefined });
  assert.ok(fs.existsSync(path.join(new ModelsFolder(to).model(name), "config.json")));
  assert.equal(followMoves(from), to);
});

test("the machine is measured", async () => {
  const { memoryBytes, bytesPerSecond } = await run({ kind: "measure" }, neverAborted());
  assert.ok(memoryBytes > 1e8 && bytesPerSecond > 1e7);
});
