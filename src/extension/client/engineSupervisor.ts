import { Emitter, type Event } from "vscode-jsonrpc";
import { isCancelled, toLocalghostError, type LocalghostError } from "../../shared/errors.ts";
import type { InitializeParams, ModelInfo, ModelSpec, Priority } from "../../shared/protocol.ts";
import { abortable, cancelled, delay } from "../cancellation.ts";
import { coalesced } from "../coalesce.ts";
import type { Log } from "../log.ts";
import type { AnsweringModel, BackendAccess, RunningBackend, SpecSource } from "./backend.ts";
import { EngineClient } from "./engineClient.ts";
import type { EngineProcess } from "./engineProcess.ts";
import type { EngineState } from "./engineState.ts";
import { isSameModel, LoadedModels } from "./loadedModels.ts";

/** Waits between one crash and the next start. After as many crashes in a row the engine stays `failed`. */
const BACK_OFF_MS = [500, 1_000, 2_000, 4_000];
/** An engine that has run for so long has recovered: its next crash counts as the first. */
const STABLE_MS = 60_000;

/** How to start the engine; asked anew at each start, so that settings apply. */
export interface EngineLaunch {
  readonly params: Omit<InitializeParams, "protocolVersion">;
  /** Loaded before the engine counts as ready. */
  readonly model: ModelSpec;
}

/** A started engine, with the model that a call is for loaded. */
export interface RunningEngine extends RunningBackend {
  readonly client: EngineClient;
  readonly spec: ModelSpec;
  readonly model: ModelInfo;
}

/** An engine that is started. */
interface StartedEngine {
  readonly client: EngineClient;
  /** What it was started with. */
  readonly spec: ModelSpec;
}

/** Keeps one engine running: starts it when it is first used, and again after a crash, ever later and not for ever. */
export class EngineSupervisor implements BackendAccess {
  readonly #startProcess: () => EngineProcess;
  readonly #launch: () => EngineLaunch;
  readonly #log: Log;
  readonly #changed = new Emitter<EngineState>();
  readonly #restart = coalesced(() => this.#restartOnce());
  readonly #models = new LoadedModels();
  #state: EngineState = { kind: "off" };
  /** Aborted when this engine is no longer wanted, so that nothing of it starts again. */
  #life = new AbortController();
  #engine: Promise<StartedEngine> | undefined;
  #client: EngineClient | undefined;
  #closing: Promise<void> = Promise.resolve();
  #crashes = 0;
  #calls = 0;
  #requestCount = 0;

  constructor(startProcess: () => EngineProcess, launch: () => EngineLaunch, log: Log) {
    this.#startProcess = startProcess;
    this.#launch = launch;
    this.#log = log;
  }

  readonly onDidChangeState: Event<EngineState> = this.#changed.event;

  get state(): EngineState {
    return this.#state;
  }

  /** The process's id while there is a process. */
  get pid(): number | undefined {
    return this.#client?.pid;
  }

  /** What is known of the model that was used last, once it is loaded. */
  get model(): AnsweringModel | undefined {
    return modelOf(this.#state);
  }

  /** What is known of a model, if this engine has loaded it. */
  modelOf(spec: SpecSource): ModelInfo | undefined {
    return this.#models.get(specOf(spec));
  }

  /** The engine that runs, for what must not start one; its calls reject when it ends. */
  get running(): EngineClient | undefined {
    const { kind } = this.#state;
    return kind === "ready" || kind === "working" ? this.#client : undefined;
  }

  /** Whether this engine may have the files of a folder open. */
  mayHold(folder: string): boolean {
    return this.#state.kind === "starting" || this.#models.hasFolder(folder);
  }

  /** How many calls the engine has had since the extension started. */
  get requestCount(): number {
    return this.#requestCount;
  }

  /**
   * Calls the engine, after starting it and loading the model where need be. Rejects at once when it has failed for good.
   * @param source of the model that the call is for; the one that the engine starts with when absent
   */
  async use<T>(call: (engine: RunningEngine) => Promise<T>, signal: AbortSignal, source?: SpecSource): Promise<T> {
    const spec = source && specOf(source);
    const engine = await this.#running(signal);
    this.#requestCount++;
    this.#countCall(engine, 1);
    try {
      const running = await this.#withModel(engine, spec, signal);
      this.#showModel(running);
      return await call(running);
    } finally {
      this.#countCall(engine, -1);
    }
  }

  /** As {@link use}, for what the user has not asked for: no state shows it, and it does not count. */
  async useQuietly<T>(
    call: (engine: RunningEngine) => Promise<T>,
    signal: AbortSignal,
    source?: SpecSource,
  ): Promise<T> {
    const spec = source && specOf(source);
    return call(await this.#withModel(await this.#running(signal), spec, signal, "warmup"));
  }

  /** Starts the engine afresh, and forgets its crashes. */
  restart(): Promise<void> {
    return this.#restart();
  }

  /** Ends the engine; the next use starts it again. */
  async stop(): Promise<void> {
    this.#crashes = 0;
    this.#end({ kind: "off" });
    await this.#closing;
  }

  /**
   * An unloaded model leaves a process that has kept much of its memory: the system's allocator gives little of it back.
   * Ending the process does, and starting one again takes less time than loading the model.
   */
  #fallAsleep(model: ModelInfo): void {
    this.#log.info(`Model ${model.name} was not used for a while: the engine ends until it is used again.`);
    this.#end({ kind: "asleep", model });
  }

  #end(state: EngineState): void {
    this.#life.abort();
    this.#engine = undefined;
    const client = this.#client;
    this.#client = undefined;
    this.#models.clear();
    this.#setState(state);
    if (client) this.#closing = Promise.all([this.#closing, client.close()]).then(() => undefined);
  }

