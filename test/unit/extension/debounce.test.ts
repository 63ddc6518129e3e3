import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { AdaptiveDebounce, debounce } from "../../../src/extension/completion/debounce.ts";

const LEAST = 75;

/** A user with an even rhythm, whose model takes always the same. */
function measured(interval: number, latency: number): AdaptiveDebounce {
  const pace = new AdaptiveDebounce();
  for (let key = 0; key < 10; key++) pace.typed(key * interval);
  for (let request = 0; request < 10; request++) pace.answered(latency);
  return pace;
}

suite("adaptive debounce", () => {
  test("is the least time as long as nothing was measured", () => {
    const pace = new AdaptiveDebounce();
    assert.equal(pace.wait(LEAST), LEAST);
    pace.typed(0);
    pace.typed(100);
    pace.answered(1_000);
    assert.equal(pace.wait(LEAST), LEAST);
  });

  test("is the least time where the text is there before the next key", () => {
    assert.equal(measured(200, 100).wait(LEAST), LEAST);
  });

  test("is a pause in typing where the model is slow", () => {
    assert.equal(measured(200, 1_000).wait(LEAST), 300);
    assert.equal(measured(120, 1_000).wait(LEAST), 180);
  });

  test("forgets a slow model once it is fast, and does not count thinking as rhythm", () => {
    const pace = measured(200, 1_000);
    for (let request = 0; request < 20; request++) pace.answered(20);
    assert.equal(pace.wait(LEAST), LEAST);
    const thinker = measured(200, 1_000);
    for (let key = 1; key < 20; key++) thinker.typed(1_800 + key * 10_000);
    assert.equal(thinker.wait(LEAST), 300);
  });

  test("is as before after the machine has slept in the middle of a request", () => {
    const pace = measured(200, 100);
    const night = 8 * 3600_000;
    pace.answered(night);
    pace.overtaken(night);
    pace.typed(night);
    assert.equal(pace.wait(LEAST), LEAST);
  });

  test("learns from requests that never end in time", () => {
    const pace = new AdaptiveDebounce();
    for (let key = 0; key < 10; key++) pace.typed(key * 200);
    for (let request = 0; request < 10; request++) pace.overtaken(190);
    assert.ok(pace.wait(LEAST) > LEAST);
  });

  test("is never under the least time, never far over a pause, and longer for a slower model", () => {
    const milliseconds = fc.double({ min: 0, max: 5_000, noNaN: true });
    fc.assert(
      fc.property(
        milliseconds,
        milliseconds,
        milliseconds,
        fc.integer({ min: 0, max: 5_000 }),
        (interval, a, b, least) => {
          const [fast, slow] = [Math.min(a, b), Math.max(a, b)].map((latency) => debounce(interval, latency, least));
          assert.ok(fast !== undefined && slow !== undefined);
          assert.ok(fast >= least && fast <= slow && slow <= Math.max(least, 500));
        },
      ),
    );
  });
});
