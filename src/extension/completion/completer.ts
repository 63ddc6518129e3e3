import type { MemoryUse } from "../../shared/memory.ts";
import { delay } from "../cancellation.ts";
import { BackOff, type Shown, type Verdict } from "./backOff.ts";
import { type Candidate, toCandidate, type WrittenToken } from "./candidate.ts";
import { CompletionCache } from "./completionCache.ts";
import { cutCompletion, dropUnfinished, type Cut } from "./cut.ts";
import type { Outcome, RequestFigures } from "./figures.ts";
import { fitToPlace, type Offer } from "./fit.ts";
import { type Beginning, type GateWeights, longestLikely } from "./gate.ts";
import { isHarmless } from "./harmless.ts";
import { indentWithSpaces, indentWithTabs, isBlank, usesTabs } from "./indentation.ts";
import { InFlight, type OnGrowth } from "./inFlight.ts";
import { LastOffer } from "./lastOffer.ts";
import { findLoop } from "./loops.ts";
import type { Experience } from "./ownExperience.ts";
import { chooseMode, stopStrings, type Mode } from "./mode.ts";
import { lineBefore, type Place } from "./place.ts";
import { buildPrompt, buildSuffix } from "./prompt.ts";
import type { Rule } from "./rules.ts";
import { type Rest, TypeThrough } from "./typeThrough.ts";
import { toDocumentText, wholeLength } from "./wholeCharacters.ts";

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
  /** Languages may have models of their own. */
  readonly languageId: string;
  readonly prompt: string;
  /** What stands after the cursor, for a model that fills in the middle. */
  readonly suffix?: string;
  /** Whether the prompt's last word is to be spelled again. */
  readonly heal: boolean;
  readonly memory?: MemoryUse | undefined;
  readonly maxTokens: number;
  readonly stop: string[];
  /** How many texts are wanted. */
  readonly alternatives: number;
  /**
   * Asked as the text grows, with its log-probability and its number of tokens: generation ends as soon as more text is of
   * no use.
   */
  readonly isEnough: (text: string, logprob: number, tokens: number) => boolean;
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
  /** The same for what the memory of the workspace had a say in; absent: as without it. */
  readonly leastWithMemory?: number;
  /** What this user has taken and dismissed; absent: nothing yet. */
  readonly experience?: Experience;
  /** Other weights than those that the gate was shipped with, to try them. */
  readonly gateWeights?: GateWeights;
  readonly maxTokens: number;
  /** As many tokens as the model writes while a user waits for them; absent: its speed is not known yet. */
  readonly tokensInTime?: number | undefined;
  readonly maxLines: number;
  /** False: the model does not tell how likely its text is, so that none of it is shown unasked. Absent: it does. */
  readonly tellsProbabilities?: boolean;
  /** Whether the model sees what stands after the cursor. */
  readonly fillsInMiddle?: boolean | undefined;
}

/** Told what happens, for the log and for what is learned from it. */
export interface CompleterListener {
  /** What a request to the model cost, and what became of its text. */
  readonly onRequest?: (figures: RequestFigures, outcome: Outcome) => void;
  /** What became of a text that was shown unasked. */
  readonly onVerdict?: (verdict: Verdict, languageId: string) => void;
}

/** By itself while the user types, or because the user asked for it: then there is nothing to wait for. */
export type Trigger = "typing" | "request";

/** Decides what ghost text to show. It knows neither VS Code nor the engine, so that it can be tested and replayed. */
export class Completer {
  readonly #generate: GenerateText;
  readonly #options: (languageId: string) => CompleterOptions;
  readonly #listener: CompleterListener;
  readonly #without: readonly Rule[];
  readonly #cache = new CompletionCache(CACHE_CAPACITY);
  readonly #typeThrough = new TypeThrough();
  readonly #backOff = new BackOff();
  readonly #inFlight = new InFlight();
  readonly #lastOffer = new LastOffer();

  /**
   * @param options asked each time; languages may have models of their own
   * @param without rules that are left out, to measure what they are worth
   */
  constructor(
    generate: GenerateText,
    options: (languageId: string) => CompleterOptions,
    listener: CompleterListener = {},
    without: readonly Rule[] = [],
  ) {
    this.#generate = generate;
    this.#options = options;
    this.#listener = listener;
    this.#without = without;
  }

