/** Prompts that fit the context, with the tokens of a real vocabulary. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { loadTokenizer } from "../../src/engine/tokenizer/loadTokenizer.ts";
import { BUILTIN_TEMPLATES } from "../../src/prompts/builtin/index.ts";
import { parseTemplate } from "../../src/prompts/parseTemplate.ts";
import type { TaskTemplate } from "../../src/prompts/template.ts";
import type { TokenizeResult } from "../../src/shared/protocol.ts";
import { LocalghostError } from "../../src/shared/errors.ts";
import { fitPrompt, type FittedPrompt, GAP, type PromptWishes } from "../../src/tasks/fitPrompt.ts";
import { headCut, placeTokens, tailCut } from "../../src/tasks/tokenCuts.ts";
import { nanoFolder } from "../helpers/fixtures.ts";

const tokenizer = loadTokenizer(nanoFolder);

function tokenize(text: string): TokenizeResult {
  const ids = tokenizer.encode(text);
  return {
    ids,
    pieces: ids.map((id) => tokenizer.decode([id])),
    byteLengths: ids.map((id) => tokenizer.bytesOf(id).length),
  };
}

/** How long the texts were whose tokens were asked for. */
function counter(): { lengths: number[]; tokenize: (text: string) => Promise<TokenizeResult> } {
  const lengths: number[] = [];
  return {
    lengths,
    tokenize: (text) => {
      lengths.push(text.length);
      return Promise.resolve(tokenize(text));
    },
  };
}

function fit(wishes: Partial<PromptWishes> & { template: TaskTemplate }, contextLength = 512): Promise<FittedPrompt> {
  const whole: PromptWishes = { input: "", values: {}, examples: [], dialogue: [], ...wishes };
  return fitPrompt(whole, { model: { name: "nano", contextLength }, tokenize: counter().tokenize });
}

function builtin(id: string): TaskTemplate {
  const template = BUILTIN_TEMPLATES.find((one) => one.id === id);
  assert.ok(template, id);
  return template;
}

const SENTENCES = Array.from({ length: 400 }, (_, i) => `Sentence ${i} says what thing ${i * 7} does.`);
const PROSE = SENTENCES.join(" ");
const answer = builtin("answer");
const values = { question: "What does thing 7 do?" };

suite("fitPrompt", () => {
  test("what fits is left as it is", async () => {
    const { prompt, dropped, shots, promptTokens } = await fit({
      template: answer,
      input: "A passage.",
      values,
      examples: answer.examples.slice(0, 1),
    });
    assert.ok(prompt.endsWith("A passage.\n\nQ: What does thing 7 do?\nA:"));
    assert.deepEqual(dropped, { examples: 0, turns: 0, characters: 0 });
    assert.deepEqual([shots, promptTokens], [1, tokenizer.encode(prompt).length]);
  });

  test("the oldest examples go first, then the oldest turns, then the middle of the input", async () => {
    const dialogue = Array.from({ length: 6 }, (_, i) => ({ question: `What is ${i}?`, answer: `It is number ${i}.` }));
    const wishes = { template: answer, values, examples: answer.examples, dialogue };
    const lengths = [1, 10, 20, 24, 26, 28, 29, 30, 31, 32, 33, 34, 35, 36, 40, 400];
    const fitted: FittedPrompt[] = [];
    for (const count of lengths) fitted.push(await fit({ ...wishes, input: SENTENCES.slice(0, count).join(" ") }));
    for (const { dropped, prompt, shots } of fitted) {
      assert.equal(shots, 5 - dropped.examples);
      if (dropped.turns > 0) assert.equal(dropped.examples, 5, "no turn before all examples");
      if (dropped.characters > 0) assert.equal(dropped.turns, 6, "nothing of the input before all turns");
      const kept = answer.examples.filter(({ input }) => prompt.includes(input));
      assert.deepEqual(kept, answer.examples.slice(dropped.examples), "the nearest are kept");
      const turns = dialogue.filter(({ question }) => prompt.includes(question));
      assert.deepEqual(turns, dialogue.slice(dropped.turns));
    }
    const some = (of: (one: FittedPrompt) => boolean): boolean => fitted.some(of);
    assert.ok(some(({ dropped }) => dropped.examples > 0 && dropped.examples < 5));
    assert.ok(some(({ dropped }) => dropped.turns > 0 && dropped.turns < 6));
    assert.ok(some(({ dropped }) => dropped.characters > 0));
  });

  test("the middle is left out between sentences, with a mark in its place", async () => {
    const { prompt, dropped, kept } = await fit({ template: answer, input: PROSE, values });
    const [head, tail] = prompt.split(GAP);
    assert.ok(head && tail);
    assert.ok(PROSE.startsWith(`${head} Sentence`) && head.endsWith("does."));
    assert.match(tail, /^ Sentence \d+ says/);
    assert.ok(PROSE.endsWith(tail.slice(0, tail.indexOf("\n\nQ:"))));
    assert.equal(dropped.characters, PROSE.length - kept.reduce((sum, { start, end }) => sum + end - start, 0));
  });

  test("a text that goes on loses its beginning, up to a line", async () => {
    const lines = SENTENCES.join("\n");
    const { prompt } = await fit({ template: builtin("continue"), input: lines });
    assert.match(prompt, /^Sentence \d+/);
    assert.ok(lines.endsWith(`\n${prompt}`));
  });

  test("no fewer examples than the template can do with", async () => {
    const examples = [1, 2, 3].map((i) => ({ input: `${i} ${"word ".repeat(30)}`, output: `out ${i}` }));
    const { shots, prompt } = await fit({ template: builtin("rewrite"), input: PROSE, examples });
    assert.equal(shots, 1);
    assert.ok(prompt.includes("out 3") && !prompt.includes("out 2"));
  });

  test("a long input is counted once", async () => {
    const { lengths, tokenize: count } = counter();
    const input = PROSE.repeat(14).slice(0, 200_000);
    const wishes = { template: answer, input, values, examples: answer.examples, dialogue: [] };
    await fitPrompt(wishes, { model: { name: "nano", contextLength: 512 }, tokenize: count });
    assert.equal(lengths.filter((length) => length > 10_000).length, 1);
    assert.ok(lengths.length < 20, String(lengths.length));
  });

  test("a question without room for the text is refused", async () => {
    await assert.rejects(fit({ template: answer, input: PROSE, values: { question: "so many words ".repeat(300) } }), {
      kind: "promptTooLong",
      message: /The prompt of "Ask" leaves no room for the text, since nano can look at 512 tokens/,
    });
  });
});

