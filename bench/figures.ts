/** What is measured of every engine, and how it is asked for. */
import type { Random } from "../src/engine/sampling/random.ts";
import type { EngineProcess } from "./engines/engineProcess.ts";
import { PROMPT_IDS } from "./models/modelFiles.ts";

/** In milliseconds, all of them: less is better. */
export const FIGURES = {
  decode64: "decode, ms a token at 64 tokens of context",
  decode256: "decode, ms a token at 256",
  decode768: "decode, ms a token at 768",
  prefill128: "first token after a new prompt of 128 tokens, ms",
  prefill512: "first token after a new prompt of 512 tokens, ms",
  typed512: "first token after one typed character at 512 tokens, ms",
  load: "load, ms",
} as const;
export type Figure = keyof typeof FIGURES;

export type Values = Partial<Record<Figure, number>>;

/** A turn of one engine: one or two figures, from prompts that no engine has in its cache yet. */
export type Task = (engine: EngineProcess, random: Random) => Promise<Values>;

/** Tokens over which decoding is timed. */
const DECODE_STEPS = 16;
/** A completion after which a character is typed: the cache then holds an answer that the next request does not want. */
const ANSWER_TOKENS = 4;

export const TASKS = {
  decode64: decodeAfter(64, "decode64"),
  decode256: decodeAfter(256, "decode256"),
  decode768: decodeAfter(768, "decode768"),
  prefill128: async (engine, random) => ({
    prefill128: (await engine.generate(randomPrompt(128, random), 1)).firstTokenMs,
  }),
  prefill512AndType: async (engine, random) => {
    const prompt = randomPrompt(513, random);
    const { firstTokenMs: prefill512 } = await engine.generate(prompt.slice(0, -1), ANSWER_TOKENS);
    return { prefill512, typed512: (await engine.generate(prompt, 1)).firstTokenMs };
  },
} satisfies Record<string, Task>;

function decodeAfter(context: number, figure: Figure): Task {
  return async (engine, random) => ({
    [figure]: (await engine.generate(randomPrompt(context, random), DECODE_STEPS + 1)).msPerToken,
  });
}

export function randomPrompt(length: number, random: Random): number[] {
  return Array.from({ length }, () => PROMPT_IDS[Math.floor(random() * PROMPT_IDS.length)] ?? 0);
}
