import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import { placeTokens } from "../../tasks/tokenCuts.ts";
import { withPlainLineEnds } from "../actions/lineEnds.ts";
import type { TaskEngine } from "../actions/runOnText.ts";
import { leastLikely, type UnlikelyToken } from "./scoreReport.ts";

/** A longer text is scored up to here: whoever asks in a chat waits for the answer. */
const MOST_CHARACTERS = 20_000;

/** How likely the model finds a text. */
export interface TextScore {
  readonly model: string;
  readonly tokens: number;
  readonly perplexity: number;
  readonly bitsPerByte: number;
  readonly leastLikely: readonly UnlikelyToken[];
  /** Characters at the end that were not looked at. */
  readonly leftOut: number;
}

/**
 * Scores a text by the model that the settings choose.
 * @param count how many of the least likely tokens to name
 * @throws LocalghostError `invalidRequest` for a text without anything to score
 */
export async function scoreText(
  { engine, models }: TaskEngine,
  whole: string,
  languageId: string | undefined,
  count: number,
  signal: AbortSignal,
): Promise<TextScore> {
  const plain = withPlainLineEnds(whole);
  const text = plain.slice(0, MOST_CHARACTERS);
  if (text.trim() === "") {
    throw new LocalghostError("invalidRequest", l10n.t("There is no text to score: write some."));
  }
  return engine.use(
    async ({ client, spec, model }) => {
      const { tokens, perplexity, bitsPerByte } = await client.score({ model: spec, text, priority: "action" }, signal);
      const { ends } = placeTokens(text, await client.tokenize({ model: spec, text }, signal));
      return {
        model: model.name,
        tokens: tokens.length,
        perplexity,
        bitsPerByte,
        leastLikely: leastLikely(text, tokens, ends, count),
        leftOut: plain.length - text.length,
      };
    },
    signal,
    () => models.specFor({ languageId }),
  );
}
