import assert from "node:assert/strict";
import { test } from "node:test";
import {
  branchesOf,
  buildTrie,
  inGroups,
  logprobOf,
  scoreChildren,
  stemOf,
  treeOf,
  type TrieNode,
} from "../../../src/engine/candidateTrie.ts";

const CANDIDATES = [[1, 2, 3], [1, 2, 4, 5], [1, 2], [6], [7, 8], [1, 2, 3]];

function tokensOf(nodes: readonly TrieNode[]): number[] {
  return nodes.map(({ token }) => token);
}

test("a tree has each shared beginning once, and no last token", () => {
  const trie = buildTrie(CANDIDATES);
  assert.deepEqual([trie.children.size, trie.runs], [3, 5]);
  assert.deepEqual(tokensOf(branchesOf(trie)), [1, 7]);
  const { nodes, tree } = treeOf(branchesOf(trie));
  assert.deepEqual(tree, { tokens: [1, 2, 4, 7], parents: [-1, 0, 1, -1] });
  assert.deepEqual(tokensOf(nodes), tree.tokens);
});

test("the number of runs is that of the nodes with children, in any order of the candidates", () => {
  const count = (node: TrieNode): number =>
    (node.children.size > 0 ? 1 : 0) + [...node.children.values()].reduce((sum, child) => sum + count(child), 0);
  for (const candidates of [CANDIDATES, CANDIDATES.toReversed(), CANDIDATES.toSorted((a, b) => a.length - b.length)]) {
    const check = (node: TrieNode): void => {
      assert.equal(node.runs, count(node));
      node.children.forEach(check);
    };
    check(buildTrie(candidates));
  }
});

test("a candidate's log-probability is the sum of its tokens', each after those before it", () => {
  const trie = buildTrie([
    [0, 1],
    [1, 0],
    [0, 0],
  ]);
  const after = (node: TrieNode | undefined, ...probabilities: number[]): void => {
    assert.ok(node);
    // Any shift of logits leaves the probabilities as they are.
    scoreChildren(node, { logits: Float32Array.from(probabilities, (p) => Math.log(p) + 7), total: 7 });
  };
  after(trie, 0.25, 0.75);
  after(trie.children.get(0), 0.5, 0.5);
  assert.ok(Math.abs(logprobOf(trie, [0, 1]) - Math.log(0.125)) < 1e-6);
  assert.ok(Math.abs(logprobOf(trie, [0]) - Math.log(0.25)) < 1e-6);
  assert.ok(Number.isNaN(logprobOf(trie, [1, 0])), "what was not scored is not taken for likely");
});

test("a stem goes on until its branch parts, or the rest fits in a run", () => {
  const [long] = branchesOf(buildTrie([[1, 2, 3, 4, 5, 6, 7]]));
  assert.ok(long);
  assert.deepEqual(tokensOf(stemOf(long, 0)), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(tokensOf(stemOf(long, 2)), [1, 2, 3, 4]);
  const [parting] = branchesOf(
    buildTrie([
      [1, 2, 3, 4],
      [1, 2, 5, 6],
    ]),
  );
  assert.ok(parting);
  assert.deepEqual(tokensOf(stemOf(parting, 0)), [1, 2]);
});

test("groups take as many runs as there is room for, all branches, each once", () => {
  const lines = [3, 2, 2, 4, 1].map((length, i) => Array.from({ length: length + 1 }, () => i));
  const branches = branchesOf(buildTrie(lines));
  assert.deepEqual(inGroups(branches, 4).map(tokensOf), [[0], [1, 2], [3], [4]]);
  assert.deepEqual(inGroups(branches, 12).map(tokensOf), [[0, 1, 2, 3, 4]]);
  assert.deepEqual(inGroups([], 4), []);
});
