/** The protocol, wrong in every way: an answer to each request, no hang, no stack trace, no end of the server. `npm run fuzz` goes on. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { temporaryFolder } from "../helpers/fixtures.ts";
import { PROTOCOL_CASES } from "./helpers/protocolInputs.ts";

const INPUTS: Readonly<Record<string, number>> = { "protocol: bytes": 300, "protocol: requests": 200 };
/** Far more than the inputs are, and far less than what some of them ask for. */
const MOST_MEGABYTES = 500;

for (const { name, property, secondsAtMost } of PROTOCOL_CASES) {
  test(`hostile inputs for the ${name}`, async (t) => {
    const before = process.memoryUsage().rss;
    // The seed is printed with a counterexample.
    await fc.assert(property(temporaryFolder(t)), { numRuns: INPUTS[name] ?? 100, timeout: 1000 * secondsAtMost });
    assert.ok((process.memoryUsage().rss - before) / 1e6 < MOST_MEGABYTES);
  });
}
