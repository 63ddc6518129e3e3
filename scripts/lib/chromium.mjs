import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { findOnPath } from "./paths.mjs";
import { Problem, messageOf } from "./problem.mjs";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts a headless Chromium or Chrome with a fresh profile.
 *
 * @returns {Promise<import("playwright-core").Browser>}
 */
export async function launchChromium() {
  const executablePath = ensureChromium();
  try {
    // Whoever calls this closes it: Playwright's own handlers would end our process before it has cleaned up.
    const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
    return await chromium.launch({ executablePath, headless: true, args: flags, ...signals });
  } catch (error) {
    throw new Problem(`Chromium (${executablePath}) does not start: ${messageOf(error)}.`);
  }
}

/**
 * Finds a browser, and installs one where that is possible.
 *
 * @returns {string} Its program.
 */
export function ensureChromium() {
  return findChromium() ?? installChromium();
}

/** The browser that CHROMIUM names, else one on the PATH, else one in its usual place. */
export function findChromium() {
  const named = process.env["CHROMIUM"];
  if (named) {
    if (!existsSync(named)) throw new Problem(`CHROMIUM names ${named}, which does not exist.`);
    return named;
  }
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"];
  return names.map(findOnPath).find(Boolean) ?? usualPlaces().find(existsSync);
}

function usualPlaces() {
  if (process.platform === "darwin") {
    return ["Google Chrome", "Chromium", "Microsoft Edge"].map((name) =>
      join("/Applications", `${name}.app`, "Contents", "MacOS", name),
    );
  }
  const { ProgramFiles, LOCALAPPDATA } = process.env;
  const roots = [ProgramFiles, process.env["ProgramFiles(x86)"], LOCALAPPDATA].filter((root) => root !== undefined);
  const programs = [
    join("Google", "Chrome", "Application", "chrome.exe"),
    join("Chromium", "Application", "chrome.exe"),
    join("Microsoft", "Edge", "Application", "msedge.exe"),
  ];
  return roots.flatMap((root) => programs.map((program) => join(root, program)));
}

/** On Debian and Ubuntu as root, the package manager can help. */
function installChromium() {
  const wanted = "No Chromium was found: install Chromium or Google Chrome, or set CHROMIUM to its program.";
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !findOnPath("apt-get")) throw new Problem(wanted);
  process.stderr.write("Installing Chromium with apt-get, once...\n");
  const packages = ["chromium", "fonts-dejavu-core", "fonts-noto-color-emoji"];
  try {
    aptGet("update");
    aptGet("install", "-y", "--no-install-recommends", ...packages);
  } catch {
    throw new Problem(`${wanted} (apt-get could not install it; its messages are above.)`);
  }
  const installed = findChromium();
  if (!installed) throw new Problem(wanted);
  return installed;
}

/** @param {string[]} args */
function aptGet(...args) {
  execFileSync("apt-get", ["-q", ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    stdio: ["ignore", process.stderr, process.stderr],
  });
}
