/** Bits per byte of held-out files: by the model, by the memory, and by both. */
import type { MemoryWeights } from "../../src/engine/memory/mixingWeight.ts";
import { mixedLogprob, toRow } from "./fit.ts";
import { type SampledFile, withoutModel } from "./samples.ts";

export interface BitsRow {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
  readonly model: number;
  readonly memory: number;
  readonly mixture: number;
  /** With the file's own text so far in the memory as well, as it is in an editor. */
  readonly mixtureInEditor: number;
}

export interface Measured {
  readonly packageName: string;
  /** With the rest of the package in the memory, and with the file's own beginning too. */
  readonly others: SampledFile;
  readonly inEditor: SampledFile;
}

export interface BitsWeights {
  readonly mixture: MemoryWeights;
  /** Fitted beside a model that knows nothing. */
  readonly memoryAlone: MemoryWeights;
  readonly vocabularySize: number;
}

export function bitsOf(name: string, measured: readonly Measured[], weights: BitsWeights): BitsRow {
  const { mixture, memoryAlone, vocabularySize } = weights;
  const others = measured.flatMap((one) => one.others.samples);
  const inEditor = measured.flatMap((one) => one.inEditor.samples);
  const bytes = others.reduce((sum, sample) => sum + sample.bytes, 0);
  const bits = (logprobs: readonly number[]) => -logprobs.reduce((sum, one) => sum + one, 0) / Math.LN2 / bytes;
  const mixedBits = (samples: typeof others, by: MemoryWeights) => {
    const row = toRow(by);
    return bits(samples.map((sample) => mixedLogprob(sample, row).mixed));
  };
  return {
    name,
    files: measured.length,
    bytes,
    model: bits(others.map(({ logprob }) => logprob)),
    memory: mixedBits(withoutModel(others, vocabularySize), memoryAlone),
    mixture: mixedBits(others, mixture),
    mixtureInEditor: mixedBits(inEditor, mixture),
  };
}

export function bitsTable(first: string, rows: readonly BitsRow[]): string {
  const percent = (row: BitsRow, value: number): string => `−${(100 * (1 - value / row.model)).toFixed(1)} %`;
  const header = [
    first,
    "files",
    "bytes",
    "model",
    "memory",
    "both",
    "fewer bits",
    "with the file's own text so far",
    "fewer bits",
  ];
  const lines = rows.map((row) => [
    row.name,
    String(row.files),
    row.bytes.toLocaleString("en"),
    row.model.toFixed(3),
    row.memory.toFixed(3),
    row.mixture.toFixed(3),
    percent(row, row.mixture),
    row.mixtureInEditor.toFixed(3),
    percent(row, row.mixtureInEditor),
  ]);
  return [header, header.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
