import * as vscode from "vscode";
import { isCancelled } from "../shared/errors.ts";
import type { GenerateText } from "./completion/completer.ts";
import type { AdaptiveDebounce } from "./completion/debounce.ts";

/** A key, or an opening bracket with the closing one that the editor adds, or a new line with its indentation. */
const ONE_KEY = /^(?:.|\r?\n[ \t]*|[([{<"'`][)\]}>"'`])$/u;

/** Tells the debounce of each key that the user types into a text. */
export function watchTyping(debounce: AdaptiveDebounce): vscode.Disposable {
  return vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    const [change, ...others] = contentChanges;
    if (!change || others.length > 0 || document !== vscode.window.activeTextEditor?.document) return;
    if (ONE_KEY.test(change.text)) debounce.typed(performance.now());
  });
}

/** Tells the debounce how long the model takes for each text that is written while the user types. */
export function timed(generate: GenerateText, debounce: AdaptiveDebounce): GenerateText {
  return async (request, signal) => {
    const start = performance.now();
    try {
      const text = await generate(request, signal);
      if (request.alternatives === 1) debounce.answered(performance.now() - start);
      return text;
    } catch (thrown) {
      if (isCancelled(thrown)) debounce.overtaken(performance.now() - start);
      throw thrown;
    }
  };
}
