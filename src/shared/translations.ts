/**
 * Hands the texts in the user's language from VS Code to the processes that are started for it: what they say reaches the
 * same window.
 */
import * as l10n from "@vscode/l10n";

const VARIABLE = "LOCALGHOST_TRANSLATIONS";

/**
 * What the environment of such a process has more.
 * @param file the bundle that VS Code has chosen; undefined in English
 */
export function translationsFor(file: string | undefined): Readonly<Record<string, string>> {
  return file === undefined ? {} : { [VARIABLE]: file };
}

/**
 * Takes the texts that the environment names; to be called before anything is said.
 * @param report called with one line for a file that cannot be read, which is no reason to do without the process: it
 * speaks English
 */
export function loadTranslations(
  environment: Readonly<Record<string, string | undefined>>,
  report: (problem: string) => void,
): void {
  const file = environment[VARIABLE];
  if (file === undefined) return;
  try {
    l10n.config({ fsPath: file });
  } catch (error) {
    report(`${file} cannot be read as translations: ${String(error)}`);
  }
}
