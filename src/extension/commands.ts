import * as vscode from "vscode";
import type { EngineSupervisor } from "./client/engineSupervisor.ts";
import { openSettings, toggleEnabled, toggleLanguage } from "./config.ts";
import { COMMANDS } from "./ids.ts";
import { showMenu } from "./menu.ts";
import type { Notifier } from "./notify.ts";

interface Context {
  readonly supervisor: EngineSupervisor;
  readonly notifier: Notifier;
  readonly log: vscode.LogOutputChannel;
}

/** Registers every command that package.json lists. */
export function registerCommands({ supervisor, notifier, log }: Context): vscode.Disposable {
  const handlers: Record<keyof typeof COMMANDS, () => unknown> = {
    trigger: () => vscode.commands.executeCommand("editor.action.inlineSuggest.trigger"),
    toggle: toggleEnabled,
    toggleLanguage: async () => {
      const languageId = vscode.window.activeTextEditor?.document.languageId;
      if (languageId !== undefined) await toggleLanguage(languageId);
    },
    restartEngine: () => {
      notifier.reset();
      return supervisor.restart();
    },
    showLog: () => log.show(),
    showMenu,
    openSettings,
  };
  const names = Object.keys(COMMANDS) as (keyof typeof COMMANDS)[];
  return vscode.Disposable.from(
    ...names.map((name) => vscode.commands.registerCommand(COMMANDS[name], handlers[name])),
  );
}
