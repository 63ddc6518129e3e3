import * as l10n from "@vscode/l10n";
import { formatBytes } from "../../models/formatBytes.ts";
import type { Diagnosis } from "../diagnosis.ts";
import type { WorkspaceMemoryFacts } from "../subject.ts";

/** What the memory of the workspace holds. */
export function checkWorkspaceMemory(found: WorkspaceMemoryFacts): Diagnosis {
  const { isOn, files, tokens, waiting, isPaused, isFull } = found;
  const facts = { isOn, files, tokens, size: formatBytes(found.bytes), waiting, isPaused, isFull };
  const ok = (finding: string): Diagnosis => ({ check: "workspaceMemory", level: "ok", finding, facts });
  if (!isOn) return ok(l10n.t("The memory of the workspace is off."));
  if (isFull) {
    return {
      ...{ check: "workspaceMemory", level: "warning", facts },
      finding: l10n.t("The memory of the workspace is full: {0} files are in it, and no more are taken in.", files),
      advice: l10n.t("Raise localghost.memory.maxMegabytes, or leave files out with localghost.exclude."),
    };
  }
  if (isPaused) {
    return {
      ...{ check: "workspaceMemory", level: "warning", facts },
      finding: l10n.t("The memory of the workspace is paused: it does not follow your edits."),
      advice: l10n.t("Let it go on with “Pause or Resume Memory of the Workspace”."),
    };
  }
  return ok(
    l10n.t(
      "The memory of the workspace holds {0} files and {1} tokens; {2} files are still to be read.",
      files,
      tokens,
      waiting,
    ),
  );
}
