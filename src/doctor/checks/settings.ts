import * as l10n from "@vscode/l10n";
import type { Diagnosis, Facts } from "../diagnosis.ts";
import type { SettingsFacts } from "../subject.ts";

/** Whether the settings say what can be done, and leave ghost text room. */
export function checkSettings(found: SettingsFacts): Diagnosis {
  const changed = Object.entries(found.changed).map(([name, value]): [string, Facts[string]] => [name, value ?? "set"]);
  const facts = {
    ghostText: found.isOn,
    invalid: found.invalid.join(", ") || "none",
    neighbours: found.neighbours.join(", ") || "none",
    editorShowsSuggestions: found.editorShowsSuggestions,
    ...Object.fromEntries(changed),
  };
  const warning = (finding: string, advice: string): Diagnosis => ({
    ...{ check: "settings", level: "warning", finding, advice, facts },
  });
  if (found.invalid.length > 0) {
    return warning(
      l10n.t("Settings have values that are not valid, so that their defaults hold: {0}.", found.invalid.join(", ")),
      l10n.t("Correct them with “Open Settings”."),
    );
  }
  if (!found.isOn) return warning(l10n.t("Ghost text is off."), l10n.t("Turn it on with “Turn Ghost Text On or Off”."));
  if (!found.editorShowsSuggestions) {
    return warning(
      l10n.t("The editor’s setting editor.inlineSuggest.enabled is off, so that no ghost text is shown."),
      l10n.t("Turn editor.inlineSuggest.enabled on."),
    );
  }
  if (found.neighbours.length > 0) {
    return warning(
      l10n.t(
        "{0} suggests text as you type, too, and VS Code shows one suggestion at a time.",
        found.neighbours.join(", "),
      ),
      l10n.t("Turn off one of them, if ghost text seems to come from the wrong one."),
    );
  }
  const finding =
    changed.length === 0
      ? l10n.t("All settings are at their defaults.")
      : l10n.t("All settings are valid; {0} are not at their defaults.", changed.length);
  return { check: "settings", level: "ok", finding, facts };
}
