import * as fs from "node:fs";
import { hasCheckpoint } from "../../engine/model/checkpoint.ts";
import { findInCatalogue } from "../../models/catalogue.ts";
import { cleanUp } from "../../models/cleanUp.ts";
import { freeBytes } from "../../models/diskSpace.ts";
import { downloadModel } from "../../models/download/download.ts";
import { type DownloadPlan, planDownload } from "../../models/download/plan.ts";
import { formatBytes } from "../../models/formatBytes.ts";
import { importModel } from "../../models/import/importModel.ts";
import { describeModel } from "../../models/installed.ts";
import { parseHubReference } from "../../models/modelName.ts";
import type { ModelsFolder } from "../../models/modelsFolder.ts";
import { packModel } from "../../models/packModel.ts";
import { DTYPES } from "../../shared/protocol.ts";
import { oneOf, UsageError } from "../arguments.ts";
import {
  commonOptions,
  hubOf,
  hubOptions,
  interruptible,
  modelsFolder,
  parseWithWord,
  printJson,
} from "./modelsOptions.ts";
import { progressReport } from "./modelsProgress.ts";

export const modelsAddHelp = `localghost models add WHAT      Fetch a model from the hub, or copy one of this machine, and pack it.
                           WHAT is a repository (owner/name, owner/name@revision, its address, or a name of the
                           catalogue such as gpt2), or a folder, a .safetensors, .gguf or .onnx file, a .zip or a .tar.gz
      --plan               tell what would be fetched, and fetch nothing
      --name owner/name    another name for what is copied
      --dtype D            pack to int8, int4, fp16 or fp32 (int8)
      --no-pack            leave packing to the first use
      --endpoint URL, --proxy URL   as for search`;

const options = {
  ...commonOptions,
  ...hubOptions,
  plan: { type: "boolean", default: false },
  name: { type: "string" },
  dtype: { type: "string", default: "int8" },
  "no-pack": { type: "boolean", default: false },
} as const;

/** `models add`: what breaks off goes on when it is called again. */
export async function modelsAdd(args: string[]): Promise<void> {
  const { values, word } = parseWithWord("add", args, options, "a repository, a folder or a file");
  const dtype = oneOf("--dtype", values.dtype, DTYPES);
  const models = modelsFolder(values);
  const signal = interruptible();
  const report = progressReport(values.json);
  cleanUp(models);
  let added: { name: string; folder: string } | undefined;
  try {
    if (isLocal(word)) {
      if (values.plan) throw new UsageError("--plan is for what is fetched from a hub");
      added = await importModel(word, models, { name: values.name, signal, onProgress: report.update });
    } else {
      if (values.name !== undefined) throw new UsageError("--name is for what is copied from this machine");
      added = await fetchModel(word, models, values, signal, report.update);
    }
    if (!added) return;
    if (!values["no-pack"] && hasCheckpoint(added.folder)) {
      await packModel({ ...added, lock: models.lockOf(added.name) }, dtype, { signal, onProgress: report.update });
    }
  } finally {
    report.end();
  }
  const model = describeModel(added.name, added.folder);
  if (values.json) printJson(model);
  else process.stdout.write(`${model.name} is ready: ${formatBytes(model.bytes)} in ${model.folder}\n`);
}

/** A path is one that says so, or that is there. */
function isLocal(word: string): boolean {
  return /^(\.{0,2}[/\\]|~|[A-Za-z]:[/\\])/.test(word) || fs.existsSync(word);
}

async function fetchModel(
  word: string,
  models: ModelsFolder,
  values: { plan: boolean; json: boolean; endpoint?: string | undefined; proxy?: string | undefined },
  signal: AbortSignal,
  onProgress: Parameters<typeof downloadModel>[4],
): Promise<{ name: string; folder: string } | undefined> {
  const hub = hubOf(values);
  const reference = parseHubReference(word, hub.endpoint);
  const known = findInCatalogue(reference.repository);
  const repository = known?.origin === "hub" ? known.name : reference.repository;
  const plan = await planDownload(hub, { ...reference, repository }, models, signal);
  const { name, commit } = plan.repository;
  if (values.plan && values.json) printJson(planAsJson(plan));
  else if (!values.json) process.stdout.write(await describePlan(plan));
  if (values.plan) return undefined;
  if (plan.installedCommit === commit) return { name, folder: plan.folder };
  return { name, folder: await downloadModel(hub, plan, models, signal, onProgress) };
}

function planAsJson({ repository, parameters, files, totalBytes, folder, installedCommit }: DownloadPlan): object {
  const { name, commit, licence } = repository;
  const sizes = files.map(({ path: file, size }) => ({ path: file, size }));
  return { name, commit, licence, parameters, files: sizes, totalBytes, folder, installedCommit };
}

async function describePlan({ repository, parameters, files, totalBytes, folder }: DownloadPlan): Promise<string> {
  const { name, commit, licence = "not stated" } = repository;
  const width = Math.max(...files.map(({ path: file }) => file.length));
  return [
    `${name} at ${commit.slice(0, 12)}, ${(parameters / 1e6).toFixed(1)}M parameters, licence: ${licence}`,
    ...files.map(({ path: file, size }) => `  ${file.padEnd(width)}  ${formatBytes(size)}`),
    `${formatBytes(totalBytes)} to ${folder} (${formatBytes(await freeBytes(folder))} free)`,
    "",
  ].join("\n");
}
