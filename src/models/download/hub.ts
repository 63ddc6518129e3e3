/** What a Hugging Face-compatible hub says of its models. */
import * as l10n from "@vscode/l10n";
import { HubApiError, listFiles, listModels, modelInfo } from "@huggingface/hub";
import { LocalghostError } from "../../shared/errors.ts";
import type { ExpectedHash } from "../fileHash.ts";
import { isModelName } from "../modelName.ts";
import { type Fetch, withToken } from "./network.ts";
import {
  connectionFailure,
  downloadCancelled,
  Hiccup,
  passingStatus,
  type Patience,
  PATIENCE,
  waitAfter,
} from "./patience.ts";

export const DEFAULT_ENDPOINT = "https://huggingface.co";

export interface HubOptions {
  /** The hub's address, without a path. */
  endpoint?: string | undefined;
  /** For private and gated repositories. */
  token?: string | undefined;
  fetch: Fetch;
  patience?: Patience;
}

export interface RepositoryFile {
  /** Inside the repository, with `/`. */
  readonly path: string;
  readonly size: number;
  readonly hash: ExpectedHash;
}

export interface Repository {
  /** `owner/name`, as the hub spells it. */
  readonly name: string;
  /** The commit that the revision is at now. */
  readonly commit: string;
  /** SPDX identifier or the hub's word for the licence; undefined when the repository names none. */
  readonly licence: string | undefined;
  readonly files: readonly RepositoryFile[];
}

export interface SearchResult {
  readonly name: string;
  readonly downloads: number;
  readonly likes: number;
  /** ISO 8601. */
  readonly updated: string;
}

export class Hub {
  readonly endpoint: string;
  readonly patience: Patience;
  readonly #fetch: Fetch;

  constructor({ endpoint = DEFAULT_ENDPOINT, token, fetch, patience = PATIENCE }: HubOptions) {
    if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? "")) {
      throw new LocalghostError(
        "invalidRequest",
        l10n.t('"{0}" is no address of a hub: write https://host.', endpoint),
      );
    }
    this.endpoint = endpoint.replace(/\/+$/, "");
    this.patience = patience;
    this.#fetch = withToken(fetch, this.endpoint, token);
  }

  /**
   * Describes a repository at the commit that a revision is at now.
   * @throws LocalghostError `modelNotFound`, `downloadFailed` or `cancelled`
   */
  async repository(name: string, revision: string | undefined, signal: AbortSignal): Promise<Repository> {
    const what =
      revision === undefined
        ? name
        : l10n.t({ message: "{0} at {1}", args: [name, revision], comment: "A repository and its revision" });
    return this.#ask(what, signal, async (fetch) => {
      const at = { hubUrl: this.endpoint, fetch };
      const info = await modelInfo({
        name,
        additionalFields: ["sha", "cardData", "tags"],
        ...(revision === undefined ? {} : { revision }),
        ...at,
      });
      const commit: unknown = info.sha;
      if (!isModelName(info.name) || typeof commit !== "string" || !/^[0-9a-f]{40}$/.test(commit)) throw nonsense(what);
      const files: RepositoryFile[] = [];
      for await (const file of listFiles({ repo: info.name, revision: commit, recursive: true, ...at })) {
        if (file.type === "file") files.push(repositoryFile(file, what));
      }
      return { name: info.name, commit, licence: licenceOf(info.cardData, info.tags), files };
    });
  }

  /** GPT-2 models that match words, most downloaded first. */
  async search(words: string, limit: number, signal: AbortSignal): Promise<SearchResult[]> {
    return this.#ask(l10n.t('A search for "{0}"', words), signal, async (fetch) => {
      const search = { query: words, tags: ["gpt2"] };
      const found = listModels({ search, sort: "downloads", limit, hubUrl: this.endpoint, fetch });
      const results: SearchResult[] = [];
      for await (const { name, downloads, likes, updatedAt } of found) {
        const updated = Number.isNaN(updatedAt.getTime()) ? "" : updatedAt.toISOString();
        results.push({ name, downloads, likes, updated });
      }
      return results;
    });
  }

  /** Asks for bytes of a file from `start` on; the answer's status is the caller's to judge. */
  requestFile(repository: Repository, file: string, start: number, signal: AbortSignal): Promise<Response> {
    const path = file.split("/").map(encodeURIComponent).join("/");
    return this.#fetch(`${this.endpoint}/${repository.name}/resolve/${repository.commit}/${path}`, {
      // Compressed bytes could not be gone on with from a position in the file.
      headers: { "accept-encoding": "identity", ...(start > 0 ? { range: `bytes=${start}-` } : {}) },
      signal,
    });
  }

  /** Repeats a question while its failures may pass. */
  async #ask<T>(what: string, signal: AbortSignal, question: (fetch: Fetch) => Promise<T>): Promise<T> {
    for (let failures = 1; ; failures++) {
      try {
        return await question((input, init) => this.#fetchWhole(input, { ...init, signal }));
      } catch (error) {
        if (signal.aborted) throw downloadCancelled();
        if (error instanceof HubApiError) throw refusal(error.statusCode, what);
        // Only the connection hiccups; what else goes wrong is in the answer.
        if (!(error instanceof Hiccup) && !(error instanceof LocalghostError)) throw nonsense(what, error);
        await waitAfter(error, failures, what, this.patience, signal);
      }
    }
  }

  /** Fetches an answer with its body, so that all that a connection may do has happened when this returns. */
  async #fetchWhole(input: string | URL | Request, init: RequestInit & { signal: AbortSignal }): Promise<Response> {
    const timeout = AbortSignal.timeout(this.patience.stallMs);
    try {
      const response = await this.#fetch(input, { ...init, signal: AbortSignal.any([init.signal, timeout]) });
      const hiccup = passingStatus(response);
      if (hiccup) throw hiccup;
      const { status, headers } = response;
      return new Response(await response.arrayBuffer(), { status, headers });
    } catch (error) {
      throw timeout.aborted ? new Hiccup(l10n.t("the hub does not answer")) : connectionFailure(error);
    }
  }
}

