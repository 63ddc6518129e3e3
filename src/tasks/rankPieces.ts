import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../shared/errors.ts";
import { asCandidates, candidatePieces, scoreAsAnswers, type ScoredPiece, scoreKeySentences } from "./extract.ts";
import { sentencesOf } from "./sentences.ts";
import type { Candidate, TaskAnswer, TaskProgress, TaskResult } from "./task.ts";
import { confidenceOf, fitRun, type TaskRun, toResult } from "./taskRun.ts";

/** Chooses the answer from the input: pieces of it, scored by the model's likelihood. */
export async function rankPieces(run: TaskRun, onProgress: (progress: TaskProgress) => void): Promise<TaskResult> {
  const { template } = run;
  const { extract } = template;
  if (extract === undefined) {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t('The task "{0}" cannot choose its answer from the text: use mode "generate".', template.title),
    );
  }
  const result = await (extract === "keySentences" ? rankKeySentences(run) : rankAsAnswers(run, extract));
  onProgress({ kind: "text", text: result.text });
  return result;
}

/** Pieces that are likely after the prompt. */
async function rankAsAnswers(run: TaskRun, extract: "spans" | "sentences"): Promise<TaskResult> {
  const { request, template, values, model, signal } = run;
  const fitted = await fitRun(run, request.input);
  const question = Object.values(values).join(" ");
  const pieces = candidatePieces(request.input, fitted.kept, extract, question);
  const [end = "\n"] = template.stop;
  const scored = await scoreAsAnswers(model, pieces, fitted.prompt, end, signal);
  const candidates = asCandidates(scored);
  const answers = candidates.slice(0, run.alternatives).map((candidate) => toAnswer(run, candidate, scored));
  return toResult(run, "rank", fitted, answers, { candidates });
}

/** The sentences that the rest follows from, in their own order. */
async function rankKeySentences(run: TaskRun): Promise<TaskResult> {
  const { request, template, model, tokenize, signal } = run;
  const scored = await scoreKeySentences(model, request.input, signal);
  const candidates = asCandidates(scored);
  const count = template.cut === "threeSentences" ? 3 : 1;
  const chosen = candidates.slice(0, count).sort((a, b) => a.start - b.start);
  const text = chosen.map((candidate) => candidate.text.replaceAll(/\s+/g, " ")).join(" ");
  const [best] = candidates;
  const prompt = best?.text ?? "";
  const read = new Set(scored.map((sentence) => sentence.text));
  const unread = sentencesOf(request.input).filter((sentence) => !read.has(sentence.text));
  const used = {
    prompt,
    promptTokens: (await tokenize(prompt)).ids.length,
    shots: 0,
    dropped: { examples: 0, turns: 0, characters: unread.reduce((sum, { text: { length } }) => sum + length, 0) },
  };
  const answer = best && { ...toAnswer(run, best, scored), text };
  const others = candidates.slice(1, run.alternatives).map((candidate) => toAnswer(run, candidate, scored));
  return toResult(run, "rank", used, [...(answer ? [answer] : []), ...others], { candidates });
}

function toAnswer(run: TaskRun, candidate: Candidate, scored: readonly ScoredPiece[]): TaskAnswer {
  const piece = scored.find(({ start, end }) => start === candidate.start && end === candidate.end);
  const { logprob, tokens } = piece ?? { logprob: 0, tokens: 0 };
  const features = { logShare: Math.log(candidate.probability), found: 1 };
  return { text: candidate.text, confidence: confidenceOf(run, "rank", { logprob, tokens }, features) };
}
