import * as l10n from "@vscode/l10n";
import { formatBytes } from "../../models/formatBytes.ts";
import type { Diagnosis } from "../diagnosis.ts";
import type { ModelFacts } from "../probes/modelProbe.ts";

/** Whether the model's files are there and whole; `undefined`: there is no such model. */
export function checkModel(found: ModelFacts | undefined): Diagnosis {
  if (!found) {
    return {
      ...{ check: "model", level: "problem", facts: { isPresent: false } },
      finding: l10n.t("The model that the settings name is not on this machine."),
      advice: l10n.t("Choose another one with “Choose Model…”, or download it there."),
    };
  }
  const { bytes, packed } = found;
  const facts = { isPresent: true, ...shown(found), size: formatBytes(bytes), packed: packed.join(", ") || "none" };
  const name = found.name ?? l10n.t("a model of your own");
  if (found.missing > 0 || found.damaged > 0) {
    return {
      ...{ check: "model", level: "problem", facts },
      finding: l10n.t(
        "The model ({0}) is not whole: {1} files are damaged, {2} are missing.",
        name,
        found.damaged,
        found.missing,
      ),
      advice:
        found.origin === "embedded"
          ? l10n.t("Install Localghost again.")
          : l10n.t("Delete the model in the view Models, and add it again."),
    };
  }
  if (found.outdated > 0) {
    return {
      ...{ check: "model", level: "warning", facts },
      finding: l10n.t("The model ({0}) was packed by another version or from other files.", name),
      advice: l10n.t("Nothing need be done: it is packed anew when it is next loaded, which takes a while."),
    };
  }
  const finding =
    found.verified === "bytes"
      ? l10n.t("The model ({0}, {1}) is whole: every byte was read.", name, formatBytes(bytes))
      : l10n.t(
          "The model ({0}, {1}) has all its files in their sizes; “Verify Model” reads every byte.",
          name,
          formatBytes(bytes),
        );
  return { check: "model", level: "ok", finding, facts };
}

/** What stands in the details as it is. */
function shown({ name, origin, revision, dtype, verified, damaged, missing, outdated }: ModelFacts) {
  return {
    ...(name !== undefined && { name }),
    origin,
    ...(revision !== undefined && { revision }),
    ...{ dtype, verified, damaged, missing, outdated },
  };
}
