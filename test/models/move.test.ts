/** The models folder moves: all of it or nothing, on one disk or between two, also when the process dies half-way. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { seededRandom } from "../../src/engine/sampling/random.ts";
import { cleanUp } from "../../src/models/cleanUp.ts";
import { unfinishedDownloads } from "../../src/models/download/unfinished.ts";
import { importModel } from "../../src/models/import/importModel.ts";
import { installedNames } from "../../src/models/installed.ts";
import { defaultModelsFolder, ModelsFolder } from "../../src/models/modelsFolder.ts";
import { followMoves } from "../../src/models/movedNote.ts";
import { beginMove } from "../../src/models/moveJournal.ts";
import { moveModels, type MoveOptions, type MoveProgress } from "../../src/models/moveModelsFolder.ts";
import { withProcessLock } from "../../src/models/processLock.ts";
import { verifyModel } from "../../src/models/verify.ts";
import { fails } from "../engine/helpers/checkpoints.ts";
import { checkpointFolder, neverAborted, temporaryFolder } from "../helpers/fixtures.ts";
import { filesBelow } from "./helpers/hub.ts";
import { asOneDisk, asTwoDisks } from "./helpers/twoDisks.ts";

const NAMES = ["imported/tiny-odd", "imported/tiny-plain"];
const DOWNLOAD = ".staging/some--model";

interface MoveBench {
  root: string;
  /** The usual place, with two models and an unfinished download. */
  usual: string;
  other: string;
  /** Files of the models and the download, by their paths below the models folder. */
  files: readonly string[];
  move: (to: string, options?: Partial<MoveOptions>) => Promise<ModelsFolder>;
}

async function moveBench(t: TestContext): Promise<MoveBench> {
  const root = temporaryFolder(t);
  const usual = path.join(root, "usual");
  const models = new ModelsFolder(usual);
  for (const name of NAMES) {
    await importModel(checkpointFolder(path.basename(name)), models, { signal: neverAborted() });
  }
  const arriving = path.join(usual, DOWNLOAD, "model");
  fs.mkdirSync(arriving, { recursive: true });
  fs.writeFileSync(path.join(arriving, "model.safetensors.0123456789ab.part"), "begun");
  const record = { name: "some/model", commit: "0".repeat(40), bytesTotal: 100 };
  fs.writeFileSync(path.join(usual, DOWNLOAD, "download.json"), JSON.stringify(record));
  const move = async (to: string, options: Partial<MoveOptions> = {}): Promise<ModelsFolder> => {
    const from = new ModelsFolder(followMoves(usual));
    return (await moveModels(from, to, { usual, signal: neverAborted(), ...options })).models;
  };
  return { root, usual, other: path.join(root, "other"), files: filesBelow(usual).filter(isOfModels), move };
}

function isOfModels(file: string): boolean {
  return [...NAMES, DOWNLOAD].some((unit) => file.startsWith(unit));
}

/** Everything is in one place and whole, and nothing else is anywhere but notes that lead there. */
async function assertAllIn(place: string, { root, usual, files }: MoveBench): Promise<void> {
  const models = new ModelsFolder(place);
  assert.equal(followMoves(usual), place);
  assert.deepEqual(installedNames(models), NAMES);
  assert.deepEqual(unfinishedDownloads(models)[0]?.bytesDone, 5);
  for (const name of NAMES) {
    const bad = (await verifyModel(models.model(name), neverAborted())).filter(({ state }) => state !== "ok");
    assert.deepEqual(bad, []);
  }
  const here = path.relative(root, place);
  assert.deepEqual(
    // A dead process's lock may be left in the place that is not in use; it binds nobody.
    filesBelow(root).filter((file) => !/\/(moved\.json|\.locks\/all\.lock[^/]*)$/.test(file)),
    files.map((file) => `${here}/${file}`),
  );
}

