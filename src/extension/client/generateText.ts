import { isCancelled } from "../../shared/errors.ts";
import type { PromptReport, WarmParams, WarmResult } from "../../shared/protocol.ts";
import type { WrittenToken } from "../completion/candidate.ts";
import type { GenerateText, WrittenText } from "../completion/completer.ts";
import type { RequestFigures } from "../completion/figures.ts";
import type { BackendAccess, GenerateAnswer, SpecSource } from "./backend.ts";

/** A prompt that is too long loses its beginning: what stands near the cursor matters most. */
const OVERFLOW = "keepEnd";

/**
 * Ghost text from whatever answers: the likeliest tokens, and no more of them than are of use.
 * @param onCancelled told what a request cost that nobody waits for any more
 * @param specFor the model of a language; undefined is the one that the engine starts with
 */
export function generateWith(
  backend: BackendAccess,
  onCancelled: (figures: RequestFigures) => void = () => undefined,
  specFor: (languageId: string) => SpecSource | undefined = () => undefined,
): GenerateText {
  return ({ languageId, prompt, suffix, heal, memory, maxTokens, stop, alternatives, isEnough }, signal) =>
    backend.use(
      async ({ client, spec }) => {
        const growing = Array.from({ length: alternatives }, () => new Growing());
        const enough = new AbortController();
        const watch = new Stopwatch();
        try {
          const result = await client.generate(
            {
              model: spec,
              prompt,
              ...(suffix !== undefined && { suffix }),
              heal,
              maxTokens,
              stop,
              sampling: { temperature: 0 },
              alternatives,
              overflow: OVERFLOW,
              ...(memory && { memory }),
              priority: "completion",
            },
            AbortSignal.any([signal, enough.signal]),
            ({ token, text, alternative = 0, prompt: report }) => {
              // Alternatives advance side by side: the tokens of one tell the time of each step.
              if (alternative === 0) watch.token(report);
              growing[alternative]?.push(token, text);
              if (growing.every((one) => isEnough(one.text, one.logprob, one.tokens.length))) enough.abort();
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
          return { ...written(result), others: othersOf(result), figures };
        } catch (thrown) {
          if (!isCancelled(thrown)) throw thrown;
          const device = backend.model?.device;
          if (enough.signal.aborted && !signal.aborted) {
            const figures: RequestFigures = { ...watch.figures, finishReason: "enough", device };
            const [first = NOTHING, ...others] = growing.map(({ text, tokens }) => ({
              text,
              tokens,
              ended: "stop" as const,
            }));
            return { ...first, others, figures };
          }
          onCancelled({ ...watch.figures, finishReason: "cancelled", device });
          throw thrown;
        }
      },
      signal,
      specFor(languageId),
    );
}

function written({
  text,
  tokens,
  finishReason,
}: Pick<GenerateAnswer, "text" | "tokens" | "finishReason">): WrittenText {
  return { text, tokens, ended: finishReason === "length" ? "length" : "stop" };
}

const NOTHING: WrittenText = { text: "", tokens: [], ended: "stop" };

/** A text while it is written. */
class Growing {
  readonly tokens: WrittenToken[] = [];
  text = "";
  /** Of all its tokens. */
  logprob = 0;

  push(token: WrittenToken, text: string): void {
    this.tokens.push(token);
    this.text += text;
    this.logprob += token.logprob;
  }
}

function othersOf({ text, alternatives = [] }: GenerateAnswer): WrittenText[] {
  return alternatives.filter((other) => other.text !== text).map(written);
}

/** What a generation will be asked to go on from. */
export type PromptAhead = Pick<WarmParams, "prompt" | "suffix">;

/**
 * Reads prompts ahead for {@link generateWith}, one after the other.
 * @param prompts asked when the engine is ready, and with it what is known of the model
 * @param onRead told how much there was to read
 * @param spec the model that will be asked; undefined is the one that the engine starts with
 */
export function warmWith(
  backend: BackendAccess,
  prompts: () => { prompts: readonly PromptAhead[]; maxTokens: number },
  onRead: (result: WarmResult) => void = () => undefined,
  spec?: SpecSource,
): (signal: AbortSignal) => Promise<void> {
  return (signal) =>
    backend.useQuietly(
      async ({ client, spec }) => {
        const { prompts: ahead, maxTokens } = prompts();
        for (const texts of ahead) {
          onRead(await client.warm({ model: spec, ...texts, heal: true, maxTokens, overflow: OVERFLOW }, signal));
        }
      },
      signal,
      spec,
    );
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