  async #restartOnce(): Promise<void> {
    await this.stop();
    this.#engine ??= this.#begin();
    // The state tells whether it failed.
    await this.#engine.catch(() => undefined);
  }

  #running(signal: AbortSignal): Promise<StartedEngine> {
    if (signal.aborted) return Promise.reject(cancelled());
    return abortable((this.#engine ??= this.#begin()), signal);
  }

  #begin(): Promise<StartedEngine> {
    this.#life = new AbortController();
    return keepRejection(this.#startUntilReady(this.#life.signal));
  }

  async #startUntilReady(life: AbortSignal): Promise<StartedEngine> {
    for (;;) {
      try {
        this.#setState({ kind: "starting" });
        await abortable(this.#closing, life);
        return await this.#start(life);
      } catch (thrown) {
        await this.#backOff(toLocalghostError(thrown), life);
      }
    }
  }

  async #start(life: AbortSignal): Promise<StartedEngine> {
    const { params, model: spec } = this.#launch();
    const client = new EngineClient(this.#startProcess(), this.#log);
    this.#client = client;
    this.#models.clear();
    this.#calls = 0;
    const { engineVersion, runtime } = await abortable(client.initialize(params), life);
    this.#log.info(`Engine ${engineVersion} runs as process ${client.pid ?? "unknown"} (${runtime}).`);
    const engine = { client, spec };
    const { model } = await this.#withModel(engine, spec, life);
    this.#setState({ kind: "ready", model });
    client.onDidChangeModel((changed) => this.#modelChanged(client, changed));
    client.onDidUnloadModel((unloaded) => {
      // A request that has crossed the message on its way loads the model again; with the latest all others are idle.
      const isIdle = this.#calls === 0 && this.#models.isLatest(unloaded);
      if (client === this.#client && isIdle) this.#fallAsleep(unloaded);
    });
    this.#recoverWhenEnded(engine, life);
    return engine;
  }

  /** Loads a model, unless this engine has loaded it before: if it has unloaded it since, it loads it again by itself. */
  async #withModel(
    { client, spec: first }: StartedEngine,
    spec: ModelSpec = first,
    signal: AbortSignal,
    priority?: Priority,
  ): Promise<RunningEngine> {
    const isCurrent = client === this.#client;
    if (isCurrent) this.#models.touch(spec);
    const known = isCurrent ? this.#models.get(spec) : undefined;
    if (known) return { client, spec, model: known };
    const model = await client.loadModel({ ...spec, ...(priority && { priority }) }, signal);
    this.#log.info(`${describe(model)} Loaded in ${Math.round(model.loadMs)} ms.`);
    if (client === this.#client) this.#models.add(spec, model);
    return { client, spec, model };
  }

  /** The state tells of the model that was used last. */
  #showModel({ client, model }: RunningEngine): void {
    if (client === this.#client && "model" in this.#state) this.#setState({ ...this.#state, model });
  }

  #modelChanged(client: EngineClient, changed: ModelInfo): void {
    this.#log.info(describe(changed));
    if (client !== this.#client) return;
    this.#models.change(changed);
    if (!("model" in this.#state)) return;
    // Told anew in any case, since another model's news may be what is shown.
    const model = isSameModel(this.#state.model, changed) ? changed : { ...this.#state.model };
    this.#setState({ ...this.#state, model });
  }

  #recoverWhenEnded({ client }: StartedEngine, life: AbortSignal): void {
    // The clock of the machine may be set meanwhile.
    const since = performance.now();
    void client.ended.then((reason) => {
      if (life.aborted) return;
      if (performance.now() - since >= STABLE_MS) this.#crashes = 0;
      this.#engine = keepRejection(this.#backOff(reason, life).then(() => this.#startUntilReady(life)));
    });
  }

  /** After a crash: waits, and throws when the engine must not start again. */
  async #backOff(reason: LocalghostError, life: AbortSignal): Promise<void> {
    if (life.aborted || isCancelled(reason)) throw cancelled();
    const wait = reason.kind === "engineStopped" ? BACK_OFF_MS[this.#crashes] : undefined;
    if (wait === undefined) {
      this.#fail(reason);
      throw reason;
    }
    this.#crashes++;
    this.#client = undefined;
    this.#log.warn(`${reason.message} Starting again in ${wait} ms.`);
    this.#setState({ kind: "starting" });
    await delay(wait, life);
  }

  #fail(reason: LocalghostError): void {
    this.#log.error(reason.message);
    this.#setState({ kind: "failed", reason });
    if (this.#client) this.#closing = this.#client.close();
    this.#client = undefined;
  }

  #countCall(engine: StartedEngine, change: 1 | -1): void {
    if (engine.client !== this.#client || !engine.client.isRunning) return;
    this.#calls += change;
    if ("model" in this.#state) {
      this.#setState({ kind: this.#calls > 0 ? "working" : "ready", model: this.#state.model });
    }
  }

  #setState(state: EngineState): void {
    const changed = state.kind !== this.#state.kind || modelOf(state) !== modelOf(this.#state);
    this.#state = state;
    if (changed) this.#changed.fire(state);
  }
}

/** Callers see the rejection when they await the promise; until then nobody needs to. */
function keepRejection<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

function specOf(source: SpecSource): ModelSpec {
  return typeof source === "function" ? source() : source;
}

function modelOf(state: EngineState): AnsweringModel | undefined {
  return "model" in state ? state.model : undefined;
}

function describe({ name, dtype, device, deviceReason }: ModelInfo): string {
  return `Model ${name} (${dtype}) runs on ${device}: ${deviceReason}`;
}
