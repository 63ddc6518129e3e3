import * as vscode from "vscode";
import { isCancelled, toLocalghostError } from "../../shared/errors.ts";
import type { TaskResult } from "../../tasks/task.ts";
import { runOnText, type TaskEngine } from "../actions/runOnText.ts";
import type { Templates } from "../actions/templates.ts";
import { followToken } from "../cancellation.ts";
import { DisposableStore, type Disposable } from "../disposables.ts";
import type { Log } from "../log.ts";
import { scoreText } from "./scoreText.ts";
import { readToolInput, type ToolInput, type ToolName } from "./toolInputs.ts";

export interface ToolParts extends TaskEngine {
  readonly templates: () => Templates;
  readonly log: Log;
}

/** Gives what a caller is told as JSON. */
type RunTool<K extends ToolName> = (input: ToolInput<K>, signal: AbortSignal) => Promise<object>;

const TOKENS_NAMED = 10;

/** Registers the tools that other extensions and models can call; package.json describes them. */
export function registerTools(parts: ToolParts, registerTool: typeof vscode.lm.registerTool): Disposable {
  const store = new DisposableStore();
  /** @param message shown while the tool runs */
  const add = <K extends ToolName>(name: K, message: string, run: RunTool<K>): void => {
    store.add(registerTool(name, toLanguageModelTool(name, message, run, parts.log)));
  };
  add("localghost_summarize", vscode.l10n.t("Localghost summarizes a text"), ({ text }, signal) =>
    runTask(parts, "summarize", text, {}, signal),
  );
  add("localghost_translate", vscode.l10n.t("Localghost translates a text"), ({ text, to, from }, signal) =>
    runTask(parts, "translate", text, { to, ...(from !== undefined && { from }) }, signal),
  );
  add("localghost_score", vscode.l10n.t("Localghost scores a text"), ({ text, count = TOKENS_NAMED }, signal) =>
    scoreText(parts, text, undefined, count, signal),
  );
  return store;
}

async function runTask(
  parts: ToolParts,
  id: string,
  text: string,
  values: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<object> {
  const template = await parts.templates().find(id);
  let warning: string | undefined;
  const result = await runOnText(parts, { template, text, values }, signal, undefined, (said) => (warning = said));
  return { ...factsOf(result), ...(warning !== undefined && { warning }) };
}

/** What a caller needs to judge a result by: the chance that it is right where that was learnt, else how fluent it came. */
function factsOf({ text, model, confidence, dropped }: TaskResult): object {
  const { meanTokenProbability, calibrated } = confidence;
  return {
    text,
    model,
    ...(calibrated === undefined ? { meanTokenProbability } : { chanceRight: calibrated }),
    ...(dropped.characters > 0 && { charactersLeftOut: dropped.characters }),
  };
}

function toLanguageModelTool<K extends ToolName>(
  name: K,
  message: string,
  run: RunTool<K>,
  log: Log,
): vscode.LanguageModelTool<unknown> {
  return {
    prepareInvocation: () => ({ invocationMessage: message }),
    async invoke({ input }, token) {
      const following = followToken(token);
      try {
        const result = await run(readToolInput(name, input), following.signal);
        return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(JSON.stringify(result))]);
      } catch (thrown) {
        if (isCancelled(thrown)) throw new vscode.CancellationError();
        const error = toLocalghostError(thrown);
        log.error(`${name}: ${error.message}`);
        throw error;
      } finally {
        following.dispose();
      }
    },
  };
}
