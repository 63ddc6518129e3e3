import * as l10n from "@vscode/l10n";
import { html, nothing, type TemplateResult } from "lit";
import { visible } from "../tokens/visible.ts";
import { type BranchTree, type TreeRow, treeRows } from "./branchTree.ts";

/** Deeper levels are not moved further to the right: a side bar is narrow. */
const DEEPEST = 8;

/** All texts of the session as a tree to walk: with the arrow keys, Home, End and Enter. */
export function treeView(
  tree: BranchTree,
  current: number | undefined,
  isBusy: boolean,
  onWalk: (id: number) => void,
): TemplateResult {
  const rows = treeRows(tree);
  if (rows.length === 0) return html`<p class="hint">${l10n.t("Each text that is written becomes a branch here.")}</p>`;
  const focusable = rows.some(({ branch }) => branch.id === current) ? current : rows[0]?.branch.id;
  return html`<div id="branches" role="tree" aria-label=${l10n.t("Branches")} @keydown=${moveFocus}>
    ${rows.map((row) => treeRow(row, row.branch.id === current, row.branch.id === focusable, isBusy, onWalk))}
  </div>`;
}

function treeRow(
  { branch, depth, hasChildren, position, siblings }: TreeRow,
  isCurrent: boolean,
  isFocusable: boolean,
  isBusy: boolean,
  onWalk: (id: number) => void,
): TemplateResult {
  const isPrompt = branch.parent === undefined;
  const icon = isPrompt ? "note" : (branch.chosen ?? 0) > 0 ? "git-branch" : "sparkle";
  const text = branch.text === "" ? l10n.t("(empty)") : visible(branch.text);
  const walk = () => {
    if (!isBusy) onWalk(branch.id);
  };
  return html`<div
    role="treeitem"
    class="branch depth${Math.min(depth, DEEPEST)}"
    aria-level=${depth + 1}
    aria-posinset=${position}
    aria-setsize=${siblings}
    aria-selected=${isCurrent}
    aria-expanded=${hasChildren ? "true" : nothing}
    aria-disabled=${isBusy}
    tabindex=${isFocusable ? "0" : "-1"}
    @click=${walk}
    @keydown=${(event: KeyboardEvent) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        walk();
      }
    }}
  >
    <span class="codicon codicon-${icon}" aria-hidden="true"></span>
    <span class="text">${text}</span>
  </div>`;
}

function moveFocus(event: KeyboardEvent): void {
  const rows = [...(event.currentTarget as Element).querySelectorAll<HTMLElement>("[role=treeitem]")];
  const at = rows.findIndex((row) => row === document.activeElement);
  const steps: Readonly<Record<string, number>> = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 };
  const target = steps[event.key];
  if (target === undefined) return;
  event.preventDefault();
  rows[Math.max(0, Math.min(rows.length - 1, target))]?.focus();
}
