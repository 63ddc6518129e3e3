import * as vscode from "vscode";
import { isCancelled, toLocalghostError, type LocalghostError } from "../../shared/errors.ts";
import { followToken } from "../cancellation.ts";
import { getSetting, isEnabled } from "../config.ts";
import { isExcluded, isWritten, placeAt } from "../documents.ts";
import type { Completer } from "./completer.ts";
import type { Offer } from "./fit.ts";

/** Brings VS Code's questions to the completer, and its offers back. */
export class InlineCompletionProvider implements vscode.InlineCompletionItemProvider {
  readonly #completer: Completer;
  readonly #windowLength: () => number;
  readonly #onError: (error: LocalghostError) => void;

  constructor(completer: Completer, windowLength: () => number, onError: (error: LocalghostError) => void) {
    this.#completer = completer;
    this.#windowLength = windowLength;
    this.#onError = onError;
  }

  async provideInlineCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    { triggerKind, selectedCompletionInfo: selected }: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[]> {
    if (!isWritten(document) || !isEnabled(document.languageId)) return [];
    if (isExcluded(document, getSetting("exclude"))) return [];
    // With several cursors the text would be right at one of them at best.
    if ((vscode.window.activeTextEditor?.selections.length ?? 1) > 1) return [];
    const trigger = triggerKind === vscode.InlineCompletionTriggerKind.Invoke ? "request" : "typing";
    const following = followToken(token);
    try {
      const place = placeAt(document, position, this.#windowLength());
      const offers = await this.#completer.complete(place, trigger, following.signal);
      return offers.flatMap((offer) => toItem(offer, document, position, selected) ?? []);
    } catch (thrown) {
      if (!isCancelled(thrown)) this.#onError(toLocalghostError(thrown));
      return [];
    } finally {
      following.dispose();
    }
  }
}

/** The item for an offer; while the suggest widget is open, only one that goes on where its selected item ends. */
function toItem(
  { text, replaces }: Offer,
  document: vscode.TextDocument,
  position: vscode.Position,
  selected: vscode.SelectedCompletionInfo | undefined,
): vscode.InlineCompletionItem | undefined {
  const start = selected?.range.start ?? position;
  const typed = document.getText(new vscode.Range(start, position));
  if (selected && !(typed + text).startsWith(selected.text)) return undefined;
  const lines = document.eol === vscode.EndOfLine.CRLF ? text.replaceAll("\n", "\r\n") : text;
  return new vscode.InlineCompletionItem(typed + lines, new vscode.Range(start, position.translate(0, replaces)));
}
