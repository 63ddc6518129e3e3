/** Which files of a repository, a folder or an archive are needed to run its model. */
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../shared/errors.ts";
import { EXPORT_FILES, INDEX_FILE, PICKLE, SINGLE_FILE } from "../engine/model/weightFiles.ts";

const CONFIG = "config.json";
/** One of these sets; the first that is there is taken. */
const TOKENIZERS = [["tokenizer.json"], ["vocab.json", "merges.txt"]] as const;
/** Goes with the latter where a fine-tune has words of its own. */
const ADDED_TOKENS = "added_tokens.json";
const LICENCES = /^LICEN[CS]E(\.\w+)?$/i;

/** Files by their paths, with `/`. */
export interface Listing<F extends { readonly path: string }> {
  /** For messages. */
  readonly name: string;
  readonly files: readonly F[];
}

export interface ChosenFiles<F> {
  readonly config: F;
  readonly tokenizer: readonly F[];
  /** All of them, `config` too. */
  readonly files: readonly F[];
  /** The index that names the files of sharded weights; they are not among `files` yet. */
  readonly index: F | undefined;
}

/**
 * Safetensors before ONNX; never a pickle, which can run code.
 * @throws LocalghostError `modelInvalid` when the repository holds no model that can be run
 */
export function chooseFiles<F extends { readonly path: string }>({ name, files }: Listing<F>): ChosenFiles<F> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const config = byPath.get(CONFIG);
  if (!config) {
    const gguf = files.find(({ path }) => /\.gguf$/i.test(path));
    throw new LocalghostError(
      "modelInvalid",
      gguf
        ? l10n.t("{0} has no config.json: download one of its GGUF files, such as {1}, and add that.", name, gguf.path)
        : l10n.t("{0} has no config.json: it is no model of transformers.", name),
    );
  }
  const tokenizer = chooseTokenizer(byPath);
  if (!tokenizer) {
    throw new LocalghostError(
      "modelInvalid",
      l10n.t("{0} has no tokenizer that GPT-2 uses: choose another one.", name),
    );
  }
  const licences = files.filter(({ path }) => LICENCES.test(path));
  const small = [config, ...tokenizer, ...licences];
  const weights = byPath.get(SINGLE_FILE);
  if (weights) return { config, tokenizer, files: [...small, weights], index: undefined };
  const index = byPath.get(INDEX_FILE);
  if (index) return { config, tokenizer, files: [...small, index], index };
  const exported = EXPORT_FILES.map((path) => byPath.get(path)).find((found) => found !== undefined);
  if (exported)
    return { config, tokenizer, files: [...small, exported, ...externalData(byPath, exported)], index: undefined };
  const pickle = files.find(({ path }) => PICKLE.test(path));
  throw new LocalghostError(
    "modelInvalid",
    pickle
      ? l10n.t(
          "{0} has no weights that can be read: its {1} is a pickle, which can run code and is not read. Choose another one.",
          name,
          pickle.path,
        )
      : l10n.t(
          "{0} has no weights that can be read: there is neither a model.safetensors nor an ONNX export. Choose another one.",
          name,
        ),
  );
}

/**
 * The shards that an index names.
 * @param json the contents of `model.safetensors.index.json`
 * @throws LocalghostError `modelInvalid`
 */
export function shardsOf<F extends { readonly path: string }>(json: string, { name, files }: Listing<F>): F[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  return shardNames(json, name).map((shard) => {
    const file = byPath.get(shard);
    if (file) return file;
    throw new LocalghostError(
      "modelInvalid",
      l10n.t("{0} lacks {1}, which its index names: take another revision or copy.", name, shard),
    );
  });
}

function shardNames(json: string, name: string): string[] {
  try {
    const { weight_map: map } = JSON.parse(json) as { weight_map: Record<string, unknown> };
    const shards = [...new Set(Object.values(map))];
    // Plain names alone: nothing outside the model's own folder.
    if (shards.every((shard) => typeof shard === "string" && /^[\w-][\w.-]*\.safetensors$/.test(shard))) {
      return shards as string[];
    }
  } catch {
    // Said below.
  }
  throw new LocalghostError(
    "modelInvalid",
    l10n.t("The index of {0}'s weights cannot be read: take another revision or copy.", name),
  );
}

function chooseTokenizer<F>(byPath: ReadonlyMap<string, F>): F[] | undefined {
  const [whole, pair] = TOKENIZERS.map((paths) => present(byPath, paths));
  const added = byPath.get(ADDED_TOKENS);
  return whole ?? (pair && added ? [...pair, added] : pair);
}

function present<F>(byPath: ReadonlyMap<string, F>, paths: readonly string[]): F[] | undefined {
  const found = paths.map((path) => byPath.get(path)).filter((file) => file !== undefined);
  return found.length === paths.length ? found : undefined;
}

/** Weights too large for a protobuf stand beside it, as `model.onnx_data`. */
function externalData<F extends { readonly path: string }>(byPath: ReadonlyMap<string, F>, { path }: F): F[] {
  const data = byPath.get(`${path}_data`);
  return data ? [data] : [];
}
