import * as vscode from "vscode";
import { excludedGlobs, filesGlobs } from "../config.ts";
import { uriMatchesAny } from "../documents.ts";
import { type IgnoreFile, ignoredBy } from "./ignoreRules.ts";
import { isTextPath } from "./textRules.ts";

/** Beyond so many files a workspace is not code alone. */
const MOST_FILES = 50_000;
/** Never worth a look, with Git or without. */
const ALWAYS_EXCLUDED =
  "**/{node_modules,bower_components,.git,.hg,.svn,.venv,venv,__pycache__,.cache,dist,coverage}/**";
/** A repository may begin so far above a workspace folder. */
const MOST_PARENTS = 16;

/**
 * The files of the workspace that may be remembered: what `files.exclude`, `localghost.exclude` and Git leave. None in
 * a workspace that is not trusted.
 */
export async function listFiles(token: vscode.CancellationToken): Promise<vscode.Uri[]> {
  if (!vscode.workspace.isTrusted) return [];
  const folders = vscode.workspace.workspaceFolders ?? [];
  const lists = await Promise.all(
    folders.map(async (folder) => {
      const include = new vscode.RelativePattern(folder, "**/*");
      const globs = excludedGlobs(folder.uri);
      // Commas within braces separate, and so nothing else is needed to make one pattern of many.
      const excluded = `{${[ALWAYS_EXCLUDED, ...globs].join(",")}}`;
      // What is looked for is compared with paths in the folder alone.
      const whole = globs.filter((glob) => /^(\/|[A-Za-z]:)/.test(glob));
      const [files, isIgnored] = await Promise.all([
        vscode.workspace.findFiles(include, excluded, MOST_FILES, token),
        ignoredIn(folder, token),
      ]);
      return files.filter(
        (uri) => isTextPath(uri.path) && !isIgnored(uri.path) && !(whole.length > 0 && uriMatchesAny(uri, whole)),
      );
    }),
  );
  return lists.flat();
}

async function ignoredIn(
  folder: vscode.WorkspaceFolder,
  token: vscode.CancellationToken,
): Promise<(path: string) => boolean> {
  const include = new vscode.RelativePattern(folder, "**/.gitignore");
  // Rules hold where the user does not want to see their files, too. Only then all folders have to be looked through.
  const rules = vscode.Uri.joinPath(folder.uri, ".gitignore");
  const areHidden = uriMatchesAny(rules, filesGlobs("exclude", folder.uri));
  const nested = await vscode.workspace.findFiles(include, areHidden ? null : ALWAYS_EXCLUDED, MOST_FILES, token);
  const files = await Promise.all([...nested, ...(await parentIgnoreFiles(folder.uri))].map(readIgnoreFile));
  const isIgnored = ignoredBy(files.filter((file) => file !== undefined));
  // Paths without the leading slash, which rules of .gitignore do not have either.
  return (path) => isIgnored(path.replace(/^\//, ""));
}

/** The `.gitignore` files above a folder, up to where its repository begins; none where there is no repository. */
async function parentIgnoreFiles(folder: vscode.Uri): Promise<vscode.Uri[]> {
  const found: vscode.Uri[] = [];
  let at = folder;
  for (let depth = 0; depth < MOST_PARENTS; depth++) {
    if (at !== folder) found.push(vscode.Uri.joinPath(at, ".gitignore"));
    if (await exists(vscode.Uri.joinPath(at, ".git")))
      return [...found, vscode.Uri.joinPath(at, ".git", "info", "exclude")];
    const parent = vscode.Uri.joinPath(at, "..");
    if (parent.path === at.path) return [];
    at = parent;
  }
  return [];
}

async function readIgnoreFile(uri: vscode.Uri): Promise<IgnoreFile | undefined> {
  try {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    const folder = uri.path.replace(/\/(\.gitignore|\.git\/info\/exclude)$/, "").replace(/^\//, "");
    return { folder, text };
  } catch {
    // There is none.
    return undefined;
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
