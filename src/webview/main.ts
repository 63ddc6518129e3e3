/** The page of the playground: shows the state, and changes it by what the user and the extension do. */
import "@vscode-elements/elements/dist/vscode-button/index.js";
import * as l10n from "@vscode/l10n";
import { render } from "lit";
import { checkToPage, type FromPage, type ToPage } from "../shared/playgroundMessages.ts";
import { type AppState, type Page, received } from "./appState.ts";
import { Background } from "./background.ts";
import { change, startGenerating } from "./complete/completeView.ts";
import { edited, placedTokens, redone, undone } from "./complete/completeState.ts";
import { PromptEditor } from "./edit/promptEditor.ts";
import { postMessage, readState, saveState } from "./host.ts";
import { pageView } from "./pageView.ts";
import "./parts/tabs.ts";
import { fromSaved, toSaved } from "./savedState.ts";
import { tokenAt } from "./tokens/placeTokens.ts";

/** What is seen is kept so long after a change: writing it down takes some milliseconds. */
const SAVE_MS = 800;

/** Between two frames while the model writes: it wants the processor more than the eye does. */
const GROWING_MS = 40;

l10n.config({ contents: JSON.parse(document.body.dataset["l10n"] ?? "{}") as Record<string, string> });

let state: AppState = fromSaved(readState());
let lastRun = 0;
let isDrawing = false;
let drawnAt = 0;
let saving: ReturnType<typeof setTimeout> | undefined;

const page: Page = {
  get state() {
    return state;
  },
  update: (by) => {
    const before = state;
    state = by(before);
    if (state === before) return;
    background.changed(before, state);
    draw();
    // What the model is writing is saved when it has ended, or when the page goes: packing it takes a while.
    if (!state.complete.generation) saving ??= setTimeout(save, SAVE_MS);
  },
  send: (message: FromPage) => postMessage(message),
  nextRun: () => ++lastRun,
};
const background = new Background(page);

const editor = new PromptEditor({
  onInput: (text, caret, isTyping) =>
    change(page, (complete) => edited(complete, text, caret, performance.now(), isTyping)),
  onCaret: (offset) => point("pointed", offset),
  onHover: (offset) => point("hovered", offset),
  onUndo: () => change(page, undone),
  onRedo: () => change(page, redone),
  onSubmit: () => startGenerating(page),
});

window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  const checked = checkToPage(data);
  if ("problem" in checked) console.warn(`A message does not fit and was dropped: ${checked.problem}.`);
  else receive(checked.message);
});
document.addEventListener("visibilitychange", save);
window.addEventListener("pagehide", save);

const root = document.getElementById("page");
if (!root) throw new Error('the page has no element "page"');
render(pageView(page, editor), root);
background.resume();
postMessage({ type: "ready" });

function receive(message: ToPage): void {
  page.update((before) => received(before, message));
}

/** Looks at the token of a place in the text. */
function point(what: "pointed" | "hovered", offset: number | undefined): void {
  const { complete } = state;
  if (complete.generation) return;
  const index = offset === undefined ? undefined : tokenAt(placedTokens(complete), offset);
  // Who moves the cursor looks there, wherever the mouse rests.
  const hovered = what === "pointed" ? undefined : index;
  const pointed = what === "pointed" ? index : complete.pointed;
  if (complete.pointed !== pointed || complete.hovered !== hovered) {
    change(page, (before) => ({ ...before, pointed, hovered }));
  }
}

/** At the next frame, however many changes there are until then; while the model writes, at few of them. */
function draw(): void {
  if (isDrawing) return;
  isDrawing = true;
  const wait = state.complete.generation ? drawnAt + GROWING_MS - performance.now() : 0;
  if (wait > 0) setTimeout(() => requestAnimationFrame(drawNow), wait);
  else requestAnimationFrame(drawNow);
}

function drawNow(): void {
  isDrawing = false;
  drawnAt = performance.now();
  if (root) render(pageView(page, editor), root);
}

function save(): void {
  clearTimeout(saving);
  saving = undefined;
  saveState(toSaved(state));
}
