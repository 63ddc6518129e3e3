/** Steps of {@link POWERS} in one unit of the exponent. */
const STEPS = 16;
/** Below this, what the whole of a large vocabulary adds to a sum is lost in float32. */
const LEAST_EXPONENT = -40;
/** exp(-n / STEPS) */
const POWERS = Float64Array.from({ length: -LEAST_EXPONENT * STEPS + 1 }, (_, n) => Math.exp(-n / STEPS));

/**
 * Log of the sum of the exponentials of logits, without overflow: `logprob[i] = logits[i] - logSumExp(logits)`.
 *
 * It runs over the whole vocabulary for every token, where `Math.exp` took a tenth of GPT-2 small's time. A table and
 * the first terms of the series are several times as fast, and exact to 1e-9.
 * @param likeliest the index of the largest logit, where it is known
 */
export function logSumExp(logits: Float32Array, likeliest = argmax(logits)): number {
  const highest = logits[likeliest] ?? 0;
  let sum = 0;
  for (const logit of logits) {
    const x = logit - highest;
    if (!(x > LEAST_EXPONENT)) continue;
    const n = (-x * STEPS) | 0;
    const rest = x + n / STEPS;
    sum += (POWERS[n] ?? 0) * (1 + rest * (1 + rest * (1 / 2 + rest * (1 / 6 + rest * (1 / 24 + rest / 120)))));
  }
  return highest + Math.log(sum);
}

/** The index of the largest logit; the first of equals. */
export function argmax(logits: Float32Array): number {
  let best = 0;
  let highest = -Infinity;
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i] ?? 0;
    if (logit > highest) {
      highest = logit;
      best = i;
    }
  }
  return best;
}

/** The ids of the n largest logits, largest first. O(V + n * V') where V' is how often a larger one turns up. */
export function topIds(logits: Float32Array, n: number): number[] {
  const best: number[] = [];
  const limit = Math.min(n, logits.length);
  if (limit <= 0) return best;
  let threshold = -Infinity;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id] ?? 0;
    if (best.length === limit && logit <= threshold) continue;
    if (best.length === limit) best.pop();
    let position = best.length;
    while (position > 0 && (logits[best[position - 1] ?? 0] ?? 0) < logit) position--;
    best.splice(position, 0, id);
    threshold = logits[best[best.length - 1] ?? 0] ?? -Infinity;
  }
  return best;
}

/** How many tokens have a logit at least as large as that of one, itself included. O(V) */
export function rankOf(id: number, logits: Float32Array): number {
  const own = logits[id] ?? -Infinity;
  let rank = 0;
  for (const logit of logits) if (logit >= own) rank++;
  return rank;
}
