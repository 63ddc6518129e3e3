import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { LocalghostApi } from "../../../src/extension/api.ts";
import type { ResultRecord } from "../../../src/extension/actions/result.ts";
import type { TaskResult } from "../../../src/tasks/task.ts";
import { until } from "./localghost.ts";

/** Prose of the kind that the embedded model was trained on. */
export const PASSAGE =
  "This package contains a viewer for large text files. It reads only what is shown, so that files of any size open at " +
  "once. It is in the section text and is maintained by Jon Keller.";

/** Opens an untitled document with the text between `[` and `]` selected, as often as they stand there. */
export async function openSelected(marked: string, language = "markdown"): Promise<vscode.TextEditor> {
  const content = marked.replaceAll(/[[\]]/g, "");
  const document = await vscode.workspace.openTextDocument({ language, content });
  return select(await vscode.window.showTextDocument(document), marked);
}

/** Selects in an editor that shows the text without its marks. */
export function select(editor: vscode.TextEditor, marked: string): vscode.TextEditor {
  let removed = 0;
  const offsets = [...marked.matchAll(/[[\]]/g)].map(({ index }) => index - removed++);
  const positions = offsets.map((offset) => editor.document.positionAt(offset));
  editor.selections = positions.flatMap((start, i) =>
    i % 2 === 0 ? [new vscode.Selection(start, positions[i + 1] ?? start)] : [],
  );
  return editor;
}

/** Runs a command, and waits for the result that it begins, which may not be done yet. */
export async function begin(localghost: LocalghostApi, command: string, ...args: unknown[]): Promise<ResultRecord> {
  const [before] = localghost.results;
  void vscode.commands.executeCommand(command, ...args);
  await until(`${command} has begun`, () => localghost.results[0]?.id !== before?.id);
  const [begun] = localghost.results;
  assert.ok(begun);
  return begun;
}

export function find(localghost: LocalghostApi, { id }: ResultRecord): ResultRecord {
  const record = localghost.results.find((other) => other.id === id);
  assert.ok(record, "The result is gone.");
  return record;
}

export async function whenDone(localghost: LocalghostApi, record: ResultRecord): Promise<TaskResult> {
  await until("the task has ended", () => find(localghost, record).outcome.kind !== "running");
  const { outcome } = find(localghost, record);
  assert.ok(outcome.kind === "done", `The task has ended as ${JSON.stringify(outcome)}.`);
  return outcome.result;
}

/** Runs a command to its end. */
export async function runToEnd(
  localghost: LocalghostApi,
  command: string,
  ...args: unknown[]
): Promise<{ record: ResultRecord; result: TaskResult }> {
  const record = await begin(localghost, command, ...args);
  const result = await whenDone(localghost, record);
  return { record: find(localghost, record), result };
}
