/**
 * The models folder: `owner/name/` holds a whole model and nothing else. What is under way stands apart, on the same file
 * system, so that a model appears and disappears by one rename: `.staging/` holds downloads, `.importing/` what is being
 * imported, `.arriving/` what comes from another disk, `.trash/` what is being removed, and `.locks/` tells processes of
 * each other.
 */
import { createHash } from "node:crypto";
import * as os from "node:os";
import * as path from "node:path";
import { followMoves } from "./movedNote.ts";

/** The models folder that the environment names, or that the system's conventions give; or where that was moved to. */
export function defaultModelsFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return followMoves(usualModelsFolder(environment));
}

/** As {@link defaultModelsFolder}, whether the models are still there or were moved away. */
export function usualModelsFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment["LOCALGHOST_MODELS"];
  if (chosen) return path.resolve(chosen);
  return path.join(dataFolder(environment), "localghost", "models");
}

function dataFolder(environment: NodeJS.ProcessEnv): string {
  // A VS Code in portable mode keeps all that is its user's in this folder.
  const portable = environment["VSCODE_PORTABLE"];
  if (portable) return portable;
  if (process.platform === "win32") {
    return environment["LOCALAPPDATA"] ?? path.join(os.homedir(), "AppData", "Local");
  }
  if (process.platform === "darwin") return path.join(os.homedir(), "Library", "Application Support");
  // Its specification takes an empty value for none.
  const data = environment["XDG_DATA_HOME"];
  return data === undefined || data === "" ? path.join(os.homedir(), ".local", "share") : data;
}

export class ModelsFolder {
  readonly path: string;

  constructor(folder: string) {
    this.path = folder;
  }

  /** Where a model stands once it is whole. */
  model(name: string): string {
    return path.join(this.path, ...name.split("/"));
  }

  get staging(): string {
    return path.join(this.path, ".staging");
  }

  /** Where a download is put together: `model/`, and beside it what is known of the download. */
  stagingOf(name: string): string {
    return path.join(this.staging, keyOf(name));
  }

  get importing(): string {
    return path.join(this.path, ".importing");
  }

  /** Where what is imported is put together; nothing goes on there after a crash. */
  importingOf(name: string): string {
    return path.join(this.importing, keyOf(name));
  }

  get arriving(): string {
    return path.join(this.path, ".arriving");
  }

  /** Where a copy of a model is put together that comes from a models folder on another disk. */
  arrivingOf(name: string): string {
    return path.join(this.arriving, keyOf(name));
  }

  get trash(): string {
    return path.join(this.path, ".trash");
  }

  get locks(): string {
    return path.join(this.path, ".locks");
  }

  lockOf(name: string): string {
    return this.lockOfKey(keyOf(name));
  }

  /** The lock of a model that stands elsewhere. */
  lockOfFolder(folder: string): string {
    return this.lockOf(`folder/${createHash("sha256").update(path.resolve(folder)).digest("hex")}`);
  }

  /** @param key the name of a folder below `staging` or `importing` */
  lockOfKey(key: string): string {
    return path.join(this.locks, `${key}.lock`);
  }
}

/** One component of a path, for no two names the same: none has two dashes. Lower case, since two names that differ in case alone are one folder on some systems. */
function keyOf(name: string): string {
  return name.replace("/", "--").toLowerCase();
}
