/** `localghost run` as a process: tasks on standard input. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { describe, test, type TestContext } from "node:test";
import { BUILTIN_TEMPLATES } from "../../src/prompts/builtin/index.ts";
import type { TaskResult } from "../../src/tasks/task.ts";
import { nanoFolder, temporaryFolder } from "../helpers/fixtures.ts";
import { json, localghost } from "./helpers/cli.ts";

/** `auto` may take a GPU, whose numbers are not quite the same. */
const MODEL = ["-m", nanoFolder, "--device", "cpu"];
const PASSAGE =
  "The package zoomed is a tool to enlarge images. Its home page is https://zoomed.example.org. " +
  "It is maintained by Debian Graphics Team. It depends on libc6.\n";

function run(args: readonly string[], stdin = PASSAGE): Promise<TaskResult> {
  return json<TaskResult>(["run", ...args, ...MODEL], { stdin });
}

function fileOf(t: TestContext, name: string, text: string): string {
  const file = path.join(temporaryFolder(t), name);
  fs.writeFileSync(file, text);
  return file;
}

const QUESTION = ["--question", "Where is its home page?"];

describe("localghost run", { concurrency: 2 }, () => {
  test("does each of the built-in tasks", async () => {
    const needed: Readonly<Record<string, string[]>> = { translate: ["--to", "fr"], ask: QUESTION };
    for (const task of ["summarize", "translate", "ask", "explain", "continue", "name", "commit-message", "dialogue"]) {
      const args = ["run", task, ...(needed[task] ?? []), ...MODEL];
      const { code, stdout, stderr } = await localghost(args, { stdin: PASSAGE });
      assert.deepEqual([code, stdout.endsWith("\n")], [0, true], `${task}: ${stderr}`);
    }
  });

  test("prints the text that --json has, and takes ask and answer for the same", async () => {
    for (const mode of ["rank", "generate"]) {
      const args = [...QUESTION, "--mode", mode];
      const result = await run(["answer", ...args]);
      assert.equal(result.mode, mode);
      const { code, stdout } = await localghost(["run", "ask", ...args, ...MODEL], { stdin: PASSAGE });
      assert.deepEqual([code, stdout], [0, `${result.text}\n`]);
    }
  });

  test("chooses an answer from the text, and tells where it stands", async () => {
    const { text, found, candidates } = await run(["ask", ...QUESTION, "--mode", "rank"]);
    assert.equal(PASSAGE.slice(found?.start, found?.end), text);
    assert.equal(candidates[0]?.text, text);
    assert.ok(candidates.some((candidate) => candidate.text === "https://zoomed.example.org"));
  });

  test("--shots takes a number, or a file of examples as --examples does", async (t) => {
    const lines = fileOf(t, "examples.jsonl", '{"input":"cat","output":"felis"}\n\n{"input":"dog","output":"canis"}\n');
    const list = fileOf(t, "examples.json", '[{"input":"cat","output":"felis","values":{"to":"Latin"}}]');
    const latin = ["translate", "--to", "Latin"];
    const prompt = async (...args: string[]): Promise<string> => (await run([...latin, ...args], "a horse\n")).prompt;
    assert.equal(await prompt(), "a horse =");
    assert.equal(await prompt("--shots", lines), "cat = felis\ndog = canis\na horse =");
    assert.equal(await prompt("--examples", lines, "--shots", "1"), "dog = canis\na horse =");
    assert.equal(await prompt("--examples", list), "cat = felis\na horse =");
    const french = await run(["translate", "--to", "fr", "--shots", "2"], "a horse");
    assert.equal(french.shots, 2);
    assert.match(french.prompt, /\. = .*\n.*\. = .*\na horse =$/);
  });

  test("--template is a task of one's own, with --value for its parameters", async (t) => {
    const file = fileOf(t, "shout.json", '{"title":"Shout","pattern":"{input} ({how}) -> {output}","cut":"line"}');
    const result = await run(["--template", file, "--value", "how=very = loud"], "hello\n");
    assert.equal(result.prompt, "hello (very = loud) ->");
  });

  test("--seed and --alternatives give other texts", async () => {
    const seeds = await Promise.all(["1", "1", "2"].map((seed) => run(["continue", "--seed", seed])));
    const [first, again, other] = seeds.map(({ text }) => text);
    assert.equal(again, first);
    assert.notEqual(other, first);
    const { alternatives, text } = await run(["continue", "--alternatives", "3"]);
    assert.equal(alternatives.length, 3);
    assert.equal(alternatives[0]?.text, text);
    const { stdout } = await localghost(["run", "continue", "--alternatives", "3", ...MODEL], { stdin: PASSAGE });
    for (const [i, one] of alternatives.entries()) {
      assert.ok(
        stdout.includes(`--- ${i + 1} (${one.confidence.meanTokenProbability.toFixed(3)} a token)\n${one.text}\n`),
      );
    }
  });

  test("what was left out and the parts go to stderr", async () => {
    const long = PASSAGE.repeat(40);
    const generate = ["--mode", "generate", ...MODEL];
    const asked = await localghost(["run", "ask", ...QUESTION, "--shots", "5", ...generate], { stdin: long });
    assert.equal(asked.code, 0);
    assert.match(
      asked.stderr,
      /^left out 5 examples: the context is full\nleft out \d+ characters of the text: it is too long\n$/,
    );
    const summarized = await localghost(["run", "summarize", ...generate], { stdin: long });
    const [first = "", ...others] = summarized.stderr.trimEnd().split("\n");
    const count = Number(/^part 1 of (\d+): /.exec(first)?.[1]);
    assert.ok(count > 2 && others.some((line) => line.startsWith(`part ${count} of ${count}: `)));
  });

  test("--list names the tasks, those of the folder too", async () => {
    const { code, stdout } = await localghost(["run", "--list"]);
    assert.equal(code, 0);
    assert.deepEqual(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split(" ")[0]),
      BUILTIN_TEMPLATES.map(({ id }) => id),
    );
    const tasks = await json<{ id: string; modes: string[] }[]>(["run", "--list"]);
    assert.deepEqual(tasks.find(({ id }) => id === "answer")?.modes, ["generate", "rank"]);
  });

  const wrong: [string[], RegExp][] = [
    [[], /"run" needs a task: see localghost run --list/],
    [["frobnicate"], /there is no task "frobnicate": see localghost run --list/],
    [["translate"], /"Translate" needs --to \(Target language\)/],
    [["ask"], /"Ask" needs --question \(Question\)/],
    [["summarize", "--to", "fr"], /"Summarize" has no parameter "to": leave out --to/],
    [["summarize", "--value", "x"], /--value needs NAME=TEXT, not "x"/],
    [["summarize", "--value", "x=y"], /"Summarize" has no parameter "x": leave out --value x/],
    [["explain", "--mode", "rank"], /"Explain" cannot choose its answer from the text: leave out --mode rank/],
    [["summarize", "--mode", "guess"], /--mode must be one of generate, rank, not "guess"/],
    [["summarize", "--shots", "-1"], /--shots must be a whole number, 0 or more, not -1/],
    [["summarize", "--shots", "no-such-file"], /--shots needs a number or a file, not "no-such-file"/],
    [["summarize", "--seed", "0.5"], /--seed must be a whole number, not 0\.5/],
    [["summarize", "--alternatives", "0"], /--alternatives must be a whole number, 1 or more/],
    [["summarize", "--template", "x.json"], /name a task or --template, not both/],
    [["summarize", "more"], /Unexpected argument 'more'/],
  ];
  for (const [args, line] of wrong) {
    test(`wrong usage exits with 2: run ${args.join(" ")}`, async () => {
      const { code, stdout, stderr } = await localghost(["run", ...args]);
      assert.match(stderr, line);
      assert.deepEqual([code, stdout, stderr.split("\n").length], [2, "", 2]);
    });
  }

  test("a failure exits with 1, and names the file that it is in", async (t) => {
    const template = fileOf(t, "bad.json", '{"title":"T","pattern":"{input}"}');
    const broken = fileOf(t, "broken.json", "{");
    const examples = fileOf(t, "examples.jsonl", '{"input":"a"}\n');
    const cases: [string[], string, RegExp][] = [
      [["--template", template], "x", /bad\.json: "pattern" must be a text with \{output\} in it once/],
      [["--template", broken], "x", /broken\.json: It is not valid JSON/],
      [["--template", `${broken}x`], "x", /broken\.jsonx: It cannot be read/],
      [["rewrite", "--examples", examples], "x", /examples\.jsonl: "examples\[0\]\.output" must be a text/],
      [["rewrite"], "x", /"Rewrite by Example" needs 1 or more examples/],
      [["summarize"], "\n", /There is no text for "Summarize"/],
    ];
    for (const [args, stdin, line] of cases) {
      const { code, stdout, stderr } = await localghost(["run", ...args, ...MODEL], { stdin });
      assert.match(stderr, line);
      assert.deepEqual([code, stdout], [1, ""]);
    }
  });
});
