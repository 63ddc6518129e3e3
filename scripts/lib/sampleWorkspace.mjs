import { cp, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "./paths.mjs";

/**
 * A copy of a folder that a test or a visitor may change at will.
 *
 * @param {string} [original] The fixtures' workspace by default.
 * @returns {Promise<{ path: string, remove: () => Promise<void> }>}
 */
export async function copySampleWorkspace(original = join(repository, "test", "fixtures", "workspace")) {
  // A real path, since VS Code compares paths as text and /tmp may be a link.
  const folder = await mkdtemp(join(await realpath(tmpdir()), "localghost-"));
  const path = join(folder, "sample");
  await cp(original, path, { recursive: true });
  return { path, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}
