import * as vscode from "vscode";
import { formatBytes } from "../../models/formatBytes.ts";
import { LocalghostError } from "../../shared/errors.ts";
import { moveModelsSetting, readModelsFolder, readUsualModelsFolder } from "../config.ts";
import { inform, propose, showProgress } from "../notify.ts";
import type { CareParts } from "./care.ts";
import type { Downloads } from "./downloads.ts";
import { shortPath } from "./modelTexts.ts";
import { pathOnDisk } from "./pathOnDisk.ts";
import { describeJob } from "./progressTexts.ts";

/** Moves all models to a folder that the user chooses: all of them, or none where that fails or is cancelled. */
export async function moveFolder({ engine, store, runJob }: CareParts, downloads: Downloads): Promise<void> {
  if (downloads.isRunning) {
    throw new LocalghostError(
      "invalidRequest",
      vscode.l10n.t("A download is running: pause it before the models folder is moved."),
    );
  }
  const from = readModelsFolder().path;
  const usual = readUsualModelsFolder();
  const { installed, unfinished } = await store.read();
  const bytes = [...installed.map((one) => one.bytes), ...unfinished.map(({ bytesDone }) => bytesDone)];
  const total = formatBytes(bytes.reduce((sum, one) => sum + one, 0));
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t("Move Models Folder"),
      openLabel: vscode.l10n.t("Choose Folder"),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  if (!chosen) return;
  const to = pathOnDisk(chosen);
  const detail = vscode.l10n.t("{0} from {1}.", total, shortPath(from));
  if (!(await propose(vscode.l10n.t("Move the models to {0}?", shortPath(to)), vscode.l10n.t("Move"), detail))) return;
  // Windows does not move what a process has open.
  await engine.stop();
  const moved = await showProgress(vscode.l10n.t("Moving the models to {0}", shortPath(to)), (report, signal) =>
    runJob({ kind: "move", from, to, usual }, signal, (progress) =>
      report(describeJob(progress), progress.bytesDone / Math.max(1, progress.bytesTotal)),
    ),
  ).finally(() => store.refresh());
  await moveModelsSetting(moved.folder);
  store.refresh();
  void inform(vscode.l10n.t("The models ({0}) are in {1} now.", formatBytes(moved.bytes), shortPath(moved.folder)));
}
