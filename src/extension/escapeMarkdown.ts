/** What makes a link of a text that is written as it is: an address, a host, a mail address. */
const LINKS = /:(?=\/\/)|(?<=www)\.|@/gi;

/**
 * Markdown that shows a text as it is, on one line: without links, images, commands and icons. As VS Code's own `appendText`, which
 * leaves bare addresses to become links.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[\\`*_{}[\]()#+\-!~<>&|$]/g, "\\$&")
    .replaceAll(LINKS, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** The same, line by line. Not by `appendText`: its spaces do not break, and long lines are cut off. */
export function escapeMarkdownLines(text: string): string {
  return text.split("\n").map(escapeMarkdown).join("  \n");
}
