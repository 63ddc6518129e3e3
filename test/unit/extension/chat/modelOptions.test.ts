import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readModelOptions } from "../../../../src/extension/chat/modelOptions.ts";

const MOST = 100;

suite("readModelOptions", () => {
  for (const { name, options, expected } of [
    {
      name: "nothing: greedy",
      options: undefined,
      expected: { maxTokens: MOST, stop: [], sampling: { temperature: 0 } },
    },
    {
      name: "all, in the spelling of this API",
      options: {
        ...{ temperature: 0.5, topK: 40, topP: 0.9, minP: 0.05, repetitionPenalty: 1.1, seed: 7 },
        ...{ maxTokens: 20, stop: ["\n", "END"] },
      },
      expected: {
        maxTokens: 20,
        stop: ["\n", "END"],
        sampling: { temperature: 0.5, topK: 40, topP: 0.9, minP: 0.05, repetitionPenalty: 1.1, seed: 7 },
      },
    },
    {
      name: "the spelling of HTTP APIs, and one stop",
      options: { max_tokens: 20, top_p: 0.9, stop: "\n" },
      expected: { maxTokens: 20, stop: ["\n"], sampling: { temperature: 1, topP: 0.9 } },
    },
    {
      name: "a seed alone draws tokens",
      options: { seed: 3 },
      expected: { maxTokens: MOST, stop: [], sampling: { temperature: 1, seed: 3 } },
    },
    {
      name: "a temperature of zero stays",
      options: { seed: 3, temperature: 0 },
      expected: { maxTokens: MOST, stop: [], sampling: { temperature: 0, seed: 3 } },
    },
    {
      name: "notes that VS Code's chat makes to itself, and what is not set",
      options: { _capturingTokenCorrelationId: "x", stop: undefined, temperature: null },
      expected: { maxTokens: MOST, stop: [], sampling: { temperature: 0 } },
    },
  ]) {
    test(name, () => assert.deepEqual(readModelOptions(options, MOST), expected));
  }

  for (const { options, message } of [
    { options: { frequency_penalty: 1 }, message: /knows no option "frequencyPenalty": it knows temperature, topK,/ },
    { options: { temperature: "hot" }, message: /"temperature" is not valid/ },
    { options: { seed: 1.5 }, message: /"seed" is not valid/ },
    { options: { stop: [""] }, message: /"stop" is not valid/ },
    { options: { maxTokens: 0 }, message: /"maxTokens" is not valid/ },
    { options: { maxTokens: MOST + 1 }, message: /answers with 100 tokens at most/ },
    { options: { maxTokens: 5, max_tokens: 6 }, message: /"maxTokens" is there twice/ },
  ]) {
    test(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(() => readModelOptions(options, MOST), { kind: "invalidRequest", message });
    });
  }
});
