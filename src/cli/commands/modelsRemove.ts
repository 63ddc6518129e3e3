import { cleanUp } from "../../models/cleanUp.ts";
import { unfinishedDownloads } from "../../models/download/unfinished.ts";
import { formatBytes } from "../../models/formatBytes.ts";
import { findInstalled } from "../../models/installed.ts";
import { removeModel } from "../../models/remove.ts";
import type { ModelsFolder } from "../../models/modelsFolder.ts";
import { commonOptions, modelsFolder, parseWithWord, printJson } from "./modelsOptions.ts";

export const modelsRemoveHelp = `localghost models remove MODEL  Delete a model, or what has arrived of a download, and tell what that freed.`;

/** `models remove` */
export async function modelsRemove(args: string[]): Promise<void> {
  const { values, word } = parseWithWord("remove", args, commonOptions, "the name of a model");
  const models = modelsFolder(values);
  cleanUp(models);
  const name = nameToRemove(models, word);
  const bytesFreed = await removeModel(models, name);
  if (values.json) printJson({ name, bytesFreed });
  else process.stdout.write(`${name} is removed: ${formatBytes(bytesFreed)} freed\n`);
}

function nameToRemove(models: ModelsFolder, word: string): string {
  const unfinished = unfinishedDownloads(models).map(({ name }) => name);
  return unfinished.find((name) => name === word) ?? findInstalled(models, word);
}
