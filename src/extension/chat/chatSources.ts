import * as vscode from "vscode";
import type { Scope } from "../../prompts/template.ts";
import { LocalghostError } from "../../shared/errors.ts";
import { findOpen } from "../actions/documentText.ts";
import { fileName } from "../actions/resultCard.ts";
import { takeRange, takeSources } from "../actions/target.ts";
import type { DocumentSource } from "../actions/result.ts";
import { nearestEditor } from "../playground/editorText.ts";

/** A text that a chat's request is about. */
export interface ChatSource {
  readonly text: string;
  /** `notes.md, lines 3 to 9` */
  readonly label: string;
  readonly languageId?: string;
  /** Absent for a text that stands in no file. */
  readonly location?: vscode.Location;
}

/**
 * The texts that a request names: files, places in files, or texts.
 * @throws LocalghostError for a file that cannot be read as text
 */
export async function referencedSources(
  references: readonly vscode.ChatPromptReference[],
  scope: Scope,
): Promise<ChatSource[]> {
  const sources: ChatSource[] = [];
  for (const { value } of references) {
    if (typeof value === "string") sources.push({ text: value, label: vscode.l10n.t("the text in the request") });
    else if (value instanceof vscode.Uri) sources.push(await fromFile(value, undefined, scope));
    else if (value instanceof vscode.Location) sources.push(await fromFile(value.uri, value.range, scope));
  }
  return sources.filter(({ text }) => text.trim() !== "");
}

/**
 * What the task would take in the editor: the selections, else what stands at the cursor.
 * @throws LocalghostError where there is nothing
 */
export async function editorSources(scope: Scope): Promise<ChatSource[]> {
  const sources = await takeSources(nearestEditor(), scope);
  return sources.flatMap((source): ChatSource[] => {
    if (source.kind !== "document") return [{ text: source.text, label: source.description }];
    const document = findOpen(vscode.Uri.parse(source.uri));
    return document ? [toChatSource(document, source)] : [];
  });
}

async function fromFile(uri: vscode.Uri, range: vscode.Range | undefined, scope: Scope): Promise<ChatSource> {
  const document = await openText(uri);
  const whole = document.validateRange(new vscode.Range(0, 0, document.lineCount, 0));
  const source = takeRange(document, range ?? whole, scope);
  return range ? toChatSource(document, source) : { ...toChatSource(document, source), label: fileName(source.uri) };
}

function toChatSource(document: vscode.TextDocument, { text, uri, range, description }: DocumentSource): ChatSource {
  const { start, end } = range ?? { start: 0, end: 0 };
  const place = new vscode.Range(document.positionAt(start), document.positionAt(end));
  return {
    text,
    label: `${fileName(uri)}, ${description}`,
    languageId: document.languageId,
    location: new vscode.Location(document.uri, place),
  };
}

async function openText(uri: vscode.Uri): Promise<vscode.TextDocument> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch (cause) {
    const message = vscode.l10n.t("“{0}” cannot be read as text: name another file.", fileName(uri.toString()));
    throw new LocalghostError("invalidRequest", message, { cause });
  }
}
