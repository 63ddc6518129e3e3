import * as vscode from "vscode";
import { toLocalghostError } from "../shared/errors.ts";
import type { EngineSupervisor } from "./client/engineSupervisor.ts";
import type { Log } from "./log.ts";
import { tellOfNeighbours } from "./neighbourNotice.ts";
import type { Notifier } from "./notify.ts";
import type { RemoteFirst } from "./remote/remoteFirst.ts";
import type { StatusItem } from "./statusItem.ts";

interface Parts {
  readonly answering: RemoteFirst;
  readonly engine: EngineSupervisor;
  readonly status: StatusItem;
  readonly notifier: Notifier;
  readonly memento: vscode.Memento;
  readonly log: Log;
}

/** Shows what answers and how it fares, and tells once what the user should know of it. */
export function followState({ answering, engine, status, notifier, memento, log }: Parts): vscode.Disposable {
  status.update(answering.state);
  let wasReady = false;
  return vscode.Disposable.from(
    answering.onDidChangeState((state) => {
      status.update(state);
      if (answering.trouble) notifier.show(answering.trouble);
      if (state.kind !== "ready" || wasReady) return;
      wasReady = true;
      void tellOfNeighbours(memento).catch((thrown: unknown) => log.error(toLocalghostError(thrown)));
    }),
    engine.onDidChangeState((state) => {
      if (state.kind === "failed") notifier.show(state.reason);
    }),
  );
}
