import * as vscode from "vscode";
import type { ErrorKind, LocalghostError } from "../shared/errors.ts";
import { followToken } from "./cancellation.ts";
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

  /** Answers a command that cannot be done: each time, since the user waits for it. */
  answer(error: LocalghostError): void {
    if (error.kind === "invalidRequest") void vscode.window.showWarningMessage(`Localghost: ${error.message}`);
    else if (error.kind !== "cancelled") void ask(error);
  }

  /** After the user has asked for another try: what fails again is news. */
  reset(): void {
    this.#shown.clear();
  }
}

/** Asks before something is done that cannot be undone. */
export async function confirm(question: string, action: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(`Localghost: ${question}`, { modal: true }, action)) === action;
}

/** Says in a few words how far the work has come. */
export type ProgressReport = (message: string) => void;

/** Shows that work goes on, with a button that cancels it. */
export async function showProgress(
  title: string,
  work: (report: ProgressReport, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `Localghost: ${title}`,
    cancellable: true,
  };
  await vscode.window.withProgress(options, async (progress, token) => {
    const following = followToken(token);
    try {
      await work((message) => progress.report({ message }), following.signal);
    } finally {
      following.dispose();
    }
  });
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
    case "downloadFailed":
    case "modelBusy":
      return [showLog];
    case "versionMismatch":
      return [{ title: vscode.l10n.t("Reload Window"), command: "workbench.action.reloadWindow" }, showLog];
    case "engineStopped":
    case "internal":
      return [{ title: vscode.l10n.t("Restart Engine"), command: COMMANDS.restartEngine }, showLog];
    case "cancelled":
      return [];
  }
}
