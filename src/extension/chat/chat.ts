import * as vscode from "vscode";
import type { EngineSupervisor } from "../client/engineSupervisor.ts";
import type { Templates } from "../actions/templates.ts";
import { DisposableStore, type Disposable } from "../disposables.ts";
import { CHAT_PARTICIPANT, CHAT_VENDOR } from "../ids.ts";
import type { Log } from "../log.ts";
import type { Models } from "../models/models.ts";
import type { ModelSpecs } from "../models/modelSpecs.ts";
import { ChatModelProvider } from "./chatModelProvider.ts";
import { chatParticipant } from "./participant.ts";
import { registerTools } from "./tools.ts";

interface Parts {
  readonly context: vscode.ExtensionContext;
  readonly engine: EngineSupervisor;
  readonly specs: ModelSpecs;
  readonly models: Models;
  readonly templates: () => Templates;
  readonly log: Log;
}

/** What chat and other extensions can use of Localghost. */
export class Chat implements Disposable {
  /** Answers a chat's requests; the participant where there is chat. */
  readonly answer: vscode.ChatRequestHandler;
  readonly #disposables = new DisposableStore();

  /** Registers it as far as this editor has it: some forks of VS Code lack chat, or parts of it. */
  constructor({ context, engine, specs, models, templates, log }: Parts) {
    const store = this.#disposables;
    const tasks = { engine, models: specs, templates, log };
    this.answer = chatParticipant(tasks);
    const { lm, chat } = vscode as { lm?: Partial<typeof vscode.lm>; chat?: Partial<typeof vscode.chat> };
    if (lm?.registerLanguageModelChatProvider) {
      const provider = store.add(new ChatModelProvider({ engine, specs, models, log }));
      store.add(lm.registerLanguageModelChatProvider(CHAT_VENDOR, provider));
      provider.announce();
    }
    if (lm?.registerTool) store.add(registerTools(tasks, lm.registerTool));
    if (chat?.createChatParticipant) {
      const participant = store.add(chat.createChatParticipant(CHAT_PARTICIPANT, this.answer));
      participant.iconPath = vscode.Uri.joinPath(context.extensionUri, "media", "icon.png");
    }
  }

  dispose(): void {
    this.#disposables.dispose();
  }
}
