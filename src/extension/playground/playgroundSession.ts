import * as vscode from "vscode";
import { isCancelled, LocalghostError, toLocalghostError } from "../../shared/errors.ts";
import { withLineFeeds } from "../../shared/lineFeeds.ts";
import {
  checkDraft,
  checkFromPage,
  type Destination,
  type FromPage,
  type PlaygroundModel,
  type ToPage,
} from "../../shared/playgroundMessages.ts";
import type { MemoryUse } from "../../shared/memory.ts";
import type { TaskTemplate } from "../../prompts/template.ts";
import type { TaskModel } from "../../tasks/task.ts";
import { withTaskModel } from "../actions/taskModel.ts";
import type { Templates } from "../actions/templates.ts";
import type { AnsweringModel, BackendAccess } from "../client/backend.ts";
import type { Disposable } from "../disposables.ts";
import type { Log } from "../log.ts";
import { openRemembered } from "../memory/memoryPath.ts";
import type { ModelSpecs } from "../models/modelSpecs.ts";
import { fromDraft, importedDraft, toDraft } from "./drafts.ts";
import { insertAtCursor, selectedText } from "./editorText.ts";
import { generatedMessage, LIKELIEST, pageToken, paramsOf } from "./generateTexts.ts";
import { previewTask, runTaskForPage } from "./runTaskForPage.ts";
import { exportTemplate, importTemplate, saveInSettings, saveInWorkspace } from "./templateFiles.ts";

/** Items of a long answer that travel together: what the page does with them must fit between two frames. */
const SLICE = 64;
const PIECES_SLICE = 512;

export interface PlaygroundParts {
  readonly engine: BackendAccess;
  readonly models: Pick<ModelSpecs, "specFor">;
  readonly log: Log;
  readonly templates: () => Templates;
  /** What a text that stands in no file may know of the workspace; undefined: nothing. */
  readonly memory: () => MemoryUse | undefined;
}

type Message<K extends FromPage["type"]> = Extract<FromPage, { type: K }>;

/** One page of the playground: brings its requests to the engine, and the answers back. */
export class PlaygroundSession implements Disposable {
  readonly #parts: PlaygroundParts;
  readonly #post: (message: ToPage) => void;
  readonly #engineListener: Disposable;
  /** Cancels what runs, by the page's numbers. */
  readonly #running = new Map<number, AbortController>();
  #isReady = false;
  #waiting: ToPage[] = [];

  constructor(parts: PlaygroundParts, post: (message: ToPage) => void) {
    this.#parts = parts;
    this.#post = post;
    this.#engineListener = parts.engine.onDidChangeState(() => this.#sendEngine());
  }

