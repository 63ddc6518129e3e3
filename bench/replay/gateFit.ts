/** What both replays of ghost text share, with the memory and without: their settings, their files, and how a gate is fitted. */
import type { Features } from "../../src/extension/completion/gate.ts";
import type { EngineText } from "./engineText.ts";
import { fitGate } from "./fitGate.ts";
import { collectSamples, type GateSample } from "./gateSamples.ts";
import { choosePassages, type Passage, readReplayFiles, type ReplayFile } from "./replayFile.ts";

/** Of package.json. */
export const SETTINGS = { debounceMs: 75, maxTokens: 48, maxLines: 8 };
/**
 * What the embedded model takes on one core of a laptop, about; it decides which requests the next key overtakes.
 * Fixed, so that two runs show the same.
 */
export const SPEED = { perPromptToken: 0.35, perToken: 2.5 };

const FIT_PASSAGES = 3;
const PLACES_PER_PASSAGE = 25;
/** The gate is fitted on other passages than are typed. */
const FIT_SEED = 100;

/** Neighbours in the list are of one language, so that both halves have all of them. */
export function splitReplayFiles(): { fitted: ReplayFile[]; tested: ReplayFile[] } {
  const files = readReplayFiles();
  return {
    fitted: files.filter((_, index) => index % 2 === 0),
    tested: files.filter((_, index) => index % 2 === 1),
  };
}

/** What the model writes at random places of files, with the gate open. */
export function samplesOf(
  engine: EngineText,
  files: readonly ReplayFile[],
  seed: number,
  onBegin?: (passage: Passage) => Promise<void>,
): Promise<GateSample[]> {
  const passages = choosePassages(files, FIT_PASSAGES, seed);
  return collectSamples(engine, passages, PLACES_PER_PASSAGE, { ...SETTINGS, leastProbability: 0 }, seed, onBegin);
}

/**
 * Learns the gate's weights on the files that are not typed: those for what the memory had a say in where there is one, else
 * those for what the model writes by itself.
 */
export async function fitGateOn(
  engine: EngineText,
  seed: number,
  onBegin?: (passage: Passage) => Promise<void>,
): Promise<Features> {
  const samples = await samplesOf(engine, splitReplayFiles().fitted, seed + FIT_SEED, onBegin);
  return fitGate(samples.filter(({ isFromMemory }) => isFromMemory === (onBegin !== undefined)));
}
