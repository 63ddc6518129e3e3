/** Fetches one file of a repository and proves that it is the one that the hub describes. */
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import { FileHash, hashFile } from "../fileHash.ts";
import { fileOf, type Hub, refusal, type Repository, type RepositoryFile } from "./hub.ts";
import { connectionFailure, downloadCancelled, Hiccup, passingStatus, waitAfter } from "./patience.ts";

/** How far one file is. Bytes may become fewer: what proves to be damaged is fetched again. */
export interface FileProgress {
  readonly activity: "checking" | "downloading";
  readonly bytes: number;
}

const fsync = promisify(fs.fsync);

/** A file that arrives as something else so often is never going to arrive. */
const MOST_WRONG_HASHES = 2;

/**
 * Fetches a file into a folder. It arrives under a name of its own ending in `.part`, and takes its name once its hash is
 * right; a file that has its name is read and not fetched.
 * @returns the SHA-256 of the file
 * @throws LocalghostError `modelNotFound`, `downloadFailed` or `cancelled`; what has arrived is kept for the next time
 */
export async function fetchFile(
  hub: Hub,
  repository: Repository,
  file: RepositoryFile,
  folder: string,
  signal: AbortSignal,
  onProgress: (progress: FileProgress) => void,
): Promise<string> {
  const target = path.join(folder, file.path);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  const arrived = await checkArrived(target, file, signal, onProgress);
  if (arrived !== undefined) return arrived;
  for (let wrong = 1; ; wrong++) {
    const part = new PartialFile(partName(target, file), file);
    try {
      await part.readWhatIsThere(signal, (bytes) => onProgress({ activity: "checking", bytes }));
      await fetchRest(hub, repository, part, signal, (bytes) => onProgress({ activity: "downloading", bytes }));
      const sha256 = await part.finish();
      if (sha256 !== undefined) {
        part.close();
        fs.renameSync(part.path, target);
        return sha256;
      }
    } finally {
      part.close();
    }
    fs.rmSync(part.path, { force: true });
    onProgress({ activity: "downloading", bytes: 0 });
    if (wrong >= MOST_WRONG_HASHES) {
      throw new LocalghostError(
        "downloadFailed",
        l10n.t(
          "{0} of {1} does not arrive as the hub describes it (its hash differs): try another network, or without the proxy.",
          file.path,
          repository.name,
        ),
      );
    }
  }
}

/** Named for what it will be, so that bytes of an older revision are not mistaken for the beginning of this one. */
export function partName(target: string, { hash }: RepositoryFile): string {
  return `${target}.${hash.hex.slice(0, 12)}.part`;
}

/** Fetches a small file into memory. */
export async function fetchSmallFile(
  hub: Hub,
  repository: Repository,
  file: RepositoryFile,
  signal: AbortSignal,
): Promise<Buffer> {
  const bytes = new MemoryFile(file);
  await fetchRest(hub, repository, bytes, signal, () => undefined);
  const hash = new FileHash(file.size, file.hash);
  const content = Buffer.concat(bytes.chunks);
  hash.update(content);
  if (hash.finish().matches) return content;
  throw new LocalghostError(
    "downloadFailed",
    l10n.t(
      "{0} of {1} does not arrive as the hub describes it (its hash differs): try another network, or without the proxy.",
      file.path,
      repository.name,
    ),
  );
}

/** Something that grows to a known size. */
interface Arriving {
  readonly file: RepositoryFile;
  readonly length: number;
  append: (bytes: Uint8Array) => void;
  startAgain: () => void;
}

/** Fetches what is missing, going on where a connection broke off, until the size is right. */
async function fetchRest(
  hub: Hub,
  repository: Repository,
  arriving: Arriving,
  signal: AbortSignal,
  onBytes: (total: number) => void,
): Promise<void> {
  const { path: name, size } = arriving.file;
  const what = fileOf(repository, name);
  for (let failures = 1; arriving.length < size; failures++) {
    const before = arriving.length;
    try {
      await fetchOnce(hub, repository, arriving, what, signal, onBytes);
      if (arriving.length < size) throw new Hiccup(l10n.t("the connection was closed too early"));
    } catch (error) {
      if (signal.aborted) throw downloadCancelled();
      if (isDiskError(error)) throw diskFailure(error, what);
      if (arriving.length > before) failures = 1;
      await waitAfter(connectionFailure(error), failures, what, hub.patience, signal);
    }
  }
}

/** One connection: appends what comes until it ends, breaks, or stalls. */
async function fetchOnce(
  hub: Hub,
  repository: Repository,
  arriving: Arriving,
  what: string,
  signal: AbortSignal,
  onBytes: (total: number) => void,
): Promise<void> {
  const stalled = new AbortController();
  const watch = setTimeout(() => stalled.abort(), hub.patience.stallMs);
  try {
    const both = AbortSignal.any([signal, stalled.signal]);
    const response = await hub.requestFile(repository, arriving.file.path, arriving.length, both);
    checkAnswer(response, arriving, what);
    if (!response.body) return;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      watch.refresh();
      if (arriving.length + chunk.length > arriving.file.size) throw wrongLength(what, arriving.file.size);
      arriving.append(chunk);
      onBytes(arriving.length);
    }
  } catch (error) {
    throw stalled.signal.aborted ? new Hiccup(l10n.t("nothing arrives any more")) : error;
  } finally {
    clearTimeout(watch);
  }
}

