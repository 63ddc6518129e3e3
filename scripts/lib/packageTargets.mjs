/** The platforms that get a package of their own, and what of ONNX Runtime each carries. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { repository } from "./paths.mjs";
import { Problem } from "./problem.mjs";

/**
 * VS Code's names of platforms. There is none for all platforms, so the marketplace offers nothing where nothing would run.
 *
 * @type {Readonly<Record<string, "native" | "wasm">>}
 */
export const targets = {
  "win32-x64": "native",
  "win32-arm64": "native",
  "linux-x64": "native",
  "linux-arm64": "native",
  "darwin-arm64": "native",
  // ONNX Runtime has no library for these: they run in WebAssembly.
  "darwin-x64": "wasm",
  "alpine-x64": "wasm",
  "alpine-arm64": "wasm",
};

/**
 * The number format of the weights that a package carries. WebAssembly has no fast kernels for 8 bits.
 *
 * @param {string} target
 */
export function weightsDtype(target) {
  return targets[target] === "wasm" ? "fp16" : "int8";
}

/** The target of the machine that this runs on. */
export function thisTarget() {
  const platform = process.platform === "linux" && !hasGlibc() ? "alpine" : process.platform;
  return `${platform}-${process.arch}`;
}

/** Node reports the version of the C library if that is GNU's; Alpine's musl shows as its absence. */
function hasGlibc() {
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return report.header.glibcVersionRuntime !== undefined;
}

/**
 * The files of ONNX Runtime that a package carries.
 *
 * @param {string} target
 * @returns {string[]} Paths relative to the repository.
 */
export function runtimeFiles(target) {
  const common = ["package.json", "dist/cjs/package.json", ...scripts("onnxruntime-common", "dist/cjs")];
  if (targets[target] === "wasm") {
    return [
      ...inPackage("onnxruntime-common", [
        ...common,
        "dist/esm/package.json",
        ...scripts("onnxruntime-common", "dist/esm"),
      ]),
      ...inPackage("onnxruntime-web", [
        "package.json",
        "dist/ort.node.min.js",
        "dist/ort.node.min.mjs",
        "dist/ort-wasm-simd-threaded.mjs",
        "dist/ort-wasm-simd-threaded.wasm",
      ]),
    ];
  }
  return [
    ...inPackage("onnxruntime-common", common),
    ...inPackage("onnxruntime-node", ["package.json", ...scripts("onnxruntime-node", "dist")]),
    ...nativeLibraries(target),
  ];
}

/**
 * Whether ONNX Runtime has a library for a target.
 *
 * @param {string} target
 */
export function hasNativeLibrary(target) {
  return existsSync(join(repository, libraryFolder(target)));
}

/** @param {string} target */
function libraryFolder(target) {
  return `node_modules/onnxruntime-node/bin/napi-v6/${target.replace("-", "/")}`;
}

/** @param {string} target */
function nativeLibraries(target) {
  const folder = libraryFolder(target);
  if (!hasNativeLibrary(target)) throw new Problem(`${folder} is missing: run npm ci.`);
  return readdirSync(join(repository, folder))
    .filter((name) => !isLeftOut(name))
    .sort()
    .map((name) => `${folder}/${name}`);
}

/**
 * - CUDA's libraries, which this machine may have linked there, are the user's to fetch.
 * - DirectML is loaded when its execution provider is asked for, and Localghost never does.
 * - The library for macOS is there twice, and the binding asks for the shorter name.
 *
 * @param {string} name
 */
function isLeftOut(name) {
  return name.includes("_providers_") || name === "DirectML.dll" || /^libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(name);
}

/**
 * @param {string} name
 * @param {string[]} files
 */
function inPackage(name, files) {
  return files.map((file) => `node_modules/${name}/${file}`);
}

/**
 * @param {string} name
 * @param {string} folder
 */
function scripts(name, folder) {
  const whole = join(repository, "node_modules", name, folder);
  if (!existsSync(whole)) throw new Problem(`${whole} is missing: run npm ci.`);
  return readdirSync(whole)
    .filter((file) => file.endsWith(".js"))
    .sort()
    .map((file) => `${folder}/${file}`);
}
