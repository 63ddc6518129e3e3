/** The rows of the Models view in words and icons. */
import * as vscode from "vscode";
import { findInCatalogue } from "../../models/catalogue.ts";
import { formatBytes } from "../../models/formatBytes.ts";
import type { AnyRow, AvailableRow, DownloadRow, Group, MissingRow, ModelRow } from "./modelRows.ts";
import {
  describeFit,
  fitWord,
  describeLastUse,
  describePacked,
  describeSource,
  describeTarget,
  formatParameters,
  shortPath,
} from "./modelTexts.ts";
import { describeProgress, percentOf } from "./progressTexts.ts";

export function groupName(group: Group): string {
  switch (group) {
    case "inUse":
      return vscode.l10n.t("In Use");
    case "here":
      return vscode.l10n.t("Not in Use");
    case "downloads":
      return vscode.l10n.t("Downloads");
    case "available":
      return vscode.l10n.t("Available");
  }
}

/** In a narrow view the name counts; whose it is stands last. */
export function shortName(name: string): { label: string; owner: string } {
  const [, owner = "", label = name] = /^(.+)[/\\]([^/\\]+)$/.exec(name) ?? [];
  return { label, owner: shortPath(owner) };
}

/** Beside the name, in a few words. */
export function describeRow(row: AnyRow): string {
  switch (row.kind) {
    case "model":
      return row.uses.length > 0 ? describeUsed(row) : describeUnused(row);
    case "missing":
      return vscode.l10n.t("not on this machine; {0}", describeUses(row));
    case "download":
      return describeDownload(row);
    case "available": {
      const size = formatBytes(row.entry.downloadBytes);
      return row.fit ? `${fitWord(row.fit.fit)} · ${size}` : size;
    }
  }
}

function describeUsed(row: ModelRow): string {
  return `${describeUses(row)} · ${formatBytes(row.model.bytes)}`;
}

function describeUnused({ origin, model }: ModelRow): string {
  const size = formatBytes(model.bytes);
  return origin === "embedded"
    ? vscode.l10n.t("{0} · comes with Localghost", size)
    : `${size} · ${describeLastUse(model)}`;
}

export function describeUses({ uses }: ModelRow | MissingRow): string {
  return uses.map(describeTarget).join(", ");
}

function describeDownload({ state, progress, failure, bytesDone, bytesTotal }: DownloadRow): string {
  const arrived = vscode.l10n.t("{0} of {1}", formatBytes(bytesDone), formatBytes(bytesTotal));
  switch (state) {
    case "running":
      return progress ? describeProgress(progress) : vscode.l10n.t("starting");
    case "elsewhere":
      return vscode.l10n.t("another window is working on it, {0}", arrived);
    case "paused":
      return vscode.l10n.t("paused at {0}, {1}", percentOf({ bytesDone, bytesTotal }), arrived);
    case "failed":
      return vscode.l10n.t("stopped at {0}: {1}", percentOf({ bytesDone, bytesTotal }), failure ?? "");
  }
}

export function iconOf(row: AnyRow): vscode.ThemeIcon {
  switch (row.kind) {
    case "model":
      if (row.uses.length > 0) return new vscode.ThemeIcon("pass-filled", new vscode.ThemeColor("charts.green"));
      return new vscode.ThemeIcon(row.origin === "embedded" ? "localghost-ghost" : "package");
    case "missing":
      return new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
    case "download":
      return downloadIcon(row);
    case "available":
      return new vscode.ThemeIcon("cloud-download");
  }
}

function downloadIcon({ state }: DownloadRow): vscode.ThemeIcon {
  switch (state) {
    case "running":
    case "elsewhere":
      return new vscode.ThemeIcon("sync~spin");
    case "paused":
      return new vscode.ThemeIcon("debug-pause");
    case "failed":
      return new vscode.ThemeIcon("error", new vscode.ThemeColor("list.errorForeground"));
  }
}

/** All that is known of a row, as a table. */
export function tooltipOf(row: AnyRow): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown("**");
  text.appendText(row.name);
  text.appendMarkdown("**\n\n| | |\n|-|-|\n");
  for (const [name, value] of factsOf(row)) {
    text.appendMarkdown("| ");
    text.appendText(name);
    text.appendMarkdown(" | ");
    text.appendText(value.replaceAll("|", "/").replaceAll("\n", " "));
    text.appendMarkdown(" |\n");
  }
  return text;
}

function factsOf(row: AnyRow): [string, string][] {
  switch (row.kind) {
    case "model":
      return modelFacts(row);
    case "missing":
      return [[vscode.l10n.t("chosen"), describeUses(row)]];
    case "download":
      return [[vscode.l10n.t("state"), describeDownload(row)]];
    case "available":
      return availableFacts(row);
  }
}

function modelFacts({ model, origin, uses, name }: ModelRow): [string, string][] {
  const known = findInCatalogue(name);
  const facts: [string, string][] = [
    [vscode.l10n.t("chosen"), uses.map(describeTarget).join(", ") || vscode.l10n.t("no")],
    // Only of models that were added it is noted.
    ...(origin === "installed" ? [[vscode.l10n.t("last use"), describeLastUse(model)] as [string, string]] : []),
    [vscode.l10n.t("on the disk"), formatBytes(model.bytes)],
    [vscode.l10n.t("packed"), describePacked(model) || vscode.l10n.t("no: this is done at its first use")],
  ];
  if (model.parameters !== undefined) facts.push([vscode.l10n.t("parameters"), formatParameters(model.parameters)]);
  if (model.contextLength !== undefined)
    facts.push([vscode.l10n.t("context"), vscode.l10n.t("{0} tokens", model.contextLength)]);
  facts.push([vscode.l10n.t("licence"), model.licence ?? known?.licence ?? vscode.l10n.t("not stated")]);
  if (known)
    facts.push([vscode.l10n.t("languages"), known.languages.join(", ")], [vscode.l10n.t("good at"), known.goodAt()]);
  if (model.source) facts.push([vscode.l10n.t("from"), describeSource(model)]);
  facts.push([vscode.l10n.t("folder"), shortPath(model.folder)]);
  return facts;
}

function availableFacts({ entry, needs, fit }: AvailableRow): [string, string][] {
  return [
    ...(fit ? [[vscode.l10n.t("on this machine"), describeFit(fit)] as [string, string]] : []),
    [vscode.l10n.t("to fetch"), formatBytes(entry.downloadBytes)],
    [vscode.l10n.t("packed"), formatBytes(needs.disk)],
    [vscode.l10n.t("memory"), formatBytes(needs.memory)],
    [vscode.l10n.t("licence"), entry.licence],
    [vscode.l10n.t("languages"), entry.languages.join(", ")],
    [vscode.l10n.t("good at"), entry.goodAt()],
  ];
}
