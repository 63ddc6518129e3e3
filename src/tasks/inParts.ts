import type { Dropped, TaskAnswer, TaskProgress, TaskResult } from "./task.ts";
import { addDropped } from "./addDropped.ts";
import { fitRun, type TaskRun, toAnswer, toResult, write } from "./taskRun.ts";
import { answerTokens, SLACK } from "./fitPrompt.ts";
import { headCut, placeTokens } from "./tokenCuts.ts";
import { renderPrompt } from "../prompts/renderPrompt.ts";

/** Minutes of work on a slow machine; what stands in the middle of a longer text is left out. */
const MOST_PARTS = 64;
/** Results of results of results: more levels only lose what the text said. */
const MOST_LEVELS = 4;

/**
 * Does a task on an input that may be too long for the context: on its parts, cut where paragraphs or sentences end, and
 * then on the results together, which are shorter.
 */
export async function inParts(run: TaskRun, onProgress: (progress: TaskProgress) => void): Promise<TaskResult> {
  const { request } = run;
  let text = request.input;
  let parts: TaskAnswer[] | undefined;
  let dropped: Dropped = { examples: 0, turns: 0, characters: 0 };
  for (let level = 0; level < MOST_LEVELS; level++) {
    const pieces = await split(run, text);
    if (pieces.length <= 1) break;
    const taken = withoutMiddle(pieces, MOST_PARTS);
    if (level === 0) dropped = { ...dropped, characters: lengthOf(pieces) - lengthOf(taken) };
    const answers: TaskAnswer[] = [];
    for (const [index, piece] of taken.entries()) {
      const fitted = await fitRun(run, piece);
      // What is left out of a part's result is nothing of the input.
      dropped = addDropped(dropped, level === 0 ? fitted.dropped : { ...fitted.dropped, characters: 0 });
      const [written] = await write(run, fitted, piece, 1, () => undefined);
      answers.push(toAnswer(run, written ?? { text: "", logprob: 0, tokens: 0 }));
      onProgress({ kind: "part", index, count: taken.length, text: written?.text ?? "" });
    }
    parts ??= answers;
    const results = answers.map((answer) => answer.text).filter((result) => result !== "");
    // A model that found nothing to say of the parts has nothing to say of the whole.
    if (results.length === 0) break;
    text = results.join("\n");
  }

  const fitted = await fitRun(run, text);
  const written = await write(run, fitted, text, run.alternatives, (grown) =>
    onProgress({ kind: "text", text: grown }),
  );
  dropped = addDropped(dropped, text !== request.input ? { ...fitted.dropped, characters: 0 } : fitted.dropped);
  return toResult(
    run,
    "generate",
    { ...fitted, dropped },
    written.map((one) => toAnswer(run, one)),
    { parts: parts ?? [] },
  );
}

/** The text in parts whose prompts fit the context with as many examples as leave half of the room to them; one when it fits. */
async function split(run: TaskRun, text: string): Promise<string[]> {
  const { template, values, examples, model, tokenize } = run;
  const room = model.contextLength - answerTokens(template, model.contextLength);
  const tokens = await tokenize(text);
  const least = Math.min(template.leastShots, examples.length);
  let budget = 0;
  for (let shots = examples.length; shots >= least; shots--) {
    const kept = examples.slice(examples.length - shots);
    const rest = renderPrompt(template, { input: "", values, examples: kept, dialogue: [] });
    budget = room - (await tokenize(rest)).ids.length - SLACK;
    // A text that is short enough keeps its examples.
    if (tokens.ids.length <= budget) return [text];
    if (budget >= room / 2) break;
  }

  const pieces: string[] = [];
  let rest = placeTokens(text, tokens);
  while (rest.ends.length > budget) {
    const cut = headCut(rest, budget);
    // No room at all: the prompt of the whole says why.
    if (cut.tokens === 0) return [text];
    pieces.push(rest.text.slice(0, cut.index));
    const ends = rest.ends.slice(cut.tokens).map((end) => end && end - cut.index);
    rest = { text: rest.text.slice(cut.index), ends };
  }
  return [...pieces, rest.text].map((piece) => piece.trim()).filter((piece) => piece !== "");
}

/** The first and the last of them, where there are more than `most`. */
function withoutMiddle(pieces: readonly string[], most: number): readonly string[] {
  if (pieces.length <= most) return pieces;
  return [...pieces.slice(0, Math.ceil(most / 2)), ...pieces.slice(pieces.length - Math.floor(most / 2))];
}

function lengthOf(pieces: readonly string[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
