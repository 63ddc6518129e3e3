import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../shared/errors.ts";

/**
 * What the system says of a disk that refuses to be written, in a sentence.
 * @param what what is being worked on: a model's name
 * @returns anything else as it is
 */
export function explainDiskRefusal(thrown: unknown, what: string): unknown {
  if (thrown instanceof LocalghostError || !(thrown instanceof Error) || !("code" in thrown)) return thrown;
  const { code, path } = thrown as NodeJS.ErrnoException;
  const sentence = sentenceFor(code ?? "", what, path ?? l10n.t("a file"));
  return sentence === undefined ? thrown : new LocalghostError("downloadFailed", sentence, { cause: thrown });
}

function sentenceFor(code: string, what: string, file: string): string | undefined {
  switch (code) {
    case "ENOSPC":
      return l10n.t("The disk is full, and {0} is as it was: make room and start again.", what);
    case "EDQUOT":
    case "EFBIG":
      return l10n.t(
        "The system allows no more bytes on the disk ({0}), and {1} is as it was: make room and start again.",
        code,
        what,
      );
    case "EROFS":
      return l10n.t("The disk is read-only, and {0} is as it was: choose another models folder.", what);
    case "EACCES":
    case "EPERM":
      return l10n.t(
        "The system does not let {0} be changed ({1}), and {2} is as it was: check who owns it, or choose another models folder.",
        file,
        code,
        what,
      );
    case "EIO":
      return l10n.t("The disk fails at {0}, and {1} is as it was: check that disk.", file, what);
    default:
      return undefined;
  }
}
