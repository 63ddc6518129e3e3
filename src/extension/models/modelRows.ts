/** What the Models view and the quick picks list, without the words. */
import { bytesNeeded, CATALOGUE, type CatalogueEntry, findInCatalogue } from "../../models/catalogue.ts";
import type { DownloadProgress } from "../../models/download/download.ts";
import type { UnfinishedDownload } from "../../models/download/unfinished.ts";
import { estimateFit, type FitEstimate } from "../../models/fit.ts";
import type { InstalledModel } from "../../models/installed.ts";
import type { Machine } from "../../models/machine.ts";
import { isModelName } from "../../models/modelName.ts";
import type { Dtype } from "../../shared/protocol.ts";
import type { ModelTarget } from "./modelChoice.ts";

/** What can be done with a row: words that the menus of package.json name. */
export type Ability =
  "use" | "download" | "resume" | "pause" | "cancel" | "verify" | "pack" | "delete" | "reveal" | "page";

interface Row {
  readonly name: string;
  readonly abilities: readonly Ability[];
}

/** A model that can be used. */
export interface ModelRow extends Row {
  readonly kind: "model";
  /** `folder`: one that a setting names by its path. */
  readonly origin: "embedded" | "installed" | "folder";
  readonly model: InstalledModel;
  /** What the settings choose it for. */
  readonly uses: readonly ModelTarget[];
}

/** A model that a setting names and that is not there. */
export interface MissingRow extends Row {
  readonly kind: "missing";
  readonly uses: readonly ModelTarget[];
}

/** A download of this window. */
export interface OwnDownload {
  readonly name: string;
  readonly progress: DownloadProgress | undefined;
  /** Why the last attempt ended, if it did. */
  readonly failure: string | undefined;
  readonly isRunning: boolean;
}

export interface DownloadRow extends Row {
  readonly kind: "download";
  /** `elsewhere`: another window or command works on it. */
  readonly state: "running" | "elsewhere" | "paused" | "failed";
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly progress: DownloadProgress | undefined;
  readonly failure: string | undefined;
}

/** A model that can be downloaded. */
export interface AvailableRow extends Row {
  readonly kind: "available";
  readonly entry: CatalogueEntry;
  /** Packed as the settings say. */
  readonly needs: { readonly disk: number; readonly memory: number };
  /** Undefined until the machine was measured. */
  readonly fit: FitEstimate | undefined;
}

export type AnyRow = ModelRow | MissingRow | DownloadRow | AvailableRow;

export const GROUPS = ["inUse", "here", "downloads", "available"] as const;
export type Group = (typeof GROUPS)[number];

export interface Situation {
  readonly embedded: readonly InstalledModel[];
  readonly installed: readonly InstalledModel[];
  readonly unfinished: readonly UnfinishedDownload[];
  readonly ownDownloads: readonly OwnDownload[];
  /** What the settings choose models for. */
  readonly chosen: readonly { readonly target: ModelTarget; readonly name: string }[];
  /** Describes a model that a setting names by its path. */
  readonly describeFolder: (folder: string) => InstalledModel | undefined;
  readonly dtype: Dtype;
  readonly machine: Machine | undefined;
}

/** All rows, by group, in the order in which they are listed. */
export function groupRows(situation: Situation): Record<Group, AnyRow[]> {
  const models = [...modelRows(situation), ...folderRows(situation)];
  const downloads = downloadRows(situation);
  const present = new Set([...models, ...downloads].map(({ name }) => name));
  return {
    inUse: [...models.filter(({ uses }) => uses.length > 0), ...missingRows(situation, models)],
    here: models.filter(({ uses }) => uses.length === 0),
    downloads,
    available: availableRows(situation, present),
  };
}

/** Whether a setting that says `chosen` means the model `name`: the owner may be left out. */
export function isNamed(chosen: string, name: string): boolean {
  return chosen === name || name.endsWith(`/${chosen}`);
}

function modelRows({ embedded, installed, chosen }: Situation): ModelRow[] {
  const row = (origin: "embedded" | "installed", model: InstalledModel): ModelRow => ({
    kind: "model",
    origin,
    name: model.name,
    model,
    uses: usesOf(model, origin, chosen),
    abilities: ["use", "verify", "reveal", ...(origin === "installed" ? installedAbilities(model) : [])],
  });
  return [...embedded.map((model) => row("embedded", model)), ...installed.map((model) => row("installed", model))];
}

