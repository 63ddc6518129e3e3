import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { projectNode, repository } from "../../../scripts/lib/paths.mjs";
import { targets } from "../../../scripts/lib/packageTargets.mjs";
import { isPreRelease, notesOf, releaseProblems } from "../../../scripts/lib/releaseRules.mjs";

const changelog = "# Changelog\n\n## 0.2.0\n\n- This.\n\n## 0.1.0\n";
const good = { tag: "v0.2.0", version: "0.2.0", lockVersion: "0.2.0", changelog };

test("a tag that is the version, with a changelog, may be published", () => {
  assert.deepEqual(releaseProblems(good), []);
  assert.equal(notesOf(changelog, "0.2.0"), "- This.");
});

test("each thing that does not fit is named", () => {
  const bad: [Partial<typeof good>, RegExp][] = [
    [{ tag: "0.2.0" }, /tag is 0\.2\.0/],
    [{ tag: "v0.2.1" }, /asks for v0\.2\.0/],
    [{ version: "0.2.0-beta", tag: "v0.2.0-beta", lockVersion: "0.2.0-beta" }, /three numbers/],
    [{ lockVersion: "0.1.0" }, /package-lock\.json says 0\.1\.0/],
    [{ version: "0.3.0", tag: "v0.3.0", lockVersion: "0.3.0" }, /no section "## 0\.3\.0"/],
    [{ version: "0.1.0", tag: "v0.1.0", lockVersion: "0.1.0" }, /says nothing of 0\.1\.0/],
  ];
  for (const [change, expected] of bad) assert.match(releaseProblems({ ...good, ...change })[0] ?? "", expected);
});

test("odd minor versions are pre-releases", () => {
  assert.deepEqual(["0.1.0", "0.2.3", "1.0.0", "1.11.0"].map(isPreRelease), [true, false, false, true]);
});

test("the script takes the version of today and refuses another tag", () => {
  const run = (tag: string) =>
    spawnSync(projectNode, [path.join(repository, "scripts", "checkRelease.mjs"), tag], { encoding: "utf8" });
  const { version } = JSON.parse(fs.readFileSync(path.join(repository, "package.json"), "utf8")) as { version: string };
  assert.equal(run(`v${version}`).stdout, `version=${version}\npre-release=${isPreRelease(version)}\n`);
  const refused = run("v999.0.0");
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /^The tag is v999\.0\.0/);
});

test("the workflows package every target, and every action is pinned to a commit in what publishes", () => {
  const folder = path.join(repository, ".github", "workflows");
  const [ci, release] = ["ci.yml", "release.yml"].map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
  for (const target of Object.keys(targets)) assert.ok(ci?.includes(target), `ci.yml lacks ${target}`);
  assert.match(release ?? "", /--target all/);
  const actions = [...(release ?? "").matchAll(/uses: (\S+)/g)].map(([, action = ""]) => action);
  assert.ok(actions.length > 0);
  for (const action of actions) assert.match(action, /@[0-9a-f]{40}$/, action);
});
