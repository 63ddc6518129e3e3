import type { GeneratedToken } from "../../shared/protocol.ts";
import type { WireToken } from "./completionFormat.ts";
import type { TokenNumbers } from "./tokenNumbers.ts";

/**
 * The likeliest tokens at a place and the rank of the one that stands there, where probabilities were asked for. The rank
 * of one that is not among the likeliest is not known.
 */
export function choicesOf(
  { text, top }: WireToken,
  asked: number,
  numbers: TokenNumbers,
): Pick<GeneratedToken, "rank" | "top"> {
  if (asked === 0 || top.length === 0) return {};
  const rank = top.findIndex((choice) => choice.text === text) + 1;
  return {
    top: top.slice(0, asked).map((choice) => ({ id: numbers.numberOf(choice.text), ...choice })),
    ...(rank > 0 && rank <= asked && { rank }),
  };
}
