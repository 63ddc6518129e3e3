/** A conversation as a text that a base model goes on with: the questions and answers of the task `dialogue`. */
import { dialogue } from "./builtin/dialogue.ts";
import { renderExample } from "./renderPrompt.ts";
import type { TaskExample } from "./template.ts";

/** What one side has said. */
export interface ChatMessage {
  readonly speaker: "user" | "assistant";
  readonly text: string;
}

/** Stand before a conversation where there is room, so that the model sees what an answer looks like. */
export const CHAT_EXAMPLES: readonly TaskExample[] = dialogue.examples;

const LABELS: Readonly<Record<ChatMessage["speaker"], string>> = { user: "Q:", assistant: "A:" };

/** Where the other side would speak next. */
export const CHAT_STOP: readonly string[] = [`\n${LABELS.user}`];

/** An example on lines of its own. */
export function renderChatExample(example: TaskExample): string {
  return renderExample(dialogue, example, {}) + dialogue.separator;
}

/** A message on lines of its own, without white space around it. */
export function renderChatMessage({ speaker, text }: ChatMessage): string {
  return `${LABELS[speaker]} ${text.replaceAll("\r\n", "\n").trim()}\n`;
}

/** A prompt for a conversation. */
export interface ChatPrompt {
  readonly prompt: string;
  /** Whether the model's text begins with a space that is no part of what it says. */
  readonly beginsWithSpace: boolean;
}

/** The text up to where the assistant speaks next; a conversation that ends with its words goes on behind them. */
export function renderChat(examples: readonly TaskExample[], messages: readonly ChatMessage[]): ChatPrompt {
  const lines = [...examples.map(renderChatExample), ...messages.map(renderChatMessage)].join("");
  return messages.at(-1)?.speaker === "assistant"
    ? { prompt: lines.trimEnd(), beginsWithSpace: false }
    : { prompt: `${lines}${LABELS.assistant}`, beginsWithSpace: true };
}
