import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { poll } from "../../scripts/lib/poll.mjs";
import { isRunning } from "../../src/engine/model/temporaryFiles.ts";

/** An engine whose host is gone reads the end of its input and ends; this is many times what that takes. */
const LIMIT_MS = 20_000;

export interface HostOptions {
  engineFile: string;
  /** Of the model. */
  folder: string;
  cacheFolder: string;
}

/** A process that holds an engine, as a window does; see host.ts. */
export class HostProcess {
  readonly child: ChildProcess;
  readonly #lines;

  constructor(doing: "idle" | "writing", { engineFile, folder, cacheFolder }: HostOptions) {
    const script = path.join(import.meta.dirname, "host.ts");
    const stdio = ["ignore", "pipe", "inherit"] as const;
    const child = spawn(process.execPath, [script, engineFile, folder, cacheFolder, doing], { stdio: [...stdio] });
    this.child = child;
    this.#lines = createInterface({ input: child.stdout });
  }

  /** Waits until the host says once more that its engine is at work. @returns the engine's process id */
  async engineAtWork(): Promise<number> {
    const [line] = (await once(this.#lines, "line")) as [string];
    return Number(line);
  }

  /**
   * Kills the host, as when a window crashes.
   * @returns milliseconds until its engine had ended
   * @throws when the engine goes on
   */
  async kill(engine: number): Promise<number> {
    if (!isRunning(engine)) throw new Error(`There is no engine ${engine}.`);
    const start = performance.now();
    this.child.kill("SIGKILL");
    await once(this.child, "close");
    try {
      await poll(
        () => isRunning(engine),
        (running) => !running,
        `the end of engine ${engine}`,
        LIMIT_MS,
      );
    } catch (error) {
      process.kill(engine, "SIGKILL");
      throw error;
    }
    return performance.now() - start;
  }
}
