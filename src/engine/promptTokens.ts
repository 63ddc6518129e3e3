import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../shared/errors.ts";
import { withLineFeeds } from "../shared/lineFeeds.ts";
import type { GenerateParams, ModelInfo } from "../shared/protocol.ts";
import { fitPrompt } from "./fitPrompt.ts";
import type { LoadedModel } from "./generate.ts";
import { type HealedPrompt, type PromptTokens, takeLastWord } from "./healing.ts";

/** What decides which tokens of a prompt the model sees. */
export type PromptParams = Pick<
  GenerateParams,
  "prompt" | "promptIds" | "promptIdsText" | "suffix" | "heal" | "maxTokens" | "overflow"
>;

const OVERFLOWS = ["fail", "keepEnd"] as const satisfies GenerateParams["overflow"][];

/**
 * The tokens of a prompt, as many as fit the context, without its last word where that is to be healed. Generating and
 * warming up both begin here, so that the one finds what the other has left.
 * @throws LocalghostError `invalidRequest` or `promptTooLong`
 */
export function promptTokens(loaded: LoadedModel, params: PromptParams): PromptTokens {
  const { maxTokens, overflow = "fail" } = params;
  if (!Number.isInteger(maxTokens) || maxTokens <= 0) {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t("maxTokens must be a whole number above 0, not {0}.", maxTokens),
    );
  }
  if (!(OVERFLOWS as readonly string[]).includes(overflow)) {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t('There is no overflow "{0}": use {1}.', overflow, OVERFLOWS.join(", ")),
    );
  }
  const { contextLength } = loaded.model.info;
  const { ids, word } = encode(loaded, params);
  if (params.suffix === undefined) return { ids: fitPrompt(ids, params, contextLength), word, before: ids };
  const { prefix, tail } = aroundMiddle(loaded, params.suffix, params.promptIds);
  return { ids: [prefix, ...fitPrompt(ids, params, contextLength - 1 - tail.length), ...tail], word, before: ids };
}

/** The most of the context that the text after the cursor may take: what stands before it says more. */
const SUFFIX_SHARE = 1 / 4;

/** What stands before and after the tokens of the prompt where the middle of a text is asked for. */
function aroundMiddle(
  { tokenizer, model: { info } }: LoadedModel,
  text: string,
  promptIds: readonly number[] = [],
): { prefix: number; tail: number[] } {
  const { middleTokens } = tokenizer;
  if (!middleTokens) {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t("{0} has no tokens to fill in the middle of a text: leave out suffix.", info.name),
    );
  }
  if (promptIds.length > 0) {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t("suffix is for a prompt that ends with text, not with promptIds."),
    );
  }
  const suffix = tokenizer.encode(text).slice(0, Math.floor(info.contextLength * SUFFIX_SHARE));
  return { prefix: middleTokens.prefix, tail: [middleTokens.suffix, ...suffix, middleTokens.middle] };
}

/** An empty prompt starts after an end-of-text token, as every document did in training. */
function encode(
  { tokenizer, endOfText, model }: LoadedModel,
  { prompt, promptIds = [], promptIdsText, heal = false }: PromptParams,
): HealedPrompt {
  if (heal && promptIds.length > 0) {
    throw new LocalghostError(
      "invalidRequest",
      l10n.t("heal is for a prompt that ends with text, not with promptIds."),
    );
  }
  // A page's text has line feeds alone, whatever the model wrote.
  const areOthers =
    promptIdsText !== undefined && withLineFeeds(tokenizer.decode(promptIds)) !== withLineFeeds(promptIdsText);
  if (!areOthers) checkIds(promptIds, model.info);
  const ids = areOthers ? tokenizer.encode(prompt + promptIdsText) : [...tokenizer.encode(prompt), ...promptIds];
  const healed = heal ? takeLastWord(tokenizer, prompt, ids) : { ids, word: "" };
  if (healed.ids.length > 0) return healed;
  if (endOfText !== undefined) return { ids: [endOfText], word: healed.word };
  // Nothing would be left to start from: the word stays as it is.
  if (ids.length > 0) return { ids, word: "" };
  throw new LocalghostError(
    "invalidRequest",
    l10n.t("The prompt is empty, and {0} has no token to start from: write a word.", model.info.name),
  );
}

/** @throws LocalghostError `invalidRequest` for a token that the model does not know */
export function checkIds(
  ids: readonly number[],
  { name, vocabularySize }: Pick<ModelInfo, "name" | "vocabularySize">,
): void {
  const unknown = ids.find((id) => id >= vocabularySize);
  if (unknown === undefined) return;
  throw new LocalghostError(
    "invalidRequest",
    l10n.t("{0} has no token {1}: it knows {2}.", name, unknown, vocabularySize),
  );
}
