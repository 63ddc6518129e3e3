import * as path from "node:path";
import * as vscode from "vscode";
import type { AnsweringDevice, AnsweringModel } from "./client/backend.ts";
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
  /** One sentence: what the engine does, with which model. */
  readonly sentence: string;
  /** Why that is so, in more sentences. */
  readonly reason?: string;
  readonly isError?: boolean;
}

/** Of the active editor. */
interface Shown {
  readonly languageId: string | undefined;
  /** The name of its model in the settings. */
  readonly name: string;
  /** What is known of its model, once it is loaded. */
  readonly model: AnsweringModel | undefined;
}

/** What the status bar needs to know of models. */
export interface ModelFacts {
  /** What a model takes for a token, once that was measured. */
  readonly msPerToken: (model: AnsweringModel) => number | undefined;
  /** The name in the settings of the model of a language. */
  readonly nameFor: (languageId: string | undefined) => string;
  /** The model of a language, once it is loaded. */
  readonly loadedFor: (languageId: string | undefined) => AnsweringModel | undefined;
  /** Sentences on what answers and where, beside what the model itself says. */
  readonly remarks: () => readonly string[];
}

/** Shows in the status bar what the engine does and whether ghost text is on; a click opens the menu. */
export class StatusItem implements Disposable {
  readonly #facts: ModelFacts;
  readonly #serverUrl: () => string | undefined;
  readonly #item = vscode.window.createStatusBarItem(STATUS_ITEM, vscode.StatusBarAlignment.Right, 100);
  #headline = "";
  #workingTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param serverUrl where the local server listens, while it runs */
  constructor(facts: ModelFacts, serverUrl: () => string | undefined) {
    this.#facts = facts;
    this.#serverUrl = serverUrl;
    this.#item.name = "Localghost";
    this.#item.command = COMMANDS.showMenu;
    this.#item.show();
  }

  /** What the engine does, in one sentence. The tooltip, which screen readers read, has the rest as well. */
  get headline(): string {
    return this.#headline;
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
    const languageId = vscode.window.activeTextEditor?.document.languageId;
    const { nameFor, loadedFor, msPerToken, remarks } = this.#facts;
    const shown = { languageId, name: nameFor(languageId), model: loadedFor(languageId) };
    const { icon, text, sentence, reason, isError } = look(state, shown, msPerToken);
    const url = this.#serverUrl();
    const server = url === undefined ? undefined : vscode.l10n.t("The local server is at {0}", url);
    this.#headline = sentence;
    this.#item.text = `$(${icon}) ${text}`;
    const all = [sentence, reason, server, ...remarks()].filter((one) => one !== undefined);
    const whole = all.length === 1 ? sentence : all.map((one) => (one.endsWith(".") ? one : `${one}.`)).join(" ");
    this.#item.tooltip = whole;
    this.#item.accessibilityInformation = { label: whole, role: "button" };
    this.#item.backgroundColor = isError ? new vscode.ThemeColor("statusBarItem.errorBackground") : undefined;
  }
}

function look(state: EngineState, { languageId, name, model }: Shown, msPerToken: ModelFacts["msPerToken"]): Look {
  const shortName = path.basename(name);
  if (!isEnabled())
    return {
      icon: "circle-slash",
      text: vscode.l10n.t("Localghost off"),
      sentence: vscode.l10n.t("Localghost: ghost text is off"),
    };
  if (state.kind === "failed") {
    const sentence = vscode.l10n.t("Localghost failed: {0}", state.reason.message);
    return { icon: "error", text: vscode.l10n.t("Localghost failed"), sentence, isError: true };
  }
  if (!isEnabled(languageId)) {
    const sentence = vscode.l10n.t("Localghost: ghost text is off for {0}", languageId ?? "");
    return { icon: "circle-slash", text: vscode.l10n.t("Localghost off"), sentence };
  }
  switch (state.kind) {
    case "off":
      return {
        icon: "localghost-ghost",
        text: shortName,
        sentence: vscode.l10n.t("Localghost: {0} starts when you type", shortName),
      };
    case "starting":
      return {
        icon: "loading~spin",
        text: shortName,
        sentence: vscode.l10n.t("Localghost: {0} is starting", shortName),
      };
    case "ready":
    case "working": {
      const isReady = state.kind === "ready";
      const icon = isReady ? "localghost-ghost" : "loading~spin";
      if (!model) {
        const sentence = vscode.l10n.t("Localghost is ready: {0} is loaded when it is first asked", shortName);
        return { icon, text: shortName, sentence };
      }
      const { device, deviceReason } = model;
      const described = describe(model, msPerToken(model));
      const sentence = isReady
        ? vscode.l10n.t("Localghost is ready: {0}", described)
        : vscode.l10n.t("Localghost is working: {0}", described);
      return { icon, text: `${model.name} (${deviceName(device)})`, sentence, reason: deviceReason };
    }
    case "asleep": {
      const sentence = vscode.l10n.t(
        "Localghost sleeps: {0} was not used, and its memory is free. Typing wakes it",
        shortName,
      );
      return { icon: "localghost-ghost", text: vscode.l10n.t("{0} (asleep)", shortName), sentence };
    }
  }
}

function describe({ name, dtype, device }: AnsweringModel, msPerToken: number | undefined): string {
  if (device === "remote") {
    return msPerToken === undefined
      ? vscode.l10n.t("{0} on your server", name)
      : vscode.l10n.t("{0} on your server, {1} ms a token", name, msPerToken.toFixed(1));
  }
  return msPerToken === undefined
    ? vscode.l10n.t("{0} ({1}) on the {2}", name, dtype, deviceName(device))
    : vscode.l10n.t("{0} ({1}) on the {2}, {3} ms a token", name, dtype, deviceName(device), msPerToken.toFixed(1));
}

function deviceName(device: AnsweringDevice): string {
  if (device === "remote") return vscode.l10n.t("server");
  return device === "cpu" ? "CPU" : "GPU";
}
