import type { EngineCall } from "../backend.ts";
import type { DescribedToken } from "./logprobs.ts";
import type { Prompt } from "./request.ts";

/** A prompt as it stands before its texts. */
export interface PromptText {
  readonly text: string;
  /** Together their texts are the prompt's. */
  readonly tokens: readonly DescribedToken[];
}

/**
 * The text of a prompt and, where they are asked for, its tokens and how likely each is after those before it.
 * @param logprobs how many alternatives are told of each token; undefined: no tokens
 * @throws LocalghostError as the engine does
 */
export async function readPrompt(
  { engine, model, signal }: EngineCall,
  prompt: Prompt,
  logprobs: number | undefined,
): Promise<PromptText> {
  const isEmpty = "text" in prompt && prompt.text === "";
  if (logprobs === undefined || isEmpty) {
    const text =
      "ids" in prompt ? (await engine.detokenize({ model, ids: [...prompt.ids] }, signal)).text : prompt.text;
    return { text, tokens: [] };
  }
  const given = "ids" in prompt ? { text: "", textIds: [...prompt.ids] } : { text: prompt.text };
  const { tokens } = await engine.score({ model, ...given, logprobs, priority: "background" }, signal);
  // Scores tell of each token alone: one that is part of a character shows as U+FFFD there.
  const { text, pieces } = await engine.detokenize({ model, ids: tokens.map(({ id }) => id) }, signal);
  return { text, tokens: tokens.map((token, i) => ({ ...token, text: pieces[i] ?? "" })) };
}

/** How many tokens a prompt has. */
export async function countTokens({ engine, model, signal }: EngineCall, prompt: Prompt): Promise<number> {
  if ("ids" in prompt) return prompt.ids.length;
  return (await engine.tokenize({ model, text: prompt.text }, signal)).ids.length;
}
