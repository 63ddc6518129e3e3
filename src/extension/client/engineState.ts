import type { LocalghostError } from "../../shared/errors.ts";
import type { ModelInfo } from "../../shared/protocol.ts";

/** What the engine does now. It is `off` until it is first used. */
export type EngineState =
  | { readonly kind: "off" }
  | { readonly kind: "starting" }
  | { readonly kind: "ready"; readonly model: ModelInfo }
  | { readonly kind: "working"; readonly model: ModelInfo }
  | { readonly kind: "failed"; readonly reason: LocalghostError };
