import { answerF1, exactMatch } from "../../src/eval/metrics/answerMatch.ts";
import { bleuStatistics, corpusBleu } from "../../src/eval/metrics/bleu.ts";
import { chrfStatistics, corpusChrf } from "../../src/eval/metrics/chrf.ts";
import { rouge } from "../../src/eval/metrics/rouge.ts";
import { type Estimate, estimate, mean } from "../../src/eval/bootstrap.ts";
import { seededRandom } from "../../src/engine/sampling/random.ts";
import type { TaskName } from "./options.ts";
import { type Figure, FIGURES_OF } from "./result.ts";

/** An answer beside the one that people gave. */
export interface Pair {
  readonly text: string;
  readonly reference: string;
}

/** What is kept of an answer, so that drawing it again for an interval costs little. */
type Scored =
  | { readonly kind: "shares"; readonly shares: Partial<Record<Figure, number>> }
  | {
      readonly kind: "statistics";
      readonly bleu: ReturnType<typeof bleuStatistics>;
      readonly chrf: ReturnType<typeof chrfStatistics>;
    };

export function scoreAnswers(task: TaskName, pairs: readonly Pair[]): Scored[] {
  return pairs.map(({ text, reference }): Scored => {
    switch (task) {
      case "summarize": {
        const { rouge1, rouge2, rougeL } = rouge(text, reference, "porter");
        const shares = { rouge1: rouge1.fmeasure, rouge2: rouge2.fmeasure, rougeL: rougeL.fmeasure };
        return { kind: "shares", shares };
      }
      case "answer":
        return { kind: "shares", shares: { exact: exactMatch(text, reference), f1: answerF1(text, reference) } };
      case "translate":
        return { kind: "statistics", bleu: bleuStatistics(text, reference), chrf: chrfStatistics(text, reference) };
    }
  });
}

/** A figure of some answers, from 0 to 100: of means where each answer has one, else of the corpus. */
export function figureOf(figure: Figure, scored: readonly Scored[]): number {
  if (figure === "bleu") return corpusBleu(scored.flatMap((one) => (one.kind === "statistics" ? [one.bleu] : [])));
  if (figure === "chrf") return corpusChrf(scored.flatMap((one) => (one.kind === "statistics" ? [one.chrf] : [])));
  return 100 * mean(scored.flatMap((one) => (one.kind === "shares" ? [one.shares[figure] ?? 0] : [])));
}

/** All figures of a task with their intervals. */
export function estimateFigures(
  task: TaskName,
  scored: readonly Scored[],
  seed: number,
): Partial<Record<Figure, Estimate>> {
  return Object.fromEntries(
    FIGURES_OF[task].map((figure) => [
      figure,
      estimate(scored, (drawn) => figureOf(figure, drawn), seededRandom(seed)),
    ]),
  );
}

/** How much better the one is, with the interval of drawing the same records for both. */
export function estimateGain(
  figure: Figure,
  ours: readonly Scored[],
  theirs: readonly Scored[],
  seed: number,
): Estimate {
  const both = ours.flatMap((one, i) => {
    const other = theirs[i];
    return other ? [{ one, other }] : [];
  });
  const difference = (drawn: readonly (typeof both)[number][]): number =>
    figureOf(
      figure,
      drawn.map(({ one }) => one),
    ) -
    figureOf(
      figure,
      drawn.map(({ other }) => other),
    );
  return estimate(both, difference, seededRandom(seed));
}
