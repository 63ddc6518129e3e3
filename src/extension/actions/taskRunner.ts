import { randomInt, randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { TaskExample, TaskTemplate } from "../../prompts/template.ts";
import { isCancelled, LocalghostError, toLocalghostError } from "../../shared/errors.ts";
import { runTask } from "../../tasks/runTask.ts";
import type { TaskProgress, TaskRequest, TaskResult, Turn } from "../../tasks/task.ts";
import type { BackendAccess } from "../client/backend.ts";
import type { Log } from "../log.ts";
import type { ModelSpecs } from "../models/modelSpecs.ts";
import type { ProgressReport } from "../lateProgress.ts";
import { showProgress, type Notifier } from "../notify.ts";
import { findOpen } from "./documentText.ts";
import { withPlainLineEnds } from "./lineEnds.ts";
import { relocate } from "./relocate.ts";
import { choicesOf, textOf, type Outcome, type ResultRecord, type RunOptions, type Source } from "./result.ts";
import type { ResultStore } from "./resultStore.ts";
import { withTaskModel } from "./taskModel.ts";
import { readWarning } from "./taskWarning.ts";

/** Earlier questions about a text that go with a new one. */
const TURNS = 4;
const ALTERNATIVES = 3;
const SEEDS = 2 ** 31;

interface Parts {
  readonly engine: BackendAccess;
  readonly models: Pick<ModelSpecs, "specFor">;
  readonly store: ResultStore;
  readonly notifier: Notifier;
  readonly log: Log;
  readonly findTemplate: (id: string) => TaskTemplate | undefined;
  readonly rememberedExamples: (templateId: string) => readonly TaskExample[];
}

/** Runs tasks on the engine, one after the other, and keeps their results up to date while the text streams in. */
export class TaskRunner {
  readonly #parts: Parts;
  /** Cancels what runs, by the results' ids. */
  readonly #running = new Map<string, AbortController>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Does a task on each source, with one notification that cancels them all.
   * @returns the ids of the results
   */
  async run(template: TaskTemplate, sources: readonly Source[], options: RunOptions): Promise<string[]> {
    const ids: string[] = [];
    await showProgress(template.title, async (report, signal) => {
      for (const [index, source] of sources.entries()) {
        if (signal.aborted) return;
        const record: ResultRecord = {
          id: randomUUID(),
          title: template.title,
          startedAt: Date.now(),
          options,
          source: whereItIs(source),
          outcome: { kind: "running", text: "", parts: [] },
        };
        this.#parts.store.add(record);
        ids.push(record.id);
        const which = vscode.l10n.t("took {0}", source.description);
        report(sources.length > 1 ? `${which} (${index + 1}/${sources.length})` : which);
        await this.#runOne(record, template, {}, report, signal);
      }
    });
    return ids;
  }

  /** The same again with another seed, as a result of its own. */
  async tryAgain(record: ResultRecord): Promise<void> {
    const template = this.#templateOf(record);
    const next: ResultRecord = {
      ...record,
      id: randomUUID(),
      startedAt: Date.now(),
      outcome: { kind: "running", text: "", parts: [] },
    };
    this.#parts.store.add(next);
    const seed = randomInt(SEEDS);
    await showProgress(template.title, (report, signal) => this.#runOne(next, template, { seed }, report, signal));
  }

  /** Several texts for the same prompt, unless the result has them already; it is left as it is if that is cancelled. */
  async compare(record: ResultRecord): Promise<void> {
    if (choicesOf(record).length > 1) return;
    const template = this.#templateOf(record);
    await showProgress(template.title, async (report, signal) => {
      await this.#runOne(record, template, { alternatives: ALTERNATIVES }, report, signal);
      const { store } = this.#parts;
      if (store.get(record.id)?.outcome.kind !== "done") store.update(record.id, { outcome: record.outcome });
    });
  }

  stop(id: string): void {
    this.#running.get(id)?.abort();
  }

  async #runOne(
    record: ResultRecord,
    template: TaskTemplate,
    change: Pick<TaskRequest, "seed" | "alternatives">,
    report: ProgressReport,
    signal: AbortSignal,
  ): Promise<void> {
    const { engine, models, store, notifier, log } = this.#parts;
    const own = new AbortController();
    const both = AbortSignal.any([signal, own.signal]);
    this.#running.set(record.id, own);
    let growing: Extract<Outcome, { kind: "running" }> = { kind: "running", text: "", parts: [] };
    const onProgress = (progress: TaskProgress): void => {
      // A token that was under way when the user stopped it.
      if (both.aborted) return;
      growing = grown(growing, progress);
      store.update(record.id, { outcome: growing });
      if (progress.kind === "part") report(vscode.l10n.t("part {0} of {1}", progress.index + 1, progress.count));
    };
    try {
      store.update(record.id, { outcome: growing });
      const request = { ...this.#request(record, template), ...change };
      const result = await withTaskModel(
        engine,
        async (model, folder): Promise<TaskResult> => {
          const warning = await readWarning(folder, template.id, model.name);
          if (warning !== undefined) store.update(record.id, { warning });
          return runTask(model, request, both, onProgress);
        },
        both,
        () => models.specFor({ task: template.id, languageId: languageOf(record.source) }),
      );
      store.update(record.id, { outcome: { kind: "done", result } });
    } catch (thrown) {
      if (isCancelled(thrown) || both.aborted) {
        store.update(record.id, { outcome: { kind: "stopped", text: growing.text } });
        return;
      }
      const error = toLocalghostError(thrown);
      log.error(`Task ${template.id}: ${error.message}`);
      store.update(record.id, { outcome: { kind: "failed", message: error.message } });
      // A crash for good is the supervisor's to report.
      if (engine.state.kind !== "failed") notifier.show(error);
    } finally {
      this.#running.delete(record.id);
    }
  }

  #request(record: ResultRecord, template: TaskTemplate): TaskRequest {
    const { values, shots, mode, examples = [], templateId } = record.options;
    const own = [...this.#parts.rememberedExamples(templateId), ...examples];
    return {
      template,
      input: withPlainLineEnds(record.source.text),
      values,
      dialogue: this.#turnsBefore(record),
      // Who remembers examples wants them used, also where the task has none by itself.
      shots: shots ?? Math.max(template.shots, own.length),
      examples: own,
      ...(mode !== undefined && { mode }),
    };
  }

  /** Earlier questions about the same text, oldest first: the dialogue so far. */
  #turnsBefore({ id, options, source }: ResultRecord): Turn[] {
    const { all } = this.#parts.store;
    // The newest stand first. Their times say less: the clock may have been set.
    const earlier = all.slice(all.findIndex((record) => record.id === id) + 1);
    const turns = earlier.flatMap((other): Turn[] => {
      const question = other.options.values["question"];
      const isAbout = other.options.templateId === options.templateId && other.source.text === source.text;
      if (!isAbout || question === undefined || other.outcome.kind !== "done") return [];
      // Asking the same again is no dialogue.
      return question === options.values["question"] ? [] : [{ question, answer: textOf(other) }];
    });
    return turns.slice(0, TURNS).reverse();
  }

  #templateOf({ title, options }: ResultRecord): TaskTemplate {
    const template = this.#parts.findTemplate(options.templateId);
    if (template) return template;
    throw new LocalghostError("invalidRequest", vscode.l10n.t("The task “{0}” is not defined any more.", title));
  }
}

/** A source whose document may have been edited since it was taken: while values were asked, or other sources had their turn. */
function whereItIs(source: Source): Source {
  if (source.kind !== "document" || !source.range) return source;
  const document = findOpen(vscode.Uri.parse(source.uri));
  return document ? { ...source, range: relocate(document.getText(), source.text, source.range) } : source;
}

function languageOf(source: Source): string | undefined {
  return source.kind === "document" ? findOpen(vscode.Uri.parse(source.uri))?.languageId : undefined;
}

function grown(
  { text, parts, ...rest }: Extract<Outcome, { kind: "running" }>,
  progress: TaskProgress,
): Extract<Outcome, { kind: "running" }> {
  return progress.kind === "text"
    ? { ...rest, text: text + progress.text, parts }
    : // What streamed in was this part's; the next one begins anew.
      { kind: "running", text: "", parts: [...parts, progress.text], partCount: progress.count };
}
