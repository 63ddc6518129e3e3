import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { EngineSupervisor } from "../../../src/extension/client/engineSupervisor.ts";
import { generateWith, warmWith } from "../../../src/extension/client/generateText.ts";
import { describeRequest, type RequestFigures } from "../../../src/extension/completion/figures.ts";
import { GenerateRequest, generateProgress, type WarmParams, WarmRequest } from "../../../src/shared/protocol.ts";
import { FakeEngine, generated, silentLog } from "./helpers/fakeEngine.ts";

const always = new AbortController().signal;
const launch = { params: { client: "a test" }, model: { folder: "/models/tiny" } };
const request = {
  languageId: "typescript",
  prompt: "a =",
  heal: true,
  maxTokens: 8,
  stop: ["\n"],
  alternatives: 1,
  isEnough: (): boolean => false,
};
const prompt = { promptTokens: 3, reusedTokens: 2, prefillMs: 4 };

function supervise(prepare: (engine: FakeEngine) => void): EngineSupervisor {
  const startProcess = () => {
    const engine = new FakeEngine().answerStart();
    prepare(engine);
    return engine;
  };
  return new EngineSupervisor(startProcess, () => launch, silentLog);
}

/** An engine that goes on for ever, and says so. */
function endless(engine: FakeEngine): void {
  engine.server.onRequest(GenerateRequest, async ({ progressToken = "" }, token) => {
    for (let count = 0; !token.isCancellationRequested; count++) {
      const progress = { token: { id: 1, text: "b", logprob: 0 }, text: "b" };
      await engine.server.sendProgress(
        generateProgress,
        progressToken,
        count === 0 ? { ...progress, prompt } : progress,
      );
      await new Promise((resolve) => setImmediate(resolve));
    }
    return generated("too late");
  });
}

suite("ghost text from the engine", () => {
  test("comes with what it cost", async () => {
    const supervisor = supervise(() => undefined);
    const { text, ended, figures } = await generateWith(supervisor)(request, always);
    assert.deepEqual({ text, ended }, { text: "a =!", ended: "stop" });
    assert.deepEqual(figures, {
      prompt: { promptTokens: 1, reusedTokens: 0, prefillMs: 1 },
      tokens: 0,
      decodeMsPerToken: 1,
      finishReason: "stop",
      device: "cpu",
    });
  });

  test("ends when there is enough of it, and still tells what it cost", async () => {
    const supervisor = supervise(endless);
    const isEnough = (text: string): boolean => text.length >= 3;
    const { text, ended, figures } = await generateWith(supervisor)({ ...request, isEnough }, always);
    assert.ok(text.startsWith("bbb"));
    assert.equal(ended, "stop");
    assert.deepEqual(figures?.prompt, prompt);
    assert.equal(figures.finishReason, "enough");
    assert.equal(figures.tokens, text.length);
    assert.ok(figures.decodeMsPerToken > 0);
  });

  test("asks for alternatives, and leaves out the first text among them", async () => {
    const supervisor = supervise((engine) => {
      engine.server.onRequest(GenerateRequest, ({ alternatives: count = 1 }) => {
        const texts = ["likelier", "first", "other"].slice(0, count);
        const alternatives = texts.map((text) => ({ text, tokens: [], finishReason: "length" as const, logprob: -1 }));
        return { ...generated("first"), alternatives };
      });
    });
    const { text, others } = await generateWith(supervisor)({ ...request, alternatives: 3 }, always);
    assert.equal(text, "first");
    assert.deepEqual(others, [
      { text: "likelier", tokens: [], ended: "length" },
      { text: "other", tokens: [], ended: "length" },
    ]);
  });

  test("ends alternatives when there is enough of all", async () => {
    const supervisor = supervise((engine) => {
      engine.server.onRequest(GenerateRequest, async ({ progressToken = "" }, token) => {
        for (let count = 0; !token.isCancellationRequested; count++) {
          const progress = { token: { id: 1, text: "b", logprob: 0 }, text: "b", alternative: count % 2 };
          await engine.server.sendProgress(generateProgress, progressToken, progress);
          await new Promise((resolve) => setImmediate(resolve));
        }
        return generated("too late");
      });
    });
    const isEnough = (text: string): boolean => text.length >= 3;
    const { text, ended, others } = await generateWith(supervisor)({ ...request, alternatives: 2, isEnough }, always);
    assert.ok(text.startsWith("bbb"));
    assert.equal(ended, "stop");
    assert.equal(others?.length, 1);
    assert.ok(others[0]?.text.startsWith("bbb"));
  });

  test("tells what it cost when the user has typed on", async () => {
    const supervisor = supervise(endless);
    const typing = new AbortController();
    const cancelled: RequestFigures[] = [];
    const generate = generateWith(supervisor, (figures) => cancelled.push(figures));
    const isEnough = (text: string): boolean => {
      if (text.length === 2) typing.abort();
      return false;
    };
    await assert.rejects(generate({ ...request, isEnough }, typing.signal), { kind: "cancelled" });
    assert.equal(cancelled.length, 1);
    assert.deepEqual(cancelled[0]?.prompt, prompt);
    assert.equal(cancelled[0].finishReason, "cancelled");
  });

  test("reads ahead what it will be asked for", async () => {
    const asked: WarmParams[] = [];
    const supervisor = supervise((engine) => {
      engine.server.onRequest(WarmRequest, (params) => {
        asked.push(params);
        return { promptTokens: 7, computedTokens: 5 };
      });
    });
    const read: unknown[] = [];
    const prompts = () => ({ prompts: [{ prompt: "a" }, { prompt: "b", suffix: "c" }], maxTokens: 8 });
    await warmWith(supervisor, prompts, (result) => read.push(result))(always);
    const common = { model: launch.model, heal: true, maxTokens: 8, overflow: "keepEnd" };
    assert.deepEqual(asked, [
      { ...common, prompt: "a" },
      { ...common, prompt: "b", suffix: "c" },
    ]);
    assert.equal(read.length, 2);
    assert.equal(supervisor.requestCount, 0, "nobody has asked for it");
  });

  test("leaves a line in the log that tells nothing of the text", () => {
    const figures: RequestFigures = {
      prompt: { promptTokens: 400, reusedTokens: 398, prefillMs: 4.25 },
      tokens: 12,
      decodeMsPerToken: 2.04,
      finishReason: "enough",
      device: "cpu",
    };
    assert.equal(
      describeRequest(figures, "shown"),
      'Ghost text: 400 prompt tokens, 398 of them reused, read in 4.3 ms; 12 tokens, 2.0 ms each, ended by "enough"; shown.',
    );
    const early: RequestFigures = { ...figures, prompt: undefined, tokens: 0, finishReason: "cancelled" };
    assert.equal(
      describeRequest(early, "dropped"),
      'Ghost text: the prompt was not read; 0 tokens, ended by "cancelled"; dropped.',
    );
  });
});
