/** All that the page knows, and what each message of the extension changes. */
import type { FromPage, PlaygroundModel, ToPage } from "../shared/playgroundMessages.ts";
import {
  type CompleteState,
  emptyComplete,
  ended,
  generated,
  opened,
  replaced,
  tokenArrived,
} from "./complete/completeState.ts";
import { scoredTokensArrived } from "./complete/scoring.ts";
import {
  type DialogueState,
  dialogueDone,
  dialogueEnded,
  dialogueText,
  EMPTY_DIALOGUE,
  threadChanged,
} from "./dialogue/dialogueState.ts";
import {
  EMPTY_TASKS,
  exampleChanged,
  previewed,
  taskDone,
  taskEnded,
  type TasksState,
  taskText,
  templatesArrived,
  withDraft,
} from "./tasks/taskState.ts";
import { EMPTY_TOKENIZER, endsOf, tokenized, type TokenizerState } from "./tokenizer/tokenizerState.ts";

export const TABS = ["complete", "tasks", "dialogue", "tokenizer"] as const;
export type Tab = (typeof TABS)[number];

type Message<K extends ToPage["type"]> = Extract<ToPage, { type: K }>;

export interface EngineView {
  readonly state: Message<"engine">["state"];
  readonly model?: PlaygroundModel | undefined;
}

/** A reading of the Complete tab's text as tokens, slice by slice. */
interface Reading {
  readonly run: number;
  readonly text: string;
  readonly lengths: readonly number[];
}

export interface AppState {
  readonly tab: Tab;
  readonly engine: EngineView;
  readonly complete: CompleteState;
  readonly tasks: TasksState;
  readonly dialogue: DialogueState;
  readonly tokenizer: TokenizerState;
  readonly reading?: Reading | undefined;
  readonly notice?: string | undefined;
}

/** What the views need: the state, and how to change it and to ask the extension. */
export interface Page {
  readonly state: AppState;
  update(change: (state: AppState) => AppState): void;
  send(message: FromPage): void;
  nextRun(): number;
}

export function emptyApp(): AppState {
  return {
    tab: "complete",
    engine: { state: "off" },
    complete: emptyComplete(),
    tasks: EMPTY_TASKS,
    dialogue: EMPTY_DIALOGUE,
    tokenizer: EMPTY_TOKENIZER,
  };
}

export function received(state: AppState, message: ToPage): AppState {
  const { complete, tasks, dialogue } = state;
  switch (message.type) {
    case "engine":
      return { ...state, engine: { state: message.state, model: message.model } };
    case "token":
      return { ...state, complete: tokenArrived(complete, message) };
    case "generated":
      return { ...state, complete: generated(complete, message) };
    case "scoredTokens":
      return { ...state, complete: scoredTokensArrived(complete, message) };
    case "scored":
    case "stopped":
      return runEnded(state, message.run, undefined);
    case "failed":
      return runEnded(state, message.run, message.message);
    case "tokenized":
      return {
        ...readingArrived(state, message),
        tokenizer: tokenized(state.tokenizer, message, state.engine.model?.name),
      };
    case "previewed":
      return { ...state, tasks: previewed(tasks, message) };
    case "taskText":
      return { ...state, tasks: taskText(tasks, message), dialogue: dialogueText(dialogue, message) };
    case "taskDone":
      return { ...state, tasks: taskDone(tasks, message), dialogue: dialogueDone(dialogue, message) };
    case "templates":
      return { ...state, tasks: templatesArrived(tasks, message) };
    case "draft":
      return { ...state, tab: "tasks", tasks: withDraft(tasks, message.draft) };
    case "selection":
      return selectionTaken(state, message);
    case "open":
      return { ...state, tab: "complete", complete: opened(complete, message.prompt, message.answer) };
    case "notice":
      return { ...state, notice: message.message };
  }
}

function runEnded(state: AppState, run: number, problem: string | undefined): AppState {
  const { tokenizer, reading } = state;
  return {
    ...state,
    complete: ended(state.complete, run, problem),
    tasks: taskEnded(state.tasks, run, problem),
    dialogue: dialogueEnded(state.dialogue, run, problem),
    tokenizer: tokenizer.reading?.run === run ? { ...tokenizer, reading: undefined, problem } : tokenizer,
    reading: reading?.run === run ? undefined : reading,
  };
}

function readingArrived(state: AppState, { run, pieces, isLast }: Message<"tokenized">): AppState {
  const { reading, complete } = state;
  if (reading?.run !== run) return state;
  const lengths = [...reading.lengths, ...pieces.map(({ bytes }) => bytes)];
  if (!isLast) return { ...state, reading: { ...reading, lengths } };
  const { text } = reading;
  return { ...state, reading: undefined, complete: { ...complete, reading: { text, ends: endsOf(text, lengths) } } };
}

function selectionTaken(state: AppState, { into, row, text }: Message<"selection">): AppState {
  const { tasks } = state;
  switch (into) {
    case "prompt":
      return { ...state, complete: replaced(state.complete, text) };
    case "tokenizer":
      return { ...state, tokenizer: { ...state.tokenizer, text } };
    case "input":
      return { ...state, tasks: { ...tasks, input: text } };
    case "exampleInput":
      return { ...state, tasks: exampleChanged(tasks, row ?? 0, { input: text }) };
    case "exampleOutput":
      return { ...state, tasks: exampleChanged(tasks, row ?? 0, { output: text }) };
    case "passage":
      return { ...state, dialogue: threadChanged(state.dialogue, { passage: text }) };
  }
}
