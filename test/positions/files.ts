/** The files that positions are taken from: those of the replay, as they are and made difficult, and some made to be. */
import { readReplayFiles } from "../../bench/replay/replayFile.ts";
import type { EditedFile } from "./editPositions.ts";

const LONGEST = 4_000;

/** Always in the same order, so that a seed gives the same positions. */
export function editedFiles(): EditedFile[] {
  const real = readReplayFiles().map(({ path, language, text }) => ({
    path,
    language,
    text: text.slice(0, LONGEST).toWellFormed(),
    prefersTabs: text.includes("\n\t"),
  }));
  return [
    ...real,
    ...real.filter(({ language }) => language !== "markdown").map(withTabs),
    ...real.map((file) => ({ ...file, path: `wide/${file.path}`, text: withWideIndent(file.text) })),
    ...real.map((file, index) => ({
      ...file,
      path: `strange/${file.path}`,
      text: withStrangeCharacters(file.text, index),
    })),
    ...made,
  ];
}

function withTabs(file: EditedFile): EditedFile {
  const text = file.text.replaceAll(/^(?: {2})+/gm, (indent) => "\t".repeat(indent.length / 2));
  return { ...file, path: `tabs/${file.path}`, text, prefersTabs: true };
}

function withWideIndent(text: string): string {
  return text.replaceAll(/^(?: {2})+/gm, (indent) => indent.repeat(2));
}

/** Emoji of several code points, marks that combine, and text from right to left, where words were. */
const STRANGE = [
  "👩‍👩‍👧‍👦",
  "e\u0301te\u0301",
  "שלום עולם",
  "مرحبا",
  "日本語",
  "🇩🇪🏳️‍🌈",
  "नमस्ते",
  "a\u0308\u0323",
  "ﬁ👍🏽",
  "\u200e\u202ex\u202c",
];

function withStrangeCharacters(text: string, seed: number): string {
  let count = seed;
  return text.replaceAll(/\b[a-z]{4,7}\b/g, (word) =>
    count++ % 9 === 0 ? (STRANGE[count % STRANGE.length] ?? word) : word,
  );
}

const made: readonly EditedFile[] = [
  { path: "closers.ts", language: "typescript", text: 'f(g(h([1, [2, {a: "x"}]])));\n'.repeat(40) },
  { path: "braces.ts", language: "typescript", text: "{\n  {\n    {\n      a();\n    }\n  }\n}\n".repeat(20) },
  { path: "same.py", language: "python", text: "def f(x):\n    return x\n\n\n".repeat(40) },
  { path: "blank.md", language: "markdown", text: "\n\n   \n\t\n- a\n- a\n\n".repeat(40) },
  { path: "data.json", language: "json", text: '{\n  "a": [1, 2, {"b": "c"}],\n  "d": null\n},\n'.repeat(30) },
  { path: "rules.css", language: "css", text: ".a { color: red; }\n.a {\n  color: red;\n}\n".repeat(30) },
].map((file) => ({ ...file, prefersTabs: false }));
