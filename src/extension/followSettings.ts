import * as vscode from "vscode";
import type { EngineSupervisor } from "./client/engineSupervisor.ts";
import { isEnabled, onDidChangeSettings } from "./config.ts";
import type { Notifier } from "./notify.ts";
import type { OriginTokens } from "./originTokens.ts";
import type { RemoteFirst } from "./remote/remoteFirst.ts";
import { ENGINE_SETTINGS, REMOTE_SETTINGS } from "./settings.ts";
import type { StatusItem } from "./statusItem.ts";

interface Parts {
  readonly answering: RemoteFirst;
  readonly engine: EngineSupervisor;
  readonly tokens: OriginTokens;
  readonly status: StatusItem;
  readonly notifier: Notifier;
}

/** Has the engine and the remote server run by the settings as they are now. */
export function followSettings({ answering, engine, tokens, status, notifier }: Parts): vscode.Disposable {
  const showStatus = () => status.update(answering.state);
  const renewRemote = () => {
    notifier.reset();
    answering.renew();
    showStatus();
  };
  return vscode.Disposable.from(
    onDidChangeSettings(["enable", "enableByLanguage"], () => {
      showStatus();
      // What is on the screen was decided by the old setting.
      void vscode.commands.executeCommand("editor.action.inlineSuggest.hide");
      if (!isEnabled()) void engine.stop();
    }),
    onDidChangeSettings(ENGINE_SETTINGS, () => {
      notifier.reset();
      showStatus();
      if (engine.state.kind === "asleep") void engine.stop();
      else if (engine.state.kind !== "off") void engine.restart();
    }),
    onDidChangeSettings(["modelByLanguage", "modelByTask"], () => {
      notifier.reset();
      showStatus();
      if (engine.state.kind === "failed") void engine.restart();
    }),
    onDidChangeSettings(REMOTE_SETTINGS, renewRemote),
    tokens.onDidChange(renewRemote),
    // VS Code takes back some settings of a remote window without an event.
    vscode.window.onDidChangeActiveTextEditor(() => {
      answering.followSettings();
      showStatus();
    }),
  );
}
