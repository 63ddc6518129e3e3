import type { Random } from "../../src/engine/sampling/random.ts";

/**
 * Milliseconds between keystrokes: log-normal, as they were recorded of 168,000 people, with their mean of 239 ms
 * (Dhakal et al. 2018, "Observations on Typing from 136 Million Keystrokes"); longer where a word and where a line ends,
 * since people think there.
 */
const MEAN_IN_WORD = 190;
const MEAN_AFTER_WORD = 300;
const MEAN_AFTER_LINE = 700;
const SIGMA = 0.5;

/** How long a person waits after a character before the next. */
export function intervalAfter(character: string, random: Random): number {
  const mean = character === "\n" ? MEAN_AFTER_LINE : /\w/.test(character) ? MEAN_IN_WORD : MEAN_AFTER_WORD;
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return mean * Math.exp(SIGMA * normal - SIGMA ** 2 / 2);
}
