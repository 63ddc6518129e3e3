/** Carries a plan out: fetches what is missing, proves it, and puts the model in its place. */
import * as fs from "node:fs";
import * as path from "node:path";
import { bytesBelow, requireSpace } from "../diskSpace.ts";
import { installModel, removeTree } from "../install.ts";
import type { ModelsFolder } from "../modelsFolder.ts";
import { withProcessLock } from "../processLock.ts";
import { type Provenance, type RecordedFile, writeProvenance } from "../provenance.ts";
import { fetchFile, type FileProgress, partName } from "./fetchFile.ts";
import type { Hub, RepositoryFile } from "./hub.ts";
import type { DownloadPlan } from "./plan.ts";
import { SpeedMeter } from "./speedMeter.ts";
import { ARRIVING, writeUnfinished } from "./unfinished.ts";

export interface DownloadProgress {
  readonly activity: FileProgress["activity"];
  /** The file that is worked on. */
  readonly file: string;
  /** Of all files, with those that were there before. */
  readonly bytesDone: number;
  readonly bytesTotal: number;
  /** Absent until it is known. */
  readonly bytesPerSecond?: number;
  readonly secondsLeft?: number;
}

/** Longer than a frame, shorter than a person notices. */
const PROGRESS_EVERY_MS = 100;

/**
 * Downloads a model. When this fails, is cancelled, or the process dies, the next call goes on where it stopped.
 * @returns the folder of the model
 * @throws LocalghostError `downloadFailed`, `modelNotFound`, `modelBusy` or `cancelled`
 */
export async function downloadModel(
  hub: Hub,
  plan: DownloadPlan,
  models: ModelsFolder,
  signal: AbortSignal,
  onProgress: (progress: DownloadProgress) => void = () => undefined,
): Promise<string> {
  const { name } = plan.repository;
  return withProcessLock(models.lockOf(name), name, async () => {
    const staging = models.stagingOf(name);
    const arriving = path.join(staging, ARRIVING);
    fs.mkdirSync(arriving, { recursive: true });
    removeOthers(arriving, plan.files);
    writeUnfinished(staging, { name, commit: plan.repository.commit, bytesTotal: plan.totalBytes });
    await requireSpace(models.path, plan.totalBytes - bytesBelow(arriving), name);
    const files = await fetchAll(hub, plan, arriving, signal, onProgress);
    writeProvenance(arriving, provenanceOf(hub, plan, files));
    const folder = installModel(models, name, arriving);
    removeTree(staging);
    return folder;
  });
}

async function fetchAll(
  hub: Hub,
  { repository, files, totalBytes }: DownloadPlan,
  arriving: string,
  signal: AbortSignal,
  onProgress: (progress: DownloadProgress) => void,
): Promise<Record<string, RecordedFile>> {
  const recorded: Record<string, RecordedFile> = {};
  const report = new Reporter(totalBytes, onProgress);
  let before = 0;
  for (const file of files) {
    const sha256 = await fetchFile(hub, repository, file, arriving, signal, (progress) =>
      report.file(file.path, before, progress),
    );
    before += file.size;
    recorded[file.path] = { size: file.size, sha256 };
  }
  report.end(files.at(-1)?.path ?? "");
  return recorded;
}

/** Turns bytes of a file into progress of the whole, a few times a second. */
class Reporter {
  readonly #total: number;
  readonly #onProgress: (progress: DownloadProgress) => void;
  readonly #speed = new SpeedMeter();
  #last: { file: string; bytes: number } | undefined;
  #reportedAt = -Infinity;

  constructor(total: number, onProgress: (progress: DownloadProgress) => void) {
    this.#total = total;
    this.#onProgress = onProgress;
  }

  file(file: string, before: number, { activity, bytes }: FileProgress): void {
    const now = performance.now();
    const already = this.#last?.file === file ? this.#last.bytes : 0;
    if (activity === "downloading") this.#speed.add(Math.max(0, bytes - already), now);
    this.#last = { file, bytes };
    if (now - this.#reportedAt < PROGRESS_EVERY_MS) return;
    this.#reportedAt = now;
    const bytesDone = before + bytes;
    const bytesPerSecond = activity === "downloading" ? this.#speed.bytesPerSecond(now) : undefined;
    this.#onProgress({
      activity,
      file,
      bytesDone,
      bytesTotal: this.#total,
      ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
      ...(bytesPerSecond ? { secondsLeft: (this.#total - bytesDone) / bytesPerSecond } : {}),
    });
  }

  end(file: string): void {
    this.#onProgress({ activity: "checking", file, bytesDone: this.#total, bytesTotal: this.#total });
  }
}

/** What an earlier plan, of another revision, left behind. */
function removeOthers(arriving: string, files: readonly RepositoryFile[]): void {
  const wanted = new Set(
    files.flatMap((file) => [path.join(arriving, file.path), partName(path.join(arriving, file.path), file)]),
  );
  for (const entry of fs.readdirSync(arriving, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isDirectory() && !wanted.has(file)) fs.rmSync(file);
  }
}

function provenanceOf(hub: Hub, { repository }: DownloadPlan, files: Record<string, RecordedFile>): Provenance {
  const { name, commit, licence } = repository;
  return {
    version: 1,
    name,
    source: { kind: "hub", endpoint: hub.endpoint, repository: name, commit },
    ...(licence === undefined ? {} : { licence }),
    addedAt: new Date().toISOString(),
    files,
  };
}
