/** Types passages into a completer, a character at a time, and counts what its ghost text was worth. */
import { LocalghostError, isCancelled } from "../../src/shared/errors.ts";
import { seededRandom } from "../../src/engine/sampling/random.ts";
import { Completer, type CompleterOptions } from "../../src/extension/completion/completer.ts";
import type { Rule } from "../../src/extension/completion/rules.ts";
import { windowLength } from "../../src/extension/completion/prompt.ts";
import type { EngineText } from "./engineText.ts";
import type { Passage } from "./replayFile.ts";
import { placeInText } from "./textPlace.ts";
import { intervalAfter } from "./typist.ts";

/** Milliseconds that the model takes, fixed for a run so that what is shown does not hang on the machine's mood. */
export interface Speed {
  readonly perPromptToken: number;
  readonly perToken: number;
}

export interface Tally {
  /** Keys pressed, accepting included. */
  keystrokes: number;
  /** Characters that the passages have. */
  characters: number;
  /** Offers that were not the rest of the one before. */
  shown: number;
  /** Of these, right to the end of what was shown, of its first line and of its first word. */
  rightToEnd: number;
  rightToLineEnd: number;
  rightFirstWord: number;
  /** Characters that accepting wrote. */
  saved: number;
  /** Characters shown after the first wrong one. */
  wrong: number;
  requests: number;
  /** Requests that the next keystroke overtook. */
  overtaken: number;
  promptTokens: number;
  tokens: number;
  /** From a keystroke to its new offer, in milliseconds of modelled time. */
  latencies: number[];
}

export interface ReplayOptions extends CompleterOptions {
  readonly speed: Speed;
  readonly seed: number;
  /** Rules that are left out. */
  readonly without?: readonly Rule[];
  /** Awaited before a passage is typed. */
  readonly onBegin?: ((passage: Passage) => Promise<void>) | undefined;
}

export async function replay(
  engine: EngineText,
  passages: readonly Passage[],
  options: ReplayOptions,
  onPassage: (index: number) => void = () => undefined,
): Promise<Tally> {
  const tally: Tally = emptyTally();
  const length = windowLength(await engine.contextLength(), options.maxTokens);
  for (const [index, passage] of passages.entries()) {
    await options.onBegin?.(passage);
    await typePassage(engine, passage, length, { ...options, seed: options.seed + index }, tally);
    onPassage(index);
  }
  return tally;
}

function emptyTally(): Tally {
  return {
    keystrokes: 0,
    characters: 0,
    shown: 0,
    rightToEnd: 0,
    rightToLineEnd: 0,
    rightFirstWord: 0,
    saved: 0,
    wrong: 0,
    requests: 0,
    overtaken: 0,
    promptTokens: 0,
    tokens: 0,
    latencies: [],
  };
}

async function typePassage(
  engine: EngineText,
  { file, start, end }: Passage,
  length: number,
  { seed, speed, debounceMs, without = [], ...rest }: ReplayOptions,
  tally: Tally,
): Promise<void> {
  const random = seededRandom(seed);
  const written = file.text.slice(start, end);
  let left = 0;
  let latency = 0;
  const completer = new Completer(
    async (request) => {
      tally.requests++;
      const result = await engine.generate(request);
      const { promptTokens, tokens } = result.work;
      tally.promptTokens += promptTokens;
      tally.tokens += tokens;
      latency = debounceMs + promptTokens * speed.perPromptToken + tokens * speed.perToken;
      if (latency > left) {
        tally.overtaken++;
        throw new LocalghostError("cancelled", "The next key was faster.");
      }
      return result;
    },
    // The typist's clock has the debounce in it.
    () => ({ ...rest, debounceMs: 0 }),
    {},
    without,
  );
  let typed = 0;
  let shown = "";
  while (typed < written.length) {
    const character = written.charAt(typed);
    typed++;
    tally.keystrokes++;
    tally.characters++;
    // Editors indent a new line by themselves.
    const indent = character === "\n" ? (/^[ \t]*/.exec(written.slice(typed))?.[0].length ?? 0) : 0;
    typed += indent;
    tally.characters += indent;
    shown = shown.startsWith(character) ? shown.slice(1) : "";
    left = intervalAfter(character, random);
    if (left < debounceMs) continue;
    const before = file.text.slice(0, start + typed);
    const after = `\n${file.text.slice(end)}`;
    const place = placeInText({ path: file.path, language: file.language, before, after }, length);
    latency = 0;
    const offer = await completer
      .complete(place, "typing", new AbortController().signal)
      .then(([first]) => first)
      .catch((thrown: unknown) => {
        if (isCancelled(thrown)) return undefined;
        throw thrown;
      });
    if (!offer) {
      shown = "";
      continue;
    }
    const truth = written.slice(typed) + file.text.slice(end);
    if (offer.text !== shown) count(offer.text, truth, latency, tally);
    shown = offer.text;
    if (!truth.startsWith(offer.text) || offer.text.length > written.length - typed) continue;
    // The author takes what is right to its end, with one key.
    tally.keystrokes++;
    tally.characters += offer.text.length;
    tally.saved += offer.text.length;
    typed += offer.text.length;
    shown = "";
  }
}

function count(text: string, truth: string, latency: number, tally: Tally): void {
  tally.shown++;
  tally.latencies.push(latency);
  const [line = ""] = text.split("\n");
  const [word = ""] = /^\W*\w*/.exec(text) ?? [];
  if (truth.startsWith(text)) tally.rightToEnd++;
  if (truth.startsWith(line)) tally.rightToLineEnd++;
  if (truth.startsWith(word)) tally.rightFirstWord++;
  let right = 0;
  while (right < text.length && text[right] === truth[right]) right++;
  tally.wrong += text.length - right;
}
