/** What the subcommands of `models` have in common. */
import * as path from "node:path";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { Hub } from "../../models/download/hub.ts";
import { fetchThroughProxy } from "../../models/download/proxyFetch.ts";
import { findInstalled, installedNames } from "../../models/installed.ts";
import { ModelsFolder, usualModelsFolder } from "../../models/modelsFolder.ts";
import { followMoves } from "../../models/movedNote.ts";
import { UsageError } from "../arguments.ts";
import { embeddedModels, embeddedModelsFolder, resolveModel } from "../models.ts";

export const commonOptions = {
  folder: { type: "string" },
  json: { type: "boolean", default: false },
} as const satisfies ParseArgsOptionsConfig;

export const hubOptions = {
  endpoint: { type: "string" },
  proxy: { type: "string" },
} as const satisfies ParseArgsOptionsConfig;

/**
 * Options, and the one word that the command is about.
 * @param what names that word in the message when it is missing: `the name of a model`
 */
export function parseWithWord<const T extends ParseArgsOptionsConfig>(
  command: string,
  args: string[],
  options: T,
  what: string,
) {
  const { values, positionals } = parse(args, options);
  const [word, ...others] = positionals;
  if (word === undefined || word.trim() === "" || others.length > 0) {
    throw new UsageError(`"models ${command}" needs ${what}${others.length > 0 ? ", and one alone" : ""}`);
  }
  return { values, word };
}

function parse<const T extends ParseArgsOptionsConfig>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: true });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.split(/\.\s/)[0] ?? message);
  }
}

/** The models folder that the options or the environment name, or where that was moved to. */
export function modelsFolder(values: { folder?: string | undefined }): ModelsFolder {
  return new ModelsFolder(followMoves(namedFolder(values)));
}

/** As {@link modelsFolder}, whether the models are still there or were moved away. */
export function namedFolder({ folder }: { folder?: string | undefined }): string {
  return folder === undefined ? usualModelsFolder() : path.resolve(folder);
}

/** The hub of the options, else of HF_ENDPOINT; its token is that of HF_TOKEN, as for Hugging Face's own tools. */
export function hubOf({ endpoint, proxy }: { endpoint?: string | undefined; proxy?: string | undefined }): Hub {
  const usual = process.env["HF_ENDPOINT"];
  return new Hub({
    endpoint: endpoint ?? (usual === "" ? undefined : usual),
    token: process.env["HF_TOKEN"],
    fetch: fetchThroughProxy(proxy),
  });
}

/** A model that is there: by its name in the models folder, an embedded one, or any folder. */
export function existingModel(models: ModelsFolder, word: string): { name: string; folder: string; lock: string } {
  const folder = resolveModel(word, embeddedModelsFolder(), models);
  const isInstalled = installedNames(models).some((name) => models.model(name) === folder);
  const name = isInstalled
    ? findInstalled(models, word)
    : embeddedModels().includes(word)
      ? word
      : path.basename(folder);
  // Folders elsewhere have their lock beside the others'.
  return {
    name,
    folder,
    lock: isInstalled ? models.lockOf(name) : models.lockOfFolder(folder),
  };
}

/** A signal that Ctrl-C aborts; a second one ends the process as usual. */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  process.once("SIGINT", () => controller.abort());
  return controller.signal;
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Lines of columns, the last one ragged. */
export function printColumns(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)));
    process.stdout.write(`${cells.join("  ").trimEnd()}\n`);
  }
}
