import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import { FIRST_STAND_IN } from "../../shared/standInIds.ts";

/**
 * The completions API writes tokens as texts. Each text gets a number here, by which a caller can ask to go on from it:
 * it is then sent as text again, which the server may cut into other tokens. An engine's numbers are refused here.
 */
export class TokenNumbers {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [];

  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = FIRST_STAND_IN + this.#texts.length;
    this.#texts.push(text);
    this.#numbers.set(text, number);
    return number;
  }

  /** @throws LocalghostError `invalidRequest` for a number that was not given here */
  textOf(numbers: readonly number[]): string {
    return numbers
      .map((number) => {
        const text = this.#texts[number - FIRST_STAND_IN];
        if (text !== undefined) return text;
        throw new LocalghostError(
          "invalidRequest",
          l10n.t("These tokens were written by another model than the server’s: go on from the text instead."),
        );
      })
      .join("");
  }
}
