import type { PlaygroundToken } from "../shared/playgroundMessages.ts";
import { element } from "./dom.ts";
import { percent } from "./tokenList.ts";

const table = element("alternatives", HTMLTableElement);

/** Shows the likeliest tokens of a position, with a bar for each; the one that was taken is marked. */
export function showAlternatives(token: PlaygroundToken | undefined): void {
  table.hidden = !token?.top;
  table.tBodies[0]?.replaceChildren(
    ...(token?.top ?? []).map(({ id, text, logprob }) => {
      const row = document.createElement("tr");
      if (id === token?.id) row.className = "taken";
      const bar = document.createElement("meter");
      bar.max = 1;
      bar.value = Math.exp(logprob);
      row.append(cell(visible(text), "th"), cell(percent(logprob)), cell(bar));
      return row;
    }),
  );
}

function cell(content: string | Node, kind: "td" | "th" = "td"): HTMLTableCellElement {
  const made = document.createElement(kind);
  if (kind === "th") made.scope = "row";
  made.append(content);
  return made;
}

/** White space that a person can see. */
function visible(text: string): string {
  return text.replaceAll(" ", "·").replaceAll("\n", "⏎").replaceAll("\t", "⇥");
}
