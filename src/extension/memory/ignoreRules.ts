import ignore, { type Ignore } from "ignore";

/** A `.gitignore` and the folder that it stands in: a path with `/`, relative to a root that all files share; `` is that root. */
export interface IgnoreFile {
  readonly folder: string;
  readonly text: string;
}

/** Tells which paths Git ignores. As in Git, the file that is nearest to a path has the last word. */
export function ignoredBy(files: readonly IgnoreFile[]): (path: string) => boolean {
  const rules = files
    .map(({ folder, text }) => ({ folder, prefix: folder === "" ? "" : `${folder}/`, rules: ignore().add(text) }))
    .toSorted((a, b) => b.prefix.length - a.prefix.length);
  return (path) => rules.reduce<boolean | undefined>((known, rule) => known ?? verdict(rule, path), undefined) ?? false;
}

/** Undefined where the rules of a folder say nothing of a path. */
function verdict({ prefix, rules }: { prefix: string; rules: Ignore }, path: string): boolean | undefined {
  if (!path.startsWith(prefix)) return undefined;
  const { ignored, unignored } = rules.test(path.slice(prefix.length));
  return ignored ? true : unignored ? false : undefined;
}
