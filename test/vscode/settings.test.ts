import assert from "node:assert/strict";
import type { LocalghostApi } from "../../src/extension/api.ts";
import {
  acceptGhostText,
  activateWithoutMemory,
  closeEditors,
  openMarked,
  QUEUE,
  setSetting,
  until,
} from "./support/localghost.ts";

suite("settings", () => {
  let localghost: LocalghostApi;

  suiteSetup(async () => {
    localghost = await activateWithoutMemory();
    await acceptGhostText(await openMarked(QUEUE));
  });

  teardown(async () => {
    for (const name of ["model", "dtype", "maxTokens", "maxLines"]) await setSetting(name, undefined);
    await closeEditors();
  });

  const dtype = () => ("model" in localghost.engineState ? localghost.engineState.model.dtype : undefined);

  test("another number format applies at once", async () => {
    assert.equal(dtype(), "int8");
    await setSetting("dtype", "fp32");
    await until("the engine runs in fp32", () => dtype() === "fp32");
    await setSetting("dtype", undefined);
    await until("the engine runs in int8", () => dtype() === "int8");
  });

  test("a model that is not there is said to be missing, and the next one works", async () => {
    await setSetting("model", "no-such-model");
    await until("the engine has failed", () => localghost.engineState.kind === "failed");
    const state = localghost.engineState;
    assert.ok(state.kind === "failed");
    assert.equal(state.reason.kind, "modelNotFound");
    await setSetting("model", undefined);
    await until("the engine is ready", () => localghost.engineState.kind === "ready");
    assert.notEqual(await acceptGhostText(await openMarked(QUEUE)), "");
  });

  test("a value that is not valid counts as not set", async () => {
    await setSetting("maxTokens", "many");
    assert.notEqual(await acceptGhostText(await openMarked(QUEUE)), "");
  });

  test("the most lines hold", async () => {
    await setSetting("maxLines", 1);
    const [before = ""] = QUEUE.split("\n    this");
    const body = await acceptGhostText(await openMarked(`${before}|`));
    assert.doesNotMatch(body.trim(), /\n/);
  });
});
