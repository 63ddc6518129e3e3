import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import {
  type Device,
  DEVICE_PREFERENCES,
  type DevicePreference,
  DTYPES,
  type Dtype,
  type ModelInfo,
} from "../../shared/protocol.ts";
import { createCpuModel } from "./cpuModel.ts";
import { prepareCuda } from "./cudaLibraries.ts";
import { createCudaModel } from "./cudaModel.ts";
import { chooseByTimes, recallDeviceTimes } from "./deviceMemory.ts";
import { FallbackModel } from "./fallbackModel.ts";
import type { Gpt2Config } from "./gpt2Config.ts";
import type { LanguageModel } from "./languageModel.ts";
import { exportToLoad, loadExport } from "./loadExport.ts";
import { openPackedWeights, type PackedWeights } from "./packedWeights.ts";
import { createWebgpuModel } from "./webgpuModel.ts";

export interface LoadOptions {
  threads: number;
  /** Where packed weights and measured times go. */
  cacheFolder: string;
  /** Called when a loaded model had to leave its device. */
  onMoved?: (info: ModelInfo) => void;
}

export interface LoadResult {
  model: LanguageModel;
  config: Gpt2Config;
  /** True when `auto` had to decide without knowing which device is faster. */
  needsTrial: boolean;
}

/**
 * Packs the weights of a model if that was not done before: minutes for a large one, in which no device is used.
 * @throws LocalghostError as {@link loadModel}
 */
export async function packBeforeLoad(folder: string, dtype: Dtype, cacheFolder: string): Promise<void> {
  checkChoice("dtype", dtype, DTYPES);
  if (exportToLoad(folder, dtype) === undefined) await openPackedWeights(folder, dtype, cacheFolder);
}

/**
 * Loads the model of a folder onto a device, packing its weights first if that was not done before.
 * @throws LocalghostError `modelNotFound`, `modelInvalid`, `invalidRequest` or `deviceUnavailable`
 */
export async function loadModel(
  folder: string,
  dtype: Dtype,
  preference: DevicePreference,
  options: LoadOptions,
): Promise<LoadResult> {
  const start = performance.now();
  checkChoice("dtype", dtype, DTYPES);
  checkChoice("device", preference, DEVICE_PREFERENCES);
  if (preference === "cuda") prepareCuda();
  const exported = exportToLoad(folder, dtype);
  if (exported !== undefined) return loadExport(folder, exported, preference, { threads: options.threads, start });
  const weights = await openPackedWeights(folder, dtype, options.cacheFolder);
  const { config } = weights;
  const placed = place(weights, preference, options.cacheFolder);
  if (weights.dtype !== dtype) {
    placed.reason += ` ${l10n.t("Of this model only {0} weights are here, and are used.", weights.dtype)}`;
  }
  const onCpu = (reason: string): Promise<LanguageModel> =>
    createCpuModel(weights, folder, { threads: options.threads, reason, start });
  if (placed.device === "cpu") {
    return { model: await onCpu(placed.reason), config, needsTrial: placed.needsTrial };
  }
  try {
    const gpu =
      placed.device === "cuda"
        ? await createCudaModel(weights, folder, { threads: options.threads, reason: placed.reason, start })
        : await createWebgpuModel(weights, folder, { reason: placed.reason, start });
    const model = new FallbackModel(gpu, async (reason) => {
      const cpu = await onCpu(reason);
      options.onMoved?.(cpu.info);
      return cpu;
    });
    return { model, config, needsTrial: false };
  } catch (error) {
    // Who asks for the GPU by name is told that it does not work; `auto` finds another way.
    if (preference !== "auto" || !(error instanceof LocalghostError)) throw error;
    return { model: await onCpu(error.message), config, needsTrial: false };
  }
}

function place(
  weights: PackedWeights,
  preference: DevicePreference,
  cacheFolder: string,
): { device: Device; reason: string; needsTrial: boolean } {
  if (preference === "cpu") return { device: "cpu", reason: l10n.t("The CPU was asked for."), needsTrial: false };
  if (preference === "webgpu") return { device: "webgpu", reason: l10n.t("The GPU was asked for."), needsTrial: false };
  if (preference === "cuda") return { device: "cuda", reason: l10n.t("CUDA was asked for."), needsTrial: false };
  const times = recallDeviceTimes(cacheFolder, weights);
  if (times) return { ...chooseByTimes(times), needsTrial: false };
  return { device: "cpu", reason: l10n.t("The GPU has not been tried with this model yet."), needsTrial: true };
}

function checkChoice(what: string, value: string, choices: readonly string[]): void {
  if (choices.includes(value)) return;
  throw new LocalghostError(
    "invalidRequest",
    l10n.t('There is no {0} "{1}": use {2}.', what, value, choices.join(", ")),
  );
}
