import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of this repository. */
export const repository = fileURLToPath(new URL("../../", import.meta.url)).replace(/[\\/]$/, "");

/** The project's own Node 24: it runs our TypeScript as it is, and the VS Code server needs it. */
export const projectNode = nodeIn(repository);

/**
 * The `node` that the npm package of that name installs under a folder.
 *
 * @param {string} folder
 */
export function nodeIn(folder) {
  return join(folder, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
}

/** Where tools that are too big for the repository are kept between runs, for this user. */
export function cacheFolder() {
  const { LOCALGHOST_DEV_CACHE, LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (LOCALGHOST_DEV_CACHE) return LOCALGHOST_DEV_CACHE;
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "localghost-dev");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "localghost-dev");
  return join(XDG_CACHE_HOME ?? join(homedir(), ".cache"), "localghost-dev");
}

/** @param {string} name A program's name without an extension. */
export function findOnPath(name) {
  const windows = process.platform === "win32";
  const extensions = windows ? [".exe", ".cmd", ".bat"] : [""];
  const folders = (process.env["PATH"] ?? "").split(windows ? ";" : ":").filter(Boolean);
  return folders.flatMap((folder) => extensions.map((extension) => join(folder, name + extension))).find(existsSync);
}

/** Whether a window can be shown: Linux needs an X11 or Wayland display, other systems have their own. */
export function hasDisplay() {
  return process.platform !== "linux" || Boolean(process.env["DISPLAY"] ?? process.env["WAYLAND_DISPLAY"]);
}
