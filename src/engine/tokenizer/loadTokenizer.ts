import * as fs from "node:fs";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import { readSmallFile } from "../model/smallFile.ts";
import { Tokenizer, type TokenizerJson } from "./tokenizer.ts";

/**
 * Loads the tokenizer of a model folder, from `tokenizer.json` or from GPT-2's older pair `vocab.json` and `merges.txt`.
 * @throws LocalghostError `modelNotFound` without the files, `modelInvalid` when they cannot be used
 */
export function loadTokenizer(folder: string): Tokenizer {
  const file = path.join(folder, "tokenizer.json");
  try {
    return new Tokenizer(fs.existsSync(file) ? checkedJson(readJson(file)) : fromVocabularyAndMerges(folder));
  } catch (error) {
    if (error instanceof LocalghostError) throw error;
    throw new LocalghostError(
      "modelInvalid",
      l10n.t("The tokenizer in {0} cannot be used: copy its files again.", folder),
      {
        cause: error,
      },
    );
  }
}

/** @throws LocalghostError `modelInvalid` when the tokenizer makes ids that the model has no row for */
export function checkTokenizerFits(tokenizer: Tokenizer, vocabularySize: number, folder: string): void {
  if (tokenizer.vocabularySize <= vocabularySize) return;
  throw new LocalghostError(
    "modelInvalid",
    l10n.t(
      "The tokenizer in {0} has {1} tokens but its model only {2}: copy both from the same model.",
      folder,
      tokenizer.vocabularySize,
      vocabularySize,
    ),
  );
}

function readJson(file: string): unknown {
  const json = readSmallFile(file);
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new LocalghostError("modelInvalid", l10n.t("{0} is not valid JSON: copy it again.", file), { cause });
  }
}

function checkedJson(json: unknown): TokenizerJson {
  const model = (json as { model?: { type?: unknown; vocab?: unknown; merges?: unknown } } | null)?.model;
  const isBpe = model?.type === undefined || model.type === "BPE";
  if (!isBpe || typeof model?.vocab !== "object" || !Array.isArray(model.merges)) {
    throw new LocalghostError(
      "modelInvalid",
      l10n.t("The tokenizer.json of this model is not a byte-pair encoding as GPT-2 uses."),
    );
  }
  return json as TokenizerJson;
}

function fromVocabularyAndMerges(folder: string): TokenizerJson {
  const vocabularyFile = path.join(folder, "vocab.json");
  const mergesFile = path.join(folder, "merges.txt");
  if (!fs.existsSync(vocabularyFile) || !fs.existsSync(mergesFile)) {
    throw new LocalghostError(
      "modelNotFound",
      l10n.t("There is no tokenizer in {0}: copy tokenizer.json there, or vocab.json and merges.txt.", folder),
    );
  }
  const vocab = readJson(vocabularyFile) as Record<string, number>;
  const merges = readSmallFile(mergesFile)
    .split(/\r?\n/)
    .filter((line) => line !== "" && !line.startsWith("#version"));
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  const json = {
    version: "1.0",
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: { type: "BPE", vocab, merges },
  };
  return checkedJson(json);
}
