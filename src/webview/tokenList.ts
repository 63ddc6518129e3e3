import type { PlaygroundToken } from "../shared/playgroundMessages.ts";

/** Steps of the colour scale in playground.css. */
const LEVELS = 5;

/** Generated tokens as coloured pieces of text; one of them is pointed at, with the mouse or the arrow keys. */
export class TokenList {
  readonly all: PlaygroundToken[] = [];
  readonly #container: HTMLElement;
  readonly #onPoint: (token: PlaygroundToken | undefined) => void;

  constructor(container: HTMLElement, onPoint: (token: PlaygroundToken | undefined) => void) {
    this.#container = container;
    this.#onPoint = onPoint;
    container.addEventListener("keydown", (event) => this.#move(event));
  }

  add(token: PlaygroundToken): void {
    const index = this.all.push(token) - 1;
    const piece = document.createElement("span");
    piece.textContent = token.text;
    piece.className = `token level${levelOf(token)}`;
    piece.setAttribute("role", "option");
    piece.setAttribute("aria-label", `${JSON.stringify(token.text)}, ${percent(token.logprob)}`);
    // One stop for the Tab key; the arrow keys go on from there.
    piece.tabIndex = index === 0 ? 0 : -1;
    piece.addEventListener("focus", () => this.#point(index));
    piece.addEventListener("mouseenter", () => this.#point(index));
    this.#container.append(piece);
  }

  clear(): void {
    this.all.length = 0;
    this.#container.replaceChildren();
    this.#onPoint(undefined);
  }

  #point(index: number): void {
    for (const [i, piece] of [...this.#container.children].entries()) {
      piece.setAttribute("aria-selected", String(i === index));
    }
    this.#onPoint(this.all[index]);
  }

  #move(event: KeyboardEvent): void {
    const pieces = [...this.#container.children] as HTMLElement[];
    const current = pieces.findIndex((piece) => piece === document.activeElement);
    const target = { ArrowLeft: current - 1, ArrowRight: current + 1, Home: 0, End: pieces.length - 1 }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    pieces[target]?.focus();
  }
}

/** 0 for a token that was a surprise, the highest for one that was all but certain. */
function levelOf({ logprob }: PlaygroundToken): number {
  return Math.min(LEVELS - 1, Math.floor(Math.exp(logprob) * LEVELS));
}

/** `12.3%` */
export function percent(logprob: number): string {
  return `${(100 * Math.exp(logprob)).toFixed(1)}%`;
}