  /** Sends a message as soon as there is a page to take it. */
  send(message: ToPage): void {
    if (this.#isReady) this.#post(message);
    else this.#waiting.push(message);
  }

  /** Takes what the page has sent; what is no message of ours is logged and dropped. */
  receive(value: unknown): void {
    const checked = checkFromPage(value);
    if ("problem" in checked) {
      this.#parts.log.warn(`The playground sent a message that does not fit: ${checked.problem}.`);
      // Whoever waits for an answer gets one.
      const run = runOf(value);
      const message = vscode.l10n.t("This is too long for the playground: shorten it.");
      if (run !== undefined) this.send({ type: "failed", run, message });
      return;
    }
    this.#handle(checked.message);
  }

  dispose(): void {
    this.#engineListener.dispose();
    for (const run of this.#running.values()) run.abort();
  }

  #handle(message: FromPage): void {
    switch (message.type) {
      case "ready":
        this.#begin();
        return;
      case "stop":
        this.#running.get(message.run)?.abort();
        return;
      case "generate":
        this.#run(message.run, (signal) => this.#generate(message, signal));
        return;
      case "score":
        this.#run(message.run, (signal) => this.#score(message, signal));
        return;
      case "tokenize":
        this.#run(message.run, (signal) => this.#tokenize(message, signal));
        return;
      case "preview":
        this.#run(message.run, (signal) => this.#preview(message, signal));
        return;
      case "runTask":
        this.#run(message.run, (signal) => this.#runTask(message, signal));
        return;
      case "listTemplates":
        this.#do(() => this.#sendTemplates());
        return;
      case "saveTemplate":
        this.#do(() => this.#saveTemplate(message));
        return;
      case "exportTemplate":
        this.#do(async () => this.#tellSaved(await exportTemplate(this.#templateOf(message.draft))));
        return;
      case "importTemplate":
        this.#do(() => this.#import());
        return;
      case "takeSelection":
        this.#do(() => this.#takeSelection(message.into, message.row));
        return;
      case "insert":
        this.#do(() => insertAtCursor(message.text));
        return;
      case "openRemembered":
        this.#do(() => openRemembered(message.path, message.line));
        return;
    }
  }

  /** A page has come: a new one, or the old one drawn anew, which waits for nothing that was asked before. */
  #begin(): void {
    for (const run of this.#running.values()) run.abort();
    this.#running.clear();
    this.#isReady = true;
    this.#sendEngine();
    this.#do(() => this.#sendTemplates());
    for (const message of this.#waiting) this.#post(message);
    this.#waiting = [];
  }

  /** Does what takes time; its end is always told. */
  #run(run: number, work: (signal: AbortSignal) => Promise<void>): void {
    const controller = new AbortController();
    this.#running.set(run, controller);
    work(controller.signal)
      .catch((thrown: unknown) => {
        if (isCancelled(thrown) || controller.signal.aborted) this.send({ type: "stopped", run });
        else this.send({ type: "failed", run, message: this.#logged(thrown) });
      })
      .finally(() => {
        if (this.#running.get(run) === controller) this.#running.delete(run);
      });
  }

  /** Does what is over at once; what goes wrong is told in a line. */
  #do(work: () => unknown): void {
    void Promise.resolve()
      .then(work)
      .catch((thrown: unknown) => {
        if (!isCancelled(thrown)) this.send({ type: "notice", message: this.#logged(thrown) });
      });
  }

  #logged(thrown: unknown): string {
    const { kind, message } = toLocalghostError(thrown);
    this.#parts.log.warn(`Playground: ${kind}: ${message}`);
    return message;
  }

  #sendEngine(): void {
    if (!this.#isReady) return;
    const { engine, models } = this.#parts;
    const { state } = engine;
    const model = state.kind === "asleep" ? state.model : modelIn(engine, models);
    this.#post({ type: "engine", state: state.kind, ...(model && { model: pageModel(model) }) });
  }

  async #generate(message: Message<"generate">, signal: AbortSignal): Promise<void> {
    const { run } = message;
    const streamed: number[][] = [];
    const result = await this.#parts.engine.use(
      ({ client, spec: model }) =>
        client.generate({ model, ...paramsOf(message), ...this.#memory, priority: "action" }, signal, (progress) => {
          // A stopped generation may have a token under way.
          if (signal.aborted) return;
          const { token, text, alternative = 0 } = progress;
          (streamed[alternative] ??= []).push(token.id);
          this.send({ type: "token", run, alternative, token: pageToken(token), text: withLineFeeds(text) });
        }),
      signal,
      () => this.#parts.models.specFor({}),
    );
    const texts = Array.from({ length: streamed.length }, (_, i) => streamed[i] ?? []);
    this.send(generatedMessage(run, result, texts));
  }

  async #score({ run, text }: Message<"score">, signal: AbortSignal): Promise<void> {
    const { tokens } = await this.#parts.engine.use(
      ({ client, spec: model }) =>
        client.score({ model, text, logprobs: LIKELIEST, ...this.#memory, priority: "action" }, signal),
      signal,
      () => this.#parts.models.specFor({}),
    );
    for (let i = 0; i < tokens.length; i += SLICE) {
      this.send({ type: "scoredTokens", run, tokens: tokens.slice(i, i + SLICE).map(pageToken) });
    }
    this.send({ type: "scored", run });
  }

  async #tokenize({ run, text }: Message<"tokenize">, signal: AbortSignal): Promise<void> {
    const { ids, pieces, byteLengths } = await this.#parts.engine.useQuietly(
      ({ client, spec: model }) => client.tokenize({ model, text }, signal),
      signal,
      () => this.#parts.models.specFor({}),
    );
    const all = ids.map((id, i) => ({ id, text: pieces[i] ?? "", bytes: byteLengths[i] ?? 0 }));
    for (let i = 0; i < Math.max(1, all.length); i += PIECES_SLICE) {
      const isLast = i + PIECES_SLICE >= all.length;
      this.send({ type: "tokenized", run, pieces: all.slice(i, i + PIECES_SLICE), isLast });
    }
  }

