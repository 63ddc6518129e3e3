import type { ModelSpec } from "../../shared/protocol.ts";
import type { SpeedFacts } from "../checks/speed.ts";
import type { SubjectEngine } from "../subject.ts";

const TOKENS = 32;
/** Prefill is done in chunks of as many tokens: the text has about two of them. */
const LINES = 10;

/** Lets the model write a few tokens after a text that no cache holds: each run begins with another number. */
export async function measureSpeed(
  engine: SubjectEngine,
  model: ModelSpec,
  contextLength: number,
  signal: AbortSignal,
): Promise<SpeedFacts> {
  const prompt = [`// ${Date.now()}`, ...Array.from({ length: LINES }, (_, i) => `const value${i} = read(${i});`), ""];
  const { promptTokens, timings } = await engine.generate(
    {
      model,
      prompt: prompt.join("\n"),
      maxTokens: Math.min(TOKENS, Math.floor(contextLength / 2)),
      overflow: "keepEnd",
      // One token a run: what a guess saves depends on the text.
      drafts: false,
      ignoreEndOfText: true,
      priority: "action",
    },
    signal,
  );
  return { promptTokens, prefillMs: timings.prefillMs, decodeMsPerToken: timings.decodeMsPerToken };
}
