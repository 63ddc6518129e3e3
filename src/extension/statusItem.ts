import * as vscode from "vscode";
import type { Device, ModelInfo } from "../shared/protocol.ts";
import type { EngineState } from "./client/engineState.ts";
import { isEnabled } from "./config.ts";
import type { Disposable } from "./disposables.ts";
import { COMMANDS, STATUS_ITEM } from "./ids.ts";

/** Work that is over sooner is not shown: a sign that flickers at every keystroke says nothing. */
const SHOW_WORKING_AFTER_MS = 250;

interface Look {
  readonly icon: string;
  /** Beside the icon. */
  readonly text: string;
  /** One sentence, for the tooltip and for screen readers. */
  readonly sentence: string;
  readonly isError?: boolean;
}

/** Shows in the status bar what the engine does and whether ghost text is on; a click opens the menu. */
export class StatusItem implements Disposable {
  /** What the model takes for a token, once that was measured. */
  readonly #msPerToken: () => number | undefined;
  readonly #item = vscode.window.createStatusBarItem(STATUS_ITEM, vscode.StatusBarAlignment.Right, 100);
  #workingTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(msPerToken: () => number | undefined) {
    this.#msPerToken = msPerToken;
    this.#item.name = "Localghost";
    this.#item.command = COMMANDS.showMenu;
    this.#item.show();
  }

  update(state: EngineState): void {
    clearTimeout(this.#workingTimer);
    if (state.kind === "working") this.#workingTimer = setTimeout(() => this.#show(state), SHOW_WORKING_AFTER_MS);
    else this.#show(state);
  }

  dispose(): void {
    clearTimeout(this.#workingTimer);
    this.#item.dispose();
  }

  #show(state: EngineState): void {
    const { icon, text, sentence, isError } = look(
      state,
      vscode.window.activeTextEditor?.document.languageId,
      this.#msPerToken(),
    );
    this.#item.text = `$(${icon}) ${text}`;
    this.#item.tooltip = sentence;
    this.#item.accessibilityInformation = { label: sentence, role: "button" };
    this.#item.backgroundColor = isError ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
  }
}

function look(state: EngineState, languageId: string | undefined, msPerToken: number | undefined): Look {
  const { t } = vscode.l10n;
  if (!isEnabled())
    return { icon: "circle-slash", text: t("Localghost off"), sentence: t("Localghost: ghost text is off") };
  if (state.kind === "failed") {
    const sentence = t("Localghost failed: {0}", state.reason.message);
    return { icon: "error", text: t("Localghost failed"), sentence, isError: true };
  }
  if (!isEnabled(languageId)) {
    const sentence = t("Localghost: ghost text is off for {0}", languageId ?? "");
    return { icon: "circle-slash", text: t("Localghost off"), sentence };
  }
  switch (state.kind) {
    case "off":
      return {
        icon: "localghost-ghost",
        text: "Localghost",
        sentence: t("Localghost: the engine starts when you type"),
      };
    case "starting":
      return { icon: "loading~spin", text: "Localghost", sentence: t("Localghost: the engine is starting") };
    case "ready":
    case "working": {
      const { name, device, deviceReason } = state.model;
      const model = describe(state.model, msPerToken);
      const isReady = state.kind === "ready";
      const sentence = isReady
        ? t("Localghost is ready: {0}. {1}", model, deviceReason)
        : t("Localghost is working: {0}. {1}", model, deviceReason);
      return { icon: isReady ? "localghost-ghost" : "loading~spin", text: `${name} (${deviceName(device)})`, sentence };
    }
    case "asleep": {
      const { name } = state.model;
      const sentence = t("Localghost sleeps: {0} was not used, and its memory is free. Typing wakes it", name);
      return { icon: "localghost-ghost", text: t("{0} (asleep)", name), sentence };
    }
  }
}

function describe({ name, dtype, device }: ModelInfo, msPerToken: number | undefined): string {
  const { t } = vscode.l10n;
  return msPerToken === undefined
    ? t("{0} ({1}) on the {2}", name, dtype, deviceName(device))
    : t("{0} ({1}) on the {2}, {3} ms a token", name, dtype, deviceName(device), msPerToken.toFixed(1));
}

function deviceName(device: Device): string {
  return device === "cpu" ? "CPU" : "GPU";
}
