/** Every text is there in every language, with the same placeholders, names and links. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { suite, test } from "node:test";
import { repository } from "../../../scripts/lib/paths.mjs";
import { BUNDLES, LANGUAGES, translatableTexts } from "../../../scripts/lib/translatableTexts.mjs";

type Texts = Record<string, string | { message: string }>;

const read = (...names: string[]) => JSON.parse(readFileSync(path.join(repository, ...names), "utf8")) as Texts;
const english = read(BUNDLES, "bundle.l10n.json");
const contributions = read("package.nls.json");

/** What a translation may move, and must not change: placeholders, code, icons, links' targets and settings' names. */
const FIXED = /\{\d+\}|`[^`]*`|\$\([\w~-]+\)|\]\([^)]*\)|localghost\.\w+(?:\.\w+)*/g;

suite("translations", () => {
  test("start from the texts that are in the sources", async () => {
    assert.deepEqual(english, await translatableTexts(repository), "run npm run l10n");
  });

  test("know every text: none is put together outside of l10n.t(…)", () => {
    for (const [key, text] of Object.entries(english)) {
      assert.doesNotMatch(messageOf(text), /\$\{/, `${key}: VS Code's placeholders are {0}, {1} …`);
    }
  });

  for (const language of LANGUAGES) {
    test(`${language}: the extension's texts`, () => {
      complete(english, read(BUNDLES, `bundle.l10n.${language}.json`));
    });

    test(`${language}: commands and settings`, () => {
      complete(contributions, read(`package.nls.${language}.json`));
    });
  }
});

function complete(source: Texts, translated: Texts): void {
  assert.deepEqual(Object.keys(translated).toSorted(), Object.keys(source).toSorted());
  for (const [key, text] of Object.entries(source)) {
    const translation = messageOf(translated[key] ?? "");
    assert.match(translation, /\S/, `${key} is empty`);
    assert.deepEqual(fixed(translation), fixed(messageOf(text)), key);
  }
}

function messageOf(text: string | { message: string }): string {
  return typeof text === "string" ? text : text.message;
}

function fixed(text: string): string[] {
  return (text.match(FIXED) ?? []).toSorted();
}
