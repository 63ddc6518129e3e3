/** What goes wrong on the command line: one line on stderr, nothing on stdout, and an exit code that says whose fault. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { describe, test } from "node:test";
import { checkpointFolder, copyModel, nanoFolder } from "../helpers/fixtures.ts";
import { editConfig } from "../engine/helpers/checkpoints.ts";
import { type Input, localghost } from "./helpers/cli.ts";

async function fails(args: readonly string[], code: number, line: RegExp, input?: Input): Promise<void> {
  const outcome = await localghost(args, input);
  assert.match(outcome.stderr, /^localghost: [^\n]+\n$/);
  assert.match(outcome.stderr, line);
  assert.deepEqual([outcome.code, outcome.stdout], [code, ""]);
}

const usage: [string[], RegExp][] = [
  [["frobnicate"], /there is no command "frobnicate": use complete, score, tokenize, models, .*serve \(see /],
  [["toString"], /there is no command "toString"/],
  [["--frobnicate"], /there is no command "--frobnicate"/],
  [["complete", "--frobnicate"], /Unknown option '--frobnicate'/],
  [["complete", "some", "words"], /Unexpected argument 'some'/],
  [["complete", "--prompt"], /'-p, --prompt <value>' argument missing/],
  [["complete", "--json=yes", "-p", "a"], /'--json' does not take an argument/],
  [["complete", "--dtype", "int5"], /--dtype must be one of int8, int4, fp16, fp32, not "int5"/],
  [["complete", "--device", "tpu"], /--device must be one of auto, cpu, webgpu, cuda, not "tpu"/],
  [["score", "--dtype", ""], /--dtype must be one of .*, not ""/],
  [["complete", "--max-tokens", "abc"], /--max-tokens needs a number, not "abc"/],
  [["complete", "--max-tokens", ""], /--max-tokens needs a number, not ""/],
  [["complete", "--max-tokens", "-1"], /--max-tokens must be a whole number, 1 or more, not -1/],
  [["complete", "-n", "-1"], /--max-tokens must be a whole number, 1 or more, not -1/],
  [["complete", "--max-tokens=-1"], /--max-tokens must be a whole number, 1 or more, not -1/],
  [["complete", "--max-tokens", "0"], /--max-tokens must be a whole number, 1 or more, not 0/],
  [["complete", "--max-tokens", "1.5"], /--max-tokens must be a whole number/],
  [["complete", "--max-tokens", "Infinity"], /--max-tokens needs a number/],
  [["complete", "--prompt", "--json"], /argument is ambiguous/],
  [["complete", "--temperature", "-.5"], /--temperature must be 0 or more, not -0\.5/],
  [["complete", "--temperature=-1"], /--temperature must be 0 or more, not -1/],
  [["complete", "--temperature", "hot"], /--temperature needs a number, not "hot"/],
  [["complete", "--top-k", "1.5"], /--top-k must be a whole number, 0 or more, not 1\.5/],
  [["complete", "--top-p", "0"], /--top-p must be above 0 and at most 1, not 0/],
  [["complete", "--min-p", "2"], /--min-p must be between 0 and 1, not 2/],
  [["complete", "--repetition-penalty", "0"], /--repetition-penalty must be above 0, not 0/],
  [["complete", "--seed", "1.5"], /--seed must be a whole number, not 1\.5/],
  [["complete", "--logprobs=-3"], /--logprobs must be a whole number, 0 or more/],
  [["complete", "--threads", "many"], /--threads needs a number/],
  [["score", "--threads=-2"], /--threads must be a whole number, 0 or more/],
  [["tokenize", "--dtype", "int8"], /Unknown option '--dtype'/],
  [["models"], /"models" needs a subcommand: list, search, add, info, verify, pack, remove/],
  [["models", "frobnicate"], /"models" needs a subcommand: list/],
  [["models", "list", "--all"], /Unknown option '--all'/],
];

const failures: [string[], RegExp, Input?][] = [
  [
    ["complete", "-m", "no-such-model", "-p", "a"],
    /There is no model "no-such-model": name a folder, or one of localgh/,
  ],
  [["tokenize", "-m", "no-such-model"], /There is no model "no-such-model"/],
  [["complete", "-m", path.join(nanoFolder, "config.json"), "-p", "a"], /There is no model ".*config\.json"/],
  [["complete", "-m", path.dirname(nanoFolder), "-p", "a"], /There is no model in .*: its config\.json cannot be read/],
  [
    ["complete", "--device", "cpu"],
    /The prompt has \d+ tokens, but the model can look at 512/,
    { stdin: "so many words ".repeat(400) },
  ],
  [["score", "--device", "cpu"], /There is no text to score: write some\./],
];

describe("localghost", { concurrency: 2 }, () => {
  for (const [args, line] of usage) {
    test(`wrong usage exits with 2: ${args.join(" ")}`, () => fails(args, 2, line));
  }

  for (const [args, line, input] of failures) {
    test(`a failure exits with 1: ${args.map((arg) => path.basename(arg)).join(" ")}`, () =>
      fails(args, 1, line, input));
  }

  test("a damaged model is one line", async (t) => {
    const folder = copyModel(t, checkpointFolder("tiny-plain"));
    const args = ["complete", "--device", "cpu", "-m", folder, "-p", "a"];
    fs.truncateSync(path.join(folder, "model.safetensors"), 100_000);
    await fails(args, 1, /model\.safetensors is damaged: it is cut off before the end of tensor/);
    editConfig(folder, { model_type: "llama" });
    await fails(args, 1, /config\.json describes a "llama" model; Localghost runs "gpt2" models only/);
    fs.writeFileSync(path.join(folder, "config.json"), "{\n\n");
    await fails(args, 1, /config\.json is not valid JSON/);
    fs.writeFileSync(path.join(folder, "tokenizer.json"), "[\n]");
    await fails(
      ["tokenize", "-m", folder],
      1,
      /^localghost: The tokenizer of this model is not a byte-level byte-pair encoding/,
    );
  });

  test("an empty prompt starts a document", async () => {
    const { code, stdout, stderr } = await localghost(["complete", "--device", "cpu", "-n", "3"], { stdin: "" });
    assert.deepEqual([code, stderr], [0, ""]);
    assert.ok(stdout.length > 1);
  });

  test("bytes that are no text are a prompt like any other", async () => {
    const { code, stderr } = await localghost(["complete", "--device", "cpu", "-n", "3"], {
      stdin: Uint8Array.of(0, 255, 254, 128, 10),
    });
    assert.deepEqual([code, stderr], [0, ""]);
  });
});
