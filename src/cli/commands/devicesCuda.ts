import { CUDA_FILES, CUDA_PACKAGE, NUGET_FEED } from "../cuda/cudaPackage.ts";
import { hasCudaLibraries, installCuda } from "../cuda/installCuda.ts";
import { findPackage, type PackageDetails } from "../cuda/nugetFeed.ts";
import { cudaFolder, refuseCudaElsewhere } from "../../engine/model/cudaLibraries.ts";
import { formatBytes } from "../../models/formatBytes.ts";
import { LocalghostError } from "../../shared/errors.ts";
import { parseOptions, UsageError } from "../arguments.ts";

export const devicesCudaHelp = `localghost devices cuda [options]   Set CUDA up for --device cuda (Linux x64, an NVIDIA GPU).
      --plan               ask the feed, and print what would be fetched, from where and to where (what it does anyway)
      --install --yes      fetch it; --yes says that you have read the plan
      --feed URL           another NuGet feed than ${NUGET_FEED}`;

const options = {
  plan: { type: "boolean", default: false },
  install: { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  feed: { type: "string", default: NUGET_FEED },
} as const;

/** Prints what setting CUDA up would fetch, or fetches it. */
export async function devicesCuda(args: string[]): Promise<void> {
  const { plan, install, yes, feed } = parseOptions(args, options);
  if (plan && install) throw new UsageError("--plan and --install exclude each other");
  if (install && !yes) throw new UsageError("--install needs --yes, once you have read the plan");
  if (yes && !install) throw new UsageError("--yes belongs to --install");
  refuseCudaElsewhere(process.platform, process.arch);
  const folder = cudaFolder();
  if (install) await fetchLibraries(feed, folder);
  else process.stdout.write(await describePlan(feed, folder));
}

async function describePlan(feed: string, folder: string): Promise<string> {
  let details: PackageDetails | undefined;
  let unreachable = "";
  try {
    details = await findPackage(feed, CUDA_PACKAGE);
  } catch (error) {
    // The rest of the plan is true without a network.
    if (!(error instanceof LocalghostError) || error.kind !== "downloadFailed") throw error;
    unreachable = error.message;
  }
  const lines = [
    ["package", `${CUDA_PACKAGE.id} ${CUDA_PACKAGE.version}, by Microsoft`],
    ["licence", details ? (details.licence ?? "the feed does not tell") : "unknown"],
    ["from", details?.url ?? `unknown; feed ${feed}`],
    ["size", details ? sizeOf(details) : "unknown"],
    ["SHA-512", details ? (details.sha512 ?? "the feed does not tell: what arrives is not checked") : "unknown"],
    ["kept of it", [...CUDA_FILES.values()].join(", ")],
    ["in", `${folder}${hasCudaLibraries(folder) ? " (where they are already)" : ""}`],
    ["also needed", 'NVIDIA\'s driver, CUDA and cuDNN, which are not fetched; "--device cuda" names what is missing'],
  ];
  const table = lines.map(([name = "", value = ""]) => `${name.padEnd(12)} ${value}\n`).join("");
  const end = unreachable === "" ? "Nothing was fetched: --install --yes does." : unreachable;
  return `${table}${end}\n`;
}

async function fetchLibraries(feed: string, folder: string): Promise<void> {
  if (hasCudaLibraries(folder)) {
    process.stdout.write(`The CUDA libraries are in ${folder} already.\n`);
    return;
  }
  const details = await findPackage(feed, CUDA_PACKAGE);
  process.stderr.write(`fetching ${details.url} (${sizeOf(details)})\n`);
  await installCuda(details, folder, (arrived) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${formatBytes(arrived)}  `);
  });
  if (process.stderr.isTTY) process.stderr.write("\n");
  process.stdout.write(`The CUDA libraries are in ${folder}: "--device cuda" takes them.\n`);
}

function sizeOf({ bytes }: PackageDetails): string {
  return bytes === undefined ? "the feed does not tell" : formatBytes(bytes);
}
