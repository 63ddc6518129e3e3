import type { ChatRequestHandler } from "vscode";
import type { ResultRecord } from "./actions/result.ts";
import type { MemoryState } from "./memory/memoryFeed.ts";
import type { EngineState } from "./client/engineState.ts";

import type { WarmResult } from "../shared/protocol.ts";
import type { Outcome, RequestFigures } from "./completion/figures.ts";

/** What `activate` returns: what goes on inside, for other extensions, bug reports and tests. */
export interface LocalghostApi {
  readonly engineState: EngineState;
  /** The engine's process, while there is one. */
  readonly enginePid: number | undefined;
  /** How many texts ghost text has asked of the engine. */
  readonly requestCount: number;
  /** What there was to read when the cursor last came to rest. */
  readonly lastReadAhead: WarmResult | undefined;
  /** What the last of these requests cost, and what became of it. */
  readonly lastRequest: (RequestFigures & { readonly outcome: Outcome }) | undefined;
  /** What the memory of the workspace holds. */
  readonly memory: MemoryState;
  /** What tasks have brought, newest first. */
  readonly results: readonly ResultRecord[];
  /** What the chat participant does: an editor without chat has no other way to it. */
  readonly answerChat: ChatRequestHandler;
}