/** A file as messages name it: `config.json of openai-community/gpt2`. */
export function fileOf(repository: Pick<Repository, "name">, path: string): string {
  return l10n.t({ message: "{0} of {1}", args: [path, repository.name], comment: "A file and its repository" });
}

/** What a status that will not pass means. */
export function refusal(status: number, what: string): LocalghostError {
  switch (status) {
    case 401:
      return new LocalghostError(
        "modelNotFound",
        l10n.t("The hub does not know {0}, or it is private: check the name, or give a token that may read it.", what),
      );
    case 403:
      return new LocalghostError(
        "downloadFailed",
        l10n.t(
          "The hub does not let you read {0}: accept its terms on its page there, and give a token that may read it.",
          what,
        ),
      );
    case 404:
      return new LocalghostError("modelNotFound", l10n.t("The hub has no {0}: check the name and the revision.", what));
    default:
      return new LocalghostError("downloadFailed", l10n.t("The hub refuses {0} ({1}): try again later.", what, status));
  }
}

function nonsense(what: string, cause?: unknown): LocalghostError {
  return new LocalghostError(
    "downloadFailed",
    l10n.t(
      "The answer about {0} is not a hub's: check the endpoint, and whether a proxy or a login page is in between.",
      what,
    ),
    { cause },
  );
}

function repositoryFile(
  file: { path: string; size: number; oid?: string; lfs?: { oid: string; size: number } },
  what: string,
): RepositoryFile {
  const { path, size, oid, lfs } = file;
  if (lfs && /^[0-9a-f]{64}$/.test(lfs.oid) && isSize(lfs.size)) {
    return { path, size: lfs.size, hash: { algorithm: "sha256", hex: lfs.oid } };
  }
  if (!lfs && oid !== undefined && /^[0-9a-f]{40}$/.test(oid) && isSize(size)) {
    return { path, size, hash: { algorithm: "gitBlob", hex: oid } };
  }
  throw nonsense(what);
}

function isSize(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function licenceOf(card: unknown, tags: unknown): string | undefined {
  const { license, license_name: name } = (card ?? {}) as { license?: unknown; license_name?: unknown };
  if (typeof license === "string") return license === "other" && typeof name === "string" ? name : license;
  const tag: unknown = Array.isArray(tags) ? tags.find((t) => typeof t === "string" && t.startsWith("license:")) : "";
  return typeof tag === "string" && tag !== "" ? tag.slice("license:".length) : undefined;
}
