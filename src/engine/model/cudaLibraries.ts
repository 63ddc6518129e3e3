/**
 * Where ONNX Runtime finds its CUDA libraries. They are too large to come with Localghost, and it looks for them in one
 * place alone: beside its own library. That folder belongs to an installed version and goes with it, so they are fetched
 * into the user's cache folder, which stays, and are linked when they are needed.
 */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import { defaultCacheFolder } from "../defaultCacheFolder.ts";
import { IN_WEBASSEMBLY, ORT_VERSION } from "./onnxRuntimeVersion.ts";

/** The second one loads what the first one shares. */
export const CUDA_LIBRARIES = ["libonnxruntime_providers_shared.so", "libonnxruntime_providers_cuda.so"] as const;

const RUNTIME_LIBRARY = "libonnxruntime.so.1";

/** Where the libraries of this version of ONNX Runtime are kept. */
export function cudaFolder(cacheFolder = defaultCacheFolder()): string {
  return path.join(cacheFolder, `cuda-${ORT_VERSION}`);
}

/**
 * Sees to it that ONNX Runtime finds its CUDA libraries. Costs nothing, so it goes before weights are packed.
 * @throws LocalghostError `deviceUnavailable` with what to do
 */
export function prepareCuda(): void {
  refuseCudaElsewhere(process.platform, process.arch);
  linkCudaLibraries();
}

/** @throws LocalghostError `deviceUnavailable` where ONNX Runtime has no CUDA libraries */
export function refuseCudaElsewhere(platform: string, arch: string): void {
  if (IN_WEBASSEMBLY) {
    throw new LocalghostError(
      "deviceUnavailable",
      l10n.t("CUDA is out of reach here: this package runs in WebAssembly."),
    );
  }
  if (platform === "linux" && arch === "x64") return;
  throw new LocalghostError(
    "deviceUnavailable",
    l10n.t(
      'CUDA runs on Linux x64 alone, and this is {0} {1}: take "webgpu", which runs on NVIDIA\'s GPUs, too.',
      platform,
      arch,
    ),
  );
}

/**
 * Links the fetched libraries to where ONNX Runtime looks for them, unless they are there already.
 * @param fetched the folder that they were fetched into
 * @param runtime the folder of ONNX Runtime's own library
 * @throws LocalghostError `deviceUnavailable` when they were not fetched, or cannot be linked
 */
export function linkCudaLibraries(fetched = cudaFolder(), runtime = runtimeFolder()): void {
  for (const name of CUDA_LIBRARIES) {
    const link = path.join(runtime, name);
    // False for a link whose target is gone, too.
    if (fs.existsSync(link)) continue;
    const target = path.join(fetched, name);
    if (!fs.existsSync(target)) {
      throw new LocalghostError(
        "deviceUnavailable",
        l10n.t(
          'CUDA is not set up: "localghost devices cuda" on the command line says what would be fetched, and from where.',
        ),
      );
    }
    try {
      fs.rmSync(link, { force: true });
      fs.symlinkSync(target, link);
    } catch (cause) {
      // Another engine may have been faster.
      if (fs.existsSync(link)) continue;
      throw new LocalghostError(
        "deviceUnavailable",
        l10n.t(
          "The CUDA libraries must lie in {0}, which cannot be written: copy them there from {1}.",
          runtime,
          fetched,
        ),
        { cause },
      );
    }
  }
}

/** Names of the libraries that the linked ones need and the system does not find: NVIDIA's, as a rule. */
export function missingLibraries(runtime = runtimeFolder()): string[] {
  const { stdout } = spawnSync("ldd", [path.join(runtime, CUDA_LIBRARIES[1])], { encoding: "utf8" });
  return parseMissing(stdout);
}

/** What ldd could not resolve; nothing where there is no ldd. */
export function parseMissing(lddOutput: string | null): string[] {
  return [...(lddOutput ?? "").matchAll(/^\s*(\S+) => not found$/gm)].map(([, name = ""]) => name);
}

/** The folder of the library that this process has loaded; Linux only. */
function runtimeFolder(): string {
  const mapped = fs.readFileSync("/proc/self/maps", "utf8").split("\n");
  const line = mapped.find((one) => one.endsWith(`/${RUNTIME_LIBRARY}`));
  if (!line) throw new Error(`${RUNTIME_LIBRARY} is not loaded`);
  return path.dirname(line.slice(line.indexOf("/")));
}
