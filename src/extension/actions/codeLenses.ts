import * as vscode from "vscode";
import { getSetting, onDidChangeSettings } from "../config.ts";
import type { Disposable } from "../disposables.ts";
import { COMMANDS } from "../ids.ts";
import { allFunctions } from "./innermostFunction.ts";
import { readOutline } from "./outline.ts";
import type { Templates } from "./templates.ts";

/** Above each function: the tasks that the setting `localghost.codeLens` names. */
export class CodeLenses implements vscode.CodeLensProvider, Disposable {
  readonly #templates: Templates;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listeners: vscode.Disposable;

  constructor(templates: Templates) {
    this.#templates = templates;
    this.#listeners = vscode.Disposable.from(
      vscode.languages.registerCodeLensProvider({ pattern: "**" }, this),
      onDidChangeSettings(["codeLens", "prompts"], () => this.#changed.fire()),
    );
  }

  get onDidChangeCodeLenses(): vscode.Event<void> {
    return this.#changed.event;
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const templates = getSetting("codeLens").flatMap((id) => this.#templates.get(id) ?? []);
    if (templates.length === 0) return [];
    const functions = allFunctions(await readOutline(document.uri));
    return functions.flatMap(({ firstLine, lastLine }) => {
      const range = document.validateRange(new vscode.Range(firstLine, 0, lastLine, Infinity));
      return templates.map(
        ({ id, title }) =>
          new vscode.CodeLens(range, {
            command: COMMANDS.runTask,
            title,
            arguments: [{ task: id, uri: document.uri, range }],
          }),
      );
    });
  }

  dispose(): void {
    this.#listeners.dispose();
    this.#changed.dispose();
  }
}
