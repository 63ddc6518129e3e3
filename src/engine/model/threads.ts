import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** Decoding waits for memory: more threads than these make it no faster, and prefill hardly. */
const MOST_THREADS = 8;
const LINUX_PROCESSORS = "/sys/devices/system/cpu";

/** All physical cores but one, which stays free for the editor; at least one. */
export function defaultThreads(
  cores = physicalCores(process.platform, process.arch, os.availableParallelism()),
): number {
  return Math.max(1, Math.min(MOST_THREADS, cores - 1));
}

/**
 * How many cores work at once. Two threads on one core share its arithmetic units, and the model's matrices keep those
 * busy: the second one only takes cache from the first, and the core from the editor.
 * @param processors logical processors that this process may use, which a container or an affinity may bound
 */
export function physicalCores(platform: string, arch: string, processors: number): number {
  // Apple's and Qualcomm's processors run one thread a core.
  if (arch !== "x64") return processors;
  const cores = platform === "linux" ? linuxCores(LINUX_PROCESSORS) : undefined;
  // On Windows only a native call or a slow process tells. Most processors there run two threads a core; for those that
  // do not, half of the cores is still most of the speed, since memory is what limits it.
  return Math.min(processors, cores ?? Math.ceil(processors / 2));
}

/**
 * The processors that Linux lists as siblings share a core.
 * @param folder `/sys/devices/system/cpu`, or one like it
 * @returns undefined where the system does not tell
 */
export function linuxCores(folder: string): number | undefined {
  try {
    const siblings = fs
      .readdirSync(folder)
      .filter((name) => /^cpu\d+$/.test(name))
      .map((name) => path.join(folder, name, "topology", "thread_siblings_list"))
      // A processor that is off has no topology.
      .filter((file) => fs.existsSync(file))
      .map((file) => fs.readFileSync(file, "utf8").trim());
    return siblings.length > 0 ? new Set(siblings).size : undefined;
  } catch {
    return undefined;
  }
}
