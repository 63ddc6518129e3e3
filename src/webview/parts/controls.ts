/** Small pieces that several tabs are made of. */
import * as l10n from "@vscode/l10n";
import { html, nothing, type TemplateResult } from "lit";
import type { PlaygroundDropped } from "../../shared/playgroundMessages.ts";

export interface ButtonOptions {
  readonly icon: string;
  readonly label: string;
  readonly onClick: () => void;
  readonly isDisabled?: boolean;
  /** For a button that stays pressed. */
  readonly isPressed?: boolean;
  readonly id?: string;
}

/** A button with an icon alone: its label is read and shown when it is pointed at. */
export function iconButton({ icon, label, onClick, isDisabled = false, isPressed, id }: ButtonOptions): TemplateResult {
  return html`<button
    class="icon-button"
    id=${id ?? nothing}
    type="button"
    title=${label}
    aria-label=${label}
    aria-pressed=${isPressed === undefined ? nothing : String(isPressed)}
    ?disabled=${isDisabled}
    @click=${onClick}
  >
    <span class="codicon codicon-${icon}" aria-hidden="true"></span>
  </button>`;
}

/** A button with a word. */
export function textButton(options: ButtonOptions & { readonly isSecondary?: boolean }): TemplateResult {
  const { icon, label, onClick, isDisabled = false, isSecondary = false, id } = options;
  return html`<vscode-button
    id=${id ?? nothing}
    icon=${icon}
    ?secondary=${isSecondary}
    ?disabled=${isDisabled}
    @click=${() => {
      if (!isDisabled) onClick();
    }}
    >${label}</vscode-button
  >`;
}

export interface TextAreaOptions {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly rows?: number;
  readonly placeholder?: string;
}

export function textArea({ id, label, value, onInput, rows = 2, placeholder = "" }: TextAreaOptions): TemplateResult {
  return html`<textarea
    id=${id}
    class="field"
    rows=${rows}
    spellcheck="false"
    aria-label=${label}
    placeholder=${placeholder}
    .value=${value}
    @input=${(event: InputEvent) => onInput((event.target as HTMLTextAreaElement).value)}
  ></textarea>`;
}

/** What the user has folded and unfolded: a tab that is left and entered again is drawn anew. */
const unfolded = new Map<string, boolean>();

/** A part of the page that can be folded. */
export function section(id: string, title: string, note: string, content: unknown, isOpen = false): TemplateResult {
  return html`<details
    id=${id}
    class="section"
    ?open=${unfolded.get(id) ?? isOpen}
    @toggle=${({ currentTarget }: Event) => unfolded.set(id, (currentTarget as HTMLDetailsElement).open)}
  >
    <summary>
      <span class="codicon codicon-chevron-right" aria-hidden="true"></span>
      <span class="title">${title}</span> <span class="note">${note}</span>
    </summary>
    <div class="content">${content}</div>
  </details>`;
}

/** What the context had no room for, in a line; nothing where all of it fitted. */
export function droppedLine({ examples, turns, characters }: PlaygroundDropped): string {
  const parts = [
    ...(examples > 0 ? [examples === 1 ? l10n.t("1 example") : l10n.t("{0} examples", examples)] : []),
    ...(turns > 0 ? [turns === 1 ? l10n.t("1 earlier turn") : l10n.t("{0} earlier turns", turns)] : []),
    ...(characters > 0 ? [l10n.t("{0} characters of the text", characters)] : []),
  ];
  return parts.length > 0 ? l10n.t("Left out, since the context is full: {0}", parts.join(", ")) : "";
}

/** How full the model's context is. */
export function contextBar(tokens: number, contextLength: number, label: string): TemplateResult {
  const filled = Math.min(100, (100 * tokens) / Math.max(1, contextLength));
  return html`<svg
    class="context ${tokens > contextLength ? "over" : ""}"
    viewBox="0 0 100 4"
    preserveAspectRatio="none"
    role="img"
    aria-label=${label}
  >
    <rect class="track" width="100" height="4"></rect>
    <rect class="filled" width=${filled} height="4"></rect>
  </svg>`;
}
