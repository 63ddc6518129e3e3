import { formatBytes } from "../../models/formatBytes.ts";
import { moveModels } from "../../models/moveModelsFolder.ts";
import { commonOptions, interruptible, modelsFolder, namedFolder, parseWithWord, printJson } from "./modelsOptions.ts";
import { progressReport } from "./modelsProgress.ts";

export const modelsMoveHelp = `localghost models move FOLDER   Move all models to another folder. A note in the old one leads there.`;

/** `models move`: all or nothing; what stops it before the end leaves the models where they were. */
export async function modelsMove(args: string[]): Promise<void> {
  const { values, word } = parseWithWord("move", args, commonOptions, "a folder");
  const from = modelsFolder(values);
  const usual = namedFolder(values);
  const report = progressReport(values.json);
  const signal = interruptible();
  const { models, names, bytes } = await moveModels(from, word, {
    usual,
    signal,
    onProgress: report.update,
  }).finally(report.end);
  if (values.json) printJson({ from: from.path, to: models.path, names, bytes });
  else {
    const count = names.length === 1 ? "1 model" : `${names.length} models`;
    // Who comes back to where everyone looks needs no note.
    const note = models.path === usual ? "" : `; a note in ${usual} leads there`;
    process.stdout.write(`${count}, ${formatBytes(bytes)}, moved to ${models.path}${note}\n`);
  }
}
