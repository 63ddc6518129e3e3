import * as vscode from "vscode";
import type { TaskExample, TaskTemplate } from "../../prompts/template.ts";
import { LocalghostError } from "../../shared/errors.ts";
import { addExample, type ExampleTarget } from "../config.ts";
import { askValues } from "./askValues.ts";
import { withPlainLineEnds } from "./lineEnds.ts";
import { pickTask } from "./pickTask.ts";
import type { Memory } from "./recentValues.ts";
import type { Templates } from "./templates.ts";

/** An input that waits for its output. */
interface Pending {
  readonly template: TaskTemplate;
  readonly input: string;
}

/**
 * Takes an input and an output from the editor into a task's examples, in two steps: the first selection is the input;
 * the output is typed then, or selected and taken by the same command. They are kept in the setting `localghost.examples`,
 * where a person sees and edits them.
 */
export class ExampleCollector {
  readonly #templates: Templates;
  readonly #memory: Memory;
  #pending: Pending | undefined;

  constructor(templates: Templates, memory: Memory) {
    this.#templates = templates;
    this.#memory = memory;
  }

  /** @throws {LocalghostError} where nothing is selected */
  async remember(): Promise<void> {
    const selected = selectedText();
    const pending = this.#pending;
    if (!pending) return this.#begin(selected);
    const step = await pickStep(pending);
    if (step === "output") await this.#end(pending, selected);
    if (step === "input") await this.#begin(selected);
  }

  async #begin(input: string): Promise<void> {
    const template = await pickTask(
      await this.#templates.all(),
      vscode.l10n.t("The selection is the input of which task?"),
    );
    if (!template) return;
    const pending = { template, input };
    this.#pending = pending;
    const output = await vscode.window.showInputBox({
      title: vscode.l10n.t("{0}: the output of “{1}”", template.title, shortened(input)),
      prompt: vscode.l10n.t("Type the output; or press Escape, select it in an editor, and run this command again."),
      ignoreFocusOut: true,
    });
    if (output !== undefined && output.trim() !== "") await this.#end(pending, output.trim());
  }

  async #end({ template, input }: Pending, output: string): Promise<void> {
    const values = await askValues(template, {}, this.#memory);
    if (!values) return;
    const target = await pickTarget();
    if (!target) return;
    const hasValues = Object.keys(values).length > 0;
    const example: TaskExample = hasValues ? { input, output, values } : { input, output };
    await addExample(template.id, example, target);
    this.#pending = undefined;
    vscode.window.setStatusBarMessage(vscode.l10n.t("$(check) Remembered for “{0}”", template.title), 5_000);
  }
}

/** Asks for an example where a task needs one and has none. */
export async function askExample({ title }: TaskTemplate): Promise<TaskExample | undefined> {
  const input = await vscode.window.showInputBox({
    title: vscode.l10n.t("{0}: an example (1 of 2)", title),
    prompt: vscode.l10n.t("A text as it is before. “Remember Selection as Example” keeps examples for good."),
    ignoreFocusOut: true,
  });
  if (input === undefined || input === "") return undefined;
  const output = await vscode.window.showInputBox({
    title: vscode.l10n.t("{0}: an example (2 of 2)", title),
    prompt: vscode.l10n.t("The same text as it shall be after."),
    value: input,
    ignoreFocusOut: true,
  });
  return output === undefined || output === "" ? undefined : { input, output };
}

function selectedText(): string {
  const editor = vscode.window.activeTextEditor;
  const text = editor ? withPlainLineEnds(editor.document.getText(editor.selection)) : "";
  if (text.trim() !== "") return text;
  throw new LocalghostError(
    "invalidRequest",
    vscode.l10n.t("Nothing is selected: select the text of the example first."),
  );
}

async function pickStep({ template, input }: Pending): Promise<"input" | "output" | undefined> {
  const items: (vscode.QuickPickItem & { step: "input" | "output" })[] = [
    { label: vscode.l10n.t("The Selection Is the Output"), description: shortened(input), step: "output" },
    { label: vscode.l10n.t("Begin a New Example with the Selection"), step: "input" },
  ];
  const options = { title: template.title, placeHolder: vscode.l10n.t("What is selected?") };
  return (await vscode.window.showQuickPick(items, options))?.step;
}

async function pickTarget(): Promise<ExampleTarget | undefined> {
  if (!vscode.workspace.workspaceFolders) return "user";
  const items: (vscode.QuickPickItem & { target: ExampleTarget })[] = [
    {
      label: vscode.l10n.t("This Workspace"),
      description: vscode.l10n.t("in the workspace's settings"),
      target: "workspace",
    },
    { label: vscode.l10n.t("All Workspaces"), description: vscode.l10n.t("in your own settings"), target: "user" },
  ];
  return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t("Where shall the example be kept?") }))
    ?.target;
}

function shortened(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, " ");
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}
