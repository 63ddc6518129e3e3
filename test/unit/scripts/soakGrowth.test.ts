import assert from "node:assert/strict";
import { test } from "node:test";
import { growthOf, type Watch } from "../../../bench/soak/growth.ts";
import type { Sample } from "../../../bench/soak/samples.ts";

const watch: Watch = { name: "processes", unit: "", read: ({ processes }) => processes, limitPerHour: 5 };
const none = { files: 0, megabytes: 0 };

/** An hour, a sample a minute. */
function hour(value: (minute: number) => number): Sample[] {
  return Array.from({ length: 61 }, (_, minutes) => ({
    ...{ minutes, processes: value(minutes), storage: none, temporary: none },
  }));
}

test("growth is what the settled part of an hour has, whatever comes before and single readings are", () => {
  const steady = growthOf(
    watch,
    hour((minute) => (minute < 10 ? 10 * minute : minute % 7 === 0 ? 500 : 100)),
  );
  assert.ok(steady);
  assert.deepEqual([steady.perHour, steady.isBounded, steady.least, steady.most], [0, true, 100, 500]);
  const leak = growthOf(
    watch,
    hour((minute) => 100 + 0.1 * minute),
  );
  assert.ok(leak);
  assert.ok(Math.abs(leak.perHour - 6) < 1e-6);
  assert.equal(leak.isBounded, false);
});

test("what was not seen has no growth", () => {
  assert.equal(
    growthOf(
      { ...watch, read: () => undefined },
      hour(() => 1),
    ),
    undefined,
  );
  assert.equal(growthOf(watch, hour(() => 1).slice(0, 8)), undefined);
});
