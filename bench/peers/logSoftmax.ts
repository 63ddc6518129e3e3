/** Natural logarithms of the probabilities that logits stand for. */
export function logSoftmax(logits: Float32Array): Float32Array {
  let most = -Infinity;
  for (const logit of logits) most = Math.max(most, logit);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - most);
  const total = most + Math.log(sum);
  return logits.map((logit) => logit - total);
}
