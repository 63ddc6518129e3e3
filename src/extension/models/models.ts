import * as path from "node:path";
import * as vscode from "vscode";
import type { InstalledModel } from "../../models/installed.ts";
import { isCancelled, LocalghostError, toLocalghostError } from "../../shared/errors.ts";
import type { EngineSupervisor } from "../client/engineSupervisor.ts";
import { readModelSettings, readModelsFolder, writeModel } from "../config.ts";
import { DisposableStore, type Disposable } from "../disposables.ts";
import type { ModelCommand } from "../ids.ts";
import type { Log } from "../log.ts";
import { showProgress, type Notifier } from "../notify.ts";
import { askModel } from "./addModel.ts";
import { makeReady } from "./arrival.ts";
import { packAs, remove, verify } from "./care.ts";
import { pickModel } from "./chooseModel.ts";
import { type Arrived, Downloads } from "./downloads.ts";
import { HubAccess } from "./hubAccess.ts";
import { jobRunner, type RunJob } from "./jobProcess.ts";
import { chosenModels, type ModelTarget } from "./modelChoice.ts";
import type { Ability, AnyRow, ModelRow } from "./modelRows.ts";
import type { ModelSpecs } from "./modelSpecs.ts";
import { ModelStore } from "./modelStore.ts";
import { ModelsView } from "./modelsView.ts";
import { describeJob } from "./progressTexts.ts";
import { moveFolder } from "./moveFolder.ts";
import { openModelsFolder, revealFolder } from "./reveal.ts";
import { describeRow } from "./rowTexts.ts";

interface Parts {
  readonly context: vscode.ExtensionContext;
  readonly engine: EngineSupervisor;
  readonly specs: ModelSpecs;
  readonly notifier: Notifier;
  readonly log: Log;
  /** The tasks that may have a model of their own. */
  readonly tasks: () => Promise<readonly { readonly id: string; readonly title: string }[]>;
}

/** Everything that a person does with models: the view, the quick picks and the commands. */
export class Models implements Disposable {
  readonly #parts: Parts;
  readonly #disposables = new DisposableStore();
  readonly #runJob: RunJob;
  readonly #store: ModelStore;
  readonly #access: HubAccess;
  readonly #downloads: Downloads;
  readonly #view: ModelsView;

  constructor(parts: Parts) {
    const { context, specs, log } = parts;
    this.#parts = parts;
    const add = this.#disposables.add.bind(this.#disposables);
    const memory = context.globalState;
    const runJob = jobRunner(context.asAbsolutePath("dist/models.cjs"), log, vscode.l10n.uri?.fsPath);
    const store = add(new ModelStore(specs.embedded, runJob, memory));
    const access = new HubAccess(context.secrets);
    this.#runJob = runJob;
    this.#store = store;
    this.#access = access;
    this.#downloads = add(new Downloads({ access, store, runJob, memory, log }));
    this.#view = add(new ModelsView(store, this.#downloads));
    void this.#guarded(() => this.#downloads.offerInterrupted());
  }

  readonly handlers: Readonly<Record<ModelCommand, (...args: readonly unknown[]) => unknown>> = {
    chooseModel: () => this.#guarded(() => this.#choose({ kind: "all" })),
    chooseModelForLanguage: () => this.#guarded(() => this.#chooseForLanguage()),
    chooseModelForTask: () => this.#guarded(() => this.#chooseForTask()),
    addModel: () => this.#guarded(() => this.#add(undefined)),
    useModel: (from) => this.#with(from, "use", ({ name }) => writeModel({ kind: "all" }, name)),
    downloadModel: (from) => this.#with(from, "download", ({ name }) => this.#fetch(name, undefined)),
    resumeDownload: (from) =>
      this.#with(from, "resume", async ({ name }) => this.#arrived(await this.#downloads.resume(name), undefined)),
    pauseDownload: (from) => this.#with(from, "pause", ({ name }) => this.#downloads.pause(name)),
    cancelDownload: (from) => this.#with(from, "cancel", ({ name }) => this.#downloads.cancel(name)),
    verifyModel: (from) => this.#withModel(from, "verify", (row) => verify(row, this.#care)),
    packModel: (from) => this.#withModel(from, "pack", (row) => packAs(row, this.#care)),
    deleteModel: (from) => this.#withModel(from, "delete", (row) => remove(row, this.#care)),
    revealModel: (from) => this.#withModel(from, "reveal", ({ model }) => revealFolder(model.folder)),
    copyModelName: (from) => this.#with(from, undefined, ({ name }) => vscode.env.clipboard.writeText(name)),
    openModelPage: (from) => this.#with(from, "page", (row) => this.#openPage(row)),
    refreshModels: () => this.#store.refresh(),
    openModelsFolder: () => this.#guarded(() => openModelsFolder()),
    moveModelsFolder: () => this.#guarded(() => moveFolder(this.#care, this.#downloads)),
    setHubToken: () => this.#guarded(() => this.#access.askToken()),
    removeHubToken: () => this.#guarded(() => this.#access.removeToken()),
  };

  /** Some model was added, removed or chosen, or may have been. */
  get onDidChange(): vscode.Event<void> {
    return this.#store.onDidChange;
  }

