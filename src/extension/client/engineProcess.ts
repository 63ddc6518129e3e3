import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** A process as bytes: what is said over them is the client's business. */
export interface EngineProcess {
  readonly pid: number | undefined;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves with how it ended, in words: `exit code 1`, `signal SIGKILL`. */
  readonly exited: Promise<string>;
  kill(): void;
}

/** Runs the engine's bundle in Node: in Electron's own on the desktop, in the server's elsewhere. */
export function startEngineProcess(engineFile: string, onStderrLine: (line: string) => void): EngineProcess {
  const child = spawn(process.execPath, [engineFile], { stdio: "pipe", env: engineEnvironment(), windowsHide: true });
  createInterface({ input: child.stderr }).on("line", onStderrLine);
  // Writing to a process that has just died fails here; `exited` reports the death itself.
  child.stdin.on("error", () => undefined);
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) =>
      resolve(signal === null ? `exit code ${code ?? "unknown"}` : `signal ${signal}`),
    );
  });
  return { pid: child.pid, stdin: child.stdin, stdout: child.stdout, exited, kill: () => child.kill("SIGKILL") };
}

function engineEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: "1" };
  // Options meant for the user's own programs would load their hooks into the engine.
  delete environment["NODE_OPTIONS"];
  return environment;
}
