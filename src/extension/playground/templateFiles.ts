import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { parseTemplate } from "../../prompts/parseTemplate.ts";
import { serializeTemplate } from "../../prompts/serializeTemplate.ts";
import type { TaskTemplate } from "../../prompts/template.ts";
import { LocalghostError } from "../../shared/errors.ts";
import { savePrompt } from "../config.ts";
import { confirm } from "../notify.ts";

const FOLDER = [".localghost", "prompts"];
const FILTERS = { JSON: ["json"] };

/**
 * Writes a template into the workspace, where "Run Task…" finds it at once.
 * @returns where it is, for the user; undefined when the user does not want an older one replaced
 * @throws LocalghostError where there is no workspace
 */
export async function saveInWorkspace(template: TaskTemplate): Promise<string | undefined> {
  const folder = await chooseFolder();
  const file = vscode.Uri.joinPath(folder, ...FOLDER, `${template.id}.json`);
  if (await exists(file)) {
    const question = vscode.l10n.t("{0} is there already.", vscode.workspace.asRelativePath(file));
    if (!(await confirm(question, vscode.l10n.t("Replace It")))) return undefined;
  }
  await write(file, template);
  return vscode.workspace.asRelativePath(file);
}

/** Writes a template into the user's settings, in the place of one of the same id. */
export async function saveInSettings(template: TaskTemplate): Promise<string> {
  await savePrompt(template.id, serializeTemplate(template));
  return "localghost.prompts";
}

/** Asks for a file. Undefined when the user has no wish for one. */
export async function exportTemplate(template: TaskTemplate): Promise<string | undefined> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const file = await vscode.window.showSaveDialog({
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder.uri, `${template.id}.json`) }),
    filters: FILTERS,
  });
  if (!file) return undefined;
  await write(file, template);
  return vscode.workspace.asRelativePath(file);
}

/**
 * Asks for a file with a template.
 * @throws LocalghostError that says what is wrong in it
 */
export async function importTemplate(): Promise<TaskTemplate | undefined> {
  const [file] = (await vscode.window.showOpenDialog({ canSelectMany: false, filters: FILTERS })) ?? [];
  if (!file) return undefined;
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
  const name = file.path.slice(file.path.lastIndexOf("/") + 1).replace(/\.json$/, "");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const message = vscode.l10n.t("{0} is not JSON: choose a file that was exported here.", `${name}.json`);
    throw new LocalghostError("invalidRequest", message, { cause });
  }
  return parseTemplate(value, name);
}

async function chooseFolder(): Promise<vscode.Uri> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const chosen = folders.length > 1 ? await vscode.window.showWorkspaceFolderPick() : folders[0];
  if (chosen) return chosen.uri;
  const message = vscode.l10n.t("There is no folder to save into: open one, or save to the settings.");
  throw new LocalghostError("invalidRequest", message);
}

async function exists(file: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(file).then(
    () => true,
    () => false,
  );
}

/** A file that was there is replaced only once the new one is whole. */
async function write(file: vscode.Uri, template: TaskTemplate): Promise<void> {
  const { fs } = vscode.workspace;
  const json = `${JSON.stringify(serializeTemplate(template), undefined, 2)}\n`;
  const draft = file.with({ path: `${file.path}.${randomUUID()}.tmp` });
  try {
    await fs.writeFile(draft, new TextEncoder().encode(json));
    await fs.rename(draft, file, { overwrite: true });
  } catch (cause) {
    await fs.delete(draft).then(undefined, () => undefined);
    const why = cause instanceof Error ? cause.message : String(cause);
    const name = vscode.workspace.asRelativePath(file);
    throw new LocalghostError(
      "invalidRequest",
      vscode.l10n.t("{0} cannot be written, and is as it was ({1}): make room, or choose another place.", name, why),
      { cause },
    );
  }
}
