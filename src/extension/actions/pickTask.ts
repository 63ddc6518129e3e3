import * as vscode from "vscode";
import type { Mode, TaskTemplate } from "../../prompts/template.ts";
import type { TemplateEntry, TemplateOrigin } from "./templates.ts";

/** What the user chose to run. */
export interface TaskChoice {
  readonly template: TaskTemplate;
  readonly shots: number;
  readonly mode: Mode;
}

/** Lets the user choose a task. */
export async function pickTask(
  entries: readonly TemplateEntry[],
  placeHolder: string,
): Promise<TaskTemplate | undefined> {
  const items = entries.map(({ template, origin }) => ({
    label: `$(${iconOf(origin)}) ${template.title}`,
    description: template.id,
    ...(template.description !== undefined && { detail: template.description }),
    template,
  }));
  const options = { title: vscode.l10n.t("Run Task"), placeHolder, matchOnDescription: true, matchOnDetail: true };
  return (await vscode.window.showQuickPick(items, options))?.template;
}

/**
 * Lets the user choose a task, how many examples go with it and how it finds its answer; what leaves no choice is not
 * asked.
 * @param countExamples how many examples a task has, the user's own included
 */
export async function pickRun(
  entries: readonly TemplateEntry[],
  countExamples: (template: TaskTemplate) => number,
): Promise<TaskChoice | undefined> {
  const template = await pickTask(entries, vscode.l10n.t("Which task?"));
  if (!template) return undefined;
  const shots = await pickShots(template, countExamples(template));
  if (shots === undefined) return undefined;
  const mode = await pickMode(template);
  return mode && { template, shots, mode };
}

async function pickShots(template: TaskTemplate, count: number): Promise<number | undefined> {
  const numbers = [...new Set([0, 1, count])].filter((shots) => shots >= template.leastShots && shots <= count);
  if (numbers.length < 2) return numbers[0] ?? template.leastShots;
  const items = numbers.map((shots) => ({
    label:
      shots === 0 ? vscode.l10n.t("Zero-shot") : shots === 1 ? vscode.l10n.t("One-shot") : vscode.l10n.t("Few-shot"),
    description:
      shots === 0
        ? vscode.l10n.t("no example")
        : shots === 1
          ? vscode.l10n.t("1 example")
          : vscode.l10n.t("{0} examples", shots),
    shots,
  }));
  return (
    await vscode.window.showQuickPick(items, {
      title: template.title,
      placeHolder: vscode.l10n.t("How many examples?"),
    })
  )?.shots;
}

async function pickMode(template: TaskTemplate): Promise<Mode | undefined> {
  if (!template.extract) return "generate";
  const items: (vscode.QuickPickItem & { mode: Mode })[] = [
    {
      label: vscode.l10n.t("Write the Answer"),
      description: vscode.l10n.t("in the model's own words"),
      mode: "generate",
    },
    {
      label: vscode.l10n.t("Choose from the Text"),
      description: vscode.l10n.t("its likeliest sentences or words"),
      mode: "rank",
    },
  ];
  // The better one for this task comes first.
  if (template.mode === "rank") items.reverse();
  return (await vscode.window.showQuickPick(items, { title: template.title, placeHolder: vscode.l10n.t("How?") }))
    ?.mode;
}

function iconOf(origin: TemplateOrigin): string {
  switch (origin) {
    case "builtIn":
      return "symbol-event";
    case "settings":
      return "account";
    case "workspace":
      return "folder";
  }
}
