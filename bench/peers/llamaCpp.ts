import * as path from "node:path";
import { type BenchEngine, type EngineSpec, timeGeneration } from "../engines/benchEngine.ts";

/** The parts of `node-llama-cpp` that are used here; the package need not be installed to check this file. */
interface NodeLlamaCpp {
  getLlama(options: object): Promise<{ loadModel(options: object): Promise<LlamaModel> }>;
}

interface LlamaModel {
  createContext(options: object): Promise<{ getSequence(): LlamaSequence }>;
}

interface LlamaSequence {
  readonly nextTokenIndex: number;
  adaptStateToTokens(tokens: readonly number[], allowShift: boolean): Promise<void>;
  evaluate(tokens: readonly number[], options: object): AsyncGenerator<number>;
  controlledEvaluate(
    tokens: readonly (number | [number, object])[],
  ): Promise<({ next: { probabilities?: Map<number, number> } } | undefined)[]>;
}

const PACKAGE = "node-llama-cpp";
const CONTEXT_LENGTH = 1024;

export function ggufName(dtype: string): string {
  return `model-${dtype}.gguf`;
}

/** llama.cpp through node-llama-cpp, with its defaults but for the threads and the GPU. */
export async function loadLlamaCpp({ folder, dtype, threads }: EngineSpec): Promise<() => Promise<BenchEngine>> {
  const library = (await import(PACKAGE)) as NodeLlamaCpp;
  // Prebuilt binaries only.
  const llama = await library.getLlama({ gpu: false, build: "never", logLevel: "error", maxThreads: threads });
  return async () => {
    const model = await llama.loadModel({ modelPath: path.join(folder, ggufName(dtype)) });
    const context = await model.createContext({ contextSize: CONTEXT_LENGTH, threads });
    const sequence = context.getSequence();
    /** Rewinds to what the cache shares with the prompt, and returns the rest of it: one token at least. */
    const adapt = async (prompt: readonly number[]): Promise<readonly number[]> => {
      await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
      return prompt.slice(sequence.nextTokenIndex);
    };
    return {
      async generate(prompt, count) {
        const moments: number[] = [];
        const ids: number[] = [];
        const start = performance.now();
        const rest = await adapt(prompt);
        for await (const id of sequence.evaluate(rest, { temperature: 0, yieldEogToken: true })) {
          moments.push(performance.now());
          ids.push(id);
          if (ids.length === count) break;
        }
        return timeGeneration(start, moments, ids);
      },
      async logprobs(prompt) {
        const rest = await adapt(prompt);
        const options = {
          generateNext: { probabilities: true, options: { temperature: 1, topK: 0, topP: 1, minP: 0 } },
        };
        const outputs = await sequence.controlledEvaluate([...rest.slice(0, -1), [rest.at(-1) ?? 0, options]]);
        const probabilities = outputs.at(-1)?.next.probabilities ?? new Map<number, number>();
        const logprobs = new Float32Array(probabilities.size);
        for (const [id, probability] of probabilities) logprobs[id] = Math.log(probability);
        return logprobs;
      },
    };
  };
}
