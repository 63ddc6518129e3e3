/**
 * `node scripts/checkRelease.mjs v1.2.3 [--notes FILE]`: fails where a tag must not be published, and else prints
 * `version=` and `pre-release=` as GitHub's workflows read outputs. `--notes` writes the version's part of the changelog.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { repository } from "./lib/paths.mjs";
import { isPreRelease, notesOf, releaseProblems } from "./lib/releaseRules.mjs";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { notes: { type: "string" } } });
const read = (/** @type {string} */ name) => readFileSync(join(repository, name), "utf8");
/** @type {{ version: string }} */
const { version } = JSON.parse(read("package.json"));
/** @type {{ version: string }} */
const lock = JSON.parse(read("package-lock.json"));
const changelog = read("CHANGELOG.md");
const problems = releaseProblems({ tag: positionals[0] ?? "", version, lockVersion: lock.version, changelog });
if (problems.length > 0) {
  process.stderr.write(`${problems.join("\n")}\n`);
  process.exitCode = 1;
} else {
  if (values.notes !== undefined) writeFileSync(values.notes, `${notesOf(changelog, version) ?? ""}\n`);
  process.stdout.write(`version=${version}\npre-release=${isPreRelease(version)}\n`);
}
