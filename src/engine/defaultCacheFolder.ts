import * as os from "node:os";
import * as path from "node:path";

/** The user's own, by the XDG Base Directory Specification: what can be made or fetched again. */
export function defaultCacheFolder(): string {
  return path.join(process.env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache"), "localghost");
}
