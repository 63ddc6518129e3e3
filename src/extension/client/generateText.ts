import { isCancelled } from "../../shared/errors.ts";
import type { PromptReport, WarmResult } from "../../shared/protocol.ts";
import type { GenerateText } from "../completion/completer.ts";
import type { RequestFigures } from "../completion/figures.ts";
import type { EngineSupervisor } from "./engineSupervisor.ts";

/** A prompt that is too long loses its beginning: what stands near the cursor matters most. */
const OVERFLOW = "keepEnd";

/**
 * Ghost text from the engine: the likeliest tokens, and no more of them than are of use.
 * @param onCancelled told what a request cost that nobody waits for any more
 */
export function generateWith(
  supervisor: EngineSupervisor,
  onCancelled: (figures: RequestFigures) => void = () => undefined,
): GenerateText {
  return ({ prompt, maxTokens, stop, isEnough }, signal) =>
    supervisor.use(async ({ client, spec }) => {
      let growing = "";
      const enough = new AbortController();
      const watch = new Stopwatch();
      try {
        const result = await client.generate(
          {
            model: spec,
            prompt,
            maxTokens,
            stop,
            sampling: { temperature: 0 },
            overflow: OVERFLOW,
            priority: "completion",
          },
          AbortSignal.any([signal, enough.signal]),
          ({ text, prompt: report }) => {
            watch.token(report);
            growing += text;
            if (isEnough(growing)) enough.abort();
          },
        );
        const { promptTokens, reusedTokens, finishReason, timings, device } = result;
        const { prefillMs, decodeMsPerToken } = timings;
        const figures: RequestFigures = {
          prompt: { promptTokens, reusedTokens, prefillMs },
          tokens: result.tokens.length,
          decodeMsPerToken,
          finishReason,
          device,
        };
        return { text: result.text, ended: finishReason === "length" ? "length" : "stop", figures };
      } catch (thrown) {
        if (!isCancelled(thrown)) throw thrown;
        const device = supervisor.model?.device;
        if (enough.signal.aborted && !signal.aborted) {
          return { text: growing, ended: "stop", figures: { ...watch.figures, finishReason: "enough", device } };
        }
        onCancelled({ ...watch.figures, finishReason: "cancelled", device });
        throw thrown;
      }
    }, signal);
}

/**
 * Reads prompts ahead for {@link generateWith}, one after the other.
 * @param prompts asked when the engine is ready, and with it what is known of the model
 * @param onRead told how much there was to read
 */
export function warmWith(
  supervisor: EngineSupervisor,
  prompts: () => { prompts: string[]; maxTokens: number },
  onRead: (result: WarmResult) => void = () => undefined,
): (signal: AbortSignal) => Promise<void> {
  return (signal) =>
    supervisor.useQuietly(async ({ client, spec }) => {
      const { prompts: ahead, maxTokens } = prompts();
      for (const prompt of ahead) {
        onRead(await client.warm({ model: spec, prompt, maxTokens, overflow: OVERFLOW }, signal));
      }
    }, signal);
}

/** Times the tokens of a generation that ends without a result. */
class Stopwatch {
  #prompt: PromptReport | undefined;
  #tokens = 0;
  #firstAt = 0;
  #lastAt = 0;

  token(prompt: PromptReport | undefined): void {
    this.#prompt ??= prompt;
    this.#tokens++;
    this.#lastAt = performance.now();
    if (this.#tokens === 1) this.#firstAt = this.#lastAt;
  }

  get figures(): Pick<RequestFigures, "prompt" | "tokens" | "decodeMsPerToken"> {
    const decodeMsPerToken = this.#tokens > 1 ? (this.#lastAt - this.#firstAt) / (this.#tokens - 1) : 0;
    return { prompt: this.#prompt, tokens: this.#tokens, decodeMsPerToken };
  }
}
