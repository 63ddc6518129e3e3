import * as vscode from "vscode";
import {
  checkFromResultsPage,
  type FromResultsPage,
  type ResultCard,
  type ToResultsPage,
} from "../../shared/resultMessages.ts";
import type { Disposable } from "../disposables.ts";
import { COMMANDS, VIEWS } from "../ids.ts";
import { Batched } from "./batched.ts";
import type { ResultActions } from "./resultActions.ts";
import type { ResultRecord } from "./result.ts";
import type { ResultStore } from "./resultStore.ts";
import { resultsHtml } from "./resultsHtml.ts";

/** Drawn this often while text streams in: a token comes every few milliseconds. */
const REDRAW_MS = 60;

/** The view, in the panel unless the user moves it, that shows all results, newest first. */
export class ResultsView implements vscode.WebviewViewProvider, Disposable {
  readonly #extensionUri: vscode.Uri;
  readonly #store: ResultStore;
  readonly #toCard: (record: ResultRecord) => ResultCard;
  readonly #actions: ResultActions;
  readonly #redraw = new Batched<string>((ids) => ids.forEach((id) => this.#sendCard(id)), REDRAW_MS);
  readonly #listeners: vscode.Disposable;
  #webview: vscode.Webview | undefined;
  /** Opened as soon as the page can take it. */
  #shown: string | undefined;

  constructor(
    extensionUri: vscode.Uri,
    store: ResultStore,
    toCard: (record: ResultRecord) => ResultCard,
    actions: ResultActions,
  ) {
    this.#extensionUri = extensionUri;
    this.#store = store;
    this.#toCard = toCard;
    this.#actions = actions;
    this.#listeners = vscode.Disposable.from(
      store.onDidChange(({ id }) => this.#redraw.add(id)),
      store.onDidRemove(() => this.#sendAll()),
    );
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { webview } = view;
    webview.options = {
      enableScripts: true,
      localResourceRoots: [
        vscode.Uri.joinPath(this.#extensionUri, "dist"),
        vscode.Uri.joinPath(this.#extensionUri, "media"),
      ],
    };
    webview.onDidReceiveMessage((value: unknown) => {
      const checked = checkFromResultsPage(value);
      // Only a page that is not ours sends one that does not fit.
      if ("message" in checked) void this.#receive(checked.message);
    });
    view.onDidDispose(() => {
      if (this.#webview === webview) this.#webview = undefined;
    });
    this.#webview = webview;
    webview.html = resultsHtml(webview, this.#extensionUri);
  }

  /** Brings the view to the front, and a result in it. */
  async show(id: string | undefined): Promise<void> {
    this.#shown = id;
    await vscode.commands.executeCommand(`${VIEWS.results}.focus`, { preserveFocus: true });
    this.#sendShown();
  }

  dispose(): void {
    this.#listeners.dispose();
    this.#redraw.dispose();
  }

  async #receive(message: FromResultsPage): Promise<void> {
    switch (message.type) {
      case "ready":
        this.#sendAll();
        this.#sendShown();
        return;
      case "act":
        return this.#actions.act(message.action, message.id);
      case "take":
        return this.#actions.take(message.id, message.index);
      case "reveal":
        return this.#actions.reveal(message.id, message.index);
      case "showLimits":
        await vscode.commands.executeCommand(COMMANDS.showLimits);
        return;
      case "clear":
        this.#store.clear();
        return;
    }
  }

  #sendAll(): void {
    this.#send({ type: "cards", cards: this.#store.all.map(this.#toCard) });
  }

  #sendCard(id: string): void {
    const record = this.#store.get(id);
    if (record) this.#send({ type: "card", card: this.#toCard(record) });
  }

  #sendShown(): void {
    if (this.#shown !== undefined) this.#send({ type: "show", id: this.#shown });
  }

  #send(message: ToResultsPage): void {
    void this.#webview?.postMessage(message);
  }
}
