/** Asks for the probabilities of tokens that nobody has generated, and takes them in. */
import type { FromPage, ToPage } from "../../shared/playgroundMessages.ts";
import { branchOf, pathTo, updateBranch } from "./branchTree.ts";
import {
  type CompleteState,
  lastGenerated,
  onBranch,
  placedTokens,
  type Started,
  withOwnRoot,
} from "./completeState.ts";

type Score = Extract<FromPage, { type: "score" }>;
type ScoredTokens = Extract<ToPage, { type: "scoredTokens" }>;

/**
 * Asks for the probabilities of the tokens that have none. Undefined where all have one.
 * @param isQuiet the user has not asked for it: nothing is said where it cannot be done
 */
export function score(state: CompleteState, run: number, isQuiet = false): Started<Score> | undefined {
  const { text } = state.history.present;
  if (state.scoring || text === "" || isScored(state)) return undefined;
  const [root, ...generations] = pathTo(state.tree, state.history.present.branch ?? 0);
  const placed = placedTokens(state);
  // The prompt of a text whose other tokens are known, else all of it. Some of the prompt may have been taken out again.
  const known = Math.min(...generations.map(({ start }) => start));
  const lacksPrompt = root !== undefined && placed[0]?.start === known && placed.at(-1)?.end === text.length;
  if (isQuiet && !lacksPrompt && lastGenerated(state) !== undefined) return undefined;
  const based = lacksPrompt ? state : onBranch(withOwnRoot(state));
  const target = lacksPrompt ? root : branchOf(based.tree, based.history.present.branch);
  if (!target || target.text === "") return undefined;
  const tree = updateBranch(based.tree, target.id, { tokens: [] });
  return {
    state: {
      ...based,
      tree,
      scoring: { run, branch: target.id, isQuiet },
      problem: isQuiet ? state.problem : undefined,
    },
    message: { type: "score", run, text: target.text },
  };
}

/** Whether every token of the text has its probability, but for the first. */
export function isScored(state: CompleteState): boolean {
  const placed = placedTokens(state);
  return placed[0]?.start === 0 && placed.at(-1)?.end === state.history.present.text.length;
}

export function scoredTokensArrived(state: CompleteState, message: ScoredTokens): CompleteState {
  const { scoring, tree } = state;
  const target = scoring?.run === message.run ? branchOf(tree, scoring.branch) : undefined;
  if (!target) return state;
  const next = { ...state, tree: updateBranch(tree, target.id, { tokens: [...target.tokens, ...message.tokens] }) };
  // The tokens of the prompt come in front of those that were known: who looks at one goes on looking at it.
  const [before, after] = [placedTokens(state), placedTokens(next)];
  const moved = (index: number | undefined): number | undefined => {
    const token = index === undefined ? undefined : before[index]?.token;
    return token && after.findIndex((placed) => placed.token === token);
  };
  return { ...next, pointed: moved(state.pointed), hovered: moved(state.hovered) };
}
