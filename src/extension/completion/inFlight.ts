import { isCancelled } from "../../shared/errors.ts";
import { abortable } from "../cancellation.ts";
import type { Candidate } from "./candidate.ts";
import type { Place } from "./place.ts";

/**
 * VS Code withdraws its question at each keystroke, and puts the next one a moment later. So long a text is written on
 * with nobody waiting for it; Escape is the case in which nobody comes.
 */
const GRACE_MS = 300;

/** Tells how a text grows, as it would stand at the cursor. */
export type OnGrowth = (text: string) => void;
export type WriteText = (signal: AbortSignal, onGrowth: OnGrowth) => Promise<readonly Candidate[]>;

interface Writing {
  /** Where it was asked for. */
  readonly origin: Place;
  readonly controller: AbortController;
  candidates: Promise<readonly Candidate[]>;
  written: string;
  /** What the user has typed since. */
  typed: string;
  waiting: number;
  grace?: ReturnType<typeof setTimeout>;
}

/**
 * The text that the model is writing while the user types. It belongs to the user's path, not to one question of VS
 * Code's: as long as the user types just what is being written it goes on, and each question waits for the same text;
 * as soon as they part, it is cancelled.
 */
export class InFlight {
  #writing: Writing | undefined;

  /** Whether there is a text to be followed at all. */
  get isWriting(): boolean {
    return this.#writing !== undefined;
  }

  /**
   * Has a text written in the place of the one that is being written.
   * @param signal ends the waiting, and the writing only if nobody else waits soon
   */
  start(origin: Place, write: WriteText, signal: AbortSignal): Promise<readonly Candidate[]> {
    this.abort();
    const controller = new AbortController();
    const writing: Writing = {
      ...{ origin, controller, written: "", typed: "", waiting: 0 },
      candidates: Promise.resolve([]),
    };
    this.#writing = writing;
    const onGrowth = (text: string): void => {
      writing.written = text;
      if (!agree(writing.typed, text)) this.#end(writing);
    };
    writing.candidates = write(controller.signal, onGrowth).finally(() => this.#forget(writing));
    // Nobody may be waiting when it fails; who asks next meets the same failure.
    writing.candidates.catch(() => undefined);
    return this.#wait(writing, signal);
  }

  /** Waits until the text is written that the user is typing; there may be none, or they part meanwhile. */
  async join(place: Place, signal: AbortSignal): Promise<void> {
    const writing = this.#writing;
    if (!writing || !this.#follow(writing, place)) return;
    try {
      await this.#wait(writing, signal);
    } catch (thrown) {
      // The text was cancelled, but not the question.
      if (signal.aborted || !isCancelled(thrown)) throw thrown;
    }
  }

  /** The cursor stands somewhere: if the user left the path of what is being written, it is cancelled. */
  moved(place: Place): void {
    const writing = this.#writing;
    // The place that was asked about may be ahead of the cursor, by the suggest widget's selected item.
    if (writing && !isAhead(writing.origin, place)) this.#follow(writing, place);
  }

  abort(): void {
    if (this.#writing) this.#end(this.#writing);
  }

  /** Whether the user is still on the path; if not, this is the end of it. */
  #follow(writing: Writing, place: Place): boolean {
    const typed = typedSince(writing.origin, place);
    if (typed !== undefined && agree(typed, writing.written)) {
      writing.typed = typed;
      return true;
    }
    this.#end(writing);
    return false;
  }

  async #wait(writing: Writing, signal: AbortSignal): Promise<readonly Candidate[]> {
    clearTimeout(writing.grace);
    writing.waiting++;
    try {
      return await abortable(writing.candidates, signal);
    } finally {
      writing.waiting--;
      if (writing.waiting === 0 && this.#writing === writing) {
        writing.grace = setTimeout(() => this.#end(writing), GRACE_MS);
      }
    }
  }

  #end(writing: Writing): void {
    this.#forget(writing);
    writing.controller.abort();
  }

  #forget(writing: Writing): void {
    clearTimeout(writing.grace);
    if (this.#writing === writing) this.#writing = undefined;
  }
}

/** What was typed between two places; undefined: something else happened. */
function typedSince(origin: Place, place: Place): string | undefined {
  if (origin.documentId !== place.documentId || !place.before.startsWith(origin.before)) return undefined;
  return place.before.slice(origin.before.length);
}

function isAhead(origin: Place, place: Place): boolean {
  return (
    origin.documentId === place.documentId && origin.before !== place.before && origin.before.startsWith(place.before)
  );
}

/** Whether one is a beginning of the other: neither has left the other's path. */
function agree(typed: string, written: string): boolean {
  return written.startsWith(typed) || typed.startsWith(written);
}
