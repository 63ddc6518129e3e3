import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import * as path from "node:path";
import { createInterface, type Interface } from "node:readline";

const SCRIPT = path.resolve(import.meta.dirname, "..", "..", "training", "speed", "score_texts.py");

/** PyTorch and transformers in a Python of the user's. */
export class PytorchProcess {
  readonly version: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcessWithoutNullStreams, lines: AsyncIterator<string>, version: string) {
    this.#child = child;
    this.#lines = lines;
    this.version = version;
  }

  /** Starts the process and waits until its model is loaded. */
  static async start(python: string, folder: string, threads: number): Promise<PytorchProcess> {
    const child = spawn(python, [SCRIPT, folder, String(threads)], { stdio: "pipe" });
    child.stderr.pipe(process.stderr);
    const reader: Interface = createInterface({ input: child.stdout });
    const lines = reader[Symbol.asyncIterator]();
    const { torch } = await answer<{ torch: string }>(lines);
    return new PytorchProcess(child, lines, torch.split("+")[0] ?? torch);
  }

  async score(texts: readonly (readonly number[])[]): Promise<number> {
    this.#child.stdin.write(`${JSON.stringify(texts)}\n`);
    return (await answer<{ nats: number }>(this.#lines)).nats;
  }

  stop(): void {
    this.#child.stdin.end();
  }
}

async function answer<T>(lines: AsyncIterator<string>): Promise<T> {
  const next = await lines.next();
  if (next.done === true) throw new Error("PyTorch ended; its messages are above.");
  return JSON.parse(next.value) as T;
}
