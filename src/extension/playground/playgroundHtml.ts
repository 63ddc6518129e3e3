import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

/**
 * The page of the playground. Its content security policy lets in our one script by a nonce, our style sheet, and
 * nothing else: no inline script, nothing from the network.
 */
export function playgroundHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const { t } = vscode.l10n;
  const nonce = randomBytes(16).toString("base64");
  const script = webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, "dist", "webview.js")).toString();
  const style = webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, "media", "playground.css")).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}">
  <head>
    <meta charset="UTF-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}" />
    <link rel="stylesheet" href="${escapeHtml(style)}" />
    <title>${escapeHtml(t("Playground"))}</title>
  </head>
  <body>
    <label for="prompt">${escapeHtml(t("Prompt"))}</label>
    <textarea id="prompt" rows="4" spellcheck="false"></textarea>
    <div class="controls">
      <label>${escapeHtml(t("Tokens"))} <input id="maxTokens" type="number" min="1" max="1024" value="40" /></label>
      <label>${escapeHtml(t("Temperature"))} <input id="temperature" type="number" min="0" max="2" step="0.1" value="0" /></label>
      <label>${escapeHtml(t("Top-k"))} <input id="topK" type="number" min="0" value="40" /></label>
    </div>
    <div class="controls">
      <button id="generate">${escapeHtml(t("Generate"))}</button>
      <button id="stop" class="secondary" disabled>${escapeHtml(t("Stop"))}</button>
    </div>
    <h2 id="textTitle">${escapeHtml(t("Generated text"))}</h2>
    <div id="text" role="listbox" aria-labelledby="textTitle" tabindex="-1"
      data-hint="${escapeHtml(t("Each token is coloured by its probability. Point at one, or use the arrow keys, to see what else could have come."))}"></div>
    <p id="summary" role="status"></p>
    <table id="alternatives" hidden>
      <caption>${escapeHtml(t("What could have come here"))}</caption>
      <tbody></tbody>
    </table>
    <script nonce="${nonce}" src="${escapeHtml(script)}"></script>
  </body>
</html>`;
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
