import * as vscode from "vscode";
import { RESULT_ACTIONS } from "../../shared/resultMessages.ts";
import type { TaskTemplate } from "../../prompts/template.ts";
import type { BackendAccess } from "../client/backend.ts";
import { getSetting, readAllExamples } from "../config.ts";
import { DisposableStore, type Disposable } from "../disposables.ts";
import { VIEWS, type ActionCommand } from "../ids.ts";
import type { Log } from "../log.ts";
import type { ModelSpecs } from "../models/modelSpecs.ts";
import type { Notifier } from "../notify.ts";
import { nearestEditor } from "../playground/editorText.ts";
import { askValues } from "./askValues.ts";
import { CodeLenses } from "./codeLenses.ts";
import { findOpen } from "./documentText.ts";
import { readCommitMessage, writeCommitMessage } from "./gitChanges.ts";
import { InlineResults } from "./inlineResults.ts";
import { pickRun } from "./pickTask.ts";
import { ReadOnlyDocuments } from "./readOnly.ts";
import { askExample, ExampleCollector } from "./rememberExample.ts";
import { ReplacePreview } from "./replacePreview.ts";
import type { ResultRecord, RunOptions } from "./result.ts";
import { ResultActions, type PromptAndAnswer } from "./resultActions.ts";
import { toCard } from "./resultCard.ts";
import { ResultStore } from "./resultStore.ts";
import { ResultsView } from "./resultsView.ts";
import { readRunArguments } from "./runArguments.ts";
import { trackSources } from "./sourceTracker.ts";
import { takeRange, takeSources } from "./target.ts";
import { TaskRunner } from "./taskRunner.ts";
import { Templates } from "./templates.ts";

interface Parts {
  readonly context: vscode.ExtensionContext;
  readonly engine: BackendAccess;
  readonly models: Pick<ModelSpecs, "specFor">;
  readonly notifier: Notifier;
  readonly log: Log;
  readonly openInPlayground: (shown: PromptAndAnswer) => unknown;
}

/** Everything that a person does with a selection: the commands, and the views of their results. */
export class Actions implements Disposable {
  readonly #parts: Parts;
  readonly #disposables = new DisposableStore();
  readonly #store: ResultStore;
  readonly #templates: Templates;
  readonly #readOnly = new ReadOnlyDocuments();
  readonly #runner: TaskRunner;
  readonly #results: ResultActions;
  readonly #inline: InlineResults;
  readonly #view: ResultsView;
  readonly #examples: ExampleCollector;
  /** Results that were brought to the user's eyes: once each. */
  readonly #announced = new Set<string>();

