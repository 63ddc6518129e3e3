/**
 * Runs by itself, on a disk of its own: each thing that Localghost writes, with the disk full in the middle of it, then with room
 * again, then with the disk read-only. Prints what came of each. Arguments: the disk's folder, another folder, the hub's address.
 */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { probeStorage } from "../../../src/doctor/probes/storageProbe.ts";
import { Engine } from "../../../src/engine/engine.ts";
import { downloadModel } from "../../../src/models/download/download.ts";
import { Hub } from "../../../src/models/download/hub.ts";
import { planDownload } from "../../../src/models/download/plan.ts";
import { fetchThroughProxy } from "../../../src/models/download/proxyFetch.ts";
import { importModel } from "../../../src/models/import/importModel.ts";
import { parseHubReference } from "../../../src/models/modelName.ts";
import { ModelsFolder } from "../../../src/models/modelsFolder.ts";
import { packModel } from "../../../src/models/packModel.ts";
import { removeModel } from "../../../src/models/remove.ts";
import { toLocalghostError } from "../../../src/shared/errors.ts";
import { checkpointFolder, neverAborted } from "../../helpers/fixtures.ts";
import { filesBelow, IMPATIENCE } from "./hub.ts";

export interface DiskOutcome {
  /** The kind and the sentence of the error; absent when it went well. */
  error?: { kind: string; message: string };
  /** What is on the disk then, besides what was there before. */
  left: string[];
}
export type DiskOutcomes = Record<string, DiskOutcome>;

const [disk = "", elsewhere = "", endpoint = ""] = process.argv.slice(2);
const roomBytes = fs.statfsSync(disk).blocks * fs.statfsSync(disk).bsize;
const models = new ModelsFolder(path.join(disk, "models"));
const signal = neverAborted();
const PLAIN = checkpointFolder("tiny-plain");
const hub = new Hub({ endpoint, token: undefined, fetch: fetchThroughProxy(undefined), patience: IMPATIENCE });

/** Takes all that is left, as another program does: the disk becomes as small as what it holds. */
function fill(): void {
  const { blocks, bfree, bsize } = fs.statfsSync(disk);
  if (bfree > 0) mount(`size=${(blocks - bfree) * bsize}`);
}

const packed = copyOf("packed");
const loaded = copyOf("loaded");

/** What is done; `onProgress` is called in the middle of it. */
const actions: Record<string, (onProgress: () => void) => Promise<unknown>> = {
  download,
  import: (onProgress) => importModel(PLAIN, models, { name: "imported/folder", signal, onProgress }),
  archive: (onProgress) =>
    importModel(path.join(elsewhere, "tiny.zip"), models, { name: "imported/archive", signal, onProgress }),
  pack: (onProgress) =>
    packModel({ name: "packed", folder: packed, lock: models.lockOf("a/packed") }, "fp32", { onProgress }),
  "load, with no other disk": (onProgress) => {
    onProgress();
    return load(path.join(disk, "cache"));
  },
  "load, with a cache elsewhere": (onProgress) => {
    onProgress();
    return load(path.join(elsewhere, "cache"));
  },
};

const outcomes: DiskOutcomes = {};
for (const [name, action] of Object.entries(actions)) {
  await note(`${name}: full`, () => action(fill));
  mount(`size=${roomBytes}`);
  await note(`${name}: room`, () => action(() => undefined));
}
mount("ro");
await note("download: read-only", () => download(() => undefined));
await note("import: read-only", () => importModel(PLAIN, models, { name: "imported/late", signal }));
await note("remove: read-only", () => removeModel(models, "imported/folder"));
await note("load: read-only", () => load(path.join(disk, "cache")));
const { refusal } = await probeStorage(models.path);
outcomes["doctor: read-only"] = { left: [String(refusal)] };
process.stdout.write(JSON.stringify(outcomes));

async function note(name: string, action: () => Promise<unknown>): Promise<void> {
  const before = new Set(filesBelow(disk));
  let error: DiskOutcome["error"];
  try {
    await action();
  } catch (thrown) {
    const { kind, message } = toLocalghostError(thrown);
    error = { kind, message };
  }
  const left = filesBelow(disk).filter((file) => !before.has(file));
  outcomes[name] = { ...(error && { error }), left };
}

async function download(onProgress: () => void): Promise<string> {
  const plan = await planDownload(hub, parseHubReference("test/tiny", endpoint), models, signal);
  return downloadModel(hub, plan, models, signal, onProgress);
}

async function load(cacheFolder: string): Promise<void> {
  const engine = new Engine({ threads: 1, cacheFolder });
  try {
    await engine.load({ folder: loaded, dtype: "fp32", device: "cpu" }, signal);
  } finally {
    await engine.dispose();
  }
}

function copyOf(name: string): string {
  const folder = path.join(disk, name);
  fs.cpSync(PLAIN, folder, { recursive: true, filter: (file) => !path.basename(file).startsWith("localghost-") });
  return folder;
}

function mount(options: string): void {
  const { status } = spawnSync("mount", ["-o", `remount,${options}`, disk], { stdio: "inherit" });
  if (status !== 0) throw new Error("The disk cannot be mounted again.");
}
