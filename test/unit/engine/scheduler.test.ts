import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";
import { LocalghostError } from "../../../src/shared/errors.ts";
import type { Priority } from "../../../src/shared/protocol.ts";
import { Scheduler } from "../../../src/engine/scheduler.ts";

const never = new AbortController().signal;

/** Waits until everything that can go on has done so: a step begins when the event loop has turned once. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await setImmediate();
}

/** A job of several steps, each noted as the job's name. */
async function work(
  scheduler: Scheduler,
  name: string,
  priority: Priority,
  steps: number,
  log: string[],
): Promise<void> {
  const job = scheduler.start(priority, never);
  for (let step = 0; step < steps; step++) {
    await job.run(async () => {
      log.push(name);
      await settle();
    });
  }
  job.end();
}

interface Arrivals {
  name: string;
  jobs: [string, Priority, number][];
  order: string;
}

const arrivals: Arrivals[] = [
  { name: "equal ones one after the other", jobs: [["a", "action", 3], ["b", "action", 2]], order: "aaabb" },
  {
    name: "by priority, from the next step on",
    jobs: [["w", "warmup", 2], ["b", "background", 2], ["a", "action", 2], ["c", "completion", 2]],
    order: "wccaabbw",
  },
  {
    name: "by arrival among equals",
    jobs: [["a", "action", 1], ["c", "completion", 2], ["b", "action", 2], ["d", "completion", 1]],
    order: "accdbb",
  },
]; // prettier-ignore

for (const { name, jobs, order } of arrivals) {
  test(`jobs take their turns: ${name}`, async () => {
    const scheduler = new Scheduler();
    const log: string[] = [];
    await Promise.all(jobs.map(([job, priority, steps]) => work(scheduler, job, priority, steps, log)));
    assert.equal(log.join(""), order);
  });
}

test("no two steps run at once", async () => {
  const scheduler = new Scheduler();
  let running = 0;
  const step = async (): Promise<void> => {
    assert.equal(++running, 1);
    await settle();
    running--;
  };
  const jobs = (["warmup", "action", "completion", "action"] as const).map((priority) =>
    scheduler.start(priority, never),
  );
  await Promise.all(
    jobs.map(async (job) => {
      for (let i = 0; i < 5; i++) await job.run(step);
      job.end();
    }),
  );
});

test("a step that fails fails its job alone", async () => {
  const scheduler = new Scheduler();
  const bad = scheduler.start("completion", never);
  const good = scheduler.start("action", never);
  const failing = bad.run(() => Promise.reject(new Error("no memory")));
  const waiting = good.run(() => Promise.resolve("done"));
  await assert.rejects(failing, { message: "no memory" });
  bad.end();
  assert.equal(await waiting, "done");
});

test("a step's result is returned", async () => {
  assert.equal(await new Scheduler().start("action", never).run(() => Promise.resolve(42)), 42);
});

test("a job that thinks between its steps keeps its place before later ones", async () => {
  const scheduler = new Scheduler();
  const first = scheduler.start("action", never);
  const second = scheduler.start("action", never);
  let secondRan = false;
  const waiting = second.run(() => Promise.resolve(void (secondRan = true)));
  await settle();
  assert.equal(secondRan, false);
  first.end();
  await waiting;
  assert.equal(secondRan, true);
});

test("a waiting job is cancelled at once, a running step is left to end", async () => {
  const scheduler = new Scheduler();
  const controller = new AbortController();
  let finish = (): void => undefined;
  const running = scheduler.start("action", controller.signal);
  const step = running.run(() => new Promise<void>((resolve) => (finish = resolve)));
  const waiting = scheduler.start("action", controller.signal);
  const never = waiting.run(() => assert.fail("a cancelled step ran"));
  await settle();
  controller.abort();
  await assert.rejects(never, { kind: "cancelled", message: "The request was cancelled." });
  waiting.end();
  finish();
  await step;
  await assert.rejects(
    running.run(() => assert.fail("a cancelled job went on")),
    { kind: "cancelled" },
  );
  running.end();
  assert.equal(await scheduler.start("warmup", AbortSignal.any([])).run(() => Promise.resolve(1)), 1);
});

test("a job cancelled between its turn and its step does not block the others", async () => {
  const scheduler = new Scheduler();
  const controller = new AbortController();
  const job = scheduler.start("action", controller.signal);
  const step = job.run(() => assert.fail("a cancelled step ran"));
  controller.abort(new LocalghostError("cancelled", "A newer one took over."));
  await assert.rejects(step, { message: "A newer one took over." });
  job.end();
  assert.equal(await scheduler.start("action", never).run(() => Promise.resolve("next")), "next");
});
