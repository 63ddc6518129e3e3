import { Engine } from "../../src/engine/engine.ts";
import { isCancelled } from "../../src/shared/errors.ts";
import type { MemoryFile, MemoryUse } from "../../src/shared/memory.ts";
import type { ModelSpec } from "../../src/shared/protocol.ts";
import type { GeneratedText, TextRequest, WrittenText } from "../../src/extension/completion/completer.ts";

/** What a request computed, whatever the machine took for it. */
export interface Work {
  /** Tokens of the prompt that no cached sequence held. */
  readonly promptTokens: number;
  readonly tokens: number;
}

/** What the model wrote after a prompt, token by token, as far as it was asked to. */
interface Recording {
  readonly promptTokens: number;
  readonly tokens: WrittenText["tokens"][number][];
  /** Text that was safe to show after each token. */
  readonly texts: string[];
  /** Absent when it was stopped before its end. */
  readonly end?: Pick<WrittenText, "text" | "ended">;
}

/**
 * The engine in this process, asked as src/extension/client/generateText.ts asks it. Greedy text is the same each time, so
 * that what was written once is not computed again when another rule is tried on the same passages.
 */
export class EngineText {
  readonly #engine: Engine;
  readonly #model: ModelSpec;
  readonly #recordings = new Map<string, Recording>();
  #memory: MemoryUse | undefined;

  constructor(model: ModelSpec, threads: number) {
    this.#engine = new Engine({ threads });
    this.#model = model;
  }

  async contextLength(): Promise<number> {
    return (await this.#engine.load(this.#model, new AbortController().signal)).contextLength;
  }

  /** From now on the memory has these files and no others. */
  async remember(files: MemoryFile[], use: MemoryUse): Promise<void> {
    const { memories } = this.#engine;
    memories.clear({ model: this.#model });
    await memories.update({ model: this.#model, files }, new AbortController().signal);
    this.#memory = use;
    // They were made of what was known before.
    this.#recordings.clear();
  }

  dispose(): Promise<void> {
    return this.#engine.dispose();
  }

  async generate(request: TextRequest): Promise<GeneratedText & { work: Work }> {
    const { prompt, heal, maxTokens, stop, isEnough } = request;
    const key = JSON.stringify([prompt, heal, maxTokens, stop]);
    const known = this.#recordings.get(key);
    const played = known && play(known, isEnough);
    if (played) return played;
    const recording = await this.#record(request);
    this.#recordings.set(key, recording);
    return play(recording, isEnough) ?? fail();
  }

  async #record({ prompt, heal, maxTokens, stop, isEnough }: TextRequest): Promise<Recording> {
    const enough = new AbortController();
    const recording = { promptTokens: 0, tokens: [] as Recording["tokens"], texts: [] as string[] };
    let text = "";
    let logprob = 0;
    try {
      const result = await this.#engine.generate(
        {
          model: this.#model,
          prompt,
          heal,
          maxTokens,
          stop,
          sampling: { temperature: 0 },
          overflow: "keepEnd",
          ...(this.#memory && { memory: this.#memory }),
          priority: "completion",
        },
        enough.signal,
        ({ token, text: safe, prompt: report }) => {
          if (report) recording.promptTokens = report.promptTokens - report.reusedTokens;
          recording.tokens.push(token);
          recording.texts.push(safe);
          text += safe;
          logprob += token.logprob;
          if (isEnough(text, logprob, recording.tokens.length)) enough.abort();
        },
      );
      const ended = result.finishReason === "length" ? "length" : "stop";
      return { ...recording, end: { text: result.text, ended } };
    } catch (thrown) {
      if (!isCancelled(thrown)) throw thrown;
      return recording;
    }
  }
}

/** The text of a recording up to where it is enough; undefined where more would have to be written. */
function play(
  { promptTokens, tokens, texts, end }: Recording,
  isEnough: TextRequest["isEnough"],
): (GeneratedText & { work: Work }) | undefined {
  let text = "";
  let logprob = 0;
  for (const [index, token] of tokens.entries()) {
    text += texts[index] ?? "";
    logprob += token.logprob;
    if (!isEnough(text, logprob, index + 1)) continue;
    const written = tokens.slice(0, index + 1);
    return { text, tokens: written, ended: "stop", work: { promptTokens, tokens: written.length } };
  }
  return end && { ...end, tokens, work: { promptTokens, tokens: tokens.length } };
}

function fail(): never {
  throw new Error("A recording that was just made has no end.");
}
