import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { fromDraft, importedDraft, toDraft } from "../../../../src/extension/playground/drafts.ts";
import { generatedMessage, pageToken, paramsOf } from "../../../../src/extension/playground/generateTexts.ts";
import { rangesBefore, surpriseRanges } from "../../../../src/extension/playground/surpriseLevels.ts";
import { BUILTIN_TEMPLATES } from "../../../../src/prompts/builtin/index.ts";
import { checkDraft, checkFromPage } from "../../../../src/shared/playgroundMessages.ts";
import type { GenerateResult } from "../../../../src/shared/protocol.ts";
import { usualControls } from "../../../../src/webview/complete/completeState.ts";

suite("drafts", () => {
  test("every built-in template goes to the page and comes back as it was", () => {
    for (const template of BUILTIN_TEMPLATES) {
      const draft = toDraft(template);
      assert.ok("message" in checkFromPage({ type: "exportTemplate", draft }), template.id);
      assert.deepEqual(fromDraft(draft, template), template, template.id);
    }
  });

  test("what the page does not edit stays as in the template that it began from", () => {
    const [template] = BUILTIN_TEMPLATES;
    assert.ok(template);
    const changed = fromDraft({ ...toDraft(template), id: "mine", title: "Mine", instruction: "Do:" }, template);
    assert.deepEqual(changed, { ...template, id: "mine", title: "Mine", instruction: "Do:" });
    assert.equal(fromDraft({ ...toDraft(changed), instruction: "" }, changed).instruction, undefined);
  });

  test("an imported template comes back whole, though it stands in no list, and is kept with the page", () => {
    for (const template of BUILTIN_TEMPLATES) {
      const draft = importedDraft(template);
      assert.deepEqual(fromDraft(draft, undefined), template, template.id);
      const kept = checkDraft(JSON.parse(JSON.stringify(draft)));
      assert.ok(kept);
      assert.deepEqual(fromDraft(kept, BUILTIN_TEMPLATES[0]), template, "and no other of the same name is mixed in");
    }
  });

  test("a draft that is no template says what is wrong", () => {
    const [template] = BUILTIN_TEMPLATES;
    assert.ok(template);
    assert.throws(() => fromDraft({ ...toDraft(template), pattern: "nothing" }, template), /pattern/);
  });
});

suite("generations of the page", () => {
  const result = (texts: readonly (readonly [string, readonly number[]])[]): GenerateResult => {
    const alternatives = texts.map(([text, ids]) => ({
      text,
      tokens: ids.map((id) => ({ id, text: "", logprob: -1 })),
      finishReason: "length" as const,
      logprob: -1,
    }));
    const [first] = alternatives;
    assert.ok(first);
    return {
      ...first,
      alternatives,
      ...{ promptTokens: 1, reusedTokens: 0, draftedTokens: 0, acceptedTokens: 0, device: "cpu", dtype: "int8" },
      timings: { loadMs: 0, prefillMs: 1, decodeMsPerToken: 2 },
    };
  };

  test("sorted texts find their columns again, and one that is missing is null", () => {
    const { texts } = generatedMessage(
      1,
      result([
        ["b", [2]],
        ["a", [1]],
      ]),
      [[1, 9], [2], [2]],
    );
    assert.deepEqual(texts, ["a", "b", null]);
  });

  test("the beginning of another text, and an empty one, take no other's column", () => {
    const { texts } = generatedMessage(
      1,
      result([
        ["", []],
        ["a", [1]],
        ["ab", [1, 2]],
      ]),
      [[1, 2, 3], [1, 9], [7]],
    );
    assert.deepEqual(texts, ["ab", "a", ""]);
  });

  test("a text that ended before its first token is empty", () => {
    assert.deepEqual(generatedMessage(1, result([["", []]]), []).texts, [""]);
  });

  test("controls become sampling options", () => {
    const controls = { ...usualControls(), seed: 3, alternatives: 2, stop: ["x"] };
    const params = paramsOf({ type: "generate", run: 1, prompt: "p", promptIds: [4], promptIdsText: "q", controls });
    assert.deepEqual([params.prompt, params.promptIds, params.promptIdsText], ["p", [4], "q"]);
    assert.deepEqual([params.alternatives, params.stop], [2, ["x"]]);
    assert.deepEqual(params.sampling, {
      ...{ temperature: 0.8, topK: 40, topP: 1, minP: 0, repetitionPenalty: 1, seed: 3 },
    });
  });

  test("the logarithm of nothing is a number for the page", () => {
    assert.ok(Number.isFinite(pageToken({ id: 1, text: "a", logprob: -Infinity }).logprob));
    assert.ok(Number.isFinite(pageToken({ id: 1, text: "a", logprob: null as unknown as number }).logprob));
    assert.equal("logprob" in pageToken({ id: 1, text: "a" }), false);
  });
});

suite("painting a file", () => {
  const token = (bits: number) => ({ id: 1, text: "", logprob: -bits * Math.LN2 });

  test("neighbours of one level are one range, and white space alone is none", () => {
    const text = "ab  cd";
    const ranges = surpriseRanges(text, [token(5), token(6), token(20), token(13)], [1, 2, 4, 6]);
    assert.deepEqual(
      ranges.map(({ start, end, level }) => [start, end, level]),
      [
        [0, 2, 0],
        [4, 6, 2],
      ],
    );
    assert.ok(Math.abs((ranges[0]?.bits ?? 0) - 6) < 1e-9);
  });

  test("a character's surprise is that of all of its tokens", () => {
    assert.deepEqual(
      surpriseRanges("é", [token(3), token(6)], [undefined, 1]).map(({ level }) => level),
      [1],
    );
  });

  test("a change leaves what stands before it", () => {
    const ranges = surpriseRanges("abcd", [token(5), token(0), token(9)], [1, 2, 4]);
    assert.equal(rangesBefore(ranges, 2).length, 1);
    assert.equal(rangesBefore(ranges, 0).length, 0);
  });
});
