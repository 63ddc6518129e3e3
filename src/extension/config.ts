import * as vscode from "vscode";
import type { TaskExample } from "../prompts/template.ts";
import { withExample, type ExamplesByTask } from "./actions/examples.ts";
import { ModelsFolder, usualModelsFolder } from "../models/modelsFolder.ts";
import { followMoves } from "../models/movedNote.ts";
import type { SettingsFacts } from "../doctor/subject.ts";
import { EXTENSION_ID, SECTION } from "./ids.ts";
import type { ModelSettings, ModelTarget } from "./models/modelChoice.ts";
import type { RemoteSettings } from "./remote/connect.ts";
import { asCompared } from "./globs.ts";
import { SETTING_NAMES, SETTINGS, isLanguageOn, type SettingName, type SettingValue } from "./settings.ts";

/**
 * A setting's value; one that is not valid counts as not set.
 * @param resource where folders of a workspace may have values of their own
 */
export function getSetting<K extends SettingName>(name: K, resource?: vscode.Uri): SettingValue<K> {
  const configuration = vscode.workspace.getConfiguration(SECTION, resource);
  const read = SETTINGS[name] as (value: unknown) => SettingValue<K> | undefined;
  const value = read(configuration.get(name)) ?? read(configuration.inspect(name)?.defaultValue);
  if (value === undefined) throw new Error(`package.json has no valid default for ${SECTION}.${name}.`);
  return value;
}

/** Whether ghost text is on, for a language or, without one, at all. */
export function isEnabled(languageId?: string): boolean {
  if (!getSetting("enable")) return false;
  return languageId === undefined || isLanguageOn(getSetting("enableByLanguage"), languageId);
}

/** A setting of another extension, by its full name. */
export function readForeignSetting(name: string): unknown {
  return vscode.workspace.getConfiguration().get(name);
}

/** The globs of `localghost.exclude`, as VS Code compares them with paths. */
export function excludedGlobs(resource: vscode.Uri): string[] {
  return getSetting("exclude", resource).flatMap(asCompared);
}

/** The globs that one of VS Code's own settings of files turns on. */
export function filesGlobs(setting: "exclude" | "readonlyInclude" | "readonlyExclude", uri: vscode.Uri): string[] {
  const globs = vscode.workspace.getConfiguration("files", uri).get<Readonly<Record<string, unknown>>>(setting);
  return Object.entries(globs ?? {}).flatMap(([glob, isOn]) => (isOn === true ? [glob] : []));
}

/** The settings that say which model is for what. */
export function readModelSettings(): ModelSettings {
  return {
    model: getSetting("model"),
    modelByLanguage: getSetting("modelByLanguage"),
    modelByTask: getSetting("modelByTask"),
  };
}

/** Chooses a model for all, a language or a task; `undefined` takes the choice back. */
export async function writeModel(target: ModelTarget, name: string | undefined): Promise<void> {
  if (target.kind === "all") await write("model", name);
  else await writeModelOf(target.kind === "language" ? "modelByLanguage" : "modelByTask", target.id, name);
}

async function writeModelOf(
  setting: "modelByLanguage" | "modelByTask",
  id: string,
  name: string | undefined,
): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const { where, own } = target(setting);
  const models = { ...SETTINGS[setting](own), ...(name !== undefined && { [id]: name }) };
  if (name !== undefined) await configuration.update(setting, models, where);
  else await forgetModels((_, key) => key === id, [setting]);
}

/** Takes back, for the user and for the workspace, all choices of models that are named so. */
export async function forgetModels(
  isMeant: (name: string, key?: string) => boolean,
  settings: readonly ("model" | "modelByLanguage" | "modelByTask")[] = ["model", "modelByLanguage", "modelByTask"],
): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  for (const setting of settings) {
    const set = configuration.inspect<unknown>(setting);
    const scopes = [
      [vscode.ConfigurationTarget.Global, set?.globalValue],
      [vscode.ConfigurationTarget.Workspace, set?.workspaceValue],
    ] as const;
    for (const [where, value] of scopes) {
      if (value === undefined) continue;
      if (setting === "model") {
        if (typeof value === "string" && isMeant(value)) await configuration.update(setting, undefined, where);
        continue;
      }
      const models = SETTINGS[setting](value) ?? {};
      const kept = Object.fromEntries(Object.entries(models).filter(([key, name]) => !isMeant(name, key)));
      if (Object.keys(kept).length === Object.keys(models).length) continue;
      await configuration.update(setting, Object.keys(kept).length > 0 ? kept : undefined, where);
    }
  }
}

/** Lets a setting that names the models folder name another one; a note leads there who has none. */
export async function moveModelsSetting(folder: string): Promise<void> {
  if (getSetting("modelsFolder") !== "") await write("modelsFolder", folder);
}

/** The folder that holds the installed models: the setting's, else the system's own, or where that was moved to. */
export function readModelsFolder(): ModelsFolder {
  return new ModelsFolder(followMoves(readUsualModelsFolder()));
}

