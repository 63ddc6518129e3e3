import * as l10n from "@vscode/l10n";
import { html, type TemplateResult } from "lit";
import { isStandIn } from "../../shared/standInIds.ts";
import type { Page } from "../appState.ts";
import { iconButton, textArea, textButton } from "../parts/controls.ts";
import { visible } from "../tokens/visible.ts";
import { hex, type Piece, ROWS, type TokenizerState } from "./tokenizerState.ts";

/** Pieces that are drawn as chips: more say nothing more. */
const MOST_CHIPS = 400;

/** The Tokenizer tab: how a text becomes numbers. */
export function tokenizerView(page: Page): TemplateResult {
  const { tokenizer } = page.state;
  const { text, pieces, limit, problem } = tokenizer;
  return html`<div class="labelled">
      <label for="tokenizerText">${l10n.t("Text")}</label>
      ${iconButton({
        icon: "selection",
        label: l10n.t("Take the selection of the editor"),
        onClick: () => page.send({ type: "takeSelection", into: "tokenizer" }),
      })}
    </div>
    ${textArea({
      id: "tokenizerText",
      label: l10n.t("Text"),
      rows: 5,
      value: text,
      placeholder: l10n.t("Write something, and see how the model reads it."),
      onInput: (value) => change(page, (state) => ({ ...state, text: value })),
    })}
    <p id="tokenizerSummary" role="status">${summary(tokenizer)}</p>
    ${problem === undefined ? "" : html`<p class="problem" role="alert">${problem}</p>`}
    ${
      pieces.length === 0
        ? ""
        : html`<p class="pieces" aria-hidden="true">${pieces.slice(0, MOST_CHIPS).map(chip)}</p>
            <table id="pieces">
              <thead>
                <tr>
                  <th scope="col">${l10n.t("Piece")}</th>
                  <th scope="col">${l10n.t("Id")}</th>
                  <th scope="col">${l10n.t("Bytes")}</th>
                </tr>
              </thead>
              <tbody>
                ${pieces.slice(0, limit).map(row)}
              </tbody>
            </table>`
    }
    ${
      pieces.length > limit
        ? textButton({
            id: "morePieces",
            icon: "chevron-down",
            label: l10n.t("Show {0} More of {1}", Math.min(ROWS, pieces.length - limit), pieces.length - limit),
            isSecondary: true,
            onClick: () => change(page, (state) => ({ ...state, limit: state.limit + ROWS })),
          })
        : ""
    }`;
}

function summary({ text, pieces, reading }: TokenizerState): string {
  if (text === "") return "";
  if (reading) return l10n.t("Reading…");
  const bytes = pieces.reduce((sum, piece) => sum + piece.bytes.length, 0);
  const each = pieces.length > 0 ? (bytes / pieces.length).toFixed(1) : "0";
  return l10n.t("{0} characters, {1} bytes, {2} tokens: {3} bytes a token", text.length, bytes, pieces.length, each);
}

function chip(piece: Piece, index: number): TemplateResult {
  return html`<span class="chip chip${index % 4}">${nameOf(piece)}</span>`;
}

/** A part of a character has no look of its own: its bytes stand for it. */
function nameOf({ text, bytes }: Piece): string {
  return text.includes("\uFFFD") ? `‹${hex(bytes)}›` : visible(text);
}

function row(piece: Piece): TemplateResult {
  return html`<tr>
    <th scope="row"><code class="piece">${nameOf(piece)}</code></th>
    <td>${isStandIn(piece.id) ? "–" : piece.id}</td>
    <td class="bytes">${hex(piece.bytes)}</td>
  </tr>`;
}

function change(page: Page, by: (state: TokenizerState) => TokenizerState): void {
  page.update((state) => ({ ...state, tokenizer: by(state.tokenizer) }));
}
