/** `localghost eval` as a process: what it prints and writes, and that it goes on where it was killed. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { describe, test } from "node:test";
import { evalCommand } from "../../src/cli/commands/eval.ts";
import type { EvalResult } from "../../src/eval/report/evalResult.ts";
import { copyModel, nanoFolder, temporaryFolder } from "../helpers/fixtures.ts";
import { cliMain, json, localghost } from "./helpers/cli.ts";
import { setsFolder } from "./helpers/measure.ts";

const SENTENCES = path.join(setsFolder, "1bw", "news.en.heldout-00000-of-00050");

describe("localghost eval", { concurrency: 2 }, () => {
  test("a run that was killed goes on where it was, and finds the same", async (t) => {
    const folder = temporaryFolder(t);
    const data = path.join(folder, "sentences");
    fs.writeFileSync(data, fs.readFileSync(SENTENCES, "utf8").repeat(40));
    const model = copyModel(t, nanoFolder);
    const args = [
      "eval",
      "1bw",
      "--data",
      data,
      "--model",
      model,
      "--dtype",
      "fp32",
      "--device",
      "cpu",
      "--limit",
      "100",
    ];
    const out = ["--out", path.join(folder, "out")];
    const whole = await json<EvalResult>(args);

    const child = spawn(process.execPath, [cliMain, ...args, ...out], { stdio: "ignore" });
    const log = path.join(folder, "out", `1bw.${path.basename(model)}.fp32.records.jsonl`);
    const logged = (): number => (fs.existsSync(log) ? fs.readFileSync(log, "utf8").split("\n").length - 2 : 0);
    while (logged() < 8) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill("SIGKILL");
    await once(child, "exit");
    const kept = logged();
    assert.ok(kept >= 8 && kept < 100, `${kept} records when it was killed`);
    // As if the machine had stopped in the middle of a line.
    fs.appendFileSync(log, '{"index":3,"outc');

    const before = fs
      .readFileSync(log, "utf8")
      .split("\n")
      .slice(0, kept + 1);
    const resumed = await json<EvalResult>([...args, ...out, "--resume"]);
    assert.deepEqual(
      fs
        .readFileSync(log, "utf8")
        .split("\n")
        .slice(0, kept + 1),
      before,
      "the log only grows",
    );
    assert.equal(logged(), 100);
    assert.deepEqual(resumed.figures, whole.figures);
    assert.deepEqual(resumed.data, whole.data);
    assert.equal(resumed.data.records, 120);

    const other = await localghost([...args, ...out, "--resume", "--seed", "2"]);
    assert.equal(other.code, 1);
    assert.match(other.stderr, /are of another model, data set or option: leave out --resume to begin anew/);
  });

  test("--out has the result as JSON, a row of Markdown and a plot, with all that it takes to have it again", async (t) => {
    const folder = temporaryFolder(t);
    const data = path.join(setsFolder, "nq", "NQ-open.dev.jsonl");
    const args = ["eval", "nq", "--data", data, "--dtype", "fp32", "--device", "cpu", "--shots", "1", "--out", folder];
    const printed = await json<EvalResult>(args);
    const read = (ending: string): string =>
      fs.readFileSync(path.join(folder, `nq.localghost-nano.fp32.${ending}`), "utf8");
    assert.deepEqual(JSON.parse(read("json")), printed);
    assert.equal(printed.model?.sha256, "742dd441a5cac84a476b3474644a3573b8a69384f72cd1f3fcbcc4c1a4744d5e");
    assert.deepEqual([printed.model.dtype, printed.model.device, printed.options.shots], ["fp32", "cpu", 1]);
    assert.match(printed.data.sha256, /^[0-9a-f]{64}$/);
    assert.equal(
      printed.command,
      `localghost eval nq --data ${data} --model localghost-nano --dtype fp32 --device cpu --shots 1`,
    );
    assert.match(
      read("md"),
      /^\| Natural Questions: NQ-open\.dev\.jsonl \| localghost-nano `742dd441`, fp32, cpu \| .* \/ 4\.1/,
    );
    assert.match(read("svg"), /^<svg [^>]*>\n<title>[\s\S]*GPT-2 1542M, paper[\s\S]*surest of[\s\S]*<\/svg>\n$/);
    const { stdout } = await localghost(args);
    assert.ok(stdout.includes(read("md")) && stdout.startsWith("| task | model |"));
    assert.match(stdout, /\nNatural Questions:\n {2}1 example pairs/);
  });

  test("all measures what a folder has, and names what it lacks", async (t) => {
    const folder = temporaryFolder(t);
    for (const name of ["text8", "memorization"]) {
      fs.cpSync(path.join(setsFolder, name), path.join(folder, name), { recursive: true });
    }
    const args = ["eval", "all", "--data", folder, "--dtype", "fp32", "--device", "cpu", "--json"];
    const { code, stdout, stderr } = await localghost(args);
    assert.equal(code, 0);
    assert.deepEqual(
      (JSON.parse(stdout) as EvalResult[]).map(({ task }) => task),
      ["text8"],
    );
    assert.match(stderr, /localghost: lambada is left out: .* has no lambada\/lambada_test\.jsonl or /);
    assert.match(stderr, /localghost: memorization is left out: it needs --training\n/);
    const nothing = await localghost(["eval", "all", "--data", temporaryFolder(t)]);
    assert.equal(nothing.code, 1);
    assert.match(nothing.stderr, /has none of the sets: see localghost eval --list for their names\.\n$/);
  });

  test("wrong usage is one sentence", async () => {
    const cases: [string[], RegExp][] = [
      [[], /"eval" needs a task/],
      [["nothing", "--data", "x"], /there is no benchmark "nothing"/],
      [["nq"], /"eval nq" needs --data PATH/],
      [["nq", "--data", "x", "--limit", "0"], /--limit must be a whole number, 1 or more/],
      [["nq", "--data", "x", "--resume"], /--resume needs --out/],
      [["nq", "--data", "x", "--seed", "1.5"], /--seed must be a whole number/],
    ];
    for (const [args, message] of cases) await assert.rejects(evalCommand(args), { name: "UsageError", message });
  });

  test("--list names every task with its format and source", async () => {
    const tasks = await json<{ id: string; source: string; licence: string }[]>(["eval", "--list"]);
    assert.equal(tasks.length, 19);
    assert.ok(tasks.every(({ source, licence }) => source !== "" && licence !== ""));
  });
});
