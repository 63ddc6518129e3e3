import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { describeServer } from "../../../../src/extension/remote/describeServer.ts";
import type { Offers } from "../../../../src/extension/remote/offers.ts";
import { isStandIn } from "../../../../src/shared/standInIds.ts";
import type { GenerateProgress } from "../../../../src/shared/protocol.ts";
import type { Abilities } from "../../../helpers/completionsServer.ts";
import { always, asked, bench, model } from "./helpers.ts";

const HALF = Math.log(0.5);

/** Numbers that differ in the last digits only are the same. */
function isNear(actual: number | undefined, expected: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);
}

suite("what a server offers is found out", () => {
  const cases: { name: string; abilities: Partial<Abilities>; offers: Partial<Offers> }[] = [
    {
      name: "vLLM's kind",
      abilities: {},
      offers: { logprobs: true, echo: true, tokenizer: "vllm", contextLength: 1024 },
    },
    {
      name: "Ray Serve's kind",
      abilities: { tokenize: "none", tellsContextLength: "rayServe" },
      offers: { logprobs: true, echo: true, tokenizer: undefined, contextLength: 1024 },
    },
    {
      name: "llama-server's kind",
      abilities: { logprobs: "objects", echo: "refused", tokenize: "llamaServer" },
      offers: { logprobs: true, echo: false, tokenizer: "llamaServer" },
    },
    {
      name: "one that ignores what it does not know",
      abilities: { echo: "ignored", tokenize: "none" },
      offers: { logprobs: true, echo: false, tokenizer: undefined },
    },
    {
      name: "one that writes and no more",
      abilities: { logprobs: "none", echo: "refused", tokenize: "none" },
      offers: { logprobs: false, echo: false, tokenizer: undefined },
    },
  ];
  for (const { name, abilities, offers } of cases) {
    test(name, async (t) => {
      const found = await bench(t, abilities);
      assert.deepEqual({ ...found.offers, ...offers }, found.offers);
    });
  }

  test("and said in sentences", async (t) => {
    const { server } = await bench(t, { logprobs: "none", echo: "refused", tokenize: "none" });
    const settings = { endpoint: `${server.address}/v1/`, model: "table", timeoutMs: 5_000 };
    const said = await describeServer(settings, { token: () => Promise.resolve(undefined), fetch }, always);
    assert.match(
      said,
      /^127\.0\.0\.1:\d+ answers with table, which looks at 1024 tokens\. It streams: .* on request only/,
    );
    assert.match(said, /tasks are not possible/);
  });
});

