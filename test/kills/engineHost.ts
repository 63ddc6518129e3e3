/** What the extension does around its engine, without VS Code: its supervisor, its feeder of the memory, and a document that is typed. */
import { EngineSupervisor } from "../../src/extension/client/engineSupervisor.ts";
import { startEngineProcess } from "../../src/extension/client/engineProcess.ts";
import { Feeder } from "../../src/extension/memory/feeder.ts";
import type { Log } from "../../src/extension/log.ts";
import type { ModelSpec } from "../../src/shared/protocol.ts";

const never = new AbortController().signal;
const DOCUMENT = "typed.ts";

export class EngineHost {
  readonly supervisor: EngineSupervisor;
  readonly model: ModelSpec;
  /** The document, which belongs to the editor: no engine can change it. */
  text = "";
  readonly #feeder: Feeder;
  #fedPid: number | undefined;

  constructor(engineFile: string, model: ModelSpec, cacheFolder: string, log: Log) {
    this.model = model;
    const params = { client: "kills", threads: 1, cacheFolder };
    const start = () => startEngineProcess(engineFile, (line) => log.warn(`engine: ${line}`));
    this.supervisor = new EngineSupervisor(start, () => ({ params, model }), log);
    this.#feeder = new Feeder({
      read: () => Promise.resolve(this.text),
      onStatus: () => undefined,
      onError: (error) => log.warn(`The memory was not told: ${String(error)}`),
    });
    this.supervisor.onDidChangeState(() => this.#feed());
  }

  /** Types at the end of the document, and tells the memory of it. */
  async type(characters: string): Promise<void> {
    const edit = { start: this.text.length, removed: 0, text: characters };
    this.text += characters;
    await this.#feeder.edited(DOCUMENT, [edit], this.text.length);
  }

  /** Whether the engine's memory has the document as it is now: it takes an edit of nothing only then. */
  async remembersDocument(): Promise<boolean> {
    const { applied } = await this.#editMemory([], this.text.length);
    return applied;
  }

  /** Sends many files to the memory. */
  fillMemory(files: number): Promise<unknown> {
    const many = Array.from({ length: files }, (_, i) => ({ path: `file${i}.ts`, text: this.text.repeat(4) }));
    return this.supervisor.useQuietly(({ client, spec }) => client.updateMemory({ model: spec, files: many }), never);
  }

  /** @param onToken called for each token */
  generate(prompt: string, maxTokens: number, onToken?: () => void): Promise<string> {
    const params = { model: this.model, prompt, maxTokens, priority: "action", ignoreEndOfText: true } as const;
    const overflow = "keepEnd" as const;
    return this.supervisor.use(
      async ({ client }) => (await client.generate({ ...params, overflow }, undefined, onToken)).text,
      never,
    );
  }

  #editMemory(edits: { start: number; removed: number; text: string }[], length: number) {
    const params = { model: this.model, path: DOCUMENT, edits, length };
    return this.supervisor.useQuietly(({ client }) => client.editMemory(params), never);
  }

  /** A new engine knows nothing; see MemoryFeed. */
  #feed(): void {
    const { state, pid } = this.supervisor;
    if ((state.kind !== "ready" && state.kind !== "working") || pid === this.#fedPid) return;
    this.#fedPid = pid;
    this.#feeder.connect({
      update: (files) =>
        this.supervisor.useQuietly(({ client, spec }) => client.updateMemory({ model: spec, files }), never),
      edit: (_, edits, length) => this.#editMemory(edits, length),
      remove: (paths) =>
        this.supervisor.useQuietly(({ client, spec }) => client.removeFromMemory({ model: spec, paths }), never),
      clear: () => this.supervisor.useQuietly(({ client, spec }) => client.clearMemory({ model: spec }), never),
    });
    this.#feeder.changed([DOCUMENT]);
  }
}
