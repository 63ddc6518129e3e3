import * as fs from "node:fs";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import type { DevicePreference, Dtype } from "../../shared/protocol.ts";
import { hasCheckpoint, readConfig } from "./checkpoint.ts";
import { createExportedModel } from "./exportedModel.ts";
import type { Gpt2Config } from "./gpt2Config.ts";
import type { LanguageModel } from "./languageModel.ts";
import { packedFileName } from "./packedWeights.ts";
import { findExport } from "./weightFiles.ts";

/** The ONNX export to load where a folder has nothing better: neither a checkpoint nor packed weights. */
export function exportToLoad(folder: string, dtype: Dtype): string | undefined {
  if (hasCheckpoint(folder) || fs.existsSync(path.join(folder, packedFileName(dtype)))) return undefined;
  return findExport(folder);
}

/**
 * Loads an export in its own format, whatever dtype was asked for: there are no weights to pack.
 * @throws LocalghostError `modelInvalid` or `deviceUnavailable`
 */
export async function loadExport(
  folder: string,
  file: string,
  preference: DevicePreference,
  options: { threads: number; start: number },
): Promise<{ model: LanguageModel; config: Gpt2Config; needsTrial: false }> {
  if (preference !== "auto" && preference !== "cpu") {
    throw new LocalghostError(
      "deviceUnavailable",
      l10n.t('{0} is a ready ONNX export, which runs on the CPU alone: choose "cpu" or "auto".', path.basename(folder)),
    );
  }
  const config = readConfig(folder);
  return { model: await createExportedModel(folder, file, config, options), config, needsTrial: false };
}
