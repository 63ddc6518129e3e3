import * as l10n from "@vscode/l10n";
import { html, type TemplateResult } from "lit";
import type { PlaygroundChoice, PlaygroundMemory } from "../../shared/playgroundMessages.ts";
import { isStandIn } from "../../shared/standInIds.ts";
import { bitsOf, percent, share as shareOf } from "../tokens/probability.ts";
import type { PlacedToken } from "../tokens/placeTokens.ts";
import { visible } from "../tokens/visible.ts";
import { iconButton } from "../parts/controls.ts";
import { canBranch } from "./completeState.ts";

interface TokenViewOptions {
  readonly placed: PlacedToken;
  readonly index: number;
  readonly count: number;
  readonly isBusy: boolean;
  readonly onStep: (by: -1 | 1) => void;
  readonly onBranch: (choice: PlaygroundChoice) => void;
  readonly onOpen: (path: string, line: number) => void;
}

/** A token in full: how likely it was, and what else could have come. */
export function tokenView({
  placed,
  index,
  count,
  isBusy,
  onStep,
  onBranch,
  onOpen,
}: TokenViewOptions): TemplateResult {
  const { token } = placed;
  return html`<section id="token" aria-labelledby="tokenTitle">
    <h2 id="tokenTitle">
      <span>${l10n.t("Token {0} of {1}", index + 1, count)}</span>
      ${iconButton({ icon: "arrow-left", label: l10n.t("Previous token"), isDisabled: index === 0, onClick: () => onStep(-1) })}
      ${iconButton({
        icon: "arrow-right",
        label: l10n.t("Next token"),
        isDisabled: index === count - 1,
        onClick: () => onStep(1),
      })}
    </h2>
    <p id="tokenFacts" role="status"><code class="piece">${visible(token.text)}</code> ${factsOf(placed)}</p>
    ${token.memory ? memoryView(token.memory, onOpen) : ""}
    ${
      token.top
        ? html`<table id="likeliest">
            <caption>
              ${l10n.t("What could have come here: choose one to go on from it")}
            </caption>
            <thead class="reader">
              <tr>
                <th scope="col">${l10n.t("Token")}</th>
                <th scope="col">${l10n.t("Probability")}</th>
              </tr>
            </thead>
            <tbody>
              ${token.top.map((choice) => choiceRow(choice, choice.id === token.id, isBusy, onBranch))}
            </tbody>
          </table>`
        : token.logprob !== undefined
          ? ""
          : html`<p class="hint">
              ${l10n.t("The first token of a text has no probability: nothing stands before it.")}
            </p>`
    }
  </section>`;
}

/** One sentence on a token, for the eye and for screen readers. */
function factsOf({ token: { id, logprob, rank } }: PlacedToken): string {
  const number = isStandIn(id) ? "" : l10n.t("id {0}", id);
  if (logprob === undefined) return number;
  const bits = bitsOf(logprob).toFixed(1);
  const likeliness =
    rank === undefined
      ? l10n.t("{0}, {1} bits of surprise", percent(logprob), bits)
      : l10n.t("{0}, rank {1}, {2} bits of surprise", percent(logprob), rank, bits);
  return number === "" ? likeliness : `${likeliness}, ${number}`;
}

/** What came from the memory of the workspace, and where it stands there; the rest came from the model. */
function memoryView(
  { share, probability, modelLogprob, matched, path, line }: PlaygroundMemory,
  onOpen: TokenViewOptions["onOpen"],
): TemplateResult {
  const text = l10n.t(
    "The memory of the workspace counts {0} here. By the memory: {1}. By the model: {2}.",
    shareOf(share),
    shareOf(probability),
    percent(modelLogprob),
  );
  const found = path !== undefined && line !== undefined ? { path, line } : undefined;
  return html`<p id="tokenMemory">
    ${text}
    ${
      found
        ? html`<button
            type="button"
            class="link"
            title=${l10n.t("{0} tokens before it are the same there", matched)}
            @click=${() => onOpen(found.path, found.line)}
          >
            ${found.path}:${found.line}
          </button>`
        : ""
    }
  </p>`;
}

function choiceRow(
  choice: PlaygroundChoice,
  isTaken: boolean,
  isBusy: boolean,
  onBranch: (choice: PlaygroundChoice) => void,
): TemplateResult {
  const name = visible(choice.text);
  const label = isTaken ? l10n.t("{0}, taken: write on from here", name) : l10n.t("{0}: take it and write on", name);
  return html`<tr class=${isTaken ? "taken" : ""}>
    <th scope="row">
      <button
        type="button"
        class="choice"
        aria-label=${label}
        ?disabled=${isBusy || !canBranch(choice)}
        @click=${() => onBranch(choice)}
      >
        <span class="codicon codicon-${isTaken ? "check" : "git-branch"}" aria-hidden="true"></span>
        <code class="piece">${name}</code>
      </button>
    </th>
    <td>
      <span class="share">${percent(choice.logprob)}</span>
      <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect class="filled" width=${(100 * Math.exp(choice.logprob)).toFixed(2)} height="8"></rect>
      </svg>
    </td>
  </tr>`;
}
