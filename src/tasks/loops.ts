/** A phrase that stands at the end three times, or a short one four times: a small model does not find out of that. */
const LOOP = /(?:(.{8,80}?)\1\1|(.{4,7}?)\2\2\2)$/su;
/** As far back as a loop can begin. */
const LONGEST = 256;

/** Whether a text ends in a phrase again and again. Rows of digits and rules are no phrases. */
export function endsInLoop(text: string): boolean {
  const loop = LOOP.exec(text.slice(-LONGEST));
  return loop !== null && /\p{L}{2}/u.test(loop[0]);
}
