/**
 * `npm run fuzz -- [--inputs N] [--only NAME] [--seed N]`: as fuzz.test.ts, for longer. Says how many inputs each reader took.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { PROTOCOL_CASES } from "../engine/helpers/protocolInputs.ts";
import { HOSTILE_CASES } from "./helpers/hostileInputs.ts";

const { values } = parseArgs({
  options: {
    inputs: { type: "string", default: "100000" },
    only: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});
const [inputs, seed] = [Number(values.inputs), Number(values.seed)];
const work = fs.mkdtempSync(path.join(os.tmpdir(), "localghost-fuzz-"));
let total = 0;
try {
  for (const { name, property, secondsAtMost } of [...HOSTILE_CASES, ...PROTOCOL_CASES]) {
    if (values.only !== undefined && values.only !== name) continue;
    const start = performance.now();
    await fc.assert(property(work), { numRuns: inputs, seed, timeout: 1000 * secondsAtMost });
    total += inputs;
    process.stdout.write(`${name}: ${inputs} inputs, ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
  }
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}
process.stdout.write(`${total} inputs, seed ${seed}: no crash, no hang, nothing outside\n`);
