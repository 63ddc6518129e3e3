import type { PlaygroundToken } from "../../shared/playgroundMessages.ts";
import { type PlacedToken, placeTokens } from "../tokens/placeTokens.ts";

/**
 * A text that was written or generated: it goes on after the first `start` code units of its parent's text. One without
 * a parent is a prompt.
 */
export interface Branch {
  readonly id: number;
  readonly parent?: number;
  readonly start: number;
  readonly text: string;
  readonly tokens: readonly PlaygroundToken[];
  /** How many of its tokens the user has chosen: 1 after a click on an alternative. */
  readonly chosen?: number;
}

/** All texts of a session, by the order in which they were made. */
export interface BranchTree {
  readonly branches: readonly Branch[];
  readonly nextId: number;
}

export const EMPTY_TREE: BranchTree = { branches: [], nextId: 1 };

/** More are not kept: the oldest prompt goes with all that came of it. */
const MOST_BRANCHES = 60;

export function branchOf(tree: BranchTree, id: number | undefined): Branch | undefined {
  return tree.branches.find((branch) => branch.id === id);
}

/** Adds a branch, and gives its id. */
export function addBranch(
  tree: BranchTree,
  branch: Omit<Branch, "id">,
): { readonly tree: BranchTree; readonly id: number } {
  const id = tree.nextId;
  const branches = [...tree.branches, { ...branch, id }];
  return { tree: { branches: withoutOldest(branches, id), nextId: id + 1 }, id };
}

export function updateBranch(tree: BranchTree, id: number, change: Partial<Omit<Branch, "id">>): BranchTree {
  return { ...tree, branches: tree.branches.map((branch) => (branch.id === id ? { ...branch, ...change } : branch)) };
}

/** Removes a branch and all that came of it. */
export function removeBranch(tree: BranchTree, id: number): BranchTree {
  const gone = descendantsOf(tree.branches, id);
  return { ...tree, branches: tree.branches.filter((branch) => !gone.has(branch.id)) };
}

/** From the prompt to the branch. */
export function pathTo(tree: BranchTree, id: number): Branch[] {
  const path: Branch[] = [];
  for (let branch = branchOf(tree, id); branch; branch = branchOf(tree, branch.parent)) path.unshift(branch);
  return path;
}

/** The whole text of a branch, from its prompt on. */
export function textOf(tree: BranchTree, id: number): string {
  return pathTo(tree, id).reduce((text, branch) => text.slice(0, branch.start) + branch.text, "");
}

/** The known tokens of the whole text of a branch. */
export function tokensOf(tree: BranchTree, id: number): PlacedToken[] {
  const text = textOf(tree, id);
  const placed: PlacedToken[] = [];
  for (const { start, tokens, parent } of pathTo(tree, id)) {
    while ((placed.at(-1)?.end ?? 0) > start || (placed.at(-1)?.start ?? -1) >= start) placed.pop();
    placed.push(...placeTokens(text, tokens, start, parent !== undefined));
  }
  return placed;
}

/** One row of the tree as it is shown. */
export interface TreeRow {
  readonly branch: Branch;
  readonly depth: number;
  readonly hasChildren: boolean;
  /** Among those with the same parent, from 1, and how many they are. */
  readonly position: number;
  readonly siblings: number;
}

/** The tree from top to bottom, newest prompt first. */
export function treeRows({ branches }: BranchTree): TreeRow[] {
  const rows: TreeRow[] = [];
  const visit = (parent: number | undefined, depth: number): void => {
    const children = branches.filter((branch) => branch.parent === parent);
    if (parent === undefined) children.reverse();
    for (const [i, branch] of children.entries()) {
      const hasChildren = branches.some((other) => other.parent === branch.id);
      rows.push({ branch, depth, hasChildren, position: i + 1, siblings: children.length });
      visit(branch.id, depth + 1);
    }
  };
  visit(undefined, 0);
  return rows;
}

function withoutOldest(branches: readonly Branch[], newest: number): readonly Branch[] {
  let kept = branches;
  while (kept.length > MOST_BRANCHES) {
    const newestRoot = rootOf(kept, newest);
    const oldest = kept.find(({ id, parent }) => parent === undefined && id !== newestRoot);
    if (!oldest) return kept;
    const gone = descendantsOf(kept, oldest.id);
    kept = kept.filter(({ id }) => !gone.has(id));
  }
  return kept;
}

function rootOf(branches: readonly Branch[], id: number): number {
  const parent = branches.find((branch) => branch.id === id)?.parent;
  return parent === undefined ? id : rootOf(branches, parent);
}

function descendantsOf(branches: readonly Branch[], id: number): Set<number> {
  // A branch is always younger than its parent.
  const found = new Set([id]);
  for (const branch of branches) if (branch.parent !== undefined && found.has(branch.parent)) found.add(branch.id);
  return found;
}
