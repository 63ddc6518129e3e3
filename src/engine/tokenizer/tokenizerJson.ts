/** Hugging Face's `tokenizer.json`, read or put together from GPT-2's own files, and whether it is one that works here. */
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import { isByteLevelPiece } from "./byteLevel.ts";

/** The parts that a byte-level BPE needs here. */
export interface TokenizerJson {
  model: { vocab: Record<string, number>; merges: unknown[] };
  pre_tokenizer?: (Step & { use_regex?: boolean; add_prefix_space?: boolean }) | null;
  decoder?: Step | null;
  added_tokens?: readonly AddedToken[];
}

/** A step of cutting texts up or of putting them together; of the latter a `Sequence` has others in it. */
interface Step {
  type: string;
  decoders?: readonly Step[];
}

export interface AddedToken {
  id: number;
  content: string;
  /** False for a word that a fine-tune was taught; others mark places in a text and are none. */
  special?: boolean;
}

/** The text of a file by its name; undefined where there is none. */
export type TextOf = (name: string) => string | undefined;

/** Some models write a few of their special tokens in letters that are no bytes. */
const LEAST_BYTE_LEVEL_SHARE = 0.9;

/** @throws LocalghostError `modelNotFound` without the files, `modelInvalid` for what is no byte-level BPE */
export function readTokenizerJson(textOf: TextOf, place: string): TokenizerJson {
  const whole = textOf("tokenizer.json");
  if (whole !== undefined) return checked(parse(whole, path.join(place, "tokenizer.json")));
  const [vocabulary, merges] = ["vocab.json", "merges.txt"].map(textOf);
  if (vocabulary === undefined || merges === undefined) {
    throw new LocalghostError(
      "modelNotFound",
      l10n.t("There is no tokenizer in {0}: copy tokenizer.json there, or vocab.json and merges.txt.", place),
    );
  }
  const added = textOf("added_tokens.json");
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return checked({
    version: "1.0",
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: "BPE",
      vocab: parse(vocabulary, path.join(place, "vocab.json")),
      merges: merges.split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#version")),
    },
    added_tokens: added === undefined ? [] : addedTokens(parse(added, path.join(place, "added_tokens.json"))),
  });
}

function parse(json: string, file: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new LocalghostError("modelInvalid", l10n.t("{0} is not valid JSON: copy it again.", file), { cause });
  }
}

/** The file has ids by tokens, and does not say which of them are special. */
function addedTokens(json: unknown): AddedToken[] {
  return Object.entries(json as Record<string, number>).map(([content, id]) => ({ id, content }));
}

function checked(json: unknown): TokenizerJson {
  const tokenizer = json as (TokenizerJson & { model: { type?: unknown } }) | null;
  const { type, vocab, merges } = tokenizer?.model ?? {};
  const isBpe = type === undefined || type === "BPE";
  if (!isBpe || typeof vocab !== "object" || !Array.isArray(merges) || !isByteLevel(tokenizer?.decoder, vocab)) {
    throw new LocalghostError(
      "modelInvalid",
      l10n.t("The tokenizer of this model is not a byte-level byte-pair encoding as GPT-2 uses: choose another model."),
    );
  }
  return json as TokenizerJson;
}

/** Others, such as SentencePiece's, write a space as `▁` and letters as themselves: their texts would be garbled. */
function isByteLevel(decoder: Step | null | undefined, vocab: Record<string, number>): boolean {
  if (decoder && ![decoder, ...(decoder.decoders ?? [])].some(({ type }) => type === "ByteLevel")) return false;
  const pieces = Object.keys(vocab);
  return pieces.filter(isByteLevelPiece).length >= LEAST_BYTE_LEVEL_SHARE * pieces.length;
}
