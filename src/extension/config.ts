import * as vscode from "vscode";
import type { TaskExample } from "../prompts/template.ts";
import { withExample, type ExamplesByTask } from "./actions/examples.ts";
import { SECTION } from "./ids.ts";
import { SETTINGS, isLanguageOn, type SettingName, type SettingValue } from "./settings.ts";

/** A setting's value; one that is not valid counts as not set. */
export function getSetting<K extends SettingName>(name: K): SettingValue<K> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
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

/** Opens the settings editor at our settings. */
export async function openSettings(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openSettings", `${SECTION}.`);
}

async function write<K extends SettingName>(name: K, value: SettingValue<K>): Promise<void> {
  await vscode.workspace.getConfiguration(SECTION).update(name, value, target(name).where);
}

/** Where a setting is set now, and the value that it has there. */
function target(name: SettingName): { where: vscode.ConfigurationTarget; own: unknown } {
  const set = vscode.workspace.getConfiguration(SECTION).inspect<unknown>(name);
  return set?.workspaceValue === undefined
    ? { where: vscode.ConfigurationTarget.Global, own: set?.globalValue }
    : { where: vscode.ConfigurationTarget.Workspace, own: set.workspaceValue };
}
