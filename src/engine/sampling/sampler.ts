import * as l10n from "@vscode/l10n";
import type { SamplingOptions } from "../../shared/protocol.ts";
import { LocalghostError } from "../../shared/errors.ts";
import { argmax, topIds } from "./logprobs.ts";
import type { Random } from "./random.ts";

/** Tokens that may come next, likeliest first, and their probabilities, which sum to 1. */
export interface Distribution {
  ids: readonly number[];
  probabilities: readonly number[];
}

/** True when no chance is involved: the likeliest token is taken. */
export function isGreedy(options: SamplingOptions): boolean {
  return (options.temperature ?? 0) === 0;
}

/**
 * Draws the next token from logits `[vocabulary]`.
 * @param previous the tokens before, for the repetition penalty
 */
export function sampleToken(
  logits: Float32Array,
  options: SamplingOptions,
  previous: readonly number[],
  random: Random,
): number {
  if (isGreedy(options)) return argmax(penalized(logits, options, previous));
  const { ids, probabilities } = nextTokenDistribution(logits, options, previous);
  let rest = random();
  for (const [i, probability] of probabilities.entries()) {
    rest -= probability;
    if (rest < 0) return ids[i] ?? 0;
  }
  // Rounding may leave a sliver past the last one.
  return ids[ids.length - 1] ?? 0;
}

/**
 * What a token is drawn from after all filters, in the order of Hugging Face transformers: repetition penalty,
 * temperature, top-k, top-p, min-p. Ties at the border of top-k all stay.
 */
export function nextTokenDistribution(
  logits: Float32Array,
  options: SamplingOptions,
  previous: readonly number[],
): Distribution {
  const { temperature = 1, topK = 0, topP = 1, minP = 0 } = options;
  const scores = penalized(logits, options, previous).map((logit) => logit / temperature);
  const highest = scores[argmax(scores)] ?? 0;
  const weight = (id: number): number => Math.exp((scores[id] ?? 0) - highest);

  let ids = candidates(scores, topK, topP, highest);
  ids.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  if (topP < 1) {
    const all = topK > 0 ? ids.reduce((sum, id) => sum + weight(id), 0) : sumOfWeights(scores, highest);
    ids = nucleus(ids, weight, topP * all);
  }
  if (minP > 0) ids = ids.filter((id) => weight(id) >= minP);

  const total = ids.reduce((sum, id) => sum + weight(id), 0);
  return { ids, probabilities: ids.map((id) => weight(id) / total) };
}

/** The ids that top-k leaves, and of them those that can matter: sorting a whole vocabulary at each token is slow. */
function candidates(scores: Float32Array, topK: number, topP: number, highest: number): number[] {
  let threshold: number;
  if (topK > 0) {
    threshold = scores[topIds(scores, topK).at(-1) ?? 0] ?? -Infinity;
  } else {
    // All tokens together that are less likely than (1 - p) / V make less than 1 - p, so none is in the nucleus. Without
    // top-p this drops what a double rounds to nothing.
    const negligible = topP < 1 ? (1 - topP) / scores.length : 1e-20;
    threshold = highest + Math.log(negligible);
  }
  const ids: number[] = [];
  for (let id = 0; id < scores.length; id++) if ((scores[id] ?? 0) >= threshold) ids.push(id);
  return ids;
}

function sumOfWeights(scores: Float32Array, highest: number): number {
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - highest);
  return sum;
}

/** The shortest beginning of `ids` (likeliest first) whose weight reaches the target; never empty. */
function nucleus(ids: readonly number[], weight: (id: number) => number, target: number): number[] {
  let sum = 0;
  let count = 0;
  while (count < ids.length && (count === 0 || sum < target)) sum += weight(ids[count++] ?? 0);
  return ids.slice(0, count);
}

/** A copy of the logits with the repetition penalty of CTRL (Keskar et al. 2019), or the logits themselves. */
export function penalized(logits: Float32Array, options: SamplingOptions, previous: readonly number[]): Float32Array {
  const penalty = options.repetitionPenalty ?? 1;
  if (penalty === 1) return logits;
  const scores = Float32Array.from(logits);
  for (const id of new Set(previous)) {
    const score = scores[id] ?? 0;
    scores[id] = score < 0 ? score * penalty : score / penalty;
  }
  return scores;
}

/** @throws LocalghostError `invalidRequest` with the first option that is out of its range */
export function checkSamplingOptions(options: SamplingOptions): void {
  const check = (name: keyof SamplingOptions, ok: (value: number) => boolean, range: string): void => {
    const value = options[name];
    if (value === undefined || (Number.isFinite(value) && ok(value))) return;
    throw new LocalghostError("invalidRequest", l10n.t("{0} must be {1}, not {2}.", name, range, value));
  };
  check("temperature", (value) => value >= 0, l10n.t("0 or more"));
  check("topK", (value) => Number.isInteger(value) && value >= 0, l10n.t("a whole number, 0 or more"));
  check("topP", (value) => value > 0 && value <= 1, l10n.t("above 0 and at most 1"));
  check("minP", (value) => value >= 0 && value <= 1, l10n.t("between 0 and 1"));
  check("repetitionPenalty", (value) => value > 0, l10n.t("above 0"));
  check("seed", (value) => Number.isInteger(value), l10n.t("a whole number"));
}
