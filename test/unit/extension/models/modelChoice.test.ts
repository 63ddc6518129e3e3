import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { chooseModel, chosenModels } from "../../../../src/extension/models/modelChoice.ts";
import { SETTINGS } from "../../../../src/extension/settings.ts";

const settings = {
  model: "localghost-nano",
  modelByLanguage: { markdown: "gpt2" },
  modelByTask: { summarize: "gpt2-large" },
};

suite("the model of a request", () => {
  test("is that of its task, else of its language, else that of all", () => {
    assert.equal(chooseModel(settings, {}), "localghost-nano");
    assert.equal(chooseModel(settings, { languageId: "typescript" }), "localghost-nano");
    assert.equal(chooseModel(settings, { languageId: "markdown" }), "gpt2");
    assert.equal(chooseModel(settings, { languageId: "markdown", task: "translate" }), "gpt2");
    assert.equal(chooseModel(settings, { languageId: "markdown", task: "summarize" }), "gpt2-large");
    assert.equal(chooseModel(settings, { task: "summarize" }), "gpt2-large");
  });

  test("is not taken from what every object has", () => {
    assert.equal(chooseModel(settings, { languageId: "constructor", task: "toString" }), "localghost-nano");
  });

  test("is listed with all that it is chosen for", () => {
    assert.deepEqual(chosenModels(settings), [
      { target: { kind: "all" }, name: "localghost-nano" },
      { target: { kind: "language", id: "markdown" }, name: "gpt2" },
      { target: { kind: "task", id: "summarize" }, name: "gpt2-large" },
    ]);
  });
});

suite("the settings of models", () => {
  test("leave out what is no name", () => {
    assert.deepEqual(SETTINGS.modelByLanguage({ markdown: " gpt2 ", go: "", python: 5, css: null }), {
      markdown: "gpt2",
    });
    assert.equal(SETTINGS.modelByTask(["gpt2"]), undefined);
    assert.equal(SETTINGS.modelByTask("gpt2"), undefined);
  });

  test("take absolute folders and addresses of hubs alone", () => {
    assert.equal(SETTINGS.modelsFolder("/data/models"), "/data/models");
    assert.equal(SETTINGS.modelsFolder(" "), "");
    assert.equal(SETTINGS.modelsFolder("models"), undefined);
    assert.equal(SETTINGS["hub.endpoint"]("https://hub.example"), "https://hub.example");
    assert.equal(SETTINGS["hub.endpoint"]("file:///etc"), undefined);
    assert.equal(SETTINGS["hub.endpoint"]("hub.example"), undefined);
  });
});
