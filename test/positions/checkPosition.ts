import { Completer, type GenerateText } from "../../src/extension/completion/completer.ts";
import { LEAST_PROBABILITY } from "../../src/extension/completion/sensitivity.ts";
import { neverAborted } from "../helpers/fixtures.ts";
import type { EditPosition } from "./editPositions.ts";
import { violations, type Violation } from "./rules.ts";

/** How much the gate lets through: all, and what each setting does. */
const LEVELS = [0, LEAST_PROBABILITY.eager, LEAST_PROBABILITY.balanced, LEAST_PROBABILITY.quiet];
const SETTINGS = { debounceMs: 0, maxTokens: 32, maxLines: 8 };

export interface Checked {
  readonly offers: number;
  readonly violations: readonly Violation[];
}

/**
 * What is offered at a position with the gate off and at each of its settings, to who types, to who asks, and after the
 * first letters of an offer were typed.
 */
export async function checkPosition(position: EditPosition, generate: GenerateText): Promise<Checked> {
  let leastProbability = 0;
  const completer = new Completer(generate, () => ({ ...SETTINGS, leastProbability }));
  const found: Violation[] = [];
  let count = 0;
  const check = async (at: EditPosition, trigger: "typing" | "request"): Promise<string | undefined> => {
    const offers = await completer.complete(at.place, trigger, neverAborted());
    count += offers.length;
    found.push(...offers.flatMap((offer) => violations(offer, at)));
    return offers[0]?.text;
  };
  let longest: string | undefined;
  for (leastProbability of LEVELS) {
    const text = await check(position, "typing");
    longest ??= text;
  }
  leastProbability = 0;
  const [letter] = longest ?? "";
  if (letter !== undefined) await check(typed(position, letter), "typing");
  await check(position, "request");
  return { offers: count, violations: found };
}

function typed({ place, before, after }: EditPosition, letter: string): EditPosition {
  return { place: { ...place, before: place.before + letter }, before: before + letter, after };
}