function installedAbilities({ source }: InstalledModel): Ability[] {
  return ["pack", "delete", ...(source?.kind === "hub" ? (["page"] as const) : [])];
}

function usesOf(model: InstalledModel, origin: "embedded" | "installed", chosen: Situation["chosen"]): ModelTarget[] {
  return chosen
    .filter(
      ({ name }) => name === model.folder || (origin === "embedded" ? name === model.name : isNamed(name, model.name)),
    )
    .map(({ target }) => target);
}

/** Models elsewhere, each once, with all that it is chosen for. */
function folderRows({ embedded, installed, chosen, describeFolder }: Situation): ModelRow[] {
  const known = new Set([...embedded, ...installed].flatMap(({ name, folder }) => [name, folder]));
  const paths = new Set(chosen.map(({ name }) => name).filter((name) => isPath(name) && !known.has(name)));
  return [...paths].flatMap((folder): ModelRow[] => {
    const model = describeFolder(folder);
    if (!model) return [];
    const uses = chosen.filter(({ name }) => name === folder).map(({ target }) => target);
    const abilities = ["use", "verify", "pack", "reveal"] as const;
    return [{ kind: "model", origin: "folder", name: folder, model, uses, abilities }];
  });
}

function missingRows({ chosen }: Situation, models: readonly ModelRow[]): MissingRow[] {
  const isThere = (target: ModelTarget) => models.some(({ uses }) => uses.includes(target));
  const missing = chosen.filter(({ target }) => !isThere(target));
  return [...new Set(missing.map(({ name }) => name))].map((name) => ({
    kind: "missing",
    name,
    uses: missing.filter((one) => one.name === name).map(({ target }) => target),
    abilities: isModelName(name) || findInCatalogue(name)?.origin === "hub" ? ["download"] : [],
  }));
}

function downloadRows({ unfinished, ownDownloads }: Situation): DownloadRow[] {
  const own = new Map(ownDownloads.map((download) => [download.name, download]));
  const begun = ownDownloads.filter(({ name, isRunning }) => isRunning && !unfinished.some((one) => one.name === name));
  return [
    ...unfinished.map(({ name, state, bytesDone, bytesTotal }) =>
      downloadRow(name, own.get(name), state, bytesDone, bytesTotal),
    ),
    // Nothing of it has arrived yet.
    ...begun.map((download) => downloadRow(download.name, download, "running", 0, 0)),
  ];
}

function downloadRow(
  name: string,
  own: OwnDownload | undefined,
  state: UnfinishedDownload["state"],
  bytesDone: number,
  bytesTotal: number,
): DownloadRow {
  const shared = { kind: "download", name, failure: own?.failure } as const;
  if (own?.isRunning) {
    const { progress } = own;
    const bytes = progress ?? { bytesDone, bytesTotal };
    return {
      ...{ ...shared, state: "running", progress, abilities: ["pause", "cancel", "page"] },
      ...{ bytesDone: bytes.bytesDone, bytesTotal: bytes.bytesTotal },
    };
  }
  const stopped = { ...shared, bytesDone, bytesTotal, progress: undefined };
  if (state === "running") return { ...stopped, state: "elsewhere", abilities: ["page"] };
  const abilities = ["resume", "cancel", "page"] as const;
  return { ...stopped, state: own?.failure === undefined ? "paused" : "failed", abilities };
}

function availableRows({ dtype, machine }: Situation, present: ReadonlySet<string>): AvailableRow[] {
  return CATALOGUE.filter(({ name, origin }) => origin === "hub" && !present.has(name)).map((entry) => ({
    kind: "available",
    name: entry.name,
    entry,
    needs: bytesNeeded(entry.config, dtype),
    fit: machine && estimateFit(entry.config, dtype, machine),
    abilities: ["download", "page"],
  }));
}

function isPath(name: string): boolean {
  return /^(\/|\\|[A-Za-z]:[/\\])/.test(name);
}
