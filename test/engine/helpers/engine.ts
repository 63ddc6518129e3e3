import type { TestContext } from "node:test";
import { Engine } from "../../../src/engine/engine.ts";
import type { GenerateParams, GenerateResult } from "../../../src/shared/protocol.ts";
import { neverAborted, temporaryFolder } from "../../helpers/fixtures.ts";

export const PROMPT = "The quick brown fox jumps";

export function newEngine(t: TestContext): Engine {
  const engine = new Engine({ threads: 2, cacheFolder: temporaryFolder(t) });
  t.after(() => engine.dispose());
  return engine;
}

/** Greedy text of random weights is one token again and again; drawn hot, it depends on every logit. */
export function paramsFor(folder: string, params: Partial<GenerateParams> = {}): GenerateParams {
  const model = { folder, dtype: "fp32", device: "cpu" } as const;
  const sampling = { temperature: 5, seed: 1 };
  return { model, prompt: PROMPT, maxTokens: 20, sampling, ignoreEndOfText: true, priority: "action", ...params };
}

/** What an engine that has done nothing else answers. */
export function alone(t: TestContext, params: GenerateParams): Promise<GenerateResult> {
  return newEngine(t).generate(params, neverAborted());
}
