/** Kills an engine at a random moment, and looks at what becomes of everything around it. */
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { poll } from "../../scripts/lib/poll.mjs";
import { isRunning } from "../../src/engine/model/temporaryFiles.ts";
import type { Random } from "../../src/engine/sampling/random.ts";
import { isCancelled, LocalghostError } from "../../src/shared/errors.ts";
import type { EngineHost } from "./engineHost.ts";

/** What the engine is doing when it is killed. */
export const MOMENTS = ["loading", "reading a prompt", "writing", "idle", "filling the memory"] as const;
export type Moment = (typeof MOMENTS)[number];

export interface Kill {
  moment: Moment;
  /** Calls that were under way: those that failed with the reason, and those that another engine answered. */
  failed: number;
  answered: number;
  /** It was one crash too many: the user was told, and has restarted the engine. */
  gaveUp: boolean;
  /** Until another engine had answered, in milliseconds. */
  backAfterMs: number;
}

/** Everything that is waited for here takes a fraction of it. */
const LIMIT_MS = 60_000;
const PROMPT = "export function add(a: number, b: number): number {\n  return a + b;\n}\n\n";
const TYPED = "const total = add(1, 2);\n";

/**
 * @param recovery `byItself` waits as long as the supervisor does; `restart` is the user's command, at once
 * @throws AssertionError when a call hangs or fails without a reason, an edit is lost, or no engine comes back
 */
export async function killOnce(
  host: EngineHost,
  moment: Moment,
  random: Random,
  recovery: "byItself" | "restart",
): Promise<Kill> {
  const { supervisor } = host;
  await host.generate(PROMPT, 1);
  await host.type(TYPED);
  const expected = host.text;
  const calls = await begin(host, moment, random);
  const pid = await poll(
    () => supervisor.pid,
    (found) => found !== undefined,
    "an engine to kill",
    LIMIT_MS,
  );
  assert.ok(pid !== undefined);
  process.kill(pid, "SIGKILL");
  const killedAt = performance.now();
  const outcomes = Promise.allSettled(calls);
  await poll(
    () => isRunning(pid),
    (running) => !running,
    "the end of the process",
    LIMIT_MS,
  );
  // Typing goes on while there is no engine.
  void host.type(TYPED);
  if (recovery === "restart") await supervisor.restart();
  const gaveUp = await isOver(host, pid);
  if (gaveUp) await supervisor.restart();
  let failed = 0;
  for (const outcome of await inTime(outcomes, "the calls that were under way")) {
    if (outcome.status === "fulfilled") continue;
    failed++;
    assertReason(outcome.reason);
  }
  assert.notEqual(await inTime(host.generate(PROMPT, 4), "an answer of the next engine"), "");
  const backAfterMs = performance.now() - killedAt;
  assert.notEqual(supervisor.pid, pid);
  assert.equal(host.text, expected + TYPED);
  await poll(() => host.remembersDocument(), Boolean, "the document in the memory", LIMIT_MS);
  return { moment, failed, answered: calls.length - failed, gaveUp, backAfterMs };
}

/** Begins what the engine is to be killed in, and waits until a random moment of it. */
async function begin(host: EngineHost, moment: Moment, random: Random): Promise<Promise<unknown>[]> {
  const { supervisor } = host;
  switch (moment) {
    case "loading": {
      const before = supervisor.pid;
      void supervisor.restart();
      await poll(
        () => supervisor.pid,
        (pid) => pid !== undefined && pid !== before,
        "a new process",
        LIMIT_MS,
      );
      const call = host.generate(PROMPT, 4);
      await wait(300 * random());
      return [handled(call)];
    }
    case "reading a prompt": {
      // Nothing of it has been read before.
      const call = host.generate(`// ${random()}\n${PROMPT.repeat(40)}`, 1);
      await wait(100 * random());
      return [handled(call)];
    }
    case "writing": {
      const until = Math.ceil(60 * random());
      let tokens = 0;
      let reached: () => void = () => undefined;
      const enough = new Promise<void>((resolve) => (reached = resolve));
      const call = host.generate(PROMPT, 200, () => ++tokens === until && reached());
      await inTime(Promise.race([enough, call]), "tokens");
      return [handled(call)];
    }
    case "filling the memory": {
      const call = host.fillMemory(200);
      await wait(100 * random());
      return [handled(call)];
    }
    case "idle":
      await wait(100 * random());
      return [];
  }
}

/** Once there is another engine, or there will be none. */
async function isOver({ supervisor }: EngineHost, killed: number): Promise<boolean> {
  const settled = () => {
    const { state, pid } = supervisor;
    return state.kind === "failed" || (state.kind === "ready" && pid !== undefined && pid !== killed);
  };
  await poll(settled, Boolean, "another engine or a failure", LIMIT_MS);
  const { state } = supervisor;
  if (state.kind !== "failed") return false;
  // What the notification says, with a button that restarts the engine.
  assert.equal(state.reason.kind, "engineStopped");
  assertReason(state.reason);
  await assert.rejects(
    supervisor.use(() => Promise.resolve(), new AbortController().signal),
    assertReason,
  );
  return true;
}

/** Killed, or in the way of a restart that the user has asked for. */
function assertReason(reason: unknown): true {
  assert.ok(reason instanceof LocalghostError, String(reason));
  if (!isCancelled(reason))
    assert.match(reason.message, /^The engine (stopped unexpectedly \(signal SIGKILL\)|was stopped)\.$/);
  return true;
}

function handled<T>(call: Promise<T>): Promise<T> {
  call.catch(() => undefined);
  return call;
}

async function inTime<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${LIMIT_MS / 1000} s for ${what}.`)), LIMIT_MS);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
