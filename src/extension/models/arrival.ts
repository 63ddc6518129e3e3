import * as vscode from "vscode";
import { formatBytes } from "../../models/formatBytes.ts";
import { describeModel } from "../../models/installed.ts";
import { canBePacked } from "../../models/packModel.ts";
import { getSetting, readModelsFolder, writeModel } from "../config.ts";
import { inform, showProgress } from "../notify.ts";
import type { Arrived } from "./downloads.ts";
import type { RunJob } from "./jobProcess.ts";
import type { ModelTarget } from "./modelChoice.ts";
import type { ModelStore } from "./modelStore.ts";
import { describeJob } from "./progressTexts.ts";

/**
 * Makes a model that has arrived ready for use, and uses it.
 * @param target what it was added for; undefined: the user is asked whether to use it
 */
export async function makeReady(
  { name, folder }: Arrived,
  target: ModelTarget | undefined,
  { runJob, store }: { readonly runJob: RunJob; readonly store: ModelStore },
): Promise<void> {
  const dtype = getSetting("dtype");
  if (canBePacked(folder)) {
    const lock = readModelsFolder().lockOf(name);
    await showProgress(vscode.l10n.t("Packing {0}", name), (report, signal) =>
      runJob({ kind: "pack", name, folder, lock, dtype }, signal, (progress) =>
        report(describeJob(progress), progress.bytesDone / Math.max(1, progress.bytesTotal)),
      ),
    ).finally(() => store.refresh());
  }
  if (target) {
    await writeModel(target, name);
    return;
  }
  const use = vscode.l10n.t("Use It");
  const size = formatBytes(describeModel(name, folder).bytes);
  if ((await inform(vscode.l10n.t("{0} is ready ({1}).", name, size), use)) === use)
    await writeModel({ kind: "all" }, name);
}
