import { formatBytes } from "../../models/formatBytes.ts";
import { describeModel } from "../../models/installed.ts";
import { packModel } from "../../models/packModel.ts";
import { DTYPES } from "../../shared/protocol.ts";
import { oneOf } from "../arguments.ts";
import {
  commonOptions,
  existingModel,
  interruptible,
  modelsFolder,
  parseWithWord,
  printJson,
} from "./modelsOptions.ts";
import { progressReport } from "./modelsProgress.ts";

export const modelsPackHelp = `localghost models pack MODEL    Pack a model ahead of its first use.
      --dtype D            int8, int4, fp16 or fp32 (int8)`;

/** `models pack` */
export async function modelsPack(args: string[]): Promise<void> {
  const options = { ...commonOptions, dtype: { type: "string", default: "int8" } } as const;
  const { values, word } = parseWithWord("pack", args, options, "the name of a model");
  const dtype = oneOf("--dtype", values.dtype, DTYPES);
  const model = existingModel(modelsFolder(values), word);
  const report = progressReport(values.json);
  const signal = interruptible();
  const isNew = await packModel(model, dtype, { signal, onProgress: report.update }).finally(report.end);
  const packed = describeModel(model.name, model.folder).packed.find((one) => one.dtype === dtype);
  if (values.json) printJson({ name: model.name, ...packed, isNew });
  else {
    const size = formatBytes(packed?.bytes ?? 0);
    process.stdout.write(`${model.name} is ${isNew ? "packed" : "already packed"} to ${dtype}: ${size}\n`);
  }
}
