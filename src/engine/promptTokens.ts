import { LocalghostError } from "../shared/errors.ts";
import type { GenerateParams } from "../shared/protocol.ts";
import { fitPrompt } from "./fitPrompt.ts";
import type { LoadedModel } from "./generate.ts";

/** What decides which tokens of a prompt the model sees. */
export type PromptParams = Pick<GenerateParams, "prompt" | "promptIds" | "maxTokens" | "overflow">;

const OVERFLOWS = ["fail", "keepEnd"] as const satisfies GenerateParams["overflow"][];

/**
 * The tokens of a prompt, as many as fit the context. Generating and warming up both begin here, so that the one finds
 * what the other has left.
 * @throws LocalghostError `invalidRequest` or `promptTooLong`
 */
export function promptTokens(loaded: LoadedModel, params: PromptParams): number[] {
  const { maxTokens, overflow = "fail" } = params;
  if (!Number.isInteger(maxTokens) || maxTokens <= 0) {
    throw new LocalghostError("invalidRequest", `maxTokens must be a whole number above 0, not ${maxTokens}.`);
  }
  if (!(OVERFLOWS as readonly string[]).includes(overflow)) {
    throw new LocalghostError("invalidRequest", `There is no overflow "${overflow}": use ${OVERFLOWS.join(", ")}.`);
  }
  return fitPrompt(encode(loaded, params), params, loaded.model.info.contextLength);
}

/** An empty prompt starts after an end-of-text token, as every document did in training. */
function encode({ tokenizer, endOfText, model }: LoadedModel, { prompt, promptIds = [] }: PromptParams): number[] {
  const unknown = promptIds.find((id) => id >= model.info.vocabularySize);
  if (unknown !== undefined) {
    throw new LocalghostError(
      "invalidRequest",
      `${model.info.name} has no token ${unknown}: it knows ${model.info.vocabularySize}.`,
    );
  }
  const ids = [...tokenizer.encode(prompt), ...promptIds];
  if (ids.length > 0) return ids;
  if (endOfText !== undefined) return [endOfText];
  throw new LocalghostError(
    "invalidRequest",
    `The prompt is empty, and ${model.info.name} has no token to start from: write a word.`,
  );
}
