import * as vscode from "vscode";
import type { ChatMessage } from "../../prompts/chat.ts";
import { LocalghostError } from "../../shared/errors.ts";

/** Where an HTTP API might keep what it has read: nothing that a model would see. */
const CACHE_HINT = "cache_control";

/** @throws LocalghostError `invalidRequest` for a part that is no text, such as an image or a tool's result */
export function readMessages(messages: readonly vscode.LanguageModelChatRequestMessage[]): ChatMessage[] {
  return messages.map(readMessage);
}

/** @throws LocalghostError as {@link readMessages} */
export function readMessage({ role, content }: vscode.LanguageModelChatRequestMessage): ChatMessage {
  // VS Code's own chat also sends the role of the system: instructions, which to a base model are more of the user's text.
  const speaker = role === vscode.LanguageModelChatMessageRole.Assistant ? "assistant" : "user";
  return { speaker, text: content.map(textOf).join("") };
}

function textOf(part: unknown): string {
  if (part instanceof vscode.LanguageModelTextPart) return part.value;
  if (part instanceof vscode.LanguageModelDataPart) {
    if (part.mimeType === CACHE_HINT) return "";
    if (part.mimeType.startsWith("text/")) return new TextDecoder().decode(part.data);
  }
  throw new LocalghostError(
    "invalidRequest",
    vscode.l10n.t("This model reads text alone: leave out images and results of tools."),
  );
}
