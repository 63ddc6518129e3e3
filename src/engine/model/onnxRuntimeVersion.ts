import { env } from "./onnxRuntime.ts";

/** For the log. */
export const ORT_VERSION: string = env.versions.node ?? env.versions.common;

/** Whether this is a package for a platform that has no native library: see `wasmRuntime.ts`. */
export const IN_WEBASSEMBLY = env.versions.node === undefined;
