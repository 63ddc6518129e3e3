import * as vscode from "vscode";
import { formatBytes } from "../../models/formatBytes.ts";
import { readModelSettings } from "../config.ts";
import { chooseModel, type ModelTarget } from "./modelChoice.ts";
import type { AnyRow, Group } from "./modelRows.ts";
import { isNamed } from "./modelRows.ts";
import { describeFit, describeTarget } from "./modelTexts.ts";
import { describeRow } from "./rowTexts.ts";

/** What a person chose: a row, another model that is to be added, or to take a language's or a task's own choice back. */
export type Choice =
  { readonly kind: "row"; readonly row: AnyRow } | { readonly kind: "other" } | { readonly kind: "same" };

interface Item extends vscode.QuickPickItem {
  readonly choice?: Choice;
}

/** Lets a person choose a model for all, a language or a task. */
export async function pickModel(
  target: ModelTarget,
  rows: Readonly<Record<Group, readonly AnyRow[]>>,
): Promise<Choice | undefined> {
  const settings = readModelSettings();
  const current = chooseModel(settings, useOf(target));
  const here = [...rows.inUse, ...rows.here].filter(({ kind }) => kind === "model");
  const items: Item[] = [
    ...section(
      vscode.l10n.t("on this machine"),
      here.map((row) => toItem(row, isNamed(current, row.name))),
    ),
    ...section(
      vscode.l10n.t("downloads that can go on"),
      rows.downloads.filter(canBeChosen).map((row) => toItem(row)),
    ),
    ...section(
      vscode.l10n.t("to download"),
      rows.available.map((row) => toItem(row)),
    ),
    ...section(vscode.l10n.t("more"), [
      ...takeBack(target),
      { label: vscode.l10n.t("$(add) Another repository, address, folder or file…"), choice: { kind: "other" } },
    ]),
  ];
  const title =
    target.kind === "all" ? vscode.l10n.t("Choose Model") : vscode.l10n.t("Choose Model: {0}", describeTarget(target));
  const placeHolder = overrideHint(target) ?? vscode.l10n.t("The model in use: {0}", current);
  const chosen = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
  return chosen?.choice;
}

function section(name: string, items: Item[]): Item[] {
  return items.length === 0 ? [] : [{ label: name, kind: vscode.QuickPickItemKind.Separator }, ...items];
}

function toItem(row: AnyRow, isCurrent = false): Item {
  const icon = isCurrent
    ? "check"
    : row.kind === "model"
      ? "package"
      : row.kind === "download"
        ? "debug-continue"
        : "cloud-download";
  const detail = row.kind === "available" ? { detail: row.entry.goodAt() } : {};
  return { label: `$(${icon}) ${row.name}`, description: describeChoice(row), ...detail, choice: { kind: "row", row } };
}

/** `fast, about 20 ms a token · 548 MB · MIT` */
function describeChoice(row: AnyRow): string {
  if (row.kind !== "available") return describeRow(row);
  const { entry, fit } = row;
  return [...(fit ? [describeFit(fit)] : []), formatBytes(entry.downloadBytes), entry.licence].join(" · ");
}

function canBeChosen({ abilities }: AnyRow): boolean {
  return abilities.includes("resume");
}

/** The entry that makes a language or a task use what all others use. */
function takeBack(target: ModelTarget): Item[] {
  const { model, modelByLanguage, modelByTask } = readModelSettings();
  const own = target.kind === "language" ? modelByLanguage : target.kind === "task" ? modelByTask : {};
  if (target.kind === "all" || !Object.hasOwn(own, target.id)) return [];
  return [{ label: vscode.l10n.t("$(discard) The same as everywhere ({0})", model), choice: { kind: "same" } }];
}

/** Who chooses for all, and has a language of its own before them, would not see a change. */
function overrideHint({ kind }: ModelTarget): string | undefined {
  const languageId = vscode.window.activeTextEditor?.document.languageId;
  if (kind !== "all" || languageId === undefined) return undefined;
  const own = readModelSettings().modelByLanguage[languageId];
  return own === undefined ? undefined : vscode.l10n.t("For all but {0}, which has its own: {1}", languageId, own);
}

function useOf(target: ModelTarget): { languageId?: string; task?: string } {
  switch (target.kind) {
    case "all":
      return {};
    case "language":
      return { languageId: target.id };
    case "task":
      return { task: target.id };
  }
}
