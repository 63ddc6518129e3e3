import * as path from "node:path";
import { bytesNeeded, CATALOGUE } from "../../models/catalogue.ts";
import { cleanUp } from "../../models/cleanUp.ts";
import { freeBytes } from "../../models/diskSpace.ts";
import { type UnfinishedDownload, unfinishedDownloads } from "../../models/download/unfinished.ts";
import { estimateFit } from "../../models/fit.ts";
import { formatBytes } from "../../models/formatBytes.ts";
import { describeModel, type InstalledModel, installedModels } from "../../models/installed.ts";
import { measureMachine } from "../../models/machine.ts";
import type { ModelsFolder } from "../../models/modelsFolder.ts";
import { daysUnused, unusedModels } from "../../models/unused.ts";
import { countParameters } from "../../engine/model/gpt2Config.ts";
import { optionalCount, parseOptions, UsageError } from "../arguments.ts";
import { embeddedModels, embeddedModelsFolder } from "../models.ts";
import { commonOptions, modelsFolder, printColumns, printJson } from "./modelsOptions.ts";

export const modelsListHelp = `localghost models list          The models on this machine, and downloads that can go on.
      --catalogue          also those that can be added, and how they would run here
      --unused             only those that nobody has used for 30 days
      --days N             for so many days`;

type Listed =
  | ({ state: "embedded" | "installed" } & InstalledModel)
  | ({ state: "unfinished" } & Pick<UnfinishedDownload, "name" | "bytesDone" | "bytesTotal">)
  | AvailableModel;

interface AvailableModel {
  state: "available";
  name: string;
  parameters: number;
  contextLength: number;
  downloadBytes: number;
  /** Packed to int8. */
  packedBytes: number;
  memoryBytes: number;
  licence: string;
  languages: readonly string[];
  goodAt: string;
  fit: string;
  tokenMs: number;
}

/** `models list` */
export async function modelsList(args: string[]): Promise<void> {
  const values = parseOptions(args, {
    ...commonOptions,
    catalogue: { type: "boolean", default: false },
    unused: { type: "boolean", default: false },
    days: { type: "string" },
  });
  const days = optionalCount("--days", values.days, 0);
  if (days !== undefined && !values.unused) throw new UsageError("--days is for --unused");
  if (values.unused && values.catalogue) throw new UsageError("--unused and --catalogue exclude each other");
  const models = modelsFolder(values);
  cleanUp(models);
  if (values.unused) {
    listUnused(unusedModels(installedModels(models), days ?? 30), values.json);
    return;
  }
  const listed: Listed[] = [
    ...embeddedModels().map((name) => {
      const folder = path.join(embeddedModelsFolder(), name);
      return { state: "embedded" as const, ...describeModel(name, folder) };
    }),
    ...installedModels(models).map((model) => ({ state: "installed" as const, ...model })),
    ...unfinishedDownloads(models).map(({ name, bytesDone, bytesTotal }) => ({
      state: "unfinished" as const,
      name,
      bytesDone,
      bytesTotal,
    })),
  ];
  if (values.catalogue) listed.push(...(await availableModels(new Set(listed.map(({ name }) => name)))));
  if (values.json) printJson(listed);
  else await printList(listed, models);
}

function listUnused(unused: readonly InstalledModel[], json: boolean): void {
  if (json) {
    printJson(unused);
    return;
  }
  printColumns(unused.map((model) => [model.name, formatBytes(model.bytes), describeUse(model)]));
  const bytes = unused.reduce((sum, model) => sum + model.bytes, 0);
  process.stdout.write(`${unused.length > 0 ? "\n" : ""}${formatBytes(bytes)} of models that are not used\n`);
}

async function availableModels(present: ReadonlySet<string>): Promise<AvailableModel[]> {
  const machine = await measureMachine();
  return CATALOGUE.filter(({ name, origin }) => origin === "hub" && !present.has(name)).map((entry) => {
    const { name, config, downloadBytes, licence, languages, goodAt } = entry;
    const { disk, memory } = bytesNeeded(config, "int8");
    return {
      state: "available",
      name,
      parameters: countParameters(config),
      contextLength: config.contextLength,
      downloadBytes,
      packedBytes: disk,
      memoryBytes: memory,
      licence,
      languages,
      goodAt: goodAt(),
      ...estimateFit(config, "int8", machine),
    };
  });
}

async function printList(listed: readonly Listed[], models: ModelsFolder): Promise<void> {
  printColumns(listed.map((model) => [model.name, ...describeListed(model)]));
  const bytes = listed.reduce((sum, model) => sum + (model.state === "installed" ? model.bytes : 0), 0);
  const free = formatBytes(await freeBytes(models.path));
  process.stdout.write(`\n${formatBytes(bytes)} of models in ${models.path}, ${free} free\n`);
}

function describeListed(model: Listed): string[] {
  switch (model.state) {
    case "embedded":
    case "installed": {
      const packed = model.packed.map(({ dtype, state }) => (state === "ready" ? dtype : `${dtype} (outdated)`));
      const size =
        model.parameters === undefined ? "config.json cannot be read" : shape(model.parameters, model.contextLength);
      const use = model.state === "embedded" ? "" : describeUse(model);
      return [
        model.state,
        size,
        formatBytes(model.bytes),
        use,
        packed.length === 0 ? "" : `packed: ${packed.join(", ")}`,
      ];
    }
    case "unfinished":
      return [
        "unfinished",
        `${formatBytes(model.bytesDone)} of ${formatBytes(model.bytesTotal)} has arrived`,
        "",
        "",
        `"localghost models add ${model.name}" goes on`,
      ];
    case "available":
      return [
        model.fit === "too large" ? "too large" : `${model.fit}, ${model.tokenMs.toFixed(0)} ms a token`,
        shape(model.parameters, model.contextLength),
        `${formatBytes(model.downloadBytes)} to fetch`,
        "",
        `${model.licence}. ${model.goodAt}`,
      ];
  }
}

function describeUse(model: InstalledModel): string {
  const days = daysUnused(model);
  if (model.lastUsed === undefined || days === undefined) return "not used yet";
  return days === 0 ? "used today" : days === 1 ? "used yesterday" : `used ${days} days ago`;
}

function shape(parameters: number, contextLength = 0): string {
  return `${(parameters / 1e6).toFixed(parameters < 1e7 ? 1 : 0)}M parameters, context ${contextLength}`;
}
