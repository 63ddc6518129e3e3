/** Models in words. */
import * as os from "node:os";
import { sep } from "node:path";
import * as vscode from "vscode";
import type { Fit, FitEstimate } from "../../models/fit.ts";
import { formatBytes } from "../../models/formatBytes.ts";
import type { InstalledModel } from "../../models/installed.ts";
import { daysUnused } from "../../models/unused.ts";
import type { ModelTarget } from "./modelChoice.ts";

/** `124M`, `5.4M`, `1,558M` */
export function formatParameters(parameters: number): string {
  const millions = parameters / 1e6;
  return `${millions.toLocaleString("en-US", { maximumFractionDigits: millions < 10 ? 1 : 0 })}M`;
}

export function fitWord(fit: Fit): string {
  switch (fit) {
    case "fast":
      return vscode.l10n.t("fast");
    case "slow":
      return vscode.l10n.t("slow");
    case "too large":
      return vscode.l10n.t("too large");
  }
}

/** `fast, about 20 ms a token` */
export function describeFit({ fit, tokenMs }: FitEstimate): string {
  if (fit === "too large") return vscode.l10n.t("too large for its memory");
  return vscode.l10n.t("{0}, about {1} ms a token", fitWord(fit), tokenMs.toFixed(0));
}

/** A path as people write it: `~/models`. */
export function shortPath(path: string): string {
  const home = os.homedir();
  return path.startsWith(home + sep) ? `~${path.slice(home.length)}` : path;
}

/** What a model is chosen for: `everywhere`, `for markdown`, `for the task summarize`. */
export function describeTarget(target: ModelTarget): string {
  switch (target.kind) {
    case "all":
      return vscode.l10n.t("everywhere");
    case "language":
      return vscode.l10n.t("for {0}", target.id);
    case "task":
      return vscode.l10n.t("for the task {0}", target.id);
  }
}

/** `int8 143 MB, int4 81 MB (outdated)` */
export function describePacked({ packed }: InstalledModel): string {
  return packed
    .map(({ dtype, bytes, state }) => {
      const text = `${dtype} ${formatBytes(bytes)}`;
      return state === "ready" ? text : vscode.l10n.t("{0} (outdated: made again at the next load)", text);
    })
    .join(", ");
}

export function describeSource({ source, addedAt }: InstalledModel): string {
  const when = addedAt === undefined ? "" : new Date(addedAt).toLocaleDateString();
  if (!source) return vscode.l10n.t("not recorded");
  return source.kind === "import"
    ? vscode.l10n.t("{0}, added {1}", source.from, when)
    : vscode.l10n.t(
        "{0} at {1}, added {2}",
        `${source.endpoint}/${source.repository}`,
        source.commit.slice(0, 12),
        when,
      );
}

/** `used today`, `last used 12 days ago` */
export function describeLastUse(model: InstalledModel): string {
  const days = daysUnused(model);
  if (model.lastUsed === undefined || days === undefined) return vscode.l10n.t("not used yet");
  if (days === 0) return vscode.l10n.t("used today");
  return days === 1 ? vscode.l10n.t("last used yesterday") : vscode.l10n.t("last used {0} days ago", days);
}
