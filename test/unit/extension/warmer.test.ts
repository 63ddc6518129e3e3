import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, suite, test } from "node:test";
import { Warmer } from "../../../src/extension/completion/warmer.ts";

const REST_MS = 300;

/** A warmer with all that it has begun, and all that failed. */
function newWarmer(work: (signal: AbortSignal) => Promise<void> = () => Promise.resolve()) {
  const begun: AbortSignal[] = [];
  const failures: unknown[] = [];
  const warmer = new Warmer(
    (signal) => {
      begun.push(signal);
      return work(signal);
    },
    (thrown) => failures.push(thrown),
  );
  return { warmer, begun, failures };
}

/** Lets promises through; timers stand still. */
async function pass(milliseconds: number): Promise<void> {
  mock.timers.tick(milliseconds);
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}

suite("warmer", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(() => mock.timers.reset());

  test("reads ahead when the cursor has rested, once", async () => {
    const { warmer, begun } = newWarmer();
    warmer.moved();
    await pass(REST_MS - 1);
    assert.equal(begun.length, 0);
    await pass(1);
    await pass(10 * REST_MS);
    assert.equal(begun.length, 1);
  });

  test("reads nothing while the user types", async () => {
    const { warmer, begun } = newWarmer();
    for (let letter = 0; letter < 20; letter++) {
      warmer.moved();
      await pass(REST_MS - 1);
    }
    assert.equal(begun.length, 0);
    await pass(1);
    assert.equal(begun.length, 1);
  });

  test("ends when the cursor goes on, and that is no failure", async () => {
    const { warmer, begun, failures } = newWarmer(
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(new Error("cancelled")));
        }),
    );
    warmer.moved();
    await pass(REST_MS);
    assert.equal(begun[0]?.aborted, false);
    warmer.moved();
    assert.equal(begun[0].aborted, true);
    await pass(REST_MS);
    assert.equal(begun.length, 2);
    warmer.dispose();
    await pass(REST_MS);
    assert.equal(begun[1]?.aborted, true);
    assert.deepEqual(failures, []);
  });

  test("tells why it failed, and goes on", async () => {
    const { warmer, begun, failures } = newWarmer(() => Promise.reject(new Error("no engine")));
    for (let time = 1; time <= 2; time++) {
      warmer.moved();
      await pass(REST_MS);
      assert.equal(begun.length, time);
      assert.equal(failures.length, time);
    }
  });
});
