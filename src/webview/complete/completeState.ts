/** What the Complete tab knows, and how each event changes it: pure, so that every step is tested without a page. */
import { CONTROL_NAMES, CONTROL_RANGES } from "../../shared/playgroundControls.ts";
import type {
  FromPage,
  PlaygroundChoice,
  PlaygroundControls,
  PlaygroundToken,
  ToPage,
} from "../../shared/playgroundMessages.ts";
import { type EditHistory, redo, replacePresent, startHistory, step, type, undo } from "../edit/editHistory.ts";
import { latest } from "../latest.ts";
import { keepPrefix, type PlacedToken } from "../tokens/placeTokens.ts";
import { promptOf, promptOfBranch, type TokenizedPrompt } from "../tokens/promptOf.ts";
import {
  addBranch,
  branchOf,
  type BranchTree,
  EMPTY_TREE,
  pathTo,
  removeBranch,
  textOf,
  tokensOf,
  updateBranch,
} from "./branchTree.ts";

/** The model writes: one branch for each of the texts that were asked for. */
interface Generation {
  readonly run: number;
  readonly branches: readonly number[];
  /** Where to go back to when nothing comes. */
  readonly origin: number;
  readonly startedAt: number;
}

interface Scoring {
  readonly run: number;
  readonly branch: number;
  /** The user has not asked for it. */
  readonly isQuiet: boolean;
}

export interface GenerationFigures {
  readonly tokens: number;
  readonly promptTokens: number;
  readonly reusedTokens: number;
  readonly prefillMs: number;
  readonly msPerToken: number;
}

export interface CompleteState {
  readonly history: EditHistory;
  readonly tree: BranchTree;
  readonly controls: PlaygroundControls;
  readonly generation?: Generation | undefined;
  readonly scoring?: Scoring | undefined;
  /** The texts that were generated together, to be compared. */
  readonly shown: readonly number[];
  /** The token that the cursor is at, and the one under the mouse: indices of {@link placedTokens}. */
  readonly pointed?: number | undefined;
  readonly hovered?: number | undefined;
  readonly showsBoundaries: boolean;
  /** How the whole text is read as tokens: where each ends. */
  readonly reading?: { readonly text: string; readonly ends: readonly number[] } | undefined;
  readonly figures?: GenerationFigures | undefined;
  readonly problem?: string | undefined;
}

type Generate = Extract<FromPage, { type: "generate" }>;
type Message<K extends ToPage["type"]> = Extract<ToPage, { type: K }>;

/** A state with the message that makes it come true. */
export interface Started<M> {
  readonly state: CompleteState;
  readonly message: M;
}

export function usualControls(): PlaygroundControls {
  const usual = Object.fromEntries(CONTROL_NAMES.map((name) => [name, CONTROL_RANGES[name].default]));
  return { ...(usual as Omit<PlaygroundControls, "stop">), stop: [] };
}

export function emptyComplete(): CompleteState {
  return {
    history: startHistory({ text: "", caret: 0 }),
    tree: EMPTY_TREE,
    controls: usualControls(),
    shown: [],
    showsBoundaries: false,
  };
}

const tokensOfBranch = latest(tokensOf);
const textOfBranch = latest(textOf);
const keptTokens = latest(keepPrefix);
const NO_TOKENS: readonly PlacedToken[] = [];

/** The tokens of the text whose probabilities are known and still hold. */
export function placedTokens({ tree, history: { present } }: CompleteState): readonly PlacedToken[] {
  if (branchOf(tree, present.branch) === undefined || present.branch === undefined) return NO_TOKENS;
  return keptTokens(tokensOfBranch(tree, present.branch), textOfBranch(tree, present.branch), present.text);
}

/** The token that is looked at. */
export function shownToken(state: CompleteState): { readonly placed: PlacedToken; readonly index: number } | undefined {
  const index = state.hovered ?? state.pointed;
  const placed = index === undefined ? undefined : placedTokens(state)[index];
  return placed && index !== undefined ? { placed, index } : undefined;
}

/** What the model wrote last at the end of the text, if anything. */
export function lastGenerated({ tree, history: { present } }: CompleteState): number | undefined {
  const branch = branchOf(tree, present.branch);
  return branch?.parent !== undefined && textOf(tree, branch.id) === present.text ? branch.id : undefined;
}

/** The user has changed the text. */
export function edited(
  state: CompleteState,
  text: string,
  caret: number,
  now: number,
  isTyping: boolean,
): CompleteState {
  const snapshot = { text, caret, branch: state.history.present.branch };
  const history = isTyping ? type(state.history, snapshot, now) : step(state.history, snapshot);
  return withoutPointers({ ...state, history });
}

export function undone(state: CompleteState): CompleteState {
  return state.generation ? state : withoutPointers({ ...state, history: undo(state.history) });
}

