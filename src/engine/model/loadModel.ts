import { LocalghostError } from "../../shared/errors.ts";
import { type Device, type DevicePreference, DTYPES, type Dtype } from "../../shared/protocol.ts";
import { createCpuModel } from "./cpuModel.ts";
import type { Gpt2Config } from "./gpt2Config.ts";
import type { LanguageModel } from "./languageModel.ts";
import { openPackedWeights } from "./packedWeights.ts";

export interface LoadOptions {
  threads: number;
  /** Where packed weights go when the model's folder cannot be written. */
  cacheFolder: string;
}

/**
 * Loads the model of a folder onto a device, packing its weights first if that was not done before.
 * @throws LocalghostError `modelNotFound`, `modelInvalid`, `invalidRequest` or `deviceUnavailable`
 */
export async function loadModel(
  folder: string,
  dtype: Dtype,
  device: DevicePreference,
  options: LoadOptions,
): Promise<{ model: LanguageModel; config: Gpt2Config }> {
  checkDtype(dtype);
  chooseDevice(device);
  const weights = openPackedWeights(folder, dtype, options.cacheFolder);
  const model = await createCpuModel(weights, folder, options.threads);
  return { model, config: weights.config };
}

function checkDtype(dtype: string): void {
  if ((DTYPES as readonly string[]).includes(dtype)) return;
  throw new LocalghostError("invalidRequest", `There is no dtype "${dtype}": use ${DTYPES.join(", ")}.`);
}

function chooseDevice(preference: string): Device {
  if (preference === "auto" || preference === "cpu") return "cpu";
  if (preference === "webgpu") {
    throw new LocalghostError(
      "deviceUnavailable",
      "This version of Localghost runs on the CPU only: use the device auto or cpu.",
    );
  }
  throw new LocalghostError("invalidRequest", `There is no device "${preference}": use auto or cpu.`);
}
