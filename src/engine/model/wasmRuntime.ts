/**
 * Stands in for `onnxruntime-node` where that has no library: on Intel Macs and on Alpine Linux the same graphs run in
 * WebAssembly. The bundler puts this file in its place (scripts/build.mjs), so that no other file knows the difference.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import * as ort from "onnxruntime-web";
import { LocalghostError } from "../../shared/errors.ts";

export { Tensor } from "onnxruntime-web";

/** Without `versions.node`, by which `onnxRuntimeVersion.ts` tells the two apart. */
export const env: { versions: { common: string; node?: string } } = {
  versions: { common: ort.env.versions.common },
};

/** WebAssembly addresses 4 GB, and besides the weights it holds what is computed from them. */
const MOST_BYTES = 2 ** 31;
const EXTERNAL_FOLDER = "model_external_initializers_file_folder_path";

type Options = ort.InferenceSession.SessionOptions;

/** The runtime can be started by one caller at a time, and holds the weights of one session while it makes that. */
let previous: Promise<unknown> = Promise.resolve();

export const InferenceSession = {
  /** @throws Error for a GPU; LocalghostError `deviceUnavailable` for weights that are too large */
  create(model: string | Uint8Array, options: Options = {}): Promise<ort.InferenceSession> {
    const session = previous.then(() => create(model, options));
    previous = session.catch(() => undefined);
    return session;
  },
};

async function create(model: string | Uint8Array, options: Options): Promise<ort.InferenceSession> {
  const { executionProviders = ["cpu"], intraOpNumThreads = 1, extra = {}, ...others } = options;
  if (executionProviders.some((provider) => provider !== "cpu")) {
    throw new Error(l10n.t("this platform's package runs in WebAssembly, which does not reach it."));
  }
  // Threads are made with the first session and serve all others.
  ort.env.wasm.numThreads ??= intraOpNumThreads;
  const { [EXTERNAL_FOLDER]: folder, ...session } = (extra["session"] ?? {}) as Record<string, unknown>;
  const files = typeof model === "string" ? besideExport(model) : namedIn(model, folder);
  const bytes = files.reduce((sum, file) => sum + fs.statSync(file).size, 0);
  if (bytes > MOST_BYTES) {
    throw new LocalghostError(
      "deviceUnavailable",
      l10n.t(
        "This model's weights take {0} GB, and WebAssembly, in which Localghost runs on this platform, has room for 2 GB: choose a smaller model or dtype.",
        (bytes / 2 ** 30).toFixed(1),
      ),
    );
  }
  return ort.InferenceSession.create(typeof model === "string" ? fs.readFileSync(model) : model, {
    ...others,
    executionProviders: ["wasm"],
    extra: { ...extra, session },
    externalData: files.map((file) => ({ path: path.basename(file), data: file })),
  });
}

/** The weights that a graph names: its few kilobytes hold their file's name as it is. */
function namedIn(graph: Uint8Array, folder: unknown): string[] {
  if (typeof folder !== "string") return [];
  const bytes = Buffer.from(graph.buffer, graph.byteOffset, graph.byteLength);
  return fs
    .readdirSync(folder)
    .filter((name) => bytes.includes(name))
    .map((name) => path.join(folder, name));
}

/** The weights of an export that has them in a file of their own: `model.onnx_data`, `model.onnx.data`. */
function besideExport(file: string): string[] {
  return [`${file}_data`, `${file}.data`].filter((name) => fs.existsSync(name));
}
