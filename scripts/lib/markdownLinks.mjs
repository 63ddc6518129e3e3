/** Relative links of Markdown files, and the anchors that they lead to. */
import * as fs from "node:fs";
import * as path from "node:path";

/**
 * Links of a file that lead nowhere: to a file that is not there, or to a heading that it has not.
 *
 * @param {string} file
 * @returns {string[]} As the file has them.
 */
export function brokenLinks(file) {
  const text = withoutCode(fs.readFileSync(file, "utf8"));
  const links = [...text.matchAll(/\]\(([^()\s]+)\)/g), ...text.matchAll(/<(?:img|source)[^>]*\bsrc="([^"]+)"/g)];
  return links
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z][a-z+.-]*:/i.test(link))
    .filter((link) => {
      const [name = "", anchor] = decodeURIComponent(link).split("#");
      const target = name === "" ? file : path.resolve(path.dirname(file), name);
      if (!fs.existsSync(target)) return true;
      return anchor !== undefined && !(target.endsWith(".md") && anchors(fs.readFileSync(target, "utf8")).has(anchor));
    });
}

/**
 * The anchors that GitHub gives to headings.
 *
 * @param {string} markdown
 * @returns {Set<string>}
 */
export function anchors(markdown) {
  /** @type {Set<string>} */
  const found = new Set();
  for (const [, heading = ""] of markdown.replaceAll(/^```.*?^```/gms, "").matchAll(/^#{1,6} +(.+)$/gm)) {
    const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = plain.replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "").replaceAll(" ", "-");
    let unique = slug;
    for (let i = 1; found.has(unique); i++) unique = `${slug}-${i}`;
    found.add(unique);
  }
  return found;
}

/** @param {string} markdown */
function withoutCode(markdown) {
  return markdown.replaceAll(/^```.*?^```/gms, "").replaceAll(/`[^`\n]*`/g, "");
}
