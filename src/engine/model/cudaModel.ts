import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import { createCpuModel, type CpuOptions } from "./cpuModel.ts";
import { missingLibraries } from "./cudaLibraries.ts";
import type { LanguageModel } from "./languageModel.ts";
import type { PackedWeights } from "./packedWeights.ts";

/**
 * Runs packed weights on an NVIDIA GPU through CUDA, by the CPU's graph: the cache stays in our arrays, which are copied
 * to the device at each run. Call `prepareCuda` first.
 * @throws LocalghostError `deviceUnavailable` with what is missing
 */
export async function createCudaModel(
  weights: PackedWeights,
  folder: string,
  options: Omit<CpuOptions, "device">,
): Promise<LanguageModel> {
  let model: LanguageModel | undefined;
  try {
    model = await createCpuModel(weights, folder, { ...options, device: "cuda" });
    // What a driver lacks may show in the first run alone.
    const probe = model.newSequence();
    const logits = await model.forward(probe, [0], [0]);
    if (!logits.every(Number.isFinite)) throw new Error(l10n.t("its logits are not finite"));
    return model;
  } catch (cause) {
    await model?.dispose();
    throw new LocalghostError("deviceUnavailable", whatToDo(cause), { cause });
  }
}

function whatToDo(cause: unknown): string {
  const missing = missingLibraries();
  if (missing.length > 0) {
    return l10n.t(
      "CUDA cannot run this model: {0} cannot be found, so install NVIDIA's driver, CUDA and cuDNN, or name their folders in LD_LIBRARY_PATH.",
      missing.join(", "),
    );
  }
  const words = (cause instanceof Error ? cause.message : String(cause)).split("\n")[0] ?? "";
  return l10n.t("CUDA cannot run this model: {0}; take another device, or see the log.", words.replace(/\.$/, ""));
}
