/**
 * Turns off the telemetry of ONNX Runtime, whose libraries for Linux and macOS would else send events to their maker, and keep an
 * id of the machine and what is not sent yet in the user's cache folder. It holds where it is in the environment before the
 * library is loaded. (https://github.com/microsoft/onnxruntime/blob/main/docs/Privacy.md)
 */
export const NO_TELEMETRY = { ORT_DISABLE_TELEMETRY: "1" } as const;
