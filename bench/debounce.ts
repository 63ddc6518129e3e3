/**
 * `npm run bench:debounce`: what the adaptive debounce saves, against the fixed one. A typist with the recorded rhythm of
 * bench/replay/typist.ts types code, and stops to think; models of several speeds answer, if the next key is not faster.
 * Time is modelled, so that two runs show the same; no model runs.
 */
import { AdaptiveDebounce } from "../src/extension/completion/debounce.ts";
import { type Random, seededRandom } from "../src/engine/sampling/random.ts";
import { readReplayFiles } from "./replay/replayFile.ts";
import { intervalAfter } from "./replay/typist.ts";
import { quantile } from "./statistics.ts";

const LEAST_MS = 75;
const LATENCIES_MS = [40, 120, 250, 500, 1_000];
/** At one key in so many the typist stops to think, for so long on average. */
const KEYS_BETWEEN_THOUGHTS = 15;
const THOUGHT_MS = 3_000;
const KEYS = 50_000;

const text = readReplayFiles()
  .map((file) => file.text)
  .join("\n")
  .slice(0, KEYS);

interface Outcome {
  readonly requests: number;
  readonly answers: number;
  /** From a key to the text after it, in milliseconds. */
  readonly waits: readonly number[];
}

function type(latency: number, wait: (debounce: AdaptiveDebounce) => number): Outcome {
  const random = seededRandom(1);
  const debounce = new AdaptiveDebounce();
  const waits: number[] = [];
  let [now, requests] = [0, 0];
  for (const character of text) {
    debounce.typed(now);
    const left = nextKey(character, random);
    const taken = latency * (0.7 + 0.6 * random());
    const waited = wait(debounce);
    if (left > waited) {
      requests++;
      if (left > waited + taken) {
        waits.push(waited + taken);
        debounce.answered(taken);
      } else debounce.overtaken(left - waited);
    }
    now += left;
  }
  return { requests, answers: waits.length, waits };
}

function nextKey(character: string, random: Random): number {
  const thinks = random() < 1 / KEYS_BETWEEN_THOUGHTS;
  return intervalAfter(character, random) + (thinks ? -THOUGHT_MS * Math.log(1 - random()) : 0);
}

const rows = LATENCIES_MS.map((latency) => {
  const [fixed, adaptive] = [type(latency, () => LEAST_MS), type(latency, (debounce) => debounce.wait(LEAST_MS))];
  const cells = [fixed, adaptive].map(({ requests, answers, waits }) => [
    (requests / text.length).toFixed(2),
    `${((100 * (requests - answers)) / requests).toFixed(0)} %`,
    (answers / text.length).toFixed(3),
    quantile(waits, 0.5).toFixed(0),
  ]);
  const beside = (index: number): string => cells.map((cell) => cell[index]).join(" / ");
  return [String(latency), beside(0), beside(1), beside(2), beside(3)];
});
const head = [
  "model, ms a text",
  "requests per key",
  "of these in vain",
  "texts in time per key",
  "key to text, median, ms",
];
for (const cells of [head, head.map(() => "---"), ...rows]) process.stdout.write(`| ${cells.join(" | ")} |\n`);
