import * as l10n from "@vscode/l10n";
import type { Diagnosis } from "../diagnosis.ts";
import { isAtLeast, LEAST_GLIBC, PLATFORMS } from "../platforms.ts";
import type { RuntimeFacts } from "../probes/runtimeProbe.ts";
import { redact, type PrivateWords } from "../redact.ts";

/** Whether the native library that runs models can be loaded here. */
export function checkRuntime(found: RuntimeFacts, words: PrivateWords): Diagnosis {
  const platform = `${found.platform}-${found.architecture}`;
  const error = found.error === undefined ? undefined : redact(found.error, words);
  const facts = {
    ...{ platform, node: found.node },
    ...(found.platform === "linux" && { glibc: found.glibc ?? "none" }),
    isPresent: found.isPresent,
    inWebAssembly: found.inWebAssembly ?? false,
    ...(found.loaded && { version: found.loaded.version, backends: found.loaded.backends.join(", ") }),
    ...(error !== undefined && { error }),
  };
  const problem = (finding: string, advice: string): Diagnosis => ({
    ...{ check: "runtime", level: "problem", finding, advice, facts },
  });
  if (found.loaded) {
    const finding = found.inWebAssembly
      ? l10n.t(
          "ONNX Runtime {0} loads on {1}, in WebAssembly: there is no faster one for it.",
          found.loaded.version,
          platform,
        )
      : l10n.t("ONNX Runtime {0} loads on {1}.", found.loaded.version, platform);
    return { check: "runtime", level: "ok", finding, facts };
  }
  if (found.inWebAssembly) {
    return problem(
      l10n.t("ONNX Runtime cannot be loaded."),
      l10n.t("Install the package of Localghost that is for {0}.", platform),
    );
  }
  if (!PLATFORMS.includes(platform)) {
    return problem(
      l10n.t("There is no ONNX Runtime for {0}.", platform),
      l10n.t("Use Localghost on one of {0}, for example through a remote window.", PLATFORMS.join(", ")),
    );
  }
  if (found.platform === "linux" && found.glibc === undefined) {
    return problem(
      l10n.t("This Linux has no GNU C library, which ONNX Runtime needs."),
      l10n.t("Use a distribution with glibc {0} or newer: Alpine has none.", LEAST_GLIBC),
    );
  }
  if (found.glibc !== undefined && !isAtLeast(found.glibc, LEAST_GLIBC)) {
    return problem(
      l10n.t("This system’s GNU C library {0} is too old for ONNX Runtime.", found.glibc),
      l10n.t("Use a distribution with glibc {0} or newer.", LEAST_GLIBC),
    );
  }
  if (!found.isPresent) {
    return problem(
      l10n.t("This installation has no native library for {0}.", platform),
      l10n.t("Install the package of Localghost that is for {0}.", platform),
    );
  }
  const advice =
    found.platform === "win32"
      ? l10n.t(
          "Install the current Visual C++ Redistributable, look whether a virus scanner holds the library back, and reload the window.",
        )
      : l10n.t("Install Localghost again, and look in the details for the library that is missing.");
  return problem(l10n.t("ONNX Runtime cannot be loaded."), advice);
}
