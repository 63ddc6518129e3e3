/** The server as another client sees it: Vercel's AI SDK, by its provider for servers that are compatible with OpenAI's. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, generateText, streamText } from "ai";
import { engine, NANO, startServer, TOKEN } from "./helpers/server.ts";

after(() => engine.dispose());

test("the AI SDK gets a text, the same in parts, and errors", async (t) => {
  const { url, generations } = await startServer(t);
  const provider = createOpenAICompatible({
    name: "localghost",
    baseURL: `${url}/v1`,
    apiKey: TOKEN,
    includeUsage: true,
  });
  const model = provider.completionModel(NANO);
  const params = { model, prompt: "Add two numbers.", maxOutputTokens: 8, temperature: 0.8, seed: 3, maxRetries: 0 };
  const { text, usage, finishReason } = await generateText(params);
  assert.notEqual(text, "");
  assert.ok(finishReason === "length" || finishReason === "stop");
  const streamed = streamText(params);
  let together = "";
  for await (const part of streamed.textStream) together += part;
  assert.equal(together, text);
  assert.equal((await streamed.usage).outputTokens, usage.outputTokens);
  assert.equal(generations.length, 2);
  // It writes a conversation into the prompt, and lets the text end where the other side would speak.
  assert.deepEqual(generations[0]?.params.stop, ["\nuser:"]);
  assert.match(generations[0].params.prompt, /Add two numbers\./);

  await assert.rejects(generateText({ ...params, presencePenalty: 1 }), (error: unknown) => {
    assert.ok(APICallError.isInstance(error));
    assert.equal(error.statusCode, 400);
    assert.match(error.message, /presence_penalty/);
    return true;
  });
});
