/** Statements that bring in another file, by what they are called in common languages; the specifier is a group. */
const PATTERNS = [
  // JavaScript, TypeScript, CSS, Dart: from "x", import "x", require("x"), import("x"), @use "x".
  /(?:\bfrom|\bimport|\brequire|@import|@use|@forward)\s*\(?\s*["']([^"'\n]+)["']/g,
  // Python: from a.b import c; import a.b. Java: import a.b.C;
  /^[ \t]*from[ \t]+([.\w]+)[ \t]+import\b/gm,
  /^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.]+)[ \t]*(?=$|;|#|,[ \t]*\w|as\b)/gm,
  // C, C++: #include "x".
  /^[ \t]*#[ \t]*include[ \t]*["<]([^">\n]+)[">]/gm,
  // Rust, PHP, C#: use a::b; mod c; using A.B.
  /^[ \t]*(?:pub[ \t]+)?(?:use|mod|using)[ \t]+([\w.:]+)/gm,
];
/** A file that imports more names many things; the first are enough. */
const MOST_IMPORTS = 64;

/** What a text imports, in its own words, each once. */
export function importsOf(text: string): string[] {
  const found = new Set<string>();
  for (const pattern of PATTERNS) {
    for (const [, specifier = ""] of text.matchAll(pattern)) found.add(specifier);
  }
  return [...found].slice(0, MOST_IMPORTS);
}
