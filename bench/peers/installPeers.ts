import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { log } from "../log.ts";

/** Installs the peers from their own lock file when they are missing. Nothing is compiled and nothing else fetched. */
export function installPeers(): void {
  const installed = path.join(import.meta.dirname, "node_modules", ".package-lock.json");
  const wanted = path.join(import.meta.dirname, "package-lock.json");
  if (fs.existsSync(installed) && fs.statSync(installed).mtimeMs >= fs.statSync(wanted).mtimeMs) return;
  log("installing the peers (npm ci in bench/peers)");
  // Install scripts would look for newer binaries, or build them; the packages hold what is needed.
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  const npm = process.env["npm_execpath"];
  const [command, before] = npm ? [process.execPath, [npm]] : ["npm", []];
  const { status } = spawnSync(command, [...before, ...args], {
    cwd: import.meta.dirname,
    stdio: ["ignore", process.stderr, process.stderr],
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip", NODE_LLAMA_CPP_SKIP_DOWNLOAD: "true" },
  });
  if (status !== 0) throw new Error("The peers could not be installed; npm's messages are above.");
}

/** Versions of what was measured. */
export function peerVersions(): Record<string, string> {
  const version = (name: string): string => {
    const file = path.join(import.meta.dirname, "node_modules", name, "package.json");
    return (JSON.parse(fs.readFileSync(file, "utf8")) as { version: string }).version;
  };
  return {
    "@huggingface/transformers": version("@huggingface/transformers"),
    "node-llama-cpp": version("node-llama-cpp"),
  };
}
