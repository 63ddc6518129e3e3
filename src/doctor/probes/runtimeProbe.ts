/** Looks at ONNX Runtime's native library from another process: a library that is damaged takes its process along. */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { NO_TELEMETRY } from "../../shared/noTelemetry.ts";
import { PLATFORMS } from "../platforms.ts";

export interface RuntimeFacts {
  readonly platform: string;
  readonly architecture: string;
  readonly node: string;
  /** The C library's version; absent where it is none of GNU's. */
  readonly glibc?: string;
  /** Whether the native library's file is there. */
  readonly isPresent: boolean;
  /** Whether this package runs models in WebAssembly, since its platform has no native library. */
  readonly inWebAssembly?: boolean;
  /** ONNX Runtime's version and what it can run on, where it loads. */
  readonly loaded?: { readonly version: string; readonly backends: readonly string[] };
  /** What the process said that could not load it. */
  readonly error?: string;
}

/** A virus scanner may read the library first. */
const TIME_LIMIT_MS = 60_000;

const SCRIPT = `
const { env, listSupportedBackends } = require(process.argv[1]);
const backends = listSupportedBackends ? listSupportedBackends().map(({ name }) => name) : ["wasm"];
process.stdout.write(JSON.stringify({ version: env.versions.node ?? env.versions.common, backends }));
`;

/**
 * @param root the folder that holds `node_modules`
 * @param environment in which this program, started again, is Node
 */
export async function probeRuntime(
  root: string,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<RuntimeFacts> {
  const { platform, arch: architecture, versions } = process;
  const runtime = path.join(root, "node_modules", "onnxruntime-node");
  const web = path.join(root, "node_modules", "onnxruntime-web");
  const glibc = glibcVersion();
  const facts = {
    ...{ platform, architecture, node: versions.node },
    ...(glibc !== undefined && { glibc }),
    isPresent: fs.existsSync(path.join(runtime, "bin", "napi-v6", platform, architecture, "onnxruntime_binding.node")),
  };
  if (facts.isPresent) return { ...facts, ...(await load(runtime, environment, signal)) };
  const isNative = PLATFORMS.includes(`${platform}-${architecture}`) && (platform !== "linux" || glibc !== undefined);
  if (isNative || !fs.existsSync(web)) return facts;
  return { ...facts, inWebAssembly: true, ...(await load(web, environment, signal)) };
}

async function load(
  runtime: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Pick<RuntimeFacts, "loaded" | "error">> {
  const child = spawn(process.execPath, ["-e", SCRIPT, runtime], {
    env: { ...env, ...NO_TELEMETRY },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: TIME_LIMIT_MS,
    killSignal: "SIGKILL",
    windowsHide: true,
    signal,
  });
  const ended = new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, how) => resolve(code === 0 ? "" : (how ?? `exit code ${code ?? "unknown"}`)));
  });
  const [output, errors, failure] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  signal.throwIfAborted();
  if (failure !== "") return { error: errorLine(errors) ?? failure };
  return { loaded: JSON.parse(output) as { version: string; backends: string[] } };
}

/** Of what Node prints when a program fails, the line that says why. */
function errorLine(printed: string): string | undefined {
  return /^\w*Error: .+$/m.exec(printed)?.[0];
}

function glibcVersion(): string | undefined {
  if (process.platform !== "linux") return undefined;
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime;
}
