/** `npm run screenshots`: takes the README's pictures again, from the tests that use a real VS Code, and the recording. */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { projectNode, repository } from "./lib/paths.mjs";

const files = globSync("test/e2e/*.test.ts", { cwd: repository });
const recorded =
  spawnSync(projectNode, ["scripts/recordGhostText.mjs"], { cwd: repository, stdio: "inherit" }).status ?? 1;
const shot =
  spawnSync(projectNode, ["--test", "--test-concurrency=1", ...files], {
    cwd: repository,
    env: { ...process.env, LOCALGHOST_SCREENSHOTS: "docs/images" },
    stdio: "inherit",
  }).status ?? 1;
process.exitCode = Math.max(recorded, shot);
