import * as l10n from "@vscode/l10n";
import { LEVEL_STARTS, levelOf } from "../tokens/probability.ts";
import type { PlacedToken } from "../tokens/placeTokens.ts";

/** What the editing area tells of. Places are in UTF-16 code units. */
export interface EditorEvents {
  /** @param isTyping whether it was a keystroke, and not a paste or a cut */
  readonly onInput: (text: string, caret: number, isTyping: boolean) => void;
  readonly onCaret: (offset: number) => void;
  readonly onHover: (offset: number | undefined) => void;
  readonly onUndo: () => void;
  readonly onRedo: () => void;
  readonly onSubmit: () => void;
}

/** What the editing area shows. */
export interface EditorContent {
  readonly text: string;
  readonly caret: number;
  readonly placed: readonly PlacedToken[];
  /** Where tokens end; empty where they are not to be seen. */
  readonly boundaries: readonly number[];
  /** The token that is looked at. */
  readonly shown: PlacedToken | undefined;
  readonly isReadOnly: boolean;
}

interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** The names that playground.css styles. */
const LEVEL_NAMES = LEVEL_STARTS.map((_, level) => `level${level}`);
const NAMES = ["generated", "boundary", "shown", ...LEVEL_NAMES] as const;

/**
 * An editing area whose text is coloured by its tokens' probabilities. A text area does the editing; behind it lies the
 * same text once more, and CSS highlights colour that one: not one element is made for a token, so that a thousand of
 * them cost no more than one.
 */
export class PromptEditor {
  readonly element = document.createElement("div");
  readonly #area = document.createElement("textarea");
  readonly #mirror = document.createElement("div");
  readonly #text = document.createTextNode("");
  readonly #highlights = new Map(NAMES.map((name) => [name, new Highlight()]));
  /** After Escape the Tab key moves the focus, as it does everywhere else. */
  #tabMoves = false;
  #shown: EditorContent | undefined;

