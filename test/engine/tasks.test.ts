/** Tasks on the real engine with the embedded model. */
import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import type { Engine } from "../../src/engine/engine.ts";
import { engineTaskModel } from "../../src/cli/taskModel.ts";
import { BUILTIN_TEMPLATES } from "../../src/prompts/builtin/index.ts";
import { parseTemplate } from "../../src/prompts/parseTemplate.ts";
import type { TaskTemplate } from "../../src/prompts/template.ts";
import { runTask } from "../../src/tasks/runTask.ts";
import type { TaskModel, TaskProgress, TaskRequest, TaskResult } from "../../src/tasks/task.ts";
import { nanoFolder, neverAborted } from "../helpers/fixtures.ts";
import { newEngine } from "./helpers/engine.ts";

const PASSAGE =
  "The package zoomed is a tool to enlarge images. It is in the section graphics. Its home page is " +
  "https://zoomed.example.org. It is maintained by Debian Graphics Team. It depends on libc6, libpng16-16. This program " +
  "reads images in PNG, JPEG and GIF format and writes enlarged copies of them.";

function builtin(id: string): TaskTemplate {
  const template = BUILTIN_TEMPLATES.find((one) => one.id === id);
  assert.ok(template, id);
  return template;
}

interface Ran {
  readonly result: TaskResult;
  readonly progress: readonly TaskProgress[];
  /** All text that was reported, joined. */
  readonly streamed: string;
}

async function ran(model: TaskModel, request: Partial<TaskRequest> & { template: TaskTemplate }): Promise<Ran> {
  const progress: TaskProgress[] = [];
  const whole: TaskRequest = { input: PASSAGE, values: {}, ...request };
  const result = await runTask(model, whole, neverAborted(), (one) => progress.push(one));
  const streamed = progress.map((one) => (one.kind === "text" ? one.text : "")).join("");
  return { result, progress, streamed };
}

/** The model, and what it was asked for. */
async function spied(t: TestContext): Promise<{ model: TaskModel; engine: Engine; calls: string[] }> {
  const engine = newEngine(t);
  const real = await engineTaskModel(engine, { folder: nanoFolder, device: "cpu" }, neverAborted());
  const calls: string[] = [];
  const model: TaskModel = {
    ...real,
    generate: (params, signal, onProgress) => {
      calls.push(params.prompt);
      return real.generate(params, signal, onProgress);
    },
  };
  return { model, engine, calls };
}

