/** Finds the files of a model in a folder of this machine. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import { readSmallFile } from "../../engine/model/smallFile.ts";
import { INDEX_FILE, PICKLE, SINGLE_FILE } from "../../engine/model/weightFiles.ts";
import { chooseFiles, shardsOf } from "../chooseFiles.ts";

export interface LocalFile {
  /** Where it will stand in the model's folder, with `/`. */
  readonly path: string;
  /** Where it is now. */
  readonly source: string;
  readonly size: number;
}

/** How deep below an unpacked archive a model is looked for. */
const DEEPEST = 3;

/**
 * The files of the model in a folder, or in the one folder below it that has a `config.json`.
 * @throws LocalghostError `modelNotFound` or `modelInvalid`
 */
export function modelInFolder(folder: string): LocalFile[] {
  return filesToImport(findRoot(folder), folder);
}

/**
 * The files of the model whose weights are this file; the configuration and the tokenizer stand beside it.
 * @throws LocalghostError `modelNotFound` or `modelInvalid`
 */
export function modelOfFile(file: string): LocalFile[] {
  const name = path.basename(file);
  const folder = path.dirname(file);
  if (PICKLE.test(name)) {
    throw new LocalghostError(
      "modelInvalid",
      l10n.t("{0} is a pickle, which can run code and is not read: convert it to model.safetensors.", name),
    );
  }
  if (name.endsWith(".onnx")) {
    return filesToImport(path.basename(folder) === "onnx" ? path.dirname(folder) : folder, file);
  }
  if (!name.endsWith(".safetensors")) {
    throw new LocalghostError(
      "modelInvalid",
      l10n.t(
        "{0} is nothing that can be imported: take a folder, a .safetensors, a .gguf, an .onnx, a .zip or a .tar.gz.",
        name,
      ),
    );
  }
  // One of several files is imported with the others.
  if (isShard(folder, name)) return filesToImport(folder, file);
  return filesToImport(folder, file, file);
}

function isShard(folder: string, name: string): boolean {
  return /-\d{5}-of-\d{5}\.safetensors$/.test(name) && fs.existsSync(path.join(folder, INDEX_FILE));
}

/**
 * @param what what the person named, for messages
 * @param weights a file that stands for model.safetensors
 */
function filesToImport(root: string, what: string, weights?: string): LocalFile[] {
  if (!fs.existsSync(path.join(root, "config.json"))) {
    const gguf = fs.readdirSync(root).find((name) => /\.gguf$/i.test(name));
    throw new LocalghostError(
      "modelNotFound",
      gguf === undefined
        ? l10n.t("There is no config.json with {0}: copy that of the model there.", what)
        : l10n.t("There is no config.json with {0}: add {1} itself, which needs none.", what, gguf),
    );
  }
  const all = [...listFiles(root), ...listFiles(root, "onnx")];
  const files =
    weights === undefined
      ? all
      : [
          ...all.filter(({ path: file }) => file !== SINGLE_FILE && file !== INDEX_FILE),
          localFile(weights, SINGLE_FILE),
        ];
  const listing = { name: path.basename(what), files };
  const { files: chosen, index } = chooseFiles(listing);
  return index ? [...chosen, ...shardsOf(readSmallFile(index.source), listing)] : [...chosen];
}

/** Links are followed: caches of the hub consist of them, and the person named this folder. */
function listFiles(root: string, below = ""): LocalFile[] {
  const folder = path.join(root, below);
  if (!fs.existsSync(folder) || !fs.statSync(folder).isDirectory()) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => fs.statSync(path.join(folder, name), { throwIfNoEntry: false })?.isFile() ?? false)
    .map((name) => localFile(path.join(folder, name), below === "" ? name : `${below}/${name}`));
}

function localFile(source: string, target: string): LocalFile {
  return { path: target, source, size: fs.statSync(source).size };
}

function findRoot(folder: string): string {
  let level = [folder];
  for (let depth = 0; depth <= DEEPEST && level.length > 0; depth++) {
    const roots = level.filter((one) => fs.existsSync(path.join(one, "config.json")));
    if (roots.length > 1) {
      throw new LocalghostError(
        "modelInvalid",
        l10n.t("{0} holds several models: add the folder of one of them.", folder),
      );
    }
    if (roots[0] !== undefined) return roots[0];
    // Folders are not followed through links, which may lead round in a circle.
    level = level.flatMap((one) =>
      fs
        .readdirSync(one, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
        .map((entry) => path.join(one, entry.name)),
    );
  }
  return folder;
}
