import * as vscode from "vscode";
import { isCancelled, LocalghostError, toLocalghostError } from "../../shared/errors.ts";
import type { TaskEngine } from "../actions/runOnText.ts";
import type { Templates } from "../actions/templates.ts";
import { followToken } from "../cancellation.ts";
import type { Log } from "../log.ts";
import { nearestEditor } from "../playground/editorText.ts";
import { answerByTask } from "./answerByTask.ts";
import { answerByScore } from "./answerByScore.ts";
import { CHAT_COMMANDS, type ChatCommand } from "./chatCommands.ts";
import { editorSources, referencedSources, type ChatSource } from "./chatSources.ts";
import { languagesIn } from "./languagesIn.ts";

export interface ParticipantParts extends TaskEngine {
  readonly templates: () => Templates;
  readonly log: Log;
}

/** Answers where a chat addresses Localghost: with its own tasks, on its own models, whichever model the chat is set to. */
export function chatParticipant(parts: ParticipantParts): vscode.ChatRequestHandler {
  return async (request, context, response, token) => {
    const following = followToken(token);
    try {
      return await answer(parts, request, context, response, following.signal);
    } catch (thrown) {
      if (isCancelled(thrown)) return {};
      const { message } = toLocalghostError(thrown);
      parts.log.error(`Chat: ${message}`);
      return { errorDetails: { message } };
    } finally {
      following.dispose();
    }
  };
}

async function answer(
  parts: ParticipantParts,
  request: vscode.ChatRequest,
  context: vscode.ChatContext,
  response: vscode.ChatResponseStream,
  signal: AbortSignal,
): Promise<vscode.ChatResult> {
  const command = CHAT_COMMANDS.find((name) => name === request.command);
  const prompt = request.prompt.trim();
  if (command === undefined && prompt === "") {
    const message = vscode.l10n.t("Ask a question, or choose a command: type / to see them.");
    throw new LocalghostError("invalidRequest", message);
  }
  if (command === "score") {
    const sources = await sourcesOf(request, "document", true);
    for (const source of sources) await answerByScore(parts, source, response, signal);
    return {};
  }
  const id = command ?? "answer";
  const template = await parts.templates().find(id);
  const sources = await sourcesOf(request, template.scope, command !== undefined);
  if (sources.length === 0) {
    const open = { template: await parts.templates().find("dialogue"), text: prompt, values: {} };
    return answerByTask(parts, open, undefined, context, response, signal);
  }
  const values = valuesFor(id, prompt);
  let result: vscode.ChatResult = {};
  for (const source of sources) {
    const task = { template, text: source.text, values, languageId: source.languageId };
    result = await answerByTask(parts, task, source, context, response, signal);
  }
  return result;
}

/** What the request names, else what is in the editor; a plain question may be about nothing but itself. */
async function sourcesOf(
  { references }: vscode.ChatRequest,
  scope: Parameters<typeof editorSources>[0],
  needsText: boolean,
): Promise<ChatSource[]> {
  const named = await referencedSources(references, scope);
  if (named.length > 0) return named;
  const isSelected = nearestEditor()?.selections.some(({ isEmpty }) => !isEmpty) ?? false;
  return needsText || isSelected ? editorSources(scope) : [];
}

/** @throws LocalghostError where the task needs more than the prompt has */
function valuesFor(command: ChatCommand, prompt: string): Record<string, string> {
  switch (command) {
    case "translate": {
      const languages = languagesIn(prompt);
      if (languages) return { ...languages };
      throw new LocalghostError("invalidRequest", vscode.l10n.t("Name the language alone: /translate to French."));
    }
    case "answer":
      if (prompt !== "") return { question: prompt };
      throw new LocalghostError("invalidRequest", vscode.l10n.t("Ask a question: /answer Who maintains it?"));
    case "summarize":
    case "explain":
    case "score":
      return {};
  }
}
