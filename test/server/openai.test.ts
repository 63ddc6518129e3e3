/** The server as OpenAI's own client sees it, on the real engine. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { APIError, APIUserAbortError, type OpenAI } from "openai";
import type { Completion, CompletionCreateParamsNonStreaming } from "openai/resources/completions";
import { middleModel } from "../engine/helpers/middleModel.ts";
import { isCancelled } from "../../src/shared/errors.ts";
import { neverAborted } from "../helpers/fixtures.ts";
import { engine, NANO, SPEC, startServer, type TestServer } from "./helpers/server.ts";

const PROMPT = "export function add(a: number, b: number) {\n";
const model = NANO;
/** Drawn, so that texts differ; the seed makes them the same each time. */
const drawn = { model, prompt: PROMPT, max_tokens: 6, temperature: 1, seed: 5 };

type Params = CompletionCreateParamsNonStreaming;

/** A stream, put together: what a request without `stream` answers. */
async function streamed(client: OpenAI, params: Params): Promise<Pick<Completion, "choices" | "usage">> {
  const choices: Completion["choices"] = [];
  let usage: Completion["usage"];
  const stream = await client.completions.create({ ...params, stream: true, stream_options: { include_usage: true } });
  for await (const chunk of stream) {
    usage = chunk.usage ?? usage;
    for (const piece of chunk.choices) {
      const whole = choices.find(({ index }) => index === piece.index);
      if (!whole) choices.push(piece);
      else {
        whole.text += piece.text;
        whole.finish_reason = piece.finish_reason;
        for (const [list, items] of Object.entries(piece.logprobs ?? {})) {
          (whole.logprobs as unknown as Record<string, unknown[]>)[list]?.push(...(items as unknown[]));
        }
      }
    }
  }
  return { choices: choices.sort((a, b) => a.index - b.index), ...(usage && { usage }) };
}

async function failure(request: Promise<unknown>): Promise<Pick<APIError, "status" | "param" | "code" | "message">> {
  const error = await request.then(
    () => new Error("it was answered"),
    (reason: unknown) => reason,
  );
  if (!(error instanceof APIError)) throw error;
  const { status, param, code, message } = error as APIError;
  return { status, param, code, message };
}

