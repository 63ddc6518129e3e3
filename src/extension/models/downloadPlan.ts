import * as vscode from "vscode";
import { bytesNeeded } from "../../models/catalogue.ts";
import { freeBytes } from "../../models/diskSpace.ts";
import type { DownloadPlan } from "../../models/download/plan.ts";
import { estimateFit } from "../../models/fit.ts";
import { formatBytes } from "../../models/formatBytes.ts";
import type { Machine } from "../../models/machine.ts";
import { getSetting } from "../config.ts";
import { propose } from "../notify.ts";
import { describeFit, formatParameters, shortPath } from "./modelTexts.ts";

/** Shows what would be fetched, from where and to where, and asks whether to do it. */
export async function proposeDownload(
  plan: DownloadPlan,
  host: string,
  machine: Machine | undefined,
): Promise<boolean> {
  const { name } = plan.repository;
  const question =
    plan.installedCommit === undefined
      ? vscode.l10n.t("Download {0}?", name)
      : vscode.l10n.t("Download another version of {0}?", name);
  return propose(question, vscode.l10n.t("Download"), await describePlan(plan, host, machine));
}

async function describePlan(plan: DownloadPlan, host: string, machine: Machine | undefined): Promise<string> {
  const { repository, config, parameters, files, totalBytes, folder } = plan;
  const dtype = getSetting("dtype");
  const { disk, memory } = bytesNeeded(config, dtype);
  const lines = [
    vscode.l10n.t("{0} from {1}, at commit {2}", formatBytes(totalBytes), host, repository.commit.slice(0, 12)),
    vscode.l10n.t("Licence: {0}", repository.licence ?? vscode.l10n.t("not stated")),
    vscode.l10n.t("Parameters: {0}", formatParameters(parameters)),
    vscode.l10n.t("To: {0} ({1} free)", shortPath(folder), formatBytes(await freeBytes(folder))),
    vscode.l10n.t("Packed to {0}: {1} more on the disk, {2} of memory", dtype, formatBytes(disk), formatBytes(memory)),
  ];
  if (machine) lines.push(vscode.l10n.t("On this machine: {0}", describeFit(estimateFit(config, dtype, machine))));
  const list = files.map(({ path, size }) => `${path} (${formatBytes(size)})`).join(", ");
  return [...lines, "", list].join("\n");
}