for (const disks of ["one disk", "two disks"]) {
  test(`models move there and back on ${disks}, and are found from the old place`, async (t) => {
    const bench = await moveBench(t);
    const { usual, other, root, files, move } = bench;
    if (disks === "two disks") asTwoDisks(usual, other);
    t.after(asOneDisk);
    const old = new Date("2020-01-02T03:04:05Z");
    fs.utimesSync(path.join(usual, files[0] ?? ""), old, old);
    const progress: MoveProgress[] = [];
    assert.equal((await move(other, { onProgress: (one) => progress.push(one) })).path, other);
    await assertAllIn(other, bench);
    const bytes = files.reduce((sum, file) => sum + fs.statSync(path.join(other, file)).size, 0);
    assert.deepEqual([progress.at(-1)?.bytesDone, progress.at(-1)?.bytesTotal], [bytes, bytes]);
    assert.equal(
      progress.some(({ activity }) => activity === "copying"),
      disks === "two disks",
    );
    assert.equal(fs.statSync(path.join(other, files[0] ?? "")).mtimeMs, old.getTime());
    assert.equal(defaultModelsFolder({ LOCALGHOST_MODELS: usual }), other);

    // On to a third place: the usual place leads there at once, so that the second may go.
    const third = path.join(root, "a", "third");
    await move(third);
    fs.rmSync(other, { recursive: true });
    await assertAllIn(third, bench);
    await move(usual);
    await assertAllIn(usual, bench);
  });
}

test("a folder that holds other things keeps them", async (t) => {
  const bench = await moveBench(t);
  const theirs = ["empty", "imported/notes.txt", "photos/2020/a.txt", ".hidden"];
  fs.mkdirSync(path.join(bench.other, "empty"), { recursive: true });
  for (const file of theirs.slice(1)) {
    fs.mkdirSync(path.dirname(path.join(bench.other, file)), { recursive: true });
    fs.writeFileSync(path.join(bench.other, file), "theirs");
  }
  const stop = AbortSignal.abort();
  await assert.rejects(bench.move(bench.other, { signal: stop }), fails("cancelled", /cancelled\.$/));
  assert.ok(theirs.every((file) => fs.existsSync(path.join(bench.other, file))));
  await bench.move(bench.other);
  assert.ok(theirs.every((file) => fs.existsSync(path.join(bench.other, file))));
  assert.ok(installedNames(new ModelsFolder(bench.other)).includes(NAMES[0] ?? ""));
});

test("a move that is cancelled anywhere, or fails, changes nothing", async (t) => {
  const bench = await moveBench(t);
  const { usual, other, move } = bench;
  asTwoDisks(usual, other);
  t.after(asOneDisk);
  let steps = 0;
  await move(other, { onProgress: () => steps++ });
  await move(usual);
  fs.rmSync(other, { recursive: true });
  for (let stopAt = 1; stopAt < steps - 1; stopAt += 3) {
    const stop = new AbortController();
    let step = 0;
    const moving = move(other, { signal: stop.signal, onProgress: () => ++step === stopAt && stop.abort() });
    await assert.rejects(moving, fails("cancelled", /cancelled\.$/));
    await assertAllIn(usual, bench);
    assert.ok(!fs.existsSync(other), "what was made for the move is gone");
  }
  t.mock.method(fs.promises, "statfs", () => Promise.resolve({ bavail: 1000, bsize: 4096 }));
  await assert.rejects(
    move(other),
    fails("downloadFailed", /^Moving the models needs \d+ kB, and the disk of .* make/),
  );
  await assertAllIn(usual, bench);
});

test("a byte that changes on the way is found, and the models stay", async (t) => {
  const bench = await moveBench(t);
  asTwoDisks(bench.usual, bench.other);
  t.after(asOneDisk);
  const moving = bench.move(bench.other, {
    onProgress: ({ activity }) => {
      const [weights] = filesBelow(bench.other).filter((file) => file.endsWith("odd/model.safetensors"));
      if (activity !== "checking" || weights === undefined) return;
      const copy = fs.openSync(path.join(bench.other, weights), "r+");
      fs.writeSync(copy, "x", 5000);
      fs.closeSync(copy);
    },
  });
  await assert.rejects(moving, fails("modelInvalid", /model\.safetensors differs from what was copied there/));
  await assertAllIn(bench.usual, bench);
});

test("while somebody works on a model nothing moves, and while it moves nobody works on one", async (t) => {
  const { usual, other, move } = await moveBench(t);
  const busy = fails("modelBusy", /^Another window or command is working on /);
  for (const place of [usual, other]) {
    const lock = new ModelsFolder(place).lockOf("some/model");
    await withProcessLock(lock, "it", () => assert.rejects(move(other), busy));
  }
  let second: Promise<unknown> | undefined;
  asTwoDisks(usual, other);
  t.after(asOneDisk);
  const work = () => importModel(checkpointFolder("tiny-bare"), new ModelsFolder(usual), { signal: neverAborted() });
  await move(other, { onProgress: () => void (second ??= assert.rejects(work(), busy)) });
  assert.ok(second);
  await second;
});

