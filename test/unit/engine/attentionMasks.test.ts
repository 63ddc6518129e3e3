import assert from "node:assert/strict";
import { test } from "node:test";
import { causalMask, pastMask, treeMask } from "../../../src/engine/model/attentionMasks.ts";
import { depths, ROOT, type TokenTree } from "../../../src/engine/model/tokenTree.ts";

/** A row of words for each token: `x` where it looks, `.` where it does not. */
function drawn(mask: Float32Array, rows: number): string[] {
  const width = mask.length / rows;
  return Array.from({ length: rows }, (_, row) =>
    [...mask.subarray(row * width, (row + 1) * width)].map((value) => (value === 0 ? "x" : ".")).join(""),
  );
}

const treeOf = (...parents: number[]): TokenTree => ({ tokens: parents.map(() => 0), parents });

test("every token looks at the past as far as it goes", () => {
  assert.deepEqual(drawn(pastMask(3, 5), 1), ["xxx.."]);
  assert.deepEqual(drawn(pastMask(0, 2), 1), [".."]);
});

test("a token looks at the recent ones and at the new ones up to itself", () => {
  assert.deepEqual(drawn(causalMask(2, 3), 3), ["xxx..", "xxxx.", "xxxxx"]);
});

test("a token of a tree looks at those that it follows, and not at its siblings", () => {
  //   0 - 1 - 3      2 - 4
  assert.deepEqual(drawn(treeMask(2, treeOf(ROOT, 0, ROOT, 1, 2)), 5), [
    "xxx....",
    "xxxx...",
    "xx..x..",
    "xxxx.x.",
    "xx..x.x",
  ]);
  assert.deepEqual(depths(treeOf(ROOT, 0, ROOT, 1, 2)), [0, 1, 0, 2, 1]);
});

test("a tree without branches is a text", () => {
  assert.deepEqual(treeMask(3, treeOf(ROOT, 0, 1, 2)), causalMask(3, 4));
});
