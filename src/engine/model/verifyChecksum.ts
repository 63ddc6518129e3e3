import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import { checksumOffset, readSafetensorsHeader, UNSEALED } from "./safetensors.ts";

const CHUNK_BYTES = 1 << 20;

/**
 * Reads a packed file to its end and compares its checksum.
 * @param onBytes called with the length of each part
 * @throws LocalghostError `modelInvalid` when a byte differs, `cancelled`
 */
export async function verifyChecksum(
  file: string,
  signal: AbortSignal,
  onBytes: (count: number) => void = () => undefined,
): Promise<void> {
  const { metadata, dataOffset } = readSafetensorsHeader(file);
  const stated = metadata["checksum"];
  if (stated === undefined || !/^[0-9a-f]{64}$/.test(stated)) {
    throw new LocalghostError("modelInvalid", l10n.t("{0} has no checksum: pack the model again.", file));
  }
  const hash = createHash("sha256");
  let position = 0;
  const chunks = fs.createReadStream(file, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>;
  for await (const chunk of chunks) {
    if (signal.aborted) throw new LocalghostError("cancelled", "Verifying was cancelled.");
    // The metadata stands at the beginning of the header, and so in the first chunk.
    if (position === 0) chunk.write(UNSEALED, checksumOffset(chunk.subarray(0, dataOffset), stated), "latin1");
    hash.update(chunk);
    position += chunk.length;
    onBytes(chunk.length);
  }
  if (hash.digest("hex") === stated) return;
  throw new LocalghostError(
    "modelInvalid",
    l10n.t("{0} is damaged, its checksum differs: pack the model again.", file),
  );
}
