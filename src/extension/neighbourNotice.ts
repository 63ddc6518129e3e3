import * as vscode from "vscode";
import { isEnabled, readForeignSetting, toggleEnabled } from "./config.ts";
import { activeNeighbours, type Surroundings } from "./neighbours.ts";
import { tell } from "./notify.ts";

/** Ids of the extensions that the user was told of. */
const TOLD = "neighbours.told";
/** Whether the user wants to be told of no other. */
const SILENT = "neighbours.silent";

/**
 * Says once of each other extension that suggests text that both do, and offers to turn ours off. Asked when ghost text
 * is first used in a window: by then the others are there.
 */
export async function tellOfNeighbours(memory: vscode.Memento): Promise<void> {
  if (memory.get(SILENT) === true || !isEnabled()) return;
  const told = memory.get<readonly string[]>(TOLD, []);
  const found = (await activeNeighbours(surroundings)).filter(({ id }) => !told.includes(id));
  if (found.length === 0) return;
  // Before it is shown: other windows are about to ask themselves the same.
  await memory.update(TOLD, [...told, ...found.map(({ id }) => id)]);
  const names = [...new Set(found.map(({ name }) => name))].join(", ");
  const message = vscode.l10n.t("{0} suggests text as you type, too. VS Code shows one suggestion at a time.", names);
  const [turnOff, keep, never] = [
    vscode.l10n.t("Turn Off Localghost’s"),
    vscode.l10n.t("Keep Both"),
    vscode.l10n.t("Don’t Show Again"),
  ];
  const answer = await tell(message, turnOff, keep, never);
  if (answer === never) await memory.update(SILENT, true);
  if (answer === turnOff && isEnabled()) await toggleEnabled();
}

/** This VS Code, as {@link activeNeighbours} asks it. */
export const surroundings: Surroundings = {
  isActive: (id: string): boolean => vscode.extensions.getExtension(id)?.isActive === true,
  setting: readForeignSetting,
  isSignedIn: async (provider: string): Promise<boolean> => {
    try {
      return (await vscode.authentication.getAccounts(provider)).length > 0;
    } catch {
      // There is no such provider in this VS Code: nobody can sign in.
      return false;
    }
  },
};
