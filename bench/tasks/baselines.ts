/** What costs no model: an answer has to be better than these to be worth waiting for. */
import { candidatePieces } from "../../src/tasks/extract.ts";
import { sentencesOf } from "../../src/tasks/sentences.ts";
import type { Case } from "./cases.ts";
import type { TaskName } from "./options.ts";

export interface Baseline {
  readonly name: string;
  /** `random` gives numbers in [0, 1). */
  readonly answer: (given: Case, random: () => number) => string;
}

const firstSentence: Baseline = {
  name: "first sentence",
  answer: ({ input }) => sentencesOf(input)[0]?.text ?? "",
};

/** The paper's own baseline for summaries, in the text's order. */
const threeRandomSentences: Baseline = {
  name: "three random sentences",
  answer: ({ input }, random) => {
    const drawn = sentencesOf(input).map((sentence) => ({ sentence, lot: random() }));
    const three = drawn.toSorted((a, b) => a.lot - b.lot).slice(0, 3);
    return three
      .map(({ sentence }) => sentence)
      .sort((a, b) => a.start - b.start)
      .map(({ text }) => text)
      .join(" ");
  },
};

const copy: Baseline = { name: "copy of the source", answer: ({ input }) => input };

const randomSpan: Baseline = {
  name: "random phrase of the passage",
  answer: ({ input, values }, random) => {
    const whole = [{ start: 0, end: input.length }];
    const spans = candidatePieces(input, whole, "spans", values["question"] ?? "");
    return spans[Math.floor(random() * spans.length)]?.text ?? "";
  },
};

export const BASELINES: Record<TaskName, readonly Baseline[]> = {
  summarize: [firstSentence, threeRandomSentences, copy],
  answer: [firstSentence, threeRandomSentences, copy, randomSpan],
  translate: [copy],
};
