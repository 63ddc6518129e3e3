import { Engine } from "../../engine/engine.ts";
import { modelOptions, parseOptions } from "../arguments.ts";
import { resolveModel } from "../models.ts";
import { readStandardInput } from "../standardInput.ts";

export const tokenizeHelp = `localghost tokenize [options]   The tokens of the text on standard input.
  -m, --model M            as for complete
      --json               print {ids, pieces}`;

/** Prints ids and pieces, one token a line. */
export async function tokenize(args: string[]): Promise<void> {
  const values = parseOptions(args, { model: modelOptions.model, json: modelOptions.json });
  const text = await readStandardInput();
  const { ids, pieces } = new Engine().tokenize({ model: { folder: resolveModel(values.model) }, text });
  if (values.json) process.stdout.write(`${JSON.stringify({ ids, pieces })}\n`);
  else process.stdout.write(ids.map((id, i) => `${String(id).padStart(6)}  ${JSON.stringify(pieces[i])}\n`).join(""));
}
