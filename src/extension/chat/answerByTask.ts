import * as vscode from "vscode";
import type { Turn } from "../../tasks/task.ts";
import { sureness } from "../actions/confidenceLevel.ts";
import { offsetWithin } from "../actions/lineEnds.ts";
import { resultNotes } from "../actions/resultCard.ts";
import { runOnText, type TaskEngine, type TextTask } from "../actions/runOnText.ts";
import { getSetting } from "../config.ts";
import { escapeMarkdown, escapeMarkdownLines } from "../escapeMarkdown.ts";
import { COMMANDS } from "../ids.ts";
import type { ChatSource } from "./chatSources.ts";

/** Earlier questions that go with a new one. */
const TURNS = 4;

/** What the response to a question keeps for those that come after it. */
interface Answered {
  readonly turn: Turn;
  /** What it was about: a file's place, or nothing. */
  readonly about: string;
}

/** Does a task in a chat: says what it reads, streams the answer, then says how sure the model was. */
export async function answerByTask(
  parts: TaskEngine,
  task: TextTask,
  source: ChatSource | undefined,
  context: vscode.ChatContext,
  response: vscode.ChatResponseStream,
  signal: AbortSignal,
): Promise<vscode.ChatResult> {
  const { template, values, text } = task;
  const about = aboutOf(source);
  if (source?.location) response.reference(source.location);
  response.progress(
    source
      ? vscode.l10n.t("{0}: reads {1}", template.title, source.label)
      : vscode.l10n.t("Answers from the model alone"),
  );
  const writer = new AnswerWriter(response, template.longInput !== "inParts");
  const result = await runOnText(
    parts,
    { ...task, dialogue: turnsAbout(context, about) },
    signal,
    (progress) => {
      if (progress.kind === "text") writer.add(progress.text);
      else response.progress(vscode.l10n.t("part {0} of {1}", progress.index + 1, progress.count));
    },
    (warning) => response.markdown(`${note(`⚠ ${warning}`)}\n\n`),
  );
  writer.end(result.text);
  // Key sentences stand all over the text.
  if (result.found && template.extract !== "keySentences" && source?.location) {
    response.markdown(`\n\n${escapeMarkdown(vscode.l10n.t("Where it stands:"))} `);
    response.anchor(placeIn(source, result.found.start, result.found.end));
  }
  if (sureness(result.confidence) < getSetting("notSureBelow")) {
    response.markdown(`\n\n**${escapeMarkdown(vscode.l10n.t("The model is not sure of this."))}**`);
  }
  response.markdown(
    resultNotes(result)
      .map((line) => `\n\n${note(line)}`)
      .join(""),
  );
  response.button({ command: COMMANDS.showLimits, title: vscode.l10n.t("What to Expect") });
  // An open question is the text itself.
  const question = values["question"] ?? (source ? undefined : text);
  if (question === undefined) return {};
  const answered: Answered = { turn: { question, answer: result.text }, about };
  return { metadata: { ...answered } };
}

/** Writes what is new of an answer: a chat cannot take back what it shows. */
class AnswerWriter {
  readonly #response: vscode.ChatResponseStream;
  readonly #streams: boolean;
  #written = "";

  /** @param streams false where the text on the way is not the answer's */
  constructor(response: vscode.ChatResponseStream, streams: boolean) {
    this.#response = response;
    this.#streams = streams;
  }

  add(text: string): void {
    if (this.#streams) this.#write(text);
  }

  end(answer: string): void {
    if (answer.startsWith(this.#written)) this.#write(answer.slice(this.#written.length));
    else this.#response.markdown(`\n\n${escapeMarkdownLines(answer)}`);
  }

  #write(text: string): void {
    if (text === "") return;
    this.#written += text;
    // White space at an end of a piece stands between two words.
    const [, before = "", words = "", after = ""] = /^(\s*)(.*?)(\s*)$/s.exec(text) ?? [];
    this.#response.markdown(spaces(before) + escapeMarkdownLines(words) + spaces(after));
  }
}

function spaces(text: string): string {
  return text.replaceAll("\n", "  \n");
}

function note(text: string): string {
  return `_${escapeMarkdown(text)}_`;
}

function placeIn({ text, location }: ChatSource, start: number, end: number): vscode.Location {
  const { uri, range } = location ?? {};
  if (!uri || !range) throw new TypeError("A text in no file has no place.");
  const at = (plainOffset: number) => {
    const lines = text.slice(0, offsetWithin(text, plainOffset)).split("\n");
    const column = lines.at(-1)?.length ?? 0;
    return new vscode.Position(
      range.start.line + lines.length - 1,
      lines.length === 1 ? range.start.character + column : column,
    );
  };
  return new vscode.Location(uri, new vscode.Range(at(start), at(end)));
}

function aboutOf(source: ChatSource | undefined): string {
  if (!source) return "";
  const { location, text } = source;
  if (!location) return text;
  const { start, end } = location.range;
  return `${location.uri.toString()}#${start.line},${start.character}-${end.line},${end.character}`;
}

/** Earlier questions about the same text, oldest first. */
function turnsAbout({ history }: vscode.ChatContext, about: string): Turn[] {
  const turns = history.flatMap((turn): Turn[] => {
    const answered = "result" in turn ? (turn.result.metadata as Partial<Answered> | undefined) : undefined;
    return answered?.turn && answered.about === about ? [answered.turn] : [];
  });
  return turns.slice(-TURNS);
}
