import * as vscode from "vscode";
import { isCancelled, toLocalghostError } from "../../shared/errors.ts";
import type { FromPage, PlaygroundRequest, ToPage } from "../../shared/playgroundMessages.ts";
import type { GenerateResult } from "../../shared/protocol.ts";
import type { EngineSupervisor } from "../client/engineSupervisor.ts";
import type { Disposable } from "../disposables.ts";
import { playgroundHtml } from "./playgroundHtml.ts";

/** Alternatives that the page shows for a token. */
const ALTERNATIVES = 10;

/** The view in the side bar where a person tries a prompt and sees every token's probability. */
export class PlaygroundView implements vscode.WebviewViewProvider, Disposable {
  static readonly id = "localghost.playground";
  readonly #extensionUri: vscode.Uri;
  readonly #engine: EngineSupervisor;
  #running = new AbortController();

  constructor(extensionUri: vscode.Uri, engine: EngineSupervisor) {
    this.#extensionUri = extensionUri;
    this.#engine = engine;
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
    webview.html = playgroundHtml(webview, this.#extensionUri);
    const send = (message: ToPage): void => void webview.postMessage(message);
    webview.onDidReceiveMessage((message: FromPage) => {
      this.#running.abort();
      if (message.type === "generate") void this.#generate(message.request, send);
    });
    // Nobody sees what goes on being generated for a closed view.
    view.onDidDispose(() => this.#running.abort());
  }

  dispose(): void {
    this.#running.abort();
  }

  async #generate(
    { prompt, maxTokens, temperature, topK }: PlaygroundRequest,
    send: (message: ToPage) => void,
  ): Promise<void> {
    const { signal } = (this.#running = new AbortController());
    try {
      const result = await this.#engine.use(
        ({ client, spec: model }) =>
          client.generate(
            { model, prompt, maxTokens, sampling: { temperature, topK }, logprobs: ALTERNATIVES, priority: "action" },
            signal,
            ({ token }) => {
              // A stopped generation may have a token under way.
              if (!signal.aborted) send({ type: "token", token });
            },
          ),
        signal,
      );
      send({ type: "ended", summary: summarize(result) });
    } catch (thrown) {
      if (isCancelled(thrown)) send({ type: "ended", summary: vscode.l10n.t("Stopped") });
      else send({ type: "failed", message: toLocalghostError(thrown).message });
    }
  }
}

function summarize({ tokens, timings, device, dtype, promptTokens }: GenerateResult): string {
  const { decodeMsPerToken } = timings;
  const speed = decodeMsPerToken > 0 ? Math.round(1000 / decodeMsPerToken) : 0;
  return vscode.l10n.t(
    "{0} tokens after a prompt of {1}, {2} a second, {3} on the {4}",
    tokens.length,
    promptTokens,
    speed,
    dtype,
    device === "cpu" ? "CPU" : "GPU",
  );
}