  async #preview({ run, setup }: Message<"preview">, signal: AbortSignal): Promise<void> {
    const template = this.#templateOf(setup.draft);
    const preview = await this.#withModel(template, (model) => previewTask(model, template, setup, signal), signal);
    this.send({ type: "previewed", run, ...preview });
  }

  async #runTask({ run, setup }: Message<"runTask">, signal: AbortSignal): Promise<void> {
    const template = this.#templateOf(setup.draft);
    const onText = (text: string) => {
      if (!signal.aborted) this.send({ type: "taskText", run, text });
    };
    const answer = await this.#withModel(
      template,
      (model) => runTaskForPage(model, template, setup, signal, onText),
      signal,
    );
    this.send({ type: "taskDone", run, answer });
  }

  get #memory(): { memory?: MemoryUse } {
    const memory = this.#parts.memory();
    return memory ? { memory } : {};
  }

  #withModel<T>({ id }: TaskTemplate, call: (model: TaskModel) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { engine, models } = this.#parts;
    return withTaskModel(engine, call, signal, () => models.specFor({ task: id }));
  }

  async #sendTemplates(): Promise<void> {
    const entries = await this.#parts.templates().all();
    const templates = entries.map(({ template, origin }) => ({
      draft: toDraft(template),
      description: template.description ?? "",
      origin,
    }));
    // One that does not fit would have the page drop them all.
    const fitting = templates.filter(({ draft }) => checkDraft(draft) !== undefined);
    this.send({ type: "templates", templates: fitting });
    const [left] = templates.filter((entry) => !fitting.includes(entry));
    if (!left) return;
    const message = vscode.l10n.t(
      "The task “{0}” is too large for the playground, which leaves it out.",
      left.draft.title,
    );
    this.send({ type: "notice", message });
  }

  async #saveTemplate({ draft, place }: Message<"saveTemplate">): Promise<void> {
    const template = this.#templateOf(draft);
    this.#tellSaved(place === "workspace" ? await saveInWorkspace(template) : await saveInSettings(template));
    await this.#sendTemplates();
  }

  #tellSaved(where: string | undefined): void {
    if (where === undefined) return;
    this.send({ type: "notice", message: vscode.l10n.t("Saved in {0}.", where) });
  }

  async #import(): Promise<void> {
    const template = await importTemplate();
    if (!template) return;
    this.send({ type: "draft", draft: importedDraft(template) });
  }

  #takeSelection(into: Destination, row: number | undefined): void {
    this.send({ type: "selection", into, text: selectedText(), ...(row !== undefined && { row }) });
  }

  /** @throws LocalghostError that says what is wrong with the draft */
  #templateOf(draft: Message<"exportTemplate">["draft"]): TaskTemplate {
    try {
      return fromDraft(draft, this.#parts.templates().get(draft.base));
    } catch (thrown) {
      throw new LocalghostError("invalidRequest", toLocalghostError(thrown).message, { cause: thrown });
    }
  }
}

/** The model that texts are generated with; undefined until it is loaded. */
function modelIn(engine: BackendAccess, models: Pick<ModelSpecs, "specFor">): AnsweringModel | undefined {
  try {
    return engine.modelOf(() => models.specFor({}));
  } catch {
    // Said when a text is asked for.
    return undefined;
  }
}

/** The number of a run that a message which does not fit would have begun. */
function runOf(value: unknown): number | undefined {
  const run = typeof value === "object" && value !== null && "run" in value ? value.run : undefined;
  return typeof run === "number" && Number.isInteger(run) && run > 0 ? run : undefined;
}

/** The page needs no folder. */
function pageModel({ name, dtype, device, deviceReason, contextLength }: AnsweringModel): PlaygroundModel {
  return { name, dtype, device, deviceReason, contextLength };
}
