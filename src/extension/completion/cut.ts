import { indentOf, isBlank } from "./indentation.ts";
import type { Mode } from "./mode.ts";

const CLOSES_DOCSTRING = /"""|'''|\*\//;
const CLOSES_BLOCK = /^\s*(?:[)\]}]|end\b)/;

/** Generated text cut to what is offered, and whether more text could not change that. */
export interface Cut {
  readonly text: string;
  readonly complete: boolean;
}

export interface CutOptions {
  readonly mode: Mode;
  /** The cursor's line up to the cursor. */
  readonly lineBefore: string;
  readonly maxLines: number;
}

/**
 * Cuts generated text: a `line` at its end; a `block` at a blank line or a line indented less than its first; a `body`
 * also after the line that closes it; a `docstring` after its end. It may be called while the text is still growing.
 */
export function cutCompletion(text: string, { mode, lineBefore, maxLines }: CutOptions): Cut {
  const lines = text.split("\n");
  const [first = ""] = lines;
  if (mode === "line" || (mode === "body" && !isBlank(first))) return cutAt(lines, 1);
  if (mode === "block") return cutLines(lines, maxLines, width(indentOf(lineBefore + first)), "outside");
  if (mode === "docstring") return cutDocstring(lines, maxLines, width(indentOf(lineBefore)));
  const body = cutLines(lines, maxLines + 1, width(indentOf(lineBefore)), "closes");
  return isBlank(body.text) ? { text: "", complete: body.complete } : body;
}

/**
 * Drops what generation left unfinished when it ran out of tokens: the last line of several, or the last word of one.
 */
export function dropUnfinished(text: string): string {
  const lastLine = text.lastIndexOf("\n");
  const kept = lastLine > 0 ? text.slice(0, lastLine) : text.replace(/\w+$/, "");
  return kept.trimEnd();
}

function cutDocstring(lines: string[], maxLines: number, indent: number): Cut {
  const end = lines.findIndex((line) => CLOSES_DOCSTRING.test(line));
  const count = end === -1 ? lines.length : end + 1;
  const { text, complete } = cutLines(lines.slice(0, count), maxLines, indent, "comment");
  return isBlank(text) ? { text: "", complete } : { text, complete: complete || count < lines.length };
}

/**
 * `outer` says what a line is that is indented as the line before the text: outside of it, what closes a body, or a line
 * of the comment that it has opened.
 */
function cutLines(lines: string[], maxLines: number, indent: number, outer: "outside" | "closes" | "comment"): Cut {
  /** A body's lines are indented at least as its first one. */
  let least = outer === "closes" ? indent + 1 : indent;
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? "";
    const isLast = index === lines.length - 1;
    if (index === maxLines) return cutAt(lines, index);
    if (isBlank(line)) {
      const isRestOfOpener = index === 0 && outer !== "outside";
      // A last line that is blank may only not be finished.
      if (isLast || isRestOfOpener) continue;
      return cutAt(lines, index);
    }
    const depth = width(indentOf(line));
    if (index === 0) continue;
    if (depth < least) {
      const closes = outer === "closes" && depth === indent && index > 1 && CLOSES_BLOCK.test(line);
      if (!closes) return cutAt(lines, index);
      return {
        text: lines
          .slice(0, index + 1)
          .join("\n")
          .trimEnd(),
        complete: !isLast,
      };
    }
    if (outer === "closes" && index === 1) least = depth;
  }
  return { text: lines.join("\n").trimEnd(), complete: false };
}

function cutAt(lines: string[], count: number): Cut {
  return { text: lines.slice(0, count).join("\n").trimEnd(), complete: lines.length > count };
}

function width(indent: string): number {
  return indent.replaceAll("\t", "    ").length;
}
