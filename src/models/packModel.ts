import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { hasCheckpoint } from "../engine/model/checkpoint.ts";
import {
  inspectPackedWeights,
  makePackedWeights,
  packedFileName,
  type Packing,
} from "../engine/model/packedWeights.ts";
import { packedByteLength } from "../engine/model/packedLayout.ts";
import { readConfig } from "../engine/model/checkpoint.ts";
import { findExport } from "../engine/model/weightFiles.ts";
import { LocalghostError } from "../shared/errors.ts";
import type { Dtype } from "../shared/protocol.ts";
import { requireSpace } from "./diskSpace.ts";
import { withProcessLock } from "./processLock.ts";

/**
 * Packs a model beside its checkpoint, so that its first use need not.
 * @param name for messages
 * @param lock of the model, so that it is not removed or packed twice meanwhile
 * @returns false when that was done before
 * @throws LocalghostError `modelNotFound`, `modelInvalid`, `downloadFailed` when the disk is too full, `modelBusy` or `cancelled`
 */
export async function packModel(
  { name, folder, lock }: { name: string; folder: string; lock: string },
  dtype: Dtype,
  packing: Packing,
): Promise<boolean> {
  if (!canBePacked(folder)) {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t("{0} is a ready ONNX export, which runs as it is: there is nothing to pack.", name),
    );
  }
  return withProcessLock(lock, name, async () => {
    if (inspectPackedWeights(folder, dtype) === "ready") return false;
    await requireSpace(
      folder,
      packedByteLength(readConfig(folder), dtype),
      l10n.t({ message: "{0} in {1}", args: [name, dtype], comment: "A model and its number format" }),
    );
    await makePackedWeights(folder, dtype, path.join(folder, packedFileName(dtype)), packing);
    return true;
  });
}

/** False for a ready ONNX export, which runs as it is. */
export function canBePacked(folder: string): boolean {
  return hasCheckpoint(folder) || findExport(folder) === undefined;
}
