import { test } from "node:test";
import fc from "fast-check";
import { hostileTexts } from "../../positions/hostileTexts.ts";

test("whatever a model writes, and wherever: no offer breaks a rule", async () => {
  await fc.assert(hostileTexts, { numRuns: 2_000, seed: 7 });
});
