/** What the Dialogue tab knows: threads of questions and answers, on a passage or open. */
import type { FromPage, TemplateDraft, ToPage } from "../../shared/playgroundMessages.ts";

type Message<K extends ToPage["type"]> = Extract<ToPage, { type: K }>;

export interface DialogueAnswer {
  readonly text: string;
  /** Mean probability of its tokens; absent while it grows, and once a person has changed it. */
  readonly probability?: number;
}

/** A question with the answers that it got: another one with each regeneration. */
export interface DialogueTurn {
  readonly question: string;
  readonly answers: readonly DialogueAnswer[];
  readonly shown: number;
  readonly run?: number | undefined;
  readonly problem?: string | undefined;
}

export interface Thread {
  readonly passage: string;
  readonly turns: readonly DialogueTurn[];
  /** The next question, as far as it is written. */
  readonly question: string;
  /** Turns that the last prompt had no room for: the oldest. */
  readonly droppedTurns: number;
}

export interface DialogueState {
  readonly threads: readonly Thread[];
  readonly current: number;
}

const EMPTY_THREAD: Thread = { passage: "", turns: [], question: "", droppedTurns: 0 };
export const EMPTY_DIALOGUE: DialogueState = { threads: [EMPTY_THREAD], current: 0 };

/** Asked with, by whether there is a passage. */
const WITH_PASSAGE = "answer";
const WITHOUT_PASSAGE = "dialogue";

export function threadOf({ threads, current }: DialogueState): Thread {
  return threads[current] ?? EMPTY_THREAD;
}

export function shownAnswer({ answers, shown }: DialogueTurn): string {
  return answers[shown]?.text ?? "";
}

export function threadChanged(state: DialogueState, change: Partial<Thread>): DialogueState {
  return withThread(state, (thread) => ({ ...thread, ...change }));
}

export function turnChanged(state: DialogueState, index: number, change: Partial<DialogueTurn>): DialogueState {
  return withTurn(state, index, (turn) => ({ ...turn, ...change }));
}

/** A person corrects the answer that is shown. */
export function answerEdited(state: DialogueState, index: number, text: string): DialogueState {
  return withTurn(state, index, (turn) => ({
    ...turn,
    answers: turn.answers.map((answer, i) => (i === turn.shown ? { text } : answer)),
  }));
}

export function turnDropped(state: DialogueState, index: number): DialogueState {
  return withThread(state, (thread) => ({ ...thread, turns: thread.turns.filter((_, i) => i !== index) }));
}

/** Goes on from a turn in a thread of its own; the present one stays as it is. */
export function branched(state: DialogueState, index: number): DialogueState {
  const thread = threadOf(state);
  const turns = thread.turns.slice(0, index + 1).map((turn) => ({ ...turn, run: undefined }));
  const threads = [...state.threads, { ...thread, turns, question: "" }];
  return { threads, current: threads.length - 1 };
}

export function threadStarted(state: DialogueState): DialogueState {
  const threads = [...state.threads, { ...EMPTY_THREAD, passage: threadOf(state).passage }];
  return { threads, current: threads.length - 1 };
}

export interface Asked {
  readonly state: DialogueState;
  readonly message: Extract<FromPage, { type: "runTask" }>;
}

/** Asks the question that was written. Undefined where there is none, or no task that could answer. */
export function asked(state: DialogueState, drafts: readonly TemplateDraft[], run: number): Asked | undefined {
  const thread = threadOf(state);
  const question = thread.question.trim();
  if (question === "") return undefined;
  const turns = [...thread.turns, { question, answers: [], shown: 0 }];
  return answerTurn(threadChanged(state, { turns, question: "" }), drafts, turns.length - 1, run);
}

/** Asks a turn's question again, with another seed: the answer stands beside those that it has. */
export function regenerated(
  state: DialogueState,
  drafts: readonly TemplateDraft[],
  index: number,
  run: number,
): Asked | undefined {
  return answerTurn(state, drafts, index, run);
}

export function dialogueText(state: DialogueState, { run, text }: Message<"taskText">): DialogueState {
  return withRun(state, run, (turn) => withAnswer(turn, { text }));
}

export function dialogueDone(state: DialogueState, { run, answer }: Message<"taskDone">): DialogueState {
  const { text, probability, dropped } = answer;
  const next = withRun(state, run, (turn) => ({
    ...withAnswer(turn, { text, ...(probability !== undefined && { probability }) }),
    run: undefined,
  }));
  return next === state ? state : withThreadOfRun(next, state, run, { droppedTurns: dropped.turns });
}

export function dialogueEnded(state: DialogueState, run: number, problem: string | undefined): DialogueState {
  return withRun(state, run, (turn) => {
    // Of which nothing came is no answer.
    const answers = turn.answers.at(-1)?.text === "" ? turn.answers.slice(0, -1) : turn.answers;
    return { ...turn, answers, shown: Math.max(0, Math.min(turn.shown, answers.length - 1)), run: undefined, problem };
  });
}

function answerTurn(
  state: DialogueState,
  drafts: readonly TemplateDraft[],
  index: number,
  run: number,
): Asked | undefined {
  const { passage, turns } = threadOf(state);
  const turn = turns[index];
  const hasPassage = passage.trim() !== "";
  const draft = drafts.find(({ id }) => id === (hasPassage ? WITH_PASSAGE : WITHOUT_PASSAGE));
  if (!turn || !draft || turn.run !== undefined) return undefined;
  const before = turns.slice(0, index).map((earlier) => ({ question: earlier.question, answer: shownAnswer(earlier) }));
  const { length } = turn.answers;
  const setup = {
    draft,
    input: hasPassage ? passage : turn.question,
    values: hasPassage ? { question: turn.question } : {},
    dialogue: before,
    shots: draft.shots,
    // The first answer is the likeliest; each other one is drawn.
    ...(length > 0 && { seed: length }),
  };
  const next = turnChanged(state, index, {
    run,
    problem: undefined,
    answers: [...turn.answers, { text: "" }],
    shown: length,
  });
  return { state: next, message: { type: "runTask", run, setup } };
}

function withAnswer(turn: DialogueTurn, answer: DialogueAnswer): DialogueTurn {
  return { ...turn, answers: [...turn.answers.slice(0, -1), answer], shown: turn.answers.length - 1 };
}

function withThread(state: DialogueState, change: (thread: Thread) => Thread): DialogueState {
  return { ...state, threads: state.threads.map((thread, i) => (i === state.current ? change(thread) : thread)) };
}

function withTurn(state: DialogueState, index: number, change: (turn: DialogueTurn) => DialogueTurn): DialogueState {
  return withThread(state, (thread) => ({
    ...thread,
    turns: thread.turns.map((turn, i) => (i === index ? change(turn) : turn)),
  }));
}

function withRun(state: DialogueState, run: number, change: (turn: DialogueTurn) => DialogueTurn): DialogueState {
  if (!state.threads.some(({ turns }) => turns.some((turn) => turn.run === run))) return state;
  const threads = state.threads.map((thread) => ({
    ...thread,
    turns: thread.turns.map((turn) => (turn.run === run ? change(turn) : turn)),
  }));
  return { ...state, threads };
}

function withThreadOfRun(
  next: DialogueState,
  before: DialogueState,
  run: number,
  change: Partial<Thread>,
): DialogueState {
  const index = before.threads.findIndex(({ turns }) => turns.some((turn) => turn.run === run));
  return { ...next, threads: next.threads.map((thread, i) => (i === index ? { ...thread, ...change } : thread)) };
}
