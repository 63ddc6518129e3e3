/** The rules of ghost text that can be left out one by one, to measure what each is worth: `npm run replay -- --rules`. */
export const RULES = [
  /** The word at the cursor is taken back from the prompt and spelled again. */
  "healing",
  /** At an empty line and behind an opener several lines are offered. */
  "blocks",
  /** What was written before is known as long as the user types just that. */
  "typeThrough",
  /** A text ends before what stands after the cursor already. */
  "repeats",
  /** Several dismissals in a row make the gate stricter. */
  "backOff",
] as const;
export type Rule = (typeof RULES)[number];
