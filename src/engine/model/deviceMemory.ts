/** What a trial of the devices found, kept per model in a file, so that `device: auto` times them once. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import type { Placement } from "./modelInfo.ts";
import { ORT_VERSION } from "./onnxRuntimeVersion.ts";
import type { PackedWeights } from "./packedWeights.ts";

/** Milliseconds of one decoding step on each device, or why there is nothing to compare, in the language of who tried. */
export type DeviceTimes = { cpuMs: number; webgpuMs: number } | { onlyCpuBecause: string };

const FILE = "devices.json";

/** Another model, dtype or runtime is another question. */
function keyOf({ source, dtype }: PackedWeights): string {
  return `${source}-${dtype}-${ORT_VERSION}`;
}

/** The times measured before for these weights, if there are any. */
export function recallDeviceTimes(cacheFolder: string, weights: PackedWeights): DeviceTimes | undefined {
  return readAll(cacheFolder)[keyOf(weights)];
}

/** Keeps times for the next loads. A folder that cannot be written is no failure: the devices are timed again. */
export function rememberDeviceTimes(cacheFolder: string, weights: PackedWeights, times: DeviceTimes): void {
  const all = { ...readAll(cacheFolder), [keyOf(weights)]: times };
  const file = path.join(cacheFolder, FILE);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    fs.mkdirSync(cacheFolder, { recursive: true });
    fs.writeFileSync(temporary, JSON.stringify(all, null, 2));
    fs.renameSync(temporary, file);
  } catch {
    fs.rmSync(temporary, { force: true });
  }
}

function readAll(cacheFolder: string): Record<string, DeviceTimes> {
  try {
    return JSON.parse(fs.readFileSync(path.join(cacheFolder, FILE), "utf8")) as Record<string, DeviceTimes>;
  } catch {
    return {};
  }
}

/** The device that the times speak for. */
export function chooseByTimes(times: DeviceTimes): Placement {
  if ("onlyCpuBecause" in times) return { device: "cpu", reason: times.onlyCpuBecause };
  const { cpuMs, webgpuMs } = times;
  const [onGpu, onCpu] = [webgpuMs.toFixed(1), cpuMs.toFixed(1)];
  return webgpuMs < cpuMs
    ? {
        device: "webgpu",
        reason: l10n.t("The GPU is faster ({0} ms a token on the GPU, {1} ms on the CPU).", onGpu, onCpu),
      }
    : {
        device: "cpu",
        reason: l10n.t("The CPU is faster ({0} ms a token on the GPU, {1} ms on the CPU).", onGpu, onCpu),
      };
}
