import * as vscode from "vscode";
import type { Confidence, Dropped, TaskResult } from "../../tasks/task.ts";
import type { CardAction, CardChoice, CardState, ResultAction, ResultCard } from "../../shared/resultMessages.ts";
import { confidenceLevel, percent, shareOf, sureness, type ConfidenceLevel } from "./confidenceLevel.ts";
import { withPlainLineEnds } from "./lineEnds.ts";
import { choicesOf, textOf, type ResultRecord, type Source } from "./result.ts";

const CANDIDATES_SHOWN = 5;

/** What a card depends on beside its record. */
export interface CardContext {
  /** Under it an answer says first that the model is not sure. */
  readonly notSureBelow: number;
  /** Why the source cannot be changed; undefined where it can. */
  readonly whyReadOnly: (source: Source) => string | undefined;
}

/** A result in the user's words. */
export function toCard(record: ResultRecord, { notSureBelow, whyReadOnly }: CardContext): ResultCard {
  const { id, title, startedAt, outcome, warning } = record;
  const result = outcome.kind === "done" ? outcome.result : undefined;
  const isUnsure = result && !result.confidence.isUnknown && sureness(result.confidence) < notSureBelow;
  const caution = isUnsure ? vscode.l10n.t("Not sure:") : undefined;
  const found = result && foundSentence(record, result);
  return {
    id,
    state: outcome.kind satisfies CardState,
    title,
    source: describeSource(record.source),
    time: new Date(startedAt).toLocaleTimeString(vscode.env.language, { hour: "2-digit", minute: "2-digit" }),
    ...(warning !== undefined && { warning }),
    ...(caution !== undefined && { caution }),
    text: outcome.kind === "failed" ? outcome.message : textOf(record),
    notes: notesOf(record),
    alternatives: (result?.alternatives ?? []).map(({ text, confidence }) => ({
      text,
      share: shareOf(confidence),
    })),
    candidates: (result?.candidates ?? [])
      .slice(0, CANDIDATES_SHOWN)
      .map(({ text, probability }): CardChoice => ({ text, share: percent(probability) })),
    ...(found !== undefined && { found }),
    parts: partsOf(record),
    actions: actionsOf(record, whyReadOnly(record.source)),
  };
}

/** `notes.md, the paragraph in lines 3 to 9` */
export function describeSource(source: Source): string {
  if (source.kind === "changes") return source.description;
  return `${fileName(source.uri)}, ${source.description}`;
}

export function fileName(uri: string): string {
  const { path } = vscode.Uri.parse(uri);
  return path.slice(path.lastIndexOf("/") + 1);
}

export function actionLabel(action: ResultAction, source: Source): string {
  switch (action) {
    case "stop":
      return vscode.l10n.t("Stop");
    case "insert":
      return source.kind === "document" && source.insertion === "behind"
        ? vscode.l10n.t("Insert")
        : vscode.l10n.t("Insert Below");
    case "replace":
      return source.kind === "changes" ? vscode.l10n.t("Use as Commit Message") : vscode.l10n.t("Replace…");
    case "copy":
      return vscode.l10n.t("Copy");
    case "tryAgain":
      return vscode.l10n.t("Try Again");
    case "compare":
      return vscode.l10n.t("Compare Alternatives");
    case "openInPlayground":
      return vscode.l10n.t("Open in Playground");
    case "showSource":
      return vscode.l10n.t("Show in File");
  }
}

function actionsOf(record: ResultRecord, readOnly: string | undefined): CardAction[] {
  const { outcome, source } = record;
  const offered: readonly ResultAction[] = (() => {
    switch (outcome.kind) {
      case "running":
        return ["stop"];
      case "done":
        return source.kind === "changes"
          ? ["replace", "copy", "tryAgain", "compare", "openInPlayground"]
          : ["insert", "replace", "copy", "tryAgain", "compare", "openInPlayground", "showSource"];
      case "stopped":
        return source.kind === "changes"
          ? ["copy", "tryAgain"]
          : ["insert", "replace", "copy", "tryAgain", "showSource"];
      case "failed":
        return ["tryAgain"];
    }
  })();
  return offered.map((action) => {
    const reason = whyNot(action, record, readOnly);
    return { action, label: actionLabel(action, source), ...(reason !== undefined && { reason }) };
  });
}

