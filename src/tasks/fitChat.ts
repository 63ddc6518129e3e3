import * as l10n from "@vscode/l10n";
import { CHAT_EXAMPLES, renderChat, renderChatExample, renderChatMessage, type ChatMessage } from "../prompts/chat.ts";
import { LocalghostError } from "../shared/errors.ts";
import type { PromptRoom } from "./fitPrompt.ts";

/** The prompt of a conversation, with room in the context for the answer. */
export interface FittedChat {
  readonly prompt: string;
  readonly beginsWithSpace: boolean;
  readonly promptTokens: number;
  readonly maxTokens: number;
  /** Messages that stood in no prompt because the context was full: the oldest. */
  readonly droppedMessages: number;
}

/**
 * Makes a prompt of a conversation that fits the context together with an answer of `maxTokens`. The examples are left out
 * first, the oldest before the others, then the oldest messages; what is left begins with the user's. The last message is
 * never cut.
 * @throws LocalghostError `invalidRequest` where nobody has said anything, `promptTooLong` where there is no room for the
 * last message
 */
export async function fitChat(
  conversation: readonly ChatMessage[],
  maxTokens: number,
  { model, tokenize }: PromptRoom,
): Promise<FittedChat> {
  const messages = conversation.filter(({ text }) => text.trim() !== "");
  if (messages.length === 0) {
    throw new LocalghostError("invalidRequest", l10n.t("There is no message with text in it: write one."));
  }
  const room = model.contextLength - maxTokens;
  const count = async (text: string): Promise<number> => (await tokenize(text)).ids.length;
  const ofExamples: number[] = [];
  for (const example of CHAT_EXAMPLES) ofExamples.push(await count(renderChatExample(example)));
  const ofMessages: number[] = [];
  for (const message of messages) ofMessages.push(await count(renderChatMessage(message)));

  let lastMessage = 0;
  for (const [shots, kept] of fewerAndFewer(messages)) {
    // The lines break between tokens, so that the sum tells which prompt is worth trying.
    const estimate = sum(ofExamples.slice(ofExamples.length - shots)) + sum(ofMessages.slice(messages.length - kept));
    lastMessage = estimate;
    if (estimate > room) continue;
    const rendered = renderChat(
      CHAT_EXAMPLES.slice(CHAT_EXAMPLES.length - shots),
      messages.slice(messages.length - kept),
    );
    const promptTokens = await count(rendered.prompt);
    if (promptTokens <= room) {
      return { ...rendered, promptTokens, maxTokens, droppedMessages: messages.length - kept };
    }
  }
  throw new LocalghostError(
    "promptTooLong",
    l10n.t(
      "The last message has {0} tokens, but {1} can look at {2}, of which {3} are for the answer: shorten the message.",
      lastMessage,
      model.name,
      model.contextLength,
      maxTokens,
    ),
  );
}

/** How many examples and messages to keep: first fewer examples, then fewer messages, down to the last. */
function fewerAndFewer(messages: readonly ChatMessage[]): [number, number][] {
  const all = messages.length;
  const steps: [number, number][] = [];
  for (let shots = CHAT_EXAMPLES.length; shots >= 0; shots--) steps.push([shots, all]);
  for (let kept = all - 1; kept >= 1; kept--) {
    if (kept === 1 || messages[all - kept]?.speaker === "user") steps.push([0, kept]);
  }
  return steps;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
