/**
 * What one user's takes and dismissals say of the gate: whether its probabilities are too high or too low for the code that
 * is written here. It is a single number, the intercept of a logistic calibration (Platt 1999) whose slope stays 1,
 * learned online and pulled back to 0, so that a few dozen verdicts move it and one does not.
 */
import type { Verdict } from "./backOff.ts";

export interface Experience {
  /** Added to the log-odds of every probability. */
  readonly shift: number;
  readonly taken: number;
  readonly dismissed: number;
}

export const NO_EXPERIENCE: Experience = { shift: 0, taken: 0, dismissed: 0 };

/** How far one verdict moves the shift at most. */
const RATE = 0.05;
/** How much of the shift is taken back at each verdict. */
const PULL = 0.005;
/** A probability of a half becomes 0.27 or 0.73 at most. */
const MOST = 1;

/** The probability as this user's experience has it. */
export function adjusted(probability: number, { shift }: Experience): number {
  if (shift === 0) return probability;
  const odds = (probability / (1 - probability)) * Math.exp(shift);
  return odds === Infinity ? 1 : odds / (1 + odds);
}

/** The experience after one verdict more. */
export function learn(experience: Experience, { probability, wasTaken }: Verdict): Experience {
  const { shift, taken, dismissed } = experience;
  const surprise = (wasTaken ? 1 : 0) - adjusted(probability, experience);
  const moved = shift * (1 - PULL) + RATE * surprise;
  return {
    shift: Math.max(-MOST, Math.min(MOST, moved)),
    taken: taken + (wasTaken ? 1 : 0),
    dismissed: dismissed + (wasTaken ? 0 : 1),
  };
}
