import * as vscode from "vscode";
import { CHAT_STOP, renderChatMessage } from "../../prompts/chat.ts";
import { isCancelled, LocalghostError, toLocalghostError } from "../../shared/errors.ts";
import { fitChat } from "../../tasks/fitChat.ts";
import { writeAnswers } from "../../tasks/writeAnswers.ts";
import { withTaskModel } from "../actions/taskModel.ts";
import { followToken } from "../cancellation.ts";
import type { EngineSupervisor } from "../client/engineSupervisor.ts";
import type { Disposable } from "../disposables.ts";
import type { Log } from "../log.ts";
import type { Models } from "../models/models.ts";
import type { ModelSpecs } from "../models/modelSpecs.ts";
import { chatModelInfo } from "./chatModelInfo.ts";
import { readModelOptions } from "./modelOptions.ts";
import { readMessage, readMessages } from "./readMessages.ts";

interface Parts {
  readonly engine: EngineSupervisor;
  readonly specs: ModelSpecs;
  readonly models: Pick<Models, "present" | "onDidChange">;
  readonly log: Log;
}

/** Offers the models of this machine to VS Code's chat and to other extensions. */
export class ChatModelProvider implements vscode.LanguageModelChatProvider, Disposable {
  readonly #parts: Parts;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listener: Disposable;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#listener = parts.models.onDidChange(() => this.announce());
  }

  readonly onDidChangeLanguageModelChatInformation = this.#changed.event;

  /** Lets VS Code read the list anew. It lists no model that nobody has asked for, so that this is also for the first time. */
  announce(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.#listener.dispose();
    this.#changed.dispose();
  }

  async provideLanguageModelChatInformation(): Promise<vscode.LanguageModelChatInformation[]> {
    const present = await this.#parts.models.present();
    return present.flatMap((model) => chatModelInfo(model) ?? []);
  }

  async provideLanguageModelChatResponse(
    { id, maxOutputTokens }: vscode.LanguageModelChatInformation,
    messages: readonly vscode.LanguageModelChatRequestMessage[],
    { modelOptions, tools = [] }: vscode.ProvideLanguageModelChatResponseOptions,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    await this.#answer(token, async (signal) => {
      if (tools.length > 0) {
        throw new LocalghostError("invalidRequest", vscode.l10n.t("This model calls no tools: ask it without any."));
      }
      const { maxTokens, stop, sampling } = readModelOptions(modelOptions, maxOutputTokens);
      const conversation = readMessages(messages);
      const { engine, specs, log } = this.#parts;
      await withTaskModel(
        engine,
        async (model) => {
          const tokenize = (text: string) => model.tokenize(text, signal);
          const fitted = await fitChat(conversation, maxTokens, { model, tokenize });
          const { promptTokens, droppedMessages, beginsWithSpace } = fitted;
          log.debug(`Chat on ${model.name}: ${promptTokens} prompt tokens, ${droppedMessages} messages left out.`);
          const all = [...CHAT_STOP, ...stop];
          await writeAnswers(
            model,
            fitted,
            { sampling, stop: all, cut: "all", alternatives: 1, beginsWithSpace },
            signal,
            (text) => progress.report(new vscode.LanguageModelTextPart(text)),
          );
        },
        signal,
        specs.specOf(id),
      );
    });
  }

  async provideTokenCount(
    { id }: vscode.LanguageModelChatInformation,
    text: string | vscode.LanguageModelChatRequestMessage,
    token: vscode.CancellationToken,
  ): Promise<number> {
    return this.#answer(token, async (signal) => {
      const { engine, specs } = this.#parts;
      const counted = typeof text === "string" ? text : renderChatMessage(readMessage(text));
      const { ids } = await engine.useQuietly(
        ({ client, spec: model }) => client.tokenize({ model, text: counted }, signal),
        signal,
        specs.specOf(id),
      );
      return ids.length;
    });
  }

  /** What fails is told to whoever has asked, in VS Code's own kinds of errors. */
  async #answer<T>(token: vscode.CancellationToken, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const following = followToken(token);
    try {
      return await work(following.signal);
    } catch (thrown) {
      if (isCancelled(thrown)) throw new vscode.CancellationError();
      const error = toLocalghostError(thrown);
      this.#parts.log.error(`Chat: ${error.message}`);
      throw error.kind === "modelNotFound" ? vscode.LanguageModelError.NotFound(error.message) : error;
    } finally {
      following.dispose();
    }
  }
}
