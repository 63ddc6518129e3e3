import path from "node:path";
import * as vscode from "vscode";
import type { EngineLaunch } from "./client/engineSupervisor.ts";
import type { ModelSpec } from "../shared/protocol.ts";
import { getSetting } from "./config.ts";
import type { ModelSpecs } from "./models/modelSpecs.ts";

/** How to start the engine with the settings as they are now. */
export function readEngineLaunch(context: vscode.ExtensionContext, models: ModelSpecs): EngineLaunch {
  const threads = getSetting("threads");
  return {
    params: {
      client: `vscode ${vscode.version}`,
      cacheFolder: path.join(context.globalStorageUri.fsPath, "weights"),
      ...(threads > 0 && { threads }),
      cacheMegabytes: getSetting("cacheMegabytes"),
      unloadAfterMinutes: getSetting("unloadAfterMinutes"),
    },
    model: firstModel(models),
  };
}

/**
 * The model of the active editor is most likely to be asked first. If its language names one that is not there, that is
 * told when it is asked; the others work.
 */
function firstModel(models: ModelSpecs): ModelSpec {
  try {
    return models.specFor({ languageId: vscode.window.activeTextEditor?.document.languageId });
  } catch {
    return models.specFor({});
  }
}
