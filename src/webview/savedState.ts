/** What outlives the page: written for VS Code to keep over a reload of the window, and read back with care. */
import * as v from "valibot";
import { checkControls, checkDraft, type PlaygroundToken } from "../shared/playgroundMessages.ts";
import { type AppState, emptyApp, TABS } from "./appState.ts";
import { type Branch, type BranchTree, pathTo, textOf } from "./complete/branchTree.ts";
import { usualControls } from "./complete/completeState.ts";
import { type DialogueAnswer, EMPTY_DIALOGUE, type Thread } from "./dialogue/dialogueState.ts";
import { startHistory } from "./edit/editHistory.ts";

/** Raised whenever the form changes: another one is not read. */
const VERSION = 1;

/** A token as few characters: `[id, text, logprob, rank, [id, text, logprob, id, …]]`. */
const packedToken = v.tuple([
  v.number(),
  v.string(),
  v.nullable(v.number()),
  v.nullable(v.number()),
  v.array(v.union([v.number(), v.string()])),
]);
type PackedToken = v.InferOutput<typeof packedToken>;

const packedBranch = v.object({
  id: v.number(),
  parent: v.optional(v.number()),
  start: v.number(),
  text: v.string(),
  chosen: v.optional(v.number()),
  tokens: v.array(packedToken),
});

const answer = v.object({ text: v.string(), probability: v.optional(v.number()) });

const saved = v.object({
  version: v.literal(VERSION),
  tab: v.picklist(TABS),
  text: v.string(),
  caret: v.number(),
  branch: v.optional(v.number()),
  branches: v.array(packedBranch),
  nextId: v.number(),
  controls: v.optional(v.unknown()),
  shown: v.array(v.number()),
  showsBoundaries: v.boolean(),
  draft: v.optional(v.unknown()),
  input: v.string(),
  values: v.record(v.string(), v.string()),
  threads: v.array(
    v.object({
      passage: v.string(),
      question: v.string(),
      droppedTurns: v.number(),
      turns: v.array(v.object({ question: v.string(), shown: v.number(), answers: v.array(answer) })),
    }),
  ),
  thread: v.number(),
  tokenizerText: v.string(),
});

export type SavedState = v.InferOutput<typeof saved>;

/** The state in a form that JSON can hold. What is under way is left out: nobody would take its answer. */
export function toSaved(state: AppState): SavedState {
  const { complete, tasks, dialogue, tokenizer } = state;
  const { present } = complete.history;
  const path = present.branch === undefined ? [] : pathTo(complete.tree, present.branch);
  const onPath = new Set(path.map(({ id }) => id));
  return {
    version: VERSION,
    tab: state.tab,
    text: present.text,
    caret: present.caret,
    ...(present.branch !== undefined && { branch: present.branch }),
    branches: complete.tree.branches.map((branch) => packBranch(branch, onPath.has(branch.id))),
    nextId: complete.tree.nextId,
    controls: complete.controls,
    shown: [...complete.shown],
    showsBoundaries: complete.showsBoundaries,
    ...(tasks.draft && { draft: tasks.draft }),
    input: tasks.input,
    values: { ...tasks.values },
    threads: dialogue.threads.map(({ passage, question, droppedTurns, turns }) => ({
      ...{ passage, question, droppedTurns },
      turns: turns.map(({ question: asked, shown, answers }) => ({
        question: asked,
        shown,
        answers: answers.map((one) => ({ ...one })),
      })),
    })),
    thread: dialogue.current,
    tokenizerText: tokenizer.text,
  };
}

/** The state that was saved; an empty one where it cannot be read. */
export function fromSaved(value: unknown): AppState {
  const empty = emptyApp();
  const result = v.safeParse(saved, value);
  if (!result.success) return empty;
  const { output } = result;
  const tree: BranchTree = { branches: output.branches.map(unpackBranch), nextId: output.nextId };
  const branch = tree.branches.some(({ id }) => id === output.branch) ? output.branch : undefined;
  const kept = output.threads.map(readThread);
  const threads = kept.length > 0 ? kept : EMPTY_DIALOGUE.threads;
  const draft = checkDraft(output.draft);
  return {
    ...empty,
    tab: output.tab,
    complete: {
      ...empty.complete,
      tree,
      history: startHistory({ text: output.text, caret: output.caret, branch }),
      controls: checkControls(output.controls) ?? usualControls(),
      shown: output.shown.filter((id) => tree.branches.some((one) => one.id === id && textOf(tree, id) !== "")),
      showsBoundaries: output.showsBoundaries,
    },
    tasks: { ...empty.tasks, input: output.input, values: output.values, ...(draft && { draft }) },
    dialogue: { threads, current: Math.min(output.thread, threads.length - 1) },
    tokenizer: { ...empty.tokenizer, text: output.tokenizerText },
  };
}

/** Alternatives of a token are kept for the text that is seen: they are most of what there is to keep. */
function packBranch(
  { id, parent, start, text, tokens, chosen }: Branch,
  isOnPath: boolean,
): v.InferOutput<typeof packedBranch> {
  return {
    ...{ id, start, text },
    ...(parent !== undefined && { parent }),
    ...(chosen !== undefined && { chosen }),
    tokens: tokens.map((token) => packToken(token, isOnPath)),
  };
}

function packToken({ id, text, logprob, rank, top }: PlaygroundToken, withTop: boolean): PackedToken {
  const choices = withTop ? (top ?? []) : [];
  return [
    id,
    text,
    logprob === undefined ? null : rounded(logprob),
    rank ?? null,
    choices.flatMap((choice) => [choice.id, choice.text, rounded(choice.logprob)]),
  ];
}

function unpackBranch({ parent, chosen, tokens, ...rest }: v.InferOutput<typeof packedBranch>): Branch {
  return {
    ...rest,
    ...(parent !== undefined && { parent }),
    ...(chosen !== undefined && { chosen }),
    tokens: tokens.map(unpackToken),
  };
}

function unpackToken([id, text, logprob, rank, choices]: PackedToken): PlaygroundToken {
  const top = Array.from({ length: Math.floor(choices.length / 3) }, (_, i) => ({
    id: Number(choices[3 * i]),
    text: String(choices[3 * i + 1]),
    logprob: Number(choices[3 * i + 2]),
  }));
  return {
    ...{ id, text },
    ...(logprob !== null && { logprob }),
    ...(rank !== null && { rank }),
    ...(top.length > 0 && { top }),
  };
}

function readThread({ turns, ...thread }: SavedState["threads"][number]): Thread {
  return { ...thread, turns: turns.map(({ answers, ...turn }) => ({ ...turn, answers: answers.map(readAnswer) })) };
}

function readAnswer({ text, probability }: v.InferOutput<typeof answer>): DialogueAnswer {
  return { text, ...(probability !== undefined && { probability }) };
}

/** Four digits are as many as anybody sees. */
function rounded(logprob: number): number {
  return Math.round(logprob * 1e4) / 1e4;
}
