import { Engine } from "../../engine/engine.ts";
import type { GenerateParams, GenerateResult, SamplingOptions } from "../../shared/protocol.ts";
import { checkSamplingOptions } from "../../engine/sampling/sampler.ts";
import { checkOptions, modelOptions, modelSpec, optionalCount, optionalNumber, parseOptions } from "../arguments.ts";
import { readStandardInput } from "../standardInput.ts";

export const completeHelp = `localghost complete [options]   Continue a prompt (--prompt, or standard input).
  -m, --model M            a name under models/, or a folder (localghost-nano)
  -p, --prompt T           the prompt
  -n, --max-tokens N       the most tokens to generate (64)
      --temperature X      0 takes the likeliest token (0)
      --top-k K            draw from the K likeliest tokens
      --top-p P            draw from the likeliest tokens that sum to P
      --min-p P            draw from tokens at least P times as likely as the likeliest
      --repetition-penalty X   above 1: avoid tokens seen before
      --seed S             the same seed gives the same text
      --stop S             end before this text; may be given several times
      --alternatives N     generate N texts; without --json, one after the other, likeliest first
      --no-drafts          compute one token a run; the text is the same
      --dtype D            int8, int4, fp16 or fp32 (int8)
      --device D           auto, cpu, webgpu or cuda (auto)
      --threads N          threads of one run
      --logprobs N         with --json: the N likeliest tokens of each position
      --json               print {text, tokens, promptTokens, reusedTokens, alternatives, device, dtype, timings, …}`;

const options = {
  ...modelOptions,
  prompt: { type: "string", short: "p" },
  "max-tokens": { type: "string", short: "n" },
  temperature: { type: "string" },
  "top-k": { type: "string" },
  "top-p": { type: "string" },
  "min-p": { type: "string" },
  "repetition-penalty": { type: "string" },
  seed: { type: "string" },
  stop: { type: "string", multiple: true },
  logprobs: { type: "string" },
  alternatives: { type: "string" },
  "no-drafts": { type: "boolean", default: false },
} as const;

/** Prints the text as it is generated, or a JSON object at the end. */
export async function complete(args: string[]): Promise<void> {
  const values = parseOptions(args, options);
  const model = modelSpec(values);
  const sampling: SamplingOptions = withoutUndefined({
    temperature: optionalNumber("--temperature", values.temperature),
    topK: optionalNumber("--top-k", values["top-k"]),
    topP: optionalNumber("--top-p", values["top-p"]),
    minP: optionalNumber("--min-p", values["min-p"]),
    repetitionPenalty: optionalNumber("--repetition-penalty", values["repetition-penalty"]),
    seed: optionalNumber("--seed", values.seed),
  });
  checkOptions(sampling, checkSamplingOptions);
  const maxTokens = optionalCount("--max-tokens", values["max-tokens"], 1) ?? 64;
  const logprobs = optionalCount("--logprobs", values.logprobs, 0) ?? 0;
  const alternatives = optionalCount("--alternatives", values.alternatives, 1) ?? 1;
  const engine = new Engine({ threads: optionalCount("--threads", values.threads, 0) });
  const params: GenerateParams = {
    model,
    prompt: values.prompt ?? (await readStandardInput()),
    maxTokens,
    sampling,
    stop: values.stop ?? [],
    logprobs,
    alternatives,
    drafts: !values["no-drafts"],
    priority: "action",
  };

  if (alternatives > 1) {
    printAlternatives(await engine.generate(params, new AbortController().signal), values.json);
    return;
  }
  let streamed = 0;
  const result = await engine.generate(params, new AbortController().signal, ({ text }) => {
    streamed += text.length;
    if (!values.json) process.stdout.write(text);
  });
  // At the end the text may gain what was held back for a stop string that never came.
  process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : `${result.text.slice(streamed)}\n`);
}

/** The texts, each under its number and how likely its tokens are on average. */
function printAlternatives(result: GenerateResult, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  for (const [i, { text, logprob }] of (result.alternatives ?? []).entries()) {
    process.stdout.write(`--- ${i + 1} (${Math.exp(logprob).toFixed(3)} a token)\n${text}\n`);
  }
}

/** Drops keys without a value, so that the engine's own defaults hold. */
function withoutUndefined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
