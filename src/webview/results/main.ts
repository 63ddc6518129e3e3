/** The page of the results: shows the cards that the extension sends, and tells it what was pressed. */
import type { ResultCard, ToResultsPage } from "../../shared/resultMessages.ts";
import { cardElement, refresh } from "./card.ts";
import { postMessage } from "./host.ts";
import { element } from "./page.ts";

const cards = element("cards", HTMLDivElement);
const ended = element("ended", HTMLParagraphElement);
const none = element("none", HTMLParagraphElement);
const footer = element("footer", HTMLParagraphElement);

element("limits", HTMLButtonElement).addEventListener("click", () => postMessage({ type: "showLimits" }));
element("clear", HTMLButtonElement).addEventListener("click", () => postMessage({ type: "clear" }));
window.addEventListener("message", ({ data }: MessageEvent<ToResultsPage>) => receive(data));
postMessage({ type: "ready" });

function receive(message: ToResultsPage): void {
  switch (message.type) {
    case "cards":
      cards.replaceChildren(...message.cards.map((card, index) => cardElement(card, index === 0)));
      break;
    case "card":
      update(message.card);
      break;
    case "show":
      show(message.id);
      break;
  }
  none.hidden = cards.childElementCount > 0;
  footer.hidden = !none.hidden;
}

/** A new card comes first and open, and closes the others; one that is there stays as the user left it. */
function update(card: ResultCard): void {
  const old = find(card.id);
  const wasRunning = old?.classList.contains("running") ?? true;
  if (wasRunning && card.state !== "running") announce(card);
  if (!old) {
    for (const other of cards.querySelectorAll("details")) other.open = false;
    cards.prepend(cardElement(card, true));
    return;
  }
  const focused = [...old.querySelectorAll("button")].indexOf(document.activeElement as HTMLButtonElement);
  const next = cardElement(card, old.open);
  refresh(old, next);
  // A button that has become another one, such as Stop at the end, hands the focus on.
  if (focused !== -1 && !old.contains(document.activeElement)) old.querySelectorAll("button")[focused]?.focus();
}

/** Has screen readers say what came of a task, once: cards are made anew at each token, which they could not follow. */
function announce({ title, caution, text }: ResultCard): void {
  ended.textContent = `${title}: ${caution === undefined ? "" : `${caution} `}${text}`;
}

function show(id: string): void {
  const card = find(id);
  if (!card) return;
  card.open = true;
  card.scrollIntoView({ block: "start" });
}

function find(id: string): HTMLDetailsElement | undefined {
  const found = document.getElementById(`card-${id}`);
  return found instanceof HTMLDetailsElement ? found : undefined;
}
