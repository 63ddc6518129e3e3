import { LocalghostError } from "../../shared/errors.ts";
import { verifyModel } from "../../models/verify.ts";
import {
  commonOptions,
  existingModel,
  interruptible,
  modelsFolder,
  parseWithWord,
  printColumns,
  printJson,
} from "./modelsOptions.ts";
import { progressReport } from "./modelsProgress.ts";

export const modelsVerifyHelp = `localghost models verify MODEL  Read every byte of a model and compare it with the hashes that were recorded.`;

/** `models verify`: fails when a file is damaged or missing. */
export async function modelsVerify(args: string[]): Promise<void> {
  const { values, word } = parseWithWord("verify", args, commonOptions, "the name of a model");
  const { name, folder } = existingModel(modelsFolder(values), word);
  const report = progressReport(values.json);
  const results = await verifyModel(folder, interruptible(), ({ bytesDone, bytesTotal }) =>
    report.update({ activity: "verifying", bytesDone, bytesTotal }),
  ).finally(report.end);
  if (values.json) printJson(results);
  else printColumns(results.map(({ file, state }) => [file, state]));
  const bad = results.filter(({ state }) => state === "damaged" || state === "missing").map(({ file }) => file);
  if (bad.length === 0) return;
  throw new LocalghostError("modelInvalid", `${name} is damaged (${bad.join(", ")}): remove it and add it again.`);
}