  /**
   * The offers for a place, from what the model wrote before, from the cache or from the model: while the user types
   * one at most, as much of it as is likely; on request several that differ, whatever their probability.
   */
  async complete(place: Place, trigger: Trigger, signal: AbortSignal): Promise<Offer[]> {
    const { candidates, hasAlternatives } = await this.candidates(place, trigger, signal);
    // What was asked for stays while it is typed, however unlikely.
    const offers = hasAlternatives ? this.#offers(candidates, place) : this.#likelyOffers(candidates, place);
    if (offers.length > 0) this.#lastOffer.remember(place, offers);
    return offers;
  }

  /** What the model writes at a place, likely or not. */
  async candidates(place: Place, trigger: Trigger, signal: AbortSignal): Promise<Rest> {
    const mode = this.#mode(place);
    if (mode === "none") {
      this.#inFlight.moved(place);
      return { candidates: [], hasAlternatives: false };
    }
    if (trigger === "typing" && this.#inFlight.isWriting) await this.#inFlight.join(place, signal);
    const rest = this.#has("typeThrough") ? this.#typeThrough.rest(place) : undefined;
    if (rest && (trigger === "typing" || rest.hasAlternatives)) return rest;
    // Once the user is elsewhere, what was asked for there is over.
    if (!rest) this.#typeThrough.forget();
    const { tellsProbabilities = true } = this.#options(place.languageId);
    if (trigger === "typing" && !tellsProbabilities) return { candidates: [], hasAlternatives: false };
    const hasAlternatives = trigger === "request";
    const written = await this.#fromCacheOrModel(place, mode, trigger, signal);
    const candidates = [...(rest?.candidates ?? []), ...written];
    this.#typeThrough.remember(place, candidates, hasAlternatives);
    return { candidates, hasAlternatives };
  }

  /** Whether a text is being written whose path the cursor may leave. */
  get isWriting(): boolean {
    return this.#inFlight.isWriting;
  }

  /** Told where the cursor goes while a text is being written: what is not of use there is cancelled at once. */
  moved(place: Place | undefined): void {
    if (place) this.#inFlight.moved(place);
    else this.#inFlight.abort();
  }

  /** Forgets all texts: another model would write others. */
  clear(): void {
    this.#inFlight.abort();
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
    const suffix = this.#options(place.languageId).fillsInMiddle ? buildSuffix(place) : undefined;
    const alternatives = trigger === "typing" ? 1 : ALTERNATIVES;
    const key = JSON.stringify([place.languageId, mode, alternatives, prompt, suffix]);
    const known = this.#cache.get(key);
    if (known) return known;
    const write = async (whileWanted: AbortSignal, onGrowth: OnGrowth): Promise<readonly Candidate[]> => {
      const texts = await this.#fromModel(
        place,
        mode,
        { prompt, ...(suffix !== undefined && { suffix }) },
        alternatives,
        whileWanted,
        onGrowth,
      );
      this.#cache.set(key, texts);
      // Whoever asked may be gone: the next question finds it here.
      if (trigger === "typing") this.#typeThrough.remember(place, texts, false);
      return texts;
    };
    if (trigger === "request") {
      this.#inFlight.abort();
      return write(signal, () => undefined);
    }
    if (!this.#lastOffer.wasTaken(place)) await delay(this.#options(place.languageId).debounceMs, signal);
    return this.#inFlight.start(place, write, signal);
  }

  async #fromModel(
    place: Place,
    mode: Mode,
    texts: Pick<TextRequest, "prompt" | "suffix">,
    alternatives: number,
    signal: AbortSignal,
    onGrowth: OnGrowth,
  ): Promise<Candidate[]> {
    const { maxTokens, tokensInTime = maxTokens, maxLines } = this.#options(place.languageId);
    // Who asks for several texts waits for them.
    const mostTokens = alternatives === 1 ? tokensInTime : maxTokens;
    const line = lineBefore(place);
    const tabs = usesTabs(place.before, place.prefersTabs);
    const cut = (generated: string): Cut => {
      const text = toDocumentText(generated);
      const indented = tabs ? indentWithTabs(text, isBlank(line)) : indentWithSpaces(text, isBlank(line));
      const result = cutCompletion(indented, { mode, lineBefore: line, maxLines });
      // What is likely may well be a text that goes round in circles: tables and lists do. Who asks sees unlikely ones, too.
      const loop = alternatives > 1 ? findLoop(result.text) : -1;
      return loop === -1 ? result : { text: result.text.slice(0, loop).trimEnd(), complete: true };
    };
    const isHopeless = (logprob: number): boolean => alternatives === 1 && logprob < LEAST_LOGPROB;
    const isEnough = (growing: string, logprob: number, tokens: number): boolean => {
      const { text, complete } = cut(growing);
      onGrowth(text);
      return complete || isHopeless(logprob) || tokens >= mostTokens;
    };
    const {
      figures,
      others = [],
      ...first
    } = await this.#generate(
      {
        languageId: place.languageId,
        ...texts,
        heal: this.#has("healing"),
        memory: place.memory,
        maxTokens,
        stop: stopStrings(mode),
        alternatives,
        isEnough,
      },
      signal,
    );
    const candidates = [first, ...others].map(({ text, tokens, ended }) => {
      const result = cut(text);
      const ranOut = ended === "length" || tokens.length >= mostTokens;
      const kept = ranOut && !result.complete ? dropUnfinished(result.text) : result.text;
      return toCandidate(kept, tokens);
    });
    if (figures) {
      const isShown = candidates.some((candidate) =>
        alternatives > 1 ? this.#fit(candidate.text, place) : this.#likelyOffer(candidate, place),
      );
      this.#listener.onRequest?.(figures, isShown ? "shown" : "dropped");
    }
    return candidates;
  }

  /** What may be shown unasked, and with it a note of what became of the text before. */
  #likelyOffers(candidates: readonly Candidate[], place: Place): Offer[] {
    let shown: Shown | undefined;
    const offers: Offer[] = [];
    for (const candidate of candidates) {
      const likely = this.#likelyOffer(candidate, place);
      if (!likely) continue;
      const { offer, beginning } = likely;
      shown ??= { text: offer.text, probability: beginning.probability };
      if (!offers.some(({ text }) => text === offer.text)) offers.push(offer);
    }
    const verdict = this.#backOff.observe(place, shown);
    if (verdict) this.#listener.onVerdict?.(verdict, place.languageId);
    return offers;
  }

  /** The beginning of a candidate that may be shown unasked, as it fits the place. */
  #likelyOffer(candidate: Candidate, place: Place): { offer: Offer; beginning: Beginning } | undefined {
    const {
      leastProbability,
      leastWithMemory = leastProbability,
      experience,
      gateWeights,
    } = this.#options(place.languageId);
    const strictness = this.#has("backOff") ? this.#backOff.strictness : 0;
    const bar = {
      least: leastProbability + strictness,
      leastWithMemory: leastWithMemory + strictness,
      ...(experience && { experience }),
    };
    const beginning = longestLikely(candidate, place, bar, gateWeights);
    const offer = beginning && this.#fit(candidate.text.slice(0, wholeLength(candidate.text, beginning.length)), place);
    return offer && { offer, beginning };
  }

  /** All of each candidate, as it fits the place; those that are the same once. */
  #offers(candidates: readonly Candidate[], place: Place): Offer[] {
    const offers = candidates.flatMap(({ text }) => this.#fit(text, place) ?? []);
    return offers.filter(({ text }, index) => offers.findIndex((other) => other.text === text) === index);
  }

  #fit(text: string, place: Place): Offer | undefined {
    const offer = this.#has("repeats") ? fitToPlace(text, place) : { text, replaces: 0 };
    return offer && isHarmless(offer, place) ? offer : undefined;
  }

  #mode(place: Place): Mode {
    const mode = chooseMode(place, this.#options(place.languageId).fillsInMiddle);
    return mode === "none" || this.#has("blocks") ? mode : "line";
  }

  #has(rule: Rule): boolean {
    return !this.#without.includes(rule);
  }
}
