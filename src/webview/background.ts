/** What the page asks for by itself while the user goes on: token counts, previews, probabilities of the prompt. */
import type { FromPage } from "../shared/playgroundMessages.ts";
import type { AppState, Page } from "./appState.ts";
import { change } from "./complete/completeView.ts";
import { score } from "./complete/scoring.ts";
import { setupOf } from "./tasks/taskState.ts";

/** So long after the last keystroke. */
const QUIET_MS = 350;
/** A longer prompt is scored when the user says so: it takes as long as reading it once more. */
const MOST_SCORED_TOKENS = 512;

/** Looks at each change of the state for what it makes worth asking. */
export class Background {
  readonly #page: Page;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(page: Page) {
    this.#page = page;
  }

  changed(before: AppState, after: AppState): void {
    const { complete, tasks, tokenizer } = after;
    const isSettled = complete.generation === undefined;
    const { text } = complete.history.present;
    if (isSettled && (text !== before.complete.history.present.text || before.complete.generation)) {
      this.#later("reading", () => this.#read());
    }
    if (tokenizer.text !== before.tokenizer.text || isReadByAnother(after)) {
      this.#later("tokenizer", () => this.#tokenize());
    }
    for (const { run, isRunning } of before.tasks.columns) {
      // Another task was picked: nobody sees this answer any more.
      if (isRunning && !tasks.columns.some((column) => column.run === run)) this.#stop(run);
    }
    const { draft, input, values } = tasks;
    const isChanged = draft !== before.tasks.draft || input !== before.tasks.input || values !== before.tasks.values;
    if (after.tab === "tasks" && (isChanged || before.tab !== "tasks")) this.#later("preview", () => this.#preview());
    const isNewTab = after.tab !== before.tab;
    if (isNewTab && (after.tab === "tasks" || after.tab === "dialogue")) this.#page.send({ type: "listTemplates" });
    const { figures } = complete;
    if (figures && figures !== before.complete.figures && figures.promptTokens <= MOST_SCORED_TOKENS) this.#score();
  }

  /** After a reload: what is not kept is asked for again. */
  resume(): void {
    const { complete, tokenizer, tab } = this.#page.state;
    if (complete.history.present.text !== "") this.#later("reading", () => this.#read());
    if (tokenizer.text !== "") this.#later("tokenizer", () => this.#tokenize());
    if (tab === "tasks") this.#later("preview", () => this.#preview());
  }

  #later(what: string, ask: () => void): void {
    clearTimeout(this.#timers.get(what));
    this.#timers.set(what, setTimeout(ask, QUIET_MS));
  }

  #read(): void {
    const page = this.#page;
    const { reading, complete } = page.state;
    const { text } = complete.history.present;
    if (reading) this.#stop(reading.run);
    if (complete.reading?.text === text) return;
    const run = page.nextRun();
    page.update((state) => ({ ...state, reading: { run, text, lengths: [] } }));
    page.send({ type: "tokenize", run, text });
  }

  #tokenize(): void {
    const page = this.#page;
    const { text, reading } = page.state.tokenizer;
    if (reading) this.#stop(reading.run);
    const run = page.nextRun();
    page.update((state) => ({ ...state, tokenizer: { ...state.tokenizer, reading: { run, pieces: [] } } }));
    page.send({ type: "tokenize", run, text });
  }

  #preview(): void {
    const page = this.#page;
    const { tasks } = page.state;
    const setup = setupOf(tasks, tasks.draft?.shots ?? 0);
    if (!setup) return;
    if (tasks.previewRun !== undefined) this.#stop(tasks.previewRun);
    const run = page.nextRun();
    page.update((state) => ({ ...state, tasks: { ...state.tasks, previewRun: run } }));
    page.send({ type: "preview", run, setup });
  }

  #score(): void {
    const page = this.#page;
    const started = score(page.state.complete, page.nextRun(), true);
    if (!started) return;
    change(page, () => started.state);
    page.send(started.message);
  }

  #stop(run: number): void {
    const message: FromPage = { type: "stop", run };
    this.#page.send(message);
  }
}

/** Whether who looks at a text's tokens sees those of another model. No server is sent a text that nobody asked it about. */
function isReadByAnother({ tab, tokenizer, engine: { model } }: AppState): boolean {
  if (tab !== "tokenizer" || tokenizer.reading || tokenizer.pieces.length === 0) return false;
  return model !== undefined && model.device !== "remote" && model.name !== tokenizer.readBy;
}
