import { type ChildProcess, fork } from "node:child_process";
import * as path from "node:path";
import { type EngineSpec, type Generation, specName } from "./benchEngine.ts";
import type { ProcessMemory } from "./processMemory.ts";

/** What the benchmark asks a child for. */
export type Call =
  | { kind: "generate"; prompt: readonly number[]; count: number }
  | { kind: "logprobs"; prompt: readonly number[] }
  | { kind: "score"; texts: readonly (readonly number[])[] }
  | { kind: "memory" }
  | { kind: "processor" };

/** What a child answers. */
export type Reply =
  | { kind: "loaded"; loadMs: number }
  | ({ kind: "generation" } & Generation)
  | { kind: "logprobs"; logprobs: Float32Array }
  | { kind: "score"; nats: number }
  | ({ kind: "memory" } & ProcessMemory)
  | { kind: "processor"; milliseconds: number }
  | { kind: "failed"; message: string };

type ReplyOf<K extends Reply["kind"]> = Extract<Reply, { kind: K }>;

const CHILD = path.join(import.meta.dirname, "child.ts");

/** An engine in a process of its own, so that memory, threads and settings are its own. */
export class EngineProcess {
  readonly name: string;
  readonly loadMs: number;
  readonly #child: ChildProcess;

  private constructor(name: string, child: ChildProcess, loadMs: number) {
    this.name = name;
    this.#child = child;
    this.loadMs = loadMs;
  }

  /** Starts the process and waits until its model is loaded. */
  static async start(spec: EngineSpec): Promise<EngineProcess> {
    const child = fork(CHILD, [JSON.stringify(spec)], { serialization: "advanced", stdio: ["ignore", 2, 2, "ipc"] });
    const { loadMs } = await nextReply(child, specName(spec), "loaded");
    return new EngineProcess(specName(spec), child, loadMs);
  }

  generate(prompt: readonly number[], count: number): Promise<Generation> {
    return this.#call({ kind: "generate", prompt, count }, "generation");
  }

  async logprobs(prompt: readonly number[]): Promise<Float32Array> {
    return (await this.#call({ kind: "logprobs", prompt }, "logprobs")).logprobs;
  }

  async score(texts: readonly (readonly number[])[]): Promise<number> {
    return (await this.#call({ kind: "score", texts }, "score")).nats;
  }

  memory(): Promise<ProcessMemory> {
    return this.#call({ kind: "memory" }, "memory");
  }

  /** Processor time that all its threads have used. */
  async processorMs(): Promise<number> {
    return (await this.#call({ kind: "processor" }, "processor")).milliseconds;
  }

  /** Ends the process and waits until its memory is free. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await gone;
  }

  #call<K extends Reply["kind"]>(call: Call, kind: K): Promise<ReplyOf<K>> {
    const reply = nextReply(this.#child, this.name, kind);
    this.#child.send(call);
    return reply;
  }
}

function nextReply<K extends Reply["kind"]>(child: ChildProcess, name: string, kind: K): Promise<ReplyOf<K>> {
  return new Promise((resolve, reject) => {
    const onMessage = (reply: Reply): void => {
      child.off("exit", onExit);
      if (reply.kind === kind) resolve(reply as ReplyOf<K>);
      else reject(new Error(`${name} answered ${reply.kind}: ${reply.kind === "failed" ? reply.message : ""}`));
    };
    const onExit = (code: number | null, signal: string | null): void => {
      child.off("message", onMessage);
      reject(new Error(`${name} ended (${signal ?? `exit code ${code ?? 0}`}); its messages are above.`));
    };
    child.once("message", onMessage);
    child.once("exit", onExit);
  });
}
