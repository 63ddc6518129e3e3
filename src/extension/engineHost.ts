import * as os from "node:os";
import * as vscode from "vscode";

/** VS Code's names of the ways to a remote host, as users know them. Any other name may be that of the host itself. */
export const WAYS_TO_HOST: Readonly<Record<string, string>> = {
  "ssh-remote": "SSH",
  wsl: "WSL",
  "dev-container": "Dev Container",
  "attached-container": "Container",
  codespaces: "Codespaces",
  tunnel: "Tunnel",
};

/** Where the engine runs, in a window of a remote host; undefined in any other: there is one place only. */
export function engineHostSentence(kind: vscode.ExtensionKind): string | undefined {
  const { remoteName } = vscode.env;
  if (remoteName === undefined) return undefined;
  if (kind === vscode.ExtensionKind.UI)
    return vscode.l10n.t("The engine runs on your own machine, not on the remote host.");
  const way = WAYS_TO_HOST[remoteName];
  return way === undefined
    ? vscode.l10n.t("The engine runs on the remote host {0}, where the files are.", os.hostname())
    : vscode.l10n.t("The engine runs on the remote host {0} ({1}), where the files are.", os.hostname(), way);
}
