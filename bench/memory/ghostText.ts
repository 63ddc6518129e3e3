/** The replay of ghost text with the memory and without, at the gate's default: the same passages and the same rhythm. */
import { LEAST_PROBABILITY, LEAST_WITH_MEMORY } from "../../src/extension/completion/sensitivity.ts";
import type { Features } from "../../src/extension/completion/gate.ts";
import { EngineText } from "../replay/engineText.ts";
import { fitGateOn, SETTINGS, SPEED, splitReplayFiles } from "../replay/gateFit.ts";
import { rememberPackage } from "../replay/packageMemory.ts";
import { replay, type Tally } from "../replay/replay.ts";
import { choosePassages, type Passage } from "../replay/replayFile.ts";

const PASSAGES = 2;
const SEED = 1;

export interface GhostTextRow {
  readonly name: string;
  readonly without: Tally;
  readonly withMemory: Tally;
}

/** Learns the gate's weights for texts that the memory helped with, on files that are not replayed. */
export async function fitMemoryGate(folder: string): Promise<Features> {
  const engine = new EngineText({ folder, dtype: "int8", device: "cpu" }, 1);
  const weights = await fitGateOn(engine, SEED, (passage) => rememberPackage(engine, passage));
  await engine.dispose();
  return weights;
}

/** @param memoryGate the gate's weights with the memory */
export async function measureGhostText(folder: string, memoryGate: Features): Promise<GhostTextRow[]> {
  const model = { folder, dtype: "int8" as const, device: "cpu" as const };
  const passages = choosePassages(splitReplayFiles().tested, PASSAGES, SEED);
  const languages = [...Map.groupBy(passages, ({ file }) => file.language)];
  const rows: GhostTextRow[] = [];
  for (const [name, own] of languages) {
    // An engine each: what the one has cached must not make the other faster.
    const plain = new EngineText(model, 1);
    const remembering = new EngineText(model, 1);
    const options = { ...SETTINGS, leastProbability: LEAST_PROBABILITY.balanced, speed: SPEED, seed: SEED };
    const without = await replay(plain, own, options);
    const onBegin = (passage: Passage) => rememberPackage(remembering, passage);
    const remembered = {
      leastWithMemory: LEAST_WITH_MEMORY.balanced,
      gateWeights: { withMemory: memoryGate },
      onBegin,
    };
    const withMemory = await replay(remembering, own, { ...options, ...remembered });
    await Promise.all([plain.dispose(), remembering.dispose()]);
    rows.push({ name, without, withMemory });
    process.stderr.write(`${name}: ${without.saved} characters saved, ${withMemory.saved} with the memory\n`);
  }
  return rows;
}

export function ghostTextTable(rows: readonly GhostTextRow[]): string {
  const all: GhostTextRow = {
    name: "all",
    without: sum(rows.map(({ without }) => without)),
    withMemory: sum(rows.map(({ withMemory }) => withMemory)),
  };
  const percent = (part: number, of: number): string => (of === 0 ? "–" : `${((100 * part) / of).toFixed(1)} %`);
  const cells = (tally: Tally): string[] => [
    ((100 * tally.shown) / tally.keystrokes).toFixed(1),
    percent(tally.rightToEnd, tally.shown),
    `${tally.saved} (${percent(tally.saved, tally.characters)})`,
    String(tally.wrong),
  ];
  const header = ["language", "memory", "shown per 100 keys", "right to the end", "characters saved", "wrongly shown"];
  const lines = [...rows, all].flatMap(({ name, without, withMemory }) => [
    [name, "without", ...cells(without)],
    ["", "with", ...cells(withMemory)],
  ]);
  return [header, header.map(() => "---"), ...lines].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

type Counted = "keystrokes" | "characters" | "shown" | "rightToEnd" | "saved" | "wrong";

/** What the table shows, added up. */
function sum(tallies: readonly Tally[]): Tally {
  const [first, ...others] = tallies;
  if (!first) throw new Error("There is nothing to add up.");
  const names: readonly Counted[] = ["keystrokes", "characters", "shown", "rightToEnd", "saved", "wrong"];
  const added = names.map((name) => [name, others.reduce((total, tally) => total + tally[name], first[name])] as const);
  return { ...first, ...Object.fromEntries(added) };
}
