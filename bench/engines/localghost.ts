import { Engine } from "../../src/engine/engine.ts";
import { DTYPES, type GenerateParams } from "../../src/shared/protocol.ts";
import { type BenchEngine, type EngineSpec, timeGeneration } from "./benchEngine.ts";

/** Our engine, through the same object that serves the editor: tokenizer, queue, cached sequences and sampler included. */
export async function loadLocalghost({ folder, dtype: name, threads }: EngineSpec): Promise<BenchEngine> {
  const dtype = DTYPES.find((known) => known === name);
  if (!dtype) throw new Error(`Localghost has no dtype "${name}".`);
  const engine = new Engine({ threads, cacheFolder: folder });
  const model = { folder, dtype, device: "cpu" } as const;
  const { vocabularySize } = await engine.load(model, new AbortController().signal);
  const params = (prompt: readonly number[], maxTokens: number): GenerateParams => ({
    model,
    // In the benchmark's vocabulary a letter's id is its character code.
    prompt: String.fromCharCode(...prompt),
    maxTokens,
    ignoreEndOfText: true,
    // Random weights repeat themselves, which drafts would make much of; what is compared is a step of the model.
    drafts: false,
    priority: "completion",
  });
  return {
    async generate(prompt, count) {
      const moments: number[] = [];
      const start = performance.now();
      const { signal } = new AbortController();
      const result = await engine.generate(params(prompt, count), signal, () => moments.push(performance.now()));
      const ids = result.tokens.map(({ id }) => id);
      return timeGeneration(start, moments, ids);
    },
    async logprobs(prompt) {
      const request = { ...params(prompt, 1), logprobs: vocabularySize };
      const { tokens } = await engine.generate(request, new AbortController().signal);
      const logprobs = new Float32Array(vocabularySize);
      for (const { id, logprob } of tokens[0]?.top ?? []) logprobs[id] = logprob;
      return logprobs;
    },
    async score(texts) {
      let nats = 0;
      for (const textIds of texts) {
        const request = { model, text: "", textIds: [...textIds], priority: "action" as const };
        nats += (await engine.score(request, new AbortController().signal)).totalNats;
      }
      return nats;
    },
  };
}
