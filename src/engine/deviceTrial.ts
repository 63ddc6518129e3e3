/**
 * Times the devices in a process of its own: compiling GPU kernels blocks a process for seconds, and a bad driver can
 * take it down.
 */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import * as l10n from "@vscode/l10n";
import type { Dtype } from "../shared/protocol.ts";
import { lowerPriority } from "./processPriority.ts";
import type { DeviceTimes } from "./model/deviceMemory.ts";
import { openPackedWeights } from "./model/packedWeights.ts";
import { timeDevices } from "./model/timeDevices.ts";

export interface DeviceTrial {
  folder: string;
  dtype: Dtype;
  threads: number;
  cacheFolder: string;
}

/** A driver that needs longer is of no use. */
const TIME_LIMIT_MS = 120_000;
/** First argument of the engine's script when it shall time devices and end. */
export const DEVICE_TRIAL_COMMAND = "time-devices";

/**
 * Starts the engine's script once more, to time the devices.
 * @param script the file that calls {@link answerDeviceTrial}
 */
export async function runDeviceTrial(script: string, trial: DeviceTrial): Promise<DeviceTimes> {
  const child = spawn(process.execPath, [script, DEVICE_TRIAL_COMMAND, JSON.stringify(trial)], {
    stdio: ["ignore", "pipe", "ignore"],
    timeout: TIME_LIMIT_MS,
    killSignal: "SIGKILL",
  });
  lowerPriority(child.pid);
  const ended = new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(code === 0 ? "" : (signal ?? l10n.t("exit code {0}", code ?? "?"))));
  });
  const [output, failure] = await Promise.all([text(child.stdout), ended]);
  const failed = (why: string): DeviceTimes => ({
    onlyCpuBecause: l10n.t("The GPU driver failed when it was tried ({0}).", why),
  });
  if (failure !== "") return failed(failure);
  try {
    return JSON.parse(output) as DeviceTimes;
  } catch (error) {
    // Some drivers print to stdout.
    return failed(error instanceof Error ? error.message : String(error));
  }
}

/** In the script of {@link runDeviceTrial}: answers on stdout when that was asked for. */
export async function answerDeviceTrial(args: readonly string[], output: NodeJS.WritableStream): Promise<boolean> {
  const [command, json = ""] = args;
  if (command !== DEVICE_TRIAL_COMMAND) return false;
  const { folder, dtype, threads, cacheFolder } = JSON.parse(json) as DeviceTrial;
  const times = await timeDevices(await openPackedWeights(folder, dtype, cacheFolder), folder, threads);
  output.write(JSON.stringify(times));
  return true;
}
