/** What the documents say must be there: commands, settings, files and headings. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { anchors, brokenLinks } from "../../../scripts/lib/markdownLinks.mjs";
import { repository } from "../../../scripts/lib/paths.mjs";
import { referenceDocs } from "../../../scripts/lib/referenceDocs.mjs";
import { temporaryFolder } from "../../helpers/fixtures.ts";

interface Manifest {
  contributes: {
    commands: { command: string; enablement?: string }[];
    configuration: { properties: Record<string, unknown> } | { properties: Record<string, unknown> }[];
    views: Record<string, { id: string }[]>;
  };
}

const manifest = JSON.parse(fs.readFileSync(path.join(repository, "package.json"), "utf8")) as Manifest;
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
  cwd: repository,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && !file.startsWith("test/fixtures/workspace/"));

test("docs/commands.md and docs/settings.md are what npm run docs makes of package.json", async () => {
  for (const [file, text] of await referenceDocs(repository)) {
    assert.equal(fs.readFileSync(path.join(repository, file), "utf8"), text, `${file} is old: npm run docs`);
  }
});

test("every command and setting has its place in the documents, and a title instead of a key", async () => {
  const texts = await referenceDocs(repository);
  const { commands, configuration } = manifest.contributes;
  const settings = [configuration].flat().flatMap(({ properties }) => Object.keys(properties));
  for (const { command } of commands) assert.ok(texts.get("docs/commands.md")?.includes(`\`${command}\``), command);
  for (const name of settings) assert.ok(texts.get("docs/settings.md")?.includes(`## \`${name}\``), name);
  for (const text of texts.values()) assert.doesNotMatch(text, /%[\w.]+%/);
});

test("no document names a command, a setting or a view that is not there", () => {
  const { commands, configuration, views } = manifest.contributes;
  const known = new Set([
    ...commands.map(({ command }) => command),
    // Context keys that tell when a command can be run.
    ...commands.flatMap(({ enablement = "" }) => enablement.match(/\blocalghost\.\w+/g) ?? []),
    ...[configuration].flat().flatMap(({ properties }) => Object.keys(properties)),
    ...Object.values(views).flatMap((list) => list.map(({ id }) => id)),
    // A file of each model, and the extension itself.
    "localghost.json",
    "localghost.localghost",
  ]);
  const named = files.flatMap((file) => {
    const text = fs.readFileSync(path.join(repository, file), "utf8");
    return [...text.matchAll(/["`](localghost\.[\w.]+)["`]/g)].map(([, name = ""]) => ({ file, name }));
  });
  assert.ok(named.length > 100);
  assert.deepEqual(
    named.filter(({ name }) => !known.has(name)),
    [],
  );
});

test("relative links and anchors hold in every Markdown file", () => {
  assert.ok(files.includes("README.md"));
  const broken = files.flatMap((file) => brokenLinks(path.join(repository, file)).map((link) => `${file}: ${link}`));
  assert.deepEqual(broken, []);
});

test("a link to a file or a heading that is not there is found", (t) => {
  const file = path.join(temporaryFolder(t), "a.md");
  const links = "[a](a.md#one-and-two) [b](b.md) [c](#three) [d](https://example.com) `[e](f.md)` [g](#one-and-two-1)";
  fs.writeFileSync(file, `# One, and \`two\`\n\n${links}\n\n\`\`\`md\n# Three\n\`\`\`\n\n## One and two\n`);
  assert.deepEqual(brokenLinks(file), ["b.md", "#three"]);
  assert.deepEqual([...anchors("# Über *alles*: a_b\n")], ["über-alles-a_b"]);
});

test("docs/README.md leads to every document", () => {
  const index = fs.readFileSync(path.join(repository, "docs", "README.md"), "utf8");
  const missing = files.filter((file) => /^docs\/[^/]+\.md$/.test(file) && file !== "docs/README.md");
  assert.deepEqual(
    missing.filter((file) => !index.includes(`(${path.basename(file)})`)),
    [],
  );
});
