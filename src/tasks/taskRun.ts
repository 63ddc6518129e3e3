import * as l10n from "@vscode/l10n";
import { leavesOutSpace } from "../prompts/renderPrompt.ts";
import { fittingExamples } from "../prompts/pickExamples.ts";
import { resolveValues } from "../prompts/values.ts";
import type { SamplingOptions } from "../shared/protocol.ts";
import { LocalghostError } from "../shared/errors.ts";
import type { TaskExample, TaskTemplate } from "../prompts/template.ts";
import { calibratedProbability } from "./calibration.ts";
import { findWords } from "./findWords.ts";
import { fitPrompt, type FittedPrompt, type PromptWishes } from "./fitPrompt.ts";
import type { Tokenize } from "./tokenCuts.ts";
import type { Candidate, Confidence, TaskAnswer, TaskModel, TaskRequest, TaskResult } from "./task.ts";
import { meanLogprob, writeAnswers, type WrittenAnswer } from "./writeAnswers.ts";

/** A request under way: what was asked for, with all defaults filled in. */
export interface TaskRun {
  readonly model: TaskModel;
  readonly request: TaskRequest;
  readonly template: TaskTemplate;
  readonly values: Readonly<Record<string, string>>;
  /** As many as shots are wanted and there are, oldest first. */
  readonly examples: readonly TaskExample[];
  readonly alternatives: number;
  readonly sampling: SamplingOptions;
  readonly tokenize: Tokenize;
  readonly signal: AbortSignal;
}

/** What another seed draws from, where the template takes the likeliest tokens. */
const RAISED: SamplingOptions = { temperature: 0.8, topK: 40 };

/** @throws LocalghostError `invalidRequest` for a parameter without a value, or too few examples */
export function startRun(model: TaskModel, request: TaskRequest, signal: AbortSignal): TaskRun {
  const { template, shots = template.shots, examples: own = [], alternatives = 1 } = request;
  checkCount("shots", shots, 0);
  checkCount("alternatives", alternatives, 1);
  const values = resolveValues(template, request.values);
  const known = fittingExamples(template, own, values);
  if (known.length < template.leastShots) {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t(
        'The task "{0}" needs {1} or more examples of an input and its output, and has {2}: add one.',
        template.title,
        template.leastShots,
        known.length,
      ),
    );
  }
  const wanted = Math.min(known.length, Math.max(shots, template.leastShots));
  return {
    model,
    request,
    template,
    values,
    examples: known.slice(known.length - wanted),
    alternatives,
    sampling: samplingFor(template.sampling, request.seed),
    tokenize: (text) => model.tokenize(text, signal),
    signal,
  };
}

function checkCount(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new LocalghostError(
    "invalidRequest",
    l10n.t("{0} must be a whole number, {1} or more, not {2}.", name, least, value),
  );
}

/** The template's own sampling, and the same text again unless there is a seed. */
function samplingFor(sampling: SamplingOptions, seed: number | undefined): SamplingOptions {
  if (seed === undefined) return { seed: 0, ...sampling };
  const isGreedy = (sampling.temperature ?? 0) === 0;
  return { ...sampling, ...(isGreedy ? RAISED : {}), seed };
}

export function fitRun(run: TaskRun, input: string): Promise<FittedPrompt> {
  const { template, values, examples, request, model, tokenize } = run;
  const wishes: PromptWishes = { template, input, values, examples, dialogue: request.dialogue ?? [] };
  return fitPrompt(wishes, { model, tokenize });
}

/** Generates the answers to an input whose prompt fits. */
export function write(
  run: TaskRun,
  fitted: FittedPrompt,
  input: string,
  alternatives: number,
  onText: (text: string) => void,
): Promise<WrittenAnswer[]> {
  const { template, model, sampling, signal } = run;
  const beginsWithSpace = leavesOutSpace(template, input);
  const options = { sampling, stop: template.stop, cut: template.cut, alternatives, beginsWithSpace };
  return writeAnswers(model, fitted, options, signal, onText);
}

/** A generated answer with how sure the model was of it. */
export function toAnswer(run: TaskRun, written: WrittenAnswer): TaskAnswer {
  const found = run.template.extract === undefined ? undefined : findWords(run.request.input, written.text);
  return {
    text: written.text,
    confidence: confidenceOf(run, "generate", written, { logShare: 0, found: found ? 1 : 0 }),
  };
}

export function confidenceOf(
  { model, template }: TaskRun,
  mode: TaskResult["mode"],
  answer: Pick<WrittenAnswer, "logprob" | "tokens">,
  { logShare, found }: { logShare: number; found: number },
): Confidence {
  const mean = meanLogprob(answer);
  if (answer.tokens === 0) return { meanTokenProbability: 0 };
  if (Number.isNaN(mean)) return { meanTokenProbability: 0, isUnknown: true };
  const calibrated = calibratedProbability(
    { model: model.name, task: template.id, mode },
    { meanLogprob: mean, logTokens: Math.log(answer.tokens), logShare, found },
  );
  return { meanTokenProbability: Math.exp(mean), ...(calibrated === undefined ? {} : { calibrated }) };
}

/** The result of a prompt: the answer with all that tells how it came to be. */
export function toResult(
  run: TaskRun,
  mode: TaskResult["mode"],
  { prompt, promptTokens, shots, dropped }: Pick<FittedPrompt, "prompt" | "promptTokens" | "shots" | "dropped">,
  answers: readonly TaskAnswer[],
  { candidates = [], parts = [] }: { candidates?: readonly Candidate[]; parts?: readonly TaskAnswer[] } = {},
): TaskResult {
  const { request, template, model, alternatives } = run;
  const [answer = { text: "", confidence: { meanTokenProbability: 0 } }] = answers;
  const found = template.extract === undefined ? undefined : (candidates[0] ?? findWords(request.input, answer.text));
  return {
    ...answer,
    mode,
    prompt,
    promptTokens,
    shots,
    dropped,
    model: model.name,
    alternatives: alternatives > 1 ? answers : [],
    candidates,
    ...(found ? { found: { start: found.start, end: found.end } } : {}),
    parts,
  };
}