suite("a text from a server", () => {
  for (const logprobs of ["lists", "objects"] as const) {
    test(`comes token by token, with probabilities as ${logprobs}`, async (t) => {
      const { client } = await bench(t, { logprobs });
      const progress: GenerateProgress[] = [];
      const result = await client.generate({ ...asked, logprobs: 2 }, always, (one) => progress.push(one));
      assert.equal(result.text, " red fox.");
      assert.deepEqual(progress.map(({ text }) => text).join(""), result.text);
      assert.deepEqual(
        result.tokens.map(({ text, logprob, rank }) => ({ text, logprob, rank })),
        [" red", " fox", "."].map((text) => ({ text, logprob: HALF, rank: 1 })),
      );
      assert.deepEqual(
        result.tokens[0]?.top?.map(({ text, logprob }) => [text, logprob]),
        [
          [" red", HALF],
          [" blue", Math.log(0.25)],
        ],
      );
      assert.ok(
        result.tokens.every(({ id }) => isStandIn(id)),
        "no id is shown that the server has not told",
      );
      assert.equal(result.finishReason, "length");
      assert.equal(result.promptTokens, 3);
      assert.equal(result.device, "remote");
    });
  }

  test("has tokens of no known probability where the server does not tell any", async (t) => {
    const { client } = await bench(t, { logprobs: "none" });
    const { text, tokens } = await client.generate(asked);
    assert.equal(text, " red fox.");
    assert.ok(tokens.every(({ logprob }) => Number.isNaN(logprob)));
  });

  test("is asked for with all that is wanted, and no more", async (t) => {
    const { client, server } = await bench(t);
    const sampling = { temperature: 0.5, topK: 40, topP: 0.9, minP: 0.05, repetitionPenalty: 1.1, seed: 7 };
    await client.generate({ ...asked, sampling, stop: ["\n"], overflow: "keepEnd", memory: {}, heal: true });
    await client.generate(asked);
    const [drawn, greedy] = server.completions.map(({ body }) => body);
    const common = {
      model: "table",
      prompt: "Here is a",
      max_tokens: 3,
      stream: true,
      stream_options: { include_usage: true },
    };
    assert.deepEqual(drawn, {
      ...common,
      ...{
        temperature: 0.5,
        top_p: 0.9,
        top_k: 40,
        min_p: 0.05,
        repetition_penalty: 1.1,
        seed: 7,
      },
      ...{ stop: ["\n"], logprobs: 1 },
    });
    assert.deepEqual(greedy, { ...common, temperature: 0, logprobs: 1 });
  });

  test("ends before a stop string", async (t) => {
    const { client } = await bench(t);
    const { text, finishReason } = await client.generate({ ...asked, stop: ["."] });
    assert.deepEqual({ text, finishReason }, { text: " red fox", finishReason: "stop" });
  });

  test("has alternatives from the likeliest first tokens on", async (t) => {
    const { client } = await bench(t);
    const streamed: string[] = [];
    const { alternatives, text } = await client.generate(
      { ...asked, alternatives: 3, logprobs: 1 },
      always,
      (progress) => {
        const { alternative = 0 } = progress;
        streamed[alternative] = (streamed[alternative] ?? "") + progress.text;
      },
    );
    const texts = [" red fox.", " blue whale.", " green frog."];
    assert.deepEqual(
      alternatives?.map((one) => one.text),
      texts,
    );
    assert.deepEqual(streamed, texts);
    assert.equal(text, texts[0]);
    isNear(alternatives[1]?.logprob, (Math.log(0.25) + 2 * HALF) / 3);
  });

  test("has drawn alternatives with a seed each", async (t) => {
    const { client, server } = await bench(t);
    await client.generate({ ...asked, alternatives: 3, sampling: { temperature: 1, seed: 5 } });
    assert.deepEqual(server.completions.map(({ body }) => body["seed"]).sort(), [5, 6, 7]);
  });

  test("goes on from tokens of an earlier one, as text", async (t) => {
    const { client, server } = await bench(t);
    const { tokens } = await client.generate(asked);
    const promptIds = tokens.slice(0, 1).map(({ id }) => id);
    await client.generate({ ...asked, promptIds });
    assert.equal(server.completions.at(-1)?.body["prompt"], "Here is a red");
    await assert.rejects(client.generate({ ...asked, promptIds: [17] }), { kind: "invalidRequest" });
    await client.generate({ ...asked, promptIds: [17], promptIdsText: " red" });
    assert.equal(server.completions.at(-1)?.body["prompt"], "Here is a red", "the text is known");
  });

  test("begins after the space that the prompt ends with, which is left to the model", async (t) => {
    const { client, server } = await bench(t);
    const shown: string[] = [];
    const healed = { ...asked, prompt: "Here is a ", heal: true };
    const { text, tokens } = await client.generate(healed, always, (progress) => shown.push(progress.text));
    assert.equal(text, "red fox.");
    assert.deepEqual(shown, ["red", " fox", "."]);
    assert.equal(tokens[0]?.text, "red");
    assert.equal(server.completions[0]?.body["prompt"], "Here is a");
    const { alternatives } = await client.generate({ ...healed, alternatives: 3 });
    assert.deepEqual(
      alternatives?.map((one) => one.text),
      ["red fox.", "blue whale.", "green frog."],
    );
  });

  test("is none where the model does not go on with that space, and that is soon known", async (t) => {
    const { client, server } = await bench(t);
    const healed = { ...asked, prompt: "Here is a fox ", heal: true, maxTokens: 1000 };
    const { text, tokens } = await client.generate(healed, always, () => assert.fail("there is nothing to show"));
    assert.deepEqual({ text, tokens }, { text: "", tokens: [] });
    assert.equal(server.completions.length, 1);
  });

  test("loses the older part of a prompt that is too long, where the end is to be kept", async (t) => {
    const { client, server } = await bench(t, { contextLength: 64 });
    const prompt = `${"word ".repeat(200)}Here is a`;
    assert.equal((await client.generate({ ...asked, prompt, overflow: "keepEnd" })).text, " red fox.");
    const sent = server.completions.at(-1)?.body["prompt"] as string;
    assert.ok(prompt.endsWith(sent) && sent.length >= 64, sent);
    await assert.rejects(client.generate({ ...asked, prompt }), { kind: "promptTooLong" });
  });

  test("is refused where the server could only ignore what is asked", async (t) => {
    const { client, server } = await bench(t);
    await assert.rejects(client.generate({ ...asked, suffix: "b" }), { kind: "invalidRequest" });
    await assert.rejects(client.generate({ ...asked, ignoreEndOfText: true }), { kind: "invalidRequest" });
    assert.equal(server.completions.length, 0);
  });

  test("is given up by the server, too, when it is cancelled", async (t) => {
    const { client, server } = await bench(t);
    const controller = new AbortController();
    const all = client.generate({ ...asked, maxTokens: 1000 }, controller.signal, () => controller.abort());
    await assert.rejects(all, { kind: "cancelled" });
    const [request] = server.completions;
    for (let i = 0; request?.wasCancelled === false; i++) {
      assert.ok(i < 1000, "the server writes on");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
});

suite("a given text", () => {
  test("is scored by what the server tells of it", async (t) => {
    const { client } = await bench(t);
    const { tokens, totalNats, perplexity, bitsPerByte } = await client.score({
      model,
      text: "Here is a blue whale",
      priority: "action",
      logprobs: 1,
    });
    assert.deepEqual(
      tokens.map(({ text }) => text),
      ["Here", " is", " a", " blue", " whale"],
    );
    assert.equal(tokens[0]?.logprob, undefined);
    isNear(tokens[3]?.logprob, Math.log(0.25));
    assert.equal(tokens[3]?.rank, undefined, "it is not the likeliest, and no other was asked for");
    assert.equal(tokens[4]?.rank, 1);
    const nats = -(Math.log(1 / 1024) + HALF + Math.log(0.25) + HALF);
    isNear(totalNats, nats);
    isNear(perplexity, Math.exp(nats / 4));
    isNear(bitsPerByte, nats / Math.LN2 / " is a blue whale".length);
  });

  test("is only read where it is context", async (t) => {
    const { client } = await bench(t);
    const { tokens } = await client.score({
      model,
      text: "Here is a blue whale",
      contextTokens: 4,
      priority: "action",
    });
    assert.deepEqual(
      tokens.map(({ logprob }) => logprob !== undefined),
      [false, false, false, false, true],
    );
  });

  test("is ranked among others", async (t) => {
    const { client } = await bench(t);
    const { candidates, promptTokens } = await client.rank({
      ...{ model, prompt: "Here is a", candidates: [" red fox", " blue", " cup"], priority: "action" },
    });
    assert.equal(promptTokens, 3);
    assert.deepEqual(
      candidates.map(({ tokens }) => tokens),
      [2, 1, 1],
    );
    for (const [i, logprob] of [2 * HALF, 2 * HALF, Math.log(1 / 1024)].entries())
      isNear(candidates[i]?.logprob, logprob);
  });

  test("that is not told of is no answer but a sentence", async (t) => {
    const { client } = await bench(t, { echo: "ignored", tokenize: "none" });
    await assert.rejects(client.score({ model, text: "a", priority: "action" }), {
      kind: "invalidRequest",
      message: /echo/,
    });
    await assert.rejects(client.rank({ model, prompt: "a", candidates: [" b"], priority: "action" }), {
      message: /echo/,
    });
    await assert.rejects(client.tokenize({ model, text: "a" }), { kind: "invalidRequest", message: /tokens/ });
  });

  const text = "Here is a smile 😀";
  const words = ["Here", " is", " a", " smile"];
  const ways: { name: string; abilities: Partial<Abilities>; text: string; pieces: string[]; bytes: number[] }[] = [
    {
      name: "vLLM's /tokenize",
      abilities: {},
      text: "a red\nfox",
      pieces: ["a", " red", "\n", "fox"],
      bytes: [1, 4, 1, 3],
    },
    {
      name: "llama-server's /tokenize",
      abilities: { tokenize: "llamaServer" },
      text,
      pieces: [...words, " \uFFFD", "\uFFFD\uFFFD"],
      bytes: [4, 3, 2, 6, 3, 2],
    },
    {
      name: "the echo of it",
      abilities: { tokenize: "none" },
      text,
      pieces: [...words, " 😀"],
      bytes: [4, 3, 2, 6, 5],
    },
  ];
  for (const way of ways) {
    test(`becomes tokens by ${way.name}`, async (t) => {
      const { client } = await bench(t, way.abilities);
      const { pieces, byteLengths } = await client.tokenize({ model, text: way.text });
      assert.deepEqual({ pieces, byteLengths }, { pieces: way.pieces, byteLengths: way.bytes });
    });
  }
});
