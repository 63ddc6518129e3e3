/** Foreign files, wrong in every way: no crash, no hang, nothing read or written outside. `npm run fuzz` goes on for longer. */
import { test } from "node:test";
import fc from "fast-check";
import { temporaryFolder } from "../helpers/fixtures.ts";
import { HOSTILE_CASES } from "./helpers/hostileInputs.ts";

const INPUTS = 300;

for (const { name, property, secondsAtMost } of HOSTILE_CASES) {
  test(`${INPUTS} inputs for a ${name}`, async (t) => {
    // The seed is printed with a counterexample.
    await fc.assert(property(temporaryFolder(t)), { numRuns: INPUTS, timeout: 1000 * secondsAtMost });
  });
}
