/** Fits how matches are weighed and how much the memory counts: stochastic gradient ascent on the log-likelihood. */
import { seededRandom } from "../../src/engine/sampling/random.ts";
import { LENGTHS, NEARNESS } from "../../src/engine/memory/evidence.ts";
import { MIXING_FEATURES, type MemoryWeights } from "../../src/engine/memory/mixingWeight.ts";
import type { Sample } from "./samples.ts";

const EPOCHS = 12;
const BATCH = 512;
const RATE = 0.03;
const DIGITS = 3;
const LEAST_DOUBT = 0.01;
const LEAST_LOGPROB = -12;
const CLASSES = LENGTHS.length;
const NEAR = NEARNESS.length;
const FEATURES = MIXING_FEATURES.length;
/** Log-weights by length; by nearness; scores by length of the longest match; by feature. */
const OFFSETS = { length: 0, near: CLASSES, longest: CLASSES + NEAR, features: 2 * CLASSES + NEAR };
const PARAMETERS = 2 * CLASSES + NEAR + FEATURES;

/** Parameters as one row, in the order of {@link OFFSETS}. */
export function toRow({ length, near, mixing }: MemoryWeights): Float64Array {
  return Float64Array.from([
    ...length,
    ...NEARNESS.map((name) => near[name]),
    ...mixing.longest,
    ...MIXING_FEATURES.map((name) => mixing.features[name]),
  ]);
}

export function toWeights(row: ArrayLike<number>): MemoryWeights {
  const part = (offset: number, count: number) =>
    Array.from({ length: count }, (_, i) => Number((row[offset + i] ?? 0).toFixed(DIGITS)));
  const named = (names: readonly string[], offset: number) =>
    Object.fromEntries(names.map((name, i) => [name, part(offset + i, 1)[0] ?? 0]));
  return {
    length: part(OFFSETS.length, CLASSES),
    near: named(NEARNESS, OFFSETS.near) as MemoryWeights["near"],
    mixing: {
      longest: part(OFFSETS.longest, CLASSES),
      features: named(MIXING_FEATURES, OFFSETS.features) as MemoryWeights["mixing"]["features"],
    },
  };
}

/** A beginning: each doubling of a match's length doubles its weight twice, and a long one is believed. */
const START = Float64Array.from([
  ...LENGTHS.map((length) => 2 * Math.log(length / 2)),
  ...NEARNESS.map(() => 0.5),
  ...LENGTHS.map((length) => Math.log(length / 8)),
  ...MIXING_FEATURES.map(() => 0),
]);

/** What a mixture makes of one token; the gradient of its log-probability is added where one is given. */
export function mixedLogprob(
  sample: Sample,
  row: Float64Array,
  gradient?: Float64Array,
): { mixed: number; memory: number; weight: number } {
  const { lengths, near, next, logprobs, right } = sample;
  if (lengths.length === 0) return { mixed: sample.logprob, memory: -Infinity, weight: 0 };
  const byToken = new Float64Array(logprobs.length);
  const weights = new Float64Array(lengths.length);
  const longest = lengths.reduce((a, b) => Math.max(a, b));
  let mass = 0;
  let count = 0;
  let nearLongest = 0;
  for (let i = 0; i < lengths.length; i++) {
    const length = lengths[i] ?? 0;
    const set = near[i] ?? 0;
    let log = row[OFFSETS.length + length] ?? 0;
    for (let bit = 0; bit < NEAR; bit++) if (set & (1 << bit)) log += row[OFFSETS.near + bit] ?? 0;
    const weight = Math.exp(log);
    weights[i] = weight;
    mass += weight;
    byToken[next[i] ?? 0] = (byToken[next[i] ?? 0] ?? 0) + weight;
    if (length !== longest) continue;
    count++;
    nearLongest |= set;
  }
  let top = 0;
  for (let t = 0; t < byToken.length; t++) if ((byToken[t] ?? 0) > (byToken[top] ?? 0)) top = t;
  const agreement = (byToken[top] ?? 0) / mass;
  const features = [
    Math.log(count),
    Math.log(mass),
    agreement,
    Math.log(1 - agreement + LEAST_DOUBT),
    Math.max(LEAST_LOGPROB, sample.top),
    Math.max(LEAST_LOGPROB, logprobs[top] ?? -Infinity),
    ...NEARNESS.map((_, bit) => (nearLongest & (1 << bit) ? 1 : 0)),
  ];
  let score = row[OFFSETS.longest + longest] ?? 0;
  for (let f = 0; f < FEATURES; f++) score += (row[OFFSETS.features + f] ?? 0) * (features[f] ?? 0);
  const share = 1 / (1 + Math.exp(-score));
  const memory = right === -1 ? 0 : (byToken[right] ?? 0) / mass;
  const model = Math.exp(sample.logprob);
  const mixed = Math.max(1e-300, (1 - share) * model + share * memory);
  if (gradient) {
    const byScore = ((memory - model) / mixed) * share * (1 - share);
    gradient[OFFSETS.longest + longest] = (gradient[OFFSETS.longest + longest] ?? 0) + byScore;
    for (let f = 0; f < FEATURES; f++) {
      gradient[OFFSETS.features + f] = (gradient[OFFSETS.features + f] ?? 0) + byScore * (features[f] ?? 0);
    }
    for (let i = 0; i < lengths.length; i++) {
      // The mass is a feature as well; what agreement changes is left out, and is small.
      const own = (weights[i] ?? 0) / mass;
      const isRight = (next[i] ?? 0) === right ? 1 : 0;
      const byWeight = (share / mixed) * own * (isRight - memory) + byScore * (row[OFFSETS.features + 1] ?? 0) * own;
      const length = OFFSETS.length + (lengths[i] ?? 0);
      gradient[length] = (gradient[length] ?? 0) + byWeight;
      for (let bit = 0; bit < NEAR; bit++) {
        if ((near[i] ?? 0) & (1 << bit)) gradient[OFFSETS.near + bit] = (gradient[OFFSETS.near + bit] ?? 0) + byWeight;
      }
    }
  }
  return { mixed: Math.log(mixed), memory: Math.log(memory), weight: share };
}

/** Adam (Kingma and Ba 2015) over shuffled batches; the rate falls to nothing. */
export function fitMixture(samples: readonly Sample[], seed: number): MemoryWeights {
  const random = seededRandom(seed);
  const row = Float64Array.from(START);
  const mean = new Float64Array(PARAMETERS);
  const square = new Float64Array(PARAMETERS);
  const order = samples.map((_, i) => i);
  const steps = EPOCHS * Math.ceil(samples.length / BATCH);
  let step = 0;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(order, random);
    for (let start = 0; start < order.length; start += BATCH) {
      const gradient = new Float64Array(PARAMETERS);
      const batch = order.slice(start, start + BATCH);
      for (const i of batch) {
        const sample = samples[i];
        if (sample) mixedLogprob(sample, row, gradient);
      }
      step++;
      const rate = RATE * (1 - (step - 1) / steps);
      for (let p = 0; p < PARAMETERS; p++) {
        const g = (gradient[p] ?? 0) / batch.length;
        mean[p] = 0.9 * (mean[p] ?? 0) + 0.1 * g;
        square[p] = 0.999 * (square[p] ?? 0) + 0.001 * g * g;
        const corrected = (mean[p] ?? 0) / (1 - 0.9 ** step);
        row[p] = (row[p] ?? 0) + (rate * corrected) / (Math.sqrt((square[p] ?? 0) / (1 - 0.999 ** step)) + 1e-8);
      }
    }
  }
  return toWeights(row);
}

function shuffle(order: number[], random: () => number): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
}
