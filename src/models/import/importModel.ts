/** Brings a model of this machine into the models folder: from a folder, a file beside its configuration, or an archive. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { LocalghostError } from "../../shared/errors.ts";
import { hasCheckpoint, openCheckpoint, readConfig } from "../../engine/model/checkpoint.ts";
import { checkTokenizerFits, loadTokenizer } from "../../engine/tokenizer/loadTokenizer.ts";
import { requireSpace } from "../diskSpace.ts";
import { installModel, removeTree } from "../install.ts";
import { checkModelName, importedName } from "../modelName.ts";
import type { ModelsFolder } from "../modelsFolder.ts";
import { withProcessLock } from "../processLock.ts";
import { type RecordedFile, writeProvenance } from "../provenance.ts";
import { ARCHIVE, unpackArchive } from "./archive.ts";
import { type LocalFile, modelInFolder, modelOfFile } from "./localModel.ts";

export interface ImportProgress {
  readonly activity: "unpacking" | "copying";
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

export interface ImportOptions {
  /** `owner/name`; by default `imported/` and the name of the file or folder. */
  name?: string | undefined;
  signal: AbortSignal;
  onProgress?: (progress: ImportProgress) => void;
}

/** The name that an import gets by default. */
export function nameForImport(source: string): string {
  return importedName(
    path
      .basename(path.resolve(source))
      .replace(ARCHIVE, "")
      .replace(/\.(safetensors|onnx)$/, ""),
  );
}

/**
 * Copies a model into the models folder. It appears there whole or not at all.
 * @param source a folder, a `.safetensors` or `.onnx` with its small files beside it, or an archive
 * @returns its name and its folder
 * @throws LocalghostError `modelNotFound`, `modelInvalid`, `invalidRequest`, `modelBusy` or `cancelled`
 */
export async function importModel(
  source: string,
  models: ModelsFolder,
  { name = nameForImport(source), signal, onProgress = () => undefined }: ImportOptions,
): Promise<{ name: string; folder: string }> {
  checkModelName(name);
  const stats = fs.statSync(source, { throwIfNoEntry: false });
  if (!stats) throw new LocalghostError("modelNotFound", `There is no ${source}: check the path.`);
  return withProcessLock(models.lockOf(name), name, async () => {
    if (fs.existsSync(models.model(name))) {
      throw new LocalghostError(
        "invalidRequest",
        `There is a model ${name} already: remove it first, or choose another name.`,
      );
    }
    const work = models.importingOf(name);
    removeTree(work);
    const finished = path.join(work, "model");
    fs.mkdirSync(finished, { recursive: true });
    try {
      const unpack = stats.isFile() && ARCHIVE.test(source);
      const unpacked = path.join(work, "unpacked");
      if (unpack) await unpackWithProgress(source, unpacked, signal, onProgress);
      const files = unpack
        ? modelInFolder(unpacked)
        : stats.isDirectory()
          ? modelInFolder(source)
          : modelOfFile(source);
      const total = files.reduce((sum, { size }) => sum + size, 0);
      if (!unpack) await requireSpace(models.path, total, name);
      const recorded = await transferAll(files, finished, unpack ? "move" : "copy", signal, (bytesDone) =>
        onProgress({ activity: "copying", bytesDone, bytesTotal: total }),
      );
      checkImported(finished);
      const from = path.basename(path.resolve(source));
      const addedAt = new Date().toISOString();
      writeProvenance(finished, { version: 1, name, source: { kind: "import", from }, addedAt, files: recorded });
      return { name, folder: installModel(models, name, finished) };
    } finally {
      removeTree(work);
    }
  });
}

async function unpackWithProgress(
  archive: string,
  target: string,
  signal: AbortSignal,
  onProgress: (progress: ImportProgress) => void,
): Promise<void> {
  fs.mkdirSync(target, { recursive: true });
  const bytesTotal = fs.statSync(archive).size;
  await requireSpace(target, bytesTotal, path.basename(archive));
  const onBytes = (bytesDone: number): void => onProgress({ activity: "unpacking", bytesDone, bytesTotal });
  await unpackArchive(archive, target, { signal, onBytes });
}

async function transferAll(
  files: readonly LocalFile[],
  target: string,
  how: "copy" | "move",
  signal: AbortSignal,
  onBytes: (done: number) => void,
): Promise<Record<string, RecordedFile>> {
  const recorded: Record<string, RecordedFile> = {};
  let done = 0;
  for (const { path: name, source, size } of files) {
    const file = path.join(target, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (how === "move") fs.renameSync(source, file);
    const onChunk = (count: number): void => onBytes((done += count));
    const sha256 = await readThrough(
      how === "move" ? file : source,
      how === "move" ? undefined : file,
      signal,
      onChunk,
    );
    recorded[name] = { size, sha256 };
  }
  return recorded;
}

/** Hashes a file and, where a copy is wanted, writes one. */
async function readThrough(
  source: string,
  copy: string | undefined,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<string> {
  const hash = createHash("sha256");
  const output = copy === undefined ? undefined : await fs.promises.open(copy, "wx");
  try {
    for await (const chunk of fs.createReadStream(source, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      if (signal.aborted) throw new LocalghostError("cancelled", "The import was cancelled.");
      hash.update(chunk);
      await output?.writeFile(chunk);
      onBytes(chunk.length);
    }
    await output?.sync();
  } finally {
    await output?.close();
  }
  return hash.digest("hex");
}

/** What can be said of a model without computing: its parts are there, and belong together. */
function checkImported(folder: string): void {
  const config = hasCheckpoint(folder) ? openCheckpoint(folder).config : readConfig(folder);
  checkTokenizerFits(loadTokenizer(folder), config.vocabularySize, folder);
}
