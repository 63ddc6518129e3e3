import * as l10n from "@vscode/l10n";
import { formatBytes } from "../../models/formatBytes.ts";
import type { Diagnosis } from "../diagnosis.ts";
import type { StorageFacts } from "../probes/storageProbe.ts";

/** Less than GPT-2 small takes when it is downloaded and packed. */
const LITTLE_BYTES = 1e9;

/** Whether models can be downloaded, imported and packed. */
export function checkStorage({ freeBytes, refusal }: StorageFacts): Diagnosis {
  const facts = {
    free: formatBytes(freeBytes),
    canWrite: refusal === undefined,
    ...(refusal !== undefined && { refusal }),
  };
  if (refusal !== undefined) {
    return {
      ...{ check: "storage", level: "problem", facts },
      finding: l10n.t("The models folder cannot be written ({0}).", refusal),
      advice: l10n.t(
        "Choose another one in the setting localghost.modelsFolder, or give yourself the right to write there.",
      ),
    };
  }
  if (freeBytes < LITTLE_BYTES) {
    return {
      ...{ check: "storage", level: "warning", facts },
      finding: l10n.t("The disk of the models folder has only {0} left.", formatBytes(freeBytes)),
      advice: l10n.t("Make room, or move the models to another disk with “Move Models Folder…”."),
    };
  }
  const finding = l10n.t("The models folder can be written, and its disk has {0} free.", formatBytes(freeBytes));
  return { check: "storage", level: "ok", finding, facts };
}
