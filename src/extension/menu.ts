import * as vscode from "vscode";
import { isEnabled } from "./config.ts";
import { COMMANDS } from "./ids.ts";

interface Entry extends vscode.QuickPickItem {
  readonly command: string;
}

/** What a click on the status bar offers. */
export async function showMenu(): Promise<void> {
  const languageId = vscode.window.activeTextEditor?.document.languageId;
  const chosen = await vscode.window.showQuickPick(entries(languageId), { title: "Localghost" });
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}

function entries(languageId: string | undefined): Entry[] {
  const { t } = vscode.l10n;
  const toggle: Entry = isEnabled()
    ? { label: t("$(circle-slash) Turn Ghost Text Off"), command: COMMANDS.toggle }
    : { label: t("$(check) Turn Ghost Text On"), command: COMMANDS.toggle };
  return [
    toggle,
    ...(languageId !== undefined && isEnabled() ? [languageEntry(languageId)] : []),
    { label: t("$(debug-restart) Restart Engine"), command: COMMANDS.restartEngine },
    { label: t("$(output) Show Log"), command: COMMANDS.showLog },
    { label: t("$(gear) Open Settings"), command: COMMANDS.openSettings },
  ];
}

function languageEntry(languageId: string): Entry {
  const { t } = vscode.l10n;
  return isEnabled(languageId)
    ? { label: t("$(circle-slash) Turn Ghost Text Off for {0}", languageId), command: COMMANDS.toggleLanguage }
    : { label: t("$(check) Turn Ghost Text On for {0}", languageId), command: COMMANDS.toggleLanguage };
}
