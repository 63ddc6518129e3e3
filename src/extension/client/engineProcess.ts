import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import * as l10n from "@vscode/l10n";
import { NO_TELEMETRY } from "../../shared/noTelemetry.ts";
import { translationsFor } from "../../shared/translations.ts";

/** A process as bytes: what is said over them is the client's business. */
export interface EngineProcess {
  readonly pid: number | undefined;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves with how it ended, in words of the user's language: `exit code 1`, `signal SIGKILL`. */
  readonly exited: Promise<string>;
  kill(): void;
}

/**
 * What the engine allocates is short-lived: logits, views and messages. V8 lets the space for such things grow to 128 MB,
 * of which one is in use; kept at 2 MB for each half, the engine takes a hundred megabytes less at the same speed
 * (docs/trouble.md). Node's own flag, which Electron takes, too.
 */
export const ENGINE_NODE_FLAGS = ["--max-semi-space-size=2"];

/**
 * Runs the engine's bundle in Node: in Electron's own on the desktop, in the server's elsewhere.
 * @param translations the file of the texts in the user's language, for what the engine says; else it speaks English
 */
export function startEngineProcess(
  engineFile: string,
  onStderrLine: (line: string) => void,
  translations?: string,
): EngineProcess {
  const env = { ...childEnvironment(), ...translationsFor(translations) };
  const child = spawn(process.execPath, [...ENGINE_NODE_FLAGS, engineFile], { stdio: "pipe", env, windowsHide: true });
  createInterface({ input: child.stderr }).on("line", onStderrLine);
  // Writing to a process that has just died fails here; `exited` reports the death itself.
  child.stdin.on("error", () => undefined);
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) =>
      resolve(signal === null ? l10n.t("exit code {0}", code ?? "?") : l10n.t("signal {0}", signal)),
    );
  });
  return { pid: child.pid, stdin: child.stdin, stdout: child.stdout, exited, kill: () => child.kill("SIGKILL") };
}

export function childEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env, ...NO_TELEMETRY, ELECTRON_RUN_AS_NODE: "1" };
  // Options meant for the user's own programs would load their hooks into the engine.
  delete environment["NODE_OPTIONS"];
  return environment;
}
