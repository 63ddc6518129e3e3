import * as vscode from "vscode";
import { inform } from "./notify.ts";

/** What a token is for, and how it is asked for. */
export interface TokenPurpose {
  /** Where it is kept; never change one. */
  readonly key: "hubToken" | "remoteToken";
  readonly title: string;
}

/** Tokens in VS Code's secret storage, each for one origin: another one, set later, does not get it. */
export class OriginTokens {
  readonly #secrets: vscode.SecretStorage;
  readonly #purpose: TokenPurpose;

  constructor(secrets: vscode.SecretStorage, purpose: TokenPurpose) {
    this.#secrets = secrets;
    this.#purpose = purpose;
  }

  /** Calls back when one of these tokens changes, in whatever window. */
  onDidChange(listener: () => void): vscode.Disposable {
    return this.#secrets.onDidChange(({ key }) => {
      if (key.startsWith(`${this.#purpose.key} `)) listener();
    });
  }

  get(address: string): Thenable<string | undefined> {
    return this.#secrets.get(this.#keyOf(address));
  }

  /** Asks for the token of an address, and keeps it. */
  async ask(address: string, prompt: string): Promise<void> {
    const token = await vscode.window.showInputBox({
      title: this.#purpose.title,
      prompt,
      password: true,
      ignoreFocusOut: true,
      validateInput: (value) => (/^\S*$/.test(value.trim()) ? undefined : vscode.l10n.t("A token has no spaces.")),
    });
    if (token === undefined || token.trim() === "") return;
    await this.#secrets.store(this.#keyOf(address), token.trim());
    void inform(vscode.l10n.t("The token for {0} is kept.", new URL(address).host));
  }

  async remove(address: string): Promise<void> {
    const { host } = new URL(address);
    const isThere = (await this.get(address)) !== undefined;
    await this.#secrets.delete(this.#keyOf(address));
    void inform(
      isThere
        ? vscode.l10n.t("The token for {0} is removed.", host)
        : vscode.l10n.t("There is no token for {0}.", host),
    );
  }

  #keyOf(address: string): string {
    return `${this.#purpose.key} ${new URL(address).origin}`;
  }
}