suite("runTask", () => {
  test("a task that would choose its answer writes it where the model cannot rank", async (t) => {
    const { model, calls } = await spied(t);
    const template = BUILTIN_TEMPLATES.find(({ mode }) => mode === "rank");
    assert.ok(template);
    const cannot: TaskModel = { ...model, canRank: false, rank: () => assert.fail("it cannot rank") };
    const values = { question: "Who maintains zoomed?" };
    const { result } = await ran(cannot, { template, values });
    assert.equal(result.mode, "generate");
    assert.ok(calls.length > 0);
  });

  test("an answer of a model that tells no probabilities says so", async (t) => {
    const { model } = await spied(t);
    const silent: TaskModel = {
      ...model,
      generate: async (params, signal) => {
        const result = await model.generate(params, signal);
        return { ...result, tokens: result.tokens.map((token) => ({ ...token, logprob: NaN })) };
      },
    };
    const [template] = BUILTIN_TEMPLATES.filter(({ mode }) => mode === "generate");
    assert.ok(template);
    const { result } = await ran(silent, { template, values: { to: "French", question: "Who?" } });
    assert.notEqual(result.text, "");
    assert.deepEqual(result.confidence, { meanTokenProbability: 0, isUnknown: true });
  });

  test("every built-in task runs, streams its answer, and tells how it came to be", async (t) => {
    const { model } = await spied(t);
    for (const template of BUILTIN_TEMPLATES) {
      const values = { to: "French", question: "Who maintains zoomed?" };
      const examples = [{ input: "a cat", output: "A CAT" }];
      const { result, streamed } = await ran(model, {
        template,
        values: Object.fromEntries(
          template.parameters.map(({ name, default: preset }) => [name, preset ?? values[name as "to"]]),
        ),
        examples: template.id === "rewrite" ? examples : [],
      });
      assert.equal(streamed, result.text, template.id);
      assert.equal(result.mode, template.mode);
      assert.equal(result.model, "localghost-nano");
      assert.ok(result.promptTokens > 0);
      const { meanTokenProbability } = result.confidence;
      assert.ok(
        result.text === "" ? meanTokenProbability === 0 : meanTokenProbability > 0 && meanTokenProbability <= 1,
      );
      assert.ok(result.shots <= Math.max(template.shots, 1));
    }
  });

  test("the answer is what greedy generation says, cut, with the mean probability of its tokens", async (t) => {
    const { model } = await spied(t);
    const template = { ...builtin("answer"), mode: "generate" as const, shots: 0 };
    const { result } = await ran(model, { template, values: { question: "Who maintains zoomed?" } });
    assert.ok(result.prompt.endsWith("\n\nQ: Who maintains zoomed?\nA:"));
    const { prompt } = result;
    const generated = await model.generate({ prompt, maxTokens: 48, stop: ["\n"] }, neverAborted());
    assert.equal(result.text, generated.text.trim());
    const logprobs = generated.tokens.filter(({ text }) => text.trim() !== "").map(({ logprob }) => logprob);
    const mean = logprobs.reduce((sum, logprob) => sum + logprob, 0) / logprobs.length;
    assert.ok(Math.abs(result.confidence.meanTokenProbability - Math.exp(mean)) < 0.02);
  });

  test("generation ends when the answer is complete", async (t) => {
    const { model } = await spied(t);
    const template = parseTemplate({
      title: "Code",
      pattern: "{input}{output}",
      cut: "line",
      stop: [],
      maxTokens: 200,
    });
    let tokens = 0;
    const counting: TaskModel = {
      ...model,
      generate: (params, signal, onProgress) =>
        model.generate(params, signal, (progress) => {
          tokens++;
          onProgress?.(progress);
        }),
    };
    const { result } = await ran(counting, { template, input: "// cart.ts\nexport function total(" });
    const whole = await model.generate({ prompt: result.prompt, maxTokens: 200 }, neverAborted());
    assert.equal(result.text, whole.text.trimStart().split("\n")[0]?.trimEnd());
    assert.ok(tokens < whole.tokens.length / 2, `${tokens} of ${whole.tokens.length}`);
  });

  test("the same request gives the same text, another seed another one", async (t) => {
    const { model } = await spied(t);
    const template = builtin("continue");
    const texts: string[] = [];
    for (const seed of [undefined, undefined, 1, 1, 2]) {
      const { result } = await ran(model, { template, ...(seed === undefined ? {} : { seed }) });
      texts.push(result.text);
    }
    assert.equal(texts[0], texts[1]);
    assert.equal(texts[2], texts[3]);
    assert.notEqual(texts[2], texts[4]);
    const greedy = { ...builtin("explain"), mode: "generate" as const };
    const drawn = new Set<string>();
    for (const seed of [1, 2, 3, 4]) drawn.add((await ran(model, { template: greedy, seed })).result.text);
    assert.ok(drawn.size > 1, "a greedy task draws when it gets a seed");
  });

  test("alternatives differ, the answer first", async (t) => {
    const { model } = await spied(t);
    const template = { ...builtin("answer"), mode: "generate" as const };
    const request = { template, values: { question: "Who maintains zoomed?" } };
    const { result } = await ran(model, { ...request, alternatives: 3 });
    const texts = result.alternatives.map(({ text }) => text);
    assert.equal(texts[0], result.text);
    assert.equal(result.text, (await ran(model, request)).result.text);
    assert.ok(texts.length > 1 && new Set(texts).size === texts.length);
  });

  test("ranking answers with words of the text, and tells where they stand", async (t) => {
    const { model } = await spied(t);
    const values = { question: "Where is its home page?" };
    const { result, streamed } = await ran(model, {
      template: builtin("answer"),
      values,
      mode: "rank",
      alternatives: 3,
    });
    assert.equal(result.mode, "rank");
    assert.equal(result.text, result.candidates[0]?.text);
    assert.ok(result.candidates.some(({ text }) => text === "https://zoomed.example.org"));
    assert.equal(streamed, result.text);
    assert.deepEqual(result.found && PASSAGE.slice(result.found.start, result.found.end), result.text);
    for (const { text, start, end } of result.candidates) assert.equal(PASSAGE.slice(start, end), text);
    const shares = result.candidates.map(({ probability }) => probability);
    assert.deepEqual(
      shares,
      shares.toSorted((a, b) => b - a),
    );
    assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-9);
    assert.deepEqual(
      result.alternatives.map(({ text }) => text),
      result.candidates.slice(0, 3).map(({ text }) => text),
    );
    assert.ok(result.confidence.meanTokenProbability > 0);
  });

  test("a candidate's probability is that of its tokens after the prompt", async (t) => {
    const { model, engine } = await spied(t);
    const values = { question: "Where is its home page?" };
    const { result } = await ran(model, { template: builtin("answer"), values, mode: "rank" });
    const text = `${result.prompt} ${result.text}\n`;
    const scored = await engine.score(
      { model: { folder: nanoFolder, device: "cpu" }, text, priority: "action" },
      neverAborted(),
    );
    const logprobs = scored.tokens.slice(result.promptTokens).map(({ logprob = NaN }) => logprob);
    const mean = logprobs.reduce((sum, logprob) => sum + logprob, 0) / logprobs.length;
    assert.ok(Math.abs(Math.log(result.confidence.meanTokenProbability) - mean) < 0.02);
  });

  test("key sentences are three of the text, in its order", async (t) => {
    const { model } = await spied(t);
    const { result } = await ran(model, { template: builtin("summarize"), mode: "rank" });
    const best = result.candidates.slice(0, 3).sort((a, b) => a.start - b.start);
    assert.equal(result.text, best.map(({ text }) => text).join(" "));
    assert.equal(result.candidates.length, 6);
    const twice = await ran(model, { template: builtin("summarize"), mode: "rank", input: `${PASSAGE} ${PASSAGE}` });
    assert.deepEqual(twice.result.candidates, result.candidates, "what is said twice counts once");
    assert.equal(twice.result.dropped.characters, 0);
  });

  test("a task that cannot rank says so", async (t) => {
    const { model } = await spied(t);
    await assert.rejects(ran(model, { template: builtin("explain"), mode: "rank" }), {
      kind: "invalidRequest",
      message: /"Explain" cannot choose its answer from the text/,
    });
  });

  test("a long text is summarized in parts, then the parts' summaries together", async (t) => {
    const { model, calls } = await spied(t);
    const paragraphs = Array.from({ length: 12 }, (_, i) => PASSAGE.replaceAll("zoomed", `zoomed${i}`));
    const template = { ...builtin("summarize"), mode: "generate" as const };
    const { result, progress } = await ran(model, { template, input: paragraphs.join("\n\n") });
    const parts = progress.filter((one) => one.kind === "part");
    assert.ok(parts.length > 2);
    assert.deepEqual(
      parts.map(({ index, count, text }) => [index, count, text]),
      result.parts.map(({ text }, i) => [i, parts.length, text]),
    );
    assert.equal(result.prompt, `${result.parts.map(({ text }) => text).join("\n")}\nTL;DR:`);
    assert.equal(calls.length, parts.length + 1);
    for (const [i, paragraph] of paragraphs.entries()) {
      assert.equal(calls.filter((call) => call.includes(`zoomed${i} is a tool`)).length, 1, paragraph);
    }
    assert.deepEqual(result.dropped, { examples: 0, turns: 0, characters: 0 });
  });

  test("a translation goes sentence by sentence, and keeps the paragraphs", async (t) => {
    const { model, calls } = await spied(t);
    const input = "This program shows images. It is fast.\n\nThe file is\nnot here.";
    const { result, streamed } = await ran(model, { template: builtin("translate"), input, values: { to: "French" } });
    assert.deepEqual(
      calls.map((prompt) => prompt.split("\n").at(-1)),
      ["This program shows images. =", "It is fast. =", "The file is =", "not here. ="],
    );
    assert.equal(result.parts.length, 4);
    assert.equal(streamed, result.text);
    assert.match(result.text, /\S \S[^\n]*\n\n\S[^\n]*\n\S/);
  });

  test("a sentence without an answer leaves no gap behind", async (t) => {
    const { model } = await spied(t);
    for (const unanswered of ["Heading =", "Good morning. =", "Good night. ="]) {
      const some: TaskModel = {
        ...model,
        generate: async (params, signal, onProgress) => {
          if (!params.prompt.endsWith(unanswered)) return model.generate(params, signal, onProgress);
          const result = await model.generate(params, signal, () => undefined);
          return { ...result, text: "", tokens: [] };
        },
      };
      const input = "Heading\n\nGood morning. Good night.";
      const { result, streamed } = await ran(some, { template: builtin("translate"), input, values: { to: "French" } });
      assert.equal(result.text, result.text.trim(), unanswered);
      assert.equal(streamed, result.text);
    }
  });

  test("200,000 characters are cut to what fits, in bounded time", async (t) => {
    const { model } = await spied(t);
    const input = `${PASSAGE}\n\n`.repeat(700).slice(0, 200_000);
    const template = { ...builtin("answer"), mode: "generate" as const };
    const { result } = await ran(model, { template, input, values: { question: "What is zoomed?" } });
    assert.ok(result.dropped.characters > 190_000);
    assert.ok(result.promptTokens + template.maxTokens <= model.contextLength);
  });

  test("cancelling ends it within a token", async (t) => {
    const { model } = await spied(t);
    const cancel = new AbortController();
    let after = 0;
    const template = { ...builtin("continue"), maxTokens: 200 };
    const running = runTask(model, { template, input: PASSAGE, values: {} }, cancel.signal, () => {
      if (cancel.signal.aborted) after++;
      cancel.abort();
    });
    await assert.rejects(running, { kind: "cancelled" });
    assert.equal(after, 0);
    for (const mode of ["rank", "generate"] as const) {
      const request = { template: builtin("summarize"), input: PASSAGE, values: {}, mode };
      await assert.rejects(runTask(model, request, cancel.signal), { kind: "cancelled" });
    }
  });

  test("what cannot be asked is refused with what to do", async (t) => {
    const { model } = await spied(t);
    const cases: [Partial<TaskRequest> & { template: TaskTemplate }, RegExp][] = [
      [{ template: builtin("summarize"), input: " \n" }, /There is no text for "Summarize": select or write some\./],
      [{ template: builtin("rewrite") }, /"Rewrite by Example" needs 1 or more examples .* and has 0: add one\./],
      [{ template: builtin("translate") }, /"Translate" needs a value for "to"/],
      [{ template: builtin("summarize"), shots: -1 }, /shots must be a whole number, 0 or more, not -1/],
      [{ template: builtin("summarize"), alternatives: 0 }, /alternatives must be a whole number, 1 or more, not 0/],
    ];
    for (const [request, message] of cases) {
      await assert.rejects(ran(model, request), { kind: "invalidRequest", message });
    }
  });
});
