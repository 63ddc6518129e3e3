/** Log of the sum of the exponentials of logits, without overflow: `logprob[i] = logits[i] - logSumExp(logits)`. */
export function logSumExp(logits: Float32Array): number {
  const highest = logits[argmax(logits)] ?? 0;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
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
