import * as vscode from "vscode";
import type { Actions } from "./actions/actions.ts";
import type { EngineSupervisor } from "./client/engineSupervisor.ts";
import { openSettings, toggleEnabled, toggleLanguage } from "./config.ts";
import { COMMANDS } from "./ids.ts";
import { showMenu } from "./menu.ts";
import type { Notifier } from "./notify.ts";
import type { FileScores } from "./playground/fileScores.ts";
import type { PlaygroundView } from "./playground/playgroundView.ts";

interface Context {
  readonly supervisor: EngineSupervisor;
  readonly notifier: Notifier;
  readonly log: vscode.LogOutputChannel;
  readonly actions: Actions;
  readonly playground: PlaygroundView;
  readonly scores: FileScores;
}

/** Registers every command that package.json lists. */
export function registerCommands(context: Context): vscode.Disposable {
  const { supervisor, notifier, log, actions, playground, scores } = context;
  const handlers: Record<keyof typeof COMMANDS, (...args: readonly unknown[]) => unknown> = {
    ...actions.handlers,
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
    openPlaygroundTab: () => playground.openInTab(),
    scoreFile: scores.score,
    clearScores: scores.clear,
  };
  const names = Object.keys(COMMANDS) as (keyof typeof COMMANDS)[];
  return vscode.Disposable.from(
    ...names.map((name) => vscode.commands.registerCommand(COMMANDS[name], handlers[name])),
  );
}
