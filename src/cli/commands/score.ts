import { Engine } from "../../engine/engine.ts";
import { modelOptions, modelSpec, optionalCount, parseOptions } from "../arguments.ts";
import { readStandardInput } from "../standardInput.ts";

export const scoreHelp = `localghost score [options]      How likely the model finds the text on standard input.
  -m, --model M, --dtype D, --device D, --threads N   as for complete
      --logprobs N         with --json: the N likeliest tokens of each position
      --json               print {tokens, totalNats, perplexity, bitsPerByte, …}`;

const options = { ...modelOptions, logprobs: { type: "string" } } as const;

/** Prints each token with its probability, and the totals. */
export async function scoreText(args: string[]): Promise<void> {
  const values = parseOptions(args, options);
  const model = modelSpec(values);
  const logprobs = optionalCount("--logprobs", values.logprobs, 0) ?? 0;
  const engine = new Engine({ threads: optionalCount("--threads", values.threads, 0) });
  const result = await engine.score(
    { model, text: await readStandardInput(), logprobs, priority: "action" },
    new AbortController().signal,
  );
  if (values.json) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  for (const { text, logprob } of result.tokens) {
    const percent = logprob === undefined ? "" : `${(100 * Math.exp(logprob)).toFixed(2)}%`;
    process.stdout.write(`${percent.padStart(8)}  ${JSON.stringify(text)}\n`);
  }
  const { totalNats, perplexity, bitsPerByte } = result;
  process.stdout.write(
    `${totalNats.toFixed(4)} nats, perplexity ${perplexity.toFixed(3)}, ${bitsPerByte.toFixed(4)} bits per byte\n`,
  );
}
