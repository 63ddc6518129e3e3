import { env } from "onnxruntime-node";

/** For the log. */
export const ORT_VERSION: string = env.versions.node ?? env.versions.common;
