/** What is watched while somebody types: the processes of a window, and the files that the extension keeps. */
import * as fs from "node:fs";
import * as path from "node:path";
import { descendants, processFigures, type ProcessFigures } from "../processes.ts";

export interface Sample {
  /** Since the watch began. */
  minutes: number;
  extensionHost?: ProcessFigures & { pid: number };
  engine?: ProcessFigures & { pid: number };
  /** Of all that the window's server has started. */
  processes: number;
  storage: FolderFigures;
  temporary: FolderFigures;
}

export interface FolderFigures {
  files: number;
  megabytes: number;
}

export interface Watched {
  serverPid: number;
  /** Where VS Code lets the extension keep what it wants; of it, only the folders of this extension count. */
  storage: readonly string[];
  temporary: string;
}

/** VS Code names a folder of storage so, whichever kind. */
const OWN_FOLDER = "localghost.localghost";
/** VS Code's TypeScript keeps a file for each request that it has cancelled, until it ends. */
const FOREIGN_FOLDER = "vscode-typescript";

export function takeSample({ serverPid, storage, temporary }: Watched, minutes: number): Sample {
  const all = descendants(serverPid);
  const figuresOf = (mark: string): (ProcessFigures & { pid: number }) | undefined => {
    const one = all.find(({ command }) => command.includes(mark));
    if (!one) return undefined;
    try {
      return { pid: one.pid, ...processFigures(one.pid) };
    } catch {
      // It has ended meanwhile.
      return undefined;
    }
  };
  const extensionHost = figuresOf("--type=extensionHost");
  const engine = figuresOf("engine.cjs");
  return {
    minutes,
    ...(extensionHost && { extensionHost }),
    ...(engine && { engine }),
    processes: all.length,
    storage: sum(storage.map((folder) => folderFigures(folder, (file) => file.includes(OWN_FOLDER)))),
    temporary: folderFigures(temporary, (file) => !file.includes(FOREIGN_FOLDER)),
  };
}

function folderFigures(folder: string, counts: (file: string) => boolean): FolderFigures {
  if (!fs.existsSync(folder)) return { files: 0, megabytes: 0 };
  const sizes = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const file = path.join(entry.parentPath, entry.name);
    // A file may be gone by now.
    const size = entry.isFile() && counts(file) ? fs.statSync(file, { throwIfNoEntry: false })?.size : undefined;
    return size === undefined ? [] : [size];
  });
  return { files: sizes.length, megabytes: sizes.reduce((total, size) => total + size, 0) / 1e6 };
}

function sum(figures: readonly FolderFigures[]): FolderFigures {
  return figures.reduce(
    (total, { files, megabytes }) => ({ files: total.files + files, megabytes: total.megabytes + megabytes }),
    { files: 0, megabytes: 0 },
  );
}
