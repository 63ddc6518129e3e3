import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { parseAbilities } from "../../../../src/extension/actions/abilities.ts";
import { Batched } from "../../../../src/extension/actions/batched.ts";
import { confidenceLevel, percent, sureness } from "../../../../src/extension/actions/confidenceLevel.ts";
import { readExamples, withExample } from "../../../../src/extension/actions/examples.ts";
import { readRunArguments } from "../../../../src/extension/actions/runArguments.ts";

suite("a model's tasks.json", () => {
  test("says what the model can do", () => {
    const abilities = parseAbilities(
      '{ "summarize": { "ability": "weak", "note": "ROUGE-1 12." }, "name": { "ability": "fair" } }',
    );
    assert.deepEqual(abilities.get("summarize"), { ability: "weak", note: "ROUGE-1 12." });
    assert.deepEqual(abilities.get("name"), { ability: "fair" });
    assert.equal(abilities.get("translate"), undefined);
  });

  test("says nothing where it is not valid", () => {
    for (const json of ["", "[]", "null", "3", '{ "a": 1 }', '{ "a": { "ability": "superb" } }', '{ "a": null }']) {
      assert.equal(parseAbilities(json).size, 0, json);
    }
  });
});

suite("remembered examples", () => {
  test("are read from a setting, without what is no example", () => {
    const read = readExamples({
      summarize: [
        { input: "a", output: "b" },
        { input: "a" },
        "c",
        { input: "d", output: "e", values: { to: "French", from: 1 } },
      ],
      translate: "no list",
    });
    assert.deepEqual(read, {
      summarize: [
        { input: "a", output: "b" },
        { input: "d", output: "e", values: { to: "French" } },
      ],
      translate: [],
    });
    assert.equal(readExamples([]), undefined);
    assert.equal(readExamples("x"), undefined);
  });

  test("come last when they are new", () => {
    const first = withExample({}, "name", { input: "a", output: "b" });
    const second = withExample(first, "name", { input: "c", output: "d" });
    assert.deepEqual(
      second["name"]?.map(({ input }) => input),
      ["a", "c"],
    );
    assert.equal(first["name"]?.length, 1);
  });
});

suite("arguments of a key binding", () => {
  test("name a task and what it needs", () => {
    const args = { task: "translate", shots: 1, mode: "rank", values: { to: "French", from: 3 }, colour: "red" };
    assert.deepEqual(readRunArguments(args), { task: "translate", shots: 1, mode: "rank", values: { to: "French" } });
  });

  test("without a task are none, and other mistakes count as not given", () => {
    for (const value of [undefined, null, "summarize", {}, { task: 1 }])
      assert.equal(readRunArguments(value), undefined);
    const mistaken = { task: "name", shots: -1, mode: "guess", values: null };
    assert.deepEqual(readRunArguments(mistaken), { task: "name", values: {} });
  });
});

suite("confidence", () => {
  test("is the chance to be right where that is known", () => {
    assert.equal(sureness({ meanTokenProbability: 0.9, calibrated: 0.2 }), 0.2);
    assert.equal(sureness({ meanTokenProbability: 0.9 }), 0.9);
  });

  test("in words and percent", () => {
    assert.deepEqual([0, 0.399, 0.4, 0.7, 1].map(confidenceLevel), ["low", "low", "medium", "high", "high"]);
    assert.deepEqual([0, 0.001, 0.344, 1].map(percent), ["0%", "<1%", "34%", "100%"]);
  });
});

suite("batched", () => {
  test("hands on each item once, together, after a while", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const flushed: string[][] = [];
    const batched = new Batched<string>((items) => flushed.push([...items]), 50);
    for (const item of ["a", "b", "a"]) batched.add(item);
    t.mock.timers.tick(49);
    assert.deepEqual(flushed, []);
    t.mock.timers.tick(1);
    assert.deepEqual(flushed, [["a", "b"]]);
    batched.add("c");
    batched.dispose();
    t.mock.timers.tick(50);
    assert.equal(flushed.length, 1);
  });
});
