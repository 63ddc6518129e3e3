import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { folderOfName } from "../../models/namedModel.ts";
import { LocalghostError } from "../../shared/errors.ts";
import type { ModelSpec } from "../../shared/protocol.ts";
import { getSetting, readModelSettings, readModelsFolder } from "../config.ts";
import { chooseModel, type ModelUse } from "./modelChoice.ts";

/** Turns what the settings say of models into what the engine loads: the one place that does. */
export class ModelSpecs {
  /** The folder of the models that come with the extension. */
  readonly embedded: string;
  /** Folders that were found for names: ghost text asks at each keystroke. */
  readonly #found = new Map<string, string>();

  constructor(embedded: string) {
    this.embedded = embedded;
  }

  /** The name or folder that the settings give for a use. */
  nameFor(use: ModelUse): string {
    return chooseModel(readModelSettings(), use);
  }

  /** @throws LocalghostError `modelNotFound` */
  specFor(use: ModelUse): ModelSpec {
    return this.specOf(this.nameFor(use));
  }

  /**
   * What the engine loads for a name or folder, whatever the settings choose.
   * @throws LocalghostError `modelNotFound`
   */
  specOf(name: string): ModelSpec {
    return { folder: this.folderOf(name), dtype: getSetting("dtype"), device: getSetting("device") };
  }

  /**
   * The folder of a model: an embedded one, an installed one, or any folder by its absolute path.
   * @throws LocalghostError `modelNotFound`
   */
  folderOf(name: string): string {
    if (path.isAbsolute(name)) return name;
    const models = readModelsFolder();
    const key = `${models.path} ${name}`;
    const known = this.#found.get(key);
    if (known !== undefined && fs.existsSync(path.join(known, "config.json"))) return known;
    const folder = folderOfName(name, this.embedded, models);
    if (folder !== undefined) {
      this.#found.set(key, folder);
      return folder;
    }
    throw new LocalghostError(
      "modelNotFound",
      vscode.l10n.t("There is no model “{0}” on this machine: choose another one, or download it.", name),
    );
  }
}