  constructor(events: EditorEvents) {
    this.element.className = "editor";
    this.#mirror.className = "mirror";
    this.#mirror.setAttribute("aria-hidden", "true");
    // The last line of a text that ends in a line break needs something to stand in it.
    this.#mirror.append(this.#text, document.createTextNode("\u200b"));
    this.#area.id = "prompt";
    this.#area.rows = 6;
    this.#area.spellcheck = false;
    this.#area.setAttribute("aria-label", l10n.t("Text: the model goes on where it ends"));
    this.#area.setAttribute("aria-describedby", "promptHelp");
    this.#area.placeholder = l10n.t("Write the beginning of a text, and let the model go on.");
    this.element.append(this.#mirror, this.#area);
    for (const [name, highlight] of this.#highlights) CSS.highlights.set(name, highlight);
    this.#listen(events);
  }

  focus(): void {
    this.#area.focus();
  }

  show(content: EditorContent): void {
    const before = this.#shown;
    this.#shown = content;
    if (this.#area.value !== content.text) {
      this.#area.value = content.text;
      this.#area.setSelectionRange(content.caret, content.caret);
    }
    this.#area.readOnly = content.isReadOnly;
    const old = this.#text.data;
    const isNewText = old !== content.text;
    // While the model writes, what is painted stays, and only what is new is added.
    const kept = content.text.startsWith(old) ? sameTokens(before?.placed ?? [], content.placed) : 0;
    if (isNewText) {
      if (content.text.startsWith(old)) this.#text.appendData(content.text.slice(old.length));
      else this.#text.data = content.text;
      if (content.isReadOnly) this.element.scrollTop = this.element.scrollHeight;
    }
    if (isNewText || before?.placed !== content.placed) this.#paintTokens(content.placed, kept);
    if (isNewText || before?.boundaries !== content.boundaries) this.#paintBoundaries(content.boundaries);
    if (isNewText || before?.shown !== content.shown) this.#paint("shown", content.shown ? [content.shown] : []);
  }

  /** @param kept how many of the tokens are painted already, and no others */
  #paintTokens(placed: readonly PlacedToken[], kept: number): void {
    if (kept === 0) for (const name of LEVEL_NAMES) this.#highlights.get(name)?.clear();
    for (const token of placed.slice(kept)) {
      const { logprob } = token.token;
      if (logprob !== undefined) this.#add(`level${levelOf(logprob)}`, token);
    }
    const first = placed.find(({ isGenerated }) => isGenerated);
    const last = placed.findLast(({ isGenerated }) => isGenerated);
    this.#paint("generated", first && last ? [{ start: first.start, end: last.end }] : []);
  }

  #paintBoundaries(ends: readonly number[]): void {
    const every = ends.map((end, i) => ({ start: ends[i - 1] ?? 0, end }));
    this.#paint(
      "boundary",
      every.filter((_, i) => i % 2 === 1),
    );
  }

  #paint(name: string, ranges: readonly TextRange[]): void {
    this.#highlights.get(name)?.clear();
    for (const range of ranges) this.#add(name, range);
  }

  #add(name: string, { start, end }: TextRange): void {
    if (start >= end || end > this.#text.data.length) return;
    const range = { startContainer: this.#text, startOffset: start, endContainer: this.#text, endOffset: end };
    this.#highlights.get(name)?.add(new StaticRange(range));
  }

  #listen(events: EditorEvents): void {
    const area = this.#area;
    area.addEventListener("input", (event) => {
      const isTyping = event instanceof InputEvent && TYPING.has(event.inputType);
      events.onInput(area.value, area.selectionStart, isTyping);
    });
    // The browser's own history knows nothing of what the model wrote.
    area.addEventListener("beforeinput", (event) => {
      if (event.inputType !== "historyUndo" && event.inputType !== "historyRedo") return;
      event.preventDefault();
      if (event.inputType === "historyUndo") events.onUndo();
      else events.onRedo();
    });
    area.addEventListener("keydown", (event) => this.#press(event, events));
    area.addEventListener("blur", () => (this.#tabMoves = false));
    for (const type of ["keyup", "click", "focus", "select"]) {
      area.addEventListener(type, () => events.onCaret(area.selectionStart));
    }
    area.addEventListener("mousemove", ({ clientX, clientY }) => events.onHover(this.#offsetAt(clientX, clientY)));
    area.addEventListener("mouseleave", () => events.onHover(undefined));
  }

  #press(event: KeyboardEvent, events: EditorEvents): void {
    const isCommand = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (key === "escape") {
      this.#tabMoves = true;
      return;
    }
    if (isCommand && key === "enter") handle(event, events.onSubmit);
    else if (isCommand && key === "z") handle(event, event.shiftKey ? events.onRedo : events.onUndo);
    else if (isCommand && key === "y") handle(event, events.onRedo);
    else if (key === "tab" && !event.shiftKey && !isCommand && !this.#tabMoves && !this.#area.readOnly) {
      handle(event, () => this.#insertTab(events));
    }
  }

  #insertTab(events: EditorEvents): void {
    const { selectionStart, selectionEnd } = this.#area;
    this.#area.setRangeText("\t", selectionStart, selectionEnd, "end");
    events.onInput(this.#area.value, this.#area.selectionStart, true);
  }

  /** The place in the text that is drawn at a point. */
  #offsetAt(x: number, y: number): number | undefined {
    // A text area keeps its text to itself: the mirror, which lies exactly behind, is asked instead.
    this.element.classList.add("probing");
    const position = document.caretPositionFromPoint(x, y);
    this.element.classList.remove("probing");
    return position?.offsetNode === this.#text ? position.offset : undefined;
  }
}

/** What comes in many small changes, which are one step for who takes it back. */
const TYPING: ReadonlySet<string> = new Set([
  ...["insertText", "insertCompositionText", "deleteContentBackward", "deleteContentForward"],
]);

/** How many tokens of `before` there are, if all of them still stand where they did; else none. */
function sameTokens(before: readonly PlacedToken[], after: readonly PlacedToken[]): number {
  const isSame = before.every(({ token, start, end }, i) => {
    const now = after[i];
    return now?.token === token && now.start === start && now.end === end;
  });
  return isSame ? before.length : 0;
}

function handle(event: KeyboardEvent, act: () => void): void {
  event.preventDefault();
  event.stopPropagation();
  act();
}
