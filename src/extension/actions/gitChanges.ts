import * as vscode from "vscode";
import { LocalghostError } from "../../shared/errors.ts";
import { openGit, type Repository } from "./gitApi.ts";
import type { Source } from "./result.ts";

/**
 * The changes to write about: those that are staged, else all that Git tracks.
 * @param root of the repository; absent: that of the active editor's file, else the first one
 */
export async function takeChanges(root?: vscode.Uri): Promise<Extract<Source, { kind: "changes" }>> {
  const named = root && (await findRepository(root.toString()));
  const repository = named ?? (await currentRepository());
  const base = { kind: "changes", repository: repository.rootUri.toString() } as const;
  const staged = await repository.diff(true);
  if (staged.trim() !== "") return { ...base, text: staged, description: vscode.l10n.t("the staged changes") };
  const changed = await repository.diff(false);
  if (changed.trim() !== "")
    return { ...base, text: changed, description: vscode.l10n.t("the changes that are not staged") };
  throw new LocalghostError(
    "invalidRequest",
    vscode.l10n.t("There are no changes to describe: change or stage a file first."),
  );
}

/** Puts a text where the message of the next commit is written. */
export async function writeCommitMessage(repositoryUri: string, message: string): Promise<void> {
  const repository = await findRepository(repositoryUri);
  if (!repository) {
    throw new LocalghostError(
      "invalidRequest",
      vscode.l10n.t("The Git repository of this result is not open: open its folder first."),
    );
  }
  repository.inputBox.value = message;
}

/** What stands in the box for the message of the next commit. */
export async function readCommitMessage(repositoryUri: string): Promise<string> {
  return (await findRepository(repositoryUri))?.inputBox.value ?? "";
}

async function findRepository(uri: string): Promise<Repository | undefined> {
  const git = await openGit();
  return git?.repositories.find(({ rootUri }) => rootUri.toString() === uri);
}

/** The repository of the active editor's file, else the first one. */
async function currentRepository(): Promise<Repository> {
  const git = await openGit();
  if (!git) {
    throw new LocalghostError(
      "invalidRequest",
      vscode.l10n.t("VS Code's Git extension is off: switch it on to write commit messages."),
    );
  }
  const file = vscode.window.activeTextEditor?.document.uri;
  const repository = (file && git.getRepository(file)) ?? git.repositories[0];
  if (!repository) {
    throw new LocalghostError(
      "invalidRequest",
      vscode.l10n.t("There is no Git repository here: open a folder that has one."),
    );
  }
  return repository;
}
