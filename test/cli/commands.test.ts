/** The command line as a process: what each command prints. */
import assert from "node:assert/strict";
import * as path from "node:path";
import { before, describe, test } from "node:test";
import {
  type GenerateResult,
  InitializeRequest,
  type ScoreResult,
  ShutdownRequest,
  TokenizeRequest,
  type TokenizeResult,
} from "../../src/shared/protocol.ts";
import { checkpointFolder, copyModel, fixturesFolder, nanoFolder, readFixture } from "../helpers/fixtures.ts";
import { INITIALIZE, startEngine } from "../engine/helpers/connection.ts";
import { cliMain, json, localghost } from "./helpers/cli.ts";

/** `auto` may take a GPU, whose numbers are not quite the same. */
const CPU = ["--device", "cpu"];
const PROMPT = "function add(a, b) {\n";

function keysOf(value: object): string[] {
  return Object.keys(value).sort();
}

describe("localghost", { concurrency: 2 }, () => {
  // Packs the embedded model once, so that two of the processes below do not do it at the same time.
  before(() => json(["complete", ...CPU, "--prompt", "a", "--max-tokens", "1"]));

  test("complete --json prints the whole result, with the embedded model where none is named", async () => {
    const args = ["complete", ...CPU, "--prompt", PROMPT, "--max-tokens", "5", "--logprobs", "3"];
    const result = await json<GenerateResult>(args);
    assert.deepEqual(keysOf(result), [
      ...["acceptedTokens", "device", "draftedTokens", "dtype", "finishReason", "promptTokens", "reusedTokens"],
      ...["text", "timings", "tokens"],
    ]);
    assert.deepEqual([result.device, result.dtype, result.reusedTokens], ["cpu", "int8", 0]);
    assert.deepEqual(keysOf(result.timings), ["decodeMsPerToken", "loadMs", "prefillMs"]);
    assert.ok(Object.values(result.timings).every((ms: number) => ms > 0));
    assert.ok(result.tokens.length > 0 && result.tokens.length <= 5);
    for (const token of result.tokens) {
      assert.deepEqual(keysOf(token), ["id", "logprob", "rank", "text", "top"]);
      assert.equal(token.top?.length, 3);
      assert.deepEqual(keysOf(token.top[0] ?? {}), ["id", "logprob", "text"]);
    }
    const { ids } = await json<TokenizeResult>(["tokenize"], { stdin: PROMPT });
    assert.equal(result.promptTokens, ids.length);
  });

  test("complete prints the text alone, from --prompt or from standard input, by name or by folder", async () => {
    const { text } = await json<GenerateResult>(["complete", ...CPU, "-p", PROMPT, "-n", "12"]);
    const commands: [string[], string][] = [
      [["--prompt", PROMPT], ""],
      [[], PROMPT],
      [["--model", "localghost-nano"], PROMPT],
      [["-m", nanoFolder], PROMPT],
      [["--dtype", "int8", "--threads", "1"], PROMPT],
    ];
    for (const [args, stdin] of commands) {
      const { code, stdout, stderr } = await localghost(["complete", ...CPU, "-n", "12", ...args], { stdin });
      assert.deepEqual([code, stdout, stderr], [0, `${text}\n`, ""]);
    }
  });

  test("complete --seed repeats a text, and another seed gives another", async () => {
    const draw = async (seed: string): Promise<string> => {
      const sampling = ["--temperature", "1.2", "--top-k", "200", "--top-p", "0.95", "--seed", seed];
      return (await localghost(["complete", ...CPU, "-p", "The", "-n", "24", ...sampling])).stdout;
    };
    const [first, again, other] = await Promise.all([draw("7"), draw("7"), draw("8")]);
    assert.equal(again, first);
    assert.notEqual(other, first);
  });

  test("complete --stop ends the text, and may be given several times", async () => {
    const { text } = await json<GenerateResult>(["complete", ...CPU, "-p", PROMPT, "-n", "12"]);
    const stops = ["--stop", text.slice(6, 8), "--stop", text.slice(9, 12)];
    const stopped = await json<GenerateResult>(["complete", ...CPU, "-p", PROMPT, "-n", "12", ...stops]);
    assert.equal(stopped.finishReason, "stop");
    assert.ok(text.startsWith(stopped.text) && stopped.text.length <= 6);
    const { stdout } = await localghost(["complete", ...CPU, "-p", PROMPT, "-n", "12", ...stops]);
    assert.equal(stdout, `${stopped.text}\n`);
  });

  test("complete --no-drafts prints the same text, token by token", async () => {
    const args = ["complete", ...CPU, "-p", "items.push(1);\nitems.push(2);\nitems.push(3);\nitems", "-n", "40"];
    const [drafted, plain] = await Promise.all([
      json<GenerateResult>(args),
      json<GenerateResult>([...args, "--no-drafts"]),
    ]);
    assert.deepEqual(drafted.tokens, plain.tokens);
    assert.deepEqual([plain.draftedTokens, plain.acceptedTokens], [0, 0]);
  });

  test("complete --alternatives prints several texts, likeliest first", async () => {
    const args = ["complete", ...CPU, "-p", PROMPT, "-n", "6", "--alternatives", "3"];
    const { alternatives = [], text } = await json<GenerateResult>(args);
    assert.equal(alternatives.length, 3);
    assert.ok(alternatives.some((one) => one.text === text));
    for (const one of alternatives) {
      assert.deepEqual(keysOf(one), ["finishReason", "logprob", "text", "tokens"]);
    }
    const { stdout } = await localghost(args);
    const expected = alternatives.map(
      (one, i) => `--- ${i + 1} (${Math.exp(one.logprob).toFixed(3)} a token)\n${one.text}\n`,
    );
    assert.equal(stdout, expected.join(""));
  });

  test("score --json prints each token's log-probability and the totals, equal to PyTorch's", async (t) => {
    interface Text {
      name: string;
      text: string;
      prefixIds: number[];
      ids: number[];
      sumNats: number;
      utf8Bytes: number;
    }
    const { texts } = readFixture<{ texts: Text[] }>("nano-score.json");
    const [example] = texts.filter(({ prefixIds, ids }) => prefixIds.length === 0 && ids.length > 20);
    assert.ok(example);
    const model = copyModel(t, nanoFolder);
    const result = await json<ScoreResult>(["score", ...CPU, "-m", model, "--dtype", "fp32"], { stdin: example.text });
    assert.deepEqual(keysOf(result), ["bitsPerByte", "device", "dtype", "perplexity", "tokens", "totalNats"].sort());
    assert.deepEqual(
      result.tokens.map(({ id }) => id),
      example.ids,
    );
    assert.deepEqual(keysOf(result.tokens[0] ?? {}), ["id", "text"], "nothing is known of the first");
    assert.ok(result.tokens.slice(1).every(({ logprob = 1 }) => logprob < 0));
    assert.ok(Math.abs(result.totalNats + example.sumNats) < 0.01);
    assert.ok(Math.abs(result.perplexity - Math.exp(result.totalNats / (example.ids.length - 1))) < 1e-9);
    const firstBytes = Buffer.byteLength(result.tokens[0]?.text ?? "");
    const bits = result.totalNats / Math.LN2 / (example.utf8Bytes - firstBytes);
    assert.ok(Math.abs(result.bitsPerByte - bits) < 1e-9);
  });

  test("score prints a line a token and a line of totals", async () => {
    const { code, stdout, stderr } = await localghost(["score", ...CPU], { stdin: "const x = 1;" });
    const lines = stdout.trimEnd().split("\n");
    const { ids } = await json<TokenizeResult>(["tokenize"], { stdin: "const x = 1;" });
    assert.deepEqual([code, stderr, lines.length], [0, "", ids.length + 1]);
    assert.match(lines.at(-1) ?? "", /^[\d.]+ nats, perplexity [\d.]+, [\d.]+ bits per byte$/);
  });

  test("tokenize prints ids and pieces that make up the text, a byte-order mark too", async () => {
    for (const text of ["né 🙂\r\n\t x", "\ufeffconst a", "<|endoftext|>", ""]) {
      const { ids, pieces, ...rest } = await json<TokenizeResult>(["tokenize"], { stdin: text });
      assert.deepEqual(rest, {});
      assert.equal(ids.length, pieces.length);
      if (!/[^\x20-\x7e]/.test(text)) assert.equal(pieces.join(""), text);
      const { stdout } = await localghost(["tokenize"], { stdin: text });
      assert.equal(stdout.split("\n").length - 1, ids.length);
      assert.equal(ids.length === 0, text === "");
    }
    const plain = await json<TokenizeResult>(["tokenize"], { stdin: "const a" });
    const marked = await json<TokenizeResult>(["tokenize"], { stdin: "\ufeffconst a" });
    assert.notDeepEqual(marked.ids, plain.ids);
  });

  test("models list tells what comes with it", async () => {
    const [nano, ...others] = await json<Record<string, unknown>[]>(["models", "list"]);
    assert.deepEqual(others, []);
    assert.deepEqual(
      [nano?.["name"], nano?.["state"], nano?.["parameters"], nano?.["contextLength"]],
      ["localghost-nano", "embedded", 5_387_776, 512],
    );
    const { stdout } = await localghost(["models", "list"]);
    assert.match(stdout, /^localghost-nano {2}embedded {2}5\.4M parameters, context 512 {2}/);
  });

  test("serve speaks the protocol", async (t) => {
    const folder = copyModel(t, checkpointFolder("tiny-plain"));
    const { client, exited, stderr } = startEngine(t, [], [cliMain, "serve"]);
    await client.sendRequest(InitializeRequest, INITIALIZE);
    assert.equal(
      (await client.sendRequest(TokenizeRequest, { model: { folder }, text: "abc" })).pieces.join(""),
      "abc",
    );
    await client.sendRequest(ShutdownRequest);
    assert.deepEqual([await exited, stderr()], [[0, null], ""]);
  });

  test("--help tells about every command, and --version the version", async () => {
    const { code, stdout, stderr } = await localghost(["--help"]);
    assert.deepEqual([code, stderr], [0, ""]);
    for (const command of ["complete", "score", "tokenize", "models list", "serve"]) {
      assert.ok(stdout.includes(`localghost ${command}`), command);
    }
    assert.equal((await localghost([])).stdout, stdout);
    assert.equal((await localghost(["complete", "--help"])).code, 0);
    assert.match((await localghost(["--version"])).stdout, /^(dev|\d+\.\d+\.\d+)\n$/);
  });

  test("a reader that closes early is no error", async () => {
    const text = "word ".repeat(60_000);
    const { code, signal, stderr } = await localghost(["tokenize"], { stdin: text, closeStdout: true });
    assert.deepEqual([code, signal, stderr], [0, null, ""]);
    const doctor = await localghost(["doctor", "--help"], { closeStdout: true });
    assert.deepEqual([doctor.code, doctor.stderr], [0, ""]);
    const tokenized = await json<TokenizeResult>(
      ["tokenize", "-m", path.join(fixturesFolder, "checkpoints", "tiny-odd")],
      {
        stdin: "abc",
      },
    );
    assert.equal(tokenized.ids.length, 3, "no weights are needed to tokenize");
  });
});
