import { delay } from "../cancellation.ts";
import { CompletionCache } from "./completionCache.ts";
import { cutCompletion, dropUnfinished, type Cut } from "./cut.ts";
import type { Outcome, RequestFigures } from "./figures.ts";
import { fitToPlace, type Offer } from "./fit.ts";
import { indentWithTabs, isBlank, usesTabs } from "./indentation.ts";
import { findLoop } from "./loops.ts";
import { chooseMode, stopStrings, type Mode } from "./mode.ts";
import { lineBefore, type Place } from "./place.ts";
import { afterHeld, buildPrompt, type Prompt } from "./prompt.ts";
import { TypeThrough } from "./typeThrough.ts";

const CACHE_CAPACITY = 100;

/** What the completer asks of a model. */
export interface TextRequest {
  readonly prompt: string;
  readonly maxTokens: number;
  readonly stop: string[];
  /** Asked as the text grows: generation ends as soon as more text is of no use. */
  readonly isEnough: (text: string) => boolean;
}

export interface GeneratedText {
  readonly text: string;
  /** `length`: the tokens ran out in the middle of something. */
  readonly ended: "stop" | "length";
  readonly figures?: RequestFigures;
}

export type GenerateText = (request: TextRequest, signal: AbortSignal) => Promise<GeneratedText>;

export interface CompleterOptions {
  readonly debounceMs: number;
  readonly maxTokens: number;
  readonly maxLines: number;
}

/** By itself while the user types, or because the user asked for it: then there is nothing to wait for. */
export type Trigger = "typing" | "request";

/** Decides what ghost text to show. It knows neither VS Code nor the engine, so that it can be tested and replayed. */
export class Completer {
  readonly #generate: GenerateText;
  readonly #options: () => CompleterOptions;
  readonly #onRequest: (figures: RequestFigures, outcome: Outcome) => void;
  readonly #cache = new CompletionCache(CACHE_CAPACITY);
  readonly #typeThrough = new TypeThrough();

  /** @param onRequest told what each request to the model cost, and what became of its text */
  constructor(
    generate: GenerateText,
    options: () => CompleterOptions,
    onRequest: (figures: RequestFigures, outcome: Outcome) => void = () => undefined,
  ) {
    this.#generate = generate;
    this.#options = options;
    this.#onRequest = onRequest;
  }

  /** The offer for a place, from what was shown before, from the cache or from the model. */
  async complete(place: Place, trigger: Trigger, signal: AbortSignal): Promise<Offer | undefined> {
    const mode = chooseMode(place);
    if (mode === "none") return undefined;
    const text = this.#typeThrough.rest(place) ?? (await this.#fromCacheOrModel(place, mode, trigger, signal));
    const offer = fitToPlace(text, place);
    if (offer) this.#typeThrough.remember(place, text);
    return offer;
  }

  /** Forgets all texts: another model would write others. */
  clear(): void {
    this.#cache.clear();
    this.#typeThrough.forget();
  }

  async #fromCacheOrModel(place: Place, mode: Mode, trigger: Trigger, signal: AbortSignal): Promise<string> {
    const prompt = buildPrompt(place);
    const key = `${mode} ${prompt.held.length} ${prompt.text}`;
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    if (trigger === "typing") await delay(this.#options().debounceMs, signal);
    const text = await this.#fromModel(place, mode, prompt, signal);
    this.#cache.set(key, text);
    return text;
  }

  async #fromModel(place: Place, mode: Mode, prompt: Prompt, signal: AbortSignal): Promise<string> {
    const { maxTokens, maxLines } = this.#options();
    const line = lineBefore(place);
    const tabs = usesTabs(place.before, place.prefersTabs);
    const cut = (generated: string): Cut => {
      const text = afterHeld(generated, prompt);
      if (text === undefined) return { text: "", complete: true };
      const indented = tabs ? indentWithTabs(text, isBlank(line)) : text;
      const result = cutCompletion(indented, { mode, lineBefore: line, maxLines });
      const loop = findLoop(result.text);
      return loop === -1 ? result : { text: result.text.slice(0, loop).trimEnd(), complete: true };
    };
    const { text, ended, figures } = await this.#generate(
      { prompt: prompt.text, maxTokens, stop: stopStrings(mode), isEnough: (growing) => cut(growing).complete },
      signal,
    );
    const result = cut(text);
    const kept = ended === "length" && !result.complete ? dropUnfinished(result.text) : result.text;
    if (figures) this.#onRequest(figures, fitToPlace(kept, place) ? "shown" : "dropped");
    return kept;
  }
}
