import type { CardChoice, ResultCard } from "../../shared/resultMessages.ts";
import { postMessage } from "./host.ts";

/** Words of the page, which the extension has translated. */
const words = document.body.dataset;

/** One result. All that the model wrote is set as text, never as markup. */
export function cardElement(card: ResultCard, isOpen: boolean): HTMLDetailsElement {
  const details = document.createElement("details");
  details.id = `card-${card.id}`;
  details.className = `card ${card.state}`;
  details.open = isOpen;
  details.append(summary(card));
  if (card.warning !== undefined) details.append(element("p", "warning", card.warning));
  // Below a text that grows a button would move away from the mouse.
  const parts = [answer(card), ...body(card)];
  if (card.state === "running") details.append(buttons(card), ...parts);
  else details.append(...parts, buttons(card));
  return details;
}

/**
 * Brings a card up to another of the same result. What is equal stays, so that a press on a button that is under way while
 * text streams in still ends on it.
 */
export function refresh(card: HTMLDetailsElement, next: HTMLDetailsElement): void {
  card.className = next.className;
  const had = [...card.children];
  const has = [...next.children];
  let first = 0;
  while (had[first] && has[first] && had[first]?.isEqualNode(has[first] ?? null)) first++;
  let last = 0;
  const most = Math.min(had.length, has.length) - first;
  while (last < most && had.at(-1 - last)?.isEqualNode(has.at(-1 - last) ?? null)) last++;
  const rest = had[had.length - last] ?? null;
  for (const old of had.slice(first, had.length - last)) old.remove();
  for (const made of has.slice(first, has.length - last)) card.insertBefore(made, rest);
}

function summary({ title, source, time }: ResultCard): HTMLElement {
  const line = document.createElement("summary");
  line.append(
    element("span", "title", title),
    " ",
    element("span", "source", source),
    " ",
    element("span", "time", time),
  );
  return line;
}

function answer({ caution, text, state }: ResultCard): HTMLElement {
  const shown = element("div", "answer", "");
  if (state === "running") shown.setAttribute("aria-busy", "true");
  if (caution !== undefined) shown.append(element("strong", "caution", caution), " ");
  if (text === "" && state === "running") shown.append(element("em", "", words["reading"] ?? ""));
  else shown.append(text);
  return shown;
}

function* body(card: ResultCard): Generator<HTMLElement> {
  const { id, alternatives, candidates, found, parts, notes } = card;
  if (alternatives.length > 1) {
    yield element("h2", "", words["alternatives"] ?? "");
    yield columns(id, alternatives, card.text);
  }
  if (found !== undefined) yield link(found, () => postMessage({ type: "reveal", id }));
  if (candidates.length > 0) {
    yield element("h2", "", words["candidates"] ?? "");
    yield choices(id, candidates);
  }
  if (parts.length > 1) {
    yield element("h2", "", words["parts"] ?? "");
    yield list(parts, "ol");
  }
  if (notes.length > 0) yield list(notes, "ul");
}

function buttons({ id, actions }: ResultCard): HTMLElement {
  const row = element("div", "actions", "");
  for (const { action, label, reason } of actions) {
    const button = document.createElement("button");
    button.textContent = label;
    button.className = action === actions[0]?.action ? "" : "secondary";
    // Not `disabled`: a button that cannot be focused cannot say why it does nothing.
    if (reason !== undefined) {
      button.setAttribute("aria-disabled", "true");
      button.title = reason;
    } else button.addEventListener("click", () => postMessage({ type: "act", id, action }));
    row.append(button);
  }
  return row;
}

/** The texts side by side, each with a button that takes it. */
function columns(id: string, alternatives: readonly CardChoice[], taken: string): HTMLElement {
  const row = element("div", "alternatives", "");
  for (const [index, { text, share }] of alternatives.entries()) {
    const column = element("div", text === taken ? "alternative taken" : "alternative", "");
    const shown = element("p", "", text);
    shown.id = `alternative-${id}-${index}`;
    const take = document.createElement("button");
    take.className = "secondary";
    take.textContent = words["take"] ?? "";
    // All of these buttons say the same.
    take.setAttribute("aria-describedby", shown.id);
    take.disabled = text === taken;
    take.addEventListener("click", () => postMessage({ type: "take", id, index }));
    column.append(element("span", "share", share), shown, take);
    row.append(column);
  }
  return row;
}

function choices(id: string, candidates: readonly CardChoice[]): HTMLElement {
  const made = document.createElement("ol");
  for (const [index, { text, share }] of candidates.entries()) {
    const item = document.createElement("li");
    item.append(
      element("span", "share", share),
      " ",
      link(text, () => postMessage({ type: "reveal", id, index })),
    );
    made.append(item);
  }
  return made;
}

function list(texts: readonly string[], kind: "ol" | "ul"): HTMLElement {
  const made = document.createElement(kind);
  made.append(...texts.map((text) => element("li", "", text)));
  return made;
}

function link(label: string, onClick: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.className = "link";
  button.textContent = label;
  button.addEventListener("click", onClick);
  return button;
}

function element(tag: string, className: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  made.textContent = text;
  return made;
}
