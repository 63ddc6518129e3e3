/** A text that may be offered, with what the model thought of each piece of it. */
export interface Candidate {
  readonly text: string;
  /** In order; the last one ends at or after the end of the text. */
  readonly steps: readonly Step[];
}

/** A token, by where it ends in the candidate's text. */
export interface Step {
  readonly end: number;
  /** Natural logarithm of its probability after all before it. */
  readonly logprob: number;
  /** How much the memory of the workspace counted beside the model here, from 0 to 1; absent: it had nothing to say. */
  readonly memoryShare?: number;
}

export interface WrittenToken {
  readonly text: string;
  readonly logprob: number;
  /** As in {@link Step}. */
  readonly memoryShare?: number;
}

/**
 * Lays tokens over the text that was made of them. Cutting drops the end, and spaces may have become tabs, so that the
 * two are matched by their characters that are no white space. White space belongs to what comes after it.
 */
export function toCandidate(text: string, tokens: readonly WrittenToken[]): Candidate {
  const inked = [...text.matchAll(/\S/g)].map(({ index }) => index);
  const steps: Step[] = [];
  let seen = 0;
  for (const { text: piece, logprob, memoryShare } of tokens) {
    const count = piece.match(/\S/g)?.length ?? 0;
    seen += count;
    // A blank token leads to the next character; any other ends after its last one.
    const end = count === 0 ? (inked[seen] ?? text.length) : (inked[seen - 1] ?? text.length - 1) + 1;
    steps.push({ end, logprob, ...(memoryShare !== undefined && { memoryShare }) });
    if (seen >= inked.length && count > 0) break;
  }
  return { text, steps };
}

/** What is left of a candidate when its first characters were typed. */
export function afterTyping({ text, steps }: Candidate, typed: number): Candidate {
  let start = 0;
  const left: Step[] = [];
  for (const step of steps) {
    const { end, logprob } = step;
    if (end > typed) {
      // What was typed of a token makes the rest of it as much likelier as it is a part of it, or nearly so.
      const rest = start >= typed ? 1 : (end - typed) / (end - start);
      left.push({ ...step, end: end - typed, logprob: logprob * rest });
    }
    start = end;
  }
  return { text: text.slice(typed), steps: left };
}
