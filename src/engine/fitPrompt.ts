import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../shared/errors.ts";
import type { GenerateParams } from "../shared/protocol.ts";

/**
 * Makes a prompt fit the context. One that must be cut loses whole eighths of the context from its beginning, so that
 * the prompts of the next keystrokes begin with the same token and find the same cached sequence.
 * @throws LocalghostError `promptTooLong` where it must not be cut
 */
export function fitPrompt(
  ids: number[],
  { overflow = "fail", maxTokens }: Pick<GenerateParams, "overflow" | "maxTokens">,
  contextLength: number,
): number[] {
  if (overflow === "fail") {
    // A longer text than the context may be generated, since the window slides, but the model must see all of the prompt.
    if (ids.length < contextLength) return ids;
    throw new LocalghostError(
      "promptTooLong",
      l10n.t(
        "The prompt has {0} tokens, but the model can look at {1} and must have room to write: shorten it.",
        ids.length,
        contextLength,
      ),
    );
  }
  const room = Math.max(Math.floor(contextLength / 2), contextLength - maxTokens);
  if (ids.length <= room) return ids;
  const step = Math.ceil(contextLength / 8);
  return ids.slice(Math.min(ids.length - 1, Math.ceil((ids.length - room) / step) * step));
}