  /**
   * All models that can be used, as they are now: embedded ones, installed ones, and those in folders that the settings
   * name, whose names are the folders' paths.
   */
  async present(): Promise<InstalledModel[]> {
    const { embedded, installed } = await this.#store.readAnew();
    const known = [...embedded, ...installed];
    const chosen = new Set(chosenModels(readModelSettings()).map(({ name }) => name));
    const folders = [...chosen].filter((name) => path.isAbsolute(name) && known.every(({ folder }) => folder !== name));
    const elsewhere = folders.flatMap((folder): InstalledModel[] => {
      const model = this.#store.describeFolder(folder);
      return model ? [{ ...model, name: folder }] : [];
    });
    return [...known, ...elsewhere];
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  get #care() {
    return { engine: this.#parts.engine, store: this.#store, runJob: this.#runJob };
  }

  async #choose(target: ModelTarget): Promise<void> {
    const choice = await pickModel(target, await this.#view.rows());
    if (!choice) return;
    switch (choice.kind) {
      case "same":
        await writeModel(target, undefined);
        return;
      case "other":
        await this.#add(target);
        return;
      case "row":
        await this.#take(choice.row, target);
        return;
    }
  }

  async #take(row: AnyRow, target: ModelTarget): Promise<void> {
    if (row.abilities.includes("use")) await writeModel(target, row.name);
    else if (row.abilities.includes("resume")) await this.#arrived(await this.#downloads.resume(row.name), target);
    else await this.#fetch(row.name, target);
  }

  async #chooseForLanguage(): Promise<void> {
    const id = vscode.window.activeTextEditor?.document.languageId;
    if (id === undefined) {
      throw new LocalghostError("invalidRequest", vscode.l10n.t("No file is open: open one of the language."));
    }
    await this.#choose({ kind: "language", id });
  }

  async #chooseForTask(): Promise<void> {
    const tasks = await this.#parts.tasks();
    const items = tasks.map(({ id, title }) => ({ label: title, description: id, id }));
    const chosen = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Choose Model for a Task") });
    if (chosen) await this.#choose({ kind: "task", id: chosen.id });
  }

  /** @param target what the model is added for; undefined: the user is asked once it is there */
  async #add(target: ModelTarget | undefined): Promise<void> {
    const added = await askModel(this.#access);
    if (!added) return;
    if (added.kind === "hub") await this.#fetch(added.word, target);
    else await this.#arrived(await this.#import(added.path), target);
  }

  async #fetch(word: string, target: ModelTarget | undefined): Promise<void> {
    await this.#arrived(await this.#downloads.add(word), target);
  }

  async #import(source: string): Promise<Arrived> {
    const models = readModelsFolder().path;
    return showProgress(vscode.l10n.t("Importing {0}", source), (report, signal) =>
      this.#runJob({ kind: "import", source, models }, signal, (progress) =>
        report(describeJob(progress), progress.bytesDone / Math.max(1, progress.bytesTotal)),
      ),
    ).finally(() => this.#store.refresh());
  }

  async #arrived(arrived: Arrived | undefined, target: ModelTarget | undefined): Promise<void> {
    if (!arrived) return;
    // Another version of a model that is loaded took its place.
    if (this.#parts.engine.mayHold(arrived.folder)) await this.#parts.engine.stop();
    await makeReady(arrived, target, this.#care);
  }

  /** Does something with the row that a menu names, or that the user picks. */
  #with(from: unknown, ability: Ability | undefined, action: (row: AnyRow) => unknown): Promise<void> {
    return this.#guarded(async () => {
      const row = await this.#rowOf(from, ability);
      if (row) await action(row);
    });
  }

  #withModel(from: unknown, ability: Ability, action: (row: ModelRow) => unknown): Promise<void> {
    return this.#with(from, ability, (row) => (row.kind === "model" ? action(row) : undefined));
  }

  async #rowOf(from: unknown, ability: Ability | undefined): Promise<AnyRow | undefined> {
    const rows = Object.values(await this.#view.rows()).flat();
    const able = rows.filter(({ abilities }) => ability === undefined || abilities.includes(ability));
    const name = nameIn(from);
    if (name !== undefined) return able.find((row) => row.name === name);
    if (able.length === 0)
      throw new LocalghostError("invalidRequest", vscode.l10n.t("There is no model to do this with."));
    const items = able.map((row) => ({ label: row.name, description: describeRow(row), row }));
    return (
      await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Which model?"), matchOnDescription: true })
    )?.row;
  }

  async #openPage(row: AnyRow): Promise<void> {
    const source = row.kind === "model" ? row.model.source : undefined;
    const page =
      source?.kind === "hub" ? `${source.endpoint}/${source.repository}` : `${this.#access.endpoint}/${row.name}`;
    await vscode.env.openExternal(vscode.Uri.parse(page, true));
  }

  async #guarded(call: () => unknown): Promise<void> {
    try {
      await call();
    } catch (thrown) {
      if (isCancelled(thrown)) return;
      const error = toLocalghostError(thrown);
      this.#parts.log.error(error.message);
      this.#parts.notifier.answer(error);
    }
  }
}

/** What a menu gives a command: the node; what our own messages give: a name. */
function nameIn(from: unknown): string | undefined {
  if (typeof from === "string") return from;
  const isRow = typeof from === "object" && from !== null && "name" in from && typeof from.name === "string";
  return isRow ? (from.name as string) : undefined;
}
