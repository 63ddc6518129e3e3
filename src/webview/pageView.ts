import * as l10n from "@vscode/l10n";
import { html, type TemplateResult } from "lit";
import { type Page, TABS, type Tab } from "./appState.ts";
import { completeView } from "./complete/completeView.ts";
import { dialogueView } from "./dialogue/dialogueView.ts";
import type { PromptEditor } from "./edit/promptEditor.ts";
import { iconButton } from "./parts/controls.ts";
import { tasksView } from "./tasks/tasksView.ts";
import { tokenizerView } from "./tokenizer/tokenizerView.ts";

/** The whole page; of the tabs, only the one that is seen is drawn. */
export function pageView(page: Page, editor: PromptEditor): TemplateResult {
  const { tab, notice } = page.state;
  const index = TABS.indexOf(tab);
  return html`<h1 class="reader">${l10n.t("Playground")}</h1>
    <vscode-tabs
      .selectedIndex=${index}
      @vsc-tabs-select=${({ detail }: CustomEvent<{ selectedIndex: number }>) => {
        const chosen = TABS[detail.selectedIndex] ?? "complete";
        page.update((state) => ({ ...state, tab: chosen }));
      }}
    >
      ${TABS.map((name) => html`<vscode-tab-header slot="header" data-tab=${name}>${titleOf(name)}</vscode-tab-header>`)}
      ${TABS.map(
        (name) =>
          html`<vscode-tab-panel
            ><div class="tab">${name === tab ? contentOf(name, page, editor) : ""}</div></vscode-tab-panel
          >`,
      )}
    </vscode-tabs>
    <div id="notice" role="status">${notice === undefined ? "" : noticeView(page, notice)}</div>`;
}

function titleOf(tab: Tab): string {
  switch (tab) {
    case "complete":
      return l10n.t("Complete");
    case "tasks":
      return l10n.t("Tasks");
    case "dialogue":
      return l10n.t("Dialogue");
    case "tokenizer":
      return l10n.t("Tokenizer");
  }
}

function contentOf(tab: Tab, page: Page, editor: PromptEditor): TemplateResult {
  switch (tab) {
    case "complete":
      return completeView(page, editor);
    case "tasks":
      return tasksView(page);
    case "dialogue":
      return dialogueView(page);
    case "tokenizer":
      return tokenizerView(page);
  }
}

function noticeView(page: Page, notice: string): TemplateResult {
  const close = () => page.update((state) => ({ ...state, notice: undefined }));
  return html`<p class="notice">
    <span>${notice}</span> ${iconButton({ icon: "close", label: l10n.t("Close the notice"), onClick: close })}
  </p>`;
}
