import * as l10n from "@vscode/l10n";
import { FAST_TOKEN_MS } from "../../models/fit.ts";
import type { Diagnosis } from "../diagnosis.ts";

export interface SpeedFacts {
  readonly promptTokens: number;
  readonly prefillMs: number;
  readonly decodeMsPerToken: number;
}

/** Whether ghost text comes while one waits for it. */
export function checkSpeed({ promptTokens, prefillMs, decodeMsPerToken }: SpeedFacts): Diagnosis {
  const firstTokenMs = Math.round(prefillMs + decodeMsPerToken);
  const tokensPerSecond = Math.round(1000 / Math.max(decodeMsPerToken, 0.01));
  const facts = { promptTokens, firstTokenMs, tokensPerSecond, msPerToken: Number(decodeMsPerToken.toFixed(2)) };
  const measured = l10n.t(
    "{0} tokens a second, and {1} ms to the first one after {2} tokens of text.",
    tokensPerSecond,
    firstTokenMs,
    promptTokens,
  );
  if (decodeMsPerToken <= FAST_TOKEN_MS) return { check: "speed", level: "ok", finding: measured, facts };
  return {
    ...{ check: "speed", level: "warning", facts },
    finding: l10n.t("This is slow for ghost text: {0}", measured),
    advice: l10n.t("Choose a smaller model or int4, or stop what else uses the processor."),
  };
}
