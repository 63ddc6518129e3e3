import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where Debian's and Ubuntu's packages of Chromium keep its libraries. */
const folders = ["/usr/lib/chromium", "/usr/lib/chromium-browser"];

/**
 * The environment in which WebGPU finds SwiftShader, the Vulkan in software that comes with Chromium. It needs no GPU:
 * slow, but the real code path. Undefined where there is none.
 *
 * @returns {Record<string, string> | undefined}
 */
export function softwareVulkan() {
  const folder = folders.find((candidate) => existsSync(join(candidate, "vk_swiftshader_icd.json")));
  if (process.platform !== "linux" || !folder) return undefined;
  return {
    VK_ICD_FILENAMES: join(folder, "vk_swiftshader_icd.json"),
    // Chromium brings the Vulkan loader too.
    LD_LIBRARY_PATH: [folder, process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(":"),
    XDG_RUNTIME_DIR: process.env["XDG_RUNTIME_DIR"] ?? tmpdir(),
  };
}
