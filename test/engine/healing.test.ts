/** Token healing: a prompt that ends inside of a word is gone on with as if it had been written by tokens of its own. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { generate, type LoadedModel } from "../../src/engine/generate.ts";
import { Healing, takeLastWord } from "../../src/engine/healing.ts";
import type { GenerateParams } from "../../src/shared/protocol.ts";
import { seededRandom } from "../../src/engine/sampling/random.ts";
import { checkpointFolder, nanoFolder } from "../helpers/fixtures.ts";
import { loadForTest, soleJob } from "../helpers/models.ts";
import { fails } from "./helpers/checkpoints.ts";
import { generateAll } from "./helpers/generation.ts";

const PROMPT = "// src/sum.ts\nexport function sum(values: number[]): number {\n  let total = 0;\n";

const loadNano = (t: TestContext): Promise<LoadedModel> => loadForTest(t, nanoFolder, "fp32");

test("cut anywhere, a text goes on as the model wrote it", async (t) => {
  const loaded = await loadNano(t);
  const { result } = await generateAll(loaded, { prompt: PROMPT, heal: true, maxTokens: 24, ignoreEndOfText: true });
  for (let cut = 0; cut < result.text.length - 12; cut++) {
    const prompt = PROMPT + result.text.slice(0, cut);
    const healed = await generateAll(loaded, { prompt, heal: true, maxTokens: 12, ignoreEndOfText: true });
    const rest = result.text.slice(cut);
    assert.equal(healed.result.text.slice(0, rest.length), rest.slice(0, healed.result.text.length), `cut at ${cut}`);
    assert.equal(healed.streamed, healed.result.text);
    assert.equal(healed.result.tokens.map(({ text }) => text).join(""), healed.result.text);
  }
});

test("without healing the rest of a word is another", async (t) => {
  const loaded = await loadNano(t);
  const params = { prompt: "export func", maxTokens: 3 };
  assert.doesNotMatch((await generateAll(loaded, params)).result.text, /^tion /);
  assert.match((await generateAll(loaded, { ...params, heal: true })).result.text, /^tion /);
});

test("whatever the logits are, the first tokens spell the word again", async (t) => {
  const { tokenizer, endOfText, model } = await loadNano(t);
  const random = seededRandom(1);
  for (const word of [" function", "\n    ", "naïve", "日本", "=>", " x"]) {
    for (let draw = 0; draw < 20; draw++) {
      const healing = new Healing(tokenizer, endOfText, word);
      const ids: number[] = [];
      while (tokenizer.decode(ids).length < word.length || tokenizer.decode(ids).includes("\uFFFD")) {
        const logits = healing.mask(Float32Array.from({ length: model.info.vocabularySize }, () => random()));
        const id = logits.indexOf(Math.max(...logits));
        ids.push(id);
        healing.push(id);
        if (ids.length > 40) break;
      }
      assert.ok(tokenizer.decode(ids).startsWith(word), JSON.stringify([word, tokenizer.decode(ids)]));
    }
  }
});

test("drawn texts and alternatives begin where the prompt ends as well", async (t) => {
  const loaded = await loadNano(t);
  const params = { prompt: "import { read", heal: true, maxTokens: 6, alternatives: 3 } as const;
  for (const sampling of [{}, { temperature: 1, seed: 3 }]) {
    const { result } = await generateAll(loaded, { ...params, sampling });
    for (const { text, tokens } of result.alternatives ?? []) {
      assert.ok(!text.startsWith("read") && !text.startsWith(" read"), JSON.stringify(text));
      assert.equal(
        tokens
          .map((token) => token.text)
          .join("")
          .slice(0, text.length),
        text,
      );
    }
  }
});

test("greedy alternatives spell a whole word in one way, and part behind it", async (t) => {
  const loaded = await loadNano(t);
  const prompt = `${PROMPT}    return`;
  const { result } = await generateAll(loaded, { prompt, heal: true, maxTokens: 8, alternatives: 3 });
  const alone = await generateAll(loaded, { prompt, heal: true, maxTokens: 8 });
  assert.equal(result.text, alone.result.text);
  const ids = result.alternatives?.map(({ tokens }) => tokens.map(({ id }) => id)) ?? [];
  assert.equal(ids.length, 3);
  const [word = -1] = loaded.tokenizer.encode(" return");
  assert.deepEqual(
    ids.map(([first]) => first),
    [word, word, word],
  );
  assert.equal(new Set(ids.map(([, second]) => second)).size, 3);
});

test("the probabilities on the way are those among the tokens that can be chosen", async (t) => {
  const loaded = await loadNano(t);
  const { result } = await generateAll(loaded, { prompt: "export fu", heal: true, maxTokens: 1, logprobs: 3 });
  const [first] = result.tokens;
  assert.ok(first?.top);
  for (const { text } of first.top) assert.ok(text.startsWith(" fu") || " fu".startsWith(text), text);
  assert.ok(Math.exp(first.logprob) > 0.5, "nothing but function begins so");
});

test("a prompt of one word starts after an end of text, or keeps the word where there is none", async (t) => {
  const loaded = await loadNano(t);
  const params = { prompt: "impo", heal: true, maxTokens: 1 };
  assert.match((await generateAll(loaded, params)).result.text, /^rt/);
  const bare = { ...loaded, endOfText: undefined };
  assert.equal((await generateAll(bare, params)).result.promptTokens, loaded.tokenizer.encode("impo").length);
});

test("what is no word is left alone", async (t) => {
  const { tokenizer } = await loadForTest(t, checkpointFolder("tiny-plain"), "fp32");
  const heal = (text: string) => takeLastWord(tokenizer, text, tokenizer.encode(text));
  assert.equal(heal("a word").word, " word");
  assert.equal(heal("").word, "");
});

test("of a long word, such as a sentence without spaces, a few tokens are taken back", async (t) => {
  const { tokenizer } = await loadNano(t);
  for (const word of ["x".repeat(200), "これは日本語のコメント", "пользователь", "这个函数返回用户列表"]) {
    const prompt = `// ${word}`;
    const ids = tokenizer.encode(prompt);
    const healed = takeLastWord(tokenizer, prompt, ids);
    const taken = ids.length - healed.ids.length;
    assert.ok(taken > 0 && taken <= 8, `${word}: ${taken} tokens`);
    assert.ok(healed.word !== "" && !healed.word.includes("\uFFFD") && prompt.endsWith(healed.word), healed.word);
    assert.equal(tokenizer.decode(healed.ids) + healed.word, prompt);
  }
});

test("what is left of the prompt's last character when the text ends is no part of it", async (t) => {
  const loaded = await loadNano(t);
  const prompt = "// 日本語";
  const { word } = takeLastWord(loaded.tokenizer, prompt, loaded.tokenizer.encode(prompt));
  for (let maxTokens = 1; maxTokens < loaded.tokenizer.encode(word).length; maxTokens++) {
    const { result, streamed } = await generateAll(loaded, { prompt, heal: true, maxTokens });
    assert.deepEqual([result.text, streamed], ["", ""], `${maxTokens} tokens`);
  }
});

test("greedy alternatives are as many as were asked for where few tokens complete the word", async (t) => {
  const loaded = await loadNano(t);
  for (const prompt of ["new Promi", "ids: promptIds, word } = promp", "export func"]) {
    const params = { prompt, heal: true, maxTokens: 8, alternatives: 4, keepRepeats: true } as const;
    const { result } = await generateAll(loaded, params);
    assert.equal(new Set(result.alternatives?.map(({ text }) => text)).size, 4, prompt);
    assert.equal(result.text, (await generateAll(loaded, { prompt, heal: true, maxTokens: 8 })).result.text);
  }
});

test("healing needs text at the end of the prompt", async (t) => {
  const loaded = await loadNano(t);
  const params: GenerateParams = {
    model: { folder: nanoFolder },
    prompt: "a",
    promptIds: [1],
    heal: true,
    maxTokens: 1,
    priority: "action",
  };
  await assert.rejects(generate(loaded, params, soleJob()).next(), fails("invalidRequest", /promptIds/));
});
