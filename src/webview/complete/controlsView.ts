import * as l10n from "@vscode/l10n";
import { html, nothing, type TemplateResult } from "lit";
import {
  CONTROL_NAMES,
  CONTROL_RANGES,
  type ControlName,
  inRange,
  MOST_SEED,
} from "../../shared/playgroundControls.ts";
import type { PlaygroundControls } from "../../shared/playgroundMessages.ts";
import { iconButton } from "../parts/controls.ts";

interface ControlText {
  readonly label: string;
  readonly help: string;
}

/** The controls of a generation. A control that stands where it was at first has nothing to reset. */
export function controlsView(
  controls: PlaygroundControls,
  onChange: (controls: PlaygroundControls) => void,
): TemplateResult {
  const set = (change: Partial<PlaygroundControls>) => onChange({ ...controls, ...change });
  return html`<div class="controls">
    ${CONTROL_NAMES.map((name) => numberControl(name, controls[name], (value) => set({ [name]: value })))}
    ${seedControl(controls, onChange)} ${stopControl(controls, set)}
  </div>`;
}

/** The controls in a line, for when they are folded. */
export function controlsNote({ temperature, topK, maxTokens, seed }: PlaygroundControls): string {
  const drawn = temperature === 0 ? l10n.t("greedy") : l10n.t("temperature {0}, top-k {1}", temperature, topK);
  const parts = [drawn, l10n.t("{0} tokens", maxTokens), ...(seed === undefined ? [] : [l10n.t("seed {0}", seed)])];
  return parts.join(" · ");
}

function textOf(name: ControlName): ControlText {
  switch (name) {
    case "temperature":
      return {
        label: l10n.t("Temperature"),
        help: l10n.t(
          "0 takes the likeliest token each time; 1 draws by the model's own probabilities; more is wilder.",
        ),
      };
    case "topK":
      return { label: l10n.t("Top-k"), help: l10n.t("Draws among the k likeliest tokens. 0: among all.") };
    case "topP":
      return {
        label: l10n.t("Top-p"),
        help: l10n.t("Draws among the fewest tokens that together have this probability. 1: among all."),
      };
    case "minP":
      return {
        label: l10n.t("Min-p"),
        help: l10n.t("Leaves out tokens that are less likely than this part of the likeliest one. 0: none."),
      };
    case "repetitionPenalty":
      return {
        label: l10n.t("Repetition penalty"),
        help: l10n.t("Makes tokens less likely that stand in the text already. 1: off."),
      };
    case "maxTokens":
      return { label: l10n.t("Tokens"), help: l10n.t("The most tokens to write. One is about three or four letters.") };
    case "alternatives":
      return {
        label: l10n.t("Alternatives"),
        help: l10n.t("How many texts to write at once, side by side. Greedy ones begin with different tokens."),
      };
  }
}

function numberControl(name: ControlName, value: number, onChange: (value: number) => void): TemplateResult {
  const { least, most, step, default: usual } = CONTROL_RANGES[name];
  const { label, help } = textOf(name);
  const take = ({ target }: Event) => {
    const input = target as HTMLInputElement;
    const taken = inRange(name, input.valueAsNumber);
    // The same number as before changes nothing on the page, which would go on showing what was typed.
    input.value = String(taken);
    onChange(taken);
  };
  const isUsual = value === usual;
  return html`<div class="control">
    <label for=${name}>${label}</label>
    <input
      type="range"
      tabindex="-1"
      aria-hidden="true"
      min=${least}
      max=${most}
      step=${step}
      .value=${String(value)}
      @input=${take}
    />
    <input
      id=${name}
      type="number"
      min=${least}
      max=${most}
      step=${step}
      aria-describedby="${name}Help"
      .value=${String(value)}
      @change=${take}
    />
    ${iconButton({
      icon: "discard",
      label: l10n.t("Reset {0} to {1}", label, usual),
      isDisabled: isUsual,
      onClick: () => onChange(usual),
    })}
    <p class="help" id="${name}Help">${help}</p>
  </div>`;
}

function seedControl(controls: PlaygroundControls, onChange: (controls: PlaygroundControls) => void): TemplateResult {
  const { seed, ...others } = controls;
  const take = (event: Event) => {
    const { valueAsNumber } = event.target as HTMLInputElement;
    if (Number.isNaN(valueAsNumber)) onChange(others);
    else onChange({ ...others, seed: Math.max(0, Math.min(MOST_SEED, Math.round(valueAsNumber))) });
  };
  return html`<div class="control">
    <label for="seed">${l10n.t("Seed")}</label>
    <span></span>
    <input
      id="seed"
      type="number"
      min="0"
      max=${MOST_SEED}
      step="1"
      placeholder=${l10n.t("random")}
      aria-describedby="seedHelp"
      .value=${seed === undefined ? "" : String(seed)}
      @change=${take}
    />
    ${iconButton({
      icon: "discard",
      label: l10n.t("Reset the seed: another text each time"),
      isDisabled: seed === undefined,
      onClick: () => onChange(others),
    })}
    <p class="help" id="seedHelp">
      ${l10n.t("The same seed draws the same text again. Empty: another one each time.")}
    </p>
  </div>`;
}

function stopControl({ stop }: PlaygroundControls, set: (change: Partial<PlaygroundControls>) => void): TemplateResult {
  const take = (event: Event) => {
    const lines = (event.target as HTMLTextAreaElement).value.split("\n").filter((line) => line !== "");
    set({ stop: lines.slice(0, 16).map(readEscapes) });
  };
  return html`<div class="control wide">
    <label for="stopStrings">${l10n.t("Stop strings")}</label>
    <textarea
      id="stopStrings"
      class="field"
      rows="2"
      spellcheck="false"
      aria-describedby="stopHelp"
      placeholder=${nothing}
      .value=${stop.map(writeEscapes).join("\n")}
      @change=${take}
    ></textarea>
    ${iconButton({
      icon: "discard",
      label: l10n.t("Remove all stop strings"),
      isDisabled: stop.length === 0,
      onClick: () => set({ stop: [] }),
    })}
    <p class="help" id="stopHelp">
      ${l10n.t("One a line; \\n is a line break. The text ends before the first of them.")}
    </p>
  </div>`;
}

/** `\n` as two characters is a line break, which cannot be written into a line. */
function readEscapes(line: string): string {
  return line.replace(/\\([nt\\])/g, (_, letter: string) => (letter === "n" ? "\n" : letter === "t" ? "\t" : "\\"));
}

function writeEscapes(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}
