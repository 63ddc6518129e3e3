import * as vscode from "vscode";
import { CODICONS, webviewHtml } from "../webviewHtml.ts";

/** A view takes the colours of the side bar, a tab those of the editor. */
export type PlaygroundPlace = "view" | "tab";

/** The page of the playground, which its script fills. The texts of VS Code's display language travel as data. */
export function playgroundHtml(webview: vscode.Webview, extensionUri: vscode.Uri, place: PlaygroundPlace): string {
  return webviewHtml(webview, extensionUri, {
    title: vscode.l10n.t("Playground"),
    styles: [CODICONS, "media/playground.css"],
    script: "dist/webview.js",
    data: { place, l10n: JSON.stringify(vscode.l10n.bundle ?? {}) },
    main: "",
  });
}
