import * as fs from "node:fs";
import * as path from "node:path";
import { LocalghostError } from "../../shared/errors.ts";
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
    throw new LocalghostError("modelInvalid", `The tokenizer in ${folder} cannot be used: copy its files again.`, {
      cause: error,
    });
  }
}

/** @throws LocalghostError `modelInvalid` when the tokenizer makes ids that the model has no row for */
export function checkTokenizerFits(tokenizer: Tokenizer, vocabularySize: number, folder: string): void {
  if (tokenizer.vocabularySize <= vocabularySize) return;
  throw new LocalghostError(
    "modelInvalid",
    `The tokenizer in ${folder} has ${tokenizer.vocabularySize} tokens but its model only ${vocabularySize}: copy both from the same model.`,
  );
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (cause) {
    throw new LocalghostError("modelInvalid", `${file} is not valid JSON: copy it again.`, { cause });
  }
}

function checkedJson(json: unknown): TokenizerJson {
  const model = (json as { model?: { type?: unknown; vocab?: unknown; merges?: unknown } } | null)?.model;
  const isBpe = model?.type === undefined || model.type === "BPE";
  if (!isBpe || typeof model?.vocab !== "object" || !Array.isArray(model.merges)) {
    throw new LocalghostError(
      "modelInvalid",
      "The tokenizer.json of this model is not a byte-pair encoding as GPT-2 uses.",
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
      `There is no tokenizer in ${folder}: copy tokenizer.json there, or vocab.json and merges.txt.`,
    );
  }
  const vocab = readJson(vocabularyFile) as Record<string, number>;
  const merges = fs
    .readFileSync(mergesFile, "utf8")
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
