import * as vscode from "vscode";
import type { PromptAndAnswer } from "../actions/resultActions.ts";
import type { Disposable } from "../disposables.ts";
import { PLAYGROUND_TAB, VIEWS } from "../ids.ts";
import { playgroundHtml, type PlaygroundPlace } from "./playgroundHtml.ts";
import { PlaygroundSession, type PlaygroundParts } from "./playgroundSession.ts";

interface Parts extends PlaygroundParts {
  readonly extensionUri: vscode.Uri;
}

/** The playground in its two places: a view in the side bar, and editor tabs with the same page. */
export class PlaygroundView implements vscode.WebviewViewProvider, vscode.WebviewPanelSerializer, Disposable {
  readonly #parts: Parts;
  readonly #sessions = new Set<PlaygroundSession>();
  readonly #registrations: Disposable;
  #view: PlaygroundSession | undefined;
  /** Shown as soon as there is a view. */
  #opened: PromptAndAnswer | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    // Without its page a hidden view would lose what is being generated.
    const options = { webviewOptions: { retainContextWhenHidden: true } };
    this.#registrations = vscode.Disposable.from(
      vscode.window.registerWebviewViewProvider(VIEWS.playground, this, options),
      vscode.window.registerWebviewPanelSerializer(PLAYGROUND_TAB, this),
    );
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const session = this.#start(view.webview, "view", (listener) => view.onDidDispose(listener));
    this.#view = session;
    view.onDidDispose(() => {
      if (this.#view === session) this.#view = undefined;
    });
    this.#sendOpened();
  }

  /** A tab that was open when the window was closed. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#start(panel.webview, "tab", (listener) => panel.onDidDispose(listener));
    return Promise.resolve();
  }

  /** Shows a prompt and what it has led to in the side bar's view. */
  async open(shown: PromptAndAnswer): Promise<void> {
    this.#opened = shown;
    await vscode.commands.executeCommand(`${VIEWS.playground}.focus`);
    this.#sendOpened();
  }

  /** Opens the page as an editor tab. */
  openInTab(): void {
    const title = vscode.l10n.t("Playground");
    const panel = vscode.window.createWebviewPanel(PLAYGROUND_TAB, title, vscode.ViewColumn.Active, {
      retainContextWhenHidden: true,
    });
    panel.iconPath = vscode.Uri.joinPath(this.#parts.extensionUri, "media", "icon.png");
    this.#start(panel.webview, "tab", (listener) => panel.onDidDispose(listener));
  }

  dispose(): void {
    this.#registrations.dispose();
    for (const session of this.#sessions) session.dispose();
  }

  #start(
    webview: vscode.Webview,
    place: PlaygroundPlace,
    onDispose: (listener: () => void) => unknown,
  ): PlaygroundSession {
    const { extensionUri } = this.#parts;
    webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(extensionUri, "dist"), vscode.Uri.joinPath(extensionUri, "media")],
    };
    const session = new PlaygroundSession(this.#parts, (message) => void webview.postMessage(message));
    this.#sessions.add(session);
    webview.onDidReceiveMessage((message: unknown) => session.receive(message));
    onDispose(() => {
      this.#sessions.delete(session);
      session.dispose();
    });
    webview.html = playgroundHtml(webview, extensionUri, place);
    return session;
  }

  #sendOpened(): void {
    if (!this.#view || !this.#opened) return;
    this.#view.send({ type: "open", ...this.#opened });
    this.#opened = undefined;
  }
}
