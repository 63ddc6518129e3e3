import * as l10n from "@vscode/l10n";
import type { Device, DevicePreference, ModelInfo } from "../../shared/protocol.ts";
import type { Diagnosis } from "../diagnosis.ts";
import { redact, type PrivateWords } from "../redact.ts";

/** Where the model runs, and why not elsewhere. */
export function checkDevice(
  { device, deviceReason }: Pick<ModelInfo, "device" | "deviceReason">,
  asked: DevicePreference,
  words: PrivateWords,
): Diagnosis {
  const reason = redact(deviceReason, words);
  const facts = { asked, device, reason };
  if (asked !== "auto" && asked !== device) {
    return {
      ...{ check: "device", level: "warning", facts },
      finding: l10n.t(
        "The model runs on {0} and not on {1}, which the settings ask for: {2}",
        nameOf(device),
        nameOf(asked),
        reason,
      ),
      advice: l10n.t("Update the graphics driver, or set localghost.device to auto."),
    };
  }
  return { check: "device", level: "ok", finding: l10n.t("The model runs on {0}: {1}", nameOf(device), reason), facts };
}

function nameOf(device: Device): string {
  switch (device) {
    case "cpu":
      return "CPU";
    case "webgpu":
      return "GPU (WebGPU)";
    case "cuda":
      return "GPU (CUDA)";
  }
}