export function redone(state: CompleteState): CompleteState {
  return state.generation ? state : withoutPointers({ ...state, history: redo(state.history) });
}

/** Shows another text in place of the present one. */
export function replaced(state: CompleteState, text: string): CompleteState {
  return withoutPointers({ ...state, shown: [], history: step(state.history, { text, caret: text.length }) });
}

/** Shows a prompt with the text that it has led to, as two steps of the tree. */
export function opened(state: CompleteState, prompt: string, answer: string): CompleteState {
  const root = addBranch(state.tree, { start: 0, text: prompt, tokens: [] });
  if (answer === "") return at({ ...state, tree: root.tree, shown: [] }, root.id);
  const child = { parent: root.id, start: prompt.length, text: answer, tokens: [] };
  const made = addBranch(root.tree, child);
  return at({ ...state, tree: made.tree, shown: [] }, made.id);
}

/** Walks to a branch of the tree. */
export function walked(state: CompleteState, branch: number): CompleteState {
  return state.generation ? state : at(state, branch);
}

/** Goes on after the text, with as many texts as the controls say. */
export function generate(state: CompleteState, run: number, now: number): Started<Generate> {
  const based = onBranch(state);
  const { text, branch } = based.history.present;
  return begin(based, run, now, {
    parent: branch ?? 0,
    start: text.length,
    prompt: promptOf(text, placedTokens(based)),
    chosen: [],
  });
}

/** Another text in place of the last one. Undefined where the model wrote nothing at the end. */
export function regenerate(state: CompleteState, run: number, now: number): Started<Generate> | undefined {
  const last = branchOf(state.tree, lastGenerated(state));
  if (last?.parent === undefined) return undefined;
  const { parent, start, tokens, chosen: count = 0 } = last;
  const text = textOf(state.tree, parent).slice(0, start);
  const placed = tokensOf(state.tree, parent).filter(({ end }) => end <= start);
  const { prompt, promptIds, promptIdsText } = promptOf(text, placed);
  const chosen = tokens.slice(0, count);
  return begin(state, run, now, {
    parent,
    start,
    prompt: {
      prompt,
      promptIds: [...promptIds, ...chosen.map(({ id }) => id)],
      promptIdsText: promptIdsText + chosenText(chosen),
    },
    chosen,
  });
}

/** Takes another token at a place, and lets the model go on from it. Undefined where no such token is known. */
export function branch(
  state: CompleteState,
  index: number,
  choice: PlaygroundChoice,
  run: number,
  now: number,
): Started<Generate> | undefined {
  const placed = placedTokens(state);
  const { text } = state.history.present;
  const here = placed[index];
  const prompt = promptOfBranch(text, placed, index, choice);
  if (!here || !prompt || !canBranch(choice)) return undefined;
  const path = pathTo(state.tree, state.history.present.branch ?? 0);
  const parent = path.findLast(({ start, parent: above }) => above === undefined || start <= here.start);
  if (!parent) return undefined;
  const { top = [] } = here.token;
  const rank = top.findIndex(({ id }) => id === choice.id) + 1;
  return begin(state, run, now, {
    parent: parent.id,
    start: here.start,
    prompt,
    chosen: [{ ...choice, rank, top }],
  });
}

/** A part of a character is no text to go on from. */
export function canBranch({ text }: PlaygroundChoice): boolean {
  return text !== "" && !text.includes("\uFFFD");
}

/** Takes the last generated text out again. */
export function withoutGeneration(state: CompleteState): CompleteState {
  const last = branchOf(state.tree, lastGenerated(state));
  if (last?.parent === undefined || state.generation) return state;
  const text = textOf(state.tree, last.parent).slice(0, last.start);
  const history = step(state.history, { text, caret: text.length, branch: last.parent });
  return withoutPointers({ ...state, history, shown: [] });
}

export function tokenArrived(state: CompleteState, message: Message<"token">): CompleteState {
  const { generation, tree, history } = state;
  const id = generation?.run === message.run ? generation.branches[message.alternative] : undefined;
  const grown = branchOf(tree, id);
  if (!grown) return state;
  const next = updateBranch(tree, grown.id, {
    text: grown.text + message.text,
    tokens: [...grown.tokens, message.token],
  });
  if (history.present.branch !== grown.id) return { ...state, tree: next };
  const text = history.present.text + message.text;
  return {
    ...state,
    tree: next,
    history: replacePresent(history, { text, caret: text.length, branch: grown.id }),
  };
}

