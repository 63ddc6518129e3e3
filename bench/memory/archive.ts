/** The text files of a published package, fetched by its registry's own client and kept between runs. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { list, type ReadEntry } from "tar";
import { archiveName, type Package } from "./packages.ts";

export interface SourceFile {
  readonly path: string;
  readonly language: string;
  readonly text: string;
}

const LANGUAGES: Readonly<Record<string, string>> = {
  ".ts": "typescript",
  ".mts": "typescript",
  ".tsx": "typescript",
  ".js": "javascript",
  ".mjs": "javascript",
  ".cjs": "javascript",
  ".py": "python",
  ".md": "markdown",
  ".rst": "restructuredtext",
  ".css": "css",
  ".json": "json",
  ".scss": "css",
};
const MOST_BYTES = 4_000_000;
/** What tools wrote; a workspace's memory leaves it out as well. */
const GENERATED =
  /\.min\.|\.d\.[mc]?ts$|(^|\/)(coverage|dist|build|umd|cjs|esm?|amd|browser|system|bundles|lib\/(esm|cjs|es|src)|node_modules|locale)\//;
const BUILT = /__esModule|@generated|sourceMappingURL/;
const LONGEST_LINE = 400;

/** The files that people wrote: also the original sources in source maps, in the place of what was built of them. */
export function readPackage(wanted: Package): SourceFile[] {
  const written: SourceFile[] = [];
  const original: SourceFile[] = [];
  for (const [name, text] of entriesOf(archiveOf(wanted))) {
    if (name.endsWith(".map")) {
      for (const [source, content] of sourcesOf(text)) add(original, source, content);
    } else if (!GENERATED.test(name)) {
      add(written, name, text);
    }
  }
  const hasSources = written.some(({ path: name }) => name.startsWith("src/"));
  if (original.length === 0 || hasSources) return written;
  // What stands beside the maps was built from them.
  return [...original, ...written.filter(({ language }) => language === "markdown")];
}

function add(files: SourceFile[], name: string, content: string): void {
  const language = LANGUAGES[path.posix.extname(name)];
  const text = content.replaceAll("\r\n", "\n");
  if (!language || files.some((file) => file.path === name || file.text === text)) return;
  if (BUILT.test(text) || text.includes("\0") || text.split("\n").some((line) => line.length > LONGEST_LINE)) return;
  files.push({ path: name, language, text });
}

function archiveOf(wanted: Package): string {
  const { registry, name, version } = wanted;
  const folder = process.env["LOCALGHOST_DEV_CACHE"] ?? path.join(os.homedir(), ".cache", "localghost-dev");
  const kept = path.join(folder, "packages", registry, archiveName(wanted));
  fs.mkdirSync(kept, { recursive: true });
  const found = () => fs.readdirSync(kept).find((file) => /\.(tgz|tar\.gz)$/.test(file));
  if (found() === undefined) {
    process.stderr.write(`fetching ${name} ${version}\n`);
    if (registry === "npm") {
      execFileSync("npm", ["pack", "--silent", `${name}@${version}`], {
        cwd: kept,
        stdio: ["ignore", "ignore", "inherit"],
      });
    } else {
      const options = ["download", "--quiet", "--no-deps", "--no-binary", ":all:", `${name}==${version}`];
      execFileSync("python3", ["-m", "pip", ...options], { cwd: kept, stdio: ["ignore", "ignore", "inherit"] });
    }
  }
  const file = found();
  if (file === undefined) throw new Error(`${name} ${version} could not be fetched.`);
  return path.join(kept, file);
}

/** Path, without the archive's own folder, and text of each file. */
function entriesOf(archive: string): [string, string][] {
  const files: [string, Buffer[]][] = [];
  list({
    file: archive,
    sync: true,
    onReadEntry: (entry: ReadEntry) => {
      if (entry.type !== "File" || entry.size > MOST_BYTES) return;
      const blocks: Buffer[] = [];
      entry.on("data", (block: Buffer) => blocks.push(block));
      files.push([entry.path.slice(entry.path.indexOf("/") + 1), blocks]);
    },
  });
  return files.map(([name, blocks]) => [name, Buffer.concat(blocks).toString("utf8")]);
}

function sourcesOf(text: string): [string, string][] {
  let map: { sources?: string[]; sourcesContent?: (string | null)[] };
  try {
    map = JSON.parse(text) as typeof map;
  } catch {
    return [];
  }
  return (map.sources ?? []).flatMap((source, i) => {
    const content = map.sourcesContent?.[i];
    if (!content || source.includes("node_modules")) return [];
    return [[source.replace(/^(\.\.\/|webpack:\/\/\/|\.\/)+/, ""), content] as [string, string]];
  });
}
