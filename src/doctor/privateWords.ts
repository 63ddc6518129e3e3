import * as os from "node:os";
import * as path from "node:path";
import type { PrivateWords } from "./redact.ts";

/** What says who uses this machine, and on what. */
export function privateWords(folders: readonly string[], environment: NodeJS.ProcessEnv = process.env): PrivateWords {
  const home = os.homedir();
  const users = [environment["USER"], environment["USERNAME"], environment["LOGNAME"], userName(), path.basename(home)];
  const named = folders.filter((folder) => folder !== "").map((folder) => path.basename(folder));
  const names = [...users, os.hostname(), ...named].filter((name) => name !== undefined);
  return { folders: [home, ...folders, os.tmpdir()].filter((folder) => path.dirname(folder) !== folder), names };
}

/** A user whom the system does not know has no name. */
function userName(): string | undefined {
  try {
    return os.userInfo().username;
  } catch {
    return undefined;
  }
}
