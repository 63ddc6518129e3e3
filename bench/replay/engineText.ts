import { Engine } from "../../src/engine/engine.ts";
import { isCancelled } from "../../src/shared/errors.ts";
import type { ModelSpec } from "../../src/shared/protocol.ts";
import type { WrittenToken } from "../../src/extension/completion/candidate.ts";
import type { GeneratedText, TextRequest } from "../../src/extension/completion/completer.ts";

/** What a request computed, whatever the machine took for it. */
export interface Work {
  /** Tokens of the prompt that no cached sequence held. */
  readonly promptTokens: number;
  readonly tokens: number;
}

/** The engine in this process, asked as src/extension/client/generateText.ts asks it. */
export class EngineText {
  readonly #engine: Engine;
  readonly #model: ModelSpec;

  constructor(model: ModelSpec, threads: number) {
    this.#engine = new Engine({ threads });
    this.#model = model;
  }

  async contextLength(): Promise<number> {
    return (await this.#engine.load(this.#model, new AbortController().signal)).contextLength;
  }

  dispose(): Promise<void> {
    return this.#engine.dispose();
  }

  async generate({ prompt, maxTokens, stop, isEnough }: TextRequest): Promise<GeneratedText & { work: Work }> {
    const enough = new AbortController();
    const tokens: WrittenToken[] = [];
    let text = "";
    let logprob = 0;
    let read = 0;
    try {
      const result = await this.#engine.generate(
        {
          model: this.#model,
          prompt,
          maxTokens,
          stop,
          sampling: { temperature: 0 },
          overflow: "keepEnd",
          priority: "completion",
        },
        enough.signal,
        ({ token, text: safe, prompt: report }) => {
          if (report) read = report.promptTokens - report.reusedTokens;
          tokens.push(token);
          text += safe;
          logprob += token.logprob;
          if (isEnough(text, logprob)) enough.abort();
        },
      );
      const ended = result.finishReason === "length" ? "length" : "stop";
      return { text: result.text, tokens: result.tokens, ended, work: { promptTokens: read, tokens: tokens.length } };
    } catch (thrown) {
      if (!isCancelled(thrown)) throw thrown;
      return { text, tokens, ended: "stop", work: { promptTokens: read, tokens: tokens.length } };
    }
  }
}
