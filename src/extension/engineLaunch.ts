import path from "node:path";
import * as vscode from "vscode";
import type { EngineLaunch } from "./client/engineSupervisor.ts";
import { getSetting } from "./config.ts";

/** How to start the engine with the settings as they are now. */
export function readEngineLaunch(context: vscode.ExtensionContext): EngineLaunch {
  const threads = getSetting("threads");
  return {
    params: {
      client: `vscode ${vscode.version}`,
      cacheFolder: path.join(context.globalStorageUri.fsPath, "weights"),
      ...(threads > 0 && { threads }),
      cacheMegabytes: getSetting("cacheMegabytes"),
      unloadAfterMinutes: getSetting("unloadAfterMinutes"),
    },
    model: {
      folder: modelFolder(getSetting("model"), context.asAbsolutePath("models")),
      dtype: getSetting("dtype"),
      device: getSetting("device"),
    },
  };
}

/** A model is a folder of the user's, or the name of one that comes with the extension. */
function modelFolder(model: string, embeddedModels: string): string {
  return path.isAbsolute(model) ? model : path.join(embeddedModels, path.basename(model));
}
