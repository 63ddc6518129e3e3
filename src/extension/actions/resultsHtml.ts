import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { escapeHtml } from "../escapeHtml.ts";

/**
 * The page of the results: empty but for its texts, filled by its script. Its content security policy lets in that script
 * by a nonce, our style sheet, and nothing else: no inline script, nothing from the network.
 */
export function resultsHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const { t } = vscode.l10n;
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
    <title>${escapeHtml(t("Results"))}</title>
  </head>
  <body data-reading="${escapeHtml(t("Reading…"))}" data-alternatives="${escapeHtml(t("Alternatives"))}"
    data-take="${escapeHtml(t("Take This"))}" data-candidates="${escapeHtml(t("Candidates from the text"))}"
    data-parts="${escapeHtml(t("Parts"))}">
    <p id="none" hidden>${escapeHtml(t("Nothing yet. Select some text, open its context menu and choose Localghost."))}</p>
    <div id="cards" role="list"></div>
    <p id="footer" hidden>
      <button id="limits" class="link">${escapeHtml(t("Generated text may be wrong"))}</button>
      <button id="clear" class="link">${escapeHtml(t("Clear Results"))}</button>
    </p>
    <script nonce="${nonce}" src="${escapeHtml(script)}"></script>
  </body>
</html>`;
}
