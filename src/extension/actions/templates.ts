import * as vscode from "vscode";
import { BUILTIN_TEMPLATES } from "../../prompts/builtin/index.ts";
import { TemplateError } from "../../prompts/checkValue.ts";
import { parseTemplate } from "../../prompts/parseTemplate.ts";
import type { TaskTemplate } from "../../prompts/template.ts";
import { LocalghostError, toLocalghostError } from "../../shared/errors.ts";
import { getSetting, onDidChangeSettings } from "../config.ts";
import { coalesced } from "../coalesce.ts";
import type { Disposable } from "../disposables.ts";
import type { Log } from "../log.ts";

/** Below each folder of the workspace. */
const PROMPTS_FOLDER = ".localghost/prompts";

/** Where a task comes from: a later source replaces a task of the same id. */
export type TemplateOrigin = "builtIn" | "settings" | "workspace";

export interface TemplateEntry {
  readonly template: TaskTemplate;
  readonly origin: TemplateOrigin;
}

/** All tasks: those that are built in, the setting's, and those in files of a workspace that the user trusts. */
export class Templates implements Disposable {
  readonly #log: Log;
  readonly #diagnostics = vscode.languages.createDiagnosticCollection("localghost");
  readonly #listeners: vscode.Disposable;
  readonly #read = coalesced(() => this.#readAll());
  /** What was written to the log, so that each mistake stands there once. */
  readonly #reported = new Set<string>();
  #entries: ReadonlyMap<string, TemplateEntry> = byId(BUILTIN_TEMPLATES, "builtIn");

  constructor(log: Log) {
    this.#log = log;
    const watcher = vscode.workspace.createFileSystemWatcher(`**/${PROMPTS_FOLDER}/*.json`);
    const again = () => void this.#read();
    this.#listeners = vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(again),
      watcher.onDidChange(again),
      watcher.onDidDelete(again),
      vscode.workspace.onDidChangeWorkspaceFolders(again),
      vscode.workspace.onDidGrantWorkspaceTrust(again),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (uri.path.includes(`/${PROMPTS_FOLDER}/`)) again();
      }),
      onDidChangeSettings(["prompts"], again),
    );
    again();
  }

  /** As of now, with what has just been saved. */
  async all(): Promise<readonly TemplateEntry[]> {
    await this.#read();
    return [...this.#entries.values()];
  }

  get(id: string): TaskTemplate | undefined {
    return this.#entries.get(id)?.template;
  }

  /** @throws {LocalghostError} for a task that is not there */
  async find(id: string): Promise<TaskTemplate> {
    // What was saved a moment ago counts.
    await this.#read();
    const known = this.get(id);
    if (known) return known;
    const message = vscode.l10n.t("There is no task “{0}”: see “Localghost: Run Task…” for those that are.", id);
    throw new LocalghostError("invalidRequest", message);
  }

  dispose(): void {
    this.#listeners.dispose();
    this.#diagnostics.dispose();
  }

  async #readAll(): Promise<void> {
    const inFiles = vscode.workspace.isTrusted ? await this.#readFiles() : [];
    this.#entries = new Map([
      ...byId(BUILTIN_TEMPLATES, "builtIn"),
      ...byId(this.#readSetting(), "settings"),
      ...byId(inFiles, "workspace"),
    ]);
  }

  #readSetting(): TaskTemplate[] {
    return getSetting("prompts").flatMap((value, index) => {
      try {
        return [parseTemplate(value)];
      } catch (thrown) {
        this.#report(`localghost.prompts[${index}]: ${toLocalghostError(thrown).message}`);
        return [];
      }
    });
  }

  async #readFiles(): Promise<TaskTemplate[]> {
    this.#diagnostics.clear();
    const folders = vscode.workspace.workspaceFolders ?? [];
    const files = (await Promise.all(folders.map(({ uri }) => promptFiles(uri)))).flat();
    const read = await Promise.all(files.map((file) => this.#readFile(file)));
    return read.flat();
  }

  async #readFile(file: vscode.Uri): Promise<TaskTemplate[]> {
    let text = "";
    try {
      text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
      return [parseTemplate(JSON.parse(text), idOf(file))];
    } catch (thrown) {
      const { message } = toLocalghostError(thrown);
      this.#diagnostics.set(file, [new vscode.Diagnostic(placeOf(thrown, text), message)]);
      this.#report(`${vscode.workspace.asRelativePath(file)}: ${message}`);
      return [];
    }
  }

  #report(message: string): void {
    if (this.#reported.has(message)) return;
    this.#reported.add(message);
    this.#log.warn(`A task was left out. ${message}`);
  }
}

function byId(templates: readonly TaskTemplate[], origin: TemplateOrigin): Map<string, TemplateEntry> {
  return new Map(templates.map((template) => [template.id, { template, origin }]));
}

/** The files of one folder of the workspace, by name; none where there are none. */
async function promptFiles(folder: vscode.Uri): Promise<vscode.Uri[]> {
  const prompts = vscode.Uri.joinPath(folder, PROMPTS_FOLDER);
  const entries = await Promise.resolve(vscode.workspace.fs.readDirectory(prompts)).catch(() => []);
  const names = entries.map(([name]) => name).filter((name) => name.endsWith(".json"));
  return names.toSorted().map((name) => vscode.Uri.joinPath(prompts, name));
}

/** `fix-typos` for `.localghost/prompts/fix-typos.json`. */
function idOf({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf("/") + 1, -".json".length);
}

/** The name of the field that is wrong, where it stands in the file; else the first line. */
function placeOf(thrown: unknown, text: string): vscode.Range {
  const name = thrown instanceof TemplateError ? thrown.path.findLast((step) => typeof step === "string") : undefined;
  const offset = name === undefined ? -1 : text.indexOf(`"${name}"`);
  if (name === undefined || offset === -1) return new vscode.Range(0, 0, 1, 0);
  const before = text.slice(0, offset).split("\n");
  const line = before.length - 1;
  const column = before.at(-1)?.length ?? 0;
  return new vscode.Range(line, column, line, column + name.length + 2);
}
