import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { escapeHtml } from "./escapeHtml.ts";

/** The icons of VS Code. The elements that show them look for this style sheet by an id. */
export const CODICONS = "dist/codicon.css";

export interface WebviewPage {
  readonly title: string;
  /** Below the extension's folder, in order; what all pages share comes first by itself. */
  readonly styles: readonly string[];
  readonly script: string;
  /** Data attributes of the body, by their names without `data-`: texts travel as data, since no page has a script inline. */
  readonly data: Readonly<Record<string, string>>;
  /** HTML whose texts are escaped already. */
  readonly main: string;
}

/**
 * A page for one of VS Code's webviews. Its content security policy lets in its script by a nonce, the extension's own style
 * sheets, the font of the icons where it has them, and nothing else: no inline script, no inline style, nothing from the network.
 */
export function webviewHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  { title, styles, script, data, main }: WebviewPage,
): string {
  const nonce = randomBytes(16).toString("base64");
  const at = (file: string) => escapeHtml(webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, file)).toString());
  const { cspSource } = webview;
  const fonts = styles.includes(CODICONS) ? ` font-src ${cspSource};` : "";
  const policy = `default-src 'none'; style-src ${cspSource};${fonts} script-src 'nonce-${nonce}'`;
  const links = ["media/page.css", ...styles].map((file) => {
    const id = file === CODICONS ? ' id="vscode-codicon-stylesheet"' : "";
    return `<link rel="stylesheet"${id} href="${at(file)}" />`;
  });
  const attributes = Object.entries(data).map(([name, text]) => ` data-${name}="${escapeHtml(text)}"`);
  return `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}">
  <head>
    <meta charset="UTF-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}" />
    ${links.join("\n    ")}
    <title>${escapeHtml(title)}</title>
  </head>
  <body${attributes.join("")}>
    <main id="page">${main}</main>
    <script nonce="${nonce}" src="${at(script)}"></script>
  </body>
</html>`;
}
