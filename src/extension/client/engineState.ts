import type { LocalghostError } from "../../shared/errors.ts";
import type { AnsweringModel } from "./backend.ts";

/**
 * What the engine, or a server in its place, does now. It is `off` until it is first used, and `asleep` when nobody has used it for a time: there
 * is no process then, and the next use starts one.
 */
export type EngineState =
  | { readonly kind: "off" }
  | { readonly kind: "starting" }
  | { readonly kind: "ready"; readonly model: AnsweringModel }
  | { readonly kind: "working"; readonly model: AnsweringModel }
  | { readonly kind: "asleep"; readonly model: AnsweringModel }
  | { readonly kind: "failed"; readonly reason: LocalghostError };
