import { globSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { getL10nJson } from "@vscode/l10n-dev";

/** The folder of the bundles, as `l10n` in package.json names it. */
export const BUNDLES = "l10n";
/** The languages besides English. */
export const LANGUAGES = ["de", "es", "fr", "ko"];

/**
 * All texts in the sources that are translated: the first arguments of `l10n.t(…)`.
 *
 * @param {string} repository
 * @returns {Promise<import("@vscode/l10n-dev").l10nJsonFormat>} In the order of their files' names.
 */
export function translatableTexts(repository) {
  const scripts = globSync("src/**/*.ts", { cwd: repository })
    .sort()
    .map((file) => ({ extension: extname(file), contents: readFileSync(join(repository, file), "utf8") }));
  // To parse a file takes longer than to see that it has no texts.
  return getL10nJson(scripts.filter(({ contents }) => contents.includes("l10n.t(")));
}
