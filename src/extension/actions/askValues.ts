import * as vscode from "vscode";
import { LANGUAGES } from "../../prompts/languages.ts";
import type { TaskParameter, TaskTemplate } from "../../prompts/template.ts";
import { RecentValues, type Memory } from "./recentValues.ts";

/**
 * Asks for what a task needs and was not given, with earlier values first.
 * @returns undefined when the user gives up
 */
export async function askValues(
  template: TaskTemplate,
  given: Readonly<Record<string, string>>,
  memory: Memory,
): Promise<Record<string, string> | undefined> {
  const values: Record<string, string> = { ...given };
  for (const parameter of template.parameters) {
    if (values[parameter.name] !== undefined || parameter.default !== undefined) continue;
    // Languages are the same for all tasks.
    const key = parameter.kind === "language" ? "languages" : `values ${template.id} ${parameter.name}`;
    const recent = new RecentValues(memory, key);
    const value = await askValue(template, parameter, recent.all);
    if (value === undefined) return undefined;
    await recent.add(value);
    values[parameter.name] = value;
  }
  return values;
}

/** What was used before and, of languages, those that have examples; whatever is typed can be chosen too. */
async function askValue(
  template: TaskTemplate,
  parameter: TaskParameter,
  recent: readonly string[],
): Promise<string | undefined> {
  const known = parameter.kind === "language" ? LANGUAGES.map(({ name }) => name) : [];
  const offered = [...new Set([...recent, ...known])].map((label) => ({ label }));
  const picker = vscode.window.createQuickPick();
  picker.title = `${template.title}: ${parameter.title}`;
  picker.placeholder =
    parameter.kind === "language"
      ? vscode.l10n.t("Choose a language, or type another one")
      : vscode.l10n.t("Type here, or choose what you gave before");
  picker.items = offered;
  picker.onDidChangeValue((typed) => {
    const value = typed.trim();
    const isOffered = value === "" || offered.some(({ label }) => label.toLowerCase() === value.toLowerCase());
    picker.items = isOffered ? offered : [{ label: value, alwaysShow: true }, ...offered];
  });
  const chosen = new Promise<string | undefined>((resolve) => {
    picker.onDidAccept(() => resolve(picker.activeItems[0]?.label ?? (picker.value.trim() || undefined)));
    picker.onDidHide(() => resolve(undefined));
  });
  picker.show();
  try {
    return await chosen;
  } finally {
    picker.dispose();
  }
}
