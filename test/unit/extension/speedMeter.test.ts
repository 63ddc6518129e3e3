import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { SpeedMeter } from "../../../src/extension/client/speedMeter.ts";
import { model } from "./helpers/fakeEngine.ts";

suite("speed meter", () => {
  test("takes a few requests to tell, and forgives a slow one", () => {
    const meter = new SpeedMeter();
    assert.equal(meter.msPerToken(model), undefined);
    meter.add(model, 2);
    meter.add(model, 90);
    assert.equal(meter.msPerToken(model), undefined);
    meter.add(model, 3);
    assert.equal(meter.msPerToken(model), 3);
  });

  test("follows a machine that has become slower", () => {
    const meter = new SpeedMeter();
    for (let count = 0; count < 100; count++) meter.add(model, 2);
    for (let count = 0; count < 10; count++) meter.add(model, 5);
    assert.equal(meter.msPerToken(model), 5);
  });

  test("begins anew with another model and on another device", () => {
    const meter = new SpeedMeter();
    const others = [
      { ...model, device: "webgpu" as const },
      { ...model, dtype: "int4" as const },
      { ...model, folder: "/models/other" },
    ];
    for (const other of others) {
      for (let count = 0; count < 3; count++) meter.add(model, 2);
      assert.equal(meter.msPerToken(model), 2);
      assert.equal(meter.msPerToken(other), undefined);
      meter.add(other, 9);
      assert.equal(meter.msPerToken(model), undefined);
    }
  });
});
