import type { RankedCandidate } from "../shared/protocol.ts";
import type { Extract } from "../prompts/template.ts";
import { type Piece, pieceOf } from "./pieces.ts";
import { sentencesOf } from "./sentences.ts";
import { candidateSpans, contentWords, sharedWords } from "./spans.ts";
import type { Candidate, TaskModel } from "./task.ts";
import { utf8Length } from "./tokenCuts.ts";

/** A piece of the input with its score. */
export interface ScoredPiece extends Piece {
  /** Higher is better; the shares of the pieces are as its exponentials. */
  readonly score: number;
  /** Log-probability of its tokens after the prompt, in nats. */
  readonly logprob: number;
  readonly tokens: number;
}

/** A model scores each sentence after each other one: their square is the work. */
const MOST_KEY_SENTENCES = 16;

/**
 * The pieces of a text that can be its answer.
 * @param kept what of the text stands in the prompt: the rest can be no answer
 */
export function candidatePieces(
  text: string,
  kept: readonly { readonly start: number; readonly end: number }[],
  extract: Exclude<Extract, "keySentences">,
  question: string,
): Piece[] {
  const sentences = kept.flatMap(({ start, end }) =>
    sentencesOf(text.slice(start, end)).map((piece) => pieceOf(text, start + piece.start, start + piece.end)),
  );
  return extract === "spans" ? candidateSpans(text, sentences, question) : sentences;
}

/**
 * Scores pieces by the likelihood of each as the whole answer.
 * @param end what the model writes after an answer: without it, the beginning of a longer answer would be likely, too
 */
export async function scoreAsAnswers(
  model: TaskModel,
  pieces: readonly Piece[],
  prompt: string,
  end: string,
  signal: AbortSignal,
): Promise<ScoredPiece[]> {
  if (pieces.length === 0) return [];
  const candidates = pieces.map(({ text }) => asCandidate(model, text, end));
  const ranked = await model.rank({ prompt, candidates, overflow: "keepEnd" }, signal);
  return pieces.map((piece, i) => {
    const { logprob, tokens } = ranked.candidates[i] ?? { logprob: -Infinity, tokens: 1 };
    return { ...piece, logprob, tokens, score: answerScore({ logprob, tokens }) };
  });
}

/**
 * Mean log-probability of the tokens. Of 200 held-out questions about Debian packages, localghost-nano answers more with
 * it (F1 37) than with the sum (32), which prefers short answers; what the text adds to the probability finds almost
 * none (7).
 */
function answerScore({ logprob, tokens }: RankedCandidate): number {
  return logprob / tokens;
}

/**
 * What a piece is scored by: on one line, and of one that may fill the context its beginning. A token has a byte or more,
 * so that half as many bytes as the context has tokens always fit.
 */
function asCandidate({ contextLength }: TaskModel, text: string, end: string): string {
  const line = ` ${text.replaceAll(/\s+/g, " ")}`;
  let bytes = 0;
  let index = 0;
  for (const character of line) {
    bytes += utf8Length(character.codePointAt(0) ?? 0);
    if (bytes > contextLength / 2) return line.slice(0, index);
    index += character.length;
  }
  return line + end;
}

/**
 * Scores sentences by how likely they make the others: a summary is what the rest of a text follows from. The sentences
 * of a long text that share most words with the rest stand for all of them.
 */
export async function scoreKeySentences(model: TaskModel, text: string, signal: AbortSignal): Promise<ScoredPiece[]> {
  const sentences = centralSentences(sentencesOf(text));
  const [only] = sentences;
  if (!only) return [];
  const candidates = sentences.map((sentence) => asCandidate(model, sentence.text, ""));
  const alone = await model.rank({ prompt: "\n", candidates, overflow: "keepEnd" }, signal);
  const scored: ScoredPiece[] = [];
  for (const [i, sentence] of sentences.entries()) {
    const own = alone.candidates[i] ?? { logprob: 0, tokens: 1 };
    const others = candidates.filter((_, j) => j !== i);
    let score = 0;
    if (others.length > 0) {
      const given = await model.rank({ prompt: sentence.text, candidates: others, overflow: "keepEnd" }, signal);
      const before = total(alone.candidates.filter((_, j) => j !== i));
      const after = total(given.candidates);
      score = (after.logprob - before.logprob) / after.tokens;
    }
    scored.push({ ...sentence, ...own, score });
  }
  return scored;
}

function centralSentences(all: readonly Piece[]): Piece[] {
  // What a text says twice is said once in its summary.
  const sentences = [...new Map(all.toReversed().map((sentence) => [sentence.text, sentence])).values()].reverse();
  if (sentences.length <= MOST_KEY_SENTENCES) return [...sentences];
  const counts = new Map<string, number>();
  for (const { text } of sentences) {
    for (const word of contentWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const repeated = new Set([...counts].filter(([, count]) => count > 1).map(([word]) => word));
  return [...sentences]
    .sort((a, b) => sharedWords(b.text, repeated) - sharedWords(a.text, repeated) || a.start - b.start)
    .slice(0, MOST_KEY_SENTENCES)
    .sort((a, b) => a.start - b.start);
}

function total(candidates: readonly RankedCandidate[]): RankedCandidate {
  return candidates.reduce(
    (sum, { logprob, tokens }) => ({ logprob: sum.logprob + logprob, tokens: sum.tokens + tokens }),
    { logprob: 0, tokens: 0 },
  );
}

/** Best first, with each one's share. */
export function asCandidates(pieces: readonly ScoredPiece[]): Candidate[] {
  const best = Math.max(...pieces.map(({ score }) => score));
  const weights = pieces.map(({ score }) => Math.exp(score - best));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return pieces
    .map(({ text, start, end }, i) => ({ text, start, end, probability: (weights[i] ?? 0) / all }))
    .sort((a, b) => b.probability - a.probability);
}
