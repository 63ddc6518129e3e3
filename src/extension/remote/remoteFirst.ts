import { isDeepStrictEqual } from "node:util";
import { Emitter, type Event } from "vscode-jsonrpc";
import { isCancelled, isRemoteFailed, type LocalghostError } from "../../shared/errors.ts";
import type { AnsweringModel, Backend, BackendAccess, RunningBackend, SpecSource } from "../client/backend.ts";
import type { EngineState } from "../client/engineState.ts";
import type { EngineSupervisor } from "../client/engineSupervisor.ts";
import type { Log } from "../log.ts";
import type { RemoteReach, RemoteSettings } from "./connect.ts";
import { RemoteServer, type ReachedServer } from "./remoteServer.ts";

/** A call that was given up after so long without a word of the server raises a doubt about it. */
const LONG_SILENCE_MS = 2_000;

/**
 * The server that the user has set, and the engine on this machine where there is none or it does not answer. A call goes
 * over to the engine only as long as the server has answered no part of it: no text comes from two models.
 */
export class RemoteFirst implements BackendAccess {
  readonly #engine: EngineSupervisor;
  readonly #settings: () => RemoteSettings | undefined;
  readonly #reach: RemoteReach;
  readonly #log: Log;
  readonly #changed = new Emitter<EngineState>();
  #server: RemoteServer | undefined;
  /** Those that the server was made of. */
  #set: RemoteSettings | undefined;
  #calls = 0;
  #requestCount = 0;
  /** What listeners know. */
  #told: { state: EngineState; trouble: string | undefined } = { state: { kind: "off" }, trouble: undefined };

  /** @param settings asked at the start and before each call; undefined: there is no server */
  constructor(engine: EngineSupervisor, settings: () => RemoteSettings | undefined, reach: RemoteReach, log: Log) {
    this.#engine = engine;
    this.#settings = settings;
    this.#reach = reach;
    this.#log = log;
    engine.onDidChangeState(() => this.#tell());
    this.renew();
  }

  readonly onDidChangeState: Event<EngineState> = this.#changed.event;

  /** That of whatever answers now. */
  get state(): EngineState {
    if (!this.#server || this.#server.trouble) return this.#engine.state;
    const { reached, isBeingReached } = this.#server;
    if (reached) return { kind: this.#calls > 0 ? "working" : "ready", model: reached.model };
    return { kind: isBeingReached ? "starting" : "off" };
  }

  get model(): AnsweringModel | undefined {
    return this.#answering?.model ?? this.#engine.model;
  }

  get requestCount(): number {
    return this.#requestCount + this.#engine.requestCount;
  }

  /** The name of what answers remotely: of the server's model, or until that is known of the server; undefined: the engine answers. */
  get remoteName(): string | undefined {
    if (!this.#server || this.#server.trouble) return undefined;
    return this.#server.reached?.model.name ?? this.#server.host;
  }

  /** Why the engine answers in the place of the server. */
  get trouble(): LocalghostError | undefined {
    return this.#server?.trouble;
  }

  modelOf(spec: SpecSource): AnsweringModel | undefined {
    return this.#server && !this.#server.trouble ? this.#server.reached?.model : this.#engine.modelOf(spec);
  }

  async use<T>(call: (backend: RunningBackend) => Promise<T>, signal: AbortSignal, spec?: SpecSource): Promise<T> {
    const counted = async (backend: RunningBackend): Promise<T> => {
      this.#requestCount++;
      this.#count(1);
      return call(backend).finally(() => this.#count(-1));
    };
    return this.#remotely(counted, signal, () => this.#engine.use(call, signal, spec));
  }

  async useQuietly<T>(
    call: (backend: RunningBackend) => Promise<T>,
    signal: AbortSignal,
    spec?: SpecSource,
  ): Promise<T> {
    return this.#remotely(call, signal, () => this.#engine.useQuietly(call, signal, spec));
  }

  /** Takes up other settings or another token, and forgets failures. */
  renew(): void {
    this.#server?.dispose();
    this.#set = this.#settings();
    this.#server = this.#set && new RemoteServer(this.#set, this.#reach, () => this.#tell());
    this.#calls = 0;
    this.#tell();
  }

  /**
   * Renews where the settings are others than they were. In a remote window VS Code first shows the user's own value and then
   * takes it back without a word, since it is for the user's machine: no text may go to an address that is not set.
   */
  followSettings(): void {
    if (!isDeepStrictEqual(this.#settings(), this.#set)) this.renew();
  }

  /** Begins anew with whatever answers. */
  async restart(): Promise<void> {
    const isIdle = this.#server !== undefined && this.#engine.state.kind === "off";
    this.renew();
    if (!isIdle) await this.#engine.restart();
  }

  get #answering(): ReachedServer | undefined {
    return this.#server?.trouble ? undefined : this.#server?.reached;
  }

  async #remotely<T>(
    call: (backend: RunningBackend) => Promise<T>,
    signal: AbortSignal,
    locally: () => Promise<T>,
  ): Promise<T> {
    this.followSettings();
    const server = this.#server;
    const reached = await server?.ready(signal);
    if (!server || !reached) return locally();
    const watched = new WatchedBackend(reached.client, server);
    try {
      return await call({ ...reached, client: watched });
    } catch (thrown) {
      if (!isRemoteFailed(thrown) || watched.hasAnswered) throw thrown;
      return locally();
    }
  }

  #count(change: 1 | -1): void {
    this.#calls = Math.max(0, this.#calls + change);
    this.#tell();
  }

  #tell(): void {
    const { state } = this;
    const trouble = this.trouble?.message;
    const before = this.#told;
    if (trouble === before.trouble && state.kind === before.state.kind && modelOf(state) === modelOf(before.state))
      return;
    this.#told = { state, trouble };
    if (trouble !== undefined && trouble !== before.trouble) {
      this.#log.warn(`${trouble} The model on this machine answers.`);
    }
    this.#changed.fire(state);
  }
}

function modelOf(state: EngineState): AnsweringModel | undefined {
  return "model" in state ? state.model : undefined;
}

/** One call's view of a server: tells whether it has answered anything. */
class WatchedBackend implements Backend {
  hasAnswered = false;
  readonly #client: Backend;
  readonly #server: RemoteServer;

  constructor(client: Backend, server: RemoteServer) {
    this.#client = client;
    this.#server = server;
  }

  readonly generate: Backend["generate"] = (params, signal, onToken) =>
    this.#call(() =>
      this.#client.generate(params, signal, (progress) => {
        this.hasAnswered = true;
        onToken?.(progress);
      }),
    );
  readonly warm: Backend["warm"] = (params, signal) => this.#client.warm(params, signal);
  readonly score: Backend["score"] = (params, signal) => this.#call(() => this.#client.score(params, signal));
  readonly rank: Backend["rank"] = (params, signal) => this.#call(() => this.#client.rank(params, signal));
  readonly tokenize: Backend["tokenize"] = (params, signal) => this.#call(() => this.#client.tokenize(params, signal));

  async #call<T>(request: () => Promise<T>): Promise<T> {
    const since = performance.now();
    try {
      const answer = await this.#server.call(request, () => this.hasAnswered);
      this.hasAnswered = true;
      return answer;
    } catch (thrown) {
      const wasSilent = !this.hasAnswered && performance.now() - since >= LONG_SILENCE_MS;
      if (wasSilent && isCancelled(thrown)) this.#server.doubt();
      throw thrown;
    }
  }
}
