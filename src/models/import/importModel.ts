/** Brings a model of this machine into the models folder: from a folder, a file beside its configuration, an archive, a GGUF. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import { hasCheckpoint, openCheckpoint, readConfig } from "../../engine/model/checkpoint.ts";
import { checkTokenizerFits, loadTokenizer } from "../../engine/tokenizer/loadTokenizer.ts";
import { copyHashed } from "../copyModel.ts";
import { requireSpace } from "../diskSpace.ts";
import { sha256OfFile } from "../fileHash.ts";
import { installModel, removeTree } from "../install.ts";
import { checkModelName, importedName } from "../modelName.ts";
import type { ModelsFolder } from "../modelsFolder.ts";
import { withProcessLock } from "../processLock.ts";
import { type RecordedFile, writeProvenance } from "../provenance.ts";
import { ARCHIVE, unpackArchive } from "./archive.ts";
import { convertedBytes, convertGguf, GGUF } from "./gguf/convertGguf.ts";
import { openGguf } from "./gguf/ggufModel.ts";
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
      .replace(/\.(safetensors|onnx|gguf)$/i, ""),
  );
}

/**
 * Copies a model into the models folder. It appears there whole or not at all.
 * @param source a folder, a `.safetensors` or `.onnx` with its small files beside it, an archive, or a `.gguf`
 * @returns its name and its folder
 * @throws LocalghostError `modelNotFound`, `modelInvalid`, `invalidRequest`, `modelBusy` or `cancelled`
 */
export async function importModel(
  source: string,
  models: ModelsFolder,
  { name = nameForImport(source), signal, onProgress = () => undefined }: ImportOptions,
): Promise<{ name: string; folder: string }> {
  checkModelName(name);
  if (!fs.existsSync(source))
    throw new LocalghostError("modelNotFound", l10n.t("There is no {0}: check the path.", source));
  return withProcessLock(models.lockOf(name), name, async () => {
    if (fs.existsSync(models.model(name))) {
      throw new LocalghostError(
        "invalidRequest",
        l10n.t("There is a model {0} already: remove it first, or choose another name.", name),
      );
    }
    const work = models.importingOf(name);
    removeTree(work);
    const finished = path.join(work, "model");
    fs.mkdirSync(finished, { recursive: true });
    try {
      const { files, how } = await gather(source, path.join(work, "made"), signal, onProgress);
      const total = files.reduce((sum, { size }) => sum + size, 0);
      if (how === "copy") await requireSpace(models.path, total, name);
      const recorded = await transferAll(files, finished, how, signal, (bytesDone) =>
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

type OnProgress = (progress: ImportProgress) => void;

/**
 * Finds the files of a model, making them where the source is no folder of them.
 * @param made a folder for what is made, which is moved from there
 */
async function gather(
  source: string,
  made: string,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<{ files: LocalFile[]; how: "copy" | "move" }> {
  if (fs.statSync(source).isDirectory()) return { files: modelInFolder(source), how: "copy" };
  if (ARCHIVE.test(source)) {
    await unpackWithProgress(source, made, signal, onProgress);
    return { files: modelInFolder(made), how: "move" };
  }
  if (GGUF.test(source)) {
    await convertWithProgress(source, made, signal, onProgress);
    return { files: modelInFolder(made), how: "move" };
  }
  return { files: modelOfFile(source), how: "copy" };
}

async function convertWithProgress(
  source: string,
  target: string,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<void> {
  const model = openGguf(source);
  const bytesTotal = convertedBytes(model);
  fs.mkdirSync(target, { recursive: true });
  await requireSpace(target, bytesTotal, path.basename(source));
  const onBytes = (bytesDone: number): void => onProgress({ activity: "unpacking", bytesDone, bytesTotal });
  await convertGguf(model, target, { signal, onBytes });
}

async function unpackWithProgress(
  archive: string,
  target: string,
  signal: AbortSignal,
  onProgress: OnProgress,
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
    const sha256 = await (how === "move"
      ? sha256OfFile(file, signal, onChunk)
      : copyHashed(source, file, signal, onChunk));
    recorded[name] = { size, sha256 };
  }
  return recorded;
}

/** What can be said of a model without computing: its parts are there, and belong together. */
function checkImported(folder: string): void {
  const config = hasCheckpoint(folder) ? openCheckpoint(folder).config : readConfig(folder);
  checkTokenizerFits(loadTokenizer(folder), config.vocabularySize, folder);
}
