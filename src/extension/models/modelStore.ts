import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { freeBytes } from "../../models/diskSpace.ts";
import { type UnfinishedDownload, unfinishedDownloads } from "../../models/download/unfinished.ts";
import { describeModel, type InstalledModel, installedModels } from "../../models/installed.ts";
import type { Machine } from "../../models/machine.ts";
import { embeddedNames } from "../../models/namedModel.ts";
import { readModelsFolder } from "../config.ts";
import type { Disposable } from "../disposables.ts";
import type { RunJob } from "./jobProcess.ts";

/** The models that are on this machine, as they were when they were last read. */
export interface PresentModels {
  readonly embedded: readonly InstalledModel[];
  readonly installed: readonly InstalledModel[];
  readonly unfinished: readonly UnfinishedDownload[];
  /** The models folder. */
  readonly folder: string;
  readonly freeBytes: number;
}

/** Reads which models there are, and tells when that may have changed. */
export class ModelStore implements Disposable {
  readonly #embedded: string;
  readonly #runJob: RunJob;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #disposed = new AbortController();
  #present: Promise<PresentModels> | undefined;
  readonly #memory: vscode.Memento;
  #measuring: Promise<Machine | undefined> | undefined;

  /**
   * @param embedded the folder of the models that come with the extension
   * @param memory where the machine's best measure is kept
   */
  constructor(embedded: string, runJob: RunJob, memory: vscode.Memento) {
    this.#embedded = embedded;
    this.#runJob = runJob;
    this.#memory = memory;
  }

  readonly onDidChange = this.#changed.event;

  /** Reads the folders, unless that was done since the last {@link refresh}. */
  read(): Promise<PresentModels> {
    if (!this.#present) {
      const present = this.#readNow();
      this.#present = present;
      present.catch(() => {
        if (this.#present === present) this.#present = undefined;
      });
    }
    return this.#present;
  }

  /** As {@link read}, with what the command line or another window may have changed meanwhile. */
  readAnew(): Promise<PresentModels> {
    this.#present = undefined;
    return this.read();
  }

  /** Something has changed, or may have: what was read is forgotten. */
  refresh(): void {
    this.#present = undefined;
    this.#changed.fire();
  }

  /** The machine, if it was measured before: nobody waits for that to see a list. */
  get machine(): Machine | undefined {
    return this.#memory.get<Machine>(machineKey());
  }

  /** Measures the machine, once a session; undefined when that has failed. */
  measureMachine(): Promise<Machine | undefined> {
    this.#measuring ??= this.#runJob({ kind: "measure" }, this.#disposed.signal).then(
      async (measured) => {
        // A machine that is busy while it is measured seems slower than it is, and never faster.
        const bytesPerSecond = Math.max(measured.bytesPerSecond, this.machine?.bytesPerSecond ?? 0);
        const machine: Machine = { ...measured, bytesPerSecond };
        await this.#memory.update(machineKey(), machine);
        this.#changed.fire();
        return machine;
      },
      () => undefined,
    );
    return this.#measuring;
  }

  /** Describes the model in any folder; undefined where there is none. */
  describeFolder(folder: string): InstalledModel | undefined {
    return fs.existsSync(folder) ? describeModel(path.basename(folder), folder) : undefined;
  }

  dispose(): void {
    this.#disposed.abort();
    this.#changed.dispose();
  }

  async #readNow(): Promise<PresentModels> {
    const models = readModelsFolder();
    return {
      embedded: embeddedNames(this.#embedded).map((name) => describeModel(name, path.join(this.#embedded, name))),
      installed: installedModels(models),
      unfinished: unfinishedDownloads(models),
      folder: models.path,
      freeBytes: await freeBytes(models.path),
    };
  }
}

/** Settings and state may travel to another machine with the user's home. */
function machineKey(): string {
  const [cpu] = os.cpus();
  return `models.machine ${cpu?.model ?? ""} ${os.cpus().length} ${os.totalmem()}`;
}
