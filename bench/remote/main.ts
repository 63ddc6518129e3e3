/**
 * `npm run bench:remote -- --endpoint ADDRESS [--token TOKEN]`: what the remote backend gets from a server, beside what the
 * engine gets from the same weights in fp32. `-- --gguf FILE` writes these for llama.cpp instead. docs/remote.md has results.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { resolveModel } from "../../src/cli/models.ts";
import { Engine } from "../../src/engine/engine.ts";
import { openCheckpoint } from "../../src/engine/model/checkpoint.ts";
import { connect } from "../../src/extension/remote/connect.ts";
import { describeServer } from "../../src/extension/remote/describeServer.ts";
import { RemoteClient } from "../../src/extension/remote/remoteClient.ts";
import { LocalghostError } from "../../src/shared/errors.ts";
import type { GeneratedToken, ModelSpec } from "../../src/shared/protocol.ts";
import { type GgufTokenizer, writeGguf } from "../models/ggufFile.ts";

const PROMPTS = [
  "Once upon a time there was a little",
  "The first thing that the old man saw was",
  "export function sum(values: number[]): number {\n  let total",
  "def words(text):\n    return",
  "# How to build\n\nFirst install",
  "The café on the corner 😀 opens at",
];
const TOKENS = 24;
const CANDIDATES = [" dog", " girl named Anna", " house", " 17", " boy"];

const { values } = parseArgs({
  options: {
    endpoint: { type: "string" },
    token: { type: "string" },
    /** The server's name for the model. */
    name: { type: "string", default: "" },
    model: { type: "string", default: "localghost-nano" },
    gguf: { type: "string" },
  },
});
const folder = resolveModel(values.model);
const always = new AbortController().signal;
if (values.gguf !== undefined) writeGguf(values.gguf, openCheckpoint(folder), "F32", readTokenizer(folder));
if (values.endpoint !== undefined) await compare(values.endpoint, values.token);

async function compare(address: string, token: string | undefined): Promise<void> {
  const settings = { endpoint: address, model: values.name, timeoutMs: 60_000 };
  const reach = { token: () => Promise.resolve(token), fetch };
  console.log(await describeServer(settings, reach, always));
  const { connection, offers } = await connect(settings, reach, always);
  const client = new RemoteClient(connection, offers);
  const engine = new Engine();
  const model: ModelSpec = { folder, dtype: "fp32", device: "cpu" };
  const priority = "action";

  const pairs = [];
  for (const prompt of PROMPTS) {
    const params = { model, prompt, maxTokens: TOKENS, logprobs: 5, priority } as const;
    pairs.push([await client.generate(params), await engine.generate(params, always)] as const);
  }
  const same = pairs.filter(([remote, local]) => remote.text === local.text).length;
  const differences = pairs.flatMap(([remote, local]) => differencesOf(remote.tokens, local.tokens));
  row("generate", `${same} of ${PROMPTS.length} texts of ${TOKENS} tokens are the same`, differences);

  await attempt("heal", async () => {
    const both = [];
    for (const prompt of PROMPTS) {
      const params = { model, prompt: `${prompt} `, heal: true, maxTokens: TOKENS, priority } as const;
      both.push([(await client.generate(params)).text, (await engine.generate(params, always)).text] as const);
    }
    const none = both.filter(([remote]) => remote === "").length;
    const equal = both.filter(([remote, local]) => remote === local).length;
    return [`after a space: ${equal} of ${PROMPTS.length} texts are the same, ${none} empty`, []];
  });
  await attempt("alternatives", async () => {
    const params = { model, prompt: PROMPTS[0] ?? "", maxTokens: 8, alternatives: 3, priority } as const;
    const remote = (await client.generate(params)).alternatives ?? [];
    const local = (await engine.generate(params, always)).alternatives ?? [];
    const texts = local.map(({ text }) => text);
    return [`${remote.filter(({ text }) => texts.includes(text)).length} of ${local.length} are the same`, []];
  });
  await attempt("rank", async () => {
    const params = { model, prompt: PROMPTS[0] ?? "", candidates: CANDIDATES, priority } as const;
    const [remote, local] = [await client.rank(params), await engine.rank(params, always)];
    const off = remote.candidates.map(({ logprob }, i) => logprob - (local.candidates[i]?.logprob ?? 0));
    return [`${CANDIDATES.length} candidates`, off];
  });
  await attempt("score", async () => {
    const params = { model, text: PROMPTS.join("\n"), priority } as const;
    const [remote, local] = [await client.score(params), await engine.score(params, always)];
    const off = remote.tokens.map(({ logprob = 0 }, i) => logprob - (local.tokens[i]?.logprob ?? 0));
    const perplexities = `perplexity ${remote.perplexity.toFixed(3)}, the engine's ${local.perplexity.toFixed(3)}`;
    return [`${remote.tokens.length} tokens, the engine's ${local.tokens.length}; ${perplexities}`, off];
  });
  await attempt("tokenize", async () => {
    const params = { model, text: PROMPTS.join("\n") };
    const [remote, local] = [await client.tokenize(params), engine.tokenize(params)];
    const isSame = JSON.stringify(remote.byteLengths) === JSON.stringify(local.byteLengths);
    return [`${remote.ids.length} tokens, ${isSame ? "the same" : "not the same"} as the engine's`, []];
  });
}

function readTokenizer(folder: string): GgufTokenizer {
  const json = fs.readFileSync(path.join(folder, "tokenizer.json"), "utf8");
  const { model } = JSON.parse(json) as { model: { vocab: Record<string, number>; merges: (string | string[])[] } };
  const tokens: string[] = [];
  for (const [token, id] of Object.entries(model.vocab)) tokens[id] = token;
  // Newer files have each merge as a pair.
  return { tokens, merges: model.merges.map((merge) => (typeof merge === "string" ? merge : merge.join(" "))) };
}

/** As long as both chose the same tokens. */
function differencesOf(remote: readonly GeneratedToken[], local: readonly GeneratedToken[]): number[] {
  const parted = local.findIndex((token, i) => token.text !== remote[i]?.text);
  const shared = local.slice(0, parted === -1 ? local.length : parted);
  return shared.map(({ logprob }, i) => (remote[i]?.logprob ?? NaN) - logprob);
}

async function attempt(name: string, work: () => Promise<[string, number[]]>): Promise<void> {
  try {
    row(name, ...(await work()));
  } catch (thrown) {
    if (!(thrown instanceof LocalghostError)) throw thrown;
    row(name, `${thrown.kind}: ${thrown.message}`, []);
  }
}

function row(name: string, said: string, differences: readonly number[]): void {
  const most = Math.max(...differences.map(Math.abs));
  const figure =
    differences.length === 0 ? "" : `; log-probabilities differ by ${most.toFixed(4)} at most (${differences.length})`;
  console.log(`| ${name} | ${said}${figure} |`);
}
