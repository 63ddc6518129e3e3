/** What a report must not hold. */
export interface PrivateWords {
  /** Folders whose paths say who the user is or what they work on. */
  readonly folders: readonly string[];
  /** Names of the user, of the machine and of workspace folders. */
  readonly names: readonly string[];
}

/** Shorter names are parts of ordinary words. */
const SHORTEST_NAME = 3;

/** To a quotation mark where the path is quoted; else to what ends a phrase, since a path may hold blanks. */
const QUOTED_PATH = /(["'`“‘])(?:file:\/\/|~?[\\/]|[A-Za-z]:[\\/])[^"'`”’\n]*/g;
const BARE_PATH =
  /(?:file:\/\/|(?<![\w.<])[A-Za-z]:[\\/]|(?<![\w.:/\\<])~?[\\/]{1,2}(?=[\w.~@-]))[^"'`,;)\]\n]*?(?=: |[,;)\]"'`]|\. |$)/gm;
const ADDRESS = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'`)\]]+/gi;
const MAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
/** Tokens of hubs and of servers: a known beginning, or letters and digits in a run that no word has. */
const TOKEN =
  /\b(?:hf|sk|ghp|github_pat|glpat|xox[abp])[_-][\w-]{6,}|\bbearer\s+\S+|(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{28,}/gi;

/**
 * A message of a program, which may say anything, without what is private in it. It rather takes too much: a path goes
 * to the end of its phrase.
 */
export function redact(message: string, { folders, names }: PrivateWords): string {
  let text = message.replaceAll(ADDRESS, (address) => (/^file:/i.test(address) ? address : "<address>"));
  text = text.replaceAll(MAIL, "<name>").replaceAll(TOKEN, "<token>");
  text = withoutFolders(text, folders, "/folder").replaceAll(QUOTED_PATH, "$1<path>").replaceAll(BARE_PATH, "<path>");
  for (const name of longestFirst(names)) text = replaceAnyCase(text, name, "<name>");
  return text;
}

/** A text of ours without the paths of some folders, should one have come into it. */
export function withoutFolders(text: string, folders: readonly string[], by = "<folder>"): string {
  return longestFirst(folders).reduce((rest, folder) => {
    // As Windows and file addresses write it, too.
    const spellings = new Set([
      folder,
      folder.replaceAll("\\", "/"),
      JSON.stringify(folder).slice(1, -1),
      encodeURI(folder),
    ]);
    return [...spellings].reduce((left, spelling) => replaceAnyCase(left, spelling, by), rest);
  }, text);
}

function longestFirst(words: readonly string[]): string[] {
  return words.filter((word) => word.length >= SHORTEST_NAME).sort((a, b) => b.length - a.length);
}

function replaceAnyCase(text: string, word: string, by: string): string {
  return text.replaceAll(new RegExp(word.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "gi"), by);
}
