/**
 * `npm run l10n`: writes l10n/bundle.l10n.json again, the English texts that translators start from, and says what each
 * language lacks and what it has too much.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson } from "./lib/parseJson.mjs";
import { repository } from "./lib/paths.mjs";
import { BUNDLES, LANGUAGES, translatableTexts } from "./lib/translatableTexts.mjs";

const texts = await translatableTexts(repository);
const english = join(BUNDLES, "bundle.l10n.json");
writeFileSync(join(repository, english), `${JSON.stringify(texts, null, 2)}\n`);
process.stdout.write(`${english}: ${Object.keys(texts).length} texts\n`);
for (const language of LANGUAGES) {
  compare(texts, read(BUNDLES, `bundle.l10n.${language}.json`), language);
  compare(read("package.nls.json"), read(`package.nls.${language}.json`), language);
}

/** @param {string[]} path */
function read(...path) {
  return /** @type {Record<string, unknown>} */ (parseJson(readFileSync(join(repository, ...path), "utf8")));
}

/**
 * @param {Record<string, unknown>} source
 * @param {Record<string, unknown>} translated
 * @param {string} language
 */
function compare(source, translated, language) {
  for (const key of Object.keys(source)) if (!(key in translated)) process.stdout.write(`${language} lacks: ${key}\n`);
  for (const key of Object.keys(translated)) {
    if (!(key in source)) process.stdout.write(`${language} has too much: ${key}\n`);
  }
}
