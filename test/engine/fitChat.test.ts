/** Conversations that fit the context, with the tokens of a real vocabulary. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { loadTokenizer } from "../../src/engine/tokenizer/loadTokenizer.ts";
import { CHAT_EXAMPLES, type ChatMessage } from "../../src/prompts/chat.ts";
import { LocalghostError } from "../../src/shared/errors.ts";
import { fitChat, type FittedChat } from "../../src/tasks/fitChat.ts";
import { nanoFolder } from "../helpers/fixtures.ts";

const tokenizer = loadTokenizer(nanoFolder);
const MAX_TOKENS = 32;

function fit(messages: readonly ChatMessage[], contextLength: number): Promise<FittedChat> {
  const tokenize = (text: string) => {
    const ids = tokenizer.encode(text);
    return Promise.resolve({ ids, pieces: [], byteLengths: [] });
  };
  return fitChat(messages, MAX_TOKENS, { model: { name: "nano", contextLength }, tokenize });
}

/** Turns of about thirty tokens each, and a question. */
function conversation(turns: number): ChatMessage[] {
  return [
    ...Array.from({ length: turns }, (_, i): ChatMessage[] => [
      { speaker: "user", text: `What does number ${i} stand for?` },
      { speaker: "assistant", text: `Number ${i} stands for ${i * 7}.` },
    ]).flat(),
    { speaker: "user", text: "And the last one?" },
  ];
}

suite("fitChat", () => {
  test("what fits stands behind all examples", async () => {
    const { prompt, droppedMessages, promptTokens, beginsWithSpace } = await fit(conversation(1), 512);
    assert.equal(droppedMessages, 0);
    assert.ok(prompt.startsWith(`Q: ${CHAT_EXAMPLES[0]?.input ?? ""}\n`));
    assert.ok(prompt.endsWith("Q: And the last one?\nA:"));
    assert.equal(promptTokens, tokenizer.encode(prompt).length);
    assert.ok(beginsWithSpace);
  });

  test("examples go first, then the oldest turns; the answer always has room, and a question stands first", async () => {
    const messages = conversation(8);
    let leastExamples = Infinity;
    let mostDropped = 0;
    for (let contextLength = 512; contextLength >= 64; contextLength -= 16) {
      const { prompt, promptTokens, droppedMessages } = await fit(messages, contextLength);
      const examples = CHAT_EXAMPLES.filter(({ input }) => prompt.includes(`Q: ${input}\n`)).length;
      assert.ok(promptTokens + MAX_TOKENS <= contextLength);
      assert.ok(droppedMessages === 0 || examples === 0, "a turn went before an example");
      assert.ok(examples <= leastExamples && droppedMessages >= mostDropped);
      assert.equal(droppedMessages % 2, 0, "a question and its answer go together");
      assert.ok(prompt.startsWith("Q: ") && prompt.endsWith("Q: And the last one?\nA:"));
      leastExamples = examples;
      mostDropped = droppedMessages;
    }
    assert.ok(mostDropped > 0);
  });

  test("a message that does not fit is refused with its length, and never cut", async () => {
    const text = "A sentence that says a thing. ".repeat(100);
    await assert.rejects(fit([{ speaker: "user", text }], 512), (thrown) => {
      assert.ok(thrown instanceof LocalghostError);
      assert.equal(thrown.kind, "promptTooLong");
      const tokens = Number(/has (\d+) tokens/.exec(thrown.message)?.[1]);
      assert.ok(Math.abs(tokens - tokenizer.encode(text).length) < 10, thrown.message);
      return true;
    });
  });

  test("empty messages are left out, and a conversation of none is refused", async () => {
    const { prompt } = await fit([{ speaker: "user", text: " " }, ...conversation(0)], 64);
    assert.equal(prompt, "Q: And the last one?\nA:");
    await assert.rejects(fit([{ speaker: "user", text: "\n" }], 512), { kind: "invalidRequest" });
  });
});