describe("the openai client", { concurrency: false }, () => {
  after(() => engine.dispose());

  test("lists the models and finds one of them, its name escaped or not", async (t) => {
    const { client, fetch } = await startServer(t);
    const { data } = await client.models.list();
    assert.deepEqual(
      data.map(({ id, object }) => [id, object]),
      [
        [NANO, "model"],
        ["owner/again", "model"],
      ],
    );
    assert.equal((await client.models.retrieve("owner/again")).id, "owner/again");
    assert.equal((await fetch("/v1/models/owner/again")).status, 200);
    assert.deepEqual((await failure(client.models.retrieve("gpt-9"))).status, 404);
  });

  test("gets the engine's text, its tokens and what it took", async (t) => {
    const { client, generations } = await startServer(t);
    const params = { model: SPEC, prompt: PROMPT, maxTokens: 6, logprobs: 3, priority: "action" } as const;
    const own = await engine.generate(params, neverAborted());
    const answer = await client.completions.create({ ...drawn, temperature: 0, logprobs: 3 });
    const [choice] = answer.choices;
    assert.equal(answer.object, "text_completion");
    assert.equal(generations[0]?.params.priority, "background", "Ghost text and tasks go first.");
    assert.equal(choice?.text, own.text);
    assert.deepEqual(
      choice.logprobs?.tokens,
      own.tokens.map(({ text }) => text),
    );
    assert.deepEqual(
      choice.logprobs.token_logprobs,
      own.tokens.map(({ logprob }) => logprob),
    );
    const top = own.tokens.map(({ top: tops = [] }) =>
      Object.fromEntries(tops.map(({ text, logprob }) => [text, logprob])),
    );
    assert.deepEqual(choice.logprobs.top_logprobs, top);
    const { length } = own.tokens;
    const { promptTokens } = own;
    assert.deepEqual(answer.usage, {
      ...{ prompt_tokens: promptTokens, completion_tokens: length, total_tokens: promptTokens + length },
    });
  });

  test("gets the scores of a prompt by echo, without any text after it", async (t) => {
    const { client } = await startServer(t);
    const text = "naïve 🦜 code";
    const own = await engine.score({ model: SPEC, text, priority: "action" }, neverAborted());
    const { choices, usage } = await client.completions.create({
      ...{ model, prompt: text, max_tokens: 0, echo: true, logprobs: 0 },
    });
    const [choice] = choices;
    assert.deepEqual([choice?.text, choice?.finish_reason, usage?.completion_tokens], [text, "length", 0]);
    const { tokens, token_logprobs, text_offset } = choice?.logprobs ?? {};
    assert.deepEqual(
      token_logprobs,
      own.tokens.map(({ logprob }) => logprob ?? null),
    );
    assert.equal(token_logprobs[0], null);
    // Whole characters only, each where it says that it stands; offsets count code points.
    assert.equal(tokens?.join(""), text);
    for (const [i, offset] of (text_offset ?? []).entries()) {
      assert.ok(
        Array.from(text)
          .slice(offset)
          .join("")
          .startsWith(tokens[i] ?? "?"),
        `token ${i}`,
      );
    }
    const ids = own.tokens.map(({ id }) => id);
    const byIds = await client.completions.create({ model, prompt: ids, max_tokens: 0, echo: true, logprobs: 0 });
    assert.deepEqual(byIds.choices, choices);
  });

  const streams: Record<string, Params> = {
    plain: { ...drawn },
    "several texts": { ...drawn, n: 3, logprobs: 2 },
    "the same text several times": { ...drawn, temperature: 0, n: 2, logprobs: 0 },
    "several prompts, echoed": {
      ...drawn,
      prompt: ["const a", "das Mädchen 🦜"],
      max_tokens: 3,
      echo: true,
      logprobs: 1,
      n: 2,
    },
    "a stop string": { ...drawn, temperature: 0, max_tokens: 40, logprobs: 1, stop: ["\n"] },
    "part of a stop string": { ...drawn, temperature: 0, max_tokens: 3, logprobs: 1, stop: "\n/**\n * never" },
    "no text": { ...drawn, max_tokens: 0, echo: true, logprobs: 1 },
  };
  for (const [what, params] of Object.entries(streams)) {
    test(`gets the same in parts as at once: ${what}`, async (t) => {
      const { client } = await startServer(t);
      const { choices, usage } = await client.completions.create(params);
      assert.ok(choices.length > 0);
      assert.deepEqual(await streamed(client, params), { choices, usage });
    });
  }

  test("gets the texts of the seeds that follow, and the likeliest of best_of", async (t) => {
    const { client } = await startServer(t);
    const prompt = "return";
    const params = { ...drawn, prompt, max_tokens: 2, temperature: 0.7, logprobs: 0 };
    const { choices } = await client.completions.create({ ...params, n: 6 });
    const alone = await Promise.all(choices.map((_, i) => client.completions.create({ ...params, seed: 5 + i })));
    assert.deepEqual(
      choices.map(({ text }) => text),
      alone.map((one) => one.choices[0]?.text),
    );
    assert.ok(new Set(choices.map(({ text }) => text)).size < 6, "Some are the same: none was left out.");

    const mean = ({ logprobs }: (typeof choices)[0]): number => {
      const all = logprobs?.token_logprobs ?? [];
      return all.reduce((sum, logprob) => sum + logprob, 0) / all.length;
    };
    const best = await client.completions.create({ ...params, n: 1, best_of: 6 });
    const [likeliest] = choices.toSorted((a, b) => mean(b) - mean(a));
    assert.equal(best.choices[0]?.text, likeliest?.text);
    const made = choices.reduce((sum, { logprobs }) => sum + (logprobs?.tokens?.length ?? 0), 0);
    assert.equal(best.usage?.completion_tokens, made);
  });

  test("gets the same for a prompt as text and as tokens, which the server can tell", async (t) => {
    const { client, fetch } = await startServer(t);
    const ask = async (path: string, body: object): Promise<Record<string, unknown>> =>
      (await (await fetch(path, { method: "POST", body: JSON.stringify({ model, ...body }) })).json()) as never;
    const { tokens, count, max_model_len } = await ask("/tokenize", { prompt: PROMPT });
    assert.deepEqual(
      { tokens, count, max_model_len },
      {
        ...{
          tokens: engine.tokenize({ model: SPEC, text: PROMPT }).ids,
          count: (tokens as number[]).length,
          max_model_len: 512,
        },
      },
    );
    assert.deepEqual(await ask("/detokenize", { tokens }), { prompt: PROMPT });
    const { error } = await ask("/detokenize", { tokens: [8192] });
    assert.match((error as Error).message, /has no token 8192/);
    const byText = await client.completions.create(drawn);
    const byTokens = await client.completions.create({ ...drawn, prompt: [tokens, tokens] as number[][] });
    assert.deepEqual(
      byTokens.choices.map(({ text }) => text),
      [byText.choices[0]?.text, byText.choices[0]?.text],
    );
    assert.equal(byTokens.usage?.prompt_tokens, 2 * (byText.usage?.prompt_tokens ?? 0));
  });

  test("gets what stands between a prompt and a suffix, of a model that can", async (t) => {
    const second = { folder: middleModel(t), dtype: "fp32", device: "cpu" } as const;
    const { client } = await startServer(t, { second });
    const params = {
      model: "owner/again",
      prompt: "xyz",
      suffix: "qrs",
      max_tokens: 5,
      temperature: 0,
      ignore_eos: true,
    };
    const { choices } = await client.completions.create(params);
    const own = await engine.generate(
      { model: second, prompt: "xyz", suffix: "qrs", maxTokens: 5, ignoreEndOfText: true, priority: "action" },
      neverAborted(),
    );
    assert.ok(own.text !== "");
    assert.equal(choices[0]?.text, own.text);
  });

  test("ends before a stop string, and says so", async (t) => {
    const { client } = await startServer(t);
    const { choices } = await client.completions.create({ ...drawn, temperature: 0, max_tokens: 60, stop: ["@"] });
    assert.equal(choices[0]?.finish_reason, "stop");
    assert.ok(choices[0].text !== "" && !choices[0].text.includes("@"));
  });

  const wrong: [string, object, { param?: string; code?: string }][] = [
    ["a penalty that the engine does not have", { presence_penalty: 0.5 }, { param: "presence_penalty" }],
    ["another such penalty", { frequency_penalty: -1 }, { param: "frequency_penalty" }],
    ["a bias", { logit_bias: { 50256: -100 } }, { param: "logit_bias" }],
    ["a parameter of nobody's", { top_a: 1 }, { param: "top_a", code: "unknown_parameter" }],
    ["too many alternatives of tokens", { logprobs: 6 }, { param: "logprobs" }],
    ["too many texts", { n: 17 }, { param: "n" }],
    ["best_of below n", { n: 3, best_of: 2 }, { param: "best_of" }],
    ["best_of in parts", { stream: true, best_of: 2 }, { param: "best_of" }],
    ["too many stop strings", { stop: ["a", "b", "c", "d", "e"] }, { param: "stop" }],
    ["an empty stop string", { stop: "" }, { param: "stop" }],
    ["a temperature below 0", { temperature: -0.1 }, { param: "temperature" }],
    ["no prompts", { prompt: [] }, { param: "prompt" }],
    [
      "a prompt beyond the context",
      { prompt: "a b ".repeat(400) },
      { param: "prompt", code: "context_length_exceeded" },
    ],
    ["such a prompt in parts", { prompt: "a b ".repeat(400), stream: true }, { param: "prompt" }],
    ["a token that the model does not have", { prompt: [1, 8192] }, {}],
    ["a suffix that the model cannot use", { suffix: "}" }, {}],
  ];
  test("gets errors that name the parameter", async (t) => {
    const { client, generations } = await startServer(t);
    for (const [what, parameters, { param = null, code = null }] of wrong) {
      const error = await failure(client.completions.create({ ...drawn, ...parameters }));
      assert.equal(error.status, 400, what);
      if (param !== null) assert.deepEqual([error.param, error.code], [param, code ?? error.code], what);
      assert.match(error.message, /\.$/, what);
    }
    assert.equal((await failure(client.completions.create({ ...drawn, model: "gpt-9" }))).code, "model_not_found");
    const chat = client.chat.completions.create({ model, messages: [{ role: "user", content: "Hello" }] });
    assert.match((await failure(chat)).message, /use \/v1\/completions/);
    assert.ok(generations.every(({ tokens }) => tokens === 0));
  });

  /** As long as a text may become: nobody waits for its end. */
  const endless = { ...drawn, max_tokens: 16_384, ignore_eos: true };

  test("stops the engine when it turns away from a stream, or from an answer", async (t) => {
    const statuses: number[] = [];
    const { client, generations, close } = await startServer(t, { onAnswer: ({ status }) => statuses.push(status) });
    for await (const chunk of await client.completions.create({ ...endless, stream: true })) {
      if (chunk.choices.length > 0) break;
    }
    const controller = new AbortController();
    const answer = client.completions.create(endless, { signal: controller.signal });
    await begun(generations, 2);
    controller.abort();
    await assert.rejects(answer, APIUserAbortError);
    for (const { ended, tokens } of generations) {
      assert.ok(isCancelled(await ended));
      assert.ok(tokens < 16_384);
    }
    await close();
    assert.deepEqual(statuses, [499, 499]);
  });

  test("is told to come again when too many requests wait", async (t) => {
    const { client, fetch, generations } = await startServer(t, { limits: { requests: 1 } });
    const controller = new AbortController();
    const first = client.completions.create(endless, { signal: controller.signal });
    await begun(generations, 1);
    const { status, code } = await failure(client.completions.create(drawn));
    assert.deepEqual([status, code], [429, "too_many_requests"]);
    const refused = await fetch("/tokenize", { method: "POST" });
    assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "1"]);
    assert.equal((await fetch("/v1/models")).status, 200);
    controller.abort();
    await assert.rejects(first, APIUserAbortError);
    await generations[0]?.ended;
    assert.equal((await client.completions.create(drawn)).choices.length, 1);
  });

  test("is told when the server stops in the middle of an answer", async (t) => {
    const { client, close, generations } = await startServer(t);
    const stream = await client.completions.create({ ...endless, stream: true });
    const waiting = failure(client.completions.create(endless));
    const reading = failure(
      (async () => {
        for await (const chunk of stream) if (generations.length === 2 && chunk.choices.length > 0) void close();
      })(),
    );
    assert.match((await reading).message, /stopping/);
    assert.equal((await waiting).status, 503);
    for (const { ended } of generations) assert.ok(isCancelled(await ended));
  });
});

/** Waits until the engine writes so many texts. */
async function begun(generations: TestServer["generations"], count: number): Promise<void> {
  while (generations.filter(({ tokens }) => tokens > 0).length < count) await new Promise(setImmediate);
}
