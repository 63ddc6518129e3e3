import { readConfig } from "../../engine/model/checkpoint.ts";
import { countParameters } from "../../engine/model/gpt2Config.ts";
import * as path from "node:path";
import { modelOptions, parseOptions, UsageError } from "../arguments.ts";
import { embeddedModels, embeddedModelsFolder } from "../models.ts";

export const modelsHelp = `localghost models list          The models that come with Localghost.
      --json               print an array of {name, folder, parameters, contextLength}`;

/** `models list` */
export function listModels(args: string[]): void {
  const [subcommand, ...rest] = args;
  if (subcommand !== "list") throw new UsageError('"models" needs a subcommand: list');
  const { json } = parseOptions(rest, { json: modelOptions.json });
  const models = embeddedModels().map((name) => {
    const folder = path.join(embeddedModelsFolder(), name);
    const config = readConfig(folder);
    return { name, folder, parameters: countParameters(config), contextLength: config.contextLength };
  });
  if (json) {
    process.stdout.write(`${JSON.stringify(models, null, 2)}\n`);
    return;
  }
  for (const { name, parameters, contextLength } of models) {
    process.stdout.write(`${name}  ${(parameters / 1e6).toFixed(1)}M parameters, context ${contextLength}\n`);
  }
}
