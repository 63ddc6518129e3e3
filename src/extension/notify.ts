import * as vscode from "vscode";
import type { ErrorKind, LocalghostError } from "../shared/errors.ts";
import { COMMANDS } from "./ids.ts";

interface Action {
  readonly title: string;
  readonly command: string;
}

/** Shows errors to the user: each one once, until {@link Notifier.reset}. */
export class Notifier {
  readonly #shown = new Set<string>();

  /** Does not wait for the user to answer. */
  show(error: LocalghostError): void {
    const key = `${error.kind} ${error.message}`;
    if (error.kind === "cancelled" || this.#shown.has(key)) return;
    this.#shown.add(key);
    void ask(error);
  }

  /** After the user has asked for another try: what fails again is news. */
  reset(): void {
    this.#shown.clear();
  }
}

async function ask(error: LocalghostError): Promise<void> {
  const actions = actionsFor(error.kind);
  const titles = actions.map(({ title }) => title);
  const chosen = await vscode.window.showErrorMessage(`Localghost: ${error.message}`, ...titles);
  const action = actions.find(({ title }) => title === chosen);
  if (action) await vscode.commands.executeCommand(action.command);
}

function actionsFor(kind: ErrorKind): Action[] {
  const showLog = { title: vscode.l10n.t("Show Log"), command: COMMANDS.showLog };
  switch (kind) {
    case "modelNotFound":
    case "modelInvalid":
    case "invalidRequest":
    case "promptTooLong":
    case "deviceUnavailable":
      return [{ title: vscode.l10n.t("Open Settings"), command: COMMANDS.openSettings }, showLog];
    case "versionMismatch":
      return [{ title: vscode.l10n.t("Reload Window"), command: "workbench.action.reloadWindow" }, showLog];
    case "engineStopped":
    case "internal":
      return [{ title: vscode.l10n.t("Restart Engine"), command: COMMANDS.restartEngine }, showLog];
    case "cancelled":
      return [];
  }
}
