/** What a download is going to do, before it does it. */
import * as path from "node:path";
import * as l10n from "@vscode/l10n";
import { LocalghostError } from "../../shared/errors.ts";
import { makeTokenizer, checkTokenizerFits } from "../../engine/tokenizer/loadTokenizer.ts";
import { countParameters, type Gpt2Config, parseGpt2Config } from "../../engine/model/gpt2Config.ts";
import type { HubReference } from "../modelName.ts";
import type { ModelsFolder } from "../modelsFolder.ts";
import { readProvenance } from "../provenance.ts";
import { chooseFiles, shardsOf } from "../chooseFiles.ts";
import { fetchSmallFile } from "./fetchFile.ts";
import { fileOf, type Hub, type Repository, type RepositoryFile } from "./hub.ts";

export interface DownloadPlan {
  readonly repository: Repository;
  readonly config: Gpt2Config;
  readonly parameters: number;
  readonly files: readonly RepositoryFile[];
  readonly totalBytes: number;
  /** Where the model will stand. */
  readonly folder: string;
  /** The commit that is installed there already. */
  readonly installedCommit: string | undefined;
}

/** More than any real configuration or index has. */
const SMALL_FILE_BYTES = 32 << 20;

/**
 * Asks the hub what a model consists of, and reads its configuration and tokenizer, so that nothing large is fetched of a
 * model that could not be run.
 * @throws LocalghostError `modelNotFound`, `modelInvalid`, `downloadFailed` or `cancelled`
 */
export async function planDownload(
  hub: Hub,
  { repository: name, revision }: HubReference,
  models: ModelsFolder,
  signal: AbortSignal,
): Promise<DownloadPlan> {
  const repository = await hub.repository(name, revision, signal);
  const chosen = chooseFiles(repository);
  const small = async (file: RepositoryFile): Promise<string> => {
    if (file.size > SMALL_FILE_BYTES) {
      throw new LocalghostError(
        "modelInvalid",
        l10n.t("{0} of {1} is far too large: choose another.", file.path, repository.name),
      );
    }
    return (await fetchSmallFile(hub, repository, file, signal)).toString("utf8");
  };
  const config = parseGpt2Config(await small(chosen.config), fileOf(repository, "config.json"));
  const texts = new Map<string, string>();
  for (const file of chosen.tokenizer) texts.set(file.path, await small(file));
  const tokenizer = makeTokenizer((file) => texts.get(file), repository.name);
  checkTokenizerFits(tokenizer, config.vocabularySize, repository.name);
  const shards = chosen.index ? shardsOf(await small(chosen.index), repository) : [];
  const files = [...chosen.files, ...shards];
  const folder = models.model(repository.name);
  const installed = readProvenance(folder)?.source;
  return {
    repository,
    config,
    parameters: countParameters(config),
    files,
    totalBytes: files.reduce((sum, { size }) => sum + size, 0),
    folder: path.resolve(folder),
    installedCommit: installed?.kind === "hub" ? installed.commit : undefined,
  };
}
