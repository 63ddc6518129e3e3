/** Templates as users write them, and the JSON schema that an editor checks them with. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { suite, test } from "node:test";
import { Ajv } from "ajv";
import fc from "fast-check";
import { BUILTIN_TEMPLATES } from "../../../src/prompts/builtin/index.ts";
import { TemplateError } from "../../../src/prompts/checkValue.ts";
import { defaultStop, idFrom, parseTemplate, TEMPLATE_DEFAULTS } from "../../../src/prompts/parseTemplate.ts";
import { serializeTemplate } from "../../../src/prompts/serializeTemplate.ts";
import { ACCEPTED, REFUSED } from "./templateCases.ts";

const schemaFile = path.resolve(import.meta.dirname, "..", "..", "..", "media", "schemas", "prompt.schema.json");
const schema = JSON.parse(fs.readFileSync(schemaFile, "utf8")) as {
  examples: unknown[];
  properties: Record<string, { default?: unknown; description?: string }>;
};
// VS Code's own words for what a value means.
const ajv = new Ajv({ allErrors: true, strict: "log", logger: false });
ajv.addVocabulary(["enumDescriptions", "patternErrorMessage"]);
const validate = ajv.compile(schema);

suite("parseTemplate", () => {
  for (const { name, template } of ACCEPTED) {
    test(`takes ${name}`, () => {
      assert.ok(parseTemplate(template));
      assert.ok(validate(template), JSON.stringify(validate.errors));
    });
  }

  for (const { name, template, message, path: wrong, unseen } of REFUSED) {
    test(`refuses ${name}`, () => {
      assert.throws(
        () => parseTemplate(template),
        (error) => {
          assert.ok(error instanceof TemplateError);
          assert.match(error.message, message);
          assert.deepEqual(error.path, wrong);
          return true;
        },
      );
      assert.equal(validate(template), unseen !== undefined, unseen ?? "the schema refuses it, too");
    });
  }

  test("a title and a pattern are enough", () => {
    assert.deepEqual(parseTemplate({ title: "Fix Grammar", pattern: "Wrong: {input}\nRight ({tone}): {output}" }), {
      id: "fix-grammar",
      title: "Fix Grammar",
      pattern: "Wrong: {input}\nRight ({tone}): {output}",
      separator: "\n\n",
      parameters: [{ name: "tone", title: "Tone", kind: "text" }],
      examples: [],
      shots: 0,
      leastShots: 0,
      stop: ["\n\nWrong: "],
      maxTokens: 100,
      sampling: { temperature: 0 },
      cut: "paragraph",
      scope: "paragraph",
      longInput: "dropMiddle",
      mode: "generate",
    });
  });

  test("an id is the template's own, else the file's, else made of the title", () => {
    const least = { title: "Größe & Maß", pattern: "{input}{output}" };
    assert.equal(parseTemplate({ ...least, id: "own" }, "file").id, "own");
    assert.equal(parseTemplate(least, "file").id, "file");
    assert.equal(parseTemplate(least).id, "gro-e-ma");
    assert.equal(idFrom("漢字"), "task");
  });

  test("an answer ends before what closes an example, and before a next one", () => {
    assert.deepEqual(defaultStop("Before:\n{input}\nAfter:\n{output}\n---", "\n"), ["\n---", "\nBefore:\n"]);
    assert.deepEqual(defaultStop("{input} = {output}", "\n"), []);
  });

  test("the schema tells the same defaults, and tells about each field", () => {
    for (const [name, value] of Object.entries(TEMPLATE_DEFAULTS)) {
      assert.deepEqual(schema.properties[name]?.default, value, name);
    }
    for (const [name, { description }] of Object.entries(schema.properties)) {
      assert.ok(description?.endsWith("."), name);
    }
  });

  test("the schema's examples and all built-in tasks are templates", () => {
    for (const example of schema.examples) {
      assert.doesNotThrow(() => parseTemplate(example));
      assert.ok(validate(example));
    }
    for (const template of BUILTIN_TEMPLATES) {
      assert.ok(validate({ ...template }), `${template.id}: ${JSON.stringify(validate.errors)}`);
      assert.ok(validate(serializeTemplate(template)));
    }
  });

  test("any JSON is a template or refused with a reason, never an exception of ours", () => {
    const names = fc.constantFrom(
      "title",
      "pattern",
      "examples",
      "parameters",
      "sampling",
      "stop",
      "shots",
      "cut",
      "id",
    );
    const values = fc.oneof(fc.jsonValue(), fc.constantFrom("{input} {output}", "{input}", "a-b", [{}], { seed: 1 }));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(names, values)), (value) => {
        try {
          parseTemplate(value);
        } catch (error) {
          assert.ok(error instanceof TemplateError, String(error));
        }
        return true;
      }),
      { numRuns: 500 },
    );
  });
});
