/** Verifying, packing and deleting models. */
import * as vscode from "vscode";
import { bytesNeeded } from "../../models/catalogue.ts";
import { estimateFit } from "../../models/fit.ts";
import { formatBytes } from "../../models/formatBytes.ts";
import { configOf } from "../../models/installed.ts";
import { isLocked } from "../../models/processLock.ts";
import type { VerifiedFile } from "../../models/verify.ts";
import { LocalghostError } from "../../shared/errors.ts";
import { DTYPES } from "../../shared/protocol.ts";
import type { EngineSupervisor } from "../client/engineSupervisor.ts";
import { forgetModels, getSetting, readModelsFolder } from "../config.ts";
import { confirm, inform, showProgress, warn } from "../notify.ts";
import type { RunJob } from "./jobProcess.ts";
import { isNamed, type ModelRow } from "./modelRows.ts";
import type { ModelStore } from "./modelStore.ts";
import { describeFit } from "./modelTexts.ts";
import { describeJob } from "./progressTexts.ts";
import { describeUses } from "./rowTexts.ts";

export interface CareParts {
  readonly engine: EngineSupervisor;
  readonly store: ModelStore;
  readonly runJob: RunJob;
}

/** Reads every byte of a model, and says whether it is as it was when it was added. */
export async function verify({ name, model }: ModelRow, { runJob }: CareParts): Promise<void> {
  const { folder } = model;
  const files = await showProgress(vscode.l10n.t("Verifying {0}", name), (report, signal) =>
    runJob({ kind: "verify", folder }, signal, (progress) =>
      report(describeJob(progress), progress.bytesDone / Math.max(1, progress.bytesTotal)),
    ),
  );
  const bad = files.filter(({ state }) => state === "damaged" || state === "missing");
  if (bad.length > 0) {
    const list = bad.map(({ file, state }) =>
      state === "missing" ? vscode.l10n.t("{0} is missing", file) : vscode.l10n.t("{0} is damaged", file),
    );
    void warn(vscode.l10n.t("{0} is not whole: {1}. Delete it and add it again.", name, list.join(", ")));
    return;
  }
  void inform(vscode.l10n.t("{0} is whole: {1}.", name, describeVerified(files)));
}

function describeVerified(files: readonly VerifiedFile[]): string {
  const count = (state: VerifiedFile["state"]): number => files.filter((file) => file.state === state).length;
  const whole = count("ok");
  const parts = [whole === 1 ? vscode.l10n.t("1 file verified") : vscode.l10n.t("{0} files verified", whole)];
  if (count("unknown") > 0) parts.push(vscode.l10n.t("{0} without a recorded hash", count("unknown")));
  if (count("outdated") > 0) parts.push(vscode.l10n.t("{0} packed anew at the next load", count("outdated")));
  return parts.join(", ");
}

/** Packs a model in a format that the user chooses, ahead of its first use there. */
export async function packAs({ name, origin, model }: ModelRow, { runJob, store }: CareParts): Promise<void> {
  const { folder } = model;
  const config = configOf(folder);
  if (!config)
    throw new LocalghostError(
      "modelInvalid",
      vscode.l10n.t("The config.json of {0} cannot be read: add it again.", name),
    );
  const machine = await store.measureMachine();
  const items = DTYPES.map((dtype) => {
    const { disk, memory } = bytesNeeded(config, dtype);
    const isThere = model.packed.some((one) => one.dtype === dtype && one.state === "ready");
    const description = vscode.l10n.t("{0} on the disk, {1} of memory", formatBytes(disk), formatBytes(memory));
    const detail = machine && describeFit(estimateFit(config, dtype, machine));
    return {
      label: `${isThere ? "$(check)" : "$(archive)"} ${dtype}`,
      description,
      ...(detail !== undefined && { detail }),
      dtype,
    };
  });
  const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Pack {0} As", name) });
  if (!chosen) return;
  const { dtype } = chosen;
  const models = readModelsFolder();
  const lock = origin === "folder" ? models.lockOfFolder(folder) : models.lockOf(name);
  const isNew = await showProgress(vscode.l10n.t("Packing {0}", name), (report, signal) =>
    runJob({ kind: "pack", name, folder, lock, dtype }, signal, (progress) =>
      report(describeJob(progress), progress.bytesDone / Math.max(1, progress.bytesTotal)),
    ),
  ).finally(() => store.refresh());
  const use = getSetting("dtype") === dtype ? "" : ` ${vscode.l10n.t("The setting localghost.dtype chooses it.")}`;
  void inform(
    (isNew
      ? vscode.l10n.t("{0} is packed to {1}.", name, dtype)
      : vscode.l10n.t("{0} was packed to {1} before.", name, dtype)) + use,
  );
}

/** Deletes a model after asking, lets the engine go of it, and takes the settings back that name it. */
export async function remove(row: ModelRow, { engine, store, runJob }: CareParts): Promise<void> {
  const { name, model, uses } = row;
  const models = readModelsFolder();
  if (isLocked(models.lockOf(name))) {
    throw new LocalghostError(
      "modelBusy",
      vscode.l10n.t("Another window or command is working on {0}: wait for it, or stop it there.", name),
    );
  }
  const details = [vscode.l10n.t("This frees {0}.", formatBytes(model.bytes))];
  if (uses.length > 0)
    details.push(
      vscode.l10n.t(
        "It is in use ({0}): the model that Localghost comes with, or the one of all other languages and tasks, takes its place.",
        describeUses(row),
      ),
    );
  if (!(await confirm(vscode.l10n.t("Delete {0}?", name), vscode.l10n.t("Delete"), details.join("\n\n")))) return;
  if (uses.length > 0) await forgetModels((chosen) => chosen === model.folder || isNamed(chosen, name));
  // What a process has open cannot be deleted everywhere.
  if (engine.mayHold(model.folder)) await engine.stop();
  const freed = await runJob({ kind: "remove", name, models: models.path }, new AbortController().signal).finally(() =>
    store.refresh(),
  );
  void inform(vscode.l10n.t("{0} is deleted: {1} freed.", name, formatBytes(freed)));
}
