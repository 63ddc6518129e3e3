import * as vscode from "vscode";
import { isToken, newToken } from "../../server/access.ts";
import type { Answer } from "../../server/answerRequest.ts";
import type { ServerBackend } from "../../server/backend.ts";
import { type LocalServer, startLocalServer } from "../../server/localServer.ts";
import { LocalghostError, toLocalghostError } from "../../shared/errors.ts";
import { getSetting } from "../config.ts";
import type { Disposable } from "../disposables.ts";
import { SERVER_RUNS, type ServerCommand } from "../ids.ts";
import { inform, type Notifier } from "../notify.ts";

/** The secret that clients must know. */
const TOKEN_KEY = "serverToken";

interface ServerParts {
  readonly backend: ServerBackend;
  readonly secrets: vscode.SecretStorage;
  readonly notifier: Notifier;
  readonly log: vscode.LogOutputChannel;
}

/** Starts and stops the local server. It runs from when the user says so until they say so, or the window closes. */
export class ServerControl implements Disposable {
  readonly #parts: ServerParts;
  readonly #changed = new vscode.EventEmitter<void>();
  /** What was asked for last: one thing is done after the other. */
  #latest: Promise<void> = Promise.resolve();
  #server: LocalServer | undefined;
  #isDisposed = false;

  constructor(parts: ServerParts) {
    this.#parts = parts;
  }

  readonly onDidChange = this.#changed.event;

  /** Where it listens, while it runs. */
  get url(): string | undefined {
    return this.#server?.url;
  }

  readonly handlers: Readonly<Record<ServerCommand, () => Promise<void>>> = {
    startServer: () => this.#inTurn(() => this.#startAndTell()),
    stopServer: () => this.#inTurn(() => this.#stop()),
    copyServerAddress: () => this.#inTurn(() => this.#copyAddress()),
    replaceServerToken: () => this.#inTurn(() => this.#replaceToken()),
  };

  /** Cancels what is being answered. */
  dispose(): void {
    this.#isDisposed = true;
    this.#changed.dispose();
    void this.#inTurn(() => this.#stop());
  }

  #inTurn(command: () => Promise<void>): Promise<void> {
    this.#latest = this.#latest.then(() => this.#parts.notifier.guard(command));
    return this.#latest;
  }

  async #startAndTell(): Promise<void> {
    if (!this.#server) await this.#start();
    // Not waited for: the command is done.
    void this.#tell(vscode.l10n.t("The local server runs at {0}.", this.url ?? ""));
  }

  async #start(): Promise<void> {
    const { backend, secrets } = this.#parts;
    const kept = await secrets.get(TOKEN_KEY);
    const token = kept !== undefined && isToken(kept) ? kept : newToken();
    if (token !== kept) await secrets.store(TOKEN_KEY, token);
    const onAnswer = (answer: Answer): void => this.#logAnswer(answer);
    this.#setServer(await startLocalServer({ backend, token, port: getSetting("server.port"), onAnswer }));
  }

  async #stop(): Promise<void> {
    const server = this.#server;
    this.#setServer(undefined);
    await server?.close();
  }

  async #copyAddress(): Promise<void> {
    const { url } = this;
    const token = await this.#parts.secrets.get(TOKEN_KEY);
    if (url === undefined || token === undefined) {
      throw new LocalghostError("invalidRequest", vscode.l10n.t("The local server does not run: start it first."));
    }
    // The names that OpenAI's own clients look for in their environment.
    await vscode.env.clipboard.writeText(`OPENAI_BASE_URL=${url}/v1\nOPENAI_API_KEY=${token}\n`);
  }

  /** Whoever knows the old one is locked out at once. */
  async #replaceToken(): Promise<void> {
    const isRunning = this.#server !== undefined;
    await this.#stop();
    await this.#parts.secrets.delete(TOKEN_KEY);
    if (!isRunning) {
      void inform(vscode.l10n.t("The local server has a new token when it starts."));
      return;
    }
    await this.#start();
    void this.#tell(vscode.l10n.t("The local server has a new token, and runs at {0}.", this.url ?? ""));
  }

  async #tell(message: string): Promise<void> {
    const copy = vscode.l10n.t("Copy Address and Token");
    if ((await inform(message, copy)) === copy) await this.handlers.copyServerAddress();
  }

  #setServer(server: LocalServer | undefined): void {
    this.#server = server;
    void vscode.commands.executeCommand("setContext", SERVER_RUNS, server !== undefined);
    this.#changed.fire();
  }

  #logAnswer({ route, status, ms, error }: Answer): void {
    // The log may be gone by then.
    if (this.#isDisposed) return;
    const { log } = this.#parts;
    log.info(`server: ${route} ${status} in ${Math.round(ms)} ms`);
    if (status >= 500 && error !== undefined) log.error(toLocalghostError(error));
  }
}
