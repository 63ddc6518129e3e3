import { createHash, type Hash } from "node:crypto";
import * as fs from "node:fs";
import { LocalghostError } from "../shared/errors.ts";

/** How a hub names the contents of a file: large files by SHA-256 (Git LFS), small ones by git's hash of a blob. */
export interface ExpectedHash {
  readonly algorithm: "sha256" | "gitBlob";
  /** Lower-case hexadecimal. */
  readonly hex: string;
}

/** Hashes the bytes of one file as they come, and compares at the end. */
export class FileHash {
  readonly #expected: ExpectedHash;
  readonly #sha256 = createHash("sha256");
  readonly #git: Hash | undefined;

  /** @param size bytes of the whole file, which git hashes first */
  constructor(size: number, expected: ExpectedHash) {
    this.#expected = expected;
    if (expected.algorithm === "gitBlob") this.#git = createHash("sha1").update(`blob ${size}\0`);
  }

  update(bytes: Uint8Array): void {
    this.#sha256.update(bytes);
    this.#git?.update(bytes);
  }

  /** May be called once. */
  finish(): { sha256: string; matches: boolean } {
    const sha256 = this.#sha256.digest("hex");
    return { sha256, matches: (this.#git?.digest("hex") ?? sha256) === this.#expected.hex };
  }
}

/**
 * Reads a file into `hash`.
 * @param onBytes called with the length of each part
 * @throws LocalghostError `cancelled`
 */
export async function hashFile(
  file: string,
  hash: { update: (bytes: Uint8Array) => unknown },
  signal?: AbortSignal,
  onBytes: (count: number) => void = () => undefined,
): Promise<void> {
  for await (const chunk of fs.createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    if (signal?.aborted) throw new LocalghostError("cancelled", "Reading the file was cancelled.");
    hash.update(chunk);
    onBytes(chunk.length);
  }
}

/** The SHA-256 of a file. */
export async function sha256OfFile(
  file: string,
  signal?: AbortSignal,
  onBytes?: (count: number) => void,
): Promise<string> {
  const hash = createHash("sha256");
  await hashFile(file, hash, signal, onBytes);
  return hash.digest("hex");
}
