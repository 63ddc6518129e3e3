import * as l10n from "@vscode/l10n";
import { USABLE_MEMORY } from "../../models/fit.ts";
import { formatBytes } from "../../models/formatBytes.ts";
import type { Diagnosis } from "../diagnosis.ts";

export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  /** Of the machine, or what a container may use of it. */
  readonly memoryBytes: number;
  readonly availableBytes: number;
  /** What the model needs; absent where that is not known. */
  readonly neededBytes?: number;
  /** Whether the model is loaded, and what is available is what is left beside it. */
  readonly isLoaded: boolean;
}

/** Whether the memory suffices for the model. */
export function checkMachine(found: MachineFacts): Diagnosis {
  const { memoryBytes, availableBytes, neededBytes } = found;
  const [memory, available] = [formatBytes(memoryBytes), formatBytes(availableBytes)];
  const facts = {
    ...{ cpu: found.cpu, cores: found.cores, memory, available },
    ...(neededBytes !== undefined && { needed: formatBytes(neededBytes), isLoaded: found.isLoaded }),
  };
  if (neededBytes === undefined) {
    return {
      check: "machine",
      level: "ok",
      finding: l10n.t("{0} of {1} of memory are free.", available, memory),
      facts,
    };
  }
  const needed = formatBytes(neededBytes);
  if (neededBytes > USABLE_MEMORY * memoryBytes) {
    return {
      ...{ check: "machine", level: "problem", facts },
      finding: l10n.t("The model needs {0}, and this machine has {1} of memory.", needed, memory),
      advice: l10n.t("Choose a smaller model, or int4 in the setting localghost.dtype."),
    };
  }
  if (!found.isLoaded && neededBytes > availableBytes) {
    return {
      ...{ check: "machine", level: "warning", facts },
      finding: l10n.t("The model needs {0} of memory, and {1} are free now.", needed, available),
      advice: l10n.t("Close other programs, or choose a smaller model."),
    };
  }
  const finding = l10n.t("The model needs {0}; {1} of {2} of memory are free.", needed, available, memory);
  return { check: "machine", level: "ok", finding, facts };
}
