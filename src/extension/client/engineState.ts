import type { LocalghostError } from "../../shared/errors.ts";
import type { ModelInfo } from "../../shared/protocol.ts";

/**
 * What the engine does now. It is `off` until it is first used, and `asleep` when nobody has used it for a time: there
 * is no process then, and the next use starts one.
 */
export type EngineState =
  | { readonly kind: "off" }
  | { readonly kind: "starting" }
  | { readonly kind: "ready"; readonly model: ModelInfo }
  | { readonly kind: "working"; readonly model: ModelInfo }
  | { readonly kind: "asleep"; readonly model: ModelInfo }
  | { readonly kind: "failed"; readonly reason: LocalghostError };
