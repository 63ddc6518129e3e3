import * as vscode from "vscode";
import { cleanUp } from "../../models/cleanUp.ts";
import type { DownloadProgress } from "../../models/download/download.ts";
import type { DownloadPlan } from "../../models/download/plan.ts";
import { unfinishedDownloads } from "../../models/download/unfinished.ts";
import { findInCatalogue } from "../../models/catalogue.ts";
import { type HubReference, parseHubReference } from "../../models/modelName.ts";
import { isCancelled, LocalghostError, toLocalghostError } from "../../shared/errors.ts";
import { delay } from "../cancellation.ts";
import { readModelsFolder } from "../config.ts";
import type { Disposable } from "../disposables.ts";
import type { Log } from "../log.ts";
import { confirm, inform, showProgress, warn } from "../notify.ts";
import { proposeDownload } from "./downloadPlan.ts";
import type { HubAccess } from "./hubAccess.ts";
import type { RunJob } from "./jobProcess.ts";
import type { OwnDownload } from "./modelRows.ts";
import type { ModelStore } from "./modelStore.ts";
import { describeProgress, percentOf } from "./progressTexts.ts";

/** Names of downloads that run: those that are still there at the next start were interrupted. */
const RUNNING_KEY = "models.downloading";

/** After VS Code has given a window that ends five seconds, and its processes have had theirs. */
const LOOK_AFTER_MS = [0, 2_000, 8_000];

interface Running {
  readonly controller: AbortController;
  progress: DownloadProgress | undefined;
  /**
   * What the user wants who stops it; a crash, the end of the window and a lost connection are nobody's wish. `hide`: the
   * button of the notification, after which one must be told how to go on.
   */
  wish: "pause" | "hide" | "cancel" | undefined;
}

interface Parts {
  readonly access: HubAccess;
  readonly store: ModelStore;
  readonly runJob: RunJob;
  readonly memory: vscode.Memento;
  readonly log: Log;
}

/** A model that has arrived. */
export interface Arrived {
  readonly name: string;
  readonly folder: string;
}

/** The downloads of this window: each can be paused, goes on where it stopped, and shows how far it is. */
export class Downloads implements Disposable {
  readonly #parts: Parts;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #running = new Map<string, Running>();
  readonly #failures = new Map<string, string>();
  readonly #disposed = new AbortController();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A download has begun, ended, or come a little further. */
  readonly onDidChange = this.#changed.event;