/** Text of all kinds: prose, code, no spaces at all, characters of several tokens and of several code points. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(...SENTENCES.slice(0, 9).map((sentence) => `${sentence} `)),
      fc.constantFrom(
        "\n",
        "\n\n",
        "  ",
        "\t",
        "a".repeat(50),
        "0123456789",
        "🙂",
        "👩‍👩‍👧‍👦",
        "e\u0301",
        "漢字かな",
        "\ud800",
      ),
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.string({ unit: "grapheme", maxLength: 12 }),
    ),
    { minLength: 1, maxLength: 80 },
  )
  .map((parts) => parts.join(""))
  .filter((text) => text !== "");

function isBetweenCharacters(text: string, index: number): boolean {
  const segment = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text).containing(index);
  return segment === undefined || segment.index === index;
}

suite("whatever the text", () => {
  test("tokens are found in it where they stand", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const { ids, byteLengths } = tokenize(text);
        const { ends } = placeTokens(text, { byteLengths });
        assert.equal(ends.at(-1), text.length);
        for (const [i, end] of ends.entries()) {
          if (end === undefined) continue;
          assert.equal(tokenizer.decode(ids.slice(0, i + 1)), text.slice(0, end).toWellFormed());
        }
      }),
    );
  });

  test("a cut parts no token and no character, and leaves no more tokens than asked for", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 0, max: 200 }), (text, budget) => {
        const { ids, byteLengths } = tokenize(text);
        const placed = placeTokens(text, { byteLengths });
        const head = headCut(placed, budget);
        const tail = tailCut(placed, budget);
        assert.ok(head.tokens <= budget && tail.tokens <= budget);
        for (const { index } of [head, tail]) assert.ok(isBetweenCharacters(text, index));
        const last = ids.length - tail.tokens;
        assert.equal(tokenizer.decode(ids.slice(0, head.tokens)), text.slice(0, head.index).toWellFormed());
        assert.equal(tokenizer.decode(ids.slice(last)), text.slice(tail.index).toWellFormed());
        assert.deepEqual(tokenizer.encode(text.slice(0, head.index)), ids.slice(0, head.tokens));
        assert.deepEqual(tokenizer.encode(text.slice(tail.index)), ids.slice(last));
      }),
      { numRuns: 400 },
    );
  });

  test("a prompt fits with its answer, ends as the pattern does, and tells all that it lacks", async () => {
    const templates = [answer, builtin("summarize"), builtin("continue"), builtin("commit-message")];
    const minimal = parseTemplate({ title: "T", pattern: "In: {input}\nOut: {output}", maxTokens: 5000 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(minimal, ...templates),
        texts,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 48, max: 512 }),
        fc.integer({ min: 0, max: 5 }),
        async (template, text, repeat, contextLength, shots) => {
          const input = text.repeat(repeat);
          const examples = template.examples.slice(template.examples.length - shots);
          let fitted: FittedPrompt;
          try {
            fitted = await fit({ template, input, values, examples }, contextLength);
          } catch (error) {
            assert.ok(error instanceof LocalghostError && error.kind === "promptTooLong");
            return;
          }
          const { prompt, promptTokens, maxTokens, dropped, kept } = fitted;
          assert.equal(promptTokens, tokenizer.encode(prompt).length);
          assert.ok(promptTokens + maxTokens <= contextLength, `${promptTokens} and ${maxTokens}`);
          if (template.id === "answer") assert.ok(prompt.endsWith(`\n\nQ: ${values.question}\nA:`));
          if (template.id === "summarize") assert.ok(prompt.endsWith("\nTL;DR:"));
          if (template.id === "t") assert.ok(prompt.endsWith("\nOut:"));
          for (const { start, end } of kept) {
            const part = input.slice(start, end);
            assert.ok(prompt.includes(part) || prompt.endsWith(part.slice(0, -1)), JSON.stringify(part));
          }
          const characters = kept.reduce((sum, { start, end }) => sum + end - start, 0);
          assert.ok(characters > 0);
          assert.equal(dropped.characters, input.length - characters);
          assert.ok(dropped.characters === 0 || template.longInput === "dropBeginning" || prompt.includes(GAP));
        },
      ),
      { numRuns: 150 },
    );
  });
});
