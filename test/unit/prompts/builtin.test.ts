/** The tasks that come with Localghost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as l10n from "@vscode/l10n";
import { BUILTIN_TEMPLATES } from "../../../src/prompts/builtin/index.ts";
import { LANGUAGES } from "../../../src/prompts/languages.ts";
import { parseTemplate } from "../../../src/prompts/parseTemplate.ts";
import { serializeTemplate } from "../../../src/prompts/serializeTemplate.ts";

for (const template of BUILTIN_TEMPLATES) {
  test(`${template.id} could be a user's own: it is written to JSON and read back`, () => {
    const written = JSON.stringify(serializeTemplate(template));
    assert.deepEqual(parseTemplate(JSON.parse(written)), template);
    assert.ok(!("leastShots" in serializeTemplate(template)) || template.leastShots > 0, "defaults are left out");
  });
}

test("each task has a name of its own", () => {
  const ids = BUILTIN_TEMPLATES.map(({ id }) => id);
  assert.deepEqual([...new Set(ids)], ids);
  for (const id of ["summarize", "translate", "answer", "explain", "continue", "name", "commit-message", "rewrite"]) {
    assert.ok(ids.includes(id), id);
  }
});

test("titles and descriptions are in the user's language as soon as that is known", (t) => {
  t.after(() => l10n.config({ contents: {} }));
  const translate = BUILTIN_TEMPLATES.find(({ id }) => id === "translate");
  assert.equal(translate?.title, "Translate");
  l10n.config({ contents: { Translate: "Übersetzen", "Target language": "Zielsprache" } });
  assert.equal(translate.title, "Übersetzen");
  assert.equal({ ...translate }.title, "Übersetzen");
  assert.equal(translate.parameters[1]?.title, "Zielsprache");
});

test("summaries, answers and translations can have five shots", () => {
  for (const id of ["summarize", "answer"]) {
    const template = BUILTIN_TEMPLATES.find((one) => one.id === id);
    assert.ok((template?.examples.length ?? 0) >= 5, id);
  }
});

test("each ordered pair of languages has the same sentences", () => {
  const translate = BUILTIN_TEMPLATES.find(({ id }) => id === "translate");
  const sentences = new Map<string, Set<string>>();
  for (const from of LANGUAGES) {
    for (const to of LANGUAGES) {
      if (from === to) continue;
      const examples = translate?.examples.filter(
        ({ values }) => values?.["from"] === from.name && values["to"] === to.name,
      );
      assert.ok(examples && examples.length >= 5, `${from.name} to ${to.name}`);
      const inputs = new Set(examples.map(({ input }) => input));
      assert.deepEqual(inputs, sentences.get(from.name) ?? inputs);
      sentences.set(from.name, inputs);
      assert.ok(examples.every(({ input, output }) => input !== output && !/[\n=]/.test(input + output)));
    }
  }
});
