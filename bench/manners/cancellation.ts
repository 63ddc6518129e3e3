import { CancellationTokenSource } from "vscode-jsonrpc";
import { GenerateRequest, generateProgress } from "../../src/shared/protocol.ts";
import { type Random, seededRandom } from "../../src/engine/sampling/random.ts";
import { randomPrompt } from "../figures.ts";
import type { RunningEngine } from "./engineClient.ts";

const PROMPT_TOKENS = 512;
const MOST_TOKENS = 256;

/** Milliseconds from sending a cancellation to the answer, which the engine can send only when no run is under way. */
export interface CancellationTimes {
  whilePrefilling: number[];
  whileDecoding: number[];
}

/** Cancels requests at random moments, half of them in their prompts and half in their answers. */
export async function measureCancellation(
  engine: RunningEngine,
  folder: string,
  trials: number,
): Promise<CancellationTimes> {
  const random = seededRandom(3);
  const prefillMs = await timePrefill(engine, folder, random);
  const times: CancellationTimes = { whilePrefilling: [], whileDecoding: [] };
  for (let trial = 0; trial < trials; trial++) {
    const delay = random() * 0.9 * prefillMs;
    const prefilling = await cancelOnce(engine, folder, random, (cancel) => setTimeout(cancel, delay));
    if (prefilling !== undefined) times.whilePrefilling.push(prefilling);
    const decoding = await cancelOnce(engine, folder, random, (cancel, firstToken) => {
      void firstToken.then(() => setTimeout(cancel, random() * 100));
    });
    if (decoding !== undefined) times.whileDecoding.push(decoding);
  }
  return times;
}

async function timePrefill({ connection }: RunningEngine, folder: string, random: Random): Promise<number> {
  let prefillMs = 0;
  // The first request loads the model, the second tells how long a prompt takes.
  for (let i = 0; i < 2; i++) {
    const { timings } = await connection.sendRequest(GenerateRequest, { ...request(folder, random), maxTokens: 1 });
    prefillMs = timings.prefillMs;
  }
  return prefillMs;
}

/** Undefined when the request ended by itself before it was cancelled. */
async function cancelOnce(
  { connection }: RunningEngine,
  folder: string,
  random: Random,
  schedule: (cancel: () => void, firstToken: Promise<void>) => void,
): Promise<number | undefined> {
  const source = new CancellationTokenSource();
  const progressToken = `cancel-${random()}`;
  let cancelledAt: number | undefined;
  const firstToken = new Promise<void>((resolve) => {
    const listener = connection.onProgress(generateProgress, progressToken, () => {
      listener.dispose();
      resolve();
    });
  });
  const cancel = (): void => {
    cancelledAt = performance.now();
    source.cancel();
  };
  schedule(cancel, firstToken);
  try {
    await connection.sendRequest(GenerateRequest, { ...request(folder, random), progressToken }, source.token);
    return undefined;
  } catch {
    return cancelledAt === undefined ? undefined : performance.now() - cancelledAt;
  }
}

function request(folder: string, random: Random) {
  return {
    model: { folder, dtype: "int8", device: "cpu" },
    prompt: String.fromCharCode(...randomPrompt(PROMPT_TOKENS, random)),
    maxTokens: MOST_TOKENS,
    ignoreEndOfText: true,
    priority: "completion",
  } as const;
}
