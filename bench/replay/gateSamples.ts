import { type Candidate } from "../../src/extension/completion/candidate.ts";
import { Completer, type CompleterOptions } from "../../src/extension/completion/completer.ts";
import {
  canEndAt,
  type Features,
  featuresOf,
  type GatePlace,
  heardMemory,
} from "../../src/extension/completion/gate.ts";
import { windowLength } from "../../src/extension/completion/prompt.ts";
import { seededRandom } from "../../src/engine/sampling/random.ts";
import type { EngineText } from "./engineText.ts";
import type { Passage } from "./replayFile.ts";
import { placeInText } from "./textPlace.ts";

/** A beginning of what the model wrote somewhere, and whether the author wrote just that. */
export interface GateSample {
  readonly features: Features;
  readonly isRight: boolean;
  readonly isFromMemory: boolean;
}

/** Asks the model at random places of passages. */
export async function collectSamples(
  engine: EngineText,
  passages: readonly Passage[],
  perPassage: number,
  options: CompleterOptions,
  seed: number,
  onBegin?: (passage: Passage) => Promise<void>,
): Promise<GateSample[]> {
  const random = seededRandom(seed);
  const length = windowLength(await engine.contextLength(), options.maxTokens);
  const samples: GateSample[] = [];
  for (const passage of passages) {
    const { file, start, end } = passage;
    await onBegin?.(passage);
    for (let i = 0; i < perPassage; i++) {
      const offset = start + Math.floor(random() * (end - start));
      const before = file.text.slice(0, offset);
      const after = `\n${file.text.slice(end)}`;
      const place = placeInText({ path: file.path, language: file.language, before, after }, length);
      const completer = new Completer(
        (request) => engine.generate(request),
        () => ({ ...options, debounceMs: 0 }),
      );
      const { candidates } = await completer.candidates(place, "typing", new AbortController().signal);
      const [candidate] = candidates;
      if (candidate) samples.push(...samplesOf(candidate, place, file.text.slice(offset)));
    }
  }
  return samples;
}

function samplesOf(candidate: Candidate, place: GatePlace, truth: string): GateSample[] {
  const { text, steps } = candidate;
  return steps.flatMap(({ end }, index) => {
    const length = Math.min(end, text.length);
    if (length === 0 || !canEndAt(text, length)) return [];
    const isRight = truth.startsWith(text.slice(0, length));
    return [{ features: featuresOf(candidate, index, place), isRight, isFromMemory: heardMemory(candidate, index) }];
  });
}
