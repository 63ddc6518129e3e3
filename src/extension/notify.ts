import * as vscode from "vscode";
import { toLocalghostError, type ErrorKind, type LocalghostError } from "../shared/errors.ts";
import { COMMANDS } from "./ids.ts";
import { showIfItLasts, type ProgressReport } from "./lateProgress.ts";

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

  /** Does what a command asks for, and answers it where that cannot be done. */
  async guard(command: () => unknown): Promise<void> {
    try {
      await command();
    } catch (thrown) {
      this.answer(toLocalghostError(thrown));
    }
  }

  /** After the user has asked for another try: what fails again is news. */
  reset(): void {
    this.#shown.clear();
  }
}

/** Tells the user something that is no error, and gives what they answer, if anything. */
export async function tell(message: string, ...answers: readonly string[]): Promise<string | undefined> {
  return vscode.window.showInformationMessage(`Localghost: ${message}`, ...answers);
}

/** Asks before something is done that cannot be undone. */
export async function confirm(question: string, action: string, detail?: string): Promise<boolean> {
  const options = { modal: true, ...(detail !== undefined && { detail }) };
  return (await vscode.window.showWarningMessage(`Localghost: ${question}`, options, action)) === action;
}

/** Shows what is going to be done, and asks whether to do it. */
export async function propose(question: string, action: string, detail: string): Promise<boolean> {
  const options = { modal: true, detail };
  return (await vscode.window.showInformationMessage(`Localghost: ${question}`, options, action)) === action;
}

/** Says something that the user may act on, and gives the action that was chosen. */
export async function inform(message: string, ...actions: string[]): Promise<string | undefined> {
  return vscode.window.showInformationMessage(`Localghost: ${message}`, ...actions);
}

/** Says what went wrong, and gives the action that was chosen. */
export async function warn(message: string, ...actions: string[]): Promise<string | undefined> {
  return vscode.window.showWarningMessage(`Localghost: ${message}`, ...actions);
}

/** With it three steps in a row cannot use up the three notifications that VS Code shows in 800 ms. */
const PROGRESS_AFTER_MS = 500;

/** Shows that work goes on, if it does so for a moment, with a button that cancels it. */
export async function showProgress<T>(
  title: string,
  work: (report: ProgressReport, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: `Localghost: ${title}`,
    cancellable: true,
  };
  return showIfItLasts(PROGRESS_AFTER_MS, (task) => vscode.window.withProgress(options, task), work);
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
      return [{ title: vscode.l10n.t("Choose Model…"), command: COMMANDS.chooseModel }, showLog];
    case "invalidRequest":
    case "promptTooLong":
    case "deviceUnavailable":
      return [{ title: vscode.l10n.t("Open Settings"), command: COMMANDS.openSettings }, showLog];
    case "remoteFailed":
      return [
        { title: vscode.l10n.t("Test Remote Server"), command: COMMANDS.testRemote },
        { title: vscode.l10n.t("Open Settings"), command: COMMANDS.openSettings },
        showLog,
      ];
    case "downloadFailed":
    case "modelBusy":
      return [showLog];
    case "versionMismatch":
      return [{ title: vscode.l10n.t("Reload Window"), command: "workbench.action.reloadWindow" }, showLog];
    case "engineStopped":
    case "internal":
      return [
        { title: vscode.l10n.t("Restart Engine"), command: COMMANDS.restartEngine },
        { title: vscode.l10n.t("Run Doctor"), command: COMMANDS.doctor },
        showLog,
      ];
    case "cancelled":
      return [];
  }
}
