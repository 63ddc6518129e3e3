import * as vscode from "vscode";
import type { Hub } from "../../models/download/hub.ts";
import { getSetting } from "../config.ts";
import { OriginTokens } from "../originTokens.ts";

/** What the setting has when nobody has changed it. */
const DEFAULT_ENDPOINT = "https://huggingface.co";

/** Reaches the hub of the settings, with the token that the user has given for that very hub. */
export class HubAccess {
  readonly #tokens: OriginTokens;

  constructor(secrets: vscode.SecretStorage) {
    this.#tokens = new OriginTokens(secrets, { key: "hubToken", title: vscode.l10n.t("Hub Token") });
  }

  /** The hub's address: the setting's; while that is the default, HF_ENDPOINT's, as for Hugging Face's own tools. */
  get endpoint(): string {
    const setting = getSetting("hub.endpoint").replace(/\/+$/, "");
    const usual = process.env["HF_ENDPOINT"];
    return setting === DEFAULT_ENDPOINT && usual ? usual.replace(/\/+$/, "") : setting;
  }

  /** For messages: `huggingface.co`. */
  get host(): string {
    return URL.parse(this.endpoint)?.host ?? this.endpoint;
  }

  /** The hub, through VS Code's own fetch: it goes through `http.proxy`, and trusts what VS Code trusts. */
  async hub(): Promise<Hub> {
    // The library is needed by few, and late.
    const { Hub } = await import("../../models/download/hub.ts");
    const { endpoint } = this;
    const token = await this.#tokens.get(endpoint);
    return new Hub({ endpoint, token, fetch: (input, init) => globalThis.fetch(input, init) });
  }

  /** Asks for the hub's token, and keeps it where VS Code keeps secrets. */
  async askToken(): Promise<void> {
    const prompt = vscode.l10n.t(
      "For private and gated models of {0}. It is kept in VS Code's secret storage and sent to no other host.",
      this.host,
    );
    await this.#tokens.ask(this.endpoint, prompt);
  }

  async removeToken(): Promise<void> {
    await this.#tokens.remove(this.endpoint);
  }
}
