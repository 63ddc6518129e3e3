/**
 * `npm run soak:engine -- [--keys N] [--tasks]`: what ghost text asks of an engine while real files are typed, without the
 * pauses of a person, so that many hours of typing pass in minutes; and the engine's memory on the way. With `--tasks` it also
 * ranks sentences and writes summaries now and then, as tasks do. Needs `npm run build`. Linux only.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { repository } from "../../scripts/lib/paths.mjs";
import { windowLength, windowText } from "../../src/extension/completion/prompt.ts";
import { completionPrompt } from "../../src/prompts/completion.ts";
import { MemoryUpdateRequest } from "../../src/shared/memory.ts";
import { GenerateRequest, LoadModelRequest, type ModelSpec, RankRequest } from "../../src/shared/protocol.ts";
import { type RunningEngine, startEngine } from "../manners/engineClient.ts";
import { processFigures } from "../processes.ts";
import { readReplayFiles, type ReplayFile } from "../replay/replayFile.ts";

const ENGINE = path.join(repository, "dist", "engine.cjs");
const MODEL: ModelSpec = { folder: path.join(repository, "models", "localghost-nano"), dtype: "int8", device: "cpu" };
const MAX_TOKENS = 16;
/** Files are typed in turns of so many keys, as somebody goes from one to another. */
const TURN = 200;
const ROWS = 12;
/** Keys between two tasks: about four minutes. */
const TASK_EVERY = 480;
/** Characters that a task looks at: these and up to so many more, so that its runs are of many sizes. */
const TASK_TEXT = 500;
const TASK_SIZES = 7;

const { values } = parseArgs({
  options: { keys: { type: "string", default: "60000" }, tasks: { type: "boolean", default: false } },
});
const keys = Number(values.keys);
const cacheFolder = fs.mkdtempSync(path.join(os.tmpdir(), "localghost-soak-engine-"));
try {
  const engine = await startEngine(1, cacheFolder, ENGINE);
  try {
    await typeInto(engine, readReplayFiles());
  } finally {
    await engine.stop();
  }
} finally {
  fs.rmSync(cacheFolder, { recursive: true, force: true });
}

/** Asks at every key, and prints a row of Markdown now and then. */
async function typeInto({ connection, pid }: RunningEngine, files: readonly ReplayFile[]): Promise<void> {
  const { contextLength } = await connection.sendRequest(LoadModelRequest, MODEL);
  const length = windowLength(contextLength, MAX_TOKENS);
  const typed = new Map<ReplayFile, number>();
  process.stdout.write("| keys | files | resident, MB | threads | handles |\n| --- | --- | --- | --- | --- |\n");
  for (let key = 0; key < keys; key++) {
    const file = files[Math.floor(key / TURN) % files.length];
    if (!file) throw new Error("There are no files to type.");
    const offset = ((typed.get(file) ?? 0) + 1) % file.text.length;
    typed.set(file, offset);
    const before = windowText((start, end) => file.text.slice(start, end), offset, length);
    await connection.sendRequest(GenerateRequest, {
      ...{ model: MODEL, prompt: completionPrompt(file.path, before), maxTokens: MAX_TOKENS, heal: true },
      ...{ overflow: "keepEnd", priority: "completion", memory: { path: file.path } },
    });
    if (values.tasks && key % TASK_EVERY === TASK_EVERY - 1) {
      const most = TASK_TEXT * (1 + (Math.floor(key / TASK_EVERY) % TASK_SIZES) / 4);
      await summarize(connection, file.text.slice(offset, offset + most));
    }
    // The memory takes what was typed as the editor's feeder gives it.
    if (key % TURN === TURN - 1) {
      const text = file.text.slice(0, offset);
      await connection.sendRequest(MemoryUpdateRequest, { model: MODEL, files: [{ path: file.path, text }] });
    }
    if ((key + 1) % Math.ceil(keys / ROWS) === 0) {
      const { residentMegabytes, threads, handles } = processFigures(pid);
      process.stdout.write(
        `| ${key + 1} | ${typed.size} | ${residentMegabytes.toFixed(0)} | ${threads} | ${handles} |\n`,
      );
    }
  }
}

/** Chooses among a text's pieces, and writes about it: what a task asks in both of its modes. */
async function summarize(connection: RunningEngine["connection"], text: string): Promise<void> {
  const shared = { model: MODEL, prompt: `${text}\nTL;DR:`, overflow: "keepEnd", priority: "action" } as const;
  const pieces = text.split(/(?<=[.;{}])\s+/).filter((piece) => piece.trim() !== "");
  const candidates = pieces.map((piece) => ` ${piece.trim().slice(0, 100)}`);
  if (candidates.length > 0) await connection.sendRequest(RankRequest, { ...shared, candidates });
  await connection.sendRequest(GenerateRequest, { ...shared, maxTokens: 100, alternatives: 3 });
}