const refused: [name: string, to: (bench: MoveBench) => string, sentence: RegExp][] = [
  ["the same folder", ({ usual }) => path.join(usual, "x", ".."), /^The models are in .* already: choose another/],
  ["a folder inside", ({ usual }) => path.join(usual, "inside"), /one lies in the other: choose a folder that stands/],
  ["the folder around", ({ root }) => root, /one lies in the other/],
  [
    "a file",
    ({ root }) => {
      fs.writeFileSync(path.join(root, "file"), "x");
      return path.join(root, "file");
    },
    /cannot be made or written to \(EEXIST\): choose another one\.$/,
  ],
  [
    "a folder that has one of them",
    ({ other }) => {
      fs.mkdirSync(path.join(other, NAMES[1] ?? ""), { recursive: true });
      return other;
    },
    /other has imported\/tiny-plain already: remove it in one of the two folders first\.$/,
  ],
  [
    "a folder whose own models were moved",
    ({ other, root }) => {
      fs.mkdirSync(other);
      fs.writeFileSync(path.join(other, "moved.json"), JSON.stringify({ version: 1, folder: path.join(root, "far") }));
      return other;
    },
    /were moved to .*far: choose another folder, or remove moved\.json there\.$/,
  ],
];

for (const [name, to, sentence] of refused) {
  test(`a move is refused: ${name}`, async (t) => {
    const bench = await moveBench(t);
    await assert.rejects(bench.move(to(bench)), fails("invalidRequest", sentence));
    assert.equal(followMoves(bench.usual), bench.usual);
    assert.deepEqual(installedNames(new ModelsFolder(bench.usual)), NAMES);
  });
}

test("notes that lead round in a circle, or nowhere, end", (t) => {
  const root = temporaryFolder(t);
  const [a, b] = [path.join(root, "a"), path.join(root, "b")];
  for (const [place, text] of [
    [a, JSON.stringify({ version: 1, folder: b })],
    [b, JSON.stringify({ version: 1, folder: a })],
  ] as const) {
    fs.mkdirSync(place);
    fs.writeFileSync(path.join(place, "moved.json"), text);
  }
  assert.equal(followMoves(a), b);
  for (const text of ["", "{", "null", '{"version":1,"folder":"relative"}', '{"version":2,"folder":"/x"}']) {
    fs.writeFileSync(path.join(b, "moved.json"), text);
    assert.equal(followMoves(a), b);
  }
});

test("what a process left that ended while it removed the last of the old place is removed", async (t) => {
  const bench = await moveBench(t);
  const { usual, other, move } = bench;
  await move(other);
  beginMove({ version: 1, from: usual, to: other, units: [...NAMES, DOWNLOAD], before: [], decidedBy: "note" });
  const remains = path.join(usual, ".trash", "moved-2");
  fs.mkdirSync(remains, { recursive: true });
  fs.writeFileSync(path.join(remains, "model.safetensors"), "half");
  cleanUp(new ModelsFolder(other));
  await assertAllIn(other, bench);
});

const RESTLESS = path.join(import.meta.dirname, "helpers", "restlessMove.ts");
const KILLS = 30;
const LONGEST_MS = 60;

test(`${KILLS} kills while models move lose nothing and leave nothing`, { timeout: 300_000 }, async (t) => {
  const bench = await moveBench(t);
  const { usual, other } = bench;
  const random = seededRandom(20_260_601);
  const seen = new Set<string>();
  for (let kill = 0; kill < KILLS; kill++) {
    const how = kill % 2 === 0 ? "copy" : "rename";
    const child = spawn(process.execPath, [RESTLESS, usual, other, how], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    await wait(random() * LONGEST_MS);
    assert.equal(child.exitCode, null, "it works until it is killed");
    child.kill("SIGKILL");
    await once(child, "close");
    for (const place of [usual, other]) {
      if (fs.existsSync(path.join(place, ".moving.json"))) seen.add(`journal in ${path.basename(place)}`);
      if (fs.existsSync(path.join(place, ".arriving"))) seen.add("copying");
    }
    // As the next start does, wherever it finds the models.
    cleanUp(new ModelsFolder(followMoves(usual)));
    const place = followMoves(usual);
    cleanUp(new ModelsFolder(place));
    await assertAllIn(place, bench);
  }
  t.diagnostic(`caught in the middle of: ${[...seen].sort().join(", ")}`);
  assert.ok(seen.size >= 2, "kills do come in the middle");
});
