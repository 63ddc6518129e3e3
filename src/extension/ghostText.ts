import * as vscode from "vscode";
import type { LocalghostError } from "../shared/errors.ts";
import { generateWith } from "./client/generateText.ts";
import { Completer, type CompleterOptions } from "./completion/completer.ts";
import { AdaptiveDebounce } from "./completion/debounce.ts";
import { InlineCompletionProvider } from "./completion/inlineCompletionProvider.ts";
import { windowLength } from "./completion/prompt.ts";
import { LEAST_PROBABILITY, LEAST_WITH_MEMORY } from "./completion/sensitivity.ts";
import { tokensInTime } from "./completion/timeBudget.ts";
import { getSetting, onDidChangeSettings } from "./config.ts";
import type { ContextLength } from "./contextLength.ts";
import type { ExperienceStore } from "./experienceStore.ts";
import { followCursor } from "./followCursor.ts";
import type { MemoryFeed } from "./memory/memoryFeed.ts";
import type { ModelSpecs } from "./models/modelSpecs.ts";
import type { Notifier } from "./notify.ts";
import type { RemoteFirst } from "./remote/remoteFirst.ts";
import type { RequestLog } from "./requestLog.ts";
import { SETTING_NAMES } from "./settings.ts";
import { timed, watchTyping } from "./typingPace.ts";
import { warmUpAtRest } from "./warmUp.ts";

interface Parts {
  readonly answering: RemoteFirst;
  readonly specs: ModelSpecs;
  readonly contextLength: ContextLength;
  readonly memory: MemoryFeed;
  readonly experience: ExperienceStore;
  readonly requests: RequestLog;
  readonly notifier: Notifier;
  readonly log: vscode.LogOutputChannel;
}

/** Offers ghost text in all documents, and has the model read ahead where the cursor rests. */
export function registerGhostText(parts: Parts): vscode.Disposable {
  const { answering, specs, contextLength, memory, experience, requests } = parts;
  const debounce = new AdaptiveDebounce();
  const nameOf = (languageId: string) => answering.remoteName ?? specs.nameFor({ languageId });
  const generate = generateWith(
    answering,
    (figures) => requests.add(figures, "dropped"),
    (languageId) => () => specs.specFor({ languageId }),
  );
  const options = (languageId: string): CompleterOptions => {
    const model = answering.modelOf(() => specs.specFor({ languageId }));
    return {
      debounceMs: debounce.wait(getSetting("debounceMs")),
      maxTokens: getSetting("maxTokens"),
      maxLines: getSetting("maxLines"),
      fillsInMiddle: model?.fillsInMiddle,
      tellsProbabilities: model?.lacks?.includes("logprobs") !== true,
      tokensInTime: tokensInTime(model && requests.msPerToken(model)),
      leastProbability: LEAST_PROBABILITY[getSetting("sensitivity")],
      leastWithMemory: LEAST_WITH_MEMORY[getSetting("sensitivity")],
      experience: experience.of(nameOf(languageId)),
    };
  };
  const completer = new Completer(timed(generate, debounce), options, {
    onRequest: requests.add,
    onVerdict: (verdict, languageId) => experience.add(nameOf(languageId), verdict),
  });
  const contextOf = (languageId: string): number | undefined =>
    answering.remoteName === undefined
      ? contextLength.of(specs.specFor({ languageId }))
      : answering.model?.contextLength;
  const window = (languageId: string) => windowLength(contextOf(languageId), getSetting("maxTokens"));
  const provider = new InlineCompletionProvider(
    completer,
    window,
    (error) => report(error, parts),
    // A server's model knows nothing of the workspace.
    (document, position) => (answering.remoteName === undefined ? memory.useAt(document, position) : undefined),
  );
  return vscode.Disposable.from(
    watchTyping(debounce),
    onDidChangeSettings(SETTING_NAMES, () => completer.clear()),
    memory.onDidForget(() => completer.clear()),
    warmUpAtRest(answering, specs, window, requests),
    followCursor(completer, window),
    vscode.languages.registerInlineCompletionItemProvider({ pattern: "**" }, provider),
  );
}

/** Ghost text fails silently, in the log, unless it is news; a crash is the supervisor's to report. */
function report(error: LocalghostError, { answering, notifier, log }: Parts): void {
  if (answering.state.kind === "failed") return;
  log.error(error);
  if (error.kind !== "engineStopped") notifier.show(error);
}
