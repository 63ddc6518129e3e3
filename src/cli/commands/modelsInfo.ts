import { readConfig } from "../../engine/model/checkpoint.ts";
import { bytesNeeded } from "../../models/catalogue.ts";
import { estimateFit } from "../../models/fit.ts";
import { formatBytes } from "../../models/formatBytes.ts";
import { describeModel, type InstalledModel } from "../../models/installed.ts";
import { measureMachine } from "../../models/machine.ts";
import { DTYPES } from "../../shared/protocol.ts";
import { commonOptions, existingModel, modelsFolder, parseWithWord, printColumns, printJson } from "./modelsOptions.ts";

export const modelsInfoHelp = `localghost models info MODEL    What is known of a model: where it came from, and how it would run here.`;

/** `models info` */
export async function modelsInfo(args: string[]): Promise<void> {
  const { values, word } = parseWithWord("info", args, commonOptions, "the name of a model");
  const { name, folder } = existingModel(modelsFolder(values), word);
  const config = readConfig(folder);
  const machine = await measureMachine();
  const model = describeModel(name, folder);
  const dtypes = DTYPES.map((dtype) => {
    const { disk, memory } = bytesNeeded(config, dtype);
    return { dtype, packedBytes: disk, memoryBytes: memory, ...estimateFit(config, dtype, machine) };
  });
  if (values.json) {
    printJson({ ...model, config, dtypes });
    return;
  }
  printColumns([
    ["name", model.name],
    ["folder", model.folder],
    ["from", describeSource(model)],
    ["licence", model.licence ?? "not stated"],
    ["parameters", `${((model.parameters ?? 0) / 1e6).toFixed(1)}M`],
    ["shape", `${config.layers} layers, ${config.heads} heads, width ${config.width}, context ${config.contextLength}`],
    ["last used", model.lastUsed?.slice(0, 10) ?? "not yet"],
    ["on disk", formatBytes(model.bytes)],
    [
      "packed",
      model.packed.map(({ dtype, bytes, state }) => `${dtype} ${formatBytes(bytes)} ${state}`).join(", ") || "no",
    ],
    ...dtypes.map(({ dtype, memoryBytes, fit, tokenMs }) => [
      dtype,
      `${fit}: about ${tokenMs.toFixed(1)} ms a token, ${formatBytes(memoryBytes)} of memory`,
    ]),
  ]);
}

function describeSource({ source, addedAt }: InstalledModel): string {
  if (!source) return "not recorded";
  const when = `added ${addedAt?.slice(0, 10) ?? ""}`;
  if (source.kind === "import") return `${source.from}, ${when}`;
  return `${source.endpoint}/${source.repository} at ${source.commit}, ${when}`;
}
