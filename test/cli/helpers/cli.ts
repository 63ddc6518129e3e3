import { spawn } from "node:child_process";
import * as path from "node:path";

const root = path.resolve(import.meta.dirname, "..", "..", "..");
/** The sources by default; another file of the same command line, such as the bundle, when the environment names it. */
export const cliMain = process.env["LOCALGHOST_CLI"] ?? path.join(root, "src", "cli", "entry.ts");

export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface Input {
  stdin?: string | Uint8Array;
  /** Close stdout after its first bytes, as `head` does. */
  closeStdout?: boolean;
  environment?: Readonly<Record<string, string>>;
}

/** Runs a command line to its end. */
export function localghost(
  args: readonly string[],
  { stdin = "", closeStdout = false, environment = {} }: Input = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    // Not the models of whoever runs the tests.
    const env = { LOCALGHOST_MODELS: path.join(root, "no-models-folder"), ...process.env, ...environment };
    const child = spawn(process.execPath, [cliMain, ...args], { cwd: root, stdio: "pipe", env });
    const outcome: Outcome = { code: null, signal: null, stdout: "", stderr: "" };
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      if (closeStdout) child.stdout.destroy();
    });
    child.stderr.on("data", (chunk: Buffer) => (outcome.stderr += chunk.toString("utf8")));
    child.on("error", reject);
    child.on("close", (code, signal) =>
      resolve({ ...outcome, code, signal, stdout: Buffer.concat(chunks).toString("utf8") }),
    );
    // A command that fails at once does not read what it is given.
    child.stdin.on("error", () => undefined);
    child.stdin.end(stdin);
  });
}

/** Runs a command line that must succeed, and reads its JSON. */
export async function json<T>(args: readonly string[], input?: Input): Promise<T> {
  const { code, stdout, stderr } = await localghost([...args, "--json"], input);
  if (code !== 0 || stderr !== "") throw new Error(`exit code ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}
