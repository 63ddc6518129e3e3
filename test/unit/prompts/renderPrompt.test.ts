/** Prompts to the letter: the paper's, and what a template's parts come to. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { BUILTIN_TEMPLATES } from "../../../src/prompts/builtin/index.ts";
import { parseTemplate } from "../../../src/prompts/parseTemplate.ts";
import { fittingExamples } from "../../../src/prompts/pickExamples.ts";
import { leavesOutSpace, type PromptContent, renderPrompt } from "../../../src/prompts/renderPrompt.ts";
import type { TaskTemplate } from "../../../src/prompts/template.ts";
import { resolveValues } from "../../../src/prompts/values.ts";

function builtin(id: string): TaskTemplate {
  const template = BUILTIN_TEMPLATES.find((one) => one.id === id);
  assert.ok(template, id);
  return template;
}

function templateOf(fields: object): TaskTemplate {
  return parseTemplate({ title: "Test", ...fields });
}

interface Case {
  name: string;
  template: TaskTemplate;
  content: Partial<PromptContent>;
  prompt: string;
}

const ARTICLE = "Prehistoric man sketched an incredible array of beasts on the rough limestone walls of a cave.";
const PASSAGE = "The torch relay began on March 24 in Olympia.";

const cases: Case[] = [
  {
    name: "summarization of the paper: the article and TL;DR:",
    template: builtin("summarize"),
    content: { input: ARTICLE },
    prompt: `${ARTICLE}\nTL;DR:`,
  },
  {
    name: "translation of the paper: lines of english sentence = french sentence",
    template: builtin("translate"),
    content: {
      input: "One man explained his surgery.",
      values: { from: "English", to: "French" },
      examples: [
        { input: "He is here.", output: "Il est ici." },
        { input: "It rains.", output: "Il pleut." },
      ],
    },
    prompt: "He is here. = Il est ici.\nIt rains. = Il pleut.\nOne man explained his surgery. =",
  },
  {
    name: "reading comprehension of the paper: passage, the dialogue so far, A:",
    template: builtin("answer"),
    content: {
      input: PASSAGE,
      values: { question: "And they did what?" },
      dialogue: [
        { question: "What was the theme?", answer: '"one world, one dream"' },
        { question: "Did they climb any mountains?", answer: "unknown" },
      ],
    },
    prompt:
      `${PASSAGE}\n\nQ: What was the theme?\nA: "one world, one dream"\n` +
      "Q: Did they climb any mountains?\nA: unknown\nQ: And they did what?\nA:",
  },
  {
    name: "question answering of the paper: seeded with example pairs",
    template: builtin("dialogue"),
    content: {
      input: "Largest state in the us by land mass?",
      examples: [{ input: "Who wrote the book the origin of species?", output: "Charles Darwin" }],
    },
    prompt:
      "Q: Who wrote the book the origin of species?\nA: Charles Darwin\nQ: Largest state in the us by land mass?\nA:",
  },
  {
    name: "continuing has no prompt but the text",
    template: builtin("continue"),
    content: { input: "In a shocking finding, scientists" },
    prompt: "In a shocking finding, scientists",
  },
  {
    name: "the space at a text's end is the next word's",
    template: builtin("continue"),
    content: { input: "In a shocking " },
    prompt: "In a shocking",
  },
  {
    name: "of a text's indentation one space is the next word's",
    template: builtin("continue"),
    content: { input: "if x:\n    " },
    prompt: "if x:\n   ",
  },
  {
    name: "an instruction stands once, before the examples, with the parameters in it",
    template: templateOf({
      instruction: "In {style} words.",
      pattern: "{input} -> {output}!",
      separator: "\n",
      examples: [{ input: "unused", output: "unused", values: { style: "x" } }],
    }),
    content: { input: "c", values: { style: "few" }, examples: [{ input: "a", output: "b" }] },
    prompt: "In few words.\na -> b!\nc ->",
  },
  {
    name: "what looks like a placeholder in a text is text",
    template: builtin("answer"),
    content: {
      input: "{question} {output} {dialogue} {input}",
      values: { question: "{input}?" },
      dialogue: [{ question: "{question}", answer: "{output}" }],
    },
    prompt: "{question} {output} {dialogue} {input}\n\nQ: {question}\nA: {output}\nQ: {input}?\nA:",
  },
  {
    name: "braces that name nothing are text",
    template: parseTemplate({ title: "JSON", pattern: 'Say { "a": 1 } of $& {input}: {output}', parameters: [] }),
    content: { input: "$1 $$ $&" },
    prompt: 'Say { "a": 1 } of $& $1 $$ $&:',
  },
  {
    name: "examples have values of their own, else the prompt's",
    template: templateOf({ pattern: "{input} ({tone}): {output}", separator: "\n" }),
    content: {
      input: "c",
      values: { tone: "kind" },
      examples: [
        { input: "a", output: "A", values: { tone: "dry" } },
        { input: "b", output: "B" },
      ],
    },
    prompt: "a (dry): A\nb (kind): B\nc (kind):",
  },
];

suite("renderPrompt", () => {
  for (const { name, template, content, prompt } of cases) {
    test(name, () => {
      const whole = { input: "", values: {}, examples: [], dialogue: [], ...content };
      assert.equal(renderPrompt(template, whole), prompt);
    });
  }

  test("the input and all values are in every prompt, whatever they are", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 });
    fc.assert(
      fc.property(fc.constantFrom(...BUILTIN_TEMPLATES), text, text, (template, input, value) => {
        const values = Object.fromEntries(template.parameters.map(({ name }) => [name, value]));
        const prompt = renderPrompt(template, { input, values, examples: [], dialogue: [] });
        const expected = leavesOutSpace(template, input) && template.id === "continue" ? input.slice(0, -1) : input;
        assert.ok(prompt.includes(expected));
        if (template.pattern.includes("{question}")) assert.ok(prompt.includes(value));
      }),
    );
  });
});

suite("fittingExamples", () => {
  const translate = builtin("translate");

  test("only examples of the same languages are taken, by whatever name", () => {
    const values = resolveValues(translate, { to: "fr" });
    assert.deepEqual(values, { from: "English", to: "French" });
    const own = [
      { input: "cat", output: "chat", values: { to: "français" } },
      { input: "cat", output: "Katze", values: { to: "German" } },
      { input: "gato", output: "chat", values: { from: "es", to: "fr" } },
    ];
    const examples = fittingExamples(translate, own, values);
    assert.deepEqual(examples.at(-1), own[0], "the user's own are the last");
    assert.equal(examples.filter(({ input }) => input === "cat").length, 1);
    assert.ok(examples.every(({ values: pair }) => pair?.["to"] === "French" || pair?.["to"] === "français"));
  });

  test("a language that nobody has examples of leaves none", () => {
    assert.deepEqual(fittingExamples(translate, [], resolveValues(translate, { to: " Klingon " })), []);
  });

  test("a parameter without a value or a default is asked for", () => {
    assert.throws(() => resolveValues(translate, {}), {
      kind: "invalidRequest",
      message: 'The task "Translate" needs a value for "to" (Target language): give it one.',
    });
    assert.throws(() => resolveValues(builtin("answer"), { question: "  " }), { kind: "invalidRequest" });
  });
});
