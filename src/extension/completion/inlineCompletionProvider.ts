import * as vscode from "vscode";
import { isCancelled, toLocalghostError, type LocalghostError } from "../../shared/errors.ts";
import type { MemoryUse } from "../../shared/memory.ts";
import { followToken } from "../cancellation.ts";
import { placeAt } from "../documents.ts";
import { takesGhostTextAt } from "../ghostTextDocuments.ts";
import type { Completer } from "./completer.ts";
import type { Offer } from "./fit.ts";
import { afterTaking, type SelectedItem } from "./selectedItem.ts";

/** What a request at a place may know of the workspace. */
export type MemoryAt = (document: vscode.TextDocument, position: vscode.Position) => MemoryUse | undefined;

/** Brings VS Code's questions to the completer, and its offers back. */
export class InlineCompletionProvider implements vscode.InlineCompletionItemProvider {
  readonly #completer: Completer;
  readonly #windowLength: (languageId: string) => number;
  readonly #onError: (error: LocalghostError) => void;
  readonly #memoryAt: MemoryAt;

  /**
   * @param windowLength how much text the model of a language looks at
   * @param memoryAt where the memory of the workspace is asked
   */
  constructor(
    completer: Completer,
    windowLength: (languageId: string) => number,
    onError: (error: LocalghostError) => void,
    memoryAt: MemoryAt,
  ) {
    this.#memoryAt = memoryAt;
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
    if (!takesGhostTextAt(document, position)) return [];
    const trigger = triggerKind === vscode.InlineCompletionTriggerKind.Invoke ? "request" : "typing";
    const following = followToken(token);
    try {
      const item = selected && selectedItem(selected, document, position);
      const here = {
        ...placeAt(document, position, this.#windowLength(document.languageId)),
        memory: this.#memoryAt(document, position),
      };
      const place = item ? afterTaking(item, here) : here;
      const offers = await this.#completer.complete(place, trigger, following.signal);
      return offers.map((offer) => toInlineItem(offer, document, position, item));
    } catch (thrown) {
      if (!isCancelled(thrown)) this.#onError(toLocalghostError(thrown));
      return [];
    } finally {
      following.dispose();
    }
  }
}

function selectedItem(
  { range, text }: vscode.SelectedCompletionInfo,
  document: vscode.TextDocument,
  position: vscode.Position,
): SelectedItem {
  return {
    text,
    typed: document.getText(new vscode.Range(range.start, position)),
    replacesAfter: Math.max(0, range.end.character - position.character),
  };
}

/** While the suggest widget is open, VS Code shows only what replaces the same text as its selected item, and begins with it. */
function toInlineItem(
  { text, replaces }: Offer,
  document: vscode.TextDocument,
  position: vscode.Position,
  item: SelectedItem | undefined,
): vscode.InlineCompletionItem {
  const lines = document.eol === vscode.EndOfLine.CRLF ? text.replaceAll("\n", "\r\n") : text;
  const start = position.translate(0, -(item?.typed.length ?? 0));
  const end = position.translate(0, (item?.replacesAfter ?? 0) + replaces);
  return new vscode.InlineCompletionItem((item?.text ?? "") + lines, new vscode.Range(start, end));
}
