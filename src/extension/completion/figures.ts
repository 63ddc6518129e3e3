import type { FinishReason, PromptReport } from "../../shared/protocol.ts";
import type { AnsweringDevice } from "../client/backend.ts";

/** What one request to the model cost. It holds nothing of the user's text, so that it may be logged. */
export interface RequestFigures {
  /** Absent when the request ended before the prompt was read. */
  readonly prompt: PromptReport | undefined;
  readonly tokens: number;
  /** 0 when there is one token or none. */
  readonly decodeMsPerToken: number;
  /** `enough`: more text would have been of no use. */
  readonly finishReason: FinishReason | "enough" | "cancelled";
  readonly device: AnsweringDevice | undefined;
}

/** Whether the user saw something of it. */
export type Outcome = "shown" | "dropped";

/** One line for the log. */
export function describeRequest(figures: RequestFigures, outcome: Outcome): string {
  const { prompt, tokens, decodeMsPerToken, finishReason } = figures;
  const read = prompt
    ? `${prompt.promptTokens} prompt tokens, ${prompt.reusedTokens} of them reused, read in ${prompt.prefillMs.toFixed(1)} ms`
    : "the prompt was not read";
  const written = tokens > 1 ? `${tokens} tokens, ${decodeMsPerToken.toFixed(1)} ms each` : `${tokens} tokens`;
  return `Ghost text: ${read}; ${written}, ended by "${finishReason}"; ${outcome}.`;
}
