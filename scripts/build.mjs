/**
 * Builds what the extension ships: the bundles in dist/ and the packed weights beside each embedded model.
 * Flags: --production (minified, no source maps), --watch (bundle again at each change), --wasm (the engine runs in
 * WebAssembly, as it does without the flag where ONNX Runtime has no library for this platform).
 */
import * as fs from "node:fs";
import * as path from "node:path";
import * as esbuild from "esbuild";
import { openPackedWeights } from "../src/engine/model/packedWeights.ts";
import { verifyModels } from "./lib/modelManifest.mjs";
import { hasNativeLibrary, thisTarget } from "./lib/packageTargets.mjs";
import { recordBundledPackages } from "./lib/shippedPackages.mjs";

const root = path.resolve(import.meta.dirname, "..");
const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");
const wasm = process.argv.includes("--wasm") || !hasNativeLibrary(thisTarget());

/** @type {{ version: string }} */
const { version } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));

/** @type {esbuild.BuildOptions} */
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  // What VS Code's oldest supported release runs.
  target: "node22",
  external: ["vscode", wasm ? "onnxruntime-web" : "onnxruntime-node"],
  alias: wasm ? { "onnxruntime-node": "./src/engine/model/wasmRuntime.ts" } : {},
  // For the list of third-party packages that ship.
  metafile: true,
  define: { LOCALGHOST_VERSION: JSON.stringify(version) },
  sourcemap: !production,
  minify: production,
  // Keeps class names in stack traces that users send us.
  keepNames: production,
  legalComments: "none",
  logLevel: "warning",
};

/**
 * In one file of ES modules, whatever is imported from outside is loaded before the first line. As a CommonJS module
 * ONNX Runtime is loaded when the first file that needs it is: the doctor works where it cannot be.
 * @type {esbuild.Plugin}
 */
const lazyRuntime = {
  name: "lazy-runtime",
  setup: (build) => {
    const name = wasm ? "onnxruntime-web" : "onnxruntime-node";
    build.onResolve({ filter: new RegExp(`^${name}$`) }, ({ namespace }) =>
      namespace === "lazy" ? { path: name, external: true } : { path: name, namespace: "lazy" },
    );
    build.onLoad({ filter: /.*/, namespace: "lazy" }, () => ({ contents: `module.exports = require("${name}");` }));
  },
};

/** @type {esbuild.BuildOptions[]} */
const bundles = [
  { ...shared, entryPoints: ["src/extension/extension.ts"], outfile: "dist/extension.cjs", format: "cjs" },
  {
    ...shared,
    platform: "browser",
    target: "es2023",
    entryPoints: ["src/webview/main.ts"],
    outfile: "dist/webview.js",
    format: "iife",
  },
  {
    ...shared,
    platform: "browser",
    target: "es2023",
    entryPoints: ["src/webview/results/main.ts"],
    outfile: "dist/results.js",
    format: "iife",
  },
  { ...shared, entryPoints: ["src/models/jobs/main.ts"], outfile: "dist/models.cjs", format: "cjs" },
  { ...shared, entryPoints: ["src/engine/main.ts"], outfile: "dist/engine.cjs", format: "cjs" },
  {
    ...shared,
    entryPoints: ["src/cli/entry.ts"],
    outfile: "dist/cli.js",
    format: "esm",
    external: ["vscode"],
    plugins: [lazyRuntime],
    // Bundled CommonJS packages still call require() for Node's own modules.
    banner: {
      js: '#!/usr/bin/env node\nimport { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  },
];

/** VS Code's icons. */
const codicons = path.join(root, "node_modules", "@vscode", "codicons");
fs.mkdirSync(path.join(root, "dist"), { recursive: true });
for (const name of ["codicon.css", "codicon.ttf"]) {
  fs.copyFileSync(path.join(codicons, "dist", name), path.join(root, "dist", name));
}

const contexts = await Promise.all(bundles.map((bundle) => esbuild.context(bundle)));
const results = await Promise.all(contexts.map((context) => context.rebuild()));
recordBundledPackages(results.flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {})));
/** @type {("int8" | "fp16")[]} What the packages of this machine, and of those in WebAssembly, carry. */
const dtypes = wasm ? ["int8", "fp16"] : ["int8"];
for (const folder of verifyModels(path.join(root, "models"))) {
  for (const dtype of dtypes)
    await openPackedWeights(folder, dtype, path.join(root, "node_modules", ".cache", "packed"));
}
if (watch) {
  await Promise.all(contexts.map((context) => context.watch()));
  console.error("watching for changes");
} else {
  await Promise.all(contexts.map((context) => context.dispose()));
}
