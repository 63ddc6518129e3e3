/** What the benchmark asks of an engine, whosever it is. */

/** One greedy continuation of a prompt, timed as its caller sees it. */
export interface Generation {
  /** From the call to the first token: the prompt, less what the engine kept of earlier ones, and one choice. */
  firstTokenMs: number;
  /** From the first token to the last, over the tokens after the first; NaN when there is one token only. */
  msPerToken: number;
  ids: number[];
}

export interface BenchEngine {
  /**
   * Continues a prompt greedily by `count` tokens, end of text or not. An engine that can reuse what it computed for
   * earlier prompts does so.
   */
  generate(prompt: readonly number[], count: number): Promise<Generation>;
  /** Natural logarithms of the probabilities of all tokens after a prompt: `[vocabulary]`. */
  logprobs(prompt: readonly number[]): Promise<Float32Array>;
  /** Negative log-likelihood, in nats, of all tokens of some texts but the first of each; absent where nobody asks for it. */
  score?(texts: readonly (readonly number[])[]): Promise<number>;
}

export type EngineName = "Localghost" | "transformers.js" | "llama.cpp";

/** One column of the comparison. */
export interface EngineSpec {
  engine: EngineName;
  /** As the engine itself calls it: `int8`, `q8`, `Q8_0`. */
  dtype: string;
  /** The model's folder, with a file for each engine. */
  folder: string;
  threads: number;
}

export function specName({ engine, dtype }: Pick<EngineSpec, "engine" | "dtype">): string {
  return `${engine} ${dtype}`;
}

/** Times a greedy loop from the moments at which its tokens came. */
export function timeGeneration(start: number, moments: readonly number[], ids: number[]): Generation {
  const first = moments[0] ?? NaN;
  const last = moments.at(-1) ?? NaN;
  return { firstTokenMs: first - start, msPerToken: (last - first) / (moments.length - 1), ids };
}
