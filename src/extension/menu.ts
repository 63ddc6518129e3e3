import * as vscode from "vscode";
import { isEnabled, readRemoteSettings } from "./config.ts";
import { COMMANDS, VIEWS } from "./ids.ts";

/** VS Code's own: it asks for how long, and silences all extensions. */
const SNOOZE = "editor.action.inlineSuggest.snooze";

interface Entry extends vscode.QuickPickItem {
  readonly command: string;
}

/**
 * What a click on the status bar offers.
 * @param headline what the engine does
 * @param serverUrl where the local server listens, while it runs
 */
export async function showMenu(headline: string, serverUrl: string | undefined): Promise<void> {
  const languageId = vscode.window.activeTextEditor?.document.languageId;
  const chosen = await vscode.window.showQuickPick(entries(languageId, serverUrl), {
    title: "Localghost",
    placeHolder: headline,
  });
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}

function entries(languageId: string | undefined, serverUrl: string | undefined): Entry[] {
  const toggle: Entry = isEnabled()
    ? { label: vscode.l10n.t("$(circle-slash) Turn Ghost Text Off"), command: COMMANDS.toggle }
    : { label: vscode.l10n.t("$(check) Turn Ghost Text On"), command: COMMANDS.toggle };
  return [
    toggle,
    ...(languageId !== undefined && isEnabled() ? [languageEntry(languageId)] : []),
    ...(isEnabled() ? [{ label: vscode.l10n.t("$(bell-slash) Snooze Inline Suggestions"), command: SNOOZE }] : []),
    { label: vscode.l10n.t("$(package) Choose Model…"), command: COMMANDS.chooseModel },
    ...(languageId !== undefined
      ? [
          {
            label: vscode.l10n.t("$(package) Choose Model for {0}…", languageId),
            command: COMMANDS.chooseModelForLanguage,
          },
        ]
      : []),
    { label: vscode.l10n.t("$(list-tree) Show Models"), command: `${VIEWS.models}.focus` },
    { label: vscode.l10n.t("$(database) Rebuild Memory of the Workspace"), command: COMMANDS.rebuildMemory },
    ...serverEntries(serverUrl),
    ...remoteEntries(),
    { label: vscode.l10n.t("$(debug-restart) Restart Engine"), command: COMMANDS.restartEngine },
    { label: vscode.l10n.t("$(pulse) Run Doctor"), command: COMMANDS.doctor },
    { label: vscode.l10n.t("$(output) Show Log"), command: COMMANDS.showLog },
    { label: vscode.l10n.t("$(gear) Open Settings"), command: COMMANDS.openSettings },
  ];
}

function serverEntries(url: string | undefined): Entry[] {
  if (url === undefined) {
    return [{ label: vscode.l10n.t("$(plug) Start Local Server"), command: COMMANDS.startServer }];
  }
  return [
    { label: vscode.l10n.t("$(copy) Copy Local Server Address and Token"), command: COMMANDS.copyServerAddress },
    { label: vscode.l10n.t("$(debug-stop) Stop Local Server"), description: url, command: COMMANDS.stopServer },
  ];
}

function remoteEntries(): Entry[] {
  const settings = readRemoteSettings();
  if (!settings) return [];
  const label = vscode.l10n.t("$(remote) Test Remote Server");
  return [{ label, description: settings.endpoint, command: COMMANDS.testRemote }];
}

function languageEntry(languageId: string): Entry {
  return isEnabled(languageId)
    ? {
        label: vscode.l10n.t("$(circle-slash) Turn Ghost Text Off for {0}", languageId),
        command: COMMANDS.toggleLanguage,
      }
    : { label: vscode.l10n.t("$(check) Turn Ghost Text On for {0}", languageId), command: COMMANDS.toggleLanguage };
}
