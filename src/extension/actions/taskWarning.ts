import { readFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import { parseAbilities } from "./abilities.ts";

/**
 * What the model's card says about a task that it does not do well.
 * @param modelFolder undefined of a model that is not on this machine: there is no card
 */
export async function readWarning(
  modelFolder: string | undefined,
  task: string,
  model: string,
): Promise<string | undefined> {
  if (modelFolder === undefined) return undefined;
  const json = await readFile(path.join(modelFolder, "tasks.json"), "utf8").catch(() => "{}");
  const entry = parseAbilities(json).get(task);
  if (!entry) return undefined;
  const { ability } = entry;
  // Those of embedded models are in the bundles; any other is as its author wrote it.
  const note = entry.note === undefined ? undefined : vscode.l10n.t(entry.note);
  switch (ability) {
    case "none":
      return note === undefined ? vscode.l10n.t("{0} cannot do this task.", model) : `${model}: ${note}`;
    case "weak":
      return note === undefined ? vscode.l10n.t("{0} is weak at this task.", model) : `${model}: ${note}`;
    case "fair":
    case "good":
      return undefined;
  }
}