/** Judges a status and the range that it is about. */
function checkAnswer(response: Response, arriving: Arriving, what: string): void {
  const { status, headers } = response;
  const { size } = arriving.file;
  const refuse = (error: Error): never => {
    void response.body?.cancel();
    throw error;
  };
  if (status === 206) {
    const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "") ?? [];
    if (total !== undefined && total !== "*" && Number(total) !== size) refuse(wrongLength(what, size));
    if (Number(from) === arriving.length) return;
    // A range that was not asked for: from the beginning, then.
    arriving.startAgain();
    refuse(new Hiccup(l10n.t("the hub sends another part than was asked for")));
  }
  if (status === 200) {
    const length = headers.get("content-length");
    const isPage = headers.get("content-type")?.startsWith("text/html") ?? false;
    if (isPage || (length !== null && Number(length) !== size)) refuse(wrongLength(what, size));
    // The server knows no ranges and sends the whole file.
    if (arriving.length > 0) arriving.startAgain();
    return;
  }
  if (status === 416) {
    arriving.startAgain();
    refuse(new Hiccup(l10n.t("the hub does not have the part that was asked for")));
  }
  refuse(passingStatus(response) ?? refusal(status, what));
}

function wrongLength(what: string, size: number): LocalghostError {
  return new LocalghostError(
    "downloadFailed",
    l10n.t(
      "What arrives is not {0}, which has {1} bytes: check whether a proxy or a login page is in between.",
      what,
      size,
    ),
  );
}

/** A file on the disk that grows, with the hash of what it holds. */
class PartialFile implements Arriving {
  readonly path: string;
  readonly file: RepositoryFile;
  length = 0;
  #descriptor: number | undefined;
  #hash: FileHash;

  constructor(partPath: string, file: RepositoryFile) {
    this.path = partPath;
    this.file = file;
    this.#hash = new FileHash(file.size, file.hash);
    this.#descriptor = fs.openSync(partPath, "a+");
  }

  async readWhatIsThere(signal: AbortSignal, onBytes: (total: number) => void): Promise<void> {
    if (fs.statSync(this.path).size > this.file.size) this.startAgain();
    await hashFile(this.path, this.#hash, signal, (count) => {
      this.length += count;
      onBytes(this.length);
    });
  }

  append(bytes: Uint8Array): void {
    if (this.#descriptor === undefined) throw new Error("the file is closed");
    for (let done = 0; done < bytes.length;) done += fs.writeSync(this.#descriptor, bytes, done);
    this.#hash.update(bytes);
    this.length += bytes.length;
  }

  startAgain(): void {
    fs.truncateSync(this.path);
    this.#hash = new FileHash(this.file.size, this.file.hash);
    this.length = 0;
  }

  /** The SHA-256 when the contents are right and on the disk; undefined when they are wrong. */
  async finish(): Promise<string | undefined> {
    const { sha256, matches } = this.#hash.finish();
    if (!matches) return undefined;
    // Gigabytes take seconds to reach a slow disk: nobody else is to wait meanwhile.
    if (this.#descriptor !== undefined) await fsync(this.#descriptor);
    return sha256;
  }

  close(): void {
    if (this.#descriptor !== undefined) fs.closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

class MemoryFile implements Arriving {
  readonly file: RepositoryFile;
  chunks: Uint8Array[] = [];
  length = 0;

  constructor(file: RepositoryFile) {
    this.file = file;
  }

  append(bytes: Uint8Array): void {
    this.chunks.push(bytes);
    this.length += bytes.length;
  }

  startAgain(): void {
    this.chunks = [];
    this.length = 0;
  }
}

/** A file that arrived before is believed when its hash is right. */
async function checkArrived(
  target: string,
  { size, hash: expected }: RepositoryFile,
  signal: AbortSignal,
  onProgress: (progress: FileProgress) => void,
): Promise<string | undefined> {
  if (!fs.existsSync(target)) return undefined;
  if (fs.statSync(target).size === size) {
    const hash = new FileHash(size, expected);
    let bytes = 0;
    await hashFile(target, hash, signal, (count) => {
      bytes += count;
      onProgress({ activity: "checking", bytes });
    });
    const { sha256, matches } = hash.finish();
    if (matches) return sha256;
  }
  fs.rmSync(target);
  return undefined;
}

function isDiskError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    "syscall" in error &&
    ["write", "open", "fsync", "ftruncate"].includes(String(error.syscall))
  );
}

function diskFailure(error: NodeJS.ErrnoException, what: string): LocalghostError {
  const sentence =
    error.code === "ENOSPC"
      ? l10n.t("{0} cannot be written, the disk is full: make room and start again; what has arrived is kept.", what)
      : l10n.t("{0} cannot be written, the disk refuses it ({1}); what has arrived is kept.", what, error.message);
  return new LocalghostError("downloadFailed", sentence, { cause: error });
}
