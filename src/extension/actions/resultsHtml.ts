import * as vscode from "vscode";
import { escapeHtml } from "../escapeHtml.ts";
import { webviewHtml } from "../webviewHtml.ts";

/** The page of the results: empty but for its texts, filled by its script. */
export function resultsHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  return webviewHtml(webview, extensionUri, {
    title: vscode.l10n.t("Results"),
    styles: ["media/results.css"],
    script: "dist/results.js",
    data: {
      reading: vscode.l10n.t("Reading…"),
      alternatives: vscode.l10n.t("Alternatives"),
      take: vscode.l10n.t("Take This"),
      candidates: vscode.l10n.t("Candidates from the text"),
      parts: vscode.l10n.t("Parts"),
    },
    main: `
      <h1 class="reader">${escapeHtml(vscode.l10n.t("Results"))}</h1>
      <p id="ended" class="reader" role="status"></p>
      <p id="none" hidden>${escapeHtml(vscode.l10n.t("Nothing yet. Select some text, open its context menu and choose Localghost."))}</p>
      <div id="cards"></div>
      <p id="footer" hidden>
        <button id="limits" class="link">${escapeHtml(vscode.l10n.t("Generated text may be wrong"))}</button>
        <button id="clear" class="link">${escapeHtml(vscode.l10n.t("Clear Results"))}</button>
      </p>`,
  });
}
