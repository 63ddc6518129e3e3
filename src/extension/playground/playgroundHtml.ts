import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { escapeHtml } from "../escapeHtml.ts";

/** A view takes the colours of the side bar, a tab those of the editor. */
export type PlaygroundPlace = "view" | "tab";

/**
 * The page of the playground, which its script fills. Its content security policy lets in that script by a nonce, our
 * style sheets and the font of VS Code's icons, and nothing else: no inline script, no inline style, nothing from the
 * network. The texts of VS Code's display language travel as data.
 */
export function playgroundHtml(webview: vscode.Webview, extensionUri: vscode.Uri, place: PlaygroundPlace): string {
  const nonce = randomBytes(16).toString("base64");
  const at = (...path: string[]) => webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, ...path)).toString();
  const { cspSource } = webview;
  const policy = `default-src 'none'; style-src ${cspSource}; font-src ${cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}">
  <head>
    <meta charset="UTF-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}" />
    <link rel="stylesheet" id="vscode-codicon-stylesheet" href="${escapeHtml(at("dist", "codicon.css"))}" />
    <link rel="stylesheet" href="${escapeHtml(at("media", "playground.css"))}" />
    <title>${escapeHtml(vscode.l10n.t("Playground"))}</title>
  </head>
  <body data-place="${place}" data-l10n="${escapeHtml(JSON.stringify(vscode.l10n.bundle ?? {}))}">
    <main id="page"></main>
    <script nonce="${nonce}" src="${escapeHtml(at("dist", "webview.js"))}"></script>
  </body>
</html>`;
}