/** Why an action cannot be done; undefined where it can. */
export function whyNot(action: ResultAction, record: ResultRecord, readOnly: string | undefined): string | undefined {
  const { source, outcome } = record;
  switch (action) {
    case "insert":
    case "replace":
      if (readOnly !== undefined) return readOnly;
      if (textOf(record) === "") return vscode.l10n.t("There is no text to insert.");
      if (source.kind === "document" && !source.range)
        return vscode.l10n.t("The text that this was made from is gone.");
      return undefined;
    case "copy":
      return textOf(record) === "" ? vscode.l10n.t("There is no text to copy.") : undefined;
    case "tryAgain":
      if (source.text === "") return vscode.l10n.t("The text that this was made from was too long to be kept.");
      return outcome.kind === "done" && outcome.result.mode === "rank"
        ? vscode.l10n.t("Choosing from the text gives the same answer each time: compare alternatives instead.")
        : undefined;
    case "compare":
      return source.text === "" && choicesOf(record).length < 2
        ? vscode.l10n.t("The text that this was made from was too long to be kept.")
        : undefined;
    case "showSource":
      return source.kind === "document" && !source.range
        ? vscode.l10n.t("The text that this was made from is gone.")
        : undefined;
    case "stop":
    case "openInPlayground":
      return undefined;
  }
}

function notesOf(record: ResultRecord): string[] {
  const { outcome } = record;
  const notes: string[] = [];
  switch (outcome.kind) {
    case "running":
      if (outcome.partCount !== undefined) {
        notes.push(vscode.l10n.t("{0} of {1} parts are done", outcome.parts.length, outcome.partCount));
      }
      break;
    case "stopped":
      notes.push(vscode.l10n.t("Stopped before its end"));
      break;
    case "done":
      notes.push(...resultNotes(outcome.result));
      break;
    case "failed":
      break;
  }
  return notes;
}

/** What a result says of itself: how it came to be, how sure the model was, and what was left out. */
export function resultNotes(result: TaskResult): string[] {
  return [
    ...(result.text === "" ? [vscode.l10n.t("The model wrote nothing that can be used.")] : []),
    `${factsOf(result)} · ${confidenceSentence(result.confidence)}`,
    ...droppedSentences(result.dropped),
  ];
}

function factsOf({ model, shots, mode }: TaskResult): string {
  const asked =
    shots === 0
      ? vscode.l10n.t("zero-shot")
      : shots === 1
        ? vscode.l10n.t("one-shot")
        : vscode.l10n.t("{0} examples", shots);
  return [model, asked, mode === "rank" ? vscode.l10n.t("chosen from the text") : vscode.l10n.t("written")].join(" · ");
}

function confidenceSentence(confidence: Confidence): string {
  const { calibrated, meanTokenProbability, isUnknown } = confidence;
  if (isUnknown) return vscode.l10n.t("confidence not known: the server tells no probabilities");
  return calibrated === undefined
    ? vscode.l10n.t(
        "confidence {0} (mean token probability {1})",
        levelWord(meanTokenProbability),
        percent(meanTokenProbability),
      )
    : vscode.l10n.t("confidence {0} (right in {1} of such cases)", levelWord(calibrated), percent(calibrated));
}

function levelWord(probability: number): string {
  const words: Readonly<Record<ConfidenceLevel, string>> = {
    high: vscode.l10n.t("high"),
    medium: vscode.l10n.t("medium"),
    low: vscode.l10n.t("low"),
  };
  return words[confidenceLevel(probability)];
}

function droppedSentences({ examples, turns, characters }: Dropped): string[] {
  return [
    ...(examples > 0
      ? [vscode.l10n.t("Left out, because the model cannot look at more: examples, {0}", examples)]
      : []),
    ...(turns > 0
      ? [vscode.l10n.t("Left out, because the model cannot look at more: earlier questions, {0}", turns)]
      : []),
    ...(characters > 0
      ? [
          vscode.l10n.t(
            "Left out, because the model cannot look at more: {0} characters from the middle of the text",
            characters,
          ),
        ]
      : []),
  ];
}

function foundSentence({ source }: ResultRecord, { found, candidates }: TaskResult): string | undefined {
  // Candidates lead there themselves.
  if (!found || candidates.length > 0 || source.kind !== "document" || source.text === "") return undefined;
  // Of an answer that is there in part, that part.
  const words = withPlainLineEnds(source.text).slice(found.start, found.end);
  return vscode.l10n.t("Where “{0}” stands in the text", shortened(words));
}

function partsOf({ outcome }: ResultRecord): readonly string[] {
  if (outcome.kind === "running") return outcome.parts;
  return outcome.kind === "done" ? outcome.result.parts.map(({ text }) => text) : [];
}

function shortened(text: string): string {
  const [line = ""] = text.split("\n");
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
