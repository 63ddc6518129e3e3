import * as fs from "node:fs";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import { readSmallFile } from "../model/smallFile.ts";
import { Tokenizer } from "./tokenizer.ts";
import { readTokenizerJson, type TextOf } from "./tokenizerJson.ts";

/**
 * Loads the tokenizer of a model folder, from `tokenizer.json` or from GPT-2's older pair `vocab.json` and `merges.txt`.
 * @throws LocalghostError `modelNotFound` without the files, `modelInvalid` when they cannot be used
 */
export function loadTokenizer(folder: string): Tokenizer {
  return makeTokenizer((name) => {
    const file = path.join(folder, name);
    return fs.existsSync(file) ? readSmallFile(file) : undefined;
  }, folder);
}

/**
 * The same for files that are elsewhere.
 * @param place where they are, for messages
 */
export function makeTokenizer(textOf: TextOf, place: string): Tokenizer {
  try {
    return new Tokenizer(readTokenizerJson(textOf, place));
  } catch (error) {
    if (error instanceof LocalghostError) throw error;
    throw new LocalghostError(
      "modelInvalid",
      l10n.t("The tokenizer in {0} cannot be used: copy its files again.", place),
      {
        cause: error,
      },
    );
  }
}

/** @throws LocalghostError `modelInvalid` when the tokenizer makes ids that the model has no row for */
export function checkTokenizerFits(tokenizer: Tokenizer, vocabularySize: number, place: string): void {
  if (tokenizer.writtenSize <= vocabularySize) return;
  throw new LocalghostError(
    "modelInvalid",
    l10n.t(
      "The tokenizer in {0} has {1} tokens but its model only {2}: copy both from the same model.",
      place,
      tokenizer.writtenSize,
      vocabularySize,
    ),
  );
}
