import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { showIfItLasts, type ShowTask } from "../../../src/extension/lateProgress.ts";

interface Shown {
  readonly said: { message: string; increment?: number }[];
  readonly cancel: () => void;
  hasEnded: boolean;
}

let shown: Shown[];

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  shown = [];
});

afterEach(() => {
  mock.timers.reset();
});

/** As VS Code shows a task: from when it is asked until the task has ended. */
const show: ShowTask = async (task) => {
  const said: Shown["said"] = [];
  let listener = (): void => undefined;
  const token = {
    isCancellationRequested: false,
    onCancellationRequested: (told: () => void) => {
      listener = told;
      return { dispose: () => (listener = () => undefined) };
    },
  };
  const one: Shown = { said, cancel: () => listener(), hasEnded: false };
  shown.push(one);
  await task({ report: (value) => void said.push(value) }, token);
  one.hasEnded = true;
};

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("work that ends at once is not shown", async () => {
  assert.equal(await showIfItLasts(500, show, () => Promise.resolve(3)), 3);
  mock.timers.tick(10_000);
  assert.equal(shown.length, 0);
});

test("work that lasts is shown, with what it last said, until its end", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const result = showIfItLasts(500, show, (report) => {
    report("reading", 0.1);
    report("reading", 0.3);
    setTimeout(() => {
      report("writing", 0.5);
      report("closing");
    }, 700);
    return promise;
  });
  mock.timers.tick(499);
  assert.equal(shown.length, 0);
  mock.timers.tick(1);
  assert.deepEqual(shown[0]?.said, [{ message: "reading", increment: 30 }]);
  mock.timers.tick(200);
  assert.deepEqual(shown[0].said.slice(1), [{ message: "writing", increment: 20 }, { message: "closing" }]);
  await settled();
  assert.equal(shown[0].hasEnded, false);
  resolve("done");
  assert.equal(await result, "done");
  await settled();
  assert.equal(shown[0].hasEnded, true);
});

test("work that fails is shown no more, and its error is told once", async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  const result = showIfItLasts(500, show, () => promise);
  mock.timers.tick(500);
  reject(new Error("The disk is full."));
  await assert.rejects(result, /The disk is full\./);
  await settled();
  assert.equal(shown[0]?.hasEnded, true);
});

test("who is shown the work can end it", async () => {
  const result = showIfItLasts(
    500,
    show,
    (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("ended by the user")));
      }),
  );
  mock.timers.tick(500);
  shown[0]?.cancel();
  await assert.rejects(result, /ended by the user/);
});
