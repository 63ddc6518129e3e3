import * as vscode from "vscode";
import type { Actions } from "./actions/actions.ts";
import { openSettings, toggleEnabled, toggleLanguage } from "./config.ts";
import type { ExperienceStore } from "./experienceStore.ts";
import type { helpCommands } from "./helpCommands.ts";
import { COMMANDS } from "./ids.ts";
import { showMenu } from "./menu.ts";
import type { Models } from "./models/models.ts";
import type { Notifier } from "./notify.ts";
import type { MemoryFeed } from "./memory/memoryFeed.ts";
import type { FileScores } from "./playground/fileScores.ts";
import type { PlaygroundView } from "./playground/playgroundView.ts";
import type { ServerControl } from "./server/serverControl.ts";
import type { RemoteFirst } from "./remote/remoteFirst.ts";
import type { remoteCommands } from "./remoteCommands.ts";

interface Context {
  readonly answering: RemoteFirst;
  /** What answers, and where. */
  readonly headline: () => string;
  readonly notifier: Notifier;
  readonly log: vscode.LogOutputChannel;
  readonly actions: Actions;
  readonly models: Models;
  readonly playground: PlaygroundView;
  readonly scores: FileScores;
  readonly experience: ExperienceStore;
  readonly memory: MemoryFeed;
  readonly server: ServerControl;
  readonly remote: ReturnType<typeof remoteCommands>;
  readonly help: ReturnType<typeof helpCommands>;
}

/** Registers every command that package.json lists. */
export function registerCommands(context: Context): vscode.Disposable {
  const {
    answering,
    headline,
    notifier,
    log,
    actions,
    models,
    playground,
    scores,
    experience,
    memory,
    server,
    remote,
    help,
  } = context;
  const handlers: Record<keyof typeof COMMANDS, (...args: readonly unknown[]) => unknown> = {
    ...actions.handlers,
    ...models.handlers,
    ...server.handlers,
    ...remote,
    ...help,
    trigger: () => vscode.commands.executeCommand("editor.action.inlineSuggest.trigger"),
    toggle: toggleEnabled,
    toggleLanguage: async () => {
      const languageId = vscode.window.activeTextEditor?.document.languageId;
      if (languageId !== undefined) await toggleLanguage(languageId);
    },
    forgetExperience: experience.forget,
    restartEngine: () => {
      notifier.reset();
      return answering.restart();
    },
    showLog: () => log.show(),
    showMenu: () => showMenu(headline(), server.url),
    openSettings,
    openPlaygroundTab: () => playground.openInTab(),
    scoreFile: scores.score,
    clearScores: scores.clear,
    rebuildMemory: () => memory.rebuild(),
    pauseMemory: () => memory.togglePause(),
    clearMemory: () => memory.clear(),
  };
  const names = Object.keys(COMMANDS) as (keyof typeof COMMANDS)[];
  return vscode.Disposable.from(
    ...names.map((name) => vscode.commands.registerCommand(COMMANDS[name], handlers[name])),
  );
}
