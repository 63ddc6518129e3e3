/** ONNX Runtime. No other file imports it, so that it is never loaded before its telemetry is off. */
import "./withoutTelemetry.ts";

export { env, InferenceSession, Tensor } from "onnxruntime-node";
