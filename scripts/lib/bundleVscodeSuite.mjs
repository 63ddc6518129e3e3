import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { repository } from "./paths.mjs";

/**
 * Bundles the suite that runs inside VS Code, one file for each test file beside its `index.cjs`.
 *
 * @returns {Promise<string>} The module whose `run()` VS Code calls.
 */
export async function bundleVscodeSuite() {
  const outdir = join(repository, "dist", "test", "vscode");
  await rm(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: repository,
    entryPoints: ["test/vscode/index.ts", "test/vscode/**/*.test.ts"],
    outbase: "test/vscode",
    outdir,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    sourcemap: "inline",
    define: { "import.meta.dirname": "__dirname", "import.meta.filename": "__filename" },
    // Mocha must be one and the same module for all of these files.
    external: ["vscode", "mocha", "onnxruntime-node"],
    logLevel: "warning",
  });
  return join(outdir, "index.cjs");
}

/**
 * The file in which the suite leaves its counts, once its tests have run.
 *
 * @param {string} suite
 */
export function suiteResult(suite) {
  return join(dirname(suite), "result.json");
}
