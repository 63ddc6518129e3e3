import type { EngineText } from "../../bench/replay/engineText.ts";
import type { GenerateText } from "../../src/extension/completion/completer.ts";
import { windowLength } from "../../src/extension/completion/prompt.ts";
import { checkPosition } from "./checkPosition.ts";
import { editPositions } from "./editPositions.ts";
import { editedFiles } from "./files.ts";
import type { Violation } from "./rules.ts";

export interface ModelChecked {
  readonly positions: number;
  /** Positions at which something was offered with the gate off. */
  readonly spoken: number;
  readonly offers: number;
  readonly violations: readonly Violation[];
}

const MOST_TOKENS = 32;

/** Checks what a model offers at random positions, about as many in each file. */
export async function checkModel(
  engine: EngineText,
  positions: number,
  seed: number,
  onPosition: (done: number) => void = () => undefined,
): Promise<ModelChecked> {
  const files = editedFiles();
  const window = windowLength(await engine.contextLength(), MOST_TOKENS);
  const generate = rememberingLast((request) => engine.generate(request));
  const violations: Violation[] = [];
  let [done, spoken, offers] = [0, 0, 0];
  for (const [index, file] of files.entries()) {
    const share = Math.round((positions * (index + 1)) / files.length) - done;
    for (const position of editPositions(file, share, window, seed + index)) {
      const checked = await checkPosition(position, generate);
      violations.push(...checked.violations);
      offers += checked.offers;
      spoken += checked.offers > 0 ? 1 : 0;
      onPosition(++done);
    }
  }
  return { positions: done, spoken, offers, violations };
}

/** Who types and who asks at one place get the same text: it is written once. */
function rememberingLast(generate: GenerateText): GenerateText {
  let last: { readonly prompt: string; readonly text: ReturnType<GenerateText> } | undefined;
  return (request, signal) => {
    if (last?.prompt !== request.prompt) last = { prompt: request.prompt, text: generate(request, signal) };
    return last.text;
  };
}
