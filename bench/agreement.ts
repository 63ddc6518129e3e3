/** Whether the engines compute the same model: without that, comparing their speed says nothing. */
import { seededRandom } from "../src/engine/sampling/random.ts";
import { type EngineSpec, specName } from "./engines/benchEngine.ts";
import { EngineProcess } from "./engines/engineProcess.ts";
import { randomPrompt } from "./figures.ts";

export interface Agreement {
  name: string;
  /** Of log-probabilities of the whole vocabulary, against the reference. */
  largestDifference: number;
  /** Root of the mean square of the differences, over the standard deviation of the reference. */
  relativeError: number;
  /** Tokens that both continue the prompt with before they part. */
  sameTokens: number;
  tokens: number;
}

/** Shared by all engines that compute in float32. */
const REFERENCE = "Localghost fp32";
const PROMPT_TOKENS = 60;
const GREEDY_TOKENS = 24;

/**
 * What the relative error may be. Engines in float32 differ by the order of their sums, and llama.cpp by a cache in
 * float16; blocks of 8 bits keep two digits, of 4 bits hardly one.
 */
const LIMITS: readonly [pattern: RegExp, limit: number][] = [
  [/fp32|F32/, 0.01],
  [/int8|q8|Q8/, 0.25],
  [/int4|Q4/, 0.9],
];

interface Answer {
  logprobs: Float32Array;
  ids: number[];
}

/**
 * Compares every engine with ours in float32: distributions after a prompt, and after the greedy continuation by the
 * reference, which goes through the cache.
 * @throws Error when one computes something else
 */
export async function checkAgreement(specs: readonly EngineSpec[], reference: EngineSpec): Promise<Agreement[]> {
  const prompt = randomPrompt(PROMPT_TOKENS, seededRandom(7));
  const expected = await answer(reference, prompt);
  const agreements: Agreement[] = [];
  for (const spec of specs) {
    const agreement = compare(specName(spec), await answer(spec, prompt), expected);
    agreements.push(agreement);
    const limit = LIMITS.find(([pattern]) => pattern.test(spec.dtype))?.[1] ?? 0;
    if (!(agreement.relativeError <= limit)) {
      throw new Error(
        `${agreement.name} computes another model than ${REFERENCE}: its log-probabilities differ by ${agreement.relativeError.toFixed(4)} of their spread, where ${limit} is allowed. The comparison would be void.`,
      );
    }
  }
  return agreements;
}

async function answer(spec: EngineSpec, prompt: readonly number[]): Promise<Answer> {
  const engine = await EngineProcess.start(spec);
  try {
    const { ids } = await engine.generate(prompt, GREEDY_TOKENS);
    return { ids, logprobs: await engine.logprobs(prompt) };
  } finally {
    await engine.stop();
  }
}

function compare(name: string, { logprobs, ids }: Answer, expected: Answer): Agreement {
  const size = expected.logprobs.length;
  if (logprobs.length !== size) throw new Error(`${name} has ${logprobs.length} tokens and not ${size}.`);
  const mean = expected.logprobs.reduce((sum, value) => sum + value, 0) / size;
  let largestDifference = 0;
  let squares = 0;
  let variance = 0;
  for (const [i, value] of expected.logprobs.entries()) {
    const difference = Math.abs((logprobs[i] ?? NaN) - value);
    largestDifference = Math.max(largestDifference, difference);
    squares += difference ** 2;
    variance += (value - mean) ** 2;
  }
  const parting = ids.findIndex((id, i) => id !== expected.ids[i]);
  return {
    name,
    largestDifference,
    relativeError: Math.sqrt(squares / variance),
    sameTokens: parting === -1 ? ids.length : parting,
    tokens: expected.ids.length,
  };
}