/** As {@link readModelsFolder}, whether the models are still there or were moved away. */
export function readUsualModelsFolder(): string {
  const folder = getSetting("modelsFolder");
  return folder === "" ? usualModelsFolder() : folder;
}

/** The remote server; undefined: there is none. */
export function readRemoteSettings(): RemoteSettings | undefined {
  const endpoint = getSetting("remote.endpoint");
  if (endpoint === "") return undefined;
  return { endpoint, model: getSetting("remote.model"), timeoutMs: 1000 * getSetting("remote.timeoutSeconds") };
}

/** Where an example is kept. */
export type ExampleTarget = "workspace" | "user";

/** The examples of all tasks: the user's, then the workspace's, which stand nearer to the prompt. */
export function readAllExamples(): ExamplesByTask {
  const { user, workspace } = ownExamples();
  const tasks = new Set([...Object.keys(user), ...Object.keys(workspace)]);
  return Object.fromEntries([...tasks].map((task) => [task, [...(user[task] ?? []), ...(workspace[task] ?? [])]]));
}

export async function addExample(task: string, example: TaskExample, target: ExampleTarget): Promise<void> {
  const own = ownExamples()[target];
  const where = target === "user" ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  await vscode.workspace.getConfiguration(SECTION).update("examples", withExample(own, task, example), where);
}

/** Keeps a task in the user's setting, in the place of one of the same id. */
export async function savePrompt(id: string, prompt: Readonly<Record<string, unknown>>): Promise<void> {
  const set = vscode.workspace.getConfiguration(SECTION).inspect<unknown>("prompts");
  const own = SETTINGS.prompts(set?.globalValue) ?? [];
  const others = own.filter(
    (other) => !(typeof other === "object" && other !== null && "id" in other && other.id === id),
  );
  const all = [...others, { ...prompt, id }];
  await vscode.workspace.getConfiguration(SECTION).update("prompts", all, vscode.ConfigurationTarget.Global);
}

/** VS Code would take the workspace's list of a task in the place of the user's; both are wanted. */
function ownExamples(): Readonly<Record<ExampleTarget, ExamplesByTask>> {
  const set = vscode.workspace.getConfiguration(SECTION).inspect<unknown>("examples");
  const read = (value: unknown) => SETTINGS.examples(value) ?? {};
  return { user: read(set?.globalValue), workspace: vscode.workspace.isTrusted ? read(set?.workspaceValue) : {} };
}

/** Turns ghost text on or off where the user has set it: in the workspace if it is set there, else for all of them. */
export async function toggleEnabled(): Promise<void> {
  await write("enable", !getSetting("enable"));
}

/** Turns ghost text on or off for one language, and leaves the others as they are. */
export async function toggleLanguage(languageId: string): Promise<void> {
  const { own } = target("enableByLanguage");
  const next = !isLanguageOn(getSetting("enableByLanguage"), languageId);
  await write("enableByLanguage", { ...SETTINGS.enableByLanguage(own), [languageId]: next });
}

/** Calls back when one of these settings changes. */
export function onDidChangeSettings(names: readonly SettingName[], listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (names.some((name) => event.affectsConfiguration(`${SECTION}.${name}`))) listener();
  });
}

/** What the settings say beside their values: which are not valid, and which are not at their defaults. */
export function inspectSettings(): Pick<SettingsFacts, "invalid" | "changed"> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const invalid: string[] = [];
  const changed: Record<string, string | number | boolean | undefined> = {};
  for (const name of SETTING_NAMES) {
    const value = configuration.get<unknown>(name);
    const standard = configuration.inspect<unknown>(name)?.defaultValue;
    if (JSON.stringify(value) === JSON.stringify(standard)) continue;
    const isValid = SETTINGS[name](value) !== undefined;
    if (!isValid) invalid.push(name);
    changed[name] = isValid && isPublic(name) ? (value as string | number | boolean) : undefined;
  }
  return { invalid, changed };
}

/** Whether a setting chooses among words, numbers and switches: any other value is the user's own. */
function isPublic(name: SettingName): boolean {
  const extension = vscode.extensions.getExtension(EXTENSION_ID);
  const { contributes } = extension?.packageJSON as {
    contributes: { configuration: { properties: Record<string, { type: unknown; enum?: unknown } | undefined> } };
  };
  const property = contributes.configuration.properties[`${SECTION}.${name}`];
  return property?.enum !== undefined || ["boolean", "number", "integer"].includes(String(property?.type));
}

/** Opens the settings editor at our settings. */
export async function openSettings(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openSettings", `${SECTION}.`);
}

async function write<K extends SettingName>(name: K, value: SettingValue<K> | undefined): Promise<void> {
  await vscode.workspace.getConfiguration(SECTION).update(name, value, target(name).where);
}

/** Where a setting is set now, and the value that it has there. */
function target(name: SettingName): { where: vscode.ConfigurationTarget; own: unknown } {
  const set = vscode.workspace.getConfiguration(SECTION).inspect<unknown>(name);
  return set?.workspaceValue === undefined
    ? { where: vscode.ConfigurationTarget.Global, own: set?.globalValue }
    : { where: vscode.ConfigurationTarget.Workspace, own: set.workspaceValue };
}
