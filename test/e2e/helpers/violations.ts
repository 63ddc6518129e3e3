import * as fs from "node:fs";
import * as path from "node:path";
import type { Frame } from "playwright-core";
import { repository } from "../../../scripts/lib/paths.mjs";

const axe = fs.readFileSync(path.join(repository, "node_modules", "axe-core", "axe.min.js"), "utf8");

/** What axe-core says is wrong with a page: the rule, and how the elements break it. */
interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: unknown; readonly failureSummary: string }[];
}

/** What axe-core finds wrong with a page of ours as it is now, in a line each. */
export async function violations(frame: Frame): Promise<string[]> {
  // The page's policy lets in no script of others, but the debugger's.
  await frame.evaluate(axe);
  const found = await frame.evaluate<{ violations: Violation[] }>("axe.run(document, { resultTypes: ['violations'] })");
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${JSON.stringify(target)}: ${failureSummary}`),
  );
}
