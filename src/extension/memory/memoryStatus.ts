import * as vscode from "vscode";
import type { Disposable } from "../disposables.ts";
import { getSetting } from "../config.ts";
import { COMMANDS, MEMORY_ITEM } from "../ids.ts";
import type { MemoryFeed, MemoryState } from "./memoryFeed.ts";

/** Shows beside the language what the memory holds. */
export function showMemoryStatus(feed: MemoryFeed): Disposable {
  const item = vscode.languages.createLanguageStatusItem(MEMORY_ITEM, { pattern: "**" });
  item.name = vscode.l10n.t("Localghost: memory of the workspace");
  const show = (state: MemoryState): void => {
    const { text, detail } = describe(state);
    item.text = text;
    item.detail = detail;
    item.busy = state.waiting > 0 && !state.isPaused;
    item.command = state.isPaused
      ? { command: COMMANDS.pauseMemory, title: vscode.l10n.t("Go On") }
      : { command: COMMANDS.rebuildMemory, title: vscode.l10n.t("Rebuild") };
  };
  show(feed.state);
  return vscode.Disposable.from(item, feed.onDidChange(show));
}

function describe({ status, waiting, isPaused }: MemoryState): { text: string; detail: string } {
  if (!getSetting("memory.enable")) return { text: vscode.l10n.t("Memory off"), detail: "" };
  if (!status) return { text: vscode.l10n.t("Memory empty"), detail: vscode.l10n.t("it is filled when you write") };
  const files =
    status.files === 1 ? vscode.l10n.t("1 file") : vscode.l10n.t("{0} files", status.files.toLocaleString());
  const text = vscode.l10n.t("Memory: {0}, {1} tokens", files, status.tokens.toLocaleString());
  if (isPaused) return { text, detail: vscode.l10n.t("paused") };
  if (status.isFull) return { text, detail: vscode.l10n.t("full: localghost.memory.maxMegabytes is the limit") };
  if (waiting === 0) return { text, detail: "" };
  const unread =
    waiting === 1 ? vscode.l10n.t("1 file to read") : vscode.l10n.t("{0} files to read", waiting.toLocaleString());
  return { text, detail: unread };
}
