/** What a newcomer sees first, as package.json says it. */
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { repository } from "../../../scripts/lib/paths.mjs";
import { COMMANDS, VIEWS } from "../../../src/extension/ids.ts";

interface Step {
  id: string;
  title: string;
  description: string;
  media: { image?: string; svg?: string; altText: string };
  completionEvents: string[];
}
interface Manifest {
  contributes: {
    walkthroughs: { title: string; description: string; steps: Step[] }[];
    viewsWelcome: { view: string; contents: string }[];
  };
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(join(repository, file), "utf8")) as T;
}

const { walkthroughs, viewsWelcome } = readJson<Manifest>("package.json").contributes;
const texts = readJson<Record<string, string>>("package.nls.json");
const steps = walkthroughs.flatMap((walkthrough) => walkthrough.steps);

const text = (key: string) => texts[key.replaceAll("%", "")] ?? "";
const commandLinks = (markdown: string) =>
  [...markdown.matchAll(/\(command:(?:toSide:)?([\w.]+)\)/g)].map(([, name = ""]) => name);

/** Commands that a link can run: ours, and those that VS Code makes for our views. */
const known: ReadonlySet<string> = new Set([
  ...Object.values(COMMANDS),
  ...Object.values(VIEWS).map((view) => `${view}.focus`),
]);
const views: ReadonlySet<string> = new Set(Object.values(VIEWS));

suite("the walkthrough", () => {
  test("has five steps, each with words, a picture that is described, and something to do", () => {
    assert.equal(steps.length, 5);
    for (const { id, title, description, media } of steps) {
      assert.ok(text(title) !== "" && text(media.altText).length > 20, id);
      assert.ok(commandLinks(text(description)).length > 0, id);
    }
  });

  test("shows pictures that exist and are in the package", () => {
    const rules = readFileSync(join(repository, ".vscodeignore"), "utf8").split("\n");
    assert.ok(rules.includes("**"), "everything is left out but what is named");
    const named = rules.filter((rule) => rule.startsWith("!")).map((rule) => rule.slice(1));
    const packaged = new Set(globSync(named, { cwd: repository }));
    for (const { id, media } of steps) {
      const file = media.image ?? media.svg ?? "";
      assert.ok(existsSync(join(repository, file)), `${id}: ${file}`);
      assert.ok(packaged.has(file), `${id}: ${file} is not in the package`);
    }
    assert.ok(packaged.has("media/sample/greetings.ts"), "the sample is not in the package");
  });

  test("leads to commands and views that exist, as views without content do", () => {
    const shown = [...steps.map(({ description }) => description), ...viewsWelcome.map(({ contents }) => contents)];
    for (const name of shown.flatMap((key) => commandLinks(text(key)))) assert.ok(known.has(name), name);
    for (const { view } of viewsWelcome) assert.ok(views.has(view), view);
  });

  test("ticks a step off by what its links do", () => {
    for (const { id, description, completionEvents } of steps) {
      const events = completionEvents.map((event) => event.split(":"));
      for (const [kind = "", name = ""] of events) {
        assert.ok(kind === "onView" ? views.has(name) : kind === "onCommand" && known.has(name), `${id}: ${name}`);
      }
      const done = events.flatMap(([kind, name = ""]) => (kind === "onView" ? [`${name}.focus`] : [name]));
      assert.ok(
        commandLinks(text(description)).some((name) => done.includes(name)),
        `no link completes ${id}`,
      );
    }
  });
});
