import { globSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { getL10nJson } from "@vscode/l10n-dev";
import { parseJson } from "./parseJson.mjs";

/** The folder of the bundles, as `l10n` in package.json names it. */
export const BUNDLES = "l10n";
/** The languages besides English. */
export const LANGUAGES = ["de", "es", "fr", "ko"];

/**
 * All texts that are translated: the first arguments of `l10n.t(…)` in the sources, and what embedded models say of
 * themselves.
 *
 * @param {string} repository
 * @returns {Promise<import("@vscode/l10n-dev").l10nJsonFormat>} In the order of their files' names.
 */
export async function translatableTexts(repository) {
  return { ...(await textsOfSources(repository)), ...notesOfModels(repository) };
}

/** @param {string} repository */
function textsOfSources(repository) {
  const scripts = globSync("src/**/*.ts", { cwd: repository })
    .sort()
    .map((file) => ({ extension: extname(file), contents: readFileSync(join(repository, file), "utf8") }));
  // To parse a file takes longer than to see that it has no texts.
  return getL10nJson(scripts.filter(({ contents }) => contents.includes("l10n.t(")));
}

/**
 * @param {string} repository
 * @returns {Record<string, string>}
 */
function notesOfModels(repository) {
  const files = globSync("models/*/tasks.json", { cwd: repository }).sort();
  const cards = files.map(
    (file) =>
      /** @type {Record<string, { note?: string }>} */ (parseJson(readFileSync(join(repository, file), "utf8"))),
  );
  const notes = cards.flatMap((card) => Object.values(card).flatMap(({ note }) => note ?? []));
  return Object.fromEntries(notes.map((note) => [note, note]));
}
