import * as fs from "node:fs";
import * as path from "node:path";
import { bytesNeeded, CATALOGUE } from "../../models/catalogue.ts";
import { bytesBelow } from "../../models/diskSpace.ts";
import { configOf, packedFiles } from "../../models/installed.ts";
import { readProvenance } from "../../models/provenance.ts";
import { verifyModel, type VerifiedFile } from "../../models/verify.ts";
import type { ModelSpec } from "../../shared/protocol.ts";

export interface ModelFacts {
  /** Of models that everybody knows; another name may be private. */
  readonly name?: string;
  readonly origin: "embedded" | "hub" | "import" | "folder";
  /** The first digits of the hub's commit. */
  readonly revision?: string;
  readonly dtype: string;
  readonly bytes: number;
  readonly packed: readonly string[];
  /** Memory that it needs; absent where its config.json cannot be read. */
  readonly memoryBytes?: number;
  /** How it was looked at: every byte, or only what there is and how large. */
  readonly verified: "bytes" | "sizes";
  readonly damaged: number;
  readonly missing: number;
  readonly outdated: number;
}

/** So much is read in a second or two; of larger models the sizes have to do. */
const READ_WHOLE_BYTES = 200e6;
const REVISION_DIGITS = 8;

/** Looks at the files of a model. */
export async function probeModel(
  { folder, dtype = "int8" }: ModelSpec,
  embedded: string,
  signal: AbortSignal,
): Promise<ModelFacts> {
  const config = configOf(folder);
  const provenance = readProvenance(folder);
  const isEmbedded = path.dirname(path.resolve(folder)) === path.resolve(embedded);
  const source = provenance?.source;
  const repository = source?.kind === "hub" ? source.repository : undefined;
  const name = isEmbedded ? path.basename(folder) : CATALOGUE.find((entry) => entry.name === repository)?.name;
  const bytes = bytesBelow(folder);
  const verified = bytes <= READ_WHOLE_BYTES ? "bytes" : "sizes";
  const files = verified === "bytes" ? await verifyModel(folder, signal) : compareSizes(folder);
  const count = (state: VerifiedFile["state"]): number => files.filter((file) => file.state === state).length;
  return {
    ...(name !== undefined && { name }),
    origin: isEmbedded ? "embedded" : (source?.kind ?? "folder"),
    ...(source?.kind === "hub" && { revision: source.commit.slice(0, REVISION_DIGITS) }),
    dtype,
    bytes,
    packed: packedFiles(folder).map((file) => (file.state === "ready" ? file.dtype : `${file.dtype} (outdated)`)),
    ...(config && { memoryBytes: bytesNeeded(config, dtype).memory }),
    verified,
    damaged: count("damaged"),
    missing: count("missing") + (config ? 0 : 1),
    outdated: count("outdated"),
  };
}

/** Which files are there, and as large as they were when the model was added. */
function compareSizes(folder: string): VerifiedFile[] {
  const recorded = Object.entries(readProvenance(folder)?.files ?? {});
  const files = recorded.map(([file, { size }]): VerifiedFile => {
    const found = fs.statSync(path.join(folder, file), { throwIfNoEntry: false });
    return { file, state: !found ? "missing" : found.size === size ? "ok" : "damaged" };
  });
  return [
    ...files,
    ...packedFiles(folder).map(({ dtype, state }): VerifiedFile => ({
      file: dtype,
      state: state === "outdated" ? "outdated" : "ok",
    })),
  ];
}
