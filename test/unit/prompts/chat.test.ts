import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { dialogue } from "../../../src/prompts/builtin/dialogue.ts";
import { CHAT_EXAMPLES, CHAT_STOP, type ChatMessage, renderChat } from "../../../src/prompts/chat.ts";
import { renderPrompt } from "../../../src/prompts/renderPrompt.ts";

const user = (text: string): ChatMessage => ({ speaker: "user", text });
const assistant = (text: string): ChatMessage => ({ speaker: "assistant", text });

suite("renderChat", () => {
  test("asks as the dialogue of the playground does", () => {
    const turns = [{ question: "Who wrote Hamlet?", answer: "Shakespeare" }];
    const { prompt } = renderChat(CHAT_EXAMPLES, [user("Who wrote Hamlet?"), assistant("Shakespeare"), user("When?")]);
    const content = { input: "When?", values: {}, examples: dialogue.examples, dialogue: turns };
    assert.equal(prompt, renderPrompt(dialogue, content));
  });

  for (const { name, messages, prompt, beginsWithSpace } of [
    { name: "one question", messages: [user("Why?")], prompt: "Q: Why?\nA:", beginsWithSpace: true },
    {
      name: "instructions before the first question",
      messages: [user("Be brief."), user("Why?")],
      prompt: "Q: Be brief.\nQ: Why?\nA:",
      beginsWithSpace: true,
    },
    {
      name: "an answer that has begun goes on",
      messages: [user("Why?"), assistant("Because ")],
      prompt: "Q: Why?\nA: Because",
      beginsWithSpace: false,
    },
    {
      name: "lines stay, and the white space around a message goes",
      messages: [user("\r\nWhat is this?\r\n\r\nx = 1\n\n")],
      prompt: "Q: What is this?\n\nx = 1\nA:",
      beginsWithSpace: true,
    },
  ]) {
    test(name, () => assert.deepEqual(renderChat([], messages), { prompt, beginsWithSpace }));
  }

  test("an answer ends where the prompt would have the next question", () => {
    const { prompt } = renderChat([], [assistant("Yes."), user("Why?")]);
    assert.ok(CHAT_STOP.some((stop) => prompt.includes(stop)));
  });
});
