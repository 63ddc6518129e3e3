import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { escapeHtml } from "../escapeHtml.ts";

/**
 * The page of the results: empty but for its texts, filled by its script. Its content security policy lets in that script
 * by a nonce, our style sheet, and nothing else: no inline script, nothing from the network.
 */
export function resultsHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const script = webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, "dist", "results.js")).toString();
  const style = webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, "media", "results.css")).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}">
  <head>
    <meta charset="UTF-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}" />
    <link rel="stylesheet" href="${escapeHtml(style)}" />
    <title>${escapeHtml(vscode.l10n.t("Results"))}</title>
  </head>
  <body data-reading="${escapeHtml(vscode.l10n.t("Reading…"))}" data-alternatives="${escapeHtml(vscode.l10n.t("Alternatives"))}"
    data-take="${escapeHtml(vscode.l10n.t("Take This"))}" data-candidates="${escapeHtml(vscode.l10n.t("Candidates from the text"))}"
    data-parts="${escapeHtml(vscode.l10n.t("Parts"))}">
    <main>
      <h1 class="reader">${escapeHtml(vscode.l10n.t("Results"))}</h1>
      <p id="ended" class="reader" role="status"></p>
      <p id="none" hidden>${escapeHtml(vscode.l10n.t("Nothing yet. Select some text, open its context menu and choose Localghost."))}</p>
      <div id="cards"></div>
      <p id="footer" hidden>
        <button id="limits" class="link">${escapeHtml(vscode.l10n.t("Generated text may be wrong"))}</button>
        <button id="clear" class="link">${escapeHtml(vscode.l10n.t("Clear Results"))}</button>
      </p>
    </main>
    <script nonce="${nonce}" src="${escapeHtml(script)}"></script>
  </body>
</html>`;
}
