/** The memory mixed into a real model, and filled through the protocol. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { CancellationTokenSource } from "vscode-jsonrpc/node";
import { DraftPolicy } from "../../src/engine/draftPolicy.ts";
import type { LoadedModel } from "../../src/engine/generate.ts";
import { Memory } from "../../src/engine/memory/memory.ts";
import { createMixture, type StartMixture } from "../../src/engine/memory/mixture.ts";
import { rank } from "../../src/engine/rank.ts";
import { logSumExp } from "../../src/engine/sampling/logprobs.ts";
import { score } from "../../src/engine/score.ts";
import { SequencePool } from "../../src/engine/sequencePool.ts";
import {
  MemoryClearRequest,
  MemoryEditRequest,
  MemoryRemoveRequest,
  MemoryStatusRequest,
  MemoryUpdateRequest,
  type MemoryUse,
} from "../../src/shared/memory.ts";
import { GenerateRequest, ScoreRequest } from "../../src/shared/protocol.ts";
import { nanoFolder } from "../helpers/fixtures.ts";
import { loadForTest, soleJob } from "../helpers/models.ts";
import { errorOf, initialized } from "./helpers/connection.ts";
import { generateAll, type Generation } from "./helpers/generation.ts";

const HELPER = `/** Moves the quixotic frobnicator to where it belongs. */
export function relocateFrobnicator(frobnicator: Frobnicator, zebraOffset: number): Frobnicator {
  return frobnicator.moveBy(zebraOffset * QUIXOTIC_FACTOR);
}
`;
const BEFORE = "const moved = relocateFrobnicator(frobnicator: Frobnicator, ";

interface Remembering {
  loaded: LoadedModel;
  memory: Memory;
  mixture: (use?: MemoryUse) => StartMixture;
}

async function remembering(t: TestContext, files: Readonly<Record<string, string>>): Promise<Remembering> {
  const loaded = await loadForTest(t, nanoFolder, "int8");
  const memory = new Memory(loaded.tokenizer);
  for (const [path, text] of Object.entries(files)) {
    const work = memory.update(path, text);
    while (work.next().done !== true);
  }
  return {
    loaded,
    memory,
    mixture:
      (use = {}) =>
      (prompt) =>
        createMixture(memory, use, prompt),
  };
}

function generateWith(
  loaded: LoadedModel,
  params: Parameters<typeof generateAll>[1],
  mixture?: StartMixture,
): Promise<Generation> {
  return generateAll(loaded, params, soleJob(), () => undefined, mixture);
}

test("the mixture's probabilities are those of the model and of the memory, in the share that it states", async (t) => {
  const { loaded, mixture } = await remembering(t, { "src/helper.ts": HELPER });
  const ids = loaded.tokenizer.encode(BEFORE.trimEnd());
  const sequence = loaded.model.newSequence();
  const logits = await loaded.model.forward(sequence, ids, [ids.length - 1]);
  const untouched = Float32Array.from(logits);
  const { logits: mixed, total, about } = mixture({ path: "src/main.ts", imports: ["./helper.ts"] })().mix(ids, logits);
  assert.deepEqual(logits, untouched);
  assert.ok(about);
  assert.ok(Math.abs(total - logSumExp(mixed)) < 1e-4, `${total} and ${logSumExp(mixed)}`);
  let sum = 0;
  for (const id of mixed.keys()) {
    const { share, probability, modelLogprob } = about(id);
    const expected = (1 - share) * Math.exp(modelLogprob) + share * probability;
    const found = Math.exp((mixed[id] ?? 0) - total);
    sum += found;
    assert.ok(Math.abs(found - expected) < 1e-5, `token ${id}: ${found} and ${expected}`);
  }
  assert.ok(Math.abs(sum - 1) < 1e-4, `they sum to ${sum}`);
  const [zebra = 0] = loaded.tokenizer.encode(" zebra");
  const told = about(zebra);
  assert.deepEqual([told.path, told.line, told.probability], ["src/helper.ts", 2, 1]);
  assert.ok(told.matched >= 8 && told.share > 0.5, `${told.matched} tokens match, and count ${told.share}`);
});

test("where the memory knows nothing the model speaks alone", async (t) => {
  const { loaded, mixture } = await remembering(t, { "a.txt": "lorem ipsum dolor" });
  const params = { prompt: "export function ", maxTokens: 12, logprobs: 2 };
  const alone = await generateWith(loaded, params);
  const both = await generateWith(loaded, params, mixture());
  assert.deepEqual(both.result.tokens, alone.result.tokens);
  assert.ok(both.result.tokens.every(({ memoryShare }) => memoryShare === undefined));
});

test("a text goes on as the workspace does, the same with drafts and without, in every way of asking", async (t) => {
  const { loaded, mixture } = await remembering(t, { "src/helper.ts": HELPER });
  const params = { prompt: BEFORE.trimEnd(), maxTokens: 24, logprobs: 1 };
  const use = { path: "src/main.ts", imports: ["./helper"] };
  const fresh = (): LoadedModel => ({ ...loaded, sequences: new SequencePool(loaded.model), drafts: new EveryGuess() });
  const plain = await generateWith(fresh(), { ...params, drafts: false }, mixture(use));
  assert.match(plain.result.text, /^ zebraOffset: number\): Frobnicator \{\n {2}return frobnicator\.move/);
  const drafted = await generateWith(fresh(), params, mixture(use));
  assert.deepEqual(drafted.result.tokens, plain.result.tokens);
  assert.ok(plain.result.tokens.every(({ memoryShare, memory }) => memoryShare === memory?.share));
  const brief = await generateWith(fresh(), { ...params, logprobs: 0 }, mixture(use));
  assert.ok((brief.result.tokens[0]?.memoryShare ?? 0) > 0.5, "it is told without details, too");
  assert.ok(drafted.result.acceptedTokens > 5, `${drafted.result.acceptedTokens} of the memory's tokens were taken`);
  const several = await generateWith(fresh(), { ...params, alternatives: 2 }, mixture(use));
  assert.ok(several.result.alternatives?.some(({ text }) => text === plain.result.text));
  const sampled = { ...params, sampling: { temperature: 0.2, seed: 1 } };
  assert.match((await generateWith(fresh(), sampled, mixture(use))).result.text, /^ zebraOffset: number/);
});

