import * as path from "node:path";
import { CUDA_LIBRARIES } from "../../engine/model/cudaLibraries.ts";
import { ORT_VERSION } from "../../engine/model/onnxRuntimeVersion.ts";

/** Microsoft's package that holds ONNX Runtime's CUDA libraries for Linux, of the very version that Localghost runs. */
export const CUDA_PACKAGE = { id: "Microsoft.ML.OnnxRuntime.Gpu.Linux", version: ORT_VERSION } as const;

/** NuGet's own feed. */
export const NUGET_FEED = "https://api.nuget.org/v3/index.json";

/** What the package holds below its root, by the name that it gets on the disk. */
export const CUDA_FILES: ReadonlyMap<string, string> = new Map(
  CUDA_LIBRARIES.map((name) => [path.posix.join("runtimes", "linux-x64", "native", name), name]),
);
