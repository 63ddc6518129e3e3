/**
 * `npm run test:positions -- [--positions N] [--model FOLDER] [--hostile N] [--seed N]`: what the model offers at random
 * positions of random files, and what hostile texts would be made of. Prints each broken rule; fails if there is one.
 */
import * as path from "node:path";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { EngineText } from "../../bench/replay/engineText.ts";
import { nanoFolder } from "../helpers/fixtures.ts";
import { checkModel } from "./checkModel.ts";
import { hostileTexts } from "./hostileTexts.ts";
import { describe } from "./rules.ts";

const { values } = parseArgs({
  options: {
    positions: { type: "string", default: "10000" },
    hostile: { type: "string", default: "100000" },
    model: { type: "string", default: nanoFolder },
    seed: { type: "string", default: "1" },
  },
});
const seed = Number(values.seed);

const start = performance.now();
const seconds = (): string => `${((performance.now() - start) / 1000).toFixed(0)} s`;
const engine = new EngineText({ folder: path.resolve(values.model), dtype: "int8", device: "cpu" }, 1);
const checked = await checkModel(engine, Number(values.positions), seed, (positions) => {
  if (positions % 500 === 0) process.stderr.write(`${positions} positions, ${seconds()}\n`);
});
await engine.dispose();
for (const violation of checked.violations) process.stdout.write(`${describe(violation)}\n`);
process.stdout.write(
  `${checked.positions} positions: something was offered at ${checked.spoken} of them, ${checked.offers} offers, ` +
    `${checked.violations.length} broken rules; seed ${seed}, ${seconds()}.\n`,
);

const hostile = await fc.check(hostileTexts, { numRuns: Number(values.hostile), seed });
if (hostile.failed) process.stdout.write(`${fc.defaultReportMessage(hostile) ?? ""}\n`);
process.stdout.write(
  `${hostile.numRuns} hostile texts: ${hostile.failed ? "a rule is broken" : "no rule is broken"}; ${seconds()}.\n`,
);
if (checked.violations.length > 0 || hostile.failed) process.exitCode = 1;