  /** Those that run, and those whose last attempt has failed. */
  get all(): OwnDownload[] {
    const names = new Set([...this.#running.keys(), ...this.#failures.keys()]);
    return [...names].map((name) => ({
      name,
      progress: this.#running.get(name)?.progress,
      failure: this.#failures.get(name),
      isRunning: this.#running.has(name),
    }));
  }

  get isRunning(): boolean {
    return this.#running.size > 0;
  }

  /**
   * Asks the hub about a model, shows the plan, and downloads it if the user agrees.
   * @param word a repository, with or without a revision, its address, or a name of the catalogue
   * @returns undefined when it was not agreed to or has not ended; it can be gone on with then
   */
  async add(word: string): Promise<Arrived | undefined> {
    const { access } = this.#parts;
    const reference = parseHubReference(word, access.endpoint);
    const known = findInCatalogue(reference.repository);
    const repository = known?.origin === "hub" ? known.name : reference.repository;
    const plan = await this.#plan({ ...reference, repository });
    const { name, commit } = plan.repository;
    // What is there already need not be fetched again.
    if (plan.installedCommit === commit) return { name, folder: plan.folder };
    if (!(await proposeDownload(plan, access.host, await this.#parts.store.measureMachine()))) return undefined;
    return this.#carryOut(plan);
  }

  /** Goes on with a download, at the commit that it was begun with. */
  async resume(name: string): Promise<Arrived | undefined> {
    const unfinished = unfinishedDownloads(readModelsFolder()).find((one) => one.name === name);
    if (!unfinished)
      throw new LocalghostError("modelNotFound", vscode.l10n.t("Nothing of {0} has arrived: download it.", name));
    return this.#carryOut(await this.#plan({ repository: name, revision: unfinished.commit }));
  }

  /** Stops a download; what has arrived is kept. */
  pause(name: string): void {
    const running = this.#running.get(name);
    if (!running) return;
    running.wish = "pause";
    running.controller.abort();
  }

  /** Stops a download for good and removes what has arrived, after asking. */
  async cancel(name: string): Promise<void> {
    const question = vscode.l10n.t("Cancel the download of {0}?", name);
    if (!(await confirm(question, vscode.l10n.t("Cancel Download"), vscode.l10n.t("What has arrived is deleted."))))
      return;
    const running = this.#running.get(name);
    if (running) {
      running.wish = "cancel";
      running.controller.abort();
      return;
    }
    await this.#discard(name);
  }

  /**
   * Offers to go on with what the end of a window, or a crash, has interrupted. What still runs is looked at again: the
   * window that was reloaded may take some seconds to end, and another one goes on.
   */
  async offerInterrupted(): Promise<void> {
    const { memory, store } = this.#parts;
    for (const wait of LOOK_AFTER_MS) {
      await delay(wait, this.#disposed.signal);
      const names = memory.get<readonly string[]>(RUNNING_KEY, []).filter((name) => !this.#running.has(name));
      if (names.length === 0) return;
      const stopped = unfinishedDownloads(readModelsFolder()).filter(
        ({ name, state }) => state === "stopped" && names.includes(name),
      );
      for (const { name, bytesDone, bytesTotal } of stopped) {
        await this.#remember(name, false);
        const percent = percentOf({ bytesDone, bytesTotal });
        void this.#offerResume(vscode.l10n.t("The download of {0} was interrupted at {1}.", name, percent), name);
      }
      if (stopped.length > 0) store.refresh();
    }
  }

  /** The downloads end with the window, and can go on in the next one. */
  dispose(): void {
    this.#disposed.abort();
    for (const { controller } of this.#running.values()) controller.abort();
    this.#changed.dispose();
  }

  async #plan(reference: HubReference): Promise<DownloadPlan> {
    const { access } = this.#parts;
    const { planDownload } = await import("../../models/download/plan.ts");
    const hub = await access.hub();
    const title = vscode.l10n.t("Asking {0} about {1}", access.host, reference.repository);
    return showProgress(title, (_, signal) => planDownload(hub, reference, readModelsFolder(), signal));
  }

  async #carryOut(plan: DownloadPlan): Promise<Arrived | undefined> {
    const { name } = plan.repository;
    if (this.#running.has(name)) return undefined;
    const running: Running = { controller: new AbortController(), progress: undefined, wish: undefined };
    this.#running.set(name, running);
    this.#failures.delete(name);
    await this.#remember(name, true);
    this.#parts.store.refresh();
    try {
      return await this.#fetch(plan, running);
    } catch (thrown) {
      this.#running.delete(name);
      await this.#stopped(name, running, thrown);
      return undefined;
    } finally {
      this.#running.delete(name);
      this.#parts.store.refresh();
      this.#changed.fire();
    }
  }

  async #fetch(plan: DownloadPlan, running: Running): Promise<Arrived> {
    const { name } = plan.repository;
    const { access, log } = this.#parts;
    const models = readModelsFolder();
    const { downloadModel } = await import("../../models/download/download.ts");
    const hub = await access.hub();
    log.info(`Downloading ${name} at ${plan.repository.commit}: ${plan.totalBytes} bytes from ${access.host}.`);
    const folder = await showProgress(vscode.l10n.t("Downloading {0}", name), async (report, signal) => {
      // The notification's button stops it, and keeps what has arrived.
      signal.addEventListener("abort", () => (running.wish ??= "hide"));
      cleanUp(models);
      const both = AbortSignal.any([signal, running.controller.signal]);
      return downloadModel(hub, plan, models, both, (progress) => {
        running.progress = progress;
        report(describeProgress(progress), progress.bytesDone / Math.max(1, progress.bytesTotal));
        this.#changed.fire();
      });
    });
    await this.#remember(name, false);
    log.info(`Downloaded ${name}.`);
    return { name, folder };
  }

  /** A download has stopped before its end. */
  async #stopped(name: string, { wish, progress }: Running, thrown: unknown): Promise<void> {
    if (wish === "cancel") {
      await this.#remember(name, false);
      await this.#discard(name);
      return;
    }
    if (wish === "pause") {
      await this.#remember(name, false);
      return;
    }
    if (wish === "hide") {
      await this.#remember(name, false);
      const percent = progress ? percentOf(progress) : "0%";
      void this.#offerResume(vscode.l10n.t("The download of {0} is paused at {1}.", name, percent), name);
      return;
    }
    // The window closes.
    if (isCancelled(thrown)) return;
    const { message } = toLocalghostError(thrown);
    await this.#remember(name, false);
    this.#failures.set(name, message);
    this.#parts.log.error(`Downloading ${name}: ${message}`);
    void this.#offerResume(message, name, warn);
  }

  async #offerResume(message: string, name: string, say: typeof inform = inform): Promise<void> {
    const resume = vscode.l10n.t("Resume");
    if ((await say(message, resume)) === resume)
      await vscode.commands.executeCommand("localghost.resumeDownload", name);
  }

  async #discard(name: string): Promise<void> {
    const { runJob, store } = this.#parts;
    this.#failures.delete(name);
    await runJob({ kind: "discard", name, models: readModelsFolder().path }, new AbortController().signal);
    store.refresh();
  }

  async #remember(name: string, isRunning: boolean): Promise<void> {
    const { memory } = this.#parts;
    const others = memory.get<readonly string[]>(RUNNING_KEY, []).filter((one) => one !== name);
    await memory.update(RUNNING_KEY, isRunning ? [...others, name] : others);
  }
}