test("a word that is half written becomes the workspace's, and what stands in its own place says nothing", async (t) => {
  const main = "import { relocateFrobnicator } from './helper.ts';\n\nrelocateFro\n";
  const { loaded, mixture } = await remembering(t, { "src/helper.ts": HELPER, "src/main.ts": main });
  const prompt = main.trimEnd();
  const use = { path: "src/main.ts", offset: prompt.length, imports: ["./helper.ts"] };
  const { result } = await generateWith(loaded, { prompt, heal: true, maxTokens: 16 }, mixture(use));
  assert.match(result.text, /^bnicator/);
});

test("scores and ranks know the workspace", async (t) => {
  const { loaded, mixture } = await remembering(t, { "src/helper.ts": HELPER });
  const text = `${BEFORE}zebraOffset`;
  const scoreOf = async (one?: StartMixture) =>
    score(loaded, { model: { folder: "" }, text, priority: "action" }, soleJob(), one);
  assert.ok((await scoreOf(mixture())).totalNats < 0.6 * (await scoreOf()).totalNats);
  const candidates = [" frobnicator.moveBy(x)", " frobnicator.moveTo(x)"];
  const params = { model: { folder: "" }, prompt: "return", candidates, priority: "action" as const };
  const [by, to] = (await rank(loaded, params, soleJob(), mixture())).candidates;
  const alone = (await rank(loaded, params, soleJob())).candidates;
  assert.ok((by?.logprob ?? 0) > (to?.logprob ?? 0) + 1, "what the workspace calls is likelier");
  assert.ok((by?.logprob ?? 0) > (alone[0]?.logprob ?? 0));
});

test("the memory is filled, changed and emptied through the protocol", async (t) => {
  const { client } = await initialized(t);
  const model = { folder: nanoFolder, device: "cpu" as const };
  const nats = async (memory?: MemoryUse): Promise<number> => {
    const params = { model, text: `${BEFORE}zebraOffset`, priority: "action" as const };
    return (await client.sendRequest(ScoreRequest, memory ? { ...params, memory } : params)).totalNats;
  };
  const alone = await nats();
  assert.equal(await nats({}), alone);
  const files = [{ path: "src/helper.ts", text: HELPER.replaceAll("\n", "\r\n") }];
  const status = await client.sendRequest(MemoryUpdateRequest, { model, files, maxMegabytes: 64 });
  assert.deepEqual([status.files, status.isFull], [1, false]);
  assert.ok(status.tokens > 40);
  const known = await nats({ path: "src/main.ts" });
  assert.ok(known < 0.6 * alone, `${known} nats, ${alone} without`);
  assert.equal(await nats(), alone);

  const edits = [{ start: HELPER.indexOf("zebraOffset"), removed: "zebra".length, text: "horse" }];
  const edit = { model, path: "src/helper.ts", edits, length: HELPER.length };
  assert.deepEqual(await client.sendRequest(MemoryEditRequest, edit), { applied: true });
  assert.ok((await nats({})) > known);
  assert.deepEqual(await client.sendRequest(MemoryEditRequest, { ...edit, path: "src/other.ts" }), { applied: false });

  const renames = [{ from: "src/helper.ts", to: "lib/helper.ts" }];
  assert.equal((await client.sendRequest(MemoryRemoveRequest, { model, paths: ["src/helper.ts"], renames })).files, 1);
  assert.equal((await client.sendRequest(MemoryRemoveRequest, { model, paths: ["lib/helper.ts"] })).files, 0);
  await client.sendRequest(MemoryUpdateRequest, { model, files });
  await client.sendRequest(MemoryClearRequest, { model });
  assert.deepEqual((await client.sendRequest(MemoryStatusRequest, { model })).tokens, 0);
  const wrong = { model, files: [{ path: "a.ts" }] as never };
  assert.match(
    (await errorOf(client.sendRequest(MemoryUpdateRequest, wrong))).message,
    /"memory\/update: files" needs "text"/,
  );
});

test("a request goes before the rest of a large update, which can be cancelled", async (t) => {
  const { client } = await initialized(t);
  const model = { folder: nanoFolder, device: "cpu" as const };
  const params = { model, prompt: "const a", maxTokens: 2, priority: "action" as const };
  await client.sendRequest(GenerateRequest, params);
  const lines = Array.from({ length: 60_000 }, (_, i) => `const value${i} = compute(${i * 7919});`);
  const source = new CancellationTokenSource();
  const files = [{ path: "large.ts", text: lines.join("\n") }];
  let isDone = false;
  const update = client.sendRequest(MemoryUpdateRequest, { model, files }, source.token).finally(() => (isDone = true));
  update.catch(() => undefined);
  await client.sendRequest(GenerateRequest, params);
  assert.ok(!isDone, "the request waited for the update");
  source.cancel();
  assert.equal((await errorOf(update)).kind, "cancelled");
});

/** Verifies every guess, so that many are wrong and many are right. */
class EveryGuess extends DraftPolicy {
  override length(matched: number, most: number): number {
    return matched > 0 ? Math.max(0, Math.min(most, 7)) : 0;
  }
}
