import { ROOT, type TokenTree } from "./model/tokenTree.ts";

/** A token of one or several candidates, which begin alike up to here. */
export interface TrieNode {
  readonly token: number;
  /** The token before it; the prompt's node has none. */
  readonly parent: TrieNode | undefined;
  /** By their tokens. */
  readonly children: Map<number, TrieNode>;
  /** Nodes with children, this one and those below it: the model must run their tokens to score what follows. */
  runs: number;
  /** Natural logarithm of the token's probability after all above it; NaN until {@link scoreChildren} was given it. */
  logprob: number;
}

function newNode(token: number, parent?: TrieNode): TrieNode {
  return { token, parent, children: new Map(), runs: 0, logprob: NaN };
}

/** The tokens of all candidates, each shared beginning once, below a node that stands for the prompt. */
export function buildTrie(candidates: readonly (readonly number[])[]): TrieNode {
  const prompt = newNode(NaN);
  for (const candidate of candidates) {
    const path = [prompt];
    for (const token of candidate) {
      const parent = path.at(-1) ?? prompt;
      const { children } = parent;
      const child = children.get(token) ?? newNode(token, parent);
      children.set(token, child);
      path.push(child);
    }
    // Those that got their first child now, and the nodes above them.
    let added = 0;
    for (const node of path.slice(0, -1).reverse()) {
      if (node.runs === 0) added++;
      node.runs += added;
    }
  }
  return prompt;
}

/**
 * Gives each token that follows a node its probability.
 * @param logits `[vocabulary]` after the node
 * @param total the logarithm of the sum of their exponentials
 */
export function scoreChildren(node: TrieNode, { logits, total }: { logits: Float32Array; total: number }): void {
  for (const child of node.children.values()) child.logprob = (logits[child.token] ?? -Infinity) - total;
}

/** The tokens from the prompt to a node. */
export function tokensTo(node: TrieNode): number[] {
  const tokens: number[] = [];
  for (let at = node; at.parent; at = at.parent) tokens.push(at.token);
  return tokens.reverse();
}

/** Natural logarithm of the probability of all tokens of a candidate, once they are scored. */
export function logprobOf(prompt: TrieNode, candidate: readonly number[]): number {
  let node: TrieNode | undefined = prompt;
  let sum = 0;
  for (const token of candidate) {
    node = node?.children.get(token);
    sum += node?.logprob ?? NaN;
  }
  return sum;
}

/** Those of a node's children that have children. */
export function branchesOf(node: TrieNode): TrieNode[] {
  return [...node.children.values()].filter(({ runs }) => runs > 0);
}

/** A branch from its first node on: the nodes that follow one another until it parts, or until at most `room` runs are left. */
export function stemOf(branch: TrieNode, room: number): TrieNode[] {
  const stem = [branch];
  for (;;) {
    const [next, other] = branchesOf(stem.at(-1) ?? branch);
    if (!next || other || next.runs <= room) return stem;
    stem.push(next);
  }
}

/** Branches of at most `room` runs each, side by side in groups of at most as many. */
export function inGroups(branches: readonly TrieNode[], room: number): TrieNode[][] {
  const groups: TrieNode[][] = [];
  let left = 0;
  for (const branch of branches) {
    if (branch.runs > left) {
      groups.push([]);
      left = room;
    }
    groups.at(-1)?.push(branch);
    left -= branch.runs;
  }
  return groups;
}

/** The nodes with children among some and all below them, as the tree that the model runs: node i is its token i. */
export function treeOf(branches: readonly TrieNode[]): { nodes: TrieNode[]; tree: TokenTree } {
  const nodes: TrieNode[] = [];
  const parents: number[] = [];
  const add = (node: TrieNode, parent: number): void => {
    const index = nodes.push(node) - 1;
    parents.push(parent);
    for (const branch of branchesOf(node)) add(branch, index);
  };
  for (const branch of branches) add(branch, ROOT);
  return { nodes, tree: { tokens: nodes.map(({ token }) => token), parents } };
}
