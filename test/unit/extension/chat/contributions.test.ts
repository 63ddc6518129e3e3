/** What package.json says of chat and tools, held against the code. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { Ajv } from "ajv";
import { CHAT_COMMANDS } from "../../../../src/extension/chat/chatCommands.ts";
import { readToolInput, TOOL_INPUTS, type ToolName } from "../../../../src/extension/chat/toolInputs.ts";
import { CHAT_PARTICIPANT, CHAT_VENDOR } from "../../../../src/extension/ids.ts";

interface Manifest {
  contributes: {
    languageModelChatProviders: { vendor: string }[];
    chatParticipants: { id: string; commands: { name: string }[] }[];
    languageModelTools: { name: ToolName; inputSchema: object }[];
  };
}

const { contributes } = JSON.parse(
  readFileSync(new URL("../../../../package.json", import.meta.url), "utf8"),
) as Manifest;

suite("package.json", () => {
  test("names the provider, the participant and its commands as the code does", () => {
    assert.deepEqual(
      contributes.languageModelChatProviders.map(({ vendor }) => vendor),
      [CHAT_VENDOR],
    );
    const [participant, ...others] = contributes.chatParticipants;
    assert.deepEqual([participant?.id, others.length], [CHAT_PARTICIPANT, 0]);
    assert.deepEqual(
      participant?.commands.map(({ name }) => name),
      [...CHAT_COMMANDS],
    );
  });

  test("describes the tools that the code registers, and no others", () => {
    assert.deepEqual(
      contributes.languageModelTools.map(({ name }) => name),
      Object.keys(TOOL_INPUTS),
    );
  });
});

suite("the inputs of tools", () => {
  const inputs = [
    { text: "A text." },
    { text: " \n" },
    { text: 3 },
    {},
    { text: "A text.", to: "French" },
    { text: "A text.", to: "fr", from: "English" },
    { text: "A text.", to: "" },
    { text: "A text.", count: 5 },
    { text: "A text.", count: 0 },
    { text: "A text.", count: 2.5 },
    { text: "A text.", count: 101 },
    { text: "A text.", file: "notes.md" },
    null,
    "A text.",
  ];
  for (const { name, inputSchema } of contributes.languageModelTools) {
    test(`${name}: the schema that callers see allows what the code takes`, () => {
      const validate = new Ajv({ strict: true }).compile(inputSchema);
      const verdicts = inputs.map((input) => {
        const isValid = validate(input);
        if (isValid) assert.deepEqual(readToolInput(name, input), input);
        else assert.throws(() => readToolInput(name, input), { kind: "invalidRequest", message: new RegExp(name) });
        return isValid;
      });
      assert.ok(verdicts.includes(true) && verdicts.includes(false));
    });
  }
});