  constructor(parts: Parts) {
    const { context, engine, models, notifier, log, openInPlayground } = parts;
    this.#parts = parts;
    const add = this.#disposables.add.bind(this.#disposables);
    const store = new ResultStore(context.workspaceState);
    const { whyReadOnly } = this.#readOnly;
    const card = (record: ResultRecord) => toCard(record, { notSureBelow: getSetting("notSureBelow"), whyReadOnly });
    this.#store = store;
    this.#templates = add(new Templates(log));
    this.#runner = new TaskRunner({
      ...{ engine, models, store, notifier, log },
      findTemplate: (id) => this.#templates.get(id),
      rememberedExamples: (id) => readAllExamples()[id] ?? [],
    });
    const preview = add(new ReplacePreview(store));
    const showsAlternatives = () => getSetting("resultView") === "panel";
    this.#results = new ResultActions({
      ...{ store, runner: this.#runner, preview, notifier, whyReadOnly, openInPlayground, showsAlternatives },
    });
    this.#inline = add(new InlineResults(store, card, vscode.Uri.joinPath(context.extensionUri, "media", "icon.png")));
    this.#view = add(new ResultsView(context.extensionUri, store, card, this.#results));
    this.#examples = new ExampleCollector(this.#templates, context.globalState);
    add(vscode.window.registerWebviewViewProvider(VIEWS.results, this.#view));
    add(new CodeLenses(this.#templates));
    add(trackSources(store));
    add(store.onDidChange((record) => this.#showNew(record)));
  }

  /** Newest first. */
  get results(): readonly ResultRecord[] {
    return this.#store.all;
  }

  /** All tasks, for whoever offers them too. */
  get templates(): Templates {
    return this.#templates;
  }

  /** A handler for each command; those of results take a result's id, its zone in the editor, or nothing for the latest. */
  readonly handlers: Readonly<Record<ActionCommand, (...args: readonly unknown[]) => unknown>> = {
    summarize: () => this.#run("summarize"),
    translate: () => this.#run("translate"),
    ask: () => this.#run("answer"),
    explain: () => this.#run("explain"),
    continueHere: () => this.#run("continue"),
    suggestName: () => this.#run("name"),
    writeCommitMessage: (from) => this.#parts.notifier.guard(() => this.#writeCommitMessage(rootOf(from))),
    rewriteByExample: () => this.#run("rewrite"),
    runTask: (args) => this.#parts.notifier.guard(() => this.#runChosen(args)),
    rememberExample: () => this.#parts.notifier.guard(() => this.#examples.remember()),
    showResults: () => this.#view.show(this.#store.all[0]?.id),
    clearResults: () => this.#store.clear(),
    showLimits: () =>
      vscode.commands.executeCommand(
        "markdown.showPreview",
        vscode.Uri.joinPath(this.#parts.context.extensionUri, "docs", "limits.md"),
      ),
    act: (action, id) => {
      const known = RESULT_ACTIONS.find((word) => word === action);
      return known && this.#results.act(known, this.#idOf(id));
    },
    reveal: (id, index) => {
      if (typeof id !== "string") return undefined;
      return this.#results.reveal(id, typeof index === "number" ? index : undefined);
    },
    take: (id, index) =>
      typeof id === "string" && typeof index === "number" ? this.#results.take(id, index) : undefined,
    insertResult: (from) => this.#results.act("insert", this.#idOf(from)),
    replaceByResult: (from) => this.#results.act("replace", this.#idOf(from)),
    copyResult: (from) => this.#results.act("copy", this.#idOf(from)),
    tryAgain: (from) => this.#results.act("tryAgain", this.#idOf(from)),
    compareAlternatives: (from) => this.#results.act("compare", this.#idOf(from)),
    openInPlayground: (from) => this.#results.act("openInPlayground", this.#idOf(from)),
    closeResult: (from) => {
      const id = this.#idOf(from);
      if (id === undefined) return;
      this.#runner.stop(id);
      this.#inline.close(id);
    },
    applyReplace: () => this.#results.applyReplace(),
    discardReplace: () => this.#results.discardReplace(),
  };

  dispose(): void {
    this.#disposables.dispose();
  }

  /** VS Code gives a command in a zone's title bar the zone itself. */
  #idOf(from: unknown): string | undefined {
    return typeof from === "string" ? from : this.#inline.idOf(from);
  }

  #run(templateId: string): Promise<void> {
    return this.#parts.notifier.guard(async () => this.#runTemplate(await this.#templates.find(templateId), {}));
  }

  async #runChosen(args: unknown): Promise<void> {
    const given = readRunArguments(args);
    if (given) {
      const { task, ...options } = given;
      const place = placeIn(args);
      await this.#runTemplate(await this.#templates.find(task), options, place);
      return;
    }
    const choice = await pickRun(
      await this.#templates.all(),
      ({ id, examples }) => examples.length + (readAllExamples()[id] ?? []).length,
    );
    if (choice) await this.#runTemplate(choice.template, { shots: choice.shots, mode: choice.mode });
  }

  async #runTemplate(
    template: TaskTemplate,
    given: Partial<RunOptions>,
    place?: { readonly document: vscode.TextDocument; readonly range: vscode.Range },
    repository?: vscode.Uri,
  ): Promise<readonly string[]> {
    // What is taken is decided before anything is asked: the focus then leaves the editor.
    const editor = nearestEditor();
    const sources = place
      ? [takeRange(place.document, place.range, template.scope)]
      : await takeSources(editor, template.scope, repository);
    const { globalState, workspaceState } = this.#parts.context;
    const memory = template.parameters.some(({ kind }) => kind === "text") ? workspaceState : globalState;
    const values = await askValues(template, given.values ?? {}, memory);
    if (!values) return [];
    const remembered = readAllExamples()[template.id] ?? [];
    const example =
      template.examples.length + remembered.length < template.leastShots ? await askExample(template) : undefined;
    if (template.examples.length + remembered.length + (example ? 1 : 0) < template.leastShots) return [];
    for (const uri of new Set(sources.flatMap((source) => (source.kind === "document" ? [source.uri] : [])))) {
      const document = findOpen(vscode.Uri.parse(uri));
      if (document) await this.#readOnly.examine(document);
    }
    const examples = example ? { examples: [example] } : {};
    return this.#runner.run(template, sources, { ...given, ...examples, templateId: template.id, values });
  }

  /** Into the box of the commit message, unless something stands there: that is the user's to replace. */
  async #writeCommitMessage(root: vscode.Uri | undefined): Promise<void> {
    const template = await this.#templates.find("commit-message");
    const [id = ""] = await this.#runTemplate(template, {}, undefined, root);
    const written = this.#store.get(id);
    if (written?.source.kind !== "changes" || written.outcome.kind !== "done") return;
    const { repository } = written.source;
    if ((await readCommitMessage(repository)).trim() !== "") return;
    await writeCommitMessage(repository, written.outcome.result.text);
  }

  /** Shows a result where the user wants results, as soon as it begins. */
  #showNew(record: ResultRecord): void {
    const { outcome, source, id } = record;
    if (outcome.kind !== "running" || this.#announced.has(id)) return;
    this.#announced.add(id);
    // Below a text that cannot be found any more there is no place.
    const hasPlace = source.kind === "document" && source.range !== undefined;
    if (getSetting("resultView") === "inline" && hasPlace) this.#inline.show(record);
    else void this.#view.show(id);
  }
}

/** VS Code gives a command above a list of changes the `SourceControl` that it stands over. */
function rootOf(from: unknown): vscode.Uri | undefined {
  if (typeof from !== "object" || from === null || !("rootUri" in from)) return undefined;
  return from.rootUri instanceof vscode.Uri ? from.rootUri : undefined;
}

/** The place that a code lens stands for. */
function placeIn(args: unknown): { document: vscode.TextDocument; range: vscode.Range } | undefined {
  if (typeof args !== "object" || args === null || !("uri" in args) || !("range" in args)) return undefined;
  const { uri, range } = args;
  if (!(uri instanceof vscode.Uri) || !(range instanceof vscode.Range)) return undefined;
  const document = findOpen(uri);
  return document && { document, range };
}
