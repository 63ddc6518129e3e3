import * as l10n from "@vscode/l10n";
import { LocalghostError, type ErrorKind } from "../../shared/errors.ts";
import type { ModelInfo } from "../../shared/protocol.ts";
import type { Diagnosis } from "../diagnosis.ts";
import { redact, type PrivateWords } from "../redact.ts";

/** Whether the engine starts and loads the model. */
export function checkEngine(found: ModelInfo | LocalghostError, words: PrivateWords): Diagnosis {
  if (found instanceof LocalghostError) {
    const reason = redact(found.message, words);
    return {
      ...{ check: "engine", level: "problem", facts: { kind: found.kind, reason } },
      finding: l10n.t("The engine does not run the model: {0}", reason),
      advice: adviceFor(found.kind),
    };
  }
  const { dtype, parameters, layers, width, contextLength, vocabularySize, loadMs } = found;
  const finding = l10n.t("The engine runs, and loaded the model in {0} ms.", Math.round(loadMs));
  const shape = { parameters, layers, width, contextLength, vocabularySize };
  return { check: "engine", level: "ok", finding, facts: { dtype, ...shape, loadMs: Math.round(loadMs) } };
}

function adviceFor(kind: ErrorKind): string {
  switch (kind) {
    case "modelNotFound":
    case "modelInvalid":
      return l10n.t("Choose another model, or delete this one and add it again.");
    case "deviceUnavailable":
      return l10n.t("Set localghost.device to auto or cpu.");
    case "versionMismatch":
      return l10n.t("Reload the window, so that both sides are of one version.");
    case "invalidRequest":
    case "promptTooLong":
      return l10n.t("Look at the settings below: one of them has a value that the engine does not take.");
    case "downloadFailed":
    case "remoteFailed":
    case "modelBusy":
    case "cancelled":
      return l10n.t("Try again in a while.");
    case "engineStopped":
    case "internal":
      return l10n.t("Use “Restart Engine”; if that does not help, report this with the log of “Show Log”.");
  }
}
