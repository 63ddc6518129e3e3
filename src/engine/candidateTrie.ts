import { ROOT, type TokenTree } from "./model/tokenTree.ts";
import { logSumExp } from "./sampling/logprobs.ts";

/** A token of one or several candidates, which begin alike up to here. */
export interface TrieNode {
  readonly token: number;
  /** By their tokens. */
  readonly children: Map<number, TrieNode>;
  /** Nodes with children, this one and those below it: the model must run their tokens to score what follows. */
  runs: number;
  /** Natural logarithm of the token's probability after all above it; NaN until {@link scoreChildren} was given it. */
  logprob: number;
}

function newNode(token: number): TrieNode {
  return { token, children: new Map(), runs: 0, logprob: NaN };
}

/** The tokens of all candidates, each shared beginning once, below a node that stands for the prompt. */
export function buildTrie(candidates: readonly (readonly number[])[]): TrieNode {
  const prompt = newNode(NaN);
  for (const candidate of candidates) {
    const path = [prompt];
    for (const token of candidate) {
      const { children } = path.at(-1) ?? prompt;
      const child = children.get(token) ?? newNode(token);
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

/** Gives each token that follows a node its probability, from the logits `[vocabulary]` after the node. */
export function scoreChildren(node: TrieNode, logits: Float32Array): void {
  const total = logSumExp(logits);
  for (const child of node.children.values()) child.logprob = (logits[child.token] ?? -Infinity) - total;
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
