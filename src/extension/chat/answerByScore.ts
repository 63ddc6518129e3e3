import * as vscode from "vscode";
import { percent } from "../actions/confidenceLevel.ts";
import type { TaskEngine } from "../actions/runOnText.ts";
import { escapeMarkdown } from "../escapeMarkdown.ts";
import type { ChatSource } from "./chatSources.ts";
import { scoreText } from "./scoreText.ts";

const TOKENS_NAMED = 10;

/** Says in a chat how likely the model finds a text, and which of its words it did not expect. */
export async function answerByScore(
  parts: TaskEngine,
  source: ChatSource,
  response: vscode.ChatResponseStream,
  signal: AbortSignal,
): Promise<void> {
  const { text, label, languageId, location } = source;
  if (location) response.reference(location);
  response.progress(vscode.l10n.t("Scores {0}", label));
  const { model, tokens, perplexity, bitsPerByte, leastLikely, leftOut } = await scoreText(
    parts,
    text,
    languageId,
    TOKENS_NAMED,
    signal,
  );
  const figures = vscode.l10n.t(
    "{0} tokens, perplexity {1}, {2} bits a byte, by {3}",
    tokens,
    perplexity.toFixed(1),
    bitsPerByte.toFixed(2),
    model,
  );
  response.markdown(
    `${escapeMarkdown(label)}: ${escapeMarkdown(figures)}\n\n${escapeMarkdown(vscode.l10n.t("Least expected:"))}\n`,
  );
  for (const { text: word, line, column, probability } of leastLikely) {
    response.markdown("\n- ");
    if (location) {
      const { start } = location.range;
      const place = new vscode.Position(start.line + line - 1, column - 1 + (line === 1 ? start.character : 0));
      response.anchor(new vscode.Location(location.uri, place), vscode.l10n.t("line {0}", place.line + 1));
    } else response.markdown(escapeMarkdown(vscode.l10n.t("line {0}", line)));
    response.markdown(` ${escapeMarkdown(word)} ${percent(probability)}`);
  }
  if (leftOut > 0)
    response.markdown(`\n\n_${escapeMarkdown(vscode.l10n.t("The last {0} characters were left out.", leftOut))}_`);
}
