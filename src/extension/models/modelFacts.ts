import * as vscode from "vscode";
import type { RemoteFirst } from "../remote/remoteFirst.ts";
import type { RequestLog } from "../requestLog.ts";
import type { ModelFacts } from "../statusItem.ts";
import type { ModelSpecs } from "./modelSpecs.ts";

/**
 * What the status bar shows of models.
 * @param where says where the engine runs, where that is not plain
 */
export function modelFacts(
  answering: RemoteFirst,
  models: ModelSpecs,
  requests: RequestLog,
  where: () => string | undefined,
): ModelFacts {
  return {
    msPerToken: requests.msPerToken,
    nameFor: (languageId) => answering.remoteName ?? models.nameFor({ languageId }),
    loadedFor: (languageId) => {
      try {
        return answering.modelOf(() => models.specFor({ languageId }));
      } catch {
        // A model that is not there is told of when it is asked.
        return undefined;
      }
    },
    remarks: () => {
      const { trouble, remoteName } = answering;
      const local = trouble && vscode.l10n.t("{0} The model on this machine answers.", trouble.message);
      return [local, remoteName === undefined ? where() : undefined].filter((sentence) => sentence !== undefined);
    },
  };
}
