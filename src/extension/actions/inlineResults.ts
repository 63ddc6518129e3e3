import * as vscode from "vscode";
import type { ResultAction, ResultCard } from "../../shared/resultMessages.ts";
import type { Disposable } from "../disposables.ts";
import { escapeMarkdown, escapeMarkdownLines } from "../escapeMarkdown.ts";
import { COMMANDS, INLINE_RESULTS } from "../ids.ts";
import { Batched } from "./batched.ts";
import { endsBeforeLine, findOpen, toRange } from "./documentText.ts";
import type { DocumentSource, ResultRecord } from "./result.ts";
import type { ResultStore } from "./resultStore.ts";

/** Drawn this often while text streams in. VS Code makes the text anew each time, and a press on a link must fit between. */
const REDRAW_MS = 250;

/** Languages whose texts are prose: several lines of one wrap, those of code keep their shape. */
const PROSE: ReadonlySet<string> = new Set(["markdown", "plaintext", "latex", "restructuredtext", "git-commit"]);

interface Zone {
  readonly thread: vscode.CommentThread;
  /** Where it stands: the same place has room for one result. */
  readonly place: string;
}

/** Shows results in the editor, below the text that each was made from, through VS Code's comments. */
export class InlineResults implements Disposable {
  readonly #store: ResultStore;
  readonly #toCard: (record: ResultRecord) => ResultCard;
  readonly #icon: vscode.Uri;
  readonly #controller = vscode.comments.createCommentController(INLINE_RESULTS, "Localghost");
  readonly #zones = new Map<string, Zone>();
  readonly #redraw = new Batched<string>((ids) => ids.forEach((id) => this.#draw(id)), REDRAW_MS);
  readonly #listeners: vscode.Disposable;

  constructor(store: ResultStore, toCard: (record: ResultRecord) => ResultCard, icon: vscode.Uri) {
    this.#store = store;
    this.#toCard = toCard;
    this.#icon = icon;
    const changed = store.onDidChange(({ id }) => {
      if (this.#zones.has(id)) this.#redraw.add(id);
    });
    const removed = store.onDidRemove((records) => records.forEach(({ id }) => this.close(id)));
    this.#listeners = vscode.Disposable.from(changed, removed);
  }

  /** Opens a zone for a result, in the place of one that stood there. */
  show(record: ResultRecord): void {
    const { id, source } = record;
    if (source.kind !== "document" || !source.range) return;
    const uri = vscode.Uri.parse(source.uri);
    const document = findOpen(uri);
    if (!document) return;
    const range = toRange(document, source.range);
    const line = endsBeforeLine(range) ? range.end.line - 1 : range.end.line;
    const place = `${source.uri} ${line}`;
    for (const [other, zone] of this.#zones) if (zone.place === place) this.close(other);
    const thread = this.#controller.createCommentThread(uri, endOfLine(document, line), []);
    thread.canReply = false;
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    this.#zones.set(id, { thread, place });
    this.#draw(id);
  }

  close(id: string): void {
    this.#zones.get(id)?.thread.dispose();
    this.#zones.delete(id);
  }

  /** The result that a zone shows. */
  idOf(thread: unknown): string | undefined {
    return [...this.#zones].find(([, zone]) => zone.thread === thread)?.[0];
  }

  dispose(): void {
    this.#listeners.dispose();
    this.#redraw.dispose();
    this.#controller.dispose();
  }

  #draw(id: string): void {
    const zone = this.#zones.get(id);
    const record = this.#store.get(id);
    if (!zone || record?.source.kind !== "document") return;
    const card = this.#toCard(record);
    const { thread } = zone;
    thread.label = card.title;
    thread.contextValue = contextOf(card);
    thread.comments = [
      {
        author: { name: card.source, iconPath: this.#icon },
        body: toMarkdown(card, record.source),
        mode: vscode.CommentMode.Preview,
      },
    ];
  }
}

/** What the menus of package.json ask for: the state, and each action that can be done. */
function contextOf({ state, actions }: ResultCard): string {
  const possible = actions.filter(({ reason }) => reason === undefined).map(({ action }) => action);
  return ["result", state, ...possible].join(" ");
}

/** Behind the last character, so that a zone does not come between the rows of a wrapped line. */
function endOfLine(document: vscode.TextDocument, line: number): vscode.Range {
  const { end } = document.lineAt(line).range;
  return new vscode.Range(end, end);
}

/** What the model wrote is escaped: it can hold no link, no image and no command. */
function toMarkdown(card: ResultCard, source: DocumentSource): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  markdown.isTrusted = { enabledCommands: [COMMANDS.act, COMMANDS.reveal, COMMANDS.showLimits] };
  markdown.supportThemeIcons = true;
  if (card.warning !== undefined) markdown.appendMarkdown(`$(warning) _${escapeMarkdown(card.warning)}_\n\n`);
  if (card.caution !== undefined) markdown.appendMarkdown(`**${escapeMarkdown(card.caution)}** `);
  appendAnswer(markdown, card, source);
  if (card.found !== undefined) paragraph(markdown, link(card.found, COMMANDS.reveal, [card.id]));
  if (card.candidates.length > 0) {
    const rows = card.candidates.map(
      ({ text, share }, index) => `- ${link(`${share} ${text}`, COMMANDS.reveal, [card.id, index])}`,
    );
    paragraph(markdown, rows.join("\n"));
  }
  if (card.parts.length > 1) paragraph(markdown, card.parts.map((part) => `1. ${escapeMarkdown(part)}`).join("\n"));
  for (const note of card.notes) paragraph(markdown, `_${escapeMarkdown(note)}_`);
  if (card.state === "done") {
    paragraph(markdown, link(vscode.l10n.t("Generated text may be wrong"), COMMANDS.showLimits, []));
  }
  // The file is the one that the zone stands in.
  const actions = card.actions.filter(({ action }) => action !== "showSource");
  paragraph(markdown, actions.map((action) => actionLink(card.id, action)).join(" · "));
  const reasons = new Set(actions.flatMap(({ reason }) => reason ?? []));
  for (const reason of reasons) paragraph(markdown, escapeMarkdown(reason));
  return markdown;
}

function appendAnswer(markdown: vscode.MarkdownString, { text, state }: ResultCard, source: DocumentSource): void {
  if (text === "") {
    if (state === "running") markdown.appendMarkdown(`_${escapeMarkdown(vscode.l10n.t("Reading…"))}_`);
    return;
  }
  const language = findOpen(vscode.Uri.parse(source.uri))?.languageId ?? "";
  if (text.includes("\n") && !PROSE.has(language)) markdown.appendCodeblock(text, language);
  else markdown.appendMarkdown(escapeMarkdownLines(text));
}

function actionLink(id: string, { action, label, reason }: ResultCard["actions"][number]): string {
  return reason === undefined
    ? link(label, COMMANDS.act, [action satisfies ResultAction, id])
    : `~~${escapeMarkdown(label)}~~`;
}

function link(label: string, command: string, args: readonly unknown[]): string {
  return `[${escapeMarkdown(label)}](command:${command}?${encodeURIComponent(JSON.stringify(args))})`;
}

function paragraph(markdown: vscode.MarkdownString, text: string): void {
  markdown.appendMarkdown(`\n\n${text}`);
}