export function generated(state: CompleteState, message: Message<"generated">): CompleteState {
  const { generation } = state;
  if (generation?.run !== message.run) return state;
  let { tree } = state;
  for (const [i, id] of generation.branches.entries()) {
    const text = message.texts[i];
    const own = branchOf(tree, id);
    if (!own) continue;
    if (text === null || text === undefined) tree = removeBranch(tree, id);
    else tree = updateBranch(tree, id, { text: chosenText(own.tokens.slice(0, own.chosen ?? 0)) + text });
  }
  const tokens = writtenTokens(tree, generation.branches);
  const { promptTokens, reusedTokens, prefillMs, msPerToken } = message;
  const figures = { tokens, promptTokens, reusedTokens, prefillMs, msPerToken };
  return settled({ ...state, tree, figures }, generation);
}

/** How many tokens the model wrote in these branches. */
export function writtenTokens(tree: BranchTree, branches: readonly number[]): number {
  return branches.reduce((sum, id) => {
    const { tokens = [], chosen = 0 } = branchOf(tree, id) ?? {};
    return sum + tokens.length - chosen;
  }, 0);
}

/** A run of this tab has ended without a result. */
export function ended(state: CompleteState, run: number, problem: string | undefined): CompleteState {
  const { generation, scoring } = state;
  if (scoring?.run === run) {
    return { ...state, scoring: undefined, problem: scoring.isQuiet ? state.problem : problem };
  }
  if (generation?.run !== run) return state;
  return settled({ ...state, problem }, generation);
}

interface Beginning {
  readonly parent: number;
  readonly start: number;
  readonly prompt: TokenizedPrompt;
  /** Tokens that the user has chosen: the text begins with them. */
  readonly chosen: readonly PlaygroundToken[];
}

function begin(state: CompleteState, run: number, now: number, beginning: Beginning): Started<Generate> {
  const { parent, start, prompt, chosen } = beginning;
  const origin = state.history.present.branch ?? parent;
  const text = chosenText(chosen);
  let { tree } = state;
  const branches = Array.from({ length: state.controls.alternatives }, () => {
    const made = addBranch(tree, { parent, start, text, tokens: chosen, chosen: chosen.length });
    ({ tree } = made);
    return made.id;
  });
  const next = at({ ...state, tree }, branches[0] ?? parent);
  return {
    state: {
      ...next,
      generation: { run, branches, origin, startedAt: now },
      shown: branches.length > 1 ? branches : [],
      figures: undefined,
      problem: undefined,
    },
    message: {
      type: "generate",
      run,
      prompt: prompt.prompt,
      promptIds: [...prompt.promptIds],
      promptIdsText: prompt.promptIdsText,
      controls: state.controls,
    },
  };
}

/** After the end of a generation: a branch to which nothing came is no branch. */
function settled(state: CompleteState, { branches, origin }: Generation): CompleteState {
  const empty = branches.filter((id) => branchOf(state.tree, id)?.text === "");
  const tree = empty.reduce(removeBranch, state.tree);
  const left = branches.filter((id) => branchOf(tree, id));
  const present = state.history.present.branch;
  const shown = left.length > 1 ? left : [];
  const next = { ...state, tree, shown, generation: undefined };
  const current = branchOf(tree, present)?.id ?? left[0] ?? origin;
  if (!branchOf(tree, current)) return next;
  const text = textOf(tree, current);
  const history = replacePresent(state.history, { text, caret: text.length, branch: current });
  return { ...next, history: left.length > 0 ? history : undo(state.history) };
}

/** Makes the text a branch of the tree: the present one as far as it goes, else a prompt of its own. */
export function onBranch(state: CompleteState): CompleteState {
  const { tree, history } = state;
  const { text, caret, branch: present } = history.present;
  const isKnown = branchOf(tree, present) && present !== undefined && textOf(tree, present).startsWith(text);
  if (isKnown && text !== "") return state;
  const made = addBranch(tree, { start: 0, text, tokens: [] });
  return { ...state, tree: made.tree, history: replacePresent(history, { text, caret, branch: made.id }) };
}

/** The text as a prompt of its own, unless it is one. */
export function withOwnRoot(state: CompleteState): CompleteState {
  const { tree, history } = state;
  const own = branchOf(tree, history.present.branch);
  if (own?.parent === undefined && own?.text === history.present.text && own.tokens.length === 0) return state;
  return { ...state, history: replacePresent(history, { ...history.present, branch: undefined }) };
}

function at(state: CompleteState, id: number): CompleteState {
  if (!branchOf(state.tree, id)) return state;
  const text = textOf(state.tree, id);
  const history = step(state.history, { text, caret: text.length, branch: id });
  return withoutPointers({ ...state, history });
}

function withoutPointers(state: CompleteState): CompleteState {
  return { ...state, pointed: undefined, hovered: undefined };
}

function chosenText(chosen: readonly PlaygroundToken[]): string {
  return chosen.map(({ text }) => text).join("");
}
