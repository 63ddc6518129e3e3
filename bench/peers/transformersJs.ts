import * as path from "node:path";
import { type BenchEngine, type EngineSpec, timeGeneration } from "../engines/benchEngine.ts";
import { logSoftmax, logSumExp } from "./logSoftmax.ts";

/** The parts of `@huggingface/transformers` that are used here; the package need not be installed to check this file. */
interface TransformersJs {
  env: { allowRemoteModels: boolean; localModelPath: string };
  Tensor: new (type: "int64", data: BigInt64Array, shape: number[]) => unknown;
  BaseStreamer: new () => object;
  AutoModelForCausalLM: { from_pretrained(name: string, options: object): Promise<CausalModel> };
}

interface CausalModel {
  (inputs: object): Promise<{ logits: { data: Float32Array; dims: number[] } }>;
  generate(options: object): Promise<{ data: BigInt64Array }>;
}

const PACKAGE = "@huggingface/transformers";

/** transformers.js, by its own `generate`. It keeps no cache between calls: one that holds an answer cannot be rewound. */
export async function loadTransformersJs({ folder, dtype, threads }: EngineSpec): Promise<() => Promise<BenchEngine>> {
  const library = (await import(PACKAGE)) as TransformersJs;
  library.env.allowRemoteModels = false;
  library.env.localModelPath = path.dirname(folder);
  return async () => {
    const model = await library.AutoModelForCausalLM.from_pretrained(path.basename(folder), {
      dtype,
      device: "cpu",
      local_files_only: true,
      session_options: { intraOpNumThreads: threads, interOpNumThreads: 1 },
    });
    const inputs = (prompt: readonly number[]): Record<string, unknown> => ({
      input_ids: new library.Tensor("int64", BigInt64Array.from(prompt.map(BigInt)), [1, prompt.length]),
      attention_mask: new library.Tensor("int64", new BigInt64Array(prompt.length).fill(1n), [1, prompt.length]),
    });
    return {
      async generate(prompt, count) {
        const moments: number[] = [];
        // The streamer gets the prompt first, then each token.
        const streamer = Object.assign(new library.BaseStreamer(), {
          put: () => moments.push(performance.now()),
          end: () => undefined,
        });
        const start = performance.now();
        const options = { max_new_tokens: count, min_new_tokens: count, do_sample: false, streamer };
        const { data } = await model.generate({ ...inputs(prompt), ...options });
        return timeGeneration(start, moments.slice(1), [...data].slice(prompt.length).map(Number));
      },
      async logprobs(prompt) {
        const { logits } = await model(inputs(prompt));
        const vocabulary = logits.dims.at(-1) ?? 0;
        return logSoftmax(logits.data.slice(-vocabulary));
      },
      async score(texts) {
        let nats = 0;
        for (const text of texts) {
          const { logits } = await model(inputs(text.slice(0, -1)));
          const vocabulary = logits.dims.at(-1) ?? 0;
          for (const [i, id] of text.slice(1).entries()) {
            const row = logits.data.subarray(i * vocabulary, (i + 1) * vocabulary);
            nats += logSumExp(row) - (row[id] ?? NaN);
          }
        }
        return nats;
      },
    };
  };
}
