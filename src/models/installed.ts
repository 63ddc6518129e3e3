/** The models that are on this machine. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { readConfig } from "../engine/model/checkpoint.ts";
import { countParameters, type Gpt2Config } from "../engine/model/gpt2Config.ts";
import { lastUse } from "../engine/model/lastUsed.ts";
import { inspectPackedWeights, packedFileName } from "../engine/model/packedWeights.ts";
import { LocalghostError } from "../shared/errors.ts";
import type { Dtype } from "../shared/protocol.ts";
import { bytesBelow } from "./diskSpace.ts";
import { isModelName } from "./modelName.ts";
import type { ModelsFolder } from "./modelsFolder.ts";
import { type ModelSource, readProvenance } from "./provenance.ts";

const DTYPES: readonly Dtype[] = ["int8", "int4", "fp16", "fp32"];

export interface PackedFile {
  readonly dtype: Dtype;
  readonly bytes: number;
  /** `outdated` weights are made again at the next load. */
  readonly state: "ready" | "outdated";
}

export interface InstalledModel {
  readonly name: string;
  readonly folder: string;
  /** Bytes of all its files. */
  readonly bytes: number;
  readonly packed: readonly PackedFile[];
  /** Absent where config.json cannot be read. */
  readonly parameters?: number;
  readonly contextLength?: number;
  readonly licence?: string;
  readonly source?: ModelSource;
  /** ISO 8601. */
  readonly addedAt?: string;
  /** ISO 8601, to the hour; absent for a model that has not been used. */
  readonly lastUsed?: string;
}

/** All models of the models folder, by name. */
export function installedModels(models: ModelsFolder): InstalledModel[] {
  return installedNames(models).map((name) => describeModel(name, models.model(name)));
}

/** Their names, without reading their files. */
export function installedNames(models: ModelsFolder): string[] {
  const names: string[] = [];
  for (const owner of foldersIn(models.path)) {
    for (const name of foldersIn(path.join(models.path, owner))) {
      if (isModelName(`${owner}/${name}`)) names.push(`${owner}/${name}`);
    }
  }
  return names.sort();
}

function foldersIn(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name);
}

/** Describes the model of any folder; what cannot be read is left out. */
export function describeModel(name: string, folder: string): InstalledModel {
  const provenance = readProvenance(folder);
  const lastUsed = lastUse(folder)?.toISOString();
  return {
    name,
    folder,
    bytes: bytesBelow(folder),
    packed: packedFiles(folder),
    ...shapeOf(folder),
    ...(provenance?.licence === undefined ? {} : { licence: provenance.licence }),
    ...(provenance ? { source: provenance.source, addedAt: provenance.addedAt } : {}),
    ...(lastUsed === undefined ? {} : { lastUsed }),
  };
}

export function packedFiles(folder: string): PackedFile[] {
  const files: PackedFile[] = [];
  for (const dtype of DTYPES) {
    const state = inspectPackedWeights(folder, dtype);
    if (state) files.push({ dtype, bytes: fs.statSync(path.join(folder, packedFileName(dtype))).size, state });
  }
  return files;
}

function shapeOf(folder: string): { parameters: number; contextLength: number } | undefined {
  const config = configOf(folder);
  return config && { parameters: countParameters(config), contextLength: config.contextLength };
}

/** The configuration of the model in a folder; undefined where it cannot be read. */
export function configOf(folder: string): Gpt2Config | undefined {
  try {
    return readConfig(folder);
  } catch (error) {
    if (error instanceof LocalghostError) return undefined;
    throw error;
  }
}

/**
 * The installed model of a name, which may leave out the owner where only one model has it.
 * @throws LocalghostError `modelNotFound` when there is none, or several
 */
export function findInstalled(models: ModelsFolder, name: string): string {
  const names = installedNames(models);
  const found = names.includes(name) ? [name] : names.filter((one) => one.endsWith(`/${name}`));
  if (found.length === 1 && found[0] !== undefined) return found[0];
  throw new LocalghostError(
    "modelNotFound",
    found.length > 1
      ? l10n.t('There are several models "{0}": name one of {1}.', name, found.join(", "))
      : l10n.t('There is no model "{0}" in {1}.', name, models.path),
  );
}
