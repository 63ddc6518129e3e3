import { posix } from "node:path";
import type { MemoryUse } from "../../shared/memory.ts";
import { NEARNESS, type NearnessSet } from "./evidence.ts";
import type { Match } from "./matches.ts";
import type { IndexedFile, TokenIndex } from "./tokenIndex.ts";

const [SAME_FILE, SAME_FOLDER, IMPORTED] = NEARNESS.map((_, bit) => 1 << bit) as [number, number, number];
/** A folder is imported by the name of one of these in it. */
const INDEX_NAMES: ReadonlySet<string> = new Set(["index", "__init__", "mod"]);

/** Tells how near the file of a match is to where the user writes. Each file is looked at once. */
export function nearnessTo({ path, imports = [] }: MemoryUse, index: TokenIndex): (match: Match) => NearnessSet {
  const known = new Map<IndexedFile, NearnessSet>();
  const imported = new Set(imports.map(lastName));
  return ({ chunk }) => {
    const file = index.fileOf(chunk);
    if (!file) return 0;
    let set = known.get(file);
    if (set === undefined) {
      set = setOf(file.path, path, imported);
      known.set(file, set);
    }
    return set;
  };
}

function setOf(file: string, path: string | undefined, imported: ReadonlySet<string>): NearnessSet {
  if (file === path) return SAME_FILE;
  const isInFolder = path !== undefined && posix.dirname(file) === posix.dirname(path);
  return (isInFolder ? SAME_FOLDER : 0) | (imported.has(nameOf(file)) ? IMPORTED : 0);
}

/** The name that others import a file by, without its extension. */
function nameOf(file: string): string {
  const { name, dir } = posix.parse(file);
  return INDEX_NAMES.has(name) ? posix.basename(dir) : name;
}

/** `./memory/drafter.ts`, `memory.drafter` and `memory::drafter` all name a file `drafter`. */
function lastName(specifier: string): string {
  const base = posix
    .basename(specifier.replaceAll("::", "/"))
    .replace(/\.(?:[mc]?[jt]sx?|json|s?css|hh?|hpp|dart|py)$/, "");
  return base.slice(base.lastIndexOf(".") + 1);
}
