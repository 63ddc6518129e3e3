import { delay } from "../cancellation.ts";
import { BackOff } from "./backOff.ts";
import { type Candidate, toCandidate, type WrittenToken } from "./candidate.ts";
import { CompletionCache } from "./completionCache.ts";
import { cutCompletion, dropUnfinished, type Cut } from "./cut.ts";
import type { Outcome, RequestFigures } from "./figures.ts";
import { fitToPlace, type Offer } from "./fit.ts";
import { type Features, longestLikely } from "./gate.ts";
import { indentWithTabs, isBlank, usesTabs } from "./indentation.ts";
import { findLoop } from "./loops.ts";
import { chooseMode, stopStrings, type Mode } from "./mode.ts";
import { lineBefore, type Place } from "./place.ts";
import { afterHeld, buildPrompt, type Prompt } from "./prompt.ts";
import { type Rest, TypeThrough } from "./typeThrough.ts";

const CACHE_CAPACITY = 100;
/**
 * Beyond this fall of the log-probability more text is of no use: it will not be shown now, and what is typed next will
 * hardly be just that.
 */
const LEAST_LOGPROB = -12;
/** Texts to cycle through for who asks; while typing one is shown, and more would take longer. */
const ALTERNATIVES = 3;

/** What the completer asks of a model. */
export interface TextRequest {
  readonly prompt: string;
  readonly maxTokens: number;
  readonly stop: string[];
  /** How many texts are wanted. */
  readonly alternatives: number;
  /** Asked as the text grows, with its log-probability: generation ends as soon as more text is of no use. */
  readonly isEnough: (text: string, logprob: number) => boolean;
}

export interface WrittenText {
  readonly text: string;
  readonly tokens: readonly WrittenToken[];
  /** `length`: the tokens ran out in the middle of something. */
  readonly ended: "stop" | "length";
}

/** The model's first choice. */
export interface GeneratedText extends WrittenText {
  /** Where alternatives were asked for: other texts, likeliest first. */
  readonly others?: readonly WrittenText[];
  readonly figures?: RequestFigures;
}

export type GenerateText = (request: TextRequest, signal: AbortSignal) => Promise<GeneratedText>;

export interface CompleterOptions {
  readonly debounceMs: number;
  /** What is shown unasked must be right with at least this probability, by the gate's estimate. */
  readonly leastProbability: number;
  /** Other weights than those that the gate was shipped with, to try them. */
  readonly gateWeights?: Features;
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
  readonly #backOff = new BackOff();

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

  /**
   * The offers for a place, from what the model wrote before, from the cache or from the model: while the user types
   * one at most, as much of it as is likely; on request several that differ, whatever their probability.
   */
  async complete(place: Place, trigger: Trigger, signal: AbortSignal): Promise<Offer[]> {
    const { candidates, hasAlternatives } = await this.candidates(place, trigger, signal);
    const offers = new Map<string, Offer>();
    for (const candidate of candidates) {
      // What was asked for stays while it is typed, however unlikely.
      const offer = this.#offer(candidate, place, hasAlternatives);
      if (offer && !offers.has(offer.text)) offers.set(offer.text, offer);
    }
    const [first] = offers.values();
    if (!hasAlternatives) this.#backOff.observe(place, first?.text);
    return [...offers.values()];
  }

  /** What the model writes at a place, likely or not. */
  async candidates(place: Place, trigger: Trigger, signal: AbortSignal): Promise<Rest> {
    const mode = chooseMode(place);
    if (mode === "none") return { candidates: [], hasAlternatives: false };
    const rest = this.#typeThrough.rest(place);
    if (rest && (trigger === "typing" || rest.hasAlternatives)) return rest;
    // Once the user is elsewhere, what was asked for there is over.
    if (!rest) this.#typeThrough.forget();
    const hasAlternatives = trigger === "request";
    const written = await this.#fromCacheOrModel(place, mode, trigger, signal);
    const candidates = [...(rest?.candidates ?? []), ...written];
    this.#typeThrough.remember(place, candidates, hasAlternatives);
    return { candidates, hasAlternatives };
  }

  /** Forgets all texts: another model would write others. */
  clear(): void {
    this.#cache.clear();
    this.#typeThrough.forget();
  }

  async #fromCacheOrModel(
    place: Place,
    mode: Mode,
    trigger: Trigger,
    signal: AbortSignal,
  ): Promise<readonly Candidate[]> {
    const prompt = buildPrompt(place);
    const alternatives = trigger === "typing" ? 1 : ALTERNATIVES;
    const key = `${mode} ${alternatives} ${prompt.held.length} ${prompt.text}`;
    const known = this.#cache.get(key);
    if (known) return known;
    if (trigger === "typing") await delay(this.#options().debounceMs, signal);
    const texts = await this.#fromModel(place, mode, prompt, alternatives, signal);
    this.#cache.set(key, texts);
    return texts;
  }

  async #fromModel(
    place: Place,
    mode: Mode,
    prompt: Prompt,
    alternatives: number,
    signal: AbortSignal,
  ): Promise<Candidate[]> {
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
    const isHopeless = (logprob: number): boolean => alternatives === 1 && logprob < LEAST_LOGPROB;
    const isEnough = (growing: string, logprob: number): boolean => isHopeless(logprob) || cut(growing).complete;
    const {
      figures,
      others = [],
      ...first
    } = await this.#generate(
      { prompt: prompt.text, maxTokens, stop: stopStrings(mode), alternatives, isEnough },
      signal,
    );
    const candidates = [first, ...others].map(({ text, tokens, ended }) => {
      const result = cut(text);
      const kept = ended === "length" && !result.complete ? dropUnfinished(result.text) : result.text;
      return toCandidate(kept, tokens);
    });
    const isShown = candidates.some((candidate) => this.#offer(candidate, place, alternatives > 1));
    if (figures) this.#onRequest(figures, isShown ? "shown" : "dropped");
    return candidates;
  }

  /** All of a candidate to who asked for it, else its likely part, as it fits the place. */
  #offer(candidate: Candidate, place: Place, isAsked: boolean): Offer | undefined {
    return fitToPlace(isAsked ? candidate.text : this.#likelyPart(candidate, place), place);
  }

  /** The beginning of a candidate that may be shown unasked. */
  #likelyPart(candidate: Candidate, place: Place): string {
    const { leastProbability, gateWeights } = this.#options();
    const least = leastProbability + this.#backOff.strictness;
    const beginning = longestLikely(candidate, { lineBefore: lineBefore(place) }, least, gateWeights);
    return candidate.text.slice(0, beginning?.length ?? 0);
  }
}
