import * as fs from "node:fs";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";

/** GPT-2's own tokenizer has 1.4 MB, those of the largest vocabularies some thirty. */
const MOST_BYTES = 64 << 20;

/**
 * Reads a text that stands beside weights, whatever its size claims to be.
 * @throws LocalghostError `modelInvalid` for one that is larger than any model's, or what the system says of the file
 */
export function readSmallFile(file: string): string {
  const { size } = fs.statSync(file);
  if (size <= MOST_BYTES) return fs.readFileSync(file, "utf8");
  throw new LocalghostError(
    "modelInvalid",
    l10n.t("{0} has {1} bytes, more than any model's: copy it again.", file, size),
  );
}
