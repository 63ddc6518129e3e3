import type { EngineState } from "./client/engineState.ts";

/** What `activate` returns: what goes on inside, for other extensions, bug reports and tests. */
export interface LocalghostApi {
  readonly engineState: EngineState;
  /** The engine's process, while there is one. */
  readonly enginePid: number | undefined;
  /** How many texts ghost text has asked of the engine. */
  readonly requestCount: number;
}
